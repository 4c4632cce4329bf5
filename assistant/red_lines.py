"""The red lines, evaluated in code after any reader: no model can overrule them.

Terms   crossing: a cue of the red line stands in a clause, is not negated, is not excepted, and what
        the clause says is established (not one side's word, not refuted, not unexamined).
Source  library/red_lines.yaml, each with its provision.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from assistant.contract import RedLine
from assistant.readers.clauses import Clause, any_of, clauses, negated
from knowledge.rules import Language, RedLineRule


def red_lines(text: str, rules: tuple[RedLineRule, ...], language: Language) -> tuple[RedLine, ...]:
    """The red lines that the words of a finding cross, in the order of the text."""
    crossed: list[RedLine] = []
    every = clauses(text, language)
    for clause, after in itertools.zip_longest(every, every[1:]):
        if clause.proof != "查实":
            continue
        for rule in rules:
            place = _crossing(clause, after, rule, language)
            if place is None or any(line.rule == rule.name for line in crossed):
                continue
            start, end = clause.place(*place)
            crossed.append(
                RedLine(
                    rule=rule.name,
                    provision=rule.provision,
                    refers=rule.refers,
                    span=text[start:end],
                    start=start,
                    end=end,
                )
            )
    return tuple(crossed)


def _crossing(
    clause: Clause, after: Clause | None, rule: RedLineRule, language: Language
) -> tuple[int, int] | None:
    """Where the clause crosses; what takes it back may stand in the clause that goes on from it."""
    words = clause.text
    goes_on = after.text if after is not None and after.sentence == clause.sentence else ""
    if any_of(rule.exceptions).search(f"{words}，{goes_on}"):
        return None
    for cue in rule.cues:
        match = _compiled(cue).search(words)
        if match is not None and not _denied(words, match.start(), language):
            return match.start(), match.end()
    return None


def _denied(words: str, start: int, language: Language) -> bool:
    """A negation anywhere before the cue in its clause denies it: 未发现郑某收受红包."""
    if any_of(language.double_negations).search(words[:start]):
        return False
    return negated(words, start, language) or bool(_denial(language).search(words[:start]))


@lru_cache(maxsize=8)
def _denial(language: Language) -> re.Pattern[str]:
    return re.compile("|".join(word for word in language.negations if len(word) > 1))


@lru_cache(maxsize=512)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)
