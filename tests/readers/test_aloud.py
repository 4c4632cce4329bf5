"""What is told of an answer while it is written: clauses, none of them cut where it matters."""

import json

import pytest

from assistant.contract import SAID, Step
from assistant.privacy import Masked
from assistant.readers.aloud import Aloud, clause_end


def told(answer: str, size: int = 1, ids: tuple[str, ...] = ()) -> list[str]:
    """The words of the model that are told when its answer comes in pieces of this size."""
    steps: list[Step] = []
    aloud = Aloud(steps.append, "m", ids, Masked(""))
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
