"""The built-in reader: no network, no key, the same answer every time.

Three voices: the tuned network over the tokens (labels of the whole finding, words for each
criterion, how far they are established), n-grams over the whole finding, and cues with negation
where the network found no words. The problem patterns come from the retrieval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assistant.contract import Proposal, Reading, Report
from assistant.readers import network, ngrams
from assistant.readers.clauses import clauses
from assistant.readers.cues import read_cues
from assistant.readers.network import Seen
from assistant.readers.spans import readings_of
from assistant.readers.tidy import tidy
from assistant.retrieval import Retrieved
from knowledge.encoder import Encoder, TokenStates
from knowledge.rules import Rules

_HEADS = ("domain", "liability", "remedy")
_PATTERNS = 3
_SMALLEST = 1e-5


class OfflineReader:
    """Reads with what ships in the repository."""

    name = "offline"

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._ngrams = ngrams.load()
        self._network = network.load()
        self._encoder = Encoder()  # only used where an endpoint embeds; loads at first use

    def read(self, retrieved: Sequence[Retrieved]) -> list[Report]:
        """One report per finding."""
        states = [one.states or self._encoder.read([one.facts.text])[0][1] for one in retrieved]
        seen = self._network.see_each([each.layer7 for each in states])
        return [self._read(*each) for each in zip(retrieved, states, seen, strict=True)]

    def _read(self, retrieved: Retrieved, states: TokenStates, seen: Seen) -> Report:
        facts, language = retrieved.facts, self._rules.language
        numbers = self._rules.judgement
        shares = self._ngrams.shares(facts.text, *_HEADS)
        pooled = {
            name: _pool(
                seen.labels[name],
                dict(zip(self._ngrams.heads[name].labels, shares[name].tolist(), strict=True)),
                numbers.weights["ngrams"],
            )
            for name in _HEADS
        }
        tagged = readings_of(seen, states, facts, self._network, numbers.tag_floor)
        if len(tagged) == 1:  # nothing beside it bears it out, so it has to be surer
            tagged = readings_of(seen, states, facts, self._network, numbers.tag_floor_alone)
        cut = clauses(facts.original, language)
        readings = _together(
            tidy(tagged, facts.original, cut, self._rules.criteria, language),
            read_cues(facts.original, cut, self._rules.criteria, language),
        )
        return Report(
            reader=self.name,
            proposal=Proposal.model_validate(pooled),
            alarm=seen.labels["liability"]["违纪违法"],
            readings=readings,
            issues=tuple(h.id for h in retrieved.patterns if h.score >= numbers.pattern_floor)[
                :_PATTERNS
            ],
        )


def _pool(one: Mapping[str, float], other: Mapping[str, float], weight: float) -> dict[str, float]:
    """Product of both shares, the second to the power of its weight, scaled to sum to 1."""
    scores = {
        name: math.log(max(share, _SMALLEST))
        + weight * math.log(max(other.get(name, 0.0), _SMALLEST))
        for name, share in one.items()
    }
    top = max(scores.values())
    raised = {name: math.exp(score - top) for name, score in scores.items()}
    total = sum(raised.values())
    return {name: value / total for name, value in raised.items()}


def _together(tagged: tuple[Reading, ...], cued: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """The network's readings; a cue adds one only where its words show nothing yet."""
    criteria = {(r.criterion, r.leans) for r in tagged}
    added: dict[tuple[str, str], Reading] = {}
    for reading in cued:
        key = (reading.criterion, reading.leans)
        if key in criteria or any(r.start < reading.end and reading.start < r.end for r in tagged):
            continue
        if key not in added or len(reading.span) < len(added[key].span):
            added[key] = reading
    return (*tagged, *added.values())
