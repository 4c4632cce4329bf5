"""Three roles in order; one finding that cannot be read does not stop the others."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from assistant.contract import Finding, Report, Step
from assistant.errors import ReaderError
from assistant.retrieval import Retrieved
from assistant.triage import Bench, triage, triage_many

RENT = "某村会计把集体租金两万元打入自己银行卡，用于家庭日常开支。"
MEETING = "某支部一年没有开党员大会，书记知道要求，一直没有安排。"


class Broken:
    """A reader that fails the way it is told to on a finding that says 坏."""

    name = "broken"

    def __init__(self, bench: Bench, error: Exception) -> None:
        self.bench, self.error = bench, error

    def read(self, retrieved: Sequence[Retrieved]) -> list[Report]:
        if any("坏" in one.finding.text for one in retrieved):
            raise self.error
        return self.bench.offline.read(retrieved)


def broken(bench: Bench, error: Exception) -> Bench:
    return replace(bench, reader=Broken(bench, error))


def findings(*texts: str) -> list[Finding]:
    return [Finding(id=str(i), text=text) for i, text in enumerate(texts)]


def test_the_roles_come_in_order_and_each_step_is_seen(bench: Bench) -> None:
    seen: list[Step] = []
    opinion = triage(findings(RENT)[0], bench, seen.append)
    roles = [step.role for step in seen]
    assert roles == sorted(roles, key=("化验", "会诊", "处方").index)
    assert {step.text for step in opinion.steps} <= {step.text for step in seen}


def test_one_finding_gives_the_same_opinion_alone_and_in_a_batch(bench: Bench) -> None:
    alone = triage(findings(RENT)[0], bench)
    many = next(triage_many(findings(RENT, MEETING), bench))
    assert many.model_copy(update={"confidence": 0.0}) == alone.model_copy(
        update={"confidence": 0.0}
    )
    assert many.confidence == pytest.approx(alone.confidence, abs=0.01)


def test_opinions_keep_the_order_of_the_findings_across_batches(bench: Bench) -> None:
    given = findings(*[MEETING] * 70)
    assert [o.id for o in triage_many(given, bench)] == [f.id for f in given]


def test_findings_are_taken_as_they_are_needed(bench: Bench) -> None:
    taken = 0

    def endless() -> Iterator[Finding]:
        nonlocal taken
        while True:
            taken += 1
            yield Finding(id=str(taken), text=MEETING)

    assert next(triage_many(endless(), bench)).id == "1"
    assert taken <= 64


def test_no_findings_give_no_opinions(bench: Bench) -> None:
    assert list(triage_many([], bench)) == []


def test_where_the_reader_fails_the_offline_reader_answers_and_says_so(bench: Bench) -> None:
    opinion = triage(findings(MEETING + "坏。")[0], broken(bench, ReaderError("服务没有回答")))
    assert opinion.reader == "offline"
    assert opinion.liability == "失责"
    assert any("服务没有回答" in note for note in opinion.notes)


def test_an_unforeseen_failure_costs_one_line_only(bench: Bench) -> None:
    given = findings(MEETING, MEETING + "坏。", RENT)
    said = list(triage_many(given, broken(bench, ZeroDivisionError("x"))))
    assert [o.error is None for o in said] == [True, False, True]
    assert "ZeroDivisionError" in (said[1].error or "")
    assert said[1].liability is None


def test_the_finding_s_date_decides_the_version(bench: Bench) -> None:
    old = Finding.model_validate({"id": "1", "text": MEETING, "date": "2019-03-01"})
    opinion = triage(old, bench)
    judged = [c for c in opinion.citations if c.supports == "liability" and not c.milder]
    assert all(c.in_force is not False for c in judged)
