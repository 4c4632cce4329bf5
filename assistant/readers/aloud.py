"""What a model writes, told as it comes: its reason clause by clause.

Terms   piece: a few characters of a JSON answer that is still being written; an empty one: the answer
        begins anew, on another try or by another method.
        clause: up to ，；。！？, or a dozen characters; the first words come sooner. Nothing is cut
        within brackets, a number or Latin letters: a citation, a placeholder or an address is told
        whole, or it could not be checked.
        open: the end of what was written, where it may become a placeholder without brackets, or the
        count that such words may be as well: 人, 人员, 人员1. It waits for what follows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from assistant import verify
from assistant.contract import SAID, Step
from assistant.privacy import Masked

Watch = Callable[[Step], None]
_BEGIN = re.compile(r'"reason"\s*:\s*"')
_END = re.compile(r'(?<!\\)(?:\\\\)*"')
_HALF = re.compile(r"(?<!\\)((?:\\\\)*)(?:\\u[dD][89abAB]..)?(?:\\(?:u[0-9a-fA-F]{0,3})?)?$")
_OPEN, _CLOSE = "[［【〔(（<", "]］】〕)）>"
_FIRST, _LONG = 1, 12  # characters
_FOLLOWS = 2  # characters behind a placeholder that tell it from a count: 人员1名, 人员1名下
_MOST = 4000  # characters of a reason that are told as they come; more is a model that runs on


class Aloud:
    """Hears the pieces of an answer and tells steps; what `watch` raises stops the answer."""

    def __init__(self, watch: Watch, name: str, ids: Sequence[str], masked: Masked) -> None:
        self._watch, self._name, self._ids, self._masked = watch, name, ids, masked
        self._places = re.compile("|".join(map(re.escape, masked.table)) or r"(?!)")
        self._heard = ""
        self._told = 0  # characters of the reason
        self._over = False

    def __call__(self, piece: str) -> None:
        """One more piece."""
        if not piece:
            self._heard, self._told, self._over = "", 0, False
            return
        if self._over:
            return
        if not self._heard:
            words = f"模型 {self._name} 开始回答，边写边显示，还没有核对，核对之后以意见为准"
            self._watch(Step(role="化验", text=words))
        self._heard += piece
        text, whole = self._reason()
        self._over = whole or len(text) > _MOST
        begin, end = self._told, len(text) if whole else self._end(text)
        if end > begin:
            self._told = end
            checked = verify.explanation(self._restored(text, begin, end), self._ids)
            self._watch(Step(role="会诊", text=f"{SAID}{checked.text}"))

    def _end(self, text: str) -> int:
        """How far it can be told now: no placeholder is cut, and none is open."""
        closed = text[self._told : self._open(text)]
        uncut = self._places.sub(lambda found: "0" * len(found.group()), closed)
        return self._told + clause_end(uncut, _LONG if self._told else _FIRST)

    def _open(self, text: str) -> int:
        """Where an open end begins."""
        names = self._masked.table
        longest = max(map(len, names), default=0) + _FOLLOWS - 1
        for start in range(max(self._told, len(text) - longest), len(text)):
            tail = text[start:]
            if any(name.startswith(tail) or _may_count(tail, name) for name in names):
                return start
        return len(text)

    def _restored(self, text: str, begin: int, end: int) -> str:
        """With the words that placeholders stand for; what stands around them says whether they do."""
        before, after = text[:begin][-1:], text[end:][:_FOLLOWS]
        restored = self._masked.restore(f"{before}{text[begin:end]}{after}")
        return restored[len(before) : len(restored) - len(after)]

    def _reason(self) -> tuple[str, bool]:
        """What there is of it, and whether that is all."""
        begun = _BEGIN.search(self._heard)
        if begun is None:
            return "", False
        rest = self._heard[begun.end() :]
        ended = _END.search(rest)
        raw = rest[: ended.end() - 1] if ended else _HALF.sub(r"\1", rest)
        try:
            text = str(json.loads(f'"{raw}"', strict=False))
        except json.JSONDecodeError:
            return "", False
        return text.encode(errors="replace").decode(), ended is not None


def clause_end(text: str, long: int) -> int:
    """How much of what was written can be told: up to the last clause, or `long` characters; or 0."""
    end = depth = 0
    for place, char in enumerate(text, 1):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        if char in "。！？":  # a bracket that was not closed by now is none
            depth, end = 0, place
        elif not depth and (char in "，；" or (place >= long and _is_han(char))):
            end = place
    return end


def _may_count(tail: str, name: str) -> bool:
    """Whether too little follows a placeholder to tell; a bracket that closes tells."""
    after = tail.removeprefix(name)
    return after != tail and len(after) < _FOLLOWS and after not in tuple(_CLOSE)


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"
