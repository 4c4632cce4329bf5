"""Where a message goes: a new finding, a fact for the open one, a question, or a greeting.

Terms   short: a text that adds to the open case without asking; a longer one is asked about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.pages import cases
from assistant.pages.cases import Consent, Thread, Turn
from assistant.pages.desk import Desk

if TYPE_CHECKING:
    from assistant.answer import Answer

SHORT = 60  # characters; a finding of its own has who, what, when and what came of it
FEWEST = 3  # characters of anything that could be a fact


def route(thread: Thread, desk: Desk) -> Thread:
    """Take in the unread message; the thread then holds a turn or a job for it."""
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
        return cases.say(heard, Turn("answer", answer=_answer(text, thread, desk)))
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


def _answer(question: str, thread: Thread, desk: Desk) -> Answer:
    """From the open opinion where there is one, else from the library alone.

    Where a person must agree before a text is sent and has not, no model is asked.
    """
    case = thread.cases.get(thread.chosen)
    if case is None or case.opinion is None or case.opinion.error:
        return desk.answer(question, thread.day)
    consent: Consent = case.consent or ("stay" if desk.outgoing else "")
    return desk.follow_up(question, case.finding, case.opinion, consent)


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
