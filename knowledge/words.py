"""Cut Chinese into words for BM25, with a dictionary made from the library.

Source  jieba's own dictionary; names of documents, topics and patterns of the library.
"""

from __future__ import annotations

import logging
import re
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

import jieba

jieba.setLogLevel(logging.WARNING)

_HAN_OR_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")
_STOP = frozenset(
    (  # noqa: SIM905 - one line is easier to read than a list
        "的 了 和 与 及 或 在 是 有 为 对 按 由 从 到 把 被 给 向 于 以 其 该 此 这 那 等 也 都 就 而 但 却 并 还 又 "
        "某 个 一 上 下 中 里 内 后 前 时 将 已 未 不 没 没有 什么 怎么 哪些 是否 如何"
    ).split()
)


class Words:
    """One tokenizer with its own dictionary; jieba's cache goes to a folder of ours.

    The dictionary is read at the first cut: half a second that opening the index need not wait for.
    """

    def __init__(self, terms: Iterable[str], cache: Path | None = None) -> None:
        self.terms = sorted(term for term in set(terms) if 2 <= len(term) <= 8)
        self._cutter = jieba.Tokenizer()
        self._lock = threading.Lock()
        folder = cache or Path(tempfile.mkdtemp(prefix="sanzhen-words-"))
        folder.mkdir(parents=True, exist_ok=True)
        self._cutter.tmp_dir = str(folder)

    def warm(self) -> None:
        """Read the dictionary now, if it has not been read."""
        with self._lock:
            if self._cutter.initialized:
                return
            self._cutter.initialize()
            for term in self.terms:
                self._cutter.add_word(term)

    def cut(self, text: str) -> list[str]:
        """Words of a normalised text, long words also in their parts, without function words."""
        self.warm()
        return [
            word
            for word in self._cutter.cut_for_search(text)
            if _HAN_OR_WORD.search(word) and word not in _STOP
        ]
