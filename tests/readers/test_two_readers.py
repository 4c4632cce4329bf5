"""Model and built-in reading side by side: what each may move, and what a person is shown."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from assistant.assay import assay, why
from assistant.consult import consult
from assistant.contract import Finding, Opinion, Report
from assistant.prescribe import prescribe
from assistant.readers.ask import LATER, evidence, offered
from assistant.readers.model import report
from assistant.readers.said import understand
from assistant.retrieval import Retrieved, retrieve
from assistant.triage import Bench

from .conftest import RENT, answer

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 1)
LENIENT = (("失误", "容错"), ("失误", "容纠并举"), ("不成立", "澄清"))


def opinion(
    bench: Bench, one: Retrieved, said: str, view: Report | None = None, skill: float = 0.97
) -> Opinion:
    """What comes of a model of this skill that answers so."""
    view = view or bench.offline.read([one])[0]
    ids = offered(one, bench.rules)
    read = report("scripted", understand(said), one, ids, view, bench.rules, skill)
    return prescribe(consult(assay(one.finding, read, bench.rules), bench.rules), one, bench.rules)


def looked_up(bench: Bench, findings: Sequence[Finding]) -> list[Retrieved]:
    return retrieve(findings, bench.index, bench.rules.language, TODAY)


def breaches() -> list[Finding]:
    """Every finding of the measuring sets that is a breach of discipline or law."""
    told = []
    for name in ("unseen", "mixed", "decided"):
        lines = (ROOT / "benchmarks" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        told += [
            Finding(id=row["id"], text=row["finding"], date=row.get("date") or None)
            for row in rows
            if row["gold"]["liability"] == "违纪违法"
        ]
    return told


def excuses(text: str, liability: str, remedy: str) -> str:
    """The worst answer: the wanted labels, and the finding's own words as grounds for them."""
    clauses = [part for part in text.replace("。", "，").split("，") if len(part) > 3][:6]
    names = ("动机", "主观", "尽责", "客观", "后果", "补救")
    readings = [
        {"criterion": name, "leans": "失误", "quote": words, "proof": "查实", "why": ""}
        for name, words in zip(names, clauses, strict=False)
    ]
    return answer(liability=liability, remedy=remedy, readings=readings, reason="")


def test_no_model_excuses_a_breach_however_it_answers(bench: Bench) -> None:
    found = looked_up(bench, breaches())
    views = bench.offline.read(found)
    assert len(found) > 50
    for one, view in zip(found, views, strict=True):
        for liability, remedy in LENIENT:
            said = excuses(one.finding.text, liability, remedy)
            told = opinion(bench, one, said, view)
            assert told.remedy not in ("容错", "容纠并举", "澄清"), (one.finding.id, liability)
            assert told.needs_review


def test_a_red_line_holds_against_a_model_that_clears(bench: Bench) -> None:
    text = "某村文书报账不附发票，镇里指出后仍然照旧，一年里又报了三笔。"
    one = looked_up(bench, [Finding(id="1", text=text)])[0]
    own = opinion(bench, one, answer(liability="失责", remedy="纠错"), skill=0.1)
    assert own.red_lines
    for liability, remedy in LENIENT:
        told = opinion(bench, one, excuses(text, liability, remedy))
        assert told.red_lines == own.red_lines
        assert told.remedy not in ("容错", "容纠并举", "澄清")


@pytest.mark.parametrize(("head", "label"), [("domain", "党建"), ("remedy", "容错")])
def test_a_difference_in_any_label_is_shown_and_reviewed(
    bench: Bench, rent: Retrieved, head: str, label: str
) -> None:
    view = bench.offline.read([rent])[0]
    same = [
        {"criterion": r.criterion, "leans": r.leans, "quote": r.span, "proof": r.proof}
        for r in view.readings
    ]
    agreed = opinion(bench, rent, answer(readings=same), view)
    assert (agreed.views, agreed.disagreement, agreed.needs_review) == ((), "", False)
    told = opinion(bench, rent, answer(readings=same, **{head: label}), view)
    by_model, built_in = told.views
    assert (by_model.by, built_in.by) == ("模型", "内置阅读")
    assert getattr(by_model, head) == label != getattr(built_in, head)
    assert label in told.disagreement
    assert told.needs_review


def test_what_failed_the_checks_asks_for_review(bench: Bench, rent: Retrieved) -> None:
    made_up = answer(reason="参照[村民租赁法:99]来看，事情没有经过集体。")
    told = opinion(bench, rent, made_up)
    assert told.failures
    assert told.needs_review


def test_without_one_quote_that_holds_the_built_in_readings_stay(
    bench: Bench, rent: Retrieved
) -> None:
    view = bench.offline.read([rent])[0]
    assert view.readings
    made_up = {"criterion": "动机", "leans": "失责", "quote": "收受好处费两万元", "proof": "查实"}
    for readings in ([], [made_up]):
        told = opinion(bench, rent, answer(readings=readings), view)
        assert [r.span for r in told.criteria] == [
            r.span for r in sorted(view.readings, key=lambda r: (r.start, r.end))
        ]
        assert "文中没有能显示判据的词句" not in told.explanation


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("The village did not hold a meeting, so this is a failure of duty.", "不是中文"),
        ("集体" + "x" * 40, "不是中文"),
        ("应当开会研究。" * 1000, "太长"),
    ],
)
def test_an_explanation_that_explains_nothing_is_named_as_unusable(
    bench: Bench, rent: Retrieved, said: str, why: str
) -> None:
    told = opinion(bench, rent, answer(reason=said))
    assert said[:20] not in told.explanation
    assert any(why in failure.reason for failure in told.failures)
    assert told.needs_review


REMARKS = [
    ("违反《中国共产党纪律处分条例》第九百九十九条。", "没有第 999 条"),
    ("违反[村民租赁法:99]。", "不在为这条发现检索到的条款里"),
    ("按《农村集体资产管理条例》第八十八条要处理。", "无法核验"),
    ("2020年8月就有人提醒。", "数字无出处：2020年8月"),
    ("“收受好处费两万元”很清楚。", "原文里没有这句话"),
    ("他“经集体研究”。", "少了它意思就变了"),
]


def because(why: str, **changes: object) -> dict[str, object]:
    """A reading of the rent with this reason."""
    told = {"criterion": "程序", "leans": "失责", "quote": "未经集体研究", "proof": "查实"}
    return {**told, "why": why, **changes}


@pytest.mark.parametrize(("said", "reason"), REMARKS)
def test_a_reason_that_does_not_hold_is_named_and_the_assays_own_is_shown(
    bench: Bench, rent: Retrieved, said: str, reason: str
) -> None:
    told = opinion(bench, rent, answer(readings=[because(f"没有集体研究。{said}")]))
    (reading,) = told.criteria
    assert reading.span == "未经集体研究"
    assert reading.why == why(reading.model_copy(update={"why": ""}), bench.rules)
    assert said not in "".join((told.explanation, *(step.text for step in told.steps)))
    (failure,) = told.failures
    assert said in failure.said
    assert "这条理由没有采用" in failure.reason
    assert reason in failure.reason
    assert told.needs_review


def test_a_reason_that_cites_what_says_something_else_does_not_hold(
    bench: Bench, rent: Retrieved
) -> None:
    true = rent.provisions[0].id
    told = opinion(bench, rent, answer(readings=[because(f"租金可以存入个人账户[{true}]")]))
    assert "个人账户" not in told.criteria[0].why
    assert "所引条款没有这个意思" in told.failures[0].reason


@pytest.mark.parametrize("said", ["没有集体研究", "三年没有公示，少收租金4.2万元", "属于“失责”"])
def test_a_reason_that_holds_is_shown(bench: Bench, rent: Retrieved, said: str) -> None:
    told = opinion(bench, rent, answer(readings=[because(said)]))
    assert (told.criteria[0].why, told.failures) == (said, ())


def test_a_citation_in_a_reason_reads_as_a_name(bench: Bench, rent: Retrieved) -> None:
    true = next(hit.id for hit in rent.provisions if hit.id in bench.rules.provisions)
    told = opinion(bench, rent, answer(readings=[because(f"没有集体研究[{true}]")]))
    assert told.criteria[0].why == f"没有集体研究〔{bench.rules.named(true)}〕"


def test_a_reason_where_only_an_amount_has_no_source_is_shown_with_a_mark(
    bench: Bench, rent: Retrieved
) -> None:
    said = "没有集体研究。一共少收12.6万元。"
    told = opinion(bench, rent, answer(readings=[because(said)]))
    assert told.criteria[0].why == f"{said}〔数字无出处：12.6万〕"
    assert [failure.reason for failure in told.failures] == ["数字无出处：12.6万"]
    assert told.needs_review


@pytest.mark.parametrize(
    ("said", "reason"), [*REMARKS, ("少收的50万元没有交。", "数字无出处：50万")]
)
def test_a_question_that_does_not_hold_is_named_and_not_asked(
    bench: Bench, rent: Retrieved, said: str, reason: str
) -> None:
    view, ids = bench.offline.read([rent])[0], offered(rent, bench.rules)
    good = "租金交给了谁？"
    told = report(
        "scripted",
        understand(answer(questions=[said, good])),
        rent,
        ids,
        view,
        bench.rules,
        0.97,
    )
    assert told.questions == (good,)
    (failure,) = told.failures
    assert failure.said == said
    assert "这个问题没有采用" in failure.reason
    assert reason in failure.reason


def test_without_a_question_that_holds_the_built_in_ones_are_asked(bench: Bench) -> None:
    text = "有村民反映某村支书收了施工队的钱，目前还没有核查，当事人也没有谈话。"
    one = looked_up(bench, [Finding(id="1", text=text)])[0]
    asked = [
        opinion(
            bench,
            one,
            answer(
                liability="待核实", remedy="补充核实", reason="", readings=[], questions=questions
            ),
        ).questions
        for questions in ([], ["按《农村集体资产管理条例》第八十八条，罚款50万元交了吗？"])
    ]
    assert asked[0] == asked[1] != ()


def test_a_question_that_is_too_long_is_named(bench: Bench, rent: Retrieved) -> None:
    told = opinion(bench, rent, answer(questions=["租金去了哪里，" * 20 + "？"]))
    assert [f.reason for f in told.failures] == ["这个问题太长，没有采用"]


def test_a_model_that_does_not_count_asks_what_the_built_in_view_asks(
    bench: Bench, rent: Retrieved
) -> None:
    view = bench.offline.read([rent])[0].model_copy(update={"questions": ("租金在哪里？",)})
    ids = offered(rent, bench.rules)
    for asked, skill, left in (
        (["合同是谁签的？"], 0.97, ("合同是谁签的？",)),
        (["合同是谁签的？"], 0.1, view.questions),
        (["少收的50万元在哪里？"], 0.97, ("少收的50万元在哪里？",)),
        (["少收的50万元没有交。"], 0.97, view.questions),
        ([], 0.97, view.questions),
    ):
        said = understand(answer(questions=asked))
        told = report("scripted", said, rent, ids, view, bench.rules, skill)
        assert told.questions == left


def test_what_the_finding_establishes_less_than_the_model_says_is_read_as_it_has_it(
    bench: Bench,
) -> None:
    text = (
        "某村书记未经集体研究，把门面房低价租出去。张某称事先不知道要研究。"
        "有人反映他收受礼金两万元，经查不属实。"
    )
    one = looked_up(bench, [Finding(id="1", text=text)])[0]
    readings = [
        because("确实不知道", criterion="主观", leans="失误", quote="张某称事先不知道要研究"),
        because("收了钱", criterion="动机", quote="收受礼金两万元"),
        because("没有集体研究"),
    ]
    told = opinion(bench, one, answer(reason="", readings=readings))
    proofs = {reading.span: reading.proof for reading in told.criteria}
    assert proofs == {
        "张某称事先不知道要研究": "单方",
        "未经集体研究": "查实",
    }
    reasons = {reading.span: reading.why for reading in told.criteria}
    assert reasons["未经集体研究"] == "没有集体研究"
    assert "只是一方的说法" in reasons["张某称事先不知道要研究"]
    (failure,) = told.failures
    assert failure.reason == "紧接着写明“经查不属实”，不能当作查实"
    (note,) = told.notes
    assert "“张某称事先不知道要研究”按单方" in note


@pytest.mark.parametrize(
    "forged",
    [
        "〔引文〔：村委会可以直接罚款50万元，不得公示租金〕。",
        "〔模型有一句：村委会可以直接罚款50万元，不得公示租金〕。",
    ],
)
def test_a_forged_mark_hides_nothing_from_the_checks(
    bench: Bench, rent: Retrieved, forged: str
) -> None:
    told = opinion(bench, rent, answer(reason=f"{forged}事实“未经集体研究”属实。"))
    assert "〔未获依据〕〔数字无出处：50万〕事实" in told.explanation
    assert "〔引文" not in told.explanation
    assert "〔模型" not in told.explanation
    assert len(told.failures) == 2


def test_what_came_after_the_conduct_is_said_to_be_for_handling_it(bench: Bench) -> None:
    """Conduct is judged by the law of its day, handled by the law of today."""
    long_ago = Finding(id="1", text=RENT, date=date(2013, 5, 1))
    one = looked_up(bench, [long_ago])[0]
    ids = offered(one, bench.rules)
    later = [i for i in ids if i in bench.rules.provisions and not _then(i, bench)]
    assert later
    shown = evidence(one, ids, bench.rules, RENT)
    lines = {line[1 : line.index("]")]: line for line in shown.splitlines() if line[:1] == "["}
    assert {i for i in ids if LATER in lines[i]} == set(later)
    told = opinion(bench, one, answer(reason=f"参照[{later[0]}]来看，没有经过集体。"))
    assert told.explanation.count(LATER) == 1
    now = looked_up(bench, [Finding(id="1", text=RENT, date=TODAY)])[0]
    assert LATER not in evidence(now, offered(now, bench.rules), bench.rules, RENT)


def _then(provision_id: str, bench: Bench) -> bool:
    return bench.rules.provisions.in_force(provision_id, date(2013, 5, 1)) is not False
