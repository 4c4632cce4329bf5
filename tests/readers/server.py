"""A scripted OpenAI-compatible server over real HTTP: it plays every failure, and records all traffic.

Terms   script: what to reply to a request; it sees the body and how many requests came before.
"""

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """A reply: an answer in pieces, or a status; and how it goes wrong on the way."""

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    wait: float = 0.0  # before the first byte
    gap: float = 0.0  # between pieces
    cut: bool = False  # the connection breaks off in the middle
    refusal: str = ""
    raw: bytes | None = None
    finish: str = "stop"  # the reason that is given for its end
    comments: int = 0  # keep-alive lines of the event stream, `gap` apart
    piece: int = 16  # characters
    head: tuple[str, ...] = ()  # pieces before those


Script = Callable[[dict[str, Any], int], Reply]


@dataclass
class Scripted:
    """A running server: where it is, and what it has heard; left: on whom the other side hung up."""

    url: str
    heard: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    left: list[float] = field(default_factory=list)  # when, on the monotonic clock

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The bodies of all requests."""
        return [body for _, body in self.heard]

    @property
    def traffic(self) -> str:
        """Everything that was said to it, as one text."""
        return "\n".join(json.dumps(body, ensure_ascii=False) for body in self.bodies)

    def methods(self) -> list[str]:
        """How each request asked to be answered."""
        return [method_of(body) for body in self.bodies]


def method_of(body: dict[str, Any]) -> str:
    """schema, tool, json or text."""
    if body.get("tools"):
        return "tool"
    kind = body.get("response_format", {}).get("type", "text")
    return {"json_schema": "schema", "json_object": "json"}.get(kind, "text")


def always(reply: Reply) -> Script:
    """The same reply to everything."""
    return lambda body, before: reply


def in_turn(*replies: Reply) -> Script:
    """One reply after another; the last one stays."""
    return lambda body, before: replies[min(before, len(replies) - 1)]


@contextmanager
def serving(script: Script) -> Iterator[Scripted]:
    """A server on a free port of this machine."""
    told = Scripted("")
    lock = threading.Lock()
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            del format, args

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = json.loads(self.rfile.read(length) or b"{}")
            with lock:
                before = len(told.heard)
                told.heard.append((dict(self.headers), body))
                told.paths.append(self.path)
            try:
                self._reply(script(body, before), body)
            except (BrokenPipeError, ConnectionResetError, ConnectionAbortedError):
                self.close_connection = True
                told.left.append(time.monotonic())

        do_GET = do_POST  # noqa: N815 - the name http.server calls

        def _reply(self, reply: Reply, body: dict[str, Any]) -> None:
            self._wait(reply.wait)
            if reply.status != 200 or reply.raw is not None:
                content = reply.raw or json.dumps({"error": {"message": reply.body}}).encode()
                self._head(reply, "application/json", len(content))
                self.wfile.write(content)
                return
            self._head(reply, "text/event-stream", None)
            for _ in range(reply.comments):
                self._send(b": still here\n\n")
                self._wait(reply.gap)
                if over.is_set():
                    break
            for delta in _deltas(reply, method_of(body)):
                self._send(b"data: " + json.dumps(_chunk(delta, body)).encode() + b"\n\n")
                self._wait(reply.gap)
            if reply.cut:
                self.close_connection = True
                self.connection.close()
                return
            self._send(b"data: " + json.dumps(_chunk({}, body, reply.finish)).encode() + b"\n\n")
            self._send(b"data: [DONE]\n\n")
            self._send(b"")

        def _wait(self, seconds: float) -> None:
            """Raises ConnectionResetError where the other side has hung up."""
            until = time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0 and not over.wait(min(left, 0.05)):
                ready, _, _ = select.select([self.connection], [], [], 0)
                if ready and not self.connection.recv(1, socket.MSG_PEEK):
                    raise ConnectionResetError

        def _head(self, reply: Reply, kind: str, length: int | None) -> None:
            self.send_response(reply.status)
            self.send_header("content-type", kind)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if length is None:
                self.send_header("transfer-encoding", "chunked")
            else:
                self.send_header("content-length", str(length))
            self.end_headers()

        def _send(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield told
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _deltas(reply: Reply, method: str) -> Iterator[dict[str, Any]]:
    if reply.refusal:
        yield {"role": "assistant", "refusal": reply.refusal}
        return
    text = reply.text[: len(reply.text) // 2] if reply.cut else reply.text
    pieces = [*reply.head, *(text[i : i + reply.piece] for i in range(0, len(text), reply.piece))]
    for number, piece in enumerate(pieces):
        if method != "tool":
            yield {"role": "assistant", "content": piece}
            continue
        call: dict[str, Any] = {"index": 0, "function": {"arguments": piece}}
        if number == 0:
            call |= {"id": "call_1", "type": "function"}
            call["function"]["name"] = "opinion"
        yield {"role": "assistant", "tool_calls": [call]}


def _chunk(
    delta: dict[str, Any], body: dict[str, Any], finish: str | None = None
) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": body.get("model", ""),
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
