"""Read the criteria by cues: words that show a side, with negation turning it round.

Source  library/criteria.yaml, library/language.yaml.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.contract import Leans, Reading
from assistant.readers.clauses import Clause, negated
from knowledge.rules import Criterion, Language

_OTHER: dict[Leans, Leans] = {"失误": "失责", "失责": "失误", "未知": "未知"}


def read_cues(
    text: str, clauses: tuple[Clause, ...], criteria: dict[str, Criterion], language: Language
) -> tuple[Reading, ...]:
    """Every criterion that a clause of the text shows, each with the clause as its words."""
    found: list[Reading] = []
    for clause in clauses:
        for name, criterion in criteria.items():
            leans = side_of(clause.text, criterion, language)
            if leans is None:
                continue
            found.append(
                Reading.model_validate(
                    {
                        "criterion": name,
                        "leans": leans,
                        "span": text[clause.start : clause.end],
                        "start": clause.start,
                        "end": clause.end,
                        # what speaks for a person is not refuted by a check: 经查符合条件
                        "proof": "查实"
                        if (clause.proof, leans) == ("查否", "失误")
                        else clause.proof,
                    }
                )
            )
    return tuple(found)


def side_of(words: str, criterion: Criterion, language: Language) -> Leans | None:
    """The side that the words show; the mistake side is asked first, it holds the negated forms."""
    sides: tuple[tuple[Leans, tuple[str, ...]], ...] = (
        ("失误", criterion.mistake.cues),
        ("失责", criterion.failure.cues),
    )
    for leans, cues in sides:
        for cue in cues:
            match = _compiled(cue).search(words)
            if match is None:
                continue
            return (
                _OTHER[leans]
                if negated(words, match.start(), language, far=leans == "失误")
                else leans
            )
    return None


@lru_cache(maxsize=512)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)
