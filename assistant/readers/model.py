"""The model reads: a chat model proposes, what it says is checked, the judge decides.

Terms   named: the labels the model names, beside the built-in reader's proposal; assistant/second.py
        hears both. Below the floor of library/judgement.yaml the built-in readings stay, too.
Source  docs/design.md, The readers.
Raises  ReaderError: no usable answer within the budget; the offline reader is used then.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant import verify
from assistant.contract import (
    CRITERIA,
    DOMAINS,
    LIABILITIES,
    PROOFS,
    REMEDIES,
    Failure,
    Named,
    Reading,
    Report,
    Step,
)
from assistant.errors import ReaderError
from assistant.model_cache import ModelCache, key_of
from assistant.privacy import Masked, mask
from assistant.readers import ask
from assistant.readers.aloud import Aloud, Watch
from assistant.readers.conversation import Talk
from assistant.readers.established import established
from assistant.readers.exam import skill_of
from assistant.readers.offline import OfflineReader
from assistant.readers.remarks import Checks, likeness, own_words
from assistant.readers.said import (
    LEANS,
    Said,
    SaidReading,
    UnreadableError,
    after_thinking,
    schema,
    understand,
)
from assistant.readers.voice import Heard, Message, MethodUnknownError, Voice, silent, voice_of
from assistant.retrieval import Retrieved
from assistant.settings import Endpoint, Remote, Settings
from assistant.support import UNSUPPORTED, sentences
from knowledge.index import Vector
from knowledge.rules import Language, Rules

_AT_ONCE = 4
_UNTESTED = (
    "模型还没有做成试题（没有按要求作答，或者这份意见的时间用完了），它的看法这次只列出；"
    "在设置页“试一下”，试题另有时间"
)
_LOWERED = "模型说的查证程度高于原文，照原文看，理由也另写："


@dataclass(frozen=True)
class ModelReader:
    """Reads with a chat model, grounded in what was retrieved.

    confirmed: a person has seen what would be sent, where the settings ask for that.
    watch: hears the steps of an answer as it comes; for one finding at a time.
    skill: how well the model reads, asked for after its first answer, in what is left of the time for
    the opinion; None: not examined, and so it counts for nothing.
    """

    voice: Voice
    rules: Rules
    offline: OfflineReader
    remote: Remote = "mask"
    cache: ModelCache = field(default_factory=lambda: ModelCache(None))
    confirmed: bool = False
    watch: Watch | None = None
    skill: Callable[[float], float | None] = lambda until: None

    @classmethod
    def of(
        cls, source: Endpoint | Path, rules: Rules, offline: OfflineReader, settings: Settings
    ) -> ModelReader:
        """The reader that the settings describe."""
        voice = voice_of(source, settings.model_seconds)
        cache = ModelCache.of(settings)
        return cls(
            voice,
            rules,
            offline,
            settings.remote,
            cache,
            skill=lambda until: skill_of(voice, rules, cache, until),
        )

    @property
    def name(self) -> str:
        """The model's name."""
        return self.voice.name

    def aloud(self, watch: Watch) -> ModelReader:
        """The same reader, telling its steps as they come."""
        return replace(self, watch=watch)

    def confirm(self) -> ModelReader:
        """The same reader, for a text that a person has agreed to send."""
        return replace(self, confirmed=True)

    def preview(self, text: str) -> Masked:
        """Exactly what of a finding would be sent."""
        return Masked(text) if self.voice.here or self.remote == "plain" else mask(text)

    def read(self, retrieved: Sequence[Retrieved]) -> list[Report]:
        """One report per finding. Raises ReaderError when the model cannot be used.

        Of several findings, one that the model fails on is read by the built-in reader, with a note.
        """
        self._may_send()
        views = self.offline.read(retrieved)
        asked = [self._asked(one) for one in retrieved]
        if len(retrieved) == 1:
            return [self._read(retrieved[0], views[0], asked[0])]
        down = threading.Event()

        def attempt(number: int) -> Report:
            try:
                if down.is_set():
                    raise ReaderError("模型服务刚才已经不能用")
                return self._read(retrieved[number], views[number], asked[number])
            except ReaderError as error:
                if error.lasting:
                    down.set()
                note = f"模型没有给出可用的回答，以下由离线阅读给出：{error}"
                return views[number].model_copy(update={"notes": (*views[number].notes, note)})

        with ThreadPoolExecutor(max_workers=1 if self.voice.here else _AT_ONCE) as pool:
            # each in a copy of this context, so that a stop is heard there as well
            here = [copy_context() for _ in retrieved]
            return list(pool.map(lambda n, own: own.run(attempt, n), range(len(here)), here))

    def talk(self, asked: Talk, provisions: str) -> str:
        """An answer to a follow-up question, citing by id; the caller checks it."""
        self._may_send()
        sent, parts = asked.masked(self.preview)
        messages: tuple[Message, ...] = (("human", sent.prompt(provisions)),)
        said = self.voice.ask(messages, None, "text", self.voice.budget())
        return parts.restore(after_thinking(said))

    def _may_send(self) -> None:
        if self.voice.here:
            return
        if self.remote == "forbid":
            raise ReaderError(f"设置禁止把文字发送到别的机器（{self.voice.host}）")
        if self.remote == "confirm" and not self.confirmed:
            raise ReaderError(f"发送到 {self.voice.host} 之前要先看过预览并同意")

    def _asked(self, retrieved: Retrieved) -> _Asked:
        ids = ask.offered(retrieved, self.rules)
        masked = self.preview(retrieved.finding.text)
        messages: tuple[Message, ...] = (
            ("system", ask.instructions(self.rules)),
            ("human", ask.evidence(retrieved, ids, self.rules, masked.text)),
        )
        return _Asked(ids, masked, messages)

    def _read(self, retrieved: Retrieved, view: Report, asked: _Asked) -> Report:
        told = Aloud(self.watch, self.name, asked.ids, asked.masked) if self.watch else silent
        until = self.voice.budget()
        said = self._answer(asked.messages, told, until)
        restored = _restored(said, asked.masked)
        if self.watch:
            self.watch(Step(role="会诊", text="看这个模型读得准不准（头一次要做试题，之后记住）"))
        skill = self.skill(until)
        return report(self.name, restored, retrieved, asked.ids, view, self.rules, skill)

    def _answer(self, messages: Sequence[Message], heard: Heard, until: float) -> Said:
        """The first readable answer, by whatever method the endpoint knows."""
        key = key_of(self.voice.where, self.name, messages)
        if (kept := self.cache.get(key)) is not None:
            try:
                return understand(kept)
            except UnreadableError:
                pass
        # a model on this machine answers the same question in the same words
        if self.voice.here and (problem := self.cache.useless.get(key)):
            raise ReaderError(f"模型对同样的内容刚才就没有答好：{problem}")
        problem = ""
        for method in self.voice.methods():
            try:
                answer = self.voice.ask(messages, schema(), method, until, heard)
                said = understand(answer)
            except MethodUnknownError:
                continue
            except UnreadableError as error:
                problem = str(error)
                continue
            self.voice.remember(method)
            self.cache.put(key, answer)
            return said
        if problem:
            self.cache.useless[key] = problem
        raise ReaderError(f"模型的回答不能用：{problem or '接口不接受任何一种问法'}")


@dataclass(frozen=True)
class _Asked:
    """What a model is shown of one finding."""

    ids: tuple[str, ...]
    masked: Masked
    messages: tuple[Message, ...]


def _restored(said: Said, masked: Masked) -> Said:
    """The answer with the finding's own names and numbers put back."""
    back = masked.restore
    return said.model_copy(
        update={
            "reason": back(said.reason),
            "questions": tuple(map(back, said.questions)),
            "readings": tuple(
                one.model_copy(update={"quote": back(one.quote), "why": back(one.why)})
                for one in said.readings
            ),
        }
    )


def report(
    name: str,
    said: Said,
    retrieved: Retrieved,
    ids: Sequence[str],
    view: Report,
    rules: Rules,
    skill: float | None = None,
) -> Report:
    """What of an answer passes the checks, and what does not; nothing is dropped silently."""
    finding = retrieved.finding
    checks = _checks(retrieved, ids, rules)
    failures = [Failure(kind="输出", said=part, reason="格式不对") for part in said.broken]
    readings: list[Reading] = []
    lowered: list[str] = []
    for item in said.readings:
        reading, wrong = _reading(item, finding.text, checks, rules.language)
        failures += wrong
        if reading is None:
            continue
        readings.append(reading)
        if reading.proof != item.proof:
            lowered.append(f"“{reading.span}”按{reading.proof}")
    named, strays = _named(said, skill, rules)
    words, unusable = own_words(said.reason, rules)
    explained, rests = checks.explained(words)
    questions, dropped = checks.questions(said.questions) if named.counts else ((), [])
    strays += [*unusable, *dropped]
    issues = [issue for issue in said.issues if issue in rules.patterns and named.counts]
    strays += [
        Failure(kind="输出", said=issue, reason="问题清单里没有这个名称")
        for issue in said.issues
        if issue not in rules.patterns
    ]
    notes = [_UNTESTED] if skill is None else []
    if lowered and named.counts:
        notes.append(_LOWERED + "、".join(dict.fromkeys(lowered)))
    return Report(
        reader=name,
        proposal=view.proposal,
        alarm=view.alarm,
        named=named,
        readings=tuple(dict.fromkeys(readings)) if named.counts else view.readings,
        issues=tuple(dict.fromkeys(issues or view.issues)),
        questions=questions or view.questions,
        explanation=_of_their_day(rests.text, retrieved, rules),
        notes=tuple(notes),
        cited=tuple(i for i in explained.cited if named.counts and _rests_on(i, rests.text)),
        failures=tuple(
            one.model_copy(update={"said": verify.plain(one.said)})
            for one in (*failures, *strays, *explained.failures, *rests.failures)
        ),
        built_in=view,
    )


def _checks(retrieved: Retrieved, ids: Sequence[str], rules: Rules) -> Checks:
    """What the words of an answer on this finding must hold against."""
    finding = retrieved.finding
    shown = {i: f"{i} {rules.named(i)} {_words_of(i, rules)}" for i in ids}
    known: dict[str, Vector] = {}
    return Checks(
        ids,
        verify.Grounds.of(finding.text, finding.date, retrieved.today, shown, rules),
        lambda one: _words_of(one, rules),
        lambda one, other: likeness(one, other, retrieved.index, known),
        {"finding": f"{finding.text} {finding.date or ''}", **shown},
        lambda text: rules.with_names(_of_their_day(text, retrieved, rules)),
    )


def _rests_on(provision_id: str, text: str) -> bool:
    """Whether a sentence cites it that was not marked as unsupported."""
    cited = f"[{provision_id}]"
    return any(cited in one and UNSUPPORTED not in one for one in sentences(text))


def _of_their_day(text: str, retrieved: Retrieved, rules: Rules) -> str:
    """Say it where a cited provision came after the conduct: it is for handling it, not judging it."""
    day = retrieved.finding.date or retrieved.today

    def marked(match: re.Match[str]) -> str:
        provision = match.group(1)
        known = provision in rules.provisions
        later = known and rules.provisions.in_force(provision, day) is False
        return f"{match.group()}{ask.LATER if later else ''}"

    return re.sub(r"\[([^\[\]]+)\]", marked, text)


def _words_of(provision_id: str, rules: Rules) -> str:
    known = provision_id in rules.method or provision_id in rules.provisions
    return ask.gist_of(provision_id, rules) if known else ""


def _reading(
    item: SaidReading, text: str, checks: Checks, language: Language
) -> tuple[Reading | None, list[Failure]]:
    """A reading whose words stand in the finding, and what of it does not hold.

    Without a reason that holds, or where the finding establishes less than the reason was given for,
    the assay writes its own.
    """
    shown = f"{item.criterion} {item.leans} “{item.quote}”"
    if item.criterion not in CRITERIA or item.leans not in LEANS or item.proof not in PROOFS:
        reason = "判据、偏向或查证程度不在用词表里"
        return None, [Failure(kind="输出", said=shown, reason=reason)]
    found = verify.find_quote(text, item.quote)
    if isinstance(found, verify.Mismatch):
        return None, [Failure(kind="引文", said=shown, reason=found.reason)]
    reading = Reading.model_validate(
        {"criterion": item.criterion, "leans": item.leans, "proof": item.proof, **dict(found)}
    )
    place = found.start, found.end
    proof, wrong = established(reading.proof, reading.leans, place, text, language)
    if wrong:
        return None, [Failure(kind="引文", said=shown, reason=wrong)]
    if proof != reading.proof:
        return reading.model_copy(update={"proof": proof}), []
    why, failures = checks.why(item.why)
    return reading.model_copy(update={"why": why}), failures


def _named(said: Said, skill: float | None, rules: Rules) -> tuple[Named, list[Failure]]:
    believed = skill or 0.0
    failures: list[Failure] = []
    labels: dict[str, str] = {}
    heads = (
        ("domain", DOMAINS, "领域"),
        ("liability", LIABILITIES, "责任"),
        ("remedy", REMEDIES, "处置"),
    )
    for head, words, title in heads:
        label = getattr(said, head)
        if label in words:
            labels[head] = label
        else:
            failures.append(
                Failure(kind="输出", said=f"{title}：{label or '（空）'}", reason="不在用词表里")
            )
    counts = believed >= rules.judgement.weights["model_floor"]
    return Named.model_validate({**labels, "skill": believed, "counts": counts}), failures
