"""What was retrieved for a finding: one search per question that the opinion has to rest on.

Terms   for domain: rules not kept and method units, found with the finding itself, in force on the
        day of the conduct. for a question: per label, found with the finding and the label's own
        question together; handling follows the law of today (实体从旧，程序从新).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from assistant.contract import Finding
from assistant.readers.facts import Facts, facts_of
from knowledge.encoder import TokenStates
from knowledge.index import Hit, Index, Vector
from knowledge.rules import Language

_NEAREST, _PATTERNS = 200, 5
_NEAREST_FOR_A_QUESTION = 400


@dataclass(frozen=True)
class Retrieved:
    """The hits for one finding; facts, vector and states so that nobody encodes it twice.

    states is None where an endpoint and not the built-in encoder made the vector.
    """

    finding: Finding
    facts: Facts
    vector: Vector
    states: TokenStates | None
    patterns: tuple[Hit, ...]
    provisions: tuple[Hit, ...]
    index: Index
    today: date

    def for_question(
        self,
        question: str,
        part: str,
        limit: int = _NEAREST_FOR_A_QUESTION,
        wanted: Container[str] | None = None,
    ) -> tuple[Hit, ...]:
        """Provisions that can support a part of an opinion, near both finding and question.

        wanted: of the nearest only these, where the caller can use no others.
        """
        return self.index.near(self.vector, question, part, limit, wanted)


def retrieve(
    findings: Sequence[Finding], index: Index, language: Language, today: date
) -> list[Retrieved]:
    """Search once per finding: its problem patterns, and the provisions near its words."""
    every = [facts_of(finding.text, language) for finding in findings]
    texts = [facts.text for facts in every]
    read = index.read(texts)
    if not read:
        return []
    vectors = np.array([vector for vector, _ in read])
    days = [finding.date or today for finding in findings]
    results: list[Retrieved] = []
    for finding, facts, (vector, states), hits in zip(
        findings, every, read, index.look_at_each(texts, vectors, days), strict=True
    ):
        results.append(
            Retrieved(
                finding=finding,
                facts=facts,
                vector=vector,
                states=states,
                patterns=tuple(hit for hit in hits if hit.kind == "pattern")[:_PATTERNS],
                provisions=tuple(hit for hit in hits if hit.kind != "pattern")[:_NEAREST],
                index=index,
                today=today,
            )
        )
    return results
