"""What a person agreed to send to one host goes to no other, though the desk is opened anew."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from assistant.contract import Finding, Opinion
from assistant.pages import cases, chat
from assistant.pages.cases import Consent
from assistant.pages.desk import Desk, Talked
from assistant.pages.route import route
from assistant.settings import Endpoint, Settings

from .scripted import CITED, ScriptedAnswer, make_consenting, make_desk
from .test_chat import FINDING, ask, click, opened, shown

A, B = "api.example.com", "other.example.net"
WHY = "要经过哪些程序？"
MASKED = Settings(
    data=Path("数据"), model=Endpoint(url=f"https://{B}/v1", model="m", key=SecretStr("none"))
)


def make_other() -> Desk:
    """Asks as the first one does, for another host."""
    desk = make_consenting()
    assert desk.outgoing is not None
    return replace(desk, outgoing=replace(desk.outgoing, host=B))


def make_masking() -> Desk:
    """Sends to another host and does not ask."""
    desk = make_consenting()
    return replace(desk, outgoing=None, settings=MASKED, destination=MASKED.destination)


class Office:
    """A page whose desk is opened anew with other settings."""

    def __init__(self) -> None:
        self.makes: list[Callable[[], Desk]] = [make_consenting]
        self.page = opened(lambda: self.makes[-1]())

    def reopened(self, make: Callable[[], Desk]) -> AppTest:
        self.settings(make)
        self.page = self.page.run()
        return self.page

    def settings(self, make: Callable[[], Desk]) -> None:
        self.makes.append(make)
        chat.forget_opening()

    def interrupted(self) -> AppTest:
        """A person agreed for the first host, and stopped the work."""
        page = ask(self.page, FINDING)
        thread = next(iter(page.session_state["threads"].values()))
        assert thread.job is not None
        thread = cases.agree(thread, "send", A)
        thread = replace(thread, job=replace(thread.job, started=True))
        page.session_state["threads"] = {thread.id: thread}
        return page.run()


@pytest.fixture
def office() -> Iterator[Office]:
    chat.forget_opening()
    yield Office()
    chat.forget_opening()


def test_work_that_goes_on_with_the_same_host_is_not_asked_about_again(office: Office) -> None:
    page = click(office.interrupted(), "继续研判")
    assert "由 send 阅读" in shown(page)


def test_work_that_goes_on_with_another_host_is_asked_about_again(office: Office) -> None:
    office.interrupted()
    page = click(office.reopened(make_other), "继续研判")
    assert f"发送到 {B} 之前" in shown(page)
    assert "sz-tiles" not in shown(page), "nothing is read before somebody agreed"
    office.reopened(make_consenting)
    assert f"发送到 {A} 之前" in shown(page), "what was asked for the other host is no answer here"
    page = click(office.reopened(make_other), "同意发送")
    assert "由 send 阅读" in shown(page)
    assert not page.exception


def test_work_that_goes_on_by_settings_that_do_not_ask_says_where_and_waits(
    office: Office,
) -> None:
    office.interrupted()
    page = click(office.reopened(make_masking), "继续研判")
    assert f"还没有研判。按现在的设置，文字隐去姓名、号码和地名后发送到 {B}。" in shown(page)
    assert "sz-tiles" not in shown(page)
    page = click(page, "开始研判")
    assert "由 send 阅读" in shown(page)
    assert not page.exception


def test_what_a_person_was_asked_about_is_not_sent_unbidden_by_other_settings(
    office: Office,
) -> None:
    ask(office.page, FINDING)
    page = office.reopened(make_masking)
    assert "还没有研判。按现在的设置" in shown(page)
    page = click(page, "就到这里")
    held = [case for t in page.session_state["threads"].values() for case in t.cases.values()]
    assert [case.opinions for case in held] == [()]
    assert not page.exception


def test_what_was_refused_stays_here_by_settings_that_do_not_ask(office: Office) -> None:
    page = office.interrupted()
    thread = next(iter(page.session_state["threads"].values()))
    page.session_state["threads"] = {thread.id: cases.agree(thread, "stay", A)}
    page = click(office.reopened(make_masking), "继续研判")
    assert "由 stay 阅读" in shown(page)


def test_a_press_on_the_name_of_one_host_counts_for_no_other(office: Office) -> None:
    page = ask(office.page, FINDING)
    office.settings(make_other)
    page = click(page, "同意发送")
    assert f"发送到 {B} 之前" in shown(page)
    assert "sz-tiles" not in shown(page)
    page = ask(click(page, "同意发送"), WHY)
    office.settings(make_consenting)
    page = click(page, "同意发送")
    assert f"发送到 {A} 之前" in shown(page)
    assert "结论是待核实。" not in shown(page)
    assert not page.exception


def test_a_question_says_where_it_goes_by_settings_that_do_not_ask(office: Office) -> None:
    ask(click(ask(office.page, FINDING), "同意发送"), WHY)
    page = office.reopened(make_masking)
    html = shown(page)
    assert f"这个追问还没有回答。按现在的设置，文字隐去姓名、号码和地名后发送到 {B}。" in html
    assert "文字不发送" not in html
    assert "本机" not in html.partition("这个追问还没有回答")[2]
    assert "结论是待核实。" not in html, "it waits for the person"
    page = click(page, "回答这个追问")
    assert "结论是待核实。" in shown(page)
    assert not page.exception


class Followed:
    """A desk's follow-up that remembers with which consent it was asked."""

    def __init__(self) -> None:
        self.heard: list[Consent] = []

    def __call__(
        self, question: str, finding: Finding, opinion: Opinion, consent: Consent, talked: Talked
    ) -> ScriptedAnswer:
        self.heard.append(consent)
        return ScriptedAnswer("由党委决定。", (CITED,), spoken=True)


def agreed() -> cases.Thread:
    desk = make_desk()
    thread = route(cases.hear(cases.new_thread(FINDING), FINDING, None), desk)
    thread = cases.agree(thread, "send", A)
    return cases.done(thread, thread.chosen, Opinion(id="1"))


@pytest.mark.parametrize("make", [make_other, make_masking])
def test_a_question_agreed_for_one_host_is_not_sent_to_another(make: Callable[[], Desk]) -> None:
    followed = Followed()
    thread = route(cases.hear(agreed(), WHY, None), make_consenting())
    thread = cases.decide(thread, len(thread.turns) - 1, "send", A)
    desk = replace(make(), follow_up=followed)
    again = route(thread, desk)
    assert followed.heard == []
    assert (again.turns[-1].kind, again.turns[-1].kept) == ("ask", WHY)
    assert route(cases.decide(again, len(again.turns) - 1, "send", B), desk).ask is None
    assert followed.heard == ["send"]


def test_a_question_answered_as_one_that_stays_here_is_not_sent_after_all() -> None:
    followed = Followed()
    thread = route(cases.hear(agreed(), WHY, None), make_consenting())
    thread = cases.decide(thread, len(thread.turns) - 1, "send", make_desk().place)
    route(thread, replace(make_consenting(), follow_up=followed))
    assert followed.heard == []


def test_a_finding_agreed_for_one_host_does_not_go_along_to_another_unbidden() -> None:
    followed = Followed()
    desk = replace(make_masking(), follow_up=followed)
    assert route(cases.hear(agreed(), WHY, None), desk).turns[-1].kind == "ask"
    assert followed.heard == []


def test_added_facts_are_agreed_to_for_no_host() -> None:
    thread = agreed()
    assert thread.cases[thread.chosen].host == A
    assert cases.add_fact(thread, thread.chosen, "开过会").cases[thread.chosen].host == ""
