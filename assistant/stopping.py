"""Whether anybody still waits for the work of this thread: long work asks between its parts.

Terms   wanted: says whether somebody waits; set by who starts the thread, always true elsewhere.
Raises  StoppedError: nobody waits any more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar

LOOK = 0.1  # seconds between looks
_wanted: ContextVar[Callable[[], bool]] = ContextVar("wanted", default=lambda: True)


class StoppedError(Exception):
    """Nobody waits for this work any more."""


def heed(wanted: Callable[[], bool]) -> None:
    """From now on the work of this thread stops when `wanted` says no."""
    _wanted.set(wanted)


def wanted() -> Callable[[], bool]:
    """For a thread that looks on behalf of this one."""
    return _wanted.get()


def check() -> None:
    """Go on only where somebody waits."""
    if not _wanted.get()():
        raise StoppedError


def sleep(seconds: float) -> None:
    """Wait; a stop ends it."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        check()
        time.sleep(min(LOOK, left))
    check()
