"""Where responsibility lies: the rules over readings, each firing, not firing, just outside."""

import pytest

from assistant.consult import consult, weigh
from assistant.contract import (
    LIABILITIES,
    Assay,
    Consultation,
    Finding,
    Leans,
    Liability,
    Named,
    Proof,
    Proposal,
    Reading,
    RedLine,
    Report,
)
from knowledge.rules import Rules

TEXT = "某村支书一个人决定修路，没有开会。钱是村会计付的。"


def reading(criterion: str, leans: Leans, proof: Proof = "查实") -> Reading:
    return Reading.model_validate(
        {"criterion": criterion, "leans": leans, "proof": proof}
        | {"span": TEXT[:4], "start": 0, "end": 4}
    )


def assayed(
    view: dict[Liability, float],
    *readings: Reading,
    red_lines: tuple[RedLine, ...] = (),
    reader: str = "offline",
    questions: tuple[str, ...] = (),
    issues: tuple[str, ...] = (),
    text: str = TEXT,
    alarm: float = 0.0,
) -> Assay:
    proposal = Proposal(
        domain={"党建": 0.0, "业务": 1.0, "交织": 0.0},
        liability={name: view.get(name, 0.0) for name in LIABILITIES},
        remedy={"容错": 0.0, "纠错": 1.0, "容纠并举": 0.0, "移交": 0.0, "补充核实": 0.0, "澄清": 0.0},
    )  # fmt: skip
    return Assay(
        finding=Finding(id="1", text=text),
        report=Report(reader=reader, proposal=proposal, questions=questions, alarm=alarm),
        domain="业务",
        domain_confidence=1.0,
        issues=issues,
        readings=readings,
        red_lines=red_lines,
        steps=(),
    )


def line(*, refers: bool) -> RedLine:
    return RedLine(
        rule="谋取私利", provision="政务处分法:33", refers=refers, span=TEXT[:4], start=0, end=4
    )


def on(view: dict[Liability, float], rules: Rules, *readings: Reading) -> Consultation:
    return consult(assayed(view, *readings), rules)


@pytest.mark.parametrize("liability", LIABILITIES)
def test_a_sure_view_without_readings_against_it_stands(liability: Liability, rules: Rules) -> None:
    assert on({liability: 1.0}, rules).liability == liability


def test_readings_can_overrule_a_view_that_hesitates(rules: Rules) -> None:
    hesitant: dict[Liability, float] = {"失误": 0.52, "失责": 0.48}
    failure = on(hesitant, rules, reading("尽责", "失责"), reading("主观", "失责"))
    mistake = on(hesitant, rules, reading("尽责", "失误"), reading("客观", "失误"))
    assert failure.liability == "失责"
    assert mistake.liability == "失误"


def test_a_mistake_needs_a_fact_that_shows_it(rules: Rules) -> None:
    view: dict[Liability, float] = {"失误": 0.9, "失责": 0.1}
    failed, followed = reading("尽责", "失责"), reading("程序", "失误")
    assert on(view, rules, failed, followed).liability == "失责"
    assert on(view, rules, failed, followed, reading("客观", "失误")).liability == "失误"


def test_a_reading_counts_once_however_often_it_is_said(rules: Rules) -> None:
    once = weigh((reading("尽责", "失责"),), rules.judgement)
    twice = weigh((reading("尽责", "失责"),) * 2, rules.judgement)
    assert once == twice


def test_only_what_is_established_weighs(rules: Rules) -> None:
    nothing = weigh((), rules.judgement)
    claimed = weigh((reading("动机", "失责", "单方"),), rules.judgement)
    established = weigh((reading("动机", "失责"),), rules.judgement)
    assert claimed["违纪违法"] < established["违纪违法"]
    assert nothing["违纪违法"] < established["违纪违法"]


def test_the_shares_of_weighing_sum_to_one(rules: Rules) -> None:
    for readings in ((), (reading("程序", "失误"), reading("补救", "失责"))):
        assert sum(weigh(readings, rules.judgement).values()) == pytest.approx(1)


@pytest.mark.parametrize("view", ["失误", "不成立", "失责", "待核实"])
def test_a_red_line_that_refers_outweighs_every_view(view: Liability, rules: Rules) -> None:
    consulted = consult(assayed({view: 1.0}, red_lines=(line(refers=True),)), rules)
    assert consulted.liability == "违纪违法"
    assert consulted.needs_review
    assert "红线" in consulted.disagreement


def test_another_red_line_rules_out_the_mistake_only(rules: Rules) -> None:
    crossed = (line(refers=False),)
    assert consult(assayed({"失误": 1.0}, red_lines=crossed), rules).liability == "失责"
    assert consult(assayed({"违纪违法": 1.0}, red_lines=crossed), rules).liability == "违纪违法"


def test_nobody_is_cleared_while_a_breach_is_too_likely(rules: Rules) -> None:
    likely: dict[Liability, float] = {"失误": 0.5, "违纪违法": 0.45, "失责": 0.05}
    unlikely: dict[Liability, float] = {"失误": 0.95, "失责": 0.05}
    assert on(likely, rules, reading("程序", "失误")).liability in ("待核实", "违纪违法")
    assert on(unlikely, rules).liability == "失误"


def test_nothing_established_and_a_deciding_fact_unexamined_is_left_open(rules: Rules) -> None:
    view: dict[Liability, float] = {"失责": 1.0}
    assert on(view, rules, reading("程序", "失责", "未查")).liability == "待核实"
    assert on(view, rules, reading("后果", "失责", "未查")).liability == "失责"
    established = (reading("尽责", "失责"), reading("主观", "失责"))
    unexamined = reading("程序", "失责", "未查")
    assert on(view, rules, *established, unexamined).liability == "失责"


def test_an_open_question_is_asked_first(rules: Rules) -> None:
    consulted = on({"待核实": 1.0}, rules, reading("程序", "失责", "未查"))
    assert consulted.questions[0] == rules.criteria["程序"].question
    assert 1 <= len(consulted.questions) <= 3


def test_what_is_settled_is_not_asked(rules: Rules) -> None:
    consulted = on({"待核实": 1.0}, rules, reading("动机", "失误"), reading("程序", "失责", "查否"))
    assert rules.criteria["动机"].question not in consulted.questions
    assert rules.criteria["程序"].question not in consulted.questions


def test_the_readers_own_questions_come_before_all(rules: Rules) -> None:
    asked = ("钱付给了谁？",)
    consulted = consult(assayed({"待核实": 1.0}, questions=asked), rules)
    assert consulted.questions[0] == asked[0]


@pytest.mark.parametrize("liability", ["失误", "失责", "违纪违法", "不成立"])
def test_a_settled_answer_asks_nothing(liability: Liability, rules: Rules) -> None:
    assert on({liability: 1.0}, rules).questions == ()


def test_where_view_and_rules_part_it_says_so_and_asks_for_review(rules: Rules) -> None:
    consulted = on(
        {"失误": 0.9, "失责": 0.1}, rules, reading("尽责", "失责"), reading("主观", "失责")
    )
    assert consulted.disagreement
    assert consulted.needs_review


def test_an_unsure_answer_asks_for_review(rules: Rules) -> None:
    even: dict[Liability, float] = {name: 0.2 for name in LIABILITIES}
    assert on(even, rules).needs_review


def test_every_conclusion_is_a_step_that_can_be_disputed(rules: Rules) -> None:
    consulted = on({"失责": 1.0}, rules)
    assert any("结论：失责" in step.text for step in consulted.steps)
    assert all(step.role == "会诊" for step in consulted.steps)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("抽查12个村，有7个村没有公示。", "范围", "普遍"),
        ("抽查12份档案，其中1份没有签名。", "范围", "个别"),
        ("某村没有公示。", "范围", "未知"),
        ("经查，合同、账目均一致，反映不实。", "范围", "未知"),
        ("这件事都还不清楚。", "范围", "未知"),
        ("支书说党建是虚的，业务才是大事。", "层次", "本质"),
        ("会议记录漏填两处，台账照片缺失不全。", "层次", "现象"),
        ("某支部不抓意识形态工作。", "性质", "政治原则"),
        ("书记认为晚几天不要紧。", "性质", "思想认识"),
        ("县里尚无统一的管理办法。", "根源", "体制机制"),
        ("乡里没有落实检查要求。", "根源", "工作落实"),
    ],
)
def test_a_distinction_needs_the_words_that_show_it(
    text: str, name: str, value: str, rules: Rules
) -> None:
    consulted = consult(assayed({"失责": 1.0}, text=text), rules)
    shown = {d.name: d for d in consulted.distinctions}[name]  # type: ignore[index]
    assert shown.value == value
    assert text[shown.start : shown.end] == shown.span
    assert bool(shown.span) == (value != "未知")


def test_what_the_finding_says_was_not_looked_into_is_asked_first(rules: Rules) -> None:
    text = "某站油款多付2万元，司机都还没有谈话。加油卡记录尚未调取。"
    asked = consult(assayed({"待核实": 1.0}, text=text), rules).questions
    assert "司机都还没有谈话" in asked[0]
    assert "加油卡记录尚未调取" in asked[1]
    assert len(asked) == 3


def test_what_was_added_since_is_not_asked_again(rules: Rules) -> None:
    text = "某站油款多付2万元，加油卡记录尚未调取。\n加油卡记录已调取，与里程不符。"
    asked = consult(assayed({"待核实": 1.0}, text=text), rules).questions
    assert not any("尚未调取" in question for question in asked)


def test_a_finding_that_ends_with_what_was_not_looked_into_is_left_open(rules: Rules) -> None:
    view: dict[Liability, float] = {"失责": 1.0}
    text = "某站两年没有核对油料台账，多付2万元。加油卡记录尚未调取。"
    assert consult(assayed(view, text=text), rules).liability == "待核实"
    answered = f"{text}\n加油卡记录已调取，与台账不符。"
    assert consult(assayed(view, text=answered), rules).liability == "失责"


@pytest.mark.parametrize(
    ("text", "liability"),
    [
        ("群众反映某校主任收钱。经查，打骂一节不属实，但家长承认各交某主任1.5万元。", "待核实"),
        ("群众反映某校主任收钱。经查，收钱一节不成立，反映人承认听错了。", "不成立"),
        (
            "来信反映某馆长卖高价、倒卖花圈。价格有核定。花圈一节，监控拍到职工装车，馆长每月分得一千五。",
            "待核实",
        ),
        ("来信反映某馆长卖高价、倒卖花圈。价格有核定。花圈一节，监控和账目都未见此事。", "不成立"),
    ],
)
def test_a_complaint_upheld_in_part_is_not_cleared_as_a_whole(
    text: str, liability: Liability, rules: Rules
) -> None:
    consulted = consult(assayed({"不成立": 1.0}, text=text), rules)
    assert consulted.liability == liability


def test_nobody_is_cleared_on_a_view_that_is_not_sure(rules: Rules) -> None:
    assert on({"不成立": 0.45, "失误": 0.3, "失责": 0.25}, rules).liability == "待核实"


@pytest.mark.parametrize(("alarm", "answer"), [(0.09, "不成立"), (0.1, "待核实")])
def test_nobody_is_cleared_where_the_network_alone_is_alarmed(
    alarm: float, answer: Liability, rules: Rules
) -> None:
    """The pooled view is sure of the contrary."""
    result = consult(assayed({"不成立": 1.0}, text="某村修路一事查无问题。", alarm=alarm), rules)
    assert result.liability == answer
    assert ("有词句像违纪违法" in result.disagreement) is (answer == "待核实")


def test_a_question_is_asked_only_where_the_finding_speaks_of_such_a_matter(rules: Rules) -> None:
    money, disaster = rules.criteria["动机"].question, rules.criteria["客观"].question
    meeting = consult(assayed({"待核实": 1.0}, text="某支部全年没有开过党员大会。"), rules)
    assert not {money, disaster} & set(meeting.questions)
    spent = consult(assayed({"待核实": 1.0}, text="某村付出工程款三万元，没有凭证。"), rules)
    assert money in spent.questions


@pytest.mark.parametrize(
    ("crossed", "alarm", "why"),
    [((line(refers=False),), 0.0, "又越过红线“谋取私利”"), ((), 0.05, "违纪违法的可能还有 5%")],
    ids=["红线", "警报"],
)
def test_why_a_model_alone_does_not_clear_is_told_once(
    crossed: tuple[RedLine, ...], alarm: float, why: str, rules: Rules
) -> None:
    one = assayed({"失责": 0.9, "不成立": 0.1}, red_lines=crossed, alarm=alarm)
    named = Named(liability="不成立", skill=0.97)
    report = one.report.model_copy(update={"named": named, "built_in": one.report})
    told = consult(one.model_copy(update={"report": report}), rules)
    assert (told.liability, told.built_in) == ("待核实", "失责")
    assert why in told.disagreement
    assert ("可能还有" in told.disagreement) is (not crossed)
    assert told.disagreement.count("模型看作不成立") == 1
