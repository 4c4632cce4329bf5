"""Long work beside the page: steps in order, a stop is heard, what goes wrong is told."""

import threading
import time
from collections.abc import Callable

import pytest

from assistant.contract import Step
from assistant.pages.aside import listening
from assistant.stopping import StoppedError


def step(text: str) -> Step:
    return Step(role="化验", text=text)


def test_steps_come_in_order_and_the_result_at_the_end() -> None:
    told: list[str] = []

    def work(tell: Callable[[Step], None]) -> int:
        for text in "甲乙丙":
            tell(step(text))
        return 3

    assert listening(work, lambda one: told.append(one.text), lambda seconds: None) == 3
    assert told == ["甲", "乙", "丙"]


def test_what_the_work_raises_is_raised_here() -> None:
    def work(tell: Callable[[Step], None]) -> None:
        raise ValueError("读不了")

    with pytest.raises(ValueError, match="读不了"):
        listening(work, lambda one: None, lambda seconds: None)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_expected_is_raised_here_too() -> None:
    def work(tell: Callable[[Step], None]) -> None:
        raise RuntimeError("没有想到")

    with pytest.raises(RuntimeError, match="没有想到"):
        listening(work, lambda one: None, lambda seconds: None)


def test_a_stop_is_heard_while_nothing_is_said_and_the_work_hears_it_too() -> None:
    class StopError(Exception):
        pass

    ended: list[type[BaseException]] = []
    go_on = threading.Event()

    def work(tell: Callable[[Step], None]) -> None:
        go_on.wait(10)
        try:
            tell(step("太晚"))
        except StoppedError:
            ended.append(StoppedError)
            raise

    def wait(seconds: float) -> None:
        raise StopError

    began = time.monotonic()
    with pytest.raises(StopError):
        listening(work, lambda one: None, wait)
    assert time.monotonic() - began < 5
    go_on.set()
    for _ in range(100):
        if ended:
            break
        time.sleep(0.02)
    assert ended == [StoppedError]
