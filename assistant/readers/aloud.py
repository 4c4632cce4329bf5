"""What a model writes, told as it comes: whole sentences of its explanation, each checked first.

Terms   piece: a few characters of a JSON answer that is still being written; an empty one: the answer
        begins anew, on another try or by another method.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from assistant import verify
from assistant.contract import Step
from assistant.privacy import Masked

Watch = Callable[[Step], None]
_BEGIN = re.compile(r'"explanation"\s*:\s*"')
_END = re.compile(r'(?<!\\)(?:\\\\)*"')
_SENTENCE = re.compile(r"[^。！？]*[。！？]")


class Aloud:
    """Hears the pieces of an answer and tells steps; what `watch` raises stops the answer."""

    def __init__(self, watch: Watch, name: str, ids: Sequence[str], masked: Masked) -> None:
        self._watch, self._name, self._ids, self._masked = watch, name, ids, masked
        self._heard = ""
        self._told = 0

    def __call__(self, piece: str) -> None:
        """One more piece."""
        if not piece:
            self._heard, self._told = "", 0
            return
        if not self._heard:
            self._watch(Step(role="化验", text=f"模型 {self._name} 开始回答"))
        self._heard += piece
        if not any(mark in piece for mark in "。！？"):
            return
        sentences = _SENTENCE.findall(self._explanation())
        for sentence in sentences[self._told :]:
            checked = verify.explanation(self._masked.restore(sentence), self._ids)
            self._watch(Step(role="会诊", text=f"模型：{checked.text}"))
        self._told = max(self._told, len(sentences))  # half an escape cannot be read yet

    def _explanation(self) -> str:
        begun = _BEGIN.search(self._heard)
        if begun is None:
            return ""
        rest = self._heard[begun.end() :]
        ended = _END.search(rest)
        raw = (
            rest[: ended.end() - 1]
            if ended
            else rest[: rest.rfind("\\")]
            if rest.endswith("\\")
            else rest
        )
        try:
            return str(json.loads(f'"{raw}"', strict=False))
        except json.JSONDecodeError:
            return ""
