"""What was retrieved for a finding: one search per question that the opinion has to rest on.

Terms   for_domain: rules not kept and method units, found with the finding itself, in force on the
        day of the conduct. for_liability, for_remedy: per label, found with the finding and the
        label's own question together; handling follows the law of today (实体从旧，程序从新).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.contract import Finding
from knowledge.index import Hit, Index, Vector

_NEAREST = 12
_NEAREST_FOR_A_QUESTION = 60


@dataclass(frozen=True)
class Retrieved:
    """The hits for one finding and what is needed to ask for more with the same vector."""

    finding: Finding
    vector: Vector
    patterns: tuple[Hit, ...]
    provisions: tuple[Hit, ...]
    index: Index
    today: date

    def for_question(
        self, question: str, part: str, limit: int = _NEAREST_FOR_A_QUESTION
    ) -> tuple[Hit, ...]:
        """Provisions that can support a part of an opinion, near both finding and question."""
        return self.index.near(self.vector, question, part, limit)


def retrieve(findings: Sequence[Finding], index: Index, today: date) -> list[Retrieved]:
    """Search once per finding: its problem patterns, and the provisions near its words."""
    vectors = index.vectors([finding.text for finding in findings])
    results: list[Retrieved] = []
    for finding, vector in zip(findings, vectors, strict=True):
        day = finding.date or today
        results.append(
            Retrieved(
                finding=finding,
                vector=vector,
                patterns=index.search(finding.text, vector=vector, limit=5, kinds=("pattern",)),
                provisions=index.search(
                    finding.text,
                    vector=vector,
                    limit=_NEAREST,
                    day=day,
                    kinds=("provision", "method"),
                ),
                index=index,
                today=today,
            )
        )
    return results
