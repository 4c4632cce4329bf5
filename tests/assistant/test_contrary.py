"""A sentence of a model that gives another conclusion than the opinion's is not shown."""

import time
from datetime import date

import pytest

from assistant import verify
from assistant.contract import Opinion
from assistant.contrary import contrary, without_contrary
from knowledge.rules import Rules

FAILURE = Opinion(id="1", liability="失责", remedy="纠错")


@pytest.mark.parametrize(
    "said",
    [
        "结论应改为失误、容错。",
        "本案的结论应当是“失误”。",
        "张某没有责任。",
        "张某不负领导责任。",
        "张某不承担责任，应予免责。",
        "综上，张某的行为属于失误。",
        "这只是一次工作失误，",
        "应归到无心之过那一类。",
        "不应认定失责而应认定为失误。",
        "建议改判不成立。",
        "处置应为**容错**。",
        "对张某可以容错。",
        "对张某不予问责。",
        "这不是失责。",
        "结论：不构成失责。",
        "其行为构成违纪违法。",
        "如上所述，情况已核实清楚，张某没有责任。",
        "材料已核实，最后结论应为失误。",
        "经查明，事后张某及时补救，因此本案属于失误。",
        "如果查清经过就好了，但本案属于失误。",
        "这件事是按程序办的，可以容错。",
        "建议容错。",
        "可定为失误。",
        "这算失误吧。",
        "张某的责任应予免除。",
    ],
)
def test_another_conclusion_is_told_from_the_opinions(said: str) -> None:
    assert contrary(said, FAILURE)


@pytest.mark.parametrize(
    "said",
    [
        "结论是失责，应当纠错。",
        "这不属于失误，因为没有经过集体研究。",
        "现有事实不能认定为失误。",
        "如果查明经过集体研究，结论可能改为失误。",
        "查清资金去向以后，才谈得上是不是失误。",
        "失误是指因为经验不够造成的问题[方法:失误]。",
        "先行先试中出于公心的，可以容错[激励担当意见:五]。",
        "没有责任心是失责的表现之一。",
        "这是工作中严重不负责任。",
        "单位要建立尽职免责机制，问题不处理的要追责。",
        "出租前应当由成员大会讨论决定[农村集体经济组织法:26]。",
        "责任清单没有明确。",
        "对这类问题不能免责。",
        "失误与失责的区别是失误出于公心。",
        "该镇没有问题线索台账，单位没有责任分工。",
        "查清是谁经手的以后，可以认定为失误。",
    ],
)
def test_what_agrees_denies_or_supposes_stays(said: str) -> None:
    assert without_contrary(said, FAILURE) == said


@pytest.mark.parametrize("said", ["张某不构成违纪违法。", "这不属于失责。"])
def test_what_is_not_known_yet_is_not_denied_either(said: str) -> None:
    unknown = Opinion(id="1", liability="待核实", remedy="补充核实")
    assert contrary(said, unknown)
    assert not contrary("现在还不能说不构成违纪违法。", unknown)
    assert not contrary("是失误还是失责，要先查清。", unknown)


@pytest.mark.parametrize("unit", ["如", "若查", "查清", "不能免责，", "可以容错的，"])
def test_a_long_answer_is_read_in_no_time(unit: str) -> None:
    began = time.process_time()
    without_contrary(unit * (20_000 // len(unit)), FAILURE)
    assert time.process_time() - began < 0.5


def test_the_mark_is_not_taken_for_a_quote(rules: Rules) -> None:
    held = without_contrary("先公示。张某没有责任。", FAILURE)
    grounds = verify.Grounds.of("没有公示。", None, date(2026, 1, 1), {}, rules)
    assert verify.explanation(held, (), grounds).failures == ()


def test_the_mark_names_both_conclusions_and_the_rest_stays() -> None:
    told = without_contrary("先公示。\n结论应改为失误。[甲法:1][乙法:2]再公开招租。", FAILURE)
    assert told.startswith("先公示。\n〔")
    assert told.endswith("〕再公开招租。")
    assert "“失误”，与本意见（失责、纠错）不符" in told
    assert "结论应改为" not in told


def test_an_opinion_that_tolerates_and_corrects_may_be_said_to_do_either() -> None:
    both = Opinion(id="1", liability="失误", remedy="容纠并举")
    assert without_contrary("应予容错，同时属于纠错。", both) == "应予容错，同时属于纠错。"
    assert contrary("应认定为失责。", both) == "失责"
