"""Normalising for retrieval: what it mends, what it leaves, and where each character came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from knowledge.text import normalise, normalise_with_offsets

CLEAN = "支部2021年没有召开党员大会,与业务会共用一本记录。"


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        (CLEAN, CLEAN),
        ("發現黨建與業務兩張皮", "发现党建与业务两张皮"),
        ("發(fā)現(xiàn)問題", "发现问题"),
        ("业（yè）务", "业务"),
        ("手机软件(app)、大会(略)", "手机软件(app)、大会(略)"),
        ("ＡＢＣ１２３，（試行）", "ABC123,(试行)"),
        ("三 会 一　课", "三会一课"),
        ("党员\n大会", "党员大会"),
        ("党员\r\n大会", "党员大会"),
        ("第一段\n\n第二段", "第一段\n第二段"),
        ("单位\t问题", "单位 问题"),
        ("共  3 次", "共 3 次"),
        ("党\u200b课\ufeff\ue5e5记\ufffd录", "党课记录"),
        ("  党课  ", "党课"),
        ("a\u0301bc", "ábc"),
        ("", ""),
        (" \n\t", ""),
        ("乾隆年间的著作", "乾隆年间的著作"),
        ("幹部乾淨擔當", "干部干净担当"),
    ],
)
def test_a_text_is_mended_for_searching(given_text: str, expected: str) -> None:
    assert normalise(given_text) == expected
    assert normalise_with_offsets(given_text).text == expected


@pytest.mark.parametrize(
    ("text", "part", "original"),
    [
        ("會議,發(fā)現(xiàn)問題。", "发现", "發(fā)現"),
        ("會議,發(fā)現(xiàn)問題。", "现问题", "現(xiàn)問題"),
        ("缺 党 课 四次", "党课", "党 课"),
        ("金额㈠３万", "(一)3万", "㈠３万"),
        (CLEAN, "党员大会", "党员大会"),
    ],
)
def test_a_part_leads_back_to_the_words_as_given(text: str, part: str, original: str) -> None:
    normalised = normalise_with_offsets(text)
    at = normalised.text.index(part)
    start, end = normalised.span(at, at + len(part))
    assert text[start:end] == original


def test_traditional_and_simplified_are_the_same_text() -> None:
    assert normalise(OpenCC("s2t").convert(CLEAN)) == CLEAN


MESSY = st.text(
    st.one_of(
        st.sampled_from(
            "党建業務發現会议記錄()（）àiyfx，。 \n\t\r　\u200b\ue5e5\ufffd㈠½ﬁ１Ａ\u0301"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)


@given(MESSY)
def test_both_functions_agree_and_offsets_stay_inside(text: str) -> None:
    normalised = normalise_with_offsets(text)
    assert normalised.text == normalise(text)
    assert len(normalised.starts) == len(normalised.ends) == len(normalised.text)
    assert list(normalised.starts) == sorted(normalised.starts)
    for start, end in zip(normalised.starts, normalised.ends, strict=True):
        assert 0 <= start < end <= len(text)


@given(MESSY)
def test_normalising_twice_changes_nothing_more_in_chinese_text(text: str) -> None:
    once = normalise("".join(char for char in text if char in MENDABLE))
    assert normalise(once) == once


MENDABLE = "党建業務發現会议記錄()，。 \n\t　\u200b１Ａ"
