"""What a model asks and gives as reasons is checked for what it claims; texts are compared once each."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from assistant import verify
from assistant.readers.remarks import Checks, likeness
from assistant.triage import Bench
from knowledge.rules import Rules

TEXT = "某村未经集体研究出租门面房，少收租金4.2万元。"
DAY = date(2026, 11, 1)


@pytest.fixture
def checks(rules: Rules) -> Checks:
    grounds = verify.Grounds.of(TEXT, None, DAY, {}, rules)
    return Checks((), grounds, lambda i: "", lambda a, b: 0.0, {"finding": TEXT}, lambda t: t)


@pytest.mark.parametrize(
    "said",
    [
        "另外两名支委是否知情？",
        "是否达到公开招租的5万元限额？",
        "2020年以前由谁承租？",
        "有无2家以上参与？",
    ],
)
def test_a_question_may_ask_for_numbers(checks: Checks, said: str) -> None:
    assert checks.questions([said]) == ((said,), [])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("2020年谁违反了[村民租赁法:99]？", "不在为这条发现检索到的条款里"),
        ("违反第八十八条没有？", "数字无出处：八十八"),
        ("谁说“收受好处费两万元”？", "原文里没有这句话"),
        ("按《农村集体资产管理条例》第八十八条怎么罚？", "无法核验"),
        ("少收的50万元没有交。", "数字无出处：50万"),
    ],
)
def test_all_else_in_a_question_is_checked(checks: Checks, said: str, reason: str) -> None:
    asked, (failure,) = checks.questions([said])
    assert asked == ()
    assert reason in failure.reason


def test_a_reason_with_an_amount_of_its_own_is_kept_with_a_mark(checks: Checks) -> None:
    said = "未经集体研究。一共少收12.6万元。"
    why, (failure,) = checks.why(said)
    assert why == f"{said}〔数字无出处：12.6万〕"
    assert (failure.said, failure.reason) == ("一共少收12.6万元。", "数字无出处：12.6万")


@pytest.mark.parametrize(
    "said",
    [
        "三年少收12.6万元。2020年8月就有人提醒。",
        "三年少收12.6万元，违反[村民租赁法:99]。",
        "第12条说少收12.6万元。",
        "三年少收12.6万元，“收受好处费两万元”。",
    ],
)
def test_a_reason_where_more_does_not_hold_is_dropped(checks: Checks, said: str) -> None:
    why, (failure,) = checks.why(said)
    assert why == ""
    assert failure.reason.startswith("这条理由没有采用")


def test_a_footnote_is_no_number(checks: Checks) -> None:
    assert checks.why("没有集体研究[1]。") == ("没有集体研究（1）。", [])


class Counted:
    """An index that counts the texts it embeds."""

    def __init__(self, index: Any) -> None:
        self.index, self.texts = index, list[str]()

    def read(self, texts: Sequence[str]) -> Any:
        self.texts += texts
        return self.index.read(texts)


def test_what_was_embedded_once_is_known(bench: Bench) -> None:
    counted: Any = Counted(bench.index)
    known: dict[str, Any] = {}
    words = ("集体资金不得外借", "村务应当公开", "会议由书记主持")
    for one in words:
        for other in words:
            told = likeness(one, other, counted, known)
            assert told == pytest.approx(likeness(one, other, bench.index, {}))
    assert sorted(counted.texts) == sorted(words)
