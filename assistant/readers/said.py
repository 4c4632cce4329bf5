"""What a model is asked to say, and how its answer is read.

Terms   schema: the JSON schema an endpoint is held to, where it can be.
        repair: what small models get wrong in JSON and can be mended without guessing at meaning:
        a code fence, words around the object, an object within another, a comma too many, an object
        cut off at its end. One that was cut before its labels is no answer.
Raises  UnreadableError: nothing in the answer can be used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.contract import CRITERIA, DOMAINS, LIABILITIES, PROOFS, REMEDIES

LONGEST = 60_000
_FENCE = re.compile(r"```(?:json|JSON)?\s*(.*?)(?:```|$)", re.DOTALL)
_THOUGHT = "</think>"
_STILL_THINKING = re.compile(r"<think>.*", re.DOTALL)
_HALF_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?$")
_COMMA = re.compile(r",(\s*[}\]])")
_REFUSAL = re.compile(
    r"^(?:很?抱歉|对不起|我(?:无法|不能)|I(?:'m| am) sorry|I can(?:'t|not)|Sorry)", re.IGNORECASE
)
LEANS = ("失误", "失责", "未知")
_MOST_STARTS = 40  # braces at which an object may begin; more are no answer


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

    reason: str = ""  # becomes the explanation of the opinion, as far as it holds
    readings: tuple[SaidReading, ...] = ()
    domain: str = ""
    liability: str = ""
    remedy: str = ""
    issues: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()  # parts that had another shape than asked


def schema() -> dict[str, Any]:
    """The JSON schema of an answer: everything required, the words of the contract as enums.

    The reason comes first, under a short name, so that it can be shown as it comes; the labels come
    before the lists, so that an answer that breaks off in a list has them.
    """
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
            "reason": text,
            "domain": {"type": "string", "enum": list(DOMAINS)},
            "liability": {"type": "string", "enum": list(LIABILITIES)},
            "remedy": {"type": "string", "enum": list(REMEDIES)},
            "readings": {"type": "array", "items": reading},
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
    rows = 0
    for row, cut in _objects(answer):
        rows += 1
        said = _said(row)
        labelled = said.liability in LIABILITIES
        if cut:
            labelled = labelled and said.domain in DOMAINS and said.remedy in REMEDIES
        if labelled or (said.readings and not cut):
            return said
    raise UnreadableError("既没有责任结论，也没有判据" if rows else _why_none(answer))


def json_object(answer: str) -> dict[str, Any]:
    """The first JSON object in an answer that did not break off, mended where it can be.

    Raises UnreadableError.
    """
    for row, cut in _objects(answer):
        if not cut:
            return row
    raise UnreadableError(_why_none(answer))


def _said(row: dict[str, Any]) -> Said:
    broken: list[str] = []
    readings: list[SaidReading] = []
    for item in _list(row.get("readings")):
        try:
            readings.append(SaidReading.model_validate(item))
        except ValidationError:
            broken.append(json.dumps(item, ensure_ascii=False)[:200])
    return Said(
        reason=_text(row.get("reason")),
        readings=tuple(readings),
        domain=_text(row.get("domain")),
        liability=_text(row.get("liability")),
        remedy=_text(row.get("remedy")),
        issues=_texts(row.get("issues")),
        questions=_texts(row.get("questions")),
        broken=tuple(broken),
    )


def _objects(answer: str) -> Iterator[tuple[dict[str, Any], bool]]:
    """The JSON objects in an answer, and whether each had to be closed because it broke off."""
    text = after_thinking(answer)
    fenced = _FENCE.search(text)
    for part in (text, fenced.group(1)) if fenced else (text,):
        start = part.find("{")
        for _ in range(_MOST_STARTS):
            if start < 0:
                break
            row, cut, length = _object_at(part[start:])
            if row is not None:
                yield _unwrapped(row), cut
            start = part.find("{", start + length)


def _object_at(text: str) -> tuple[dict[str, Any] | None, bool, int]:
    """The object that begins here, whether it broke off, and how many characters to go on."""
    mended = _COMMA.sub(r"\1", text)
    straight = mended.replace("“", '"').replace("”", '"')
    for candidate in dict.fromkeys((text, mended, straight, _closed(mended))):
        try:
            row, end = json.JSONDecoder(strict=False).raw_decode(candidate)
            row = _whole_characters(row)
        except (ValueError, RecursionError):  # ValueError: also a number too long to be read
            continue
        if isinstance(row, dict):
            cut = candidate not in (text, mended, straight)
            return row, cut, end if candidate == text else len(text)
    return None, False, 1


def _whole_characters(row: Any) -> Any:
    """With "?" for half a character (a lone surrogate), which no page and no file can hold."""
    told = json.dumps(row, ensure_ascii=False)
    return row if told.isascii() else json.loads(told.encode(errors="replace"))


def _unwrapped(row: dict[str, Any]) -> dict[str, Any]:
    inner = next(iter(row.values())) if len(row) == 1 else None
    return inner if isinstance(inner, dict) else row


def after_thinking(answer: str) -> str:
    """Without what was thought first; some templates open the thinking themselves."""
    text = answer.strip()
    if text.startswith("{"):
        return text
    return _STILL_THINKING.sub("", text.rpartition(_THOUGHT)[2]).strip()


def _why_none(answer: str) -> str:
    text = after_thinking(answer)
    if not text or _REFUSAL.match(text):
        return "模型没有回答，可能拒绝了这条内容"
    return "回答不是有效的 JSON" if "{" in text else "回答里没有 JSON"


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
    ended = _HALF_ESCAPE.sub(r"\1", text) + '"' if inside else text
    ended = re.sub(r'(,\s*|\{\s*)"[^"]*"\s*(?::\s*)?$', r"\1", ended).rstrip().rstrip(",:")
    return ended + "".join(reversed(stack))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item.strip() for item in _list(value) if isinstance(item, str) and item.strip())
