"""What a model is shown: the vocabulary, the provisions it may cite, the finding as evidence, and
the shape of its answer.

Terms   offered: the provisions retrieved for this finding and for each label's own question, in
        force on their day; the model may cite these and no others.
        fence: a word that the finding cannot know, so that it cannot close its own marks.
        half: a surrogate that stands alone, half of a character; a damaged file may have one.
Source  prompts/*.md; the meanings of labels and criteria in the library.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.contract import DOMAINS, LIABILITIES, REMEDIES
from assistant.evidence import without_orders
from assistant.retrieval import Retrieved
from knowledge.rules import Rules

PROMPTS = Path(__file__).parent / "prompts"
_BLANK = re.compile(r"\{\{(\w+)\}\}")
LATER = "（事发后才施行，只用于今天的处理）"
_NEAR = 8
_PER_LABEL = 2
_PATTERNS = 5


def offered(retrieved: Retrieved, rules: Rules) -> tuple[str, ...]:
    """Ids the model may cite, nearest first, then two for each label."""
    ids = [hit.id for hit in retrieved.provisions[:_NEAR]]
    for label in LIABILITIES:
        question = rules.labels[label].query
        hits = retrieved.for_question(question, "liability", _PER_LABEL) if question else ()
        ids += [hit.id for hit in hits]
    for remedy in REMEDIES:
        hits = retrieved.for_question(rules.remedies[remedy].query, "remedy", _PER_LABEL)
        ids += [hit.id for hit in hits]
    return tuple(dict.fromkeys(i for i in ids if _applies(i, rules, retrieved)))


def gist_of(provision_id: str, rules: Rules) -> str:
    """What a provision says, in the library's words."""
    if provision_id in rules.method:
        return rules.method[provision_id].text
    return rules.provisions[provision_id].gist


def instructions(rules: Rules) -> str:
    """The system message: the same for every finding, so that a model can keep it."""
    criteria = (
        f"- {c.name}：失误指{c.mistake.meaning}；失责指{c.failure.meaning}"
        for c in rules.criteria.values()
    )
    return fill(
        "read",
        {
            "domains": _meanings(DOMAINS, rules),
            "liabilities": _meanings(LIABILITIES, rules),
            "remedies": _meanings(REMEDIES, rules),
            "criteria": "\n".join(criteria),
        },
    )


def evidence(retrieved: Retrieved, ids: tuple[str, ...], rules: Rules, text: str) -> str:
    """The user message: what may be cited, similar patterns, and the text fenced as evidence."""
    on = retrieved.finding.date
    text = without_halves(text)
    lines = (
        f"[{i}] {_document(i, rules)}{_later(i, on, rules)}：{without_orders(gist_of(i, rules))}"
        for i in ids
    )
    return fill(
        "finding",
        {
            "provisions": "\n".join(lines),
            "patterns": "、".join(hit.id for hit in retrieved.patterns[:_PATTERNS]) or "无",
            "date": on.isoformat() if on else "未写明",
            "fence": hashlib.sha256(text.encode()).hexdigest()[:8],
            "text": text,
        },
    )


def without_halves(text: str) -> str:
    """One mark for every half, which no request can carry; quotes then align with the finding."""
    return text.encode(errors="replace").decode()


def with_ends(
    schema: dict[str, Any], items: int, texts: tuple[int, int] | None = None
) -> dict[str, Any]:
    """The schema with an end to every list: small models repeat themselves without one.

    texts: where texts have an end as well, how long they may be outside and inside of lists.
    """
    if schema["type"] == "array":
        inner = texts and (texts[1], texts[1])
        return {**schema, "items": with_ends(schema["items"], items, inner), "maxItems": items}
    if schema["type"] == "object":
        parts = {name: with_ends(one, items, texts) for name, one in schema["properties"].items()}
        return {**schema, "properties": parts}
    if "enum" in schema or texts is None:
        return schema
    return {**schema, "maxLength": texts[0]}


def fill(name: str, words: Mapping[str, str]) -> str:
    """A prompt with its blanks filled; a blank within what is filled in stays as it is."""
    return _BLANK.sub(lambda blank: words.get(blank.group(1), blank.group()), _prompt(name))


@lru_cache(maxsize=16)
def _prompt(name: str) -> str:
    return (PROMPTS / f"{name}.md").read_text(encoding="utf-8")


def _meanings(labels: Iterable[str], rules: Rules) -> str:
    return "\n".join(f"- {label}：{rules.meanings[label]}" for label in labels)


def _document(provision_id: str, rules: Rules) -> str:
    if provision_id in rules.method:
        return f"方法“{rules.method[provision_id].title}”"
    version = rules.provisions.version_of(provision_id)
    return f"《{version.document}》{rules.provisions[provision_id].article}"


def _later(provision_id: str, on: date | None, rules: Rules) -> str:
    if on is None or provision_id in rules.method:
        return ""
    return LATER if rules.provisions.in_force(provision_id, on) is False else ""


def _applies(provision_id: str, rules: Rules, retrieved: Retrieved) -> bool:
    """For this kind of office; on the day of the conduct, or today for what is about handling."""
    if provision_id in rules.method:
        return True
    if not rules.offices.apply(provision_id.partition(":")[0], retrieved.finding.text):
        return False
    days = (retrieved.finding.date or retrieved.today, retrieved.today)
    return any(rules.provisions.in_force(provision_id, one) is not False for one in days)
