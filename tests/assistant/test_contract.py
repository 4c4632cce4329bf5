"""The contract's words and shapes: what outside tools rely on."""

import json

import pytest
from pydantic import ValidationError

from assistant.contract import (
    CRITERIA,
    DISTINCTIONS,
    DOMAINS,
    LIABILITIES,
    REMEDIES,
    Citation,
    Finding,
    Opinion,
    Quote,
    Reading,
)

FIELDS = {
    *("id", "domain", "liability", "remedy", "confidence", "issues", "diagnosis", "criteria"),
    *("red_lines", "measures", "questions", "citations", "reader", "needs_review", "explanation"),
    "error",
}


def test_the_words_are_those_of_the_design() -> None:
    assert DOMAINS == ("党建", "业务", "交织")
    assert LIABILITIES == ("失误", "失责", "违纪违法", "待核实", "不成立")
    assert REMEDIES == ("容错", "纠错", "容纠并举", "移交", "补充核实", "澄清")
    assert CRITERIA == ("动机", "主观", "依据", "程序", "尽责", "客观", "后果", "补救")
    assert list(DISTINCTIONS) == ["范围", "层次", "性质", "根源"]


def test_a_line_has_every_field_of_the_contract_and_is_json() -> None:
    line = Opinion(id="1", error="x").line()
    assert set(line) >= FIELDS
    assert json.loads(json.dumps(line, ensure_ascii=False)) == line


def test_a_citation_has_every_field_of_the_contract() -> None:
    fields = {"provision", "document", "version", "article", "kind", "text", "in_force", "supports"}
    assert fields <= set(Citation.model_fields)


@pytest.mark.parametrize(("start", "end"), [(0, 3), (-2, 0), (5, 5)])
def test_a_quote_whose_place_has_another_length_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValidationError, match="不一致"):
        Quote(span="某村", start=start, end=end)


def test_a_word_outside_the_vocabulary_is_refused() -> None:
    with pytest.raises(ValidationError):
        Reading.model_validate(
            {"criterion": "运气", "leans": "失误", "span": "某", "start": 0, "end": 1}
        )
    with pytest.raises(ValidationError):
        Opinion.model_validate({"id": "1", "remedy": "表扬"})


def test_nothing_is_changed_in_place_and_nothing_unknown_gets_in() -> None:
    finding = Finding(id="1", text="某村")
    with pytest.raises(ValidationError):
        finding.text = "别的"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Finding.model_validate({"id": "1", "text": "某村", "来源": "举报"})


def test_a_share_stays_between_0_and_1() -> None:
    with pytest.raises(ValidationError):
        Opinion(id="1", confidence=1.2)
