"""The explanation is a syllogism: provision, words of the finding, conclusion; nothing else."""

import pytest

from assistant.contract import Finding
from assistant.triage import Bench, triage

RENT = "某村会计把集体租金两万元打入自己银行卡，用于家庭日常开支。"
OPEN = "某单位付出20万元，审批单没有签名，谁决定付的还不清楚。"


@pytest.mark.parametrize("text", [RENT, OPEN, "某支部一年没有开党员大会，书记一直没有安排。"])
def test_each_role_has_a_paragraph_that_ends_in_a_conclusion(text: str, bench: Bench) -> None:
    opinion = triage(Finding(id="1", text=text), bench)
    paragraphs = opinion.explanation.split("\n\n")
    assert [p[:2] for p in paragraphs[:3]] == ["化验", "会诊", "处方"]
    for paragraph, label in zip(
        paragraphs, (opinion.domain, opinion.liability, opinion.remedy), strict=False
    ):
        assert f"结论：{label}" in paragraph
        assert "依据：" in paragraph


def test_the_facts_are_the_finding_s_own_words(bench: Bench) -> None:
    opinion = triage(Finding(id="1", text=RENT), bench)
    assert opinion.red_lines[0].span in opinion.explanation
    assert "红线" in opinion.explanation


def test_every_document_named_is_among_the_citations(bench: Bench) -> None:
    opinion = triage(Finding(id="1", text=OPEN), bench)
    named = {part.split("》")[0] for part in opinion.explanation.split("《")[1:]}
    assert named <= {citation.document for citation in opinion.citations}


def test_it_says_so_where_no_words_show_a_criterion(bench: Bench) -> None:
    opinion = triage(Finding(id="1", text="某村甲乙丙丁。"), bench)
    assert not opinion.criteria
    assert "没有能显示判据的词句" in opinion.explanation
