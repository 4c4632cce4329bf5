"""Long work on a thread of its own, so that the page hears a stop while nothing is said.

Terms   watch: draws a step. wait: is called every POLL seconds with the seconds so far; Streamlit
        raises inside it when the person stops the page, and the work is told at its next step,
        or where it asks for itself (assistant/stopping.py).
Raises  what the work raised.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from assistant import stopping
from assistant.contract import Step
from assistant.errors import SanzhenError
from assistant.stopping import StoppedError
from knowledge.errors import KnowledgeError

Result = TypeVar("Result")
POLL = 0.25  # seconds


def listening(
    work: Callable[[Callable[[Step], None]], Result],
    watch: Callable[[Step], None],
    wait: Callable[[float], None],
) -> Result:
    """What the work gives; its steps are drawn as they come."""
    steps: queue.SimpleQueue[Step | None] = queue.SimpleQueue()
    gone = threading.Event()
    done: Future[Result] = Future()

    def tell(step: Step) -> None:
        if gone.is_set():
            raise StoppedError
        steps.put(step)

    def act() -> None:
        stopping.heed(lambda: not gone.is_set())
        try:
            done.set_result(work(tell))
        except (StoppedError, SanzhenError, KnowledgeError, OSError, ValueError) as error:
            done.set_exception(error)
        finally:
            if not done.done():  # whatever it was must not leave the page waiting
                done.set_exception(sys.exception() or StoppedError())
            steps.put(None)

    began = time.monotonic()
    threading.Thread(target=act, name="work", daemon=True).start()
    try:
        while True:
            try:
                step = steps.get(timeout=POLL)
            except queue.Empty:
                wait(time.monotonic() - began)
                continue
            if step is None:
                return done.result()
            watch(step)
    finally:
        gone.set()
