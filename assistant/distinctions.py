"""The article's other distinctions: 范围, 层次, 性质, 根源, each with the words that show it.

Terms   sentence: its clauses in a row; what was refuted, only claimed or not looked into shows
        nothing and is left out.
Source  library/distinctions.yaml. One case is never called general: the cues ask for several.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.contract import Distinction
from assistant.readers.clauses import Clause, clauses
from knowledge.rules import DistinctionRule, Language

UNKNOWN = "未知"


@dataclass(frozen=True)
class _Sentence:
    text: str
    places: tuple[tuple[int, int], ...]


def distinctions(
    text: str, rules: tuple[DistinctionRule, ...], language: Language
) -> tuple[Distinction, ...]:
    """One answer per distinction, 未知 where no established words show a value."""
    established = [c for c in clauses(text, language) if c.proof == "查实" or c.account]
    sentences = [
        _joined(tuple(group))
        for _, group in itertools.groupby(established, key=lambda clause: clause.sentence)
    ]
    return tuple(_distinction(rule, text, sentences) for rule in rules)


def _joined(group: tuple[Clause, ...]) -> _Sentence:
    words, places = group[0].text, list(group[0].places)
    for before, clause in itertools.pairwise(group):
        words += "," + clause.text
        places += [(before.end, clause.start), *clause.places]
    return _Sentence(words, tuple(places))


def _distinction(rule: DistinctionRule, text: str, sentences: list[_Sentence]) -> Distinction:
    for value, cues in rule.values.items():
        for cue, sentence in itertools.product(cues, sentences):
            match = _compiled(cue).search(sentence.text)
            if match is None or not match.group():
                continue
            start, end = sentence.places[match.start()][0], sentence.places[match.end() - 1][1]
            return Distinction(
                name=rule.name, value=value, span=text[start:end], start=start, end=end
            )
    return Distinction(name=rule.name, value=UNKNOWN)


@lru_cache(maxsize=256)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)
