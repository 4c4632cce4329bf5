"""A model earns its weight: short findings with known answers, put to it once in one go.

Terms   skill: the share of answers a model gets right, 0..1; how far its labels count beside the
        built-in reader's (assistant/second.py).
        untested: a model that gave no answer, not in what was left of an opinion's time, or none that
        can be marked. It counts for nothing, and it is asked again ten minutes later, or when there
        is twice the time: a batch must not wait for it at every finding.
Source  library/exam.yaml; none of the questions is a finding of an office.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from assistant import stopping
from assistant.contract import LIABILITIES
from assistant.errors import ReaderError
from assistant.model_cache import ModelCache, key_of
from assistant.readers import ask
from assistant.readers.said import UnreadableError, json_object
from assistant.readers.voice import Message, MethodUnknownError, Voice
from knowledge.rules import ExamQuestion, Rules

_AGAIN_AFTER = 600.0
_known: dict[tuple[str, str], Result] = {}
_failed: dict[tuple[str, str], tuple[float, float]] = {}  # when, and after how many seconds
_turns: dict[tuple[str, str], threading.Lock] = {}


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


def examine(
    voice: Voice, rules: Rules, cache: ModelCache, until: float, again: bool = False
) -> Result | None:
    """The model's result, asked for once per process; None when there is no answer to mark by then.

    again: a person wants it asked now, whatever it answered or failed at before; a result that it
    had stands where there is none now.
    """
    place = (voice.where, voice.name)
    if place in _known and not again:
        return _known[place]
    with _turn(place, until) as ours:
        if place in _known and not again:
            return _known[place]
        began = time.monotonic()
        messages = _messages(rules)
        key = key_of(voice.where, voice.name, messages)
        kept = None if again else cache.get(key)
        if not ours or (kept is None and not again and _lately(place, until - began)):
            return None
        try:
            answer = kept or _asked(voice, messages, rules.exam, until)
        except ReaderError:
            _failed[place] = (time.monotonic(), until - began)
            return None
        result = _marked(answer, rules.exam)
        if result is None:
            _failed[place] = (time.monotonic(), until - began)
            return None
        _known[place] = result
        cache.put(key, answer)
        return result


def skill_of(voice: Voice, rules: Rules, cache: ModelCache, until: float) -> float | None:
    """How far the model is believed; None: not examined, or there was nothing to mark."""
    result = examine(voice, rules, cache, until)
    return result.skill if result else None


@contextmanager
def _turn(place: tuple[str, str], until: float) -> Iterator[bool]:
    """One examination of a model at a time; whether the turn came before the time was over."""
    one_at_a_time = _turns.setdefault(place, threading.Lock())
    ours = one_at_a_time.acquire(blocking=False)
    while not ours and time.monotonic() < until:
        stopping.check()
        ours = one_at_a_time.acquire(timeout=stopping.LOOK)
    try:
        yield ours
    finally:
        if ours:
            one_at_a_time.release()


def _lately(place: tuple[str, str], seconds: float) -> bool:
    """Whether it failed not long ago, with not much less time than there is now."""
    when, had = _failed.get(place, (-_AGAIN_AFTER, 0.0))
    return time.monotonic() - when < _AGAIN_AFTER and seconds < 2 * had


def _messages(rules: Rules) -> tuple[Message, ...]:
    lines = (f"{n}. {question.text}" for n, question in enumerate(rules.exam, 1))
    liabilities = "\n".join(f"- {name}：{rules.meanings[name]}" for name in LIABILITIES)
    words = {"liabilities": liabilities, "questions": "\n".join(lines)}
    return (("human", ask.fill("exam", words)),)


def _asked(
    voice: Voice, messages: tuple[Message, ...], questions: tuple[ExamQuestion, ...], until: float
) -> str:
    """The first answer that can be marked, by whatever method the model knows; empty: none can."""
    for method in voice.methods():
        try:
            answer = voice.ask(messages, _schema(len(questions)), method, until)
        except MethodUnknownError:
            continue
        if _marked(answer, questions):
            return answer
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
