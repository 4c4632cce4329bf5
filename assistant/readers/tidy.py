"""Make readings fit to be quoted: whole clauses, one reading for the same words, on the right side.

Terms   covered: how much of a clause a run of tags takes in. A run that takes in less than half of
        its clause shows something only where a cue of the criterion stands in the clause as well.
Source  library/criteria.yaml for the cues, library/language.yaml for what was not looked into.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.contract import Leans, Proof, Reading
from assistant.readers.clauses import Clause, any_of
from assistant.readers.cues import side_of
from assistant.readers.spans import Tagged
from knowledge.rules import Criterion, Language

_LEAST_COVERED = 0.5
_LONGEST = 48  # characters; neighbouring clauses that say the same are quoted together up to here


def tidy(
    tagged: tuple[Tagged, ...],
    text: str,
    cut: tuple[Clause, ...],
    criteria: Mapping[str, Criterion],
    language: Language,
) -> tuple[Reading, ...]:
    """At most one reading per clause, neighbours of the same sense joined."""
    kept: list[tuple[Clause, Reading]] = []
    for clause in cut:
        reading = _of_clause(clause, tagged, text, criteria, language)
        if reading is None:
            continue
        if kept and _joins(kept[-1], clause, reading):
            before = kept[-1][1]
            reading = before.model_copy(
                update={"end": reading.end, "span": text[before.start : reading.end]}
            )
            kept[-1] = (clause, reading)
        else:
            kept.append((clause, reading))
    return tuple(reading for _, reading in kept)


def _of_clause(
    clause: Clause,
    tagged: tuple[Tagged, ...],
    text: str,
    criteria: Mapping[str, Criterion],
    language: Language,
) -> Reading | None:
    if any_of(language.looking).search(clause.text):
        return None
    length = clause.end - clause.start
    best: tuple[float, Reading] | None = None
    for one in tagged:
        covered = _shared(one.reading, clause) / length
        said = side_of(clause.text, criteria[one.reading.criterion], language)
        if covered <= 0 or (covered < _LEAST_COVERED and said is None):
            continue
        weight = covered * one.share
        if best is None or weight > best[0]:
            best = (weight, one.reading)
    if best is None:
        return None
    reading = best[1]
    criterion: str = reading.criterion
    leans = reading.leans
    said = side_of(clause.text, criteria[criterion], language)
    if said is None:
        criterion, said = _named(clause, criterion, criteria, language)
    if said is not None:
        leans = said
    return Reading.model_validate(
        {
            "criterion": criterion,
            "leans": leans,
            "span": text[clause.start : clause.end],
            "start": clause.start,
            "end": clause.end,
            "proof": examined(reading.proof, leans, clause),
        }
    )


def _named(
    clause: Clause, seen: str, criteria: Mapping[str, Criterion], language: Language
) -> tuple[str, Leans | None]:
    """The one other criterion that has words here, where the one that was seen has none."""
    others = {n: side_of(clause.text, c, language) for n, c in criteria.items() if n != seen}
    shown = [(name, side) for name, side in others.items() if side is not None]
    return shown[0] if len(shown) == 1 else (seen, None)


def examined(seen: Proof, leans: str, clause: Clause) -> Proof:
    """The words decide what is unexamined, and that a person's own account is no proof for them."""
    if clause.proof == "未查" or (clause.account and (seen, leans) == ("查实", "失误")):
        return clause.proof
    if seen == "查否" and leans == "失误":
        return "查实"
    return seen


def _joins(last: tuple[Clause, Reading], clause: Clause, reading: Reading) -> bool:
    before_clause, before = last
    return (
        before_clause.sentence == clause.sentence
        and 0 <= clause.start - before_clause.end <= 1
        and (before.criterion, before.leans, before.proof)
        == (reading.criterion, reading.leans, reading.proof)
        and clause.end - before.start <= _LONGEST
    )


def _shared(reading: Reading, clause: Clause) -> int:
    return max(0, min(reading.end, clause.end) - max(reading.start, clause.start))
