"""An HTTP client for one answer: to the named host only, and never longer than it may last.

Terms   until: the moment on the monotonic clock at which the answer must be there. The client's own
        timeouts begin anew with every byte and every address, and looking up a name has none. So the
        asking is done on a thread of its own, which nobody waits for after that moment, nor when
        nobody waits for the answer any more; what it still connects to then is shut before a word
        is sent.
Raises  ReaderError: the proxy that the environment names cannot be used.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from contextvars import copy_context
from functools import lru_cache
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any

from assistant import stopping
from assistant.errors import ReaderError

if TYPE_CHECKING:
    import httpx2

_MOST_BYTES = 8_000_000


def spoken(
    ask: Callable[[httpx2.Client], Generator[str, None, None]], until: float, here: bool
) -> Generator[str, None, None]:
    """What `ask` brings, piece by piece. Raises what it raises; a timeout where the time is over."""
    line = _Line()
    client = _client(line, until, here)
    told = _Told()

    def work() -> None:
        with told, client, closing(ask(client)) as said:
            for piece in said:
                told.put(piece)

    # in a copy of this context, so that what it says of tracing holds there as well
    threading.Thread(target=copy_context().run, args=(work,), name="line", daemon=True).start()
    try:
        while (piece := told.next(until)) is not None:
            yield piece
    finally:
        line.shut()


class _Told:
    """What one thread tells another; at its end, that it ended or why."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[str | BaseException | None] = SimpleQueue()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> bool:
        self._queue.put(error)
        return True  # it is raised where somebody waits for it

    def put(self, piece: str) -> None:
        """Tell one more piece."""
        self._queue.put(piece)

    def next(self, until: float) -> str | None:
        """The next piece, or None at the end."""
        import httpx2

        while True:
            stopping.check()
            left = until - time.monotonic()
            if left <= 0:
                raise httpx2.ReadTimeout("the time for the answer is over")
            with suppress(Empty):
                one = self._queue.get(timeout=min(left, stopping.LOOK))
                if isinstance(one, BaseException):
                    raise one
                return one


class _Line:
    """The sockets of one answer: one thread opens them, another shuts them."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._over = threading.Event()

    def listen(self, request: httpx2.Request) -> None:
        """Hear of every connection that is made for this request; there is none when it is over."""
        import httpx2

        if self._over.is_set():
            raise httpx2.ReadTimeout("nobody waits any more")
        request.extensions["trace"] = self._note

    def shut(self) -> None:
        """From now on nothing is sent, and who reads or writes wakes up."""
        self._over.set()
        for one in list(self._sockets):
            with suppress(OSError):
                # not the method of ssl, which takes the encryption off a socket in use
                socket.socket.shutdown(one, socket.SHUT_RDWR)

    def _note(self, event: str, told: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._sockets.append(told["return_value"].get_extra_info("socket"))
            if self._over.is_set():
                self.shut()


def _client(line: _Line, until: float, here: bool) -> httpx2.Client:
    """No redirects: text goes to the named host and to no other; no proxy to reach this machine."""
    import httpx2

    class Bounded(httpx2.SyncByteStream):
        def __init__(self, stream: httpx2.SyncByteStream) -> None:
            self._stream = stream

        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for part in self._stream:
                size += len(part)
                if size > _MOST_BYTES:
                    raise httpx2.ReadTimeout("too long to be read in time")
                yield part

        def close(self) -> None:
            self._stream.close()

    def bound(response: httpx2.Response) -> None:
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = Bounded(response.stream)

    try:
        return httpx2.Client(
            timeout=max(until - time.monotonic(), stopping.LOOK),
            follow_redirects=False,
            trust_env=not here,
            verify=_trusted(),
            event_hooks={"request": [line.listen], "response": [bound]},
        )
    except (ImportError, ValueError, httpx2.InvalidURL):  # ImportError: a SOCKS proxy
        sentence = "代理设置（ALL_PROXY 等环境变量）不能用，请改成 http:// 开头的代理地址，或者删去"
        raise ReaderError(sentence, lasting=True) from None


@lru_cache(maxsize=1)
def not_used() -> httpx2.AsyncClient:
    """For LangChain, which else makes one for every question: that takes longer than the first words."""
    import httpx2

    return httpx2.AsyncClient(verify=_trusted(), trust_env=False)


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Read once: the list of certificates is long."""
    import httpx2

    return httpx2.create_ssl_context()
