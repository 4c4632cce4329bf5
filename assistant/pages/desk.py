"""What the page asks of the assistant: one small frozen object, made once per process.

Terms   desk: reads, splits, triages and answers; the page decides nothing by itself.
        opening: a desk on its way, loaded in the background so that the first paint need not wait.
        What goes wrong in opening the library, the index or a reader is its `failure`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from concurrent import futures
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Thread, Timer
from typing import TYPE_CHECKING

from assistant.contract import Finding, Opinion, Step
from assistant.errors import SanzhenError
from assistant.pages import trial
from assistant.pages.cases import Consent
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.intake import Intake
    from assistant.lookup import Found
    from assistant.settings import Endpoint, Settings
    from assistant.triage import Bench

Watch = Callable[[Step], None]
Talked = tuple[tuple[str, str], ...]  # questions and answers on a case so far
_SHOWN_BY_THEN = 1.0  # seconds: first the page says that it is ready


@dataclass(frozen=True)
class Sides:
    """What a criterion asks, and what leaning to either side means."""

    question: str
    mistake: str
    failure: str


@dataclass(frozen=True)
class Outgoing:
    """Where a model elsewhere would get a text that a person must agree to send, and what of it.

    talk: what would be sent with a question on an opinion; empty where no model is asked.
    """

    host: str
    preview: Callable[[str], str]
    talk: Callable[[str, Finding, Opinion, Talked], str]


@dataclass(frozen=True)
class Desk:
    """Everything the page needs, with nothing of the library or the index in sight.

    outgoing: set where a person must agree before a text leaves this machine.
    settings: those it was opened with; what is written down may have changed since.
    """

    reader: str
    destination: str
    meanings: Mapping[str, str]
    criteria: Mapping[str, Sides]
    take_in: Callable[[str], Intake]
    split: Callable[[str], tuple[str, ...]]
    merge: Callable[[tuple[str, ...]], str]
    triage: Callable[[Finding, Consent, Watch], Opinion]
    answer: Callable[[str, date | None], Answer]
    follow_up: Callable[[str, Finding, Opinion, Consent, Talked], Answer]
    documents: tuple[str, ...]
    look_up: Callable[[str, str, date | None], Found]
    outgoing: Outgoing | None = None
    settings: Settings | None = None

    @property
    def place(self) -> str:
        """The other machines that a text would be sent to, as a person is told; empty: none."""
        if self.outgoing:
            return self.outgoing.host
        return "、".join(self.settings.text_goes_to) if self.settings else ""


@dataclass(frozen=True)
class Opening:
    """A desk that is being made ready; asking again is cheap."""

    _future: futures.Future[Desk]

    def ready(self) -> bool:
        """Whether making it has ended, well or badly."""
        return self._future.done()

    def desk(self, wait: float = 0) -> Desk | None:
        """The desk, or None when it is not there after `wait` seconds or could not be made."""
        done, _ = futures.wait([self._future], timeout=wait)
        return self._future.result() if done and not self._future.exception() else None

    def failure(self) -> str:
        """Why it could not be made, for a person; empty while there is hope."""
        error = self._future.exception() if self._future.done() else None
        if error is None:
            return ""
        if isinstance(error, SanzhenError | KnowledgeError | OSError):
            return str(error)
        return f"程序没有装好（{type(error).__name__}：{error}）。请按说明重新安装后再打开。"


def begin(make: Callable[[], Desk]) -> Opening:
    """Start making the desk on a thread of its own, which never keeps the program from ending."""
    future: futures.Future[Desk] = futures.Future()
    Thread(target=_make, args=(make, future), name="opening", daemon=True).start()
    return Opening(future)


def _make(make: Callable[[], Desk], future: futures.Future[Desk]) -> None:
    try:
        future.set_result(make())
    except (SanzhenError, KnowledgeError, OSError) as error:
        future.set_exception(error)
    finally:
        if not future.done():  # whatever it was must not leave the page waiting
            future.set_exception(sys.exception())


_chosen: list[Endpoint | Path] = []  # at most one


def choose(source: Endpoint | Path) -> None:
    """Read with this model until the process ends; holds for the next desk that is opened."""
    _chosen[:] = [source]


def chosen() -> Endpoint | Path | None:
    """The model that was chosen on the page, if any."""
    return _chosen[0] if _chosen else None


def read_settings() -> Settings:
    """What is written down, with the model that was chosen on the page.

    Raises SettingsError where a value cannot be used.
    """
    from assistant.settings import Settings, environment

    settings = Settings.from_environment(environment())
    source = chosen()
    return settings.reading_with(source) if source else settings


def make_desk() -> Desk:
    """The real desk: the library, the index, the encoder and the reader that the settings name."""
    # Imported here, on the loading thread: chromadb and onnxruntime must not delay the first paint.
    from assistant import answer, intake, lookup, talk, triage

    bench = triage.open_bench(read_settings())
    benches: dict[Consent, triage.Bench] = {
        "": bench,
        "send": bench.confirmed(),
        "stay": replace(bench, reader=bench.offline),
    }
    warming = Timer(_SHOWN_BY_THEN, bench.index.warm)
    warming.daemon = True
    warming.start()
    return Desk(
        reader=bench.reader.name,
        destination=bench.destination,
        meanings=bench.rules.meanings,
        criteria={
            name: Sides(criterion.question, criterion.mistake.meaning, criterion.failure.meaning)
            for name, criterion in bench.rules.criteria.items()
        },
        take_in=lambda text: intake.take_in(text, bench.rules),
        split=intake.split,
        merge=intake.merge,
        triage=lambda finding, consent, watch: triage.triage(finding, benches[consent], watch),
        answer=lambda question, day: answer.answer(question, bench, day),
        follow_up=lambda question, finding, opinion, consent, talked: talk.follow_up(
            question, finding, opinion, benches[consent], talked
        ),
        documents=lookup.documents(bench.rules),
        look_up=lambda words, document, day: lookup.look_up(
            words, document, day, bench.index, bench.rules
        ),
        outgoing=_outgoing(bench),
        settings=bench.settings,
    )


def _outgoing(bench: Bench) -> Outgoing | None:
    from assistant import privacy, talk

    settings = bench.settings
    reads = settings.reads_with
    if settings.remote != "confirm" or reads is None or isinstance(reads, Path):
        return None
    if reads.is_this_machine:
        return None

    def talks(question: str, finding: Finding, opinion: Opinion, talked: Talked) -> str:
        goes = talk.outgoing(question, finding, opinion, bench, talked)
        return goes.masked(privacy.mask)[0].shown() if goes else ""

    return Outgoing(reads.host, lambda text: trial.outgoing(text, settings.remote).text, talks)
