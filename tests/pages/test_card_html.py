from assistant.contract import Citation, Failure, Opinion, RedLine, Step, View
from assistant.pages import card_html

EVIL = "<img src=x onerror=alert(1)> $x$ **粗** :red[红]"
CITED = Citation(
    provision="甲法:3",
    document="甲法",
    version="2020版",
    article="第三条",
    kind="原文",
    text=EVIL,
    in_force=True,
    supports="remedy",
)


def test_why_a_side_cannot_be_taken_is_true() -> None:
    silent = View(by="模型", domain="党建")
    excusing = View(by="模型", liability="失误")
    other = View(by="内置阅读", liability="失责")
    told = card_html.sides((silent, other), (other,), None)
    assert "模型的结论（党建）：没有说责任，不能采纳" in told
    assert "红线" not in told
    told = card_html.sides((excusing, other), (), None)
    assert "模型的结论（失误）：与红线不合，不能采纳" in told
    assert "请选定" not in told


def test_nothing_a_reader_or_a_person_wrote_becomes_markup() -> None:
    opinion = Opinion(
        id="1",
        domain="业务",
        liability="失责",
        remedy="纠错",
        issues=(EVIL,),
        diagnosis={"范围": EVIL},
        red_lines=(RedLine(rule=EVIL, provision=EVIL, refers=False, span="x", start=0, end=1),),
        citations=(CITED,),
        explanation=EVIL,
        steps=(Step(role="化验", text=EVIL),),
        disagreement=EVIL,
        failures=(Failure(kind="引文", said=EVIL, reason=EVIL),),
        notes=(EVIL,),
        decided_by=EVIL,
        rights=EVIL,
        reader=EVIL,
    )
    html = "".join(
        (
            card_html.tiles(opinion, {"业务": EVIL}),
            card_html.alerts(opinion),
            card_html.changed((EVIL,), 2),
            card_html.issues(opinion),
            card_html.diagnosis(opinion),
            card_html.measures(opinion),
            card_html.citations(opinion.citations),
            card_html.reasoning(opinion),
            card_html.objections((EVIL,)),
            card_html.foot(opinion, EVIL),
        )
    )
    assert "<img" not in html
    assert html.count("&lt;img") >= 10


def test_a_citation_says_which_text_it_shows_and_whether_it_is_in_force() -> None:
    whole = card_html.citations((CITED,))
    assert "原文" in whole
    assert "有效" in whole
    assert "未核对" not in whole
    assert "2020版" in whole
    gist = CITED.model_copy(update={"kind": "要旨", "in_force": False, "verified": False})
    shown = card_html.citations((gist,))
    for badge in ("要旨", "已失效", "未核对", "引用前请核对原文"):
        assert badge in shown


def test_the_three_labels_stand_under_their_roles_with_their_meaning() -> None:
    html = card_html.tiles(Opinion(id="1", domain="业务"), {"业务": "本行的事"})
    assert html.index("化验员") < html.index("业务") < html.index("会诊员")
    assert "本行的事" in html
    assert "未定" in html


def test_a_red_line_rules_out_tolerance_in_plain_words() -> None:
    line = RedLine(rule="谋取私利", provision="甲法:1", refers=True, span="私卡", start=0, end=2)
    assert "不适用容错" in card_html.alerts(Opinion(id="1", red_lines=(line,)))
    assert "红线" not in card_html.alerts(Opinion(id="1"))


def test_review_is_called_for_with_its_reason() -> None:
    assert "规则不同" in card_html.alerts(Opinion(id="1", disagreement="规则不同"))
    assert card_html.alerts(Opinion(id="1", needs_review=False)) == ""


def test_a_first_opinion_has_no_changes_and_a_second_always_says_something() -> None:
    assert card_html.changed((), 1) == ""
    assert "都没有变化" in card_html.changed((), 2)


def test_failed_quotes_are_shown_as_not_counting() -> None:
    failed = Opinion(id="1", failures=(Failure(kind="引文", said="没说过", reason="原文没有"),))
    html = card_html.reasoning(failed)
    assert "不作数" in html
    assert "没说过" in html
