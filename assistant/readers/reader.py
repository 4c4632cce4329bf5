"""The one small protocol of readers: from a finding and what was retrieved to a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from assistant.contract import Report, Step
from assistant.readers.conversation import Talk
from assistant.retrieval import Retrieved


class Reader(Protocol):
    """Anything that reads findings; it proposes, the judge decides."""

    @property
    def name(self) -> str:
        """What the opinion says read it: `offline` or the model's name."""

    def read(self, retrieved: Sequence[Retrieved]) -> list[Report]:
        """One report per finding, in order. Raises ReaderError when it cannot."""


@runtime_checkable
class Speaks(Protocol):
    """A reader that tells its steps while it reads, and may need a person's consent to send."""

    def aloud(self, watch: Callable[[Step], None]) -> Reader:
        """The same reader, telling its steps to `watch`; what that raises stops the answer."""

    def confirm(self) -> Reader:
        """The same reader, for a text that a person has agreed to send."""


@runtime_checkable
class Talks(Protocol):
    """A reader that can also answer a question about an opinion."""

    def talk(self, asked: Talk, provisions: str) -> str:
        """An answer in words, citing by id; nothing in it is checked yet. Raises ReaderError."""
