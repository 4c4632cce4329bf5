"""What is told of an answer while it is written: clauses, none of them cut where it matters."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.contract import SAID, Step
from assistant.privacy import Masked
from assistant.readers.aloud import Aloud, clause_end

NOTHING = Masked("")
MASKED = Masked("", {"人员1": "李秀英", "人员12": "王五", "单位2": "宏达公司"})
WRITTEN = st.sampled_from(
    (
        *("人员1", "人员12", "单位2", "〔人员1〕", "「人员12」", "人员", "人", "单", "员工"),
        *("村里没有", "名", "名下", "义", "分", "钟", "家", "2", "～3", "至5", "abc", " x", "\n"),
        *("，", "、", "。", "；", "（", "）", "该", "各"),
    )
)


def told(
    answer: str, size: int = 1, ids: tuple[str, ...] = (), masked: Masked = NOTHING
) -> list[str]:
    """The words of the model that are told when its answer comes in pieces of this size."""
    steps: list[Step] = []
    aloud = Aloud(steps.append, "m", ids, masked)
    for start in range(0, len(answer), size):
        aloud(answer[start : start + size])
    return [step.text.removeprefix(SAID) for step in steps[1:]]


@pytest.mark.parametrize("size", [1, 3, 16, 400])
@pytest.mark.parametrize("escaped", [True, False], ids=["转义", "原样"])
def test_everything_is_told_once_and_in_order(size: int, escaped: bool) -> None:
    words = "依据[方法:失责]，事实“未开会”\\😀没有人管；结论是失责。\n不带句号的尾巴"
    answer = json.dumps({"reason": words, "liability": "失责"}, ensure_ascii=escaped)
    assert "".join("".join(told(answer, size, ("方法:失责",))).split()) == "".join(words.split())


def test_the_first_words_do_not_wait_for_a_clause() -> None:
    first, *_ = told('{"reason": "村里三年没有公示租金收入也没有人过问这件事情。"}')
    assert first == "村"


@pytest.mark.parametrize(
    ("written", "told_now"),
    [
        ("没有开会，也没", "没有开会，"),
        ("依据[方法:失责的人，", ""),
        ("依据[方法:失责]，[方", "依据[方法:失责]，"),
        ("〔人员1", ""),
        ("村里三年没有公示租金收入也没", "村里三年没有公示租金收入也没"),
        ("租金是https://evil.example/12345", ""),
        ("一共是3.141592653589793", ""),
        ("开了（半个括号。后面照说，[", "开了（半个括号。后面照说，"),
    ],
)
def test_a_citation_a_placeholder_and_an_address_are_never_cut(written: str, told_now: str) -> None:
    assert written[: clause_end(written, 12)] == told_now


def test_a_citation_in_pieces_is_checked_as_a_whole() -> None:
    (words,) = told('{"reason": "[村民租赁法:99]，"}', 2)
    assert words == "〔引用未通过核对：村民租赁法:99〕，"


def test_half_a_character_is_not_told() -> None:
    words = told('{"reason": "\\ud83d没有人管\\ud800。"}')
    assert all(word.isprintable() for word in words)
    "".join(words).encode()


def test_a_reason_that_never_ends_is_told_up_to_a_limit() -> None:
    words = told('{"reason": "' + "没有人管，" * 4000, 400)
    assert 4000 < len("".join(words)) < 5000


@pytest.mark.parametrize(
    "pieces",
    [
        ("人员", "1", "没有经过集体研究，", "人员12", "也没有。"),
        ("人", "员", "1没有经过集体研究，人员1", "2也没有。"),
        ("人员1没有经过集体研究，人", "员12也没有。"),
        ("人员1", "没有经过集体研究，人员12", "也没有。"),
    ],
)
def test_a_placeholder_without_brackets_waits_until_it_is_whole(pieces: tuple[str, ...]) -> None:
    steps: list[Step] = []
    aloud = Aloud(steps.append, "m", (), MASKED)
    for piece in ('{"reason": "', *pieces, '"}'):
        aloud(piece)
    said = "".join(step.text.removeprefix(SAID) for step in steps[1:])
    assert said == "李秀英没有经过集体研究，王五也没有。"


@pytest.mark.parametrize(
    ("written", "first"),
    [("村里三年没有公示", "村"), ("位于村里的", "位"), ("人都知道", "人都"), ("员工都知道", "员")],
)
def test_only_what_may_become_a_placeholder_waits(written: str, first: str) -> None:
    assert told(f'{{"reason": "{written}"}}', masked=MASKED)[0] == first


@pytest.mark.parametrize(
    "words", ["该单位2没有人管。", "单位2名干部没有管。", "单位2，3家没有管。"]
)
@pytest.mark.parametrize("size", [1, 2, 3, 40])
def test_a_count_is_no_placeholder_in_pieces_either(words: str, size: int) -> None:
    assert "".join(told(f'{{"reason": "{words}"}}', size, masked=MASKED)) == words


@given(parts=st.lists(WRITTEN, max_size=12), size=st.integers(1, 40), escaped=st.booleans())
def test_in_pieces_the_same_is_put_back_as_in_the_whole(
    parts: list[str], size: int, escaped: bool
) -> None:
    words = "".join(parts)
    answer = json.dumps({"reason": words, "liability": "失责"}, ensure_ascii=escaped)
    said = "".join(told(answer, size, masked=MASKED))
    assert "".join(said.split()) == "".join(MASKED.restore(words).split())
