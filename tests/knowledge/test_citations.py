"""Citations in free text: what was made up is caught, what is true is left in peace."""

import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import statutes
from knowledge.__main__ import main
from knowledge.citations import Checker, Cited
from knowledge.mentions import mentions
from knowledge.provisions import Version
from knowledge.rules import Rules

TODAY = date(2026, 11, 1)
DAY = timedelta(days=1)
DIGITS = "零一二三四五六七八九"
FRAMES = (
    "经查，该村违反{}的规定。",
    "依据{}，建议进一步核实",
    "{}已有明确要求，但未落实。",
    "处理时参照{}及有关规定。",
    "（{}）",
    "1. 对照{}\n2. 立即整改",
    "问题属实，触犯{}。",
)


def in_chinese(number: int) -> str:
    """397 → 三百九十七."""
    words, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if zero else "") + DIGITS[digit] + name
            zero = False
        else:
            zero = bool(words)
    return words.removeprefix("一") if 10 <= number < 20 else words


def forms(name: str, number: int, sub: int | None = None) -> Iterator[str]:
    """The ways in which people write one article of one document, for ever."""
    label = f"第{in_chinese(number)}条" + (f"之{in_chinese(sub)}" if sub else "")
    digits = f"第{number}条" + (f"之{in_chinese(sub)}" if sub else "")
    wide = digits.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    yield from cycle(
        (
            f"《{name}》{label}",
            f"《{name}》{digits}",
            f"{name}{label}",
            f"《{name}》第 {number} 条" + (f"之{in_chinese(sub)}" if sub else ""),
            f"《{name}》{wide}",
            f"{name}{digits}",
            f"《{name}》第一章{label}",
            f"《{name}》的{label}",
        )
    )


@pytest.fixture(scope="module")
def checker(rules: Rules) -> Checker:
    return Checker(rules.provisions, statutes.installed())


def only(checker: Checker, text: str, day: date = TODAY) -> Cited:
    (cited,) = checker.check(text, day)
    assert text[cited.start : cited.end] == cited.citation
    return cited


def verdicts(checker: Checker, text: str, day: date = TODAY) -> list[str]:
    return [cited.judged.verdict for cited in checker.check(text, day)]


def a_day_of(version: Version) -> date | None:
    """A day on which this version was in force, none where its beginning is not known."""
    if version.effective is None:
        return None
    return version.effective if version.superseded else max(version.effective, TODAY)


def names_of(version: Version) -> tuple[str, ...]:
    return (version.document, *version.aliases)


# ── 300 that were made up, 300 that are true ────────────────────────────────────────────────


def past_the_end(rules: Rules) -> Iterator[tuple[str, int, int | None, date]]:
    for index, version in enumerate(rules.provisions.versions.values()):
        day = a_day_of(version)
        if version.articles and day:
            names = names_of(version)
            yield names[index % len(names)], version.articles + 1 + index % 7, None, day
            yield names[0], version.articles + 100, None, day


def never_inserted(rules: Rules) -> Iterator[tuple[str, int, int | None, date]]:
    for index, version in enumerate(rules.provisions.versions.values()):
        day = a_day_of(version)
        if version.articles and day:
            yield names_of(version)[-1], 1 + index % version.articles, 9, day


def past_the_end_of_other_laws(rules: Rules) -> Iterator[tuple[str, int, int | None, date]]:
    for law in statutes.installed().laws():
        held = law.name == law.title and law.title not in rules.provisions.names
        if held and law.articles and law.status == "现行有效" and (law.begins or TODAY) <= TODAY:
            yield law.title.removeprefix("中华人民共和国"), law.articles + 1, None, TODAY


def test_an_article_past_the_end_or_never_inserted_does_not_exist(
    rules: Rules, checker: Checker
) -> None:
    made_up = [
        *past_the_end(rules),
        *never_inserted(rules),
        *past_the_end_of_other_laws(rules),
    ]
    missed = []
    for index, (name, number, sub, day) in enumerate(made_up):
        written = next(islice(forms(name, number, sub), index % 8, None))
        text = FRAMES[index % len(FRAMES)].format(written)
        found = checker.check(text, day)
        if [cited.judged.verdict for cited in found] != ["不存在"]:
            missed.append((text, day, [cited.judged for cited in found]))
    assert len(made_up) >= 300
    assert missed == []


def test_what_was_repealed_or_is_not_yet_in_force_is_not_called_existing(
    rules: Rules, checker: Checker
) -> None:
    missed = []
    tried = 0
    for versions in rules.provisions.documents.values():
        first, last = versions[0], versions[-1]
        cases = []
        if first.effective and first.articles:
            cases.append((first, first.effective - DAY, "不存在"))
        if last.superseded and last.articles:
            cases.append((last, last.superseded, "已失效"))
        for version, day, verdict in cases:
            for name in names_of(version)[:2]:
                tried += 1
                text = f"违反《{name}》第一条。"
                if verdicts(checker, text, day) != [verdict]:
                    missed.append((text, day, checker.check(text, day)))
    assert tried >= 150
    assert missed == []


def test_a_version_that_was_replaced_is_no_longer_in_force(rules: Rules, checker: Checker) -> None:
    for version in rules.provisions.versions.values():
        if version.superseded and version.effective and version.prefix[-1].isdigit():
            text = f"{version.prefix}:1"
            assert verdicts(checker, text, version.superseded) == ["已失效"], text
            if version.articles:
                assert verdicts(checker, text, version.effective) == ["存在"], text


def test_no_rule_made_under_a_law_is_taken_for_the_law(rules: Rules, checker: Checker) -> None:
    tried = 0
    for version in rules.provisions.versions.values():
        for name in dict.fromkeys(names_of(version)):
            for made_up in (
                f"{name}实施细则",
                f"{name}实施办法",
                f"陕西省{name}",
                f"某市《{name}》实施办法",
                f"某县{name}实施意见",
                f"{name}释义",
            ):
                if made_up in rules.provisions.names:
                    continue
                tried += 1
                marked = made_up if "《" in made_up else f"《{made_up}》"
                for text in (f"违反{marked}第一条。", f"根据{made_up}第1条处理"):
                    judged = [c.judged for c in checker.check(text, TODAY)]
                    articles = [j for j in judged if j.reason != "文件在库里"]
                    assert all(j.verdict == "无法核验" for j in articles), (text, judged)
                    assert all(j.provision is None for j in articles), text
    assert tried >= 300


def test_true_citations_raise_no_alarm(rules: Rules, checker: Checker) -> None:
    true: list[tuple[str, int, int | None, date]] = []
    for version in rules.provisions.versions.values():
        day = a_day_of(version)
        if version.articles and day:
            names = names_of(version)
            true += [
                (names[number % len(names)], number, None, day)
                for number in {1, version.articles, 1 + version.articles // 2}
            ]
    for law in statutes.installed().laws():
        held = law.name == law.title and law.title not in rules.provisions.names
        if held and law.articles and law.status == "现行有效" and (law.begins or TODAY) <= TODAY:
            true.append((law.title, law.articles, None, TODAY))
    true += [("刑法", 120, 1, TODAY), ("中华人民共和国刑法", 408, 1, TODAY)]
    wrong = []
    for index, (name, number, sub, day) in enumerate(true):
        written = next(islice(forms(name, number, sub), index % 8, None))
        text = FRAMES[index % len(FRAMES)].format(written)
        found = checker.check(text, day)
        if [cited.judged.verdict for cited in found] != ["存在"]:
            wrong.append((text, day, [cited.judged for cited in found]))
    assert len(true) >= 300
    assert wrong == []


def test_every_provision_of_the_library_is_found_by_its_id_and_by_its_name(
    rules: Rules, checker: Checker
) -> None:
    for provision in rules.provisions.by_id.values():
        version = rules.provisions.version_of(provision.id)
        day = a_day_of(version)
        if day is None or not provision.number.isdecimal():
            continue
        day = max(day, provision.effective or day)
        for text in (provision.id, f"《{version.document}》第{provision.number}条"):
            judged = only(checker, text, day).judged
            assert (judged.verdict, judged.provision) == ("存在", provision.id), text


# ── how people write ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《政务处分法》第三十九条", ["存在"]),
        ("《政务处分法》第三十九条第一款第（二）项", ["存在"]),
        ("《政务处分法》第三十九条第(二)项、第(九十)项", ["不存在"]),
        ("《政务处分法》第三十九条第八款", ["不存在"]),
        ("刑法第三百九十七条第二款", ["存在"]),
        ("刑法第三百九十七条第三款", ["不存在"]),
        ("刑法第一百二十条之一", ["存在"]),
        ("刑法第三百九十七条之九", ["不存在"]),
        ("刑法第120条之1", ["存在"]),
        ("《刑法》第三百九十七条之规定", ["存在"]),
        ("《政务处分法》第三十八条、第三十九条和第九十条", ["存在", "存在", "不存在"]),
        ("《政务处分法》第六十七条至第六十九条", ["存在", "不存在"]),
        ("《政务处分法》第67、68、69条", ["存在", "存在", "不存在"]),
        ("《政务处分法》第三十九条、《监察法》第九百条", ["存在", "不存在"]),
        ("《政务处分法》第三十九条，该法第七十条", ["存在", "不存在"]),
        (
            "《公职人员政务处分法》（以下简称《处分法》）第三十九条，《处分法》第七十条",
            ["存在", "不存在"],
        ),
        ("依照前款规定，第二款不适用", []),
        ("第一次会议第三项议程", []),
        ("《红楼梦》第三回", []),
        ("《中国共产党章程》", ["存在"]),
        ("《中国共产党容错纠错条例》", ["无法核验"]),
        ("《中国共产党容错纠错条例》第九条", ["无法核验"]),
        ("中华人民共和国合同法第五十二条", ["已失效"]),
        ("《中华人民共和国物权法》第三十九条", ["已失效"]),
        ("《环境保护法》第六条", ["已失效"]),
        ("《安全生产法》（2014年修正）第三条", ["已失效"]),
        ("2014年修正的《安全生产法》第三条", ["已失效"]),
        ("《安全生产法（2014年修正）》第三条", ["已失效"]),
        ("《安全生产法》（2021年修正）第三条", ["存在"]),
        ("《安全生产法》（2019年修正）第三条", ["无法核验"]),
        ("原《安全生产法》第三条", ["无法核验"]),
        ("我国刑法第三百九十七条", ["存在"]),
        ("外国刑法第三百九十七条", ["无法核验"]),
        ("某省预算法第三条", ["无法核验"]),
        ("預算法第十三條", ["存在"]),
        ("《预 算\n法》第 十三 条", ["存在"]),
    ],
)
def test_each_way_of_writing_has_its_verdict(
    text: str, expected: list[str], checker: Checker
) -> None:
    assert verdicts(checker, text) == expected


def test_the_day_decides_which_version_is_meant(checker: Checker) -> None:
    text = "《中国共产党纪律处分条例》第七十条"
    before = only(checker, text, date(2023, 12, 31)).judged
    after = only(checker, text, date(2024, 1, 1)).judged
    assert before.provision == "纪律处分条例2018:70"
    assert after.verdict == "存在"
    assert after.provision in ("纪律处分条例:70", None)
    assert verdicts(checker, "《中国共产党纪律处分条例》第一百五十条", date(2023, 12, 31)) == [
        "不存在"
    ]
    assert verdicts(checker, "《中国共产党纪律处分条例》第一百五十条", date(2024, 1, 1)) == ["存在"]


def test_before_a_version_is_known_to_have_begun_it_is_not_called_existing(
    rules: Rules, checker: Checker
) -> None:
    version = rules.provisions.versions["提醒函询诫勉细则"]
    assert version.effective is None and version.version.startswith("2015年")
    for day in (date(1990, 1, 1), date(2015, 12, 31)):
        assert verdicts(checker, f"《{version.document}》", day) == ["无法核验"]
    assert verdicts(checker, f"《{version.document}》", date(2016, 1, 1)) == ["存在"]


def test_a_law_that_is_adopted_and_not_begun_does_not_exist_yet(checker: Checker) -> None:
    assert verdicts(checker, "医疗保障法第三条", date(2026, 12, 31)) in (["不存在"], ["无法核验"])
    assert verdicts(checker, "医疗保障法第三条", date(2027, 1, 1)) == ["存在"]


def test_places_are_those_of_the_text_as_given(checker: Checker) -> None:
    text = "一、經查，\u200b違反《預算法》第 十三 條；\r\n二、刑法第９９９条。"
    first, second = checker.check(text, TODAY)
    assert text[first.start : first.end] == first.citation == "《預算法》第 十三 條"
    assert text[second.start : second.end] == second.citation == "刑法第９９９条"
    assert second.judged.verdict == "不存在"


@pytest.mark.parametrize("digit", ["9", "三"])
def test_a_number_of_thousands_of_digits_is_no_article(digit: str, checker: Checker) -> None:
    for text in (
        f"《刑法》第{digit * 5000}条",
        f"《刑法》{digit * 5000}条",
        f"刑法:{digit * 5000}",
    ):
        assert all(c.citation == "《刑法》" for c in checker.check(text, TODAY))
    assert verdicts(checker, f"刑法第{digit * 60}条") == ["不存在"]


def test_a_later_sentence_is_not_held_against_a_document_it_may_not_mean(checker: Checker) -> None:
    text = "违反《政务处分法》第三十九条的要求并对照第九百条整改。第八百条。"
    assert verdicts(checker, text) == ["存在", "无法核验"]


def test_a_text_without_citations_has_none(checker: Checker) -> None:
    text = "该村2021年至2023年未按季度召开党员大会，会议记录由一人补写，涉及3次、12人。"
    assert checker.check(text, TODAY) == ()


@given(st.integers(1, 9999))
def test_a_numeral_means_its_number_in_every_spelling(number: int) -> None:
    spellings = (in_chinese(number), str(number))
    for written in spellings:
        (mention,) = mentions(f"《某法》第{written}条", frozenset({"某法"}))
        assert mention.article == str(number), written
    assert statutes.numeral(in_chinese(number)) == number


@given(st.text(alphabet="《》第一二百条款项之（）()、，。:刑法0９年的该\n ", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for mention in mentions(text, frozenset({"刑法"})):
        assert 0 <= mention.start < mention.end <= len(text)


# ── the command ────────────────────────────────────────────────────────────────────────────


def test_the_command_writes_a_line_for_each_citation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "意见.txt"
    path.write_text("违反《政务处分法》第三十九条、第九十条。", encoding="utf-8")
    assert main(["check-citations", str(path), "--json", "--date", "2024-01-01"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["verdict"], row["provision"]) for row in rows] == [
        ("存在", "政务处分法:39"),
        ("不存在", None),
    ]
    assert rows[0] | {"citation": "《政务处分法》第三十九条", "start": 2, "end": 14} == rows[0]


def test_the_command_reads_what_windows_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "意见.txt"
    path.write_bytes("违反《政务处分法》第九十条。\r\n".encode("gb18030"))
    assert main(["check-citations", str(path)]) == 0
    assert capsys.readouterr().out.startswith("不存在 《政务处分法》第九十条（第 3 字）")


def test_the_command_refuses_what_is_no_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "意见.docx"
    path.write_bytes(b"PK\x03\x04\x00\x00\xff\xfe")
    assert main(["check-citations", str(path)]) == 2
    assert "不是文字" in capsys.readouterr().err


def test_the_command_reads_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = io.TextIOWrapper(io.BytesIO("刑法第九百条".encode()), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", content)
    assert main(["check-citations", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "不存在"
