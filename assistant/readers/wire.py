"""An HTTP client for one answer: to the named host only, and never longer than it may last.

Terms   until: the moment on the monotonic clock at which the answer must be there. The client's own
        timeouts begin anew with every byte, so a thread beside it shuts the socket at that moment,
        and soon after nobody waits any more, also while the other side is silent.
Raises  ReaderError: the proxy that the environment names cannot be used.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from assistant import stopping
from assistant.errors import ReaderError

if TYPE_CHECKING:
    import httpx2

_MOST_BYTES = 8_000_000


@contextmanager
def line(until: float, here: bool) -> Iterator[httpx2.Client]:
    """No redirects: text goes to the named host and to no other; no proxy to reach this machine."""
    import httpx2

    sockets: list[socket.socket] = []
    over = threading.Event()

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

    def note(event: str, told: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            sockets.append(told["return_value"].get_extra_info("socket"))

    def listen(request: httpx2.Request) -> None:
        request.extensions["trace"] = note

    watching = threading.Thread(
        target=_shut_in_time,
        args=(sockets, until, stopping.wanted(), over),
        name="line",
        daemon=True,
    )
    try:
        client = httpx2.Client(
            timeout=max(until - time.monotonic(), stopping.LOOK),
            follow_redirects=False,
            trust_env=not here,
            verify=_trusted(),
            event_hooks={"request": [listen], "response": [bound]},
        )
    except (ImportError, ValueError, httpx2.InvalidURL):  # ImportError: a SOCKS proxy
        sentence = "代理设置（ALL_PROXY 等环境变量）不能用，请改成 http:// 开头的代理地址，或者删去"
        raise ReaderError(sentence, lasting=True) from None
    watching.start()
    try:
        with client:
            yield client
    finally:
        over.set()


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


def _shut_in_time(
    sockets: list[socket.socket],
    until: float,
    wanted: Callable[[], bool],
    over: threading.Event,
) -> None:
    while not over.wait(stopping.LOOK):
        if time.monotonic() >= until or not wanted():
            for one in sockets:
                with suppress(OSError):
                    # not the method of ssl, which takes the encryption off a socket in use
                    socket.socket.shutdown(one, socket.SHUT_RDWR)
