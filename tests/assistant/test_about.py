"""Which questions the opinion itself answers, and with what; all others go to the library."""

import pytest
from readers.conftest import RENT

from assistant.about import FromOpinion, from_opinion
from assistant.contract import Citation, Finding, Opinion, Reading
from assistant.talk import follow_up
from assistant.triage import Bench, triage
from knowledge.rules import Rules

FINDING = Finding(id="1", text=RENT)
UNKNOWN = Finding(
    id="2",
    text="某镇2022年向一家公司预付苗木款38万元，苗木至今只到货一半。付款单上有分管副镇长签字，"
    "会议记录本中没有找到讨论此事的记录，当时的经办人已调走，合同原件暂未找到。",
)
BREACH = Finding(
    id="3", text="某村党支部书记将村集体门面租金4.6万元打入本人银行卡，用于偿还自家房贷。"
)


@pytest.fixture(scope="module")
def opinions(bench: Bench) -> dict[str, Opinion]:
    return {f.id: triage(f, bench) for f in (FINDING, UNKNOWN, BREACH)}


@pytest.mark.parametrize(
    "question",
    [
        "怎么判断资产出租要不要公开招租？",
        "不交党费有正当理由吗？",
        "处分为什么要书面通知本人？",
        "为什么失误可以容错？",
        "村集体资产处置由谁决定？",
        "谁来决定党费的使用？",
        "耕地红线是多少？",
        "不交党费怎么处理？",
        "申诉期限多长？",
        "什么是失误？",
        "失误和失责有什么区别？",
        "有哪些依据可以证明他收了钱？",
    ],
)
def test_a_question_with_a_matter_of_its_own_is_one_of_law(
    bench: Bench, opinions: dict[str, Opinion], question: str
) -> None:
    assert from_opinion(question, opinions["1"], bench.rules) == FromOpinion(None, question)


@pytest.mark.parametrize(
    "question",
    [
        "为什么不是失误？",
        "为什么张某的行为不算失误？",
        "凭什么这样判？",
        "这么认定的理由是什么？",
        "怎么判的",
        "怎么就成了失责？",
        "为什么不能容错？",
        "为什么",
    ],
)
def test_why_is_asked_of_the_conclusion(
    bench: Bench, opinions: dict[str, Opinion], question: str
) -> None:
    own = from_opinion(question, opinions["1"], bench.rules)
    assert own.told is not None
    assert own.rest == ""
    assert own.told.text.startswith(f"结论是{opinions['1'].liability}")


def test_why_not_another_remedy_names_the_remedy(rules: Rules) -> None:
    opinion = Opinion(id="1", liability="失责", remedy="纠错")
    told = from_opinion("为什么不移交？", opinion, rules).told
    assert told is not None
    assert told.text == "结论是失责，处置是纠错，不是移交。"


def test_who_does_not_agree_is_told_the_rights_and_not_the_measures(rules: Rules) -> None:
    opinion = Opinion(id="1", liability="失责", remedy="纠错", rights="可以申诉。")
    own = from_opinion("不服怎么办？谁来受理？", opinion, rules)
    assert own.told is not None
    assert own.told.text == "可以申诉。"
    assert own.rest == "谁来受理？"
    assert "申诉" in own.look_up


@pytest.mark.parametrize("question", ["这件事由谁决定？", "谁说了算？", "应该由谁处理"])
def test_who_decides_is_told_with_the_remedys_citations(
    bench: Bench, opinions: dict[str, Opinion], question: str
) -> None:
    opinion = opinions["1"]
    told = follow_up(question, FINDING, opinion, bench)
    assert opinion.decided_by in told.text
    assert all(m.decided_by in told.text for m in opinion.measures)
    assert {c.supports for c in told.citations} == {"remedy"}


@pytest.mark.parametrize("question", ["下一步怎么办？", "接下来要做什么？", "有什么整改措施？"])
def test_what_next_is_told_with_the_measures(
    bench: Bench, opinions: dict[str, Opinion], question: str
) -> None:
    told = follow_up(question, FINDING, opinions["1"], bench)
    assert all(m.text in told.text for m in opinions["1"].measures)
    assert {c.supports for c in told.citations} == {"remedy", "measure"}


@pytest.mark.parametrize("question", ["还缺哪些事实？", "还差什么材料？", "需要补充核实哪些情况？"])
def test_what_is_missing_is_what_the_opinion_asks(
    bench: Bench, opinions: dict[str, Opinion], question: str
) -> None:
    opinion = opinions["2"]
    assert opinion.questions
    told = follow_up(question, UNKNOWN, opinion, bench)
    assert all(asked in told.text for asked in opinion.questions)
    assert {c.provision for c in told.citations} <= {c.provision for c in opinion.citations}
    assert "没有列出还要查清的事实" in follow_up(question, FINDING, opinions["1"], bench).text


def test_red_lines_are_those_of_the_opinion(bench: Bench, opinions: dict[str, Opinion]) -> None:
    crossed = follow_up("这属于红线吗？", BREACH, opinions["3"], bench)
    (line, *_) = opinions["3"].red_lines
    assert f"“{line.rule}”：原话“{line.span}”" in crossed.text
    none = follow_up("触碰红线了吗？", FINDING, opinions["1"], bench)
    assert none.text.startswith("按现有的原话，没有触及红线。")
    assert none.citations == ()


def test_the_basis_names_what_each_label_rests_on(
    bench: Bench, opinions: dict[str, Opinion]
) -> None:
    opinion = opinions["1"]
    told = follow_up("依据是什么？", FINDING, opinion, bench)
    assert told.citations
    assert all(bench.rules.named(c.provision) in told.text for c in told.citations)
    assert {c.provision for c in told.citations} <= {c.provision for c in opinion.citations}


@pytest.mark.parametrize("question", ["不服怎么申诉？", "当事人能申诉吗？", "有哪些救济途径？"])
def test_rights_are_told_with_what_the_library_holds_on_appeals(
    bench: Bench, opinions: dict[str, Opinion], question: str
) -> None:
    told = follow_up(question, FINDING, opinions["1"], bench)
    assert opinions["1"].rights in told.text
    assert any("申诉" in c.text for c in told.citations)


def test_two_questions_at_once_are_both_answered(
    bench: Bench, opinions: dict[str, Opinion]
) -> None:
    opinion = opinions["1"]
    told = follow_up(
        "为什么不能容错？由谁决定？村集体房屋出租要经过哪些程序？", FINDING, opinion, bench
    )
    assert told.text.startswith(f"结论是{opinion.liability}")
    assert opinion.decided_by in told.text
    assert "农村集体经济组织法:26" in {c.provision for c in told.citations}


def test_what_was_said_by_one_side_only_is_still_missing(bench: Bench) -> None:
    reading = Reading(criterion="程序", leans="失误", proof="单方", span="开过会", start=0, end=3)
    cited = Citation(
        provision="甲法:3",
        document="甲法",
        version="",
        article="三",
        kind="要旨",
        text="",
        in_force=True,
        supports="remedy",
    )
    opinion = Opinion(
        id="1",
        liability="待核实",
        remedy="补充核实",
        questions=("谁签的字？",),
        criteria=(reading,),
        citations=(cited,),
    )
    told = from_opinion("还缺什么？", opinion, bench.rules).told
    assert told is not None
    assert "谁签的字？" in told.text
    assert "“开过会”（单方）" in told.text
    assert told.citations == (cited,)
