"""One query as the data contract shows it: found, no_match, or unavailable."""

from __future__ import annotations

from datetime import date
from typing import Any

from knowledge import statutes
from knowledge.errors import IndexUnavailableError
from knowledge.index import Hit, Index
from knowledge.rules import Rules


def search(
    query: str, index: Index, rules: Rules, limit: int = 10, day: date | None = None
) -> dict[str, Any]:
    """{"hits": […], "status": …}; nothing found is not filled with something far-fetched."""
    try:
        good = good_hits(query, index, rules, limit, day)
    except IndexUnavailableError:
        return {"hits": [], "status": "unavailable"}
    return {
        "hits": [as_row(hit, rules, day or date.today()) for hit in good],
        "status": "found" if good else "no_match",
    }


def good_hits(
    query: str, index: Index, rules: Rules, limit: int = 10, day: date | None = None
) -> list[Hit]:
    """Provisions and units near enough to be shown; none for a question off the subject."""
    hits, nearness = index.survey(query, day=day, kinds=("provision", "method"))
    numbers = rules.judgement.search
    known = nearness >= numbers["nearness_floor"]
    return [
        hit
        for hit in hits[:limit]
        if (known and hit.score >= numbers["floor"]) or hit.words >= numbers["words_floor"]
    ]


def as_row(hit: Hit, rules: Rules, day: date) -> dict[str, Any]:
    """A hit in the fields of the contract."""
    row: dict[str, Any] = {"provision": hit.id, "score": round(hit.score, 4)}
    if hit.id in rules.method:
        unit = rules.method[hit.id]
        return row | {
            "document": "巡察方法（三个关系）",
            "version": "",
            "article": unit.title,
            "kind": "要旨",
            "in_force": None,
        }
    provision = rules.provisions[hit.id]
    version = rules.provisions.version_of(hit.id)
    verbatim = version.statute and statutes.statute_text(version.statute, provision.number)
    return row | {
        "document": version.document,
        "version": version.version,
        "article": provision.article,
        "kind": "原文" if verbatim else "要旨",
        "in_force": rules.provisions.in_force(hit.id, day),
    }
