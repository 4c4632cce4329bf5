"""The conversation as frozen values: threads of turns, and the cases they are about.

Terms   thread: one conversation, an entry of the history.
        ask: a question on a case that a person has decided to send or not to send.
        case: one finding with the facts added to it and every opinion on it so far.
        turn: one thing said in a thread, by the person or by the assistant.
        job: cases whose opinions are still to be made, so that a stop loses nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from assistant.changes import changes
from assistant.contract import Finding, Opinion, View

if TYPE_CHECKING:
    from assistant.answer import Answer

Consent = Literal["", "send", "stay"]
TurnKind = Literal["said", "note", "problem", "answer", "offer", "ask", "case", "batch"]
SHORT_ANSWER = 8  # an answer this short says nothing without its question
TITLE_LENGTH = 16


def new_id() -> str:
    """Random and unguessable: it may stand in an address, and says nothing about the case."""
    return secrets.token_urlsafe(12)


@dataclass(frozen=True)
class Case:
    """A finding, the facts added since, and the opinions, oldest first.

    read: the finding as it was when the newest opinion was made.
    """

    id: str
    text: str
    day: date | None = None
    added: tuple[str, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    read: Finding | None = None
    objections: tuple[str, ...] = ()
    choice: View | None = None  # the side a person took where model and rules differ
    consent: Consent = ""  # whether a person agreed that its text may be sent to another machine
    host: str = ""  # which one it was: for any other it was not agreed

    @property
    def finding(self) -> Finding:
        """What is triaged: the text as it was given, then the added facts, a line each."""
        text = "\n".join((self.text, *self.added))
        return Finding(id=self.id, text=text, date=self.day)

    @property
    def opinion(self) -> Opinion | None:
        """The newest opinion."""
        return self.opinions[-1] if self.opinions else None

    @property
    def choices(self) -> tuple[View, ...]:
        """The sides a person may take; none that excuses what crosses a red line."""
        opinion = self.opinion
        if opinion is None:
            return ()
        refers = any(line.refers for line in opinion.red_lines)
        return tuple(
            view
            for view in opinion.views
            if view.liability
            and not (refers and view.liability != "违纪违法")
            and not (opinion.red_lines and _excuses(view))
        )

    @property
    def stale(self) -> bool:
        """Whether something was added or changed that the newest opinion has not seen."""
        return self.read is not None and self.read != self.finding

    @property
    def before(self) -> Opinion | None:
        """What the newest opinion is compared with: the last one before it without an error."""
        return next(
            (earlier for earlier in reversed(self.opinions[:-1]) if not earlier.error), None
        )

    @property
    def changed(self) -> tuple[str, ...]:
        """What the last facts moved; empty for a first opinion or when nothing moved."""
        if self.before is None or self.opinions[-1].error:
            return ()
        return changes(self.before, self.opinions[-1])


def _excuses(view: View) -> bool:
    return view.liability in ("失误", "不成立") or view.remedy in ("容错", "容纠并举", "澄清")


@dataclass(frozen=True)
class Turn:
    """What stands in the thread at this place; `cases` are ids, `kept` is text not to lose.

    about: the case that an answer or the wish to ask is about; the question is then `kept`, and
    `text` of an `ask` is what would be sent.
    """

    kind: TurnKind
    text: str = ""
    cases: tuple[str, ...] = ()
    answer: Answer | None = None
    kept: str = ""
    settled: bool = False  # an offer that was taken up, a wish to ask that was decided
    about: str = ""


@dataclass(frozen=True)
class Ask:
    """A question on a case, what was shown of it, and whether that may be sent to `host`."""

    question: str
    about: str
    shown: str
    consent: Consent
    host: str = ""


@dataclass(frozen=True)
class Job:
    """Opinions to make; `turn` is what to show when they are there.

    consent: whether these texts may be sent to `host`; empty until a person has answered.
    host: the other machine that a person was asked about; empty until then.
    """

    waiting: tuple[str, ...]
    turn: Turn
    total: int
    started: bool = False
    consent: Consent = ""
    host: str = ""


@dataclass(frozen=True)
class Row:
    """A finding that a file tells apart by itself, with its own day where it has one."""

    text: str
    day: date | None = None


@dataclass(frozen=True)
class Thread:
    """One conversation; `rows` is the unread message where a file says how it is split."""

    id: str
    title: str
    turns: tuple[Turn, ...] = ()
    cases: dict[str, Case] = field(default_factory=dict)
    job: Job | None = None
    chosen: str = ""  # the case that the next fact belongs to
    unread: str = ""  # a message that the desk has not taken in yet
    day: date | None = None  # of the findings in it
    rows: tuple[Row, ...] = ()
    ask: Ask | None = None


def new_thread(title: str) -> Thread:
    """A conversation named by how its first message begins."""
    flat = " ".join(title.split())
    short = flat if len(flat) <= TITLE_LENGTH else f"{flat[:TITLE_LENGTH]}…"
    return Thread(id=new_id(), title=short)


def say(thread: Thread, turn: Turn) -> Thread:
    """The thread with one more turn."""
    return replace(thread, turns=(*thread.turns, turn))


def hear(thread: Thread, text: str, day: date | None, rows: tuple[Row, ...] = ()) -> Thread:
    """The person said this; it waits for the desk, after what the desk has not taken in yet."""
    said = say(thread, Turn("said", text=text))
    if thread.unread:
        if thread.rows or rows:
            rows = (*(thread.rows or (Row(thread.unread, thread.day),)), *(rows or (Row(text),)))
        text = f"{thread.unread}\n\n{text}"
    return replace(said, unread=text, day=day, rows=rows)


def take_up(
    thread: Thread,
    texts: tuple[str, ...],
    day: date | None,
    days: tuple[date | None, ...] = (),
) -> Thread:
    """New findings: a case each, on its own day where it has one, and a job for their opinions."""
    cases = [
        Case(id=new_id(), text=text, day=own or day)
        for text, own in zip_longest(texts, days[: len(texts)])
    ]
    ids = tuple(case.id for case in cases)
    turn = Turn("case" if len(ids) == 1 else "batch", cases=ids)
    return replace(
        thread,
        cases={**thread.cases, **{case.id: case for case in cases}},
        job=Job(waiting=ids, turn=turn, total=len(ids)),
        chosen=ids[0],
    )


def regroup(thread: Thread, old: tuple[str, ...], texts: tuple[str, ...]) -> Thread:
    """The same findings, merged or split: a part that stays as it was keeps its opinion.

    texts: with the facts that were added; a new part keeps the objections to what it came from.
    """
    known = {thread.cases[id_].finding.text: thread.cases[id_] for id_ in old}
    stay = [known.pop(text, None) for text in texts]
    gone = [thread.cases[id_] for id_ in old if thread.cases[id_] not in stay]
    cases = [case or _part_of(gone, text) for case, text in zip(stay, texts, strict=True)]
    ids = tuple(case.id for case in cases)
    waiting = tuple(case.id for case in cases if not case.opinions)
    turn = Turn("case" if len(ids) == 1 else "batch", cases=ids)
    kept = {id_: case for id_, case in thread.cases.items() if id_ not in old}
    turns = tuple(t for t in thread.turns if not set(t.cases) & set(old))
    return replace(
        thread,
        turns=turns,
        cases={**kept, **{case.id: case for case in cases}},
        job=Job(waiting=waiting, turn=turn, total=len(waiting)),
        chosen=ids[0],
    )


def _part_of(gone: list[Case], text: str) -> Case:
    """A case of its own for what was merged from these cases, or split from one of them."""
    of = [case for case in gone if case.finding.text in text or text in case.finding.text]
    return Case(
        id=new_id(),
        text=text,
        day=(of or gone)[0].day,
        objections=tuple(said for case in of for said in case.objections),
    )


def again(thread: Thread, case: Case) -> Thread:
    """The same case with something added or changed: put it back to work; nobody has agreed yet
    to send what it says now.
    """
    batch = next((t.cases for t in reversed(thread.turns) if case.id in t.cases), (case.id,))
    turn = Turn("case" if len(batch) == 1 else "batch", cases=batch)
    return replace(
        thread,
        cases={**thread.cases, case.id: replace(case, consent="", host="")},
        job=Job(waiting=(case.id,), turn=turn, total=1),
        chosen=case.id,
    )


def decide(thread: Thread, place: int, consent: Consent, host: str = "") -> Thread:
    """A person said whether the question at this place may be sent to this host; it waits for its
    answer.

    One at a time: while another one is being answered its buttons stay.
    """
    if thread.ask is not None:
        return thread
    turn = thread.turns[place]
    turns = (*thread.turns[:place], replace(turn, settled=True), *thread.turns[place + 1 :])
    asked = Ask(turn.kept, turn.about, turn.text, consent, host)
    return replace(thread, turns=turns, ask=asked)


def choose(thread: Thread, case_id: str, choice: View | None) -> Thread:
    """A person took one side; None takes it back."""
    case = replace(thread.cases[case_id], choice=choice)
    return replace(thread, cases={**thread.cases, case_id: case})


def talked(thread: Thread, case_id: str) -> tuple[tuple[str, str], ...]:
    """The questions on a case and their answers so far, oldest first."""
    return tuple(
        (turn.kept, turn.answer.text)
        for turn in thread.turns
        if turn.answer is not None and turn.about == case_id
    )


def add_fact(thread: Thread, case_id: str, fact: str) -> Thread:
    """The case with one more fact, put back to work."""
    case = thread.cases[case_id]
    return again(thread, replace(case, added=(*case.added, fact)))


def done(thread: Thread, case_id: str, opinion: Opinion) -> Thread:
    """One opinion is there; the job ends with the last one, and its turn is shown."""
    case = thread.cases[case_id]
    read = replace(case, opinions=(*case.opinions, opinion), read=case.finding)
    if not opinion.error and read.choice not in read.choices:  # it is no longer one of the sides
        read = replace(read, choice=None)
    cases = {**thread.cases, case_id: read}
    job = thread.job
    if job is None:
        return replace(thread, cases=cases)
    waiting = tuple(id_ for id_ in job.waiting if id_ != case_id)
    if waiting:
        return replace(thread, cases=cases, job=replace(job, waiting=waiting))
    return replace(thread, cases=cases, job=None, turns=(*thread.turns, job.turn))


def give_up(thread: Thread) -> Thread:
    """Stop here: what has an opinion is shown, what has none is shown as not done."""
    if thread.job is None:
        return thread
    return replace(thread, job=None, turns=(*thread.turns, thread.job.turn))


def agree(thread: Thread, consent: Consent, host: str = "") -> Thread:
    """A person said whether the waiting texts may be sent to this host, and to no other; with an
    empty consent the person is being asked.
    """
    job = thread.job
    if job is None:
        return thread
    said = {id_: replace(thread.cases[id_], consent=consent, host=host) for id_ in job.waiting}
    job = replace(job, consent=consent, host=host)
    return replace(thread, cases={**thread.cases, **said}, job=job)


def fact_from(question: str, answer: str) -> str:
    """The sentence an answer adds: the answer itself, with its question where it is too short."""
    said = answer.strip()
    if len(said) > SHORT_ANSWER:
        return said
    asked = question.strip().rstrip("？?。")
    return f"{asked}：{said}"


def is_latest(thread: Thread, place: int) -> bool:
    """Whether no later turn shows the same cases: only that one is drawn in full."""
    shown = set(thread.turns[place].cases)
    return not any(shown & set(turn.cases) for turn in thread.turns[place + 1 :])
