"""The one small protocol of readers: from a finding and what was retrieved to a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.contract import Report
from assistant.retrieval import Retrieved


class Reader(Protocol):
    """Anything that reads findings; it proposes, the judge decides."""

    @property
    def name(self) -> str:
        """What the opinion says read it: `offline` or the model's name."""

    def read(self, retrieved: Sequence[Retrieved]) -> list[Report]:
        """One report per finding, in order. Raises ReaderError when it cannot."""
