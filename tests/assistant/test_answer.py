"""A question is answered from what is held, with citations, or not at all."""

from datetime import date

import pytest

from assistant.answer import answer
from assistant.triage import Bench

DAY = date(2024, 6, 1)


@pytest.mark.parametrize("question", ["党课多久上一次？", "什么是容错？", "民主生活会多久开一次"])
def test_a_question_on_the_subject_is_answered_with_citations(question: str, bench: Bench) -> None:
    said = answer(question, bench, DAY)
    assert said.status == "found"
    assert said.citations
    assert all(c.text in said.text for c in said.citations)


def test_a_citation_is_in_force_on_the_day_or_is_method(bench: Bench) -> None:
    for citation in answer("党员大会多久开一次？", bench, DAY).citations:
        assert citation.in_force is not False


@pytest.mark.parametrize("question", ["红烧肉怎么做好吃？", "今年世界杯谁夺冠？"])
def test_a_question_off_the_subject_gets_no_far_fetched_answer(question: str, bench: Bench) -> None:
    said = answer(question, bench, DAY)
    assert said.status == "no_match"
    assert said.text == bench.rules.texts.no_match
    assert not said.citations


def test_of_the_matter_that_is_talked_about_the_near_rules_come_first(bench: Bench) -> None:
    question = "出租要经过哪些程序？"
    day = date(2026, 6, 1)
    alone = [c.provision for c in answer(question, bench, day).citations]
    matter = frozenset(bench.rules.patterns["集体资产低价出租"].rule)
    told = [c.provision for c in answer(question, bench, day, matter).citations]
    assert told[0] in matter
    assert told[0] not in alone
    assert alone[0] in told


@pytest.mark.parametrize("question", ["红烧肉怎么做好吃？", "今年世界杯谁夺冠？", "中午吃什么？"])
def test_no_matter_makes_a_question_off_the_subject_one_of_it(question: str, bench: Bench) -> None:
    for pattern in list(bench.rules.patterns.values())[::25]:
        assert answer(question, bench, DAY, pattern.rule).status == "no_match", pattern.name
