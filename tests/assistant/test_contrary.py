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
        "张某不应承担责任。",
        "张某不应当承担领导责任。",
        "张某没有必要承担责任。",
        "张某无需担责。",
        "不该由张某担责。",
        "张某不应被追责。",
        "无需追责。",
        "张某无责。",
        "综上，张某无责[甲法:3]。",
        "责任不在张某。",
        "责任不在于张某，在镇里。",
        "责任与张某无关。",
        "这不是张某的责任。",
        "怪不得张某。",
        "依我看该容错。",
        "这种情况应该容错。",
        "张某的行为理应容错。",
        "应予宽容，不作处理。",
        "应予宽容。",
        "对张某不作处理。",
        "可不作处理。",
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
        "对这类问题不能容错。",
        "张某的行为不该容错，也不能不作处理。",
        "为什么不能宽容？因为多次提醒仍不改。",
        "不是该容错的情形。",
        "什么情况下该容错，什么情况下该纠错，要看动机。",
        "哪些该容错要由有权机关认定。",
        "该容错情形不适用于本案。",
        "先行先试中出于公心的，无需担责[甲法:3]。",
        "尽职的不应承担责任，但张某没有尽职。",
        "张某遇事推诿、不担责。",
        "镇里对举报不作处理，属于失责。",
        "张某收到反映后不作处理，是失责的表现。",
        "对违规行为不作处理就是纵容。",
        "如果对张某不作处理，就等于纵容。",
        "张某有责还是无责，要看有没有集体研究。",
        "不能说责任不在张某。",
        "责任不在一个人，班子都有责任。",
        "是不是张某的责任，要先查清。",
        "无责任心是失责的表现。",
    ],
)
def test_what_agrees_denies_or_supposes_stays(said: str) -> None:
    assert without_contrary(said, FAILURE) == said


TOLD = "张某称责任不在他。村民反映对张某应予宽容，不作处理。"


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("材料里张某说“责任不在他”，但没有核实。", True),
        ("村民反映的原话是“应予宽容，不作处理”，这是村民的看法。", True),
        ("结论：“责任不在他”。", False),
        ("材料写着“张某没有责任”。", False),
        ("材料写着“责任不在他”，所以张某没有责任。", False),
    ],
)
def test_what_the_finding_says_may_be_quoted_and_not_be_used(said: str, stays: bool) -> None:
    assert (without_contrary(said, FAILURE, TOLD) == said) is stays


@pytest.mark.parametrize("said", ["张某不构成违纪违法。", "这不属于失责。"])
def test_what_is_not_known_yet_is_not_denied_either(said: str) -> None:
    unknown = Opinion(id="1", liability="待核实", remedy="补充核实")
    assert contrary(said, unknown)
    assert not contrary("现在还不能说不构成违纪违法。", unknown)
    assert not contrary("是失误还是失责，要先查清。", unknown)


@pytest.mark.parametrize(
    "unit", ["如", "若查", "查清", "不能免责，", "可以容错的，", "对张某", "“说四个字”"]
)
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
