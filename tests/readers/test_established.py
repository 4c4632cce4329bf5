"""A model may claim less than the finding establishes, never more."""

import time

import pytest

from assistant.contract import PROOFS, Leans, Proof
from assistant.readers.established import established
from knowledge.rules import Rules


def proof(rules: Rules, text: str, quote: str, leans: Leans, said: Proof = "查实") -> Proof:
    start = text.index(quote)
    return established(said, leans, (start, start + len(quote)), text, rules.language)


@pytest.mark.parametrize(
    ("text", "quote", "leans", "told"),
    [
        ("张某称事先不知道要研究，没有拿好处。", "没有拿好处", "失误", "单方"),
        ("李某说张某收了两万元。", "张某收了两万元", "失责", "单方"),
        ("有人反映张某收钱，目前还没有核查。", "张某收钱", "失责", "单方"),
        ("租金尚未查清，合同也没有。", "租金尚未查清", "失责", "未查"),
        ("张某说不知情，账目尚未核对。", "张某说不知情，账目尚未核对", "失误", "未查"),
        ("某村未经集体研究出租门面。", "未经集体研究", "失责", "查实"),
    ],
)
def test_ones_word_and_what_was_not_looked_into_are_not_established(
    text: str, quote: str, leans: Leans, told: Proof, rules: Rules
) -> None:
    assert proof(rules, text, quote, leans) == told


@pytest.mark.parametrize(
    ("text", "quote", "leans"),
    [
        ("有人反映会计张某收受礼金两万元，经查不属实，流水核对过。", "收受礼金两万元", "失责"),
        ("有人反映张某收受礼金两万元，经查，不属实。", "收受礼金两万元", "失责"),
        ("有人反映张某收受礼金。经核查，上述反映均不实。", "收受礼金", "失责"),
        ("有人反映张某收受礼金，县纪委核查后认定不成立。", "收受礼金", "失责"),
        ("有人反映张某收受礼金，经查未发现收受礼金。", "收受礼金", "失责"),
        ("有人反映张某收受礼金，经查未发现相关问题。", "收受礼金", "失责"),
        ("张某收受礼金一说，查无实据。", "张某收受礼金一说", "失责"),
        ("张某收受礼金一事经查不属实。", "张某收受礼金一事经查不属实", "失责"),
        ("经查未发现张某收受礼金。", "经查未发现张某收受礼金", "失责"),
        ("张某称事先不知道要研究，经查不属实。", "事先不知道要研究", "失误"),
    ],
)
def test_what_a_check_took_back_is_refuted(
    text: str, quote: str, leans: Leans, rules: Rules
) -> None:
    assert proof(rules, text, quote, leans) == "查否"


@pytest.mark.parametrize(
    ("text", "quote", "leans", "told"),
    [
        ("某村未经集体研究出租门面，经查账目相符。", "未经集体研究", "失责", "查实"),
        ("某村未公示租金，上级检查未发现。", "未公示租金", "失责", "查实"),
        ("张某多报三户，镇办核查未发现问题。", "多报三户", "失责", "查实"),
        ("检查表写“未发现问题”，实际堆着药品。", "检查表写“未发现问题”", "失责", "查实"),
        ("张某上报的产量不实。", "张某上报的产量不实", "失责", "查实"),
        ("有人反映村里没有开会，经查未发现开会记录。", "村里没有开会", "失责", "单方"),
        ("有人反映张某收钱，经查与举报内容一致。", "张某收钱", "失责", "单方"),
        ("有人反映张某收钱，经查属实。", "张某收钱", "失责", "查实"),
        ("有人反映张某收钱，经查，情况属实。", "张某收钱", "失责", "查实"),
        ("封条编号一致，没有这回事。", "封条编号一致", "失误", "查实"),
        ("经查未发现张某收受礼金。", "未发现张某收受礼金", "失误", "查实"),
    ],
)
def test_a_check_that_is_about_something_else_takes_nothing_back(
    text: str, quote: str, leans: Leans, told: Proof, rules: Rules
) -> None:
    assert proof(rules, text, quote, leans) == told


@pytest.mark.parametrize("said", PROOFS)
@pytest.mark.parametrize("leans", ["失误", "失责", "未知"])
def test_no_proof_is_raised(said: Proof, leans: Leans, rules: Rules) -> None:
    order: tuple[Proof, ...] = ("查实", "单方", "未查", "查否")
    for text in (
        "开会没有记录。",
        "张某说开会了。",
        "开会情况不清楚。",
        "反映开会一事，经查属实。",
    ):
        told = proof(rules, text, text[:2] if text.startswith("开") else "开会", leans, said)
        assert order.index(told) >= order.index(said)


def test_a_quote_outside_every_clause_stays_as_it_is(rules: Rules) -> None:
    assert established("单方", "失责", (0, 2), "，。", rules.language) == "单方"


@pytest.mark.parametrize("unit", ["经查", "逐一经", "反映的问题", "一事", "所"])
def test_a_long_clause_is_looked_through_in_no_time(unit: str, rules: Rules) -> None:
    text = f"有人反映张某收钱，{unit * (10_000 // len(unit))}。"
    begun = time.process_time()
    proof(rules, text, "张某收钱", "失责")
    assert time.process_time() - begun < 1
