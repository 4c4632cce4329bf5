"""The library's loader: what is right loads, and each mistake is one line with file and place."""

import re
from pathlib import Path

import pytest
import yaml

from knowledge import rules as library
from knowledge.errors import LibraryError
from knowledge.rules import Rules

BROKEN = sorted((Path(__file__).parents[1] / "library_broken").glob("*.yaml"))
_HEAD = re.compile(r"# 放到：(?P<place>\S+)\n# 应报：第 (?P<line>\d+) 行：(?P<words>.+)\n")


def test_the_small_library_loads(small: Path) -> None:
    rules = Rules(small)
    assert list(rules.provisions.versions) == ["乙规定", "甲法", "甲法2010"]
    assert rules.patterns["以业务会代替党员会"].rule == ("乙规定:组织生活",)


@pytest.mark.parametrize("path", BROKEN, ids=[path.stem for path in BROKEN])
def test_a_mistake_is_named_with_file_line_and_words(path: Path, small: Path) -> None:
    head = _HEAD.match(path.read_text(encoding="utf-8"))
    assert head is not None
    (small / head["place"]).write_bytes(path.read_bytes())
    with pytest.raises(LibraryError) as caught:
        Rules(small)
    assert caught.value.path == small / head["place"]
    assert (caught.value.line, caught.value.problem) == (int(head["line"]), head["words"])
    assert "\n" not in str(caught.value)


def test_every_kind_of_mistake_has_its_file() -> None:
    assert len(BROKEN) >= 30


def test_a_file_in_another_encoding_is_named(small: Path) -> None:
    path = small / "provisions" / "甲法.yaml"
    path.write_text(path.read_text(encoding="utf-8"), encoding="gb18030")
    with pytest.raises(LibraryError, match=r"^甲法\.yaml 第 1 行：不是 UTF-8 编码"):
        Rules(small)


def test_the_mark_that_windows_puts_before_utf8_does_no_harm(small: Path) -> None:
    before = Rules(small).provisions["甲法:7"]
    path = small / "provisions" / "甲法.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert Rules(small).provisions["甲法:7"] == before


@pytest.mark.parametrize("name", ["method", "red_lines", "texts", "judgement"])
def test_a_missing_file_is_named(name: str, small: Path) -> None:
    (small / f"{name}.yaml").unlink()
    with pytest.raises(LibraryError, match=rf"^{name}\.yaml 第 1 行：缺这个文件$"):
        Rules(small)


def test_the_library_that_ships_is_read_once_per_process(rules: Rules) -> None:
    assert library.load() is rules


def test_a_loaded_part_cannot_be_changed(rules: Rules) -> None:
    pattern = next(iter(rules.patterns.values()))
    with pytest.raises(ValueError, match="frozen"):
        setattr(pattern, "domain", "业务")  # noqa: B010 - mypy would see the plain assignment


def test_every_pattern_has_what_the_opinion_needs(rules: Rules) -> None:
    poor = [
        pattern.name
        for pattern in rules.patterns.values()
        if not pattern.rule
        or len(set(pattern.wordings)) < 3
        or not pattern.questions
        or not pattern.measures
    ]
    assert len(rules.patterns) >= 200
    assert poor == []


def test_each_of_the_six_devices_has_a_pattern(rules: Rules) -> None:
    held = {pattern.device for pattern in rules.patterns.values() if pattern.device}
    assert held == {
        "业务会代替党员会",
        "多会合一",
        "多本合一",
        "对照检查抄袭",
        "一岗双责不落实",
        "用成绩掩饰短板",
    }


def test_every_remedy_and_label_of_the_contract_is_explained(rules: Rules) -> None:
    remedies = {"容错", "纠错", "容纠并举", "移交", "补充核实", "澄清"}
    liabilities = {"失误", "失责", "违纪违法", "待核实", "不成立"}
    assert set(rules.remedies) == remedies
    assert set(rules.labels) >= {"党建", "业务", "交织"} | liabilities
    assert {measure.remedy for measure in rules.measures} == remedies
    assert set(rules.criteria) == {
        "动机",
        "主观",
        "依据",
        "程序",
        "尽责",
        "客观",
        "后果",
        "补救",
    }


def test_every_file_is_read_without_the_fast_loader_too() -> None:
    """A PyYAML without libyaml is what some systems have."""
    for path in sorted(library.LIBRARY.rglob("offices.yaml")):
        words = path.read_text(encoding="utf-8")
        assert yaml.load(words, Loader=yaml.SafeLoader) == yaml.load(words, Loader=yaml.CSafeLoader)


def test_a_line_break_changes_nothing_in_which_office_it_is(rules: Rules) -> None:
    words = ("某局采购没有招标，", "局长张某知道后没有制止，造成损失。")
    for prefix in rules.provisions.versions:
        assert rules.offices.apply(prefix, "".join(words)) == rules.offices.apply(
            prefix, "\n".join(words)
        )


def test_a_document_for_an_office_has_to_be_held(small: Path) -> None:
    path = small / "offices.yaml"
    held = 'offices:\n  - {name: 村, where: 村, documents: ["甲法:999"]}\ncrimes: []\npenal: []\n'
    path.write_text(held, encoding="utf-8")
    with pytest.raises(LibraryError, match="甲法:999"):
        Rules(small)


def test_the_words_of_an_office_have_to_be_an_expression(small: Path) -> None:
    path = small / "offices.yaml"
    broken = "offices:\n  - {name: 村, where: '村(', documents: []}\ncrimes: []\npenal: []\n"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(LibraryError, match="不是有效的正则表达式"):
        Rules(small)
