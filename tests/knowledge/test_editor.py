"""What a careful editor finds: each mistake is found, and what is right is left in peace."""

from datetime import date
from pathlib import Path

import pytest

from knowledge import statutes
from knowledge.__main__ import main
from knowledge.editor import Report, borrowed, edit, longest_run, table
from knowledge.rules import Rules

TODAY = date(2026, 11, 1)


def report(folder: Path, today: date = TODAY) -> Report:
    return edit(Rules(folder), statutes.installed(), today)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


SECOND = """- name: 周例会冒充党员大会
  domain: 党建
  rule: [乙规定:组织生活]
  wordings: [{}, 补写的会议记录, 只有签到没有议题]
  questions: [有没有议程？]
  measures: [{{text: 补开, decided_by: 支部委员会}}]
"""


def test_nothing_is_wrong_with_the_library_that_ships(rules: Rules) -> None:
    assert edit(rules, statutes.installed(), date.today()).errors == ()


def test_nothing_is_wrong_with_the_small_library(small: Path) -> None:
    found = report(small)
    assert found.errors == ()
    assert found.recalled == ("乙规定:组织生活", "甲法:12")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "issues/组织生活.yaml",
            "rule: [乙规定:组织生活]",
            "rule: []",
            "问题“以业务会代替党员会”没有写违反了哪一条",
        ),
        (
            "issues/组织生活.yaml",
            "  - 支部把周例会记成党员大会\n",
            "",
            "问题“以业务会代替党员会”的说法不到 3 种",
        ),
        (
            "issues/组织生活.yaml",
            "rule: [乙规定:组织生活]",
            "rule: [甲法2010:5, 甲法2010:9]",
            "问题“以业务会代替党员会”引用的条款今天都不在施行：甲法2010:5、甲法2010:9",
        ),
        (
            "provisions/甲法.yaml",
            "article: 第七条",
            "article: 第八条",
            "甲法:7：编号与“第八条”不一致",
        ),
        (
            "provisions/乙规定.yaml",
            "  source: 为测试写的",
            "  source: 为测试写的\n  milder: true",
            "乙规定:组织生活：写了 milder，没有写比哪一条轻（earlier）",
        ),
        (
            "provisions/乙规定.yaml",
            "statute: null",
            "statute: 中华人民共和国没有这部法",
            "乙规定：法律原文数据里没有“中华人民共和国没有这部法”",
        ),
        (
            "provisions/甲法.yaml",
            "statute: null",
            "statute: 中华人民共和国公职人员政务处分法",
            "甲法：写的是 20 条，原文有 68 条",
        ),
    ],
)
def test_a_mistake_is_an_error(file: str, old: str, new: str, said: str, small: Path) -> None:
    change(small / file, old, new)
    assert said in report(small).errors


def test_a_gist_in_the_words_of_the_law_is_an_error(small: Path) -> None:
    text = statutes.statute_text("中华人民共和国公职人员政务处分法", "7")
    assert text is not None
    path = small / "provisions" / "甲法.yaml"
    change(path, "statute: null", "statute: 中华人民共和国公职人员政务处分法")
    change(path, "集体的大额开支要先开会商量，会议记录要留下来。", text.splitlines()[0][:40])
    assert [line for line in report(small).errors if line.startswith("甲法:7：要旨")] != []


def test_a_gist_in_our_own_words_is_not(rules: Rules) -> None:
    measured = 0
    for version in rules.provisions.versions.values():
        for provision in version.provisions[:3] if version.statute else ():
            text = statutes.statute_text(version.statute or "", provision.number)
            if text:
                measured += 1
                assert borrowed(provision.gist, text) < 0.5, provision.id
                assert longest_run(provision.gist, text) < 20, provision.id
    assert measured >= 100


def test_two_patterns_with_one_wording_are_an_error(small: Path) -> None:
    path = small / "issues" / "组织生活.yaml"
    text = path.read_text(encoding="utf-8") + SECOND.format("支部把周例会记成党员大会")
    path.write_text(text, encoding="utf-8")
    assert report(small).errors == (
        "问题“以业务会代替党员会”“周例会冒充党员大会”有同一个说法：支部把周例会记成党员大会",
    )


def test_two_patterns_that_nearly_say_the_same_are_a_hint(small: Path) -> None:
    path = small / "issues" / "组织生活.yaml"
    text = path.read_text(encoding="utf-8") + SECOND.format("支部把周例会记成了党员大会")
    path.write_text(text, encoding="utf-8")
    found = report(small)
    assert found.errors == ()
    assert [hint for hint in found.hints if "相近" in hint] == [
        "“以业务会代替党员会”与“周例会冒充党员大会”相近："
        "支部把周例会记成党员大会／支部把周例会记成了党员大会"
    ]


def test_a_provision_that_nobody_uses_is_a_hint(small: Path) -> None:
    path = small / "provisions" / "乙规定.yaml"
    extra = path.read_text(encoding="utf-8").partition("provisions:\n")[2]
    unused = extra.replace("乙规定:组织生活", "乙规定:没人用")
    path.write_text(path.read_text(encoding="utf-8") + unused, encoding="utf-8")
    unused_now = [hint for hint in report(small).hints if "只能靠检索找到" in hint]
    assert unused_now == ["乙规定:没人用 没有问题、判据、红线或措施用到，只能靠检索找到"]


def test_the_longest_run_and_the_borrowed_share_are_counted() -> None:
    assert longest_run("一二三四五", "零二三四九") == 3
    assert longest_run("", "一二三") == 0
    assert borrowed("一二三四五", "一二三四五") == 1.0
    assert borrowed("一二三四五", "五四三二一") == 0.0
    assert borrowed("短", "短") == 0.0


def test_the_table_counts_what_is_held_and_verified(small: Path) -> None:
    lines = table(Rules(small)).splitlines()
    assert (
        "| 中华人民共和国甲法（甲法） | 2010-03-01通过，2022-06-01修订 | 2022-09-01 |  | 20 | 是 | 2 | 1 |"
        in lines
    )
    assert (
        "| 乙规定（试行）（乙规定） | 2018-01-01印发 | 未查到 |  | 未查到 | 否 | 1 | 0 |" in lines
    )
    assert lines[-1] == "| 合计 2 个文件、3 个版本 | | | | | | 5 | 3 |"


def test_the_table_in_the_data_sheet_is_the_librarys_own(rules: Rules) -> None:
    sheet = Path(__file__).parents[2] / "docs" / "data-sheet.md"
    assert table(rules) in sheet.read_text(encoding="utf-8"), (
        "条款库改过以后，把 python -m knowledge check --table 的输出换进 docs/data-sheet.md"
    )


def test_the_command_counts_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert "0 处错误" in said
    assert "条未核对" in said


def test_the_command_shows_hints_and_table(
    rules: Rules, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--hints"]) == 0
    said = capsys.readouterr().out
    recalled = sum(p.verified == "recalled" for p in rules.provisions.by_id.values())
    assert said.count("未核对：") == recalled
    assert main(["check", "--table"]) == 0
    assert capsys.readouterr().out.strip() == table(rules)
