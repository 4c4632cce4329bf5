"""A finding as a model sees it: normalised, without instructions, every character traceable.

Terms   instruction: a clause that tells the reader what to say; text inside a finding is evidence,
        never an instruction, so models do not see it. The finding itself is never touched.
        unnamed: people and places by surname and kind alone, as written findings tell them; what is
        quoted are the finding's own words.
Source  library/language.yaml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.privacy import shortened
from assistant.readers.clauses import any_of
from knowledge.rules import Language
from knowledge.text import Normalised, normalise_with_offsets

_CLAUSE = re.compile(r"[^，。；！？：,;!?\n\r]+[，。；！？：,;!?]*")


@dataclass(frozen=True)
class Facts:
    """text: what a model reads. place: from it back to the finding's own words."""

    text: str
    original: str
    normalised: Normalised

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of `text` stands in the finding."""
        return self.normalised.span(start, end)


def facts_of(text: str, language: Language) -> Facts:
    """Blank the instructions, keeping every place, then normalise."""
    instruction = any_of(language.instructions)
    blanked = _CLAUSE.sub(
        lambda m: " " * len(m.group()) if instruction.search(m.group()) else m.group(), text
    )
    normalised = unnamed(normalise_with_offsets(blanked))
    return Facts(text=normalised.text, original=text, normalised=normalised)


def unnamed(normalised: Normalised) -> Normalised:
    """李秀英 as 李某, 清河镇 as 某镇: who it was and where decides nothing."""
    text, starts, ends = normalised.text, normalised.starts, normalised.ends
    parts: list[str] = []
    begins: list[int] = []
    stops: list[int] = []
    done = 0
    for start, end, words in shortened(text):
        last = start + len(words) - 1
        parts += [text[done:start], words]
        begins += starts[done : last + 1]
        stops += [*ends[done:last], ends[end - 1]]
        done = end
    text = "".join([*parts, text[done:]])
    return Normalised(text, (*begins, *starts[done:]), (*stops, *ends[done:]))
