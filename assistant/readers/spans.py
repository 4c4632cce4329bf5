"""From token tags to readings: runs of one tag become words of the finding, with their proof.

Terms   run: neighbouring tokens whose best tag is the same; a gap of one token is bridged.
        share: how sure the model is of a tag, averaged over the run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assistant.contract import Reading
from assistant.readers.facts import Facts
from assistant.readers.network import Network, Seen
from knowledge.encoder import TokenStates

_SHORTEST = 3  # characters; a shorter run shows nothing by itself
_NEAR = 4  # characters; a run that stops so short of its clause's edge goes on to it
_EDGES = " ，。；、：,;:.!?！？“”\"'（）()\n\t\u3000"


@dataclass(frozen=True)
class Tagged:
    """A reading and the share of its tag."""

    reading: Reading
    share: float


def readings_of(
    seen: Seen, states: TokenStates, facts: Facts, network: Network, least: float
) -> tuple[Tagged, ...]:
    """The runs with at least `least` of share, as readings of the finding's own words."""
    if not len(states.offsets):
        return ()
    best = seen.tokens["tag"].argmax(axis=-1)
    found: list[Tagged] = []
    for tag, first, last in _runs([int(t) for t in best]):
        run = slice(first, last + 1)
        share = float(seen.tokens["tag"][run, tag].mean())
        if share < least:
            continue
        place = _place(facts, int(states.offsets[first][0]), int(states.offsets[last][1]))
        if place is None:
            continue
        said = {
            name: network.tokens[name][int(np.argmax(seen.tokens[name][run].sum(axis=0)))]
            for name in ("side", "proof")
        }
        reading = Reading.model_validate(
            {
                "criterion": network.tokens["tag"][tag],
                "leans": said["side"],
                "span": facts.original[place[0] : place[1]],
                "start": place[0],
                "end": place[1],
                "proof": said["proof"],
            }
        )
        found.append(Tagged(reading, share))
    return tuple(found)


def _runs(tags: list[int]) -> list[tuple[int, int, int]]:
    """(tag, first token, last token) of every run that shows something."""
    runs: list[tuple[int, int, int]] = []
    for place, tag in enumerate(tags):
        if tag == 0:
            continue
        if runs and runs[-1][0] == tag and place - runs[-1][2] <= 2:
            runs[-1] = (tag, runs[-1][1], place)
        else:
            runs.append((tag, place, place))
    return runs


def _place(facts: Facts, start: int, end: int) -> tuple[int, int] | None:
    """The run's place in the finding, without marks at its edges."""
    text = facts.text
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    if end - start < _SHORTEST:
        return None
    return facts.place(_snapped(text, start, -1), _snapped(text, end, 1))


def _snapped(text: str, edge: int, step: int) -> int:
    """The edge of the clause, where it is so near that stopping short would cut a word."""
    for place in range(edge, edge + step * (_NEAR + 1), step):
        beside = place - 1 if step < 0 else place
        if not 0 <= beside < len(text) or text[beside] in _EDGES:
            return place
    return edge
