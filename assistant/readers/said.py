"""What a model is asked to say, and how its answer is read.

Terms   schema: the JSON schema an endpoint is held to, where it can be.
        repair: what small models get wrong in JSON and can be mended without guessing at meaning:
        a code fence, words around the object, a comma too many, an object cut off at its end.
Raises  UnreadableError: nothing in the answer can be used.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.contract import CRITERIA, DOMAINS, LIABILITIES, PROOFS, REMEDIES

LONGEST = 60_000
_FENCE = re.compile(r"```(?:json|JSON)?\s*(.*?)(?:```|$)", re.DOTALL)
_THINKING = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_COMMA = re.compile(r",(\s*[}\]])")
_REFUSAL = re.compile(
    r"^(?:很?抱歉|对不起|我(?:无法|不能)|I(?:'m| am) sorry|I can(?:'t|not)|Sorry)", re.IGNORECASE
)
LEANS = ("失误", "失责", "未知")


class UnreadableError(ValueError):
    """The answer is no JSON object, or holds none of what was asked."""


class SaidReading(BaseModel):
    """A criterion as the model reads it; nothing here is checked yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    criterion: str
    leans: str
    quote: str
    proof: str = "查实"
    why: str = ""


class Said(BaseModel):
    """The whole answer of a model; nothing here is checked yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    explanation: str = ""
    readings: tuple[SaidReading, ...] = ()
    domain: str = ""
    liability: str = ""
    remedy: str = ""
    issues: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()  # parts that had another shape than asked


def schema() -> dict[str, Any]:
    """The JSON schema of an answer: everything required, the words of the contract as enums."""
    text = {"type": "string"}
    reading = _object(
        {
            "criterion": {"type": "string", "enum": list(CRITERIA)},
            "leans": {"type": "string", "enum": list(LEANS)},
            "quote": text,
            "proof": {"type": "string", "enum": list(PROOFS)},
            "why": text,
        }
    )
    return _object(
        {
            "explanation": text,
            "readings": {"type": "array", "items": reading},
            "domain": {"type": "string", "enum": list(DOMAINS)},
            "liability": {"type": "string", "enum": list(LIABILITIES)},
            "remedy": {"type": "string", "enum": list(REMEDIES)},
            "issues": {"type": "array", "items": text},
            "questions": {"type": "array", "items": text},
        }
    )


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def understand(answer: str) -> Said:
    """Read an answer, mending what can be mended. Raises UnreadableError."""
    row = json_object(answer)
    broken: list[str] = []
    readings: list[SaidReading] = []
    for item in _list(row.get("readings")):
        try:
            readings.append(SaidReading.model_validate(item))
        except ValidationError:
            broken.append(json.dumps(item, ensure_ascii=False)[:200])
    said = Said(
        explanation=_text(row.get("explanation")),
        readings=tuple(readings),
        domain=_text(row.get("domain")),
        liability=_text(row.get("liability")),
        remedy=_text(row.get("remedy")),
        issues=_texts(row.get("issues")),
        questions=_texts(row.get("questions")),
        broken=tuple(broken),
    )
    if said.liability not in LIABILITIES and not said.readings:
        raise UnreadableError("既没有责任结论，也没有判据")
    return said


def json_object(answer: str) -> dict[str, Any]:
    """The JSON object in an answer, mended where it can be. Raises UnreadableError."""
    text = _THINKING.sub("", answer).strip()
    if fenced := _FENCE.search(text):
        text = fenced.group(1)
    if not text or _REFUSAL.match(text):
        raise UnreadableError("模型没有回答，可能拒绝了这条内容")
    start = text.find("{")
    if start < 0:
        raise UnreadableError("回答里没有 JSON")
    for candidate in _candidates(text[start:]):
        try:
            row, _ = json.JSONDecoder(strict=False).raw_decode(candidate)
        except (ValueError, RecursionError):  # ValueError: also a number too long to be read
            continue
        if isinstance(row, dict):
            return row
    raise UnreadableError("回答不是有效的 JSON")


def _candidates(text: str) -> list[str]:
    mended = _COMMA.sub(r"\1", text)
    return [text, mended, mended.replace("“", '"').replace("”", '"'), _closed(mended)]


def _closed(text: str) -> str:
    """An answer that broke off: end the string, drop the half-said part, close what is open."""
    stack: list[str] = []
    inside = escaped = False
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = inside
        elif char == '"':
            inside = not inside
        elif not inside and char in "{[":
            stack.append("}" if char == "{" else "]")
        elif not inside and char in "}]" and stack:
            stack.pop()
    ended = text + ('"' if inside else "")
    ended = re.sub(r'(,\s*|\{\s*)"[^"]*"\s*:?\s*$', r"\1", ended).rstrip().rstrip(",:")
    return ended + "".join(reversed(stack))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item.strip() for item in _list(value) if isinstance(item, str) and item.strip())
