"""What a model claims of a quote is lowered or refused only where the finding's words are plain."""

import time

import pytest

from assistant.contract import PROOFS, Leans, Proof
from assistant.readers.established import established
from knowledge.rules import Rules

NEVER_CHECKED = "材料没有写明查过，不能当作查否"


def told(
    rules: Rules, text: str, quote: str, leans: Leans, said: Proof = "查实"
) -> tuple[Proof, str]:
    start = text.index(quote)
    return established(said, leans, (start, start + len(quote)), text, rules.language)


@pytest.mark.parametrize(
    ("text", "quote", "leans", "proof"),
    [
        ("张某称事先不知道要研究，没有拿好处。", "没有拿好处", "失误", "单方"),
        ("张某称不存在违规。", "不存在违规", "失误", "单方"),
        ("经查账目齐全。张某称不存在违规。", "不存在违规", "失误", "单方"),
        ("账目齐全，张某说不知情。", "账目齐全，张某说不知情", "失误", "单方"),
        ("张某说不知情，账目尚未核对。", "张某说不知情，账目尚未核对", "失误", "未查"),
        ("有人反映张某收钱，目前还没有核查。", "目前还没有核查", "失责", "未查"),
        ("租金尚未查清，合同也没有。", "租金尚未查清", "失责", "未查"),
    ],
)
def test_ones_own_account_excuses_nobody_and_what_was_not_looked_into_is_open(
    text: str, quote: str, leans: Leans, proof: Proof, rules: Rules
) -> None:
    assert told(rules, text, quote, leans) == (proof, "")


@pytest.mark.parametrize(
    ("text", "quote", "leans"),
    [
        ("某村未经集体研究出租门面。", "未经集体研究", "失责"),
        (
            "镇党委会议多次强调财务必须公开，村委会仍然三年未公开账目。",
            "村委会仍然三年未公开账目",
            "失责",
        ),
        ("面对群众质疑，村委会一直没有作出说明。", "村委会一直没有作出说明", "失责"),
        (
            "有群众反映村支书低价出租门面，经查阅合同、走访承租户，反映属实。",
            "村支书低价出租门面",
            "失责",
        ),
        ("李某说张某收了两万元。", "张某收了两万元", "失责"),
        ("账目没有公开，去向不清楚。", "账目没有公开，去向不清楚", "失责"),
        ("检查表写“未发现问题”，实际堆着药品。", "检查表写“未发现问题”", "失责"),
        ("某村未公示租金，上级检查未发现。", "未公示租金", "失责"),
        ("张某多报三户，镇办核查未发现问题。", "多报三户", "失责"),
        ("封条编号一致，没有这回事。", "封条编号一致", "失误"),
        ("经查未发现张某收受礼金。", "未发现张某收受礼金", "失误"),
    ],
)
def test_all_else_stays_as_the_model_has_it(
    text: str, quote: str, leans: Leans, rules: Rules
) -> None:
    assert told(rules, text, quote, leans) == ("查实", "")


@pytest.mark.parametrize(
    "text",
    [
        "上报的种植面积经核查不实",
        "报销单所列3户经核实不存在",
        "扶贫台账经查与事实不符",
        "验收报告载明的工程量经审计不实",
        "张某称租金已全部入账，经查不属实",
        "说明的情况经核查不属实",
        "经查未发现任何会议记录和公示材料",
    ],
)
def test_a_record_or_a_word_that_a_check_found_untrue_is_a_failing(text: str, rules: Rules) -> None:
    for quote in (text, text.split("，")[0]):
        assert told(rules, f"{text}。", quote, "失责") == ("查实", "")


@pytest.mark.parametrize(
    ("text", "quote", "words"),
    [
        ("有人反映会计张某收受礼金，经查不属实，流水核对过。", "收受礼金", "经查不属实"),
        ("有人反映张某收受礼金，经核查，不实。", "收受礼金", "经核查，不实"),
        ("反映张某收受礼金，查无此事。", "张某收受礼金", "查无此事"),
        ("网传张某收受礼金；不成立。", "张某收受礼金", "不成立"),
        ("举报人称张某收受礼金，经查不属实。", "张某收受礼金", "经查不属实"),
        ("有群众举报，张某收受礼金，经查不属实。", "张某收受礼金", "经查不属实"),
        (
            "有人反映张某收受礼金。经核查，上述反映均不实。",
            "收受礼金",
            "经核查，上述反映均不实",
        ),
        (
            "信访反映张某收受礼金，县纪委核查后认定不成立。",
            "收受礼金",
            "县纪委核查后认定不成立",
        ),
        ("反映张某收受礼金，经查该问题不存在。", "收受礼金", "经查该问题不存在"),
        (
            "反映张某收受礼金，经查不属实，但租金未公示。",
            "反映张某收受礼金，经查不属实",
            "经查不属实",
        ),
    ],
)
def test_an_accusation_that_a_check_refuted_is_not_established(
    text: str, quote: str, words: str, rules: Rules
) -> None:
    assert told(rules, text, quote, "失责")[1] == f"紧接着写明“{words}”，不能当作查实"
    for said in ("查否", "单方"):
        assert told(rules, text, quote, "失责", said) == (said, "")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("有人反映张某收钱，经查属实。", "张某收钱"),
        ("有人反映张某收钱，经查，情况属实。", "张某收钱"),
        ("有人反映张某收钱，经查张某的解释不属实。", "张某收钱"),
        ("有人反映租金未入账，经查台账不实。", "租金未入账"),
        ("有人反映租金未入账，上报情况不实。", "租金未入账"),
        ("有人反映村里没有开会，经查未发现开会记录。", "村里没有开会"),
        ("有人反映村里虚列3户，经核实不存在。", "虚列3户"),
        ("台账反映租金全部入账，经查不属实。", "租金全部入账"),
        ("面对群众质疑，张某解释租金全部入账，收据齐全，经查不属实。", "收据齐全"),
        ("张某自称租金全部入账，经查不属实。", "租金全部入账"),
        ("反映的问题已整改到位，经查不属实。", "反映的问题已整改到位"),
        ("有人反映张某收钱，数额两万元，经查不属实的是数额。", "数额两万元"),
    ],
)
def test_what_was_borne_out_or_declared_or_is_in_doubt_stays(
    text: str, quote: str, rules: Rules
) -> None:
    assert told(rules, text, quote, "失责") == ("查实", "")


@pytest.mark.parametrize(
    ("text", "quote", "leans", "wrong"),
    [
        ("某村三年未公示租金。", "三年未公示租金", "失责", NEVER_CHECKED),
        ("某村未公示租金。账没有记。有人提过。经查，合同齐全。", "未公示", "失责", NEVER_CHECKED),
        ("经查未收受好处。", "未收受好处", "失误", ""),
        ("反映张某收受礼金，经查不属实。", "张某收受礼金", "失责", ""),
        ("反映张某收受礼金。账目与流水相符。", "张某收受礼金", "失责", ""),
        ("审计了三年账目。张某收受礼金一说没有根据。", "张某收受礼金", "失责", ""),
    ],
)
def test_nothing_was_refuted_without_a_check(
    text: str, quote: str, leans: Leans, wrong: str, rules: Rules
) -> None:
    assert told(rules, text, quote, leans, "查否") == ("查否", wrong)


@pytest.mark.parametrize("said", PROOFS)
@pytest.mark.parametrize("leans", ["失误", "失责", "未知"])
def test_a_proof_is_only_lowered_and_never_to_refuted(
    said: Proof, leans: Leans, rules: Rules
) -> None:
    for text in (
        "经查开会没有记录。",
        "经查，张某说开会了。",
        "经查，张某说开会一事不存在。",
        "开会情况不清楚。",
        "反映开会一事，经查属实。",
        "反映开会一事，经查不属实。",
    ):
        proof, _ = told(rules, text, "开会", leans, said)
        assert proof in {said, "单方", "未查"}
        assert proof == said or said != "未查"


def test_a_quote_outside_every_clause_stays_as_it_is(rules: Rules) -> None:
    assert established("查否", "失责", (0, 2), "，。", rules.language) == ("查否", "")


@pytest.mark.parametrize("unit", ["经查", "查核", "逐一经", "反映的问题", "一事", "所", "均"])
def test_a_long_clause_is_looked_through_in_no_time(unit: str, rules: Rules) -> None:
    text = f"有人反映张某收钱，{unit * (10_000 // len(unit))}。"
    begun = time.process_time()
    told(rules, text, "张某收钱", "失责")
    assert time.process_time() - begun < 1
