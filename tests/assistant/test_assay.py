"""What a finding is: only readings whose words stand in it count, in the order of the text."""

from datetime import date

import pytest

from assistant.assay import assay
from assistant.contract import Finding, Proposal, Reading, Report
from knowledge.rules import Rules

TEXT = "某村会计把租金打入自己银行卡。事后没有报告。"
FINDING = Finding(id="1", text=TEXT)


def reading(span: str, start: int) -> Reading:
    return Reading(criterion="程序", leans="失责", span=span, start=start, end=start + len(span))


def report(*readings: Reading, issues: tuple[str, ...] = ()) -> Report:
    return Report(
        reader="offline",
        proposal=Proposal(
            domain={"党建": 0.2, "业务": 0.7, "交织": 0.1}, liability={"失责": 1.0}, remedy={"纠错": 1.0}
        ),
        readings=readings,
        issues=issues,
    )  # fmt: skip


def test_the_domain_is_the_one_with_the_largest_share(rules: Rules) -> None:
    assayed = assay(FINDING, report(), rules)
    assert (assayed.domain, assayed.domain_confidence) == ("业务", 0.7)
    assert "70%" in assayed.steps[0].text


def test_a_reading_whose_words_stand_elsewhere_does_not_count(rules: Rules) -> None:
    place = TEXT.index("没有报告")
    real, moved = reading("没有报告", place), reading("没有报告", 0)
    assayed = assay(FINDING, report(real, moved), rules)
    assert [r.start for r in assayed.readings] == [place]


def test_a_reading_without_words_does_not_count(rules: Rules) -> None:
    assert assay(FINDING, report(reading("", 3)), rules).readings == ()


def test_readings_stand_in_the_order_of_the_text(rules: Rules) -> None:
    late, early = reading("没有报告", TEXT.index("没有报告")), reading("租金", TEXT.index("租金"))
    assayed = assay(FINDING, report(late, early), rules)
    assert [r.span for r in assayed.readings] == ["租金", "没有报告"]


def test_every_reading_says_why_in_a_sentence(rules: Rules) -> None:
    assayed = assay(FINDING, report(reading("没有报告", TEXT.index("没有报告"))), rules)
    assert "没有报告" in assayed.readings[0].why
    assert "失责" in assayed.readings[0].why


def test_an_issue_that_the_library_does_not_hold_is_left_out(rules: Rules) -> None:
    known = next(iter(rules.patterns))
    assert assay(FINDING, report(issues=("编出来的问题", known)), rules).issues == (known,)


def test_red_lines_are_found_whatever_the_reader_says(rules: Rules) -> None:
    assayed = assay(FINDING, report(), rules)
    assert [line.rule for line in assayed.red_lines] == ["谋取私利"]
    assert any("红线" in step.text for step in assayed.steps)


def test_every_reading_is_a_step_with_its_criterion(rules: Rules) -> None:
    place = TEXT.index("没有报告")
    assayed = assay(FINDING, report(reading("没有报告", place)), rules)
    assert [s.criterion for s in assayed.steps if s.criterion] == ["程序"]


@pytest.mark.parametrize(
    ("day", "provision"),
    [
        (date(2025, 3, 1), "纪律处分条例:63"),
        (date(2019, 6, 1), "纪律处分条例2018:56"),
        (date(2012, 6, 1), "行政机关公务员处分条例:22"),
    ],
)
def test_a_red_line_rests_on_what_was_in_force_when_it_was_crossed(
    day: date, provision: str, rules: Rules
) -> None:
    text = "某局局长得知要检查，连夜销毁了两本账册。"
    assayed = assay(Finding(id="1", text=text, date=day), report(), rules)
    assert [line.provision for line in assayed.red_lines] == [provision]
