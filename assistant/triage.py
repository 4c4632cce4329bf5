"""The three roles in order: triage = prescribe(consult(assay(finding))).

Source  the article on the three relations; docs/design.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from assistant.assay import assay
from assistant.consult import consult
from assistant.contract import Finding, Opinion, Report, Step
from assistant.errors import ReaderError, SanzhenError, SettingsError
from assistant.evidence import seen
from assistant.masked_embeddings import guarded
from assistant.prescribe import prescribe
from assistant.readers.offline import OfflineReader
from assistant.readers.reader import Reader, Speaks
from assistant.retrieval import Retrieved, retrieve
from assistant.settings import Settings
from knowledge import rules as library
from knowledge.encoder import embeddings
from knowledge.errors import KnowledgeError
from knowledge.index import Index, open_index
from knowledge.rules import Rules

_BATCH = 64

Watch = Callable[[Step], None]


@dataclass(frozen=True)
class Bench:
    """Everything that is loaded once per process."""

    rules: Rules
    index: Index
    reader: Reader
    offline: OfflineReader
    settings: Settings

    @property
    def destination(self) -> str:
        """One sentence that says where the text of a finding goes."""
        return self.settings.destination

    def aloud(self, watch: Watch) -> Bench:
        """The same bench with a reader that tells its steps as they come, where it can."""
        reader = self.reader
        return replace(self, reader=reader.aloud(watch)) if isinstance(reader, Speaks) else self

    def confirmed(self) -> Bench:
        """The same bench, for a finding of which a person has agreed that it may be sent."""
        reader = self.reader
        return replace(self, reader=reader.confirm()) if isinstance(reader, Speaks) else self


def open_bench(settings: Settings, reader: str | None = None) -> Bench:
    """Load library, encoder, index and reader; slow the first time (seconds).

    reader: `offline` or `model`; None takes the model where one is configured.
    """
    rules = library.load()
    embedder = guarded(embeddings(settings.embedding_environment), settings)
    index = open_index(rules, embedder, settings.data / "index", settings.chroma_url)
    offline = OfflineReader(rules)
    return Bench(
        rules=rules,
        index=index,
        reader=_choose(settings, rules, offline, reader),
        offline=offline,
        settings=settings,
    )


def triage(finding: Finding, bench: Bench, watch: Watch = lambda step: None) -> Opinion:
    """One finding through the three roles; `watch` sees each step as it is taken."""
    watch(Step(role="化验", text="检索与这段话相近的问题和条款"))
    evidence = seen(finding)
    retrieved = retrieve([evidence.finding], bench.index, bench.rules.language, date.today())
    watch(Step(role="化验", text=f"由{_called(bench.reader)}阅读全文"))
    report = _read(bench.aloud(watch), retrieved)[0]
    return evidence.restore(_judge(retrieved[0], report, bench.rules, watch))


def triage_many(findings: Iterable[Finding], bench: Bench) -> Iterator[Opinion]:
    """Opinions in the order of the findings, read in batches; memory does not grow with them."""
    waiting = iter(findings)
    while batch := list(islice(waiting, _BATCH)):
        yield from _triage_batch(batch, bench)


def _triage_batch(batch: Sequence[Finding], bench: Bench) -> list[Opinion]:
    evidence = [seen(finding) for finding in batch]
    try:
        findings = [one.finding for one in evidence]
        retrieved = retrieve(findings, bench.index, bench.rules.language, date.today())
        reports = _read(bench, retrieved)
    except (SanzhenError, KnowledgeError) as error:
        return [Opinion(id=finding.id, error=str(error)) for finding in batch]
    except Exception as error:  # one finding that cannot be read must not stop the others
        if len(batch) == 1:
            return [_failed(batch[0], error)]
        return [opinion for finding in batch for opinion in _triage_batch([finding], bench)]
    return [
        it.restore(_judge_or_say(one, report, bench.rules))
        for it, one, report in zip(evidence, retrieved, reports, strict=True)
    ]


def _judge(retrieved: Retrieved, report: Report, rules: Rules, watch: Watch) -> Opinion:
    assayed = assay(retrieved.finding, report, rules)
    for step in assayed.steps:
        watch(step)
    consulted = consult(assayed, rules)
    for step in consulted.steps:
        watch(step)
    opinion = prescribe(consulted, retrieved, rules)
    for step in opinion.steps[len(assayed.steps) + len(consulted.steps) :]:
        watch(step)
    return opinion


def _judge_or_say(retrieved: Retrieved, report: Report, rules: Rules) -> Opinion:
    try:
        return _judge(retrieved, report, rules, lambda step: None)
    except Exception as error:  # one line's failure must not stop the others
        return _failed(retrieved.finding, error)


def _failed(finding: Finding, error: Exception) -> Opinion:
    reason = (
        f"这条没能形成意见（{type(error).__name__}），其余照常；请把这条的内容和编号反馈给维护人员"
    )
    return Opinion(id=finding.id, error=reason)


def _read(bench: Bench, retrieved: Sequence[Retrieved]) -> list[Report]:
    """The chosen reader's reports; where it fails the offline reader reads, and says so."""
    try:
        return bench.reader.read(retrieved)
    except ReaderError as error:
        note = f"模型没有给出可用的回答，以下由离线阅读给出：{error}"
        return [
            report.model_copy(update={"notes": (*report.notes, note)})
            for report in bench.offline.read(retrieved)
        ]


def _choose(settings: Settings, rules: Rules, offline: OfflineReader, wanted: str | None) -> Reader:
    source = settings.reads_with
    if wanted == "offline" or (wanted is None and source is None):
        return offline
    if source is None:
        raise SettingsError(settings.no_model)
    # imported here so that the offline path never loads a chat-model package
    from assistant.readers.model import ModelReader

    return ModelReader.of(source, rules, offline, settings)


def _called(reader: Reader) -> str:
    return "内置的离线阅读" if reader.name == "offline" else f"模型 {reader.name} "
