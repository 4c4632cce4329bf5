"""Connecting: the budget and a stop hold while a name is looked up and while no address answers."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from assistant import stopping
from assistant.errors import ReaderError
from assistant.readers.endpoint import EndpointVoice
from assistant.settings import Endpoint

from .scripted import KEY
from .server import Reply, Scripted, always, serving

HELLO = (("human", "好"),)
TOO_LONG = 20.0  # seconds that the network takes, unless it is let go


@pytest.fixture
def server() -> Iterator[Scripted]:
    with serving(always(Reply("好"))) as server:
        yield server


@pytest.fixture(params=["getaddrinfo", "create_connection"], ids=["查名字", "连接"])
def reached(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A network that reaches the other side only when this is set."""
    reached = threading.Event()
    real = getattr(socket, request.param)

    def slow(*args: object, **more: object) -> object:
        reached.wait(TOO_LONG)
        return real(*args, **more)

    monkeypatch.setattr(socket, request.param, slow)
    return reached


def voice(url: str, seconds: float) -> EndpointVoice:
    return EndpointVoice(Endpoint(url=url, model="m", key=SecretStr(KEY)), seconds)


def left() -> bool:
    """Whether a thread that asks is there still, some time after."""
    until = time.monotonic() + 5
    while time.monotonic() < until and any(t.name == "line" for t in threading.enumerate()):
        time.sleep(0.02)
    return any(t.name == "line" for t in threading.enumerate())


def test_the_budget_holds_while_connecting_and_nothing_is_sent_after_it(
    server: Scripted, reached: threading.Event
) -> None:
    one = voice(server.url, 1.0)
    until = one.budget()
    with pytest.raises(ReaderError, match="没有答完"):
        one.ask(HELLO, None, "text", until)
    assert time.monotonic() - until < 0.9
    reached.set()
    assert not left()
    assert server.heard == []


def test_a_stop_is_heard_while_connecting_and_nothing_is_sent_after_it(
    server: Scripted, reached: threading.Event
) -> None:
    gone = threading.Event()
    ended: list[BaseException] = []

    def work() -> None:
        stopping.heed(lambda: not gone.is_set())
        try:
            voice(server.url, 60.0).ask(HELLO, None, "text", time.monotonic() + 60)
        except stopping.StoppedError as error:
            ended.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(0.3)
    gone.set()
    worker.join(TOO_LONG / 4)
    assert len(ended) == 1
    reached.set()
    assert not left()
    assert server.heard == []


def test_a_network_that_is_slow_and_answers_in_time_is_waited_for(
    server: Scripted, reached: threading.Event
) -> None:
    threading.Timer(0.3, reached.set).start()
    one = voice(server.url, 10.0)
    assert one.ask(HELLO, None, "text", one.budget()) == "好"
    assert not left()


def test_a_proxy_of_the_environment_is_used(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", server.url.removesuffix("/v1"))
    one = voice("http://model.example/v1", 5.0)
    assert one.ask(HELLO, None, "text", one.budget()) == "好"
    assert server.paths == ["http://model.example/v1/chat/completions"]
