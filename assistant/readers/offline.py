"""The built-in reader: no network, no key, the same answer every time.

Two views of a finding: its words as a whole (n-grams), and clause by clause (cues with negation and
state of proof). The problem patterns come from the retrieval.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.text import normalise

from assistant.contract import Proposal, Reading, Report
from assistant.readers import ngrams
from assistant.readers.clauses import clauses
from assistant.readers.cues import read_cues
from assistant.retrieval import Retrieved
from knowledge.rules import Rules

_HEADS = ("domain", "liability", "remedy")
_PATTERNS = 3


class OfflineReader:
    """Reads with what ships in the repository."""

    name = "offline"

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._ngrams = ngrams.load()

    def read(self, retrieved: Sequence[Retrieved]) -> list[Report]:
        """One report per finding."""
        return [self._read(one) for one in retrieved]

    def _read(self, retrieved: Retrieved) -> Report:
        text = retrieved.finding.text
        cut = clauses(text, self._rules.language)
        facts = normalise("，".join(clause.text for clause in cut))
        shares = self._ngrams.shares(facts, *_HEADS)
        labelled = {
            name: {
                label: float(share)
                for label, share in zip(self._ngrams.heads[name].labels, shares[name], strict=True)
            }
            for name in _HEADS
        }
        floor = self._rules.judgement.pattern_floor
        return Report(
            reader=self.name,
            proposal=Proposal.model_validate(labelled),
            readings=_trim(read_cues(cut, self._rules.criteria, self._rules.language)),
            issues=tuple(h.id for h in retrieved.patterns if h.score >= floor)[:_PATTERNS],
        )


def _trim(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """At most one reading per criterion and side: the shortest words that show it."""
    best: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        key = (reading.criterion, reading.leans)
        if key not in best or len(reading.span) < len(best[key].span):
            best[key] = reading
    return tuple(best.values())
