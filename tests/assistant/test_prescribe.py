"""What follows from where responsibility lies: remedy, measures, who decides, and on what it rests."""

from datetime import date

import pytest

from assistant.consult import consult
from assistant.contract import (
    LIABILITIES,
    REMEDIES,
    Assay,
    Finding,
    Liability,
    Opinion,
    Proposal,
    Remedy,
    Report,
)
from assistant.prescribe import prescribe
from assistant.retrieval import retrieve
from assistant.triage import Bench

TEXT = "某村修渠多付工程款3万元，没有公示。"
FOLLOWS: list[tuple[Liability, Remedy]] = [
    ("失责", "纠错"),
    ("违纪违法", "移交"),
    ("待核实", "补充核实"),
    ("不成立", "澄清"),
]


def opinion(
    bench: Bench,
    liability: Liability,
    remedy: dict[Remedy, float] | None = None,
    issues: tuple[str, ...] = (),
    text: str = TEXT,
    day: date | None = None,
    today: date = date(2024, 6, 1),
) -> Opinion:
    finding = Finding(id="1", text=text, date=day)
    found = retrieve([finding], bench.index, bench.rules.language, today)[0]
    shares = remedy or {"容错": 1.0}
    proposal = Proposal(
        domain={"党建": 0.0, "业务": 1.0, "交织": 0.0},
        liability={name: float(name == liability) for name in LIABILITIES},
        remedy={name: shares.get(name, 0.0) for name in REMEDIES},
    )
    assayed = Assay(
        finding=finding,
        report=Report(reader="offline", proposal=proposal),
        domain="业务",
        domain_confidence=1.0,
        issues=issues,
        readings=(),
        red_lines=(),
        steps=(),
    )
    return prescribe(consult(assayed, bench.rules), found, bench.rules)


@pytest.mark.parametrize(("liability", "remedy"), FOLLOWS)
def test_one_remedy_follows_whatever_the_reader_proposes(
    liability: Liability, remedy: Remedy, bench: Bench
) -> None:
    assert opinion(bench, liability).remedy == remedy


def test_a_mistake_is_tolerated(bench: Bench) -> None:
    assert opinion(bench, "失误").remedy == "容错"


def test_a_mistake_with_a_gap_is_tolerated_and_corrected(bench: Bench) -> None:
    margin = bench.rules.judgement.remedy_margin
    above: dict[Remedy, float] = {"容纠并举": margin + 0.02, "容错": 1 - margin - 0.02}
    below: dict[Remedy, float] = {"容纠并举": margin - 0.02, "容错": 1 - margin + 0.02}
    assert opinion(bench, "失误", above).remedy == "容纠并举"
    assert opinion(bench, "失误", below).remedy == "容错"


@pytest.mark.parametrize("liability", LIABILITIES)
def test_every_opinion_is_cited_and_says_who_decides(liability: Liability, bench: Bench) -> None:
    said = opinion(bench, liability)
    assert {"domain", "liability", "remedy"} <= {c.supports for c in said.citations}
    assert all(c.text and c.document and c.article for c in said.citations)
    assert said.decided_by == bench.rules.remedies[said.remedy or ""].decided_by
    assert said.disclaimer == bench.rules.texts.disclaimer
    assert said.rights == bench.rules.texts.rights


@pytest.mark.parametrize("liability", LIABILITIES)
def test_every_measure_has_who_decides_and_a_provision_that_is_held(
    liability: Liability, bench: Bench
) -> None:
    rules = bench.rules
    for measure in opinion(bench, liability).measures:
        assert measure.decided_by
        assert measure.provision in rules.provisions or measure.provision in rules.method


def test_a_measure_with_a_condition_needs_its_words(bench: Bench) -> None:
    words = "追缴、追回或核减"
    said = [m.text for m in opinion(bench, "失责").measures]
    other = [m.text for m in opinion(bench, "失责", text="某支部一年没有开党员大会。").measures]
    assert any(words in text for text in said)
    assert not any(words in text for text in other)


def test_the_pattern_s_own_measures_come_first_where_there_is_something_to_correct(
    bench: Bench,
) -> None:
    name, pattern = next((n, p) for n, p in bench.rules.patterns.items() if p.measures)
    corrected = opinion(bench, "失责", issues=(name,)).measures
    handed_over = opinion(bench, "违纪违法", issues=(name,)).measures
    own = {measure.text for measure in pattern.measures}
    assert corrected[0].text in own
    assert not own & {measure.text for measure in handed_over}


def test_conduct_is_cited_by_the_version_of_its_day(bench: Bench) -> None:
    for day in (date(2019, 5, 1), date(2024, 3, 1)):
        said = opinion(bench, "失责", day=day)
        judged = [c for c in said.citations if c.supports in ("domain", "liability")]
        assert all(c.in_force is not False for c in judged if not c.milder)


def test_a_measure_rests_on_what_is_in_force_today(bench: Bench) -> None:
    waste, today = "危险废物监管缺失", date(2026, 10, 1)
    text = "某企业的危险废物露天堆放，没有台账，镇环保站三年没有检查。"
    made = opinion(bench, "失责", issues=(waste,), text=text, day=date(2025, 3, 1), today=today)
    own = {measure.text for measure in bench.rules.patterns[waste].measures}
    based = [m.provision for m in made.measures if m.text in own]
    assert based
    assert all(bench.rules.provisions.in_force(i, today) is not False for i in based)


def test_a_finding_longer_than_one_reading_says_so(bench: Bench) -> None:
    made = opinion(bench, "失责", text=TEXT + "这条路通到后山的三户人家。" * 120)
    assert made.needs_review
    assert any("拆成另一条" in note for note in made.notes)
    assert not opinion(bench, "失责").notes
