"""While a model is tried the page tells the time, and a stop on it ends the request."""

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from readers.server import Reply, Script, always, serving
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner import RerunData
from streamlit.testing.v1 import app_test
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from assistant.errors import ReaderError
from assistant.pages import trial
from assistant.settings import Endpoint, Settings

from .test_settings import opened, press, shown, tried

LONG = 60.0  # seconds that nobody waits here
Told = tuple[bool, str]


class Person:
    """Looks at the page while it works, and presses the button with this name once it is time.

    ready: whether it is, by what the page shows.
    """

    def __init__(self, name: str, ready: Callable[[str], bool]) -> None:
        self.name, self.ready = name, ready
        self.seen = ""
        self.buttons: list[str] = []
        self.runners: list[LocalScriptRunner] = []
        self.pressed = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def runs(self, *args: object, **more: object) -> LocalScriptRunner:
        """A runner as the page's test makes it, which the person can see."""
        self.runners.append(LocalScriptRunner(*args, **more))  # type: ignore[arg-type]
        return self.runners[-1]

    def _look(self) -> None:
        until = time.monotonic() + LONG
        while time.monotonic() < until and not self.pressed.is_set():
            time.sleep(0.05)
            if self.runners:
                self._press_in(self.runners[-1])

    def _press_in(self, runner: LocalScriptRunner) -> None:
        deltas = [message.delta for message in list(runner.forward_msgs())]
        self.seen = "\n".join(delta.new_element.html.body for delta in deltas)
        self.buttons = [delta.new_element.button.label for delta in deltas]
        if self.name not in self.buttons or not self.ready(self.seen):
            return
        delta = deltas[self.buttons.index(self.name)]
        states = WidgetStates()
        states.widgets.add(id=delta.new_element.button.id, trigger_value=True)
        fragment = delta.fragment_id or None  # as a browser tells it
        runner.request_rerun(RerunData(widget_states=states, fragment_id=fragment))
        self.pressed.set()


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], bool]], Person]:
    """Somebody stops the page while it works."""

    def comes(ready: Callable[[str], bool]) -> Person:
        somebody = Person("停止", ready)
        monkeypatch.setattr(app_test, "LocalScriptRunner", somebody.runs)
        return somebody

    return comes


def counts(seen: str) -> bool:
    """Whether the page tells how long it has taken."""
    return bool(re.search(r"已用 [1-9]\d* 秒", seen))


def gone(left: list[float]) -> bool:
    """Whether the other side of a server hung up, soon."""
    until = time.monotonic() + 10
    while not left and time.monotonic() < until:
        time.sleep(0.02)
    return bool(left)


def slow_exam(body: dict[str, object], before: int) -> Reply:
    """The greeting is answered at once, the exam is not."""
    del body
    return Reply("好") if before == 0 else Reply(wait=LONG)


@pytest.mark.parametrize(
    ("script", "asked"), [(always(Reply(wait=LONG)), 1), (slow_exam, 2)], ids=["greeting", "exam"]
)
def test_a_stop_ends_the_request_and_is_told(
    stops: Callable[[Callable[[str], bool]], Person], script: Script, asked: int, tmp_path: Path
) -> None:
    with serving(script) as server:
        somebody = stops(lambda seen: counts(seen) and len(server.heard) == asked)
        html = tried(page := opened(lambda: Settings(data=tmp_path), trial.probe), server.url)
        assert gone(server.left)
        assert len(server.heard) == asked
    assert somebody.pressed.is_set()
    assert "长期使用" in somebody.seen, "all of the page is there meanwhile"
    assert "试这个文件" in somebody.buttons
    assert "已停止" in html
    assert "还不能用" not in html
    assert not [button for button in page.button if button.label in ("停止", "用这个模型")]


def test_after_a_stop_a_model_can_be_tried_again(
    stops: Callable[[Callable[[str], bool]], Person], tmp_path: Path
) -> None:
    tries: list[int] = []

    def second_time(source: Endpoint, settings: Settings) -> Told:
        del settings
        tries.append(1)
        if len(tries) == 1:
            time.sleep(2)
        return True, f"{source.model} 回答了。"

    somebody = stops(lambda seen: True)
    page = opened(lambda: Settings(data=tmp_path), second_time)
    assert "已停止" in tried(page, "http://localhost:9/v1")
    assert somebody.pressed.is_set()
    html = press(page, "试一下")
    assert "xiao 回答了。" in html
    assert "已停止" not in html
    assert [button for button in page.button if button.label == "用这个模型"]


@pytest.mark.parametrize(
    ("error", "told"),
    [(ReaderError("模型文件读不了"), "模型文件读不了"), (KeyError("geheim"), "（KeyError）")],
)
def test_what_goes_wrong_in_a_trial_is_told_in_one_sentence(error: Exception, told: str) -> None:
    def fails(source: Endpoint, settings: Settings) -> Told:
        raise error

    html = tried(opened(probe=fails), "http://localhost:9/v1")
    assert told in html
    assert "geheim" not in html
    assert "正在等模型回答" not in shown(opened())
