"""Readings are whole clauses, one for the same words, on the side that the words show."""

from collections.abc import Callable

import pytest

from assistant.contract import Reading
from assistant.readers.clauses import clauses
from assistant.readers.spans import Tagged
from assistant.readers.tidy import tidy
from knowledge.rules import Rules

TEXT = "验收员没有对进货单逐笔核对就盖章放行，多领的钱已如数退还食堂。经手人是否得利尚未查清。"


def _tagged(words: str, criterion: str, leans: str, proof: str = "查实") -> Tagged:
    start = TEXT.index(words)
    reading = Reading.model_validate(
        {
            "criterion": criterion,
            "leans": leans,
            "span": words,
            "start": start,
            "end": start + len(words),
            "proof": proof,
        }
    )
    return Tagged(reading, 0.9)


Tidied = Callable[..., tuple[Reading, ...]]


@pytest.fixture
def tidied(rules: Rules) -> Tidied:
    def run(*tagged: Tagged) -> tuple[Reading, ...]:
        cut = clauses(TEXT, rules.language)
        return tidy(tagged, TEXT, cut, rules.criteria, rules.language)

    return run


def test_words_that_say_the_contrary_turn_the_side(tidied: Tidied) -> None:
    (reading,) = tidied(_tagged("没有对进货单逐笔核对就盖章放行", "尽责", "失误"))
    assert (reading.criterion, reading.leans) == ("尽责", "失责")


def test_a_run_that_stops_inside_a_clause_is_quoted_to_its_edge(tidied: Tidied) -> None:
    (reading,) = tidied(_tagged("如数退还食堂", "补救", "失误"))
    assert reading.span == "多领的钱已如数退还食堂"
    assert TEXT[reading.start : reading.end] == reading.span


def test_two_runs_in_one_clause_become_one_reading(tidied: Tidied) -> None:
    assert (
        len(tidied(_tagged("多领的钱", "后果", "失责"), _tagged("退还食堂", "补救", "失误"))) <= 1
    )


def test_a_scrap_without_a_cue_shows_nothing(tidied: Tidied) -> None:
    assert tidied(_tagged("验收员", "客观", "失误")) == ()


def test_what_the_words_call_unexamined_is_not_established(tidied: Tidied) -> None:
    (reading,) = tidied(_tagged("经手人是否得利尚未查清", "动机", "失责"))
    assert reading.proof == "未查"


def test_a_town_is_not_told_that_it_resembles_an_enterprise(rules: Rules) -> None:
    town = "某镇党委书记全年没有听取党建汇报"
    assert not rules.offices.pattern_applies("国企书记重经营轻党建", town)
    assert rules.offices.pattern_applies("国企书记重经营轻党建", "某国有公司书记" + town)


@pytest.mark.parametrize(
    ("words", "is_evidence"),
    [
        ("核查组查阅了三年的会议记录", False),
        ("饭钱一事", False),
        ("核查组查阅记录没有发现审批手续", True),
        ("会计核对了每一张票", True),
    ],
)
def test_what_was_looked_at_is_no_evidence_what_was_seen_is(
    words: str, is_evidence: bool, rules: Rules
) -> None:
    reading = Reading(criterion="尽责", leans="失责", span=words, start=0, end=len(words))
    found = tidy(
        (Tagged(reading, 0.9),),
        words,
        clauses(words, rules.language),
        rules.criteria,
        rules.language,
    )
    assert bool(found) is is_evidence
