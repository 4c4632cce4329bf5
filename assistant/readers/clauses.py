"""Cut a finding into clauses and say how far each is established.

Terms   clause: the words between two marks of punctuation; what a cue may look at. Its words are
        normalised (simplified characters, half width); its place is in the text as given.
        proof: 查实 unless the words say otherwise: 单方 inside an allegation or a person's account
        that no check has followed, 未查 where the text says that it was not looked into, 查否 where
        a check found nothing.
Source  library/language.yaml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.contract import Proof
from knowledge.rules import Language
from knowledge.text import normalise_with_offsets

# a comma or colon between two figures stands inside a number or a time of day
CLAUSE = re.compile(r"(?:[^，。；！？：,;!?:\n\r]|(?<=\d)[,:](?=\d))+")
# 没有对进货单逐笔核对: between the negation and what it turns stands the object
_TURNED = re.compile(
    r"(?:未|没有|没|不)(?:对|把|将|向|就|给)[^未没不]{1,9}$|(?:未|没有|没)(?:发生|造成|出现|引发)[^未没不]{0,9}$"
)
# 没有上会公示: what would speak for a person was not done
_FAR = re.compile(r"(?:未|没有|没)(?!人|异议|问题|损失|影响)[^未没不]{1,9}$")
_SENTENCE_END = frozenset("。！？!?\n")


@dataclass(frozen=True)
class Clause:
    """A clause with its place in the text, and how far what it says is established.

    account: it is what a person said; of what that person thinks it is proof, of nothing else.
    """

    text: str
    start: int
    end: int
    proof: Proof
    sentence: int = 0
    places: tuple[tuple[int, int], ...] = ()
    account: bool = False

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the clause's words stands in the finding."""
        return self.places[start][0], self.places[end - 1][1]


@lru_cache(maxsize=64)
def any_of(expressions: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern that matches where any of the expressions does."""
    return re.compile("|".join(expressions) if expressions else r"(?!)", re.IGNORECASE)


@lru_cache(maxsize=64)
def clauses(text: str, language: Language) -> tuple[Clause, ...]:
    """The clauses of a text in order; instructions to the reader are left out, they are no facts."""
    claim, check = any_of(language.claims), any_of(language.checks)
    speech = any_of(language.speech)
    refuted, unknown = any_of(language.refutations), any_of(language.unknowns)
    instruction = any_of(language.instructions)
    normalised = normalise_with_offsets(text)
    places = tuple(zip(normalised.starts, normalised.ends, strict=True))
    found: list[Clause] = []
    alleged = checked = told = False
    sentence = 0
    for match in CLAUSE.finditer(normalised.text):
        words = match.group().strip()
        if not words or instruction.search(words):
            continue
        if check.search(words):
            alleged, checked = False, True
        if claim.search(words) and not check.search(words):
            alleged = True
        says = speech.search(words)
        told = bool(says) or (told and not check.search(words))
        proof: Proof = "查实"
        if unknown.search(words):
            proof = "未查"
        elif checked and refuted.search(words):
            proof = "查否"
        elif alleged or told:
            proof = "单方"
        begins = match.start() + len(match.group()) - len(match.group().lstrip())
        own = places[begins : begins + len(words)]
        account = told and not alleged
        found.append(Clause(words, own[0][0], own[-1][1], proof, sentence, own, account))
        mark = normalised.text[match.end() : match.end() + 1]
        if mark in ";；" or (says and words[-1] in '”"'):
            told = False  # the account ends: another begins, or its words were quoted to the end
        if mark in _SENTENCE_END:
            alleged = told = False
            sentence += 1
    return tuple(found)


def negated(clause: str, start: int, language: Language, far: bool = False) -> bool:
    """Whether a negation stands before a place in the clause, and is not itself negated."""
    before = clause[max(0, start - 6) : start]
    if any_of(language.double_negations).search(before):
        return False
    wider = clause[max(0, start - 12) : start]
    if _TURNED.search(wider) or (far and _FAR.search(wider)):
        return True
    return any(before.endswith(word) for word in language.negations)
