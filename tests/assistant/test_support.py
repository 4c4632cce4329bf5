"""Rules in an explanation rest on a provision that says so; the check's own error rate is measured."""

from pathlib import Path

import pytest
import yaml

from assistant.readers.ask import gist_of
from assistant.support import UNSUPPORTED, grounded, numbers, states_a_rule, supported
from assistant.triage import Bench
from knowledge.index import Index
from knowledge.rules import Rules

PAIRS = yaml.safe_load(
    (Path(__file__).parent / "data" / "support_pairs.yaml").read_text(encoding="utf-8")
)["pairs"]


def alike(index: Index, one: str, other: str) -> float:
    first, second = (vector for vector, _ in index.read([one, other]))
    return min(1.0, max(0.0, (float(first @ second) - 0.7) / 0.3))


def test_the_error_rate_on_written_pairs(bench: Bench, rules: Rules) -> None:
    def says(sentence: str, provision: str) -> bool:
        words = gist_of(provision, rules)
        return supported(sentence, words, lambda a, b: alike(bench.index, a, b))

    pairs = [p for p in PAIRS if p["by"] in rules.provisions and p["but"] in rules.provisions]
    missed = sum(not says(pair["says"], pair["by"]) for pair in pairs)
    wrong = sum(says(pair["says"], pair["but"]) for pair in pairs)
    assert len(pairs) >= 50
    assert missed / len(pairs) <= 0.1
    assert wrong / len(pairs) <= 0.1


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["by"])
def test_every_written_sentence_states_a_rule(pair: dict[str, str]) -> None:
    assert states_a_rule(pair["says"]) or "要" in pair["says"]


@pytest.mark.parametrize(
    "sentence", ["材料写着“应当公示而没有公示”。", "村里没有开会。", "因此结论是失责。"]
)
def test_facts_and_conclusions_need_no_provision(sentence: str) -> None:
    assert not states_a_rule(sentence)


def test_a_rule_without_a_citation_is_marked() -> None:
    rests = grounded("集体资金不得存入私人账户。", lambda i: "", lambda a, b: 1.0, {})
    assert rests.text.endswith(UNSUPPORTED)
    assert rests.failures[0].reason == "说到规定而没有引用条款"


def test_a_rule_with_a_citation_of_another_meaning_is_marked() -> None:
    said = "集体资金不得存入私人账户[甲法:3]。"
    rests = grounded(said, lambda i: "会议由书记主持。", lambda a, b: 0.2, {"甲法:3": "甲法:3"})
    assert UNSUPPORTED in rests.text
    assert rests.failures[0].reason == "所引条款没有这个意思"


def test_a_citation_after_the_full_stop_belongs_to_the_sentence() -> None:
    said = "集体资金不得存入私人账户。[甲法:3]事情属实。"
    rests = grounded(said, lambda i: "集体资金不得存入私人账户", lambda a, b: 1.0, {"甲法:3": "3"})
    assert rests.failures == ()


def test_numbers_without_a_source_are_marked() -> None:
    sources = {"finding": "2021年少收租金4.2万元", "条例:19": "条例:19 十二人以上"}
    rests = grounded("2021年少收4.2万元，另有37户没有交。", lambda i: "", lambda a, b: 0, sources)
    assert "〔数字无出处：37〕" in rests.text
    assert [f.reason for f in rests.failures] == ["数字无出处：37"]


@pytest.mark.parametrize(
    ("text", "values"),
    [("第三十九条", [39.0]), ("二十日", [20.0]), ("三会一课", []), ("4.2万", [4.2])],
)
def test_chinese_numbers_are_read_where_a_unit_follows(text: str, values: list[float]) -> None:
    assert numbers(text)[: len(values)] == values


def test_the_number_of_a_citation_that_failed_is_not_called_stray() -> None:
    said = "先由集体决定〔引用未通过核对：农村规定2011:41〕。"
    assert "数字无出处" not in grounded(said, lambda one: "", lambda one, other: 0.0, {}).text
