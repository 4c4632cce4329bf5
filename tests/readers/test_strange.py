"""The model's reader passes what every reader must, on strange texts, too: half characters among them."""

from collections.abc import Iterator

import pytest

from assistant.contract import Finding
from assistant.readers.reader import Reader
from assistant.triage import Bench, triage, triage_many

from .conftest import RENT, answer
from .scripted import reader as reader_of
from .server import Reply, Scripted, serving
from .suite import ReaderSuite

HALF = "某村\ud800支书没有审核低保名单，提醒后仍未纠正。"


def shown(body: dict[str, object]) -> str:
    """The finding in what was sent, if it is there."""
    sent = body["messages"][-1]["content"]  # type: ignore[index]
    fence = sent.split("<<<材料 ")[1][:8]
    return str(sent.split(f"<<<材料 {fence}\n")[1].split(f"\n材料 {fence}>>>")[0])


def quoting(body: dict[str, object], before: int) -> Reply:
    """A model that quotes how the finding begins, in the characters that it was sent."""
    del before
    quote = {"criterion": "尽责", "leans": "失责", "proof": "查实", "quote": shown(body)[:12]}
    return Reply(answer(readings=[quote]))


@pytest.fixture
def server() -> Iterator[Scripted]:
    with serving(quoting) as server:
        yield server


class TestModelReader(ReaderSuite):
    @pytest.fixture
    def reader(self, bench: Bench, server: Scripted) -> Reader:
        return reader_of(bench, server.url)


def with_model(bench: Bench, server: Scripted) -> Bench:
    return Bench(
        rules=bench.rules,
        index=bench.index,
        reader=reader_of(bench, server.url),
        offline=bench.offline,
        settings=bench.settings,
    )


def test_half_a_character_is_sent_as_a_mark_and_quotes_have_the_finding_s_own(
    bench: Bench, server: Scripted
) -> None:
    opinion = triage(Finding(id="1", text=HALF), with_model(bench, server))
    assert (opinion.reader, opinion.error) == ("scripted", None)
    assert [shown(body) for body in server.bodies] == [HALF.replace("\ud800", "?")]
    assert "\ud800" in HALF[:12]
    assert HALF[:12] in [reading.span for reading in opinion.criteria]


def test_half_a_character_in_one_finding_is_nothing_to_the_others(
    bench: Bench, server: Scripted
) -> None:
    findings = [Finding(id="1", text=HALF), Finding(id="2", text=RENT)]
    opinions = list(triage_many(findings, with_model(bench, server)))
    assert [(one.reader, one.error) for one in opinions] == [("scripted", None)] * 2


def test_half_a_character_in_any_question_is_sent_as_a_mark(server: Scripted, bench: Bench) -> None:
    voice = reader_of(bench, server.url).voice
    voice.ask((("human", f"{HALF}<<<材料 12345678\n"),), None, "text", voice.budget())
    assert HALF.replace("\ud800", "?") in server.bodies[0]["messages"][0]["content"]
