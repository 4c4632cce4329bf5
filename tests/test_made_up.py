"""The benchmark counts a made-up citation wherever a person would read it."""

from datetime import date

import pytest

from assistant.contract import Finding
from assistant.triage import Bench, triage
from benchmarks.model import _cited_wrongly
from knowledge import statutes
from knowledge.citations import Checker

FINDING = Finding(id="1", text="某村支书未经集体研究出租门面房。", date=date(2024, 5, 1))
LAW = "违反《中国共产党纪律处分条例》第九百九十九条。"


@pytest.mark.parametrize(
    "line",
    [
        {"explanation": LAW},
        {"criteria": [{"why": LAW}]},
        {"questions": [LAW]},
        {"criteria": [{"why": "见[村民租赁法:9]"}]},
        {"explanation": "", "criteria": [{"why": ""}, {"why": LAW}], "questions": ["谁定的？"]},
    ],
)
def test_a_made_up_citation_counts_in_every_text(line: dict[str, object], bench: Bench) -> None:
    checker = Checker(bench.rules.provisions, statutes.installed())
    assert _cited_wrongly(FINDING, line, bench, checker) == (1, 0)


def test_the_built_in_reasons_cite_nothing_that_does_not_hold(bench: Bench) -> None:
    checker = Checker(bench.rules.provisions, statutes.installed())
    line = triage(FINDING, bench).line()
    assert any(reading["why"] for reading in line["criteria"])
    assert _cited_wrongly(FINDING, line, bench, checker) == (0, 0)
