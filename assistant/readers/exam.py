"""A model earns its weight: short findings with known answers, put to it once in one go.

Terms   skill: the share of answers a model gets right, 0..1; how far its labels count beside the
        built-in reader's (assistant/second.py).
        untested: a model that could not be asked; it counts as library/judgement.yaml says, and is
        asked again ten minutes later: a batch must not wait for it at every finding. One whose
        answer cannot be marked is not untested: it counts for nothing.
Source  library/exam.yaml; none of the questions is a finding of an office.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

from assistant.contract import LIABILITIES
from assistant.errors import ReaderError
from assistant.model_cache import ModelCache, key_of
from assistant.readers import ask
from assistant.readers.said import UnreadableError, json_object
from assistant.readers.voice import Message, MethodUnknownError, Voice
from knowledge.rules import ExamQuestion, Rules

_AGAIN_AFTER = 600.0
_known: dict[tuple[str, str], Result | None] = {}
_failed: dict[tuple[str, str], float] = {}
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Result:
    """How many of the questions a model answered rightly."""

    right: int
    of: int

    @property
    def skill(self) -> float:
        """A little below the share: a few questions prove only so much."""
        return (self.right + 0.5) / (self.of + 1)

    @property
    def sentence(self) -> str:
        """What a person is told."""
        return f"{self.of} 道试题答对 {self.right} 道"


def forget() -> None:
    """Put the questions again the next time."""
    _known.clear()
    _failed.clear()


def examine(voice: Voice, rules: Rules, cache: ModelCache) -> Result | None:
    """The model's result, asked for once per process; None when there is no answer to mark."""
    place = (voice.where, voice.name)
    with _one_at_a_time:
        if place in _known:
            return _known[place]
        if place in _failed and time.monotonic() - _failed[place] < _AGAIN_AFTER:
            return None
        messages = _messages(rules)
        key = key_of(voice.where, voice.name, messages)
        try:
            answer = cache.get(key) or _asked(voice, messages, rules.exam)
        except ReaderError:
            _failed[place] = time.monotonic()
            return None
        _known[place] = _marked(answer, rules.exam)
        if _known[place] is not None:
            cache.put(key, answer)
        return _known[place]


def skill_of(voice: Voice, rules: Rules, cache: ModelCache) -> float | None:
    """How far the model is believed: nothing where its answer could not be marked, None untested."""
    result = examine(voice, rules, cache)
    if result is not None:
        return result.skill
    return 0.0 if (voice.where, voice.name) in _known else None


def _messages(rules: Rules) -> tuple[Message, ...]:
    lines = (f"{n}. {question.text}" for n, question in enumerate(rules.exam, 1))
    liabilities = "\n".join(f"- {name}：{rules.meanings[name]}" for name in LIABILITIES)
    words = {"liabilities": liabilities, "questions": "\n".join(lines)}
    return (("human", ask.fill("exam", words)),)


def _asked(voice: Voice, messages: tuple[Message, ...], questions: tuple[ExamQuestion, ...]) -> str:
    until = voice.budget()
    for method in voice.methods():
        try:
            return voice.ask(messages, _schema(len(questions)), method, until)
        except MethodUnknownError:
            continue
    return ""


def _schema(count: int) -> dict[str, Any]:
    answer = {"type": "string", "enum": list(LIABILITIES)}
    names = [str(number) for number in range(1, count + 1)]
    return {
        "type": "object",
        "properties": dict.fromkeys(names, answer),
        "required": names,
        "additionalProperties": False,
    }


def _marked(answer: str, questions: tuple[ExamQuestion, ...]) -> Result | None:
    """Answers that are missing are wrong; an answer without any known label is none."""
    try:
        row = json_object(answer)
    except UnreadableError:
        return None
    said = [row.get(str(number)) for number in range(1, len(questions) + 1)]
    if not any(label in LIABILITIES for label in said):
        return None
    right = sum(
        label == question.liability for label, question in zip(said, questions, strict=True)
    )
    return Result(right, len(questions))
