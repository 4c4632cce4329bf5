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
        "依我看该容错。",
        "这种情况应该容错。",
        "张某的行为理应容错。",
        "应予宽容，不作处理。",
        "应予宽容。",
        "对张某不作处理。",
        "建议不作处理。",
        "我倾向于不作处理。",
        "同意对张某不作处理。",
        "拟对张某不作处理。",
        "对张某不作处理，由村里自行整改。",
        "对张某可以宽容，理由是初犯。",
        "对张某可以不作处理。",
        "- 对张某不作处理",
        "综合看应予宽容处理。",
        "他无需承担责任。",
        "该会计不必担责。",
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
        "先行先试中出于公心的，无需追责，应予宽容[甲法:3]。",
        "什么情况下可以宽容？",
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


@pytest.mark.parametrize(
    "said",
    [
        "镇政府对占地建房不作处理，说明没有尽到监管职责。",
        "村支书对侵占集体资产不作处理，正是失责所在。",
        "主要责任不在会计，而在审批支出的村支书。",
        "责任不在村民，村委会没有公示才是问题。",
        "由他承担直接责任，其他成员不必担责。",
        "公示不是李某的责任，公示由村务监督委员会负责。",
        "三个区分开来要求对无意过失给予宽容，本案没有这样的情节。",
        "对轻微偏差可以不作处理，但三年不公示已经不轻微。",
        "乡长对违规采砂不作处理，属于典型的不担当。",
        "主要责任不在厨师，而在分管后勤的副校长。",
        "责任不在住户，街道办没有巡查才是症结。",
        "由李某承担主要责任，参会的其他人员不用担责。",
        "验收不是王某的责任，验收由工程科负责。",
        "对先行先试中的失误应当宽容，本案不属于先行先试。",
        "对首次迟报可以不作处理，但他连续两年迟报。",
        "所长接到举报后不作处理，群众意见很大。",
        "低保名单应该公示七天，他只公示了一天。",
        "刘某认为下级没有责任心，却从不检查。",
        "主要责任不在王某，而在签字的主任。",
        "镇里对张某不作处理，群众反映强烈。",
        "对张某不作处理，就等于纵容。",
        "怪不得张某急着离任，原来账目早已亏空。",
        "张某不应负责采购，却自己定了供货商。",
    ],
)
def test_what_tells_a_failure_or_parts_the_blame_stays(said: str) -> None:
    assert without_contrary(said, FAILURE) == said


@pytest.mark.parametrize("said", ["离任时账目和资料应该移交。", "合同应该由法务审核后再签。"])
def test_what_ought_to_be_done_is_no_other_remedy(said: str) -> None:
    tolerated = Opinion(id="1", liability="失误", remedy="容错")
    assert without_contrary(said, tolerated) == said
    assert contrary("这种情况应该纠错。", tolerated) == "纠错"


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


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("综合看，我认为“没有责任”。", False),
        ("我的意见是“可以容错”。", False),
        ("结论和材料一样：“没有责任”。", False),
        ("综合材料，“没有责任”。", False),
        ("可以说“没有责任”。", False),
        ("这说明张某“没有责任”。", False),
        ("从材料看属于“可以容错”。", False),
        ("本人认为“没有责任”。", False),
        ("材料写着“张某没有责任”。", True),
        ("张某辩解说“没有责任”。", True),
        ("张某称自己“没有责任”，但没有依据。", True),
        ("张某认为自己“没有责任”，但没有依据。", True),
        ("材料的原文是：“可以容错”。", True),
    ],
)
def test_the_model_is_nobody_whose_words_may_be_quoted(said: str, stays: bool) -> None:
    told = "张某称自己没有责任。会计记录：张某没有责任，可以容错。"
    assert (without_contrary(said, FAILURE, told) == said) is stays


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
