"""Normalises a copy of a text for rules, readers and retrieval, and knows where each character came from.

Terms   scrape artefact: what copying from a page or a PDF leaves behind: invisible and private-use
        characters, �, a reading after a traditional character as in 現(xiàn), spaces and line
        breaks between two Chinese characters.
Source  OpenCC's tables (t2s) for traditional characters; Unicode NFKC for full and half width.

For looking only: what a person reads and what is quoted is always the text as it was given.
A tab stays a separator: it stands between the cells of a pasted table.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypeAlias

_HAN = "〇々㐀-䶿一-鿿豈-﫿"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff9-\ufffd\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]+"
)
_READING = re.compile(f"(?<=[{_HAN}])\\([a-zü]{{0,5}}[{_TONED}][a-zü]{{0,4}}\\)")
_BETWEEN_HAN = re.compile(
    f"(?<=[{_HAN}])(?:[^\\S\\t\\n]+|[^\\S\\t\\n]*\\n[^\\S\\t\\n]*)(?=[{_HAN}])"
)
_BREAK = re.compile(r"\s*\n\s*")
_SPACES = re.compile(r"[^\S\n]+")
_SPACE_STEPS = ((_BETWEEN_HAN, ""), (_SPACES, " "), (_BREAK, "\n"))


Cell: TypeAlias = tuple[str, int, int]  # a character, where its original begins and ends


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text; `starts[i]` to `ends[i]` is what character i stands for in the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a non-empty part of the normalised text stands in the original."""
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> str:
    """The text in simplified characters, half width, without scrape artefacts.

    >>> normalise("現(xiàn)淺談　黨 建工作，２０２２年")
    '现浅谈党建工作,2022年'
    """
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = _READING.sub("", _INVISIBLE.sub("", text))
    for pattern, replacement in _SPACE_STEPS:
        text = pattern.sub(replacement, text)
    return _simplify(text.strip())


def normalise_with_offsets(text: str) -> Normalised:
    """The same text as `normalise` gives, with the place of every character in the original."""
    if normalise(text) == text:
        places = range(len(text))
        return Normalised(text, tuple(places), tuple(place + 1 for place in places))
    cells = [(char, i, i + 1) for i, char in enumerate(text)]
    cells = _replace(cells, _INVISIBLE, "")
    cells = _composed(cells)
    cells = _replace(_replace(cells, _INVISIBLE, ""), _READING, "")
    for pattern, replacement in _SPACE_STEPS:
        cells = _replace(cells, pattern, replacement)
    while cells and cells[0][0].isspace():
        cells.pop(0)
    while cells and cells[-1][0].isspace():
        cells.pop()
    simplified = _simplify("".join(char for char, _, _ in cells))
    return Normalised(simplified, tuple(c[1] for c in cells), tuple(c[2] for c in cells))


def _replace(cells: list[Cell], pattern: re.Pattern[str], replacement: str) -> list[Cell]:
    text = "".join(char for char, _, _ in cells)
    kept: list[Cell] = []
    done = 0
    for match in pattern.finditer(text):
        kept += cells[done : match.start()]
        if replacement:
            kept.append((replacement, cells[match.start()][1], cells[match.end() - 1][2]))
        done = match.end()
    return kept + cells[done:]


def _composed(cells: list[Cell]) -> list[Cell]:
    """NFKC piece by piece: a character and what composes with it share one place."""
    composed: list[Cell] = []
    piece, start, end = "", 0, 0
    for char, begins, ends in cells:
        if piece and not _joins(piece, char):
            composed += [(c, start, end) for c in unicodedata.normalize("NFKC", piece)]
            piece = ""
        if not piece:
            start = begins
        piece, end = piece + char, ends
    return composed + [(c, start, end) for c in unicodedata.normalize("NFKC", piece)]


def _joins(piece: str, char: str) -> bool:
    if char < "\u0300":
        return False
    apart = unicodedata.normalize("NFKC", piece) + unicodedata.normalize("NFKC", char)
    return unicodedata.combining(char) > 0 or unicodedata.normalize("NFKC", piece + char) != apart


def _simplify(text: str) -> str:
    convert, traditional = _opencc()
    if traditional.isdisjoint(text):
        return text
    converted = convert(text)
    # offsets need one character for one: a phrase that OpenCC shortens goes character by character
    return converted if len(converted) == len(text) else "".join(map(_simplify_char, text))


@cache
def _simplify_char(char: str) -> str:
    converted = _opencc()[0](char)
    return converted if len(converted) == 1 else char


@cache
def _opencc() -> tuple[Callable[[str], str], frozenset[str]]:
    """The converter, and the characters without which it need not be asked."""
    from opencc import OpenCC

    table = resources.files("opencc") / "dictionary" / "TSCharacters.txt"
    lines = table.read_text(encoding="utf-8").splitlines()
    return OpenCC("t2s").convert, frozenset(line[0] for line in lines if line)
