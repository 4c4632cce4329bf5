"""Cues show a side; a negation turns it round, one side's word does not count as established."""

import pytest

from assistant.contract import CRITERIA, Reading
from assistant.readers.clauses import clauses
from assistant.readers.cues import read_cues
from knowledge.rules import Rules


def read(text: str, rules: Rules) -> tuple[Reading, ...]:
    return read_cues(text, clauses(text, rules.language), rules.criteria, rules.language)


def sides(text: str, rules: Rules) -> set[tuple[str, str]]:
    return {(reading.criterion, reading.leans) for reading in read(text, rules)}


@pytest.mark.parametrize(
    ("text", "criterion", "leans"),
    [
        ("均未从中得利", "动机", "失误"),
        ("把钱打到自己卡上", "动机", "失责"),
        ("他刚调来半个月", "主观", "失误"),
        ("多次提醒", "主观", "失责"),
        ("上级尚无统一标准", "依据", "失误"),
        ("超出规定标准", "依据", "失责"),
        ("经村民代表会议表决通过", "程序", "失误"),
        ("一个人决定", "程序", "失责"),
        ("逐户核对", "尽责", "失误"),
        ("没有核对", "尽责", "失责"),
        ("突发山洪", "客观", "失误"),
        ("他说太忙顾不上", "客观", "失责"),
        ("没有造成损失", "后果", "失误"),
        ("造成两人死亡", "后果", "失责"),
        ("当天更正", "补救", "失误"),
        ("检查后仍没有整改", "补救", "失责"),
    ],
)
def test_every_criterion_has_words_for_both_sides(
    text: str, criterion: str, leans: str, rules: Rules
) -> None:
    assert (criterion, leans) in sides(text, rules)


def test_every_criterion_of_the_contract_is_in_the_library(rules: Rules) -> None:
    assert tuple(rules.criteria) == CRITERIA


@pytest.mark.parametrize(
    ("said", "denied", "criterion"),
    [
        ("公示七天无异议", "没有公示", "程序"),
        ("有人谋取私利", "没有人谋取私利", "动机"),
        ("逐户入户核对", "没有入户核对", "尽责"),
    ],
)
def test_a_negation_turns_the_side(said: str, denied: str, criterion: str, rules: Rules) -> None:
    before = {side for name, side in sides(said, rules) if name == criterion}
    after = {side for name, side in sides(denied, rules) if name == criterion}
    assert before != after


def test_words_that_show_nothing_give_no_reading(rules: Rules) -> None:
    assert read("天气晴朗，春暖花开。", rules) == ()


@pytest.mark.parametrize(
    "text",
    [
        "某村支書沒有審核，錢打到自己卡上。",
        "某村支书没有　审核\n就签字，钱打到自己卡上。",
        "😀某村支书没有审核😀，钱打到自己卡上。",
    ],
    ids=["繁体", "断行", "表情"],
)
def test_words_are_quoted_as_they_stand_in_the_text(text: str, rules: Rules) -> None:
    found = read(text, rules)
    assert {("尽责", "失责"), ("动机", "失责")} <= {(r.criterion, r.leans) for r in found}
    assert all(text[r.start : r.end] == r.span for r in found)


def test_an_allegation_is_marked_as_one_sides_word(rules: Rules) -> None:
    found = read("举报称他把钱打到自己卡上。", rules)
    assert {reading.proof for reading in found} == {"单方"}
