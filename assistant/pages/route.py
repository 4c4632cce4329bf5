"""Where a message goes: a new finding, a fact for the open one, a question, or a greeting.

Terms   short: a text that adds to the open case without asking; a longer one is asked about.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from assistant.pages import cases
from assistant.pages.cases import Case, Consent, Thread, Turn
from assistant.pages.desk import Desk

if TYPE_CHECKING:
    from assistant.contract import Opinion

SHORT = 60  # characters; a finding of its own has who, what, when and what came of it
FEWEST = 3  # characters of anything that could be a fact


def route(thread: Thread, desk: Desk) -> Thread:
    """Answer what was decided to be asked, or take in the unread message; the thread then holds
    a turn or a job for it.
    """
    if thread.ask is not None:
        return _decided(thread, desk)
    text, day = thread.unread, thread.day
    heard = replace(thread, unread="", rows=())
    if thread.rows:
        rows = thread.rows
        return cases.take_up(
            heard, tuple(row.text for row in rows), day, tuple(row.day for row in rows)
        )
    taken = desk.take_in(text)
    if taken.kind == "greeting":
        return cases.say(heard, Turn("note", text=taken.reply))
    if taken.kind == "question":
        return _asked(heard, text, thread.day, desk)
    open_case = thread.chosen
    if taken.kind == "unclear":
        if open_case and len(text.strip()) >= FEWEST:
            return cases.add_fact(heard, open_case, text.strip())
        return cases.say(heard, Turn("note", text=taken.reply))
    texts = tuple(finding.text for finding in taken.findings) or (text,)
    if not open_case:
        return cases.take_up(heard, texts, day)
    if len(texts) == 1 and len(text.strip()) < SHORT:
        return cases.add_fact(heard, open_case, text.strip())
    return cases.say(heard, Turn("offer", kept=text))


def _asked(thread: Thread, question: str, day: date | None, desk: Desk) -> Thread:
    """An answer from the open opinion where there is one, else from the library alone.

    Where a person must agree before a text is sent, a question that would be sent is shown first;
    of a finding that was not sent, no question is, and one that was agreed to be sent to another
    place is not sent on its own.
    """
    case = thread.cases.get(thread.chosen)
    if case is None or case.opinion is None or case.opinion.error:
        return cases.say(thread, Turn("answer", answer=desk.answer(question, day)))
    consent: Consent = case.consent or ("stay" if desk.outgoing else "")
    if consent == "send":
        goes = _goes(thread, question, case, case.opinion, desk)
        if _open(desk, goes, "", case.host):
            return cases.say(thread, Turn("ask", text=goes, kept=question, about=case.id))
    return _answered(thread, question, case, case.opinion, consent, desk)


def _decided(thread: Thread, desk: Desk) -> Thread:
    """What was shown is sent where it was said to go, and nothing else and nowhere else: where it
    would now be more, or go elsewhere, a person is asked anew.
    """
    ask, thread = thread.ask, replace(thread, ask=None)
    case = thread.cases.get(ask.about) if ask else None
    if ask is None or case is None or case.opinion is None or case.opinion.error:
        return cases.say(thread, Turn("note", text="所问的那一条已经变了，请再问一次。"))
    consent: Consent = ask.consent if case.consent == "send" else "stay"
    if consent == "send":
        goes = _goes(thread, ask.question, case, case.opinion, desk)
        if _open(desk, goes, ask.shown, ask.host):
            text = goes or ask.shown
            return cases.say(thread, Turn("ask", text=text, kept=ask.question, about=case.id))
    return _answered(thread, ask.question, case, case.opinion, consent, desk)


def _goes(thread: Thread, question: str, case: Case, opinion: Opinion, desk: Desk) -> str:
    """What would be sent with a question, where a person must agree to it; empty: nothing."""
    if desk.outgoing is None:
        return ""
    return desk.outgoing.talk(question, case.finding, opinion, cases.talked(thread, case.id))


def _open(desk: Desk, goes: str, shown: str, host: str) -> bool:
    """Whether a person has yet to agree: to more than was shown, or to another place than `host`."""
    if desk.outgoing is None:  # the settings send without asking, if anything
        return desk.place not in ("", host)
    return goes != "" and (goes, desk.place) != (shown, host)


def _answered(
    thread: Thread, question: str, case: Case, opinion: Opinion, consent: Consent, desk: Desk
) -> Thread:
    talked = cases.talked(thread, case.id)
    told = desk.follow_up(question, case.finding, opinion, consent, talked)
    return cases.say(thread, Turn("answer", answer=told, kept=question, about=case.id))


def as_new(text: str, thread: Thread, desk: Desk) -> Thread:
    """A conversation of its own for a message that turned out to be another finding."""
    begun = cases.say(cases.new_thread(text), Turn("said", text=text))
    taken = desk.take_in(text)
    texts = tuple(finding.text for finding in taken.findings) or (text,)
    return cases.take_up(begun, texts, thread.day)


def settled(thread: Thread) -> Thread:
    """The open offer was taken up: its buttons go."""
    turns = tuple(
        replace(turn, settled=True) if turn.kind == "offer" else turn for turn in thread.turns
    )
    return replace(thread, turns=turns)
