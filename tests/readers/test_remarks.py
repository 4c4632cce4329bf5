"""Texts are compared by meaning once each, and what a model does not need to be asked is not asked."""

from collections.abc import Sequence
from typing import Any

import pytest

from assistant.readers.remarks import likeness
from assistant.triage import Bench


class Counted:
    """An index that counts the texts it embeds."""

    def __init__(self, index: Any) -> None:
        self.index, self.texts = index, list[str]()

    def read(self, texts: Sequence[str]) -> Any:
        self.texts += texts
        return self.index.read(texts)


def test_what_was_embedded_once_is_known(bench: Bench) -> None:
    counted: Any = Counted(bench.index)
    known: dict[str, Any] = {}
    words = ("集体资金不得外借", "村务应当公开", "会议由书记主持")
    for one in words:
        for other in words:
            told = likeness(one, other, counted, known)
            assert told == pytest.approx(likeness(one, other, bench.index, {}))
    assert sorted(counted.texts) == sorted(words)
