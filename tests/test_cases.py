"""Plain findings, each with what must come out: a careful colleague would not hesitate."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.contract import Finding, Opinion
from assistant.triage import Bench, triage_many

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "findings_plain.yaml").read_text(encoding="utf-8")
)["cases"]


def _names(wanted: str | list[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else wanted


@pytest.fixture(scope="module")
def opinions(bench: Bench) -> dict[str, Opinion]:
    findings = [Finding(id=case["name"], text=case["text"]) for case in CASES]
    return {opinion.id: opinion for opinion in triage_many(findings, bench)}


def test_there_are_at_least_forty_cases_each_named_once() -> None:
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names) >= 40


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_answer_is_the_plain_one(case: dict[str, Any], opinions: dict[str, Opinion]) -> None:
    opinion = opinions[case["name"]]
    assert opinion.liability in _names(case["liability"])
    assert opinion.remedy in _names(case["remedy"])
    lines = [line.rule for line in opinion.red_lines]
    assert (case["red_line"] in lines) if "red_line" in case else not lines


def test_the_domain_is_the_plain_one_in_nineteen_of_twenty(opinions: dict[str, Opinion]) -> None:
    wrong = [c["name"] for c in CASES if opinions[c["name"]].domain not in _names(c["domain"])]
    assert len(wrong) <= len(CASES) / 20, wrong


@pytest.mark.parametrize("case", CASES[:20], ids=[case["name"] for case in CASES[:20]])
def test_the_domain_of_the_five_plainest_kinds_is_right(
    case: dict[str, Any], opinions: dict[str, Opinion]
) -> None:
    assert opinions[case["name"]].domain in _names(case["domain"])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_opinion_is_whole(case: dict[str, Any], opinions: dict[str, Opinion]) -> None:
    text, opinion = case["text"], opinions[case["name"]]
    quotes = (*opinion.criteria, *opinion.red_lines)
    assert all(text[quote.start : quote.end] == quote.span for quote in quotes)
    assert {"domain", "liability", "remedy"} <= {c.supports for c in opinion.citations}
    assert opinion.decided_by and opinion.disclaimer and "申" in opinion.rights
    assert opinion.measures and all(m.decided_by and m.provision for m in opinion.measures)
    assert bool(opinion.questions) == (opinion.liability == "待核实")
    assert len(opinion.questions) <= 3
    assert all(word in opinion.explanation for word in ("化验", "会诊", "处方"))
    assert opinion.diagnosis["范围"] != "普遍"


@pytest.mark.parametrize("word", ["警告", "记过", "撤职", "开除", "判处", "有期徒刑", "留党察看"])
def test_a_matter_for_the_discipline_body_names_no_punishment(
    word: str, opinions: dict[str, Opinion]
) -> None:
    for opinion in opinions.values():
        if opinion.remedy == "移交":
            said = [opinion.explanation, *(m.text for m in opinion.measures)]
            assert word not in "".join([*said, *(step.text for step in opinion.steps)])
