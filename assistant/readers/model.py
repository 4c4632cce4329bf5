"""The model reads: a chat model proposes, what it says is checked, the judge decides.

Terms   share: how far the proposal counts: most of it on the label the model names, the rest spread
        by the built-in reader's view; both numbers stand in library/judgement.yaml.
Source  docs/design.md, Two readers, one judge.
Raises  ReaderError: no usable answer within the budget; the offline reader is used then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant import verify
from assistant.contract import (
    CRITERIA,
    DOMAINS,
    LIABILITIES,
    PROOFS,
    REMEDIES,
    Failure,
    Proposal,
    Reading,
    Report,
)
from assistant.errors import ReaderError
from assistant.readers import ask
from assistant.readers.endpoint import Heard, MethodUnknownError, Voice, silent
from assistant.readers.offline import OfflineReader
from assistant.readers.said import LEANS, Said, SaidReading, UnreadableError, schema, understand
from assistant.retrieval import Retrieved
from assistant.settings import Endpoint
from knowledge.rules import Rules

SECONDS = 60.0
_QUESTIONS = 3
_LONGEST_QUESTION = 120


class ModelReader:
    """Reads with a chat model, grounded in what was retrieved."""

    def __init__(
        self, endpoint: Endpoint, rules: Rules, offline: OfflineReader, seconds: float = SECONDS
    ) -> None:
        self.name = endpoint.model
        self._voice = Voice(endpoint, seconds)
        self._rules = rules
        self._offline = offline

    def read(self, retrieved: Sequence[Retrieved], heard: Heard = silent) -> list[Report]:
        """One report per finding. Raises ReaderError when the model cannot be used."""
        views = self._offline.read(retrieved)
        return [self._read(one, view, heard) for one, view in zip(retrieved, views, strict=True)]

    def _read(self, retrieved: Retrieved, view: Report, heard: Heard) -> Report:
        ids = ask.offered(retrieved, self._rules)
        text = retrieved.finding.text
        messages = (
            ("system", ask.instructions(self._rules, ids[0] if ids else "方法:化验")),
            ("human", ask.evidence(retrieved, ids, self._rules, text)),
        )
        said = self._answer(messages, heard)
        return report(self.name, said, retrieved, ids, view, self._rules)

    def _answer(self, messages: Any, heard: Heard) -> Said:
        """The first readable answer, by whatever method the endpoint knows."""
        until = self._voice.budget()
        problem = ""
        for method in self._voice.methods():
            try:
                answer = self._voice.ask(messages, schema(), method, until, heard)
                said = understand(answer)
            except MethodUnknownError:
                continue
            except UnreadableError as error:
                problem = str(error)
                continue
            self._voice.remember(method)
            return said
        raise ReaderError(f"模型的回答不能用：{problem or '接口不接受任何一种问法'}")


def report(
    name: str,
    said: Said,
    retrieved: Retrieved,
    ids: Sequence[str],
    view: Report,
    rules: Rules,
) -> Report:
    """What of an answer passes the checks, and what does not; nothing is dropped silently."""
    failures = [Failure(kind="输出", said=part, reason="格式不对") for part in said.broken]
    readings: list[Reading] = []
    for item in said.readings:
        checked = _reading(item, retrieved.finding.text)
        if isinstance(checked, Failure):
            failures.append(checked)
        else:
            readings.append(checked)
    proposal, strays = _proposal(said, view.proposal, rules.judgement.weights)
    explained = verify.explanation(said.explanation, ids)
    issues = [issue for issue in said.issues if issue in rules.patterns]
    strays += [
        Failure(kind="输出", said=issue, reason="问题清单里没有这个名称")
        for issue in said.issues
        if issue not in rules.patterns
    ]
    return Report(
        reader=name,
        proposal=proposal,
        readings=tuple(dict.fromkeys(readings)),
        issues=tuple(dict.fromkeys(issues or view.issues)),
        questions=tuple(q for q in said.questions if len(q) <= _LONGEST_QUESTION)[:_QUESTIONS],
        explanation=explained.text,
        cited=explained.cited,
        failures=(*failures, *strays, *explained.failures),
    )


def _reading(item: SaidReading, text: str) -> Reading | Failure:
    shown = f"{item.criterion} {item.leans} “{item.quote}”"
    if item.criterion not in CRITERIA or item.leans not in LEANS or item.proof not in PROOFS:
        return Failure(kind="输出", said=shown, reason="判据、偏向或查证程度不在用词表里")
    found = verify.find_quote(text, item.quote)
    if isinstance(found, verify.Mismatch):
        return Failure(kind="引文", said=shown, reason=found.reason)
    return Reading.model_validate(
        {
            "criterion": item.criterion,
            "leans": item.leans,
            "proof": item.proof,
            "why": verify.plain(item.why),
            "span": found.span,
            "start": found.start,
            "end": found.end,
        }
    )


def _proposal(
    said: Said, view: Proposal, numbers: Mapping[str, float]
) -> tuple[Proposal, list[Failure]]:
    failures: list[Failure] = []
    shares: dict[str, dict[str, float]] = {}
    heads = (
        ("domain", DOMAINS, "领域"),
        ("liability", LIABILITIES, "责任"),
        ("remedy", REMEDIES, "处置"),
    )
    for head, words, title in heads:
        offline: dict[str, float] = getattr(view, head)
        label = getattr(said, head)
        if label in words:
            shares[head] = _share(label, offline, numbers)
        else:
            shares[head] = dict(offline)
            failures.append(
                Failure(kind="输出", said=f"{title}：{label or '（空）'}", reason="不在用词表里")
            )
    return Proposal.model_validate(shares), failures


def _share(
    label: str, offline: Mapping[str, float], numbers: Mapping[str, float]
) -> dict[str, float]:
    """The model's label first; more of it where the built-in view agrees."""
    certain = numbers["model_share"] + numbers["model_agreement"] * offline.get(label, 0.0)
    rest = sum(value for name, value in offline.items() if name != label) or 1.0
    return {
        name: certain if name == label else (1.0 - certain) * value / rest
        for name, value in offline.items()
    }
