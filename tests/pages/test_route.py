from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from assistant.contract import Finding, Opinion
from assistant.pages import cases
from assistant.pages.cases import Consent, Row, Thread
from assistant.pages.desk import Talked
from assistant.pages.desk import make_desk as make_real
from assistant.pages.route import as_new, route, settled

from .scripted import ScriptedAnswer, make_consenting, make_desk

DESK = make_desk()
HOST = "api.example.com"
FINDING = "某镇2022年向一家公司预付苗木款38万元，至今只到货一半，记录本里没有。"


def told(text: str, thread: Thread | None = None) -> Thread:
    return route(cases.hear(thread or cases.new_thread(text), text, None), DESK)


def open_case() -> Thread:
    thread = told(FINDING)
    return cases.done(thread, thread.chosen, Opinion(id="1"))


def test_a_greeting_is_answered_and_makes_no_case() -> None:
    thread = told("你好")
    assert thread.turns[-1].text == "您好，请粘贴发现的问题。"
    assert thread.cases == {}


def test_a_question_is_answered_with_citations_and_makes_no_case() -> None:
    thread = told("集体决定是哪一条？")
    assert thread.turns[-1].answer is not None
    assert thread.turns[-1].answer.citations
    assert thread.cases == {}


def test_a_question_about_an_open_case_is_answered_from_its_opinion() -> None:
    thread = told("为什么不是失误？", open_case())
    assert thread.turns[-1].answer is not None
    assert thread.turns[-1].answer.text.startswith("结论是")


def test_too_little_is_told_what_is_missing() -> None:
    assert told("春眠不觉晓").turns[-1].text == "还需要具体事实。"


def test_a_finding_is_taken_up() -> None:
    thread = told(FINDING)
    assert thread.job is not None
    assert thread.cases[thread.chosen].text == FINDING


def test_several_findings_are_taken_up_as_several() -> None:
    thread = told(f"{FINDING}\n\n{FINDING}")
    assert thread.job is not None
    assert thread.job.total == 2


def test_a_short_message_adds_to_the_open_case() -> None:
    for fact in ("开过会", "这件事后来经过集体研究，有会议记录为证。"):
        thread = told(fact, open_case())
        assert thread.cases[thread.chosen].added == (fact,)


def test_a_long_message_is_asked_about_and_changes_nothing_yet() -> None:
    thread = told(FINDING * 2, open_case())
    assert thread.turns[-1].kind == "offer"
    assert thread.cases[thread.chosen].added == ()


def test_an_offer_taken_as_new_begins_another_conversation() -> None:
    offered = told(FINDING * 2, open_case())
    fresh = as_new(offered.turns[-1].kept, offered, DESK)
    assert fresh.id != offered.id
    assert fresh.job is not None
    assert settled(offered).turns[-1].settled


def test_a_question_in_an_open_case_adds_nothing_to_it() -> None:
    thread = told("集体决定是哪一条？", open_case())
    assert thread.cases[thread.chosen].added == ()


def test_rows_of_a_file_are_taken_up_as_they_are() -> None:
    rows = (Row("甲", date(2016, 1, 1)), Row("乙？"))
    heard = cases.hear(cases.new_thread("甲"), "1．甲\n2．乙？", None, rows)
    thread = route(heard, DESK)
    assert [(c.text, c.day) for c in thread.cases.values()] == [(r.text, r.day) for r in rows]
    assert (thread.unread, thread.rows) == ("", ())


def test_no_model_answers_before_a_person_agreed_to_what_the_finding_says_now() -> None:
    asked: list[Consent] = []

    def follow_up(
        question: str, finding: Finding, opinion: Opinion, consent: Consent, talked: Talked
    ) -> ScriptedAnswer:
        asked.append(consent)
        return ScriptedAnswer("")

    desk = replace(make_consenting(), follow_up=follow_up)
    thread = cases.agree(told(FINDING), "send", HOST)
    agreed = cases.done(thread, thread.chosen, Opinion(id="1"))
    for thread in (agreed, cases.give_up(cases.add_fact(agreed, agreed.chosen, "开过会"))):
        route(cases.hear(thread, "为什么？", None), desk)
    assert asked == ["send", "stay"]


@dataclass
class Followed:
    """A desk's follow-up that remembers what it was asked."""

    heard: list[tuple[str, Consent, Talked]] = field(default_factory=list)

    def __call__(
        self, question: str, finding: Finding, opinion: Opinion, consent: Consent, talked: Talked
    ) -> ScriptedAnswer:
        self.heard.append((question, consent, talked))
        return ScriptedAnswer("由党委决定。")


def agreed() -> Thread:
    thread = cases.agree(told(FINDING), "send", HOST)
    return cases.done(thread, thread.chosen, Opinion(id="1"))


def test_a_question_that_would_be_sent_is_shown_first_and_answered_as_the_person_decides() -> None:
    for consent in ("send", "stay"):
        followed = Followed()
        desk = replace(make_consenting(), follow_up=followed)
        thread = route(cases.hear(agreed(), "要经过哪些程序？", None), desk)
        shown = thread.turns[-1]
        assert (shown.kind, shown.kept, followed.heard) == ("ask", "要经过哪些程序？", [])
        assert "〔单位1〕" in shown.text
        assert "要经过哪些程序？" in shown.text
        answered = route(cases.decide(thread, len(thread.turns) - 1, consent, HOST), desk)
        assert followed.heard == [("要经过哪些程序？", consent, ())]
        assert answered.turns[-1].kind == "answer"
        assert answered.ask is None


def test_earlier_talk_on_the_case_goes_along_and_is_shown() -> None:
    followed = Followed()
    desk = replace(make_consenting(), follow_up=followed)
    thread = route(cases.hear(agreed(), "为什么不是失误？", None), desk)
    thread = route(cases.hear(thread, "要经过哪些程序？", None), desk)
    assert "问：为什么不是失误？" in thread.turns[-1].text
    route(cases.decide(thread, len(thread.turns) - 1, "send", HOST), desk)
    assert followed.heard[-1][2] == (("为什么不是失误？", "由党委决定。"),)


def test_what_would_now_be_more_than_was_shown_is_shown_anew() -> None:
    followed = Followed()
    desk = replace(make_consenting(), follow_up=followed)
    thread = route(cases.hear(agreed(), "要经过哪些程序？", None), desk)
    place = len(thread.turns) - 1
    thread = route(cases.hear(thread, "为什么不是失误？", None), desk)
    again = route(cases.decide(thread, place, "send", HOST), desk)
    assert [question for question, *_ in followed.heard] == ["为什么不是失误？"]
    assert again.turns[-1].kind == "ask"
    assert again.turns[-1].kept == "要经过哪些程序？"
    assert again.turns[-1].text != thread.turns[place].text


def test_what_is_sent_no_more_is_answered_and_not_asked_about_again() -> None:
    desk = make_consenting()
    thread = route(cases.hear(agreed(), "要经过哪些程序？", None), desk)
    assert desk.outgoing is not None
    closed = replace(desk, outgoing=replace(desk.outgoing, talk=lambda *told: ""))
    answered = route(cases.decide(thread, len(thread.turns) - 1, "send", HOST), closed)
    assert answered.turns[-1].kind == "answer"


def test_a_question_on_a_finding_that_was_not_sent_or_has_changed_is_not_sent() -> None:
    followed = Followed()
    desk = replace(make_consenting(), follow_up=followed)
    kept = cases.agree(told(FINDING), "stay")
    kept = cases.done(kept, kept.chosen, Opinion(id="1"))
    route(cases.hear(kept, "要经过哪些程序？", None), desk)
    thread = route(cases.hear(agreed(), "要经过哪些程序？", None), desk)
    place = len(thread.turns) - 1
    changed = cases.give_up(cases.add_fact(thread, thread.chosen, "开过会"))
    route(cases.decide(changed, place, "send", HOST), desk)
    assert [consent for _, consent, _ in followed.heard] == ["stay", "stay"]
    gone = replace(thread, cases={})
    assert "再问一次" in route(cases.decide(gone, place, "send", HOST), desk).turns[-1].text


def test_the_real_desk_shows_what_of_a_question_would_be_sent(
    monkeypatch: pytest.MonkeyPatch, data_folder: Path
) -> None:
    told = {
        "SANZHEN_DATA": str(data_folder),
        "SANZHEN_MODEL_URL": "https://far.example/v1",
        "SANZHEN_MODEL": "far",
        "SANZHEN_REMOTE": "confirm",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    real = make_real()
    assert real.outgoing is not None
    finding = Finding(id="1", text="清河镇柳林村会计李秀英未经集体研究，把门面房低价租给外村人。")
    opinion = real.triage(finding, "stay", lambda step: None)
    talked = (("李秀英问过谁？", "没有写到李秀英问过谁。"),)
    shown = real.outgoing.talk("村集体房屋出租要经过哪些程序？", finding, opinion, talked)
    for part in ("要经过哪些程序", "问：〔人员1〕问过谁？", "意见摘要", opinion.decided_by):
        assert part in shown
    for secret in ("清河", "柳林", "李秀英"):
        assert secret not in shown
    assert real.outgoing.talk("为什么不是失误？", finding, opinion, talked) == ""
