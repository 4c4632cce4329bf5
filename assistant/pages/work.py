"""The assistant at work: the three roles as steps, progress over several findings, stopping.

Terms   interrupted: a job that had begun when the page was drawn again: a stop, or another click.
        What was finished by then is kept.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from assistant.contract import SAID, Opinion, Role, Step
from assistant.errors import SanzhenError
from assistant.pages import cases, state
from assistant.pages.aside import listening
from assistant.pages.card_html import ROLES
from assistant.pages.cases import Job, Thread, Turn
from assistant.pages.desk import Desk, Opening, Watch
from assistant.pages.marks import plain
from assistant.pages.route import route
from assistant.pages.turns import begin_at
from assistant.pages.work_html import now_goes, outgoing
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from streamlit.elements.lib.mutable_status_container import StatusContainer

Result = TypeVar("Result")
TOLD = (SanzhenError, KnowledgeError)  # their message is a sentence for a person
UNEXPECTED = (  # every family of errors that code raises by mistake or the machine by its state
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NameError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
POLL = 0.2  # seconds between looks at the opening, so that a stop is heard


def desk_of(opening: Opening, retry: Callable[[], None]) -> Desk | None:
    """The desk when it is ready; when opening failed, say so and offer to try again."""
    line = st.empty()
    while not opening.ready():
        line.html(
            '<p class="sz-said" role="status">正在准备规则和条款索引。'
            "第一次打开要几秒到十几秒，之后就不用等了。</p>"
        )
        opening.desk(wait=POLL)
    line.empty()
    if failure := opening.failure():
        st.html(
            '<div class="sz-alert red" role="alert"><strong>还不能研判</strong>'
            f"<p>{plain(failure)}</p><p>您写的内容没有丢失。</p></div>"
        )
        if st.button("再试一次", key="reopen"):
            retry()
            st.rerun()
    return opening.desk()


def show(thread: Thread, desk: Desk) -> None:
    """Do what is waiting in the thread, and draw the page again when it is done."""
    if thread.unread or thread.ask:
        thread = _take_in(thread, desk)
    job = thread.job
    if job is None:
        state.arrive()
        st.rerun()
    if job.started:
        _interrupted(thread, job)
        return
    asking = st.empty()  # always here, so that its buttons go as soon as one is chosen
    if _must_ask(job, desk):
        with asking.container():
            _ask_consent(thread, job, desk)
        return
    asking.empty()
    with st.container(key="working"):
        begin_at("working")
        if job.total > 1:
            _several(thread, job, desk)
        else:
            _one(thread, job, desk)
    state.arrive()
    st.rerun()


def _take_in(thread: Thread, desk: Desk) -> Thread:
    try:
        taken = listening(told(lambda tell: route(thread, desk)), lambda step: None, clock())
    except TOLD as error:
        if thread.ask:  # it comes first; what else is unread stays so
            left, kept = replace(thread, ask=None), thread.ask.question
        else:
            left, kept = replace(thread, unread="", rows=()), thread.unread
        taken = cases.say(left, Turn("problem", text=str(error), kept=kept))
    state.keep(taken)
    return taken


def clock() -> Callable[[float], None]:
    """A line that tells the seconds; drawing it is also how a stop is heard."""
    line = st.empty()

    def tell(seconds: float) -> None:
        line.html(f'<p class="sz-note" role="timer">已用 {seconds:.0f} 秒，随时可以停。</p>')

    return tell


def _must_ask(job: Job, desk: Desk) -> bool:
    """Whether a person has yet to agree to where the texts would go now.

    Settings that ask no more, of a desk that was opened anew, are no answer to what was asked
    under others.
    """
    asked = desk.outgoing is not None or (job.host and job.consent != "stay")
    return bool(asked and desk.place) and not (job.consent and job.host == desk.place)


def _ask_consent(thread: Thread, job: Job, desk: Desk) -> None:
    """Nothing is sent before a person has seen what would be, and where it goes."""
    goes, key = desk.outgoing, f"{thread.id}-{desk.place}"  # under another host a press is void
    if goes is None:
        _ask_to_begin(thread, desk, key)
        return
    texts = [goes.preview(thread.cases[id_].finding.text) for id_ in job.waiting]
    st.html(outgoing(goes.host, texts))
    with st.container(horizontal=True):
        send = st.button("同意发送", type="primary", key=f"send-{key}")
        stay = st.button("不发送，用内置阅读", key=f"stay-{key}")
    if send or stay:
        state.keep(cases.agree(thread, "send" if send else "stay", goes.host))
        st.rerun()
    if (job.consent, job.host) != ("", goes.host):
        state.keep(cases.agree(thread, "", goes.host))


def _ask_to_begin(thread: Thread, desk: Desk, key: str) -> None:
    """Texts that a person was asked about go to another place by the settings that hold now."""
    st.html(f'<div class="sz-said">还没有研判。{now_goes(desk.destination)}</div>')
    with st.container(horizontal=True):
        if st.button("开始研判", type="primary", key=f"begin-{key}"):
            state.keep(cases.agree(thread, "send", desk.place))
            st.rerun()
        if st.button("就到这里", key=f"leave-{key}"):
            state.keep(cases.give_up(thread))
            st.rerun()


def _one(thread: Thread, job: Job, desk: Desk) -> None:
    statuses: dict[Role, StatusContainer] = {
        role: st.status(f"{name}：{asks}", state="running", expanded=False)
        for role, (name, asks) in ROLES.items()
    }
    order = list(ROLES)
    shown, line = flowing(), st.empty()

    def watch(step: Step) -> None:
        nonlocal line
        for earlier in order[: order.index(step.role)]:
            statuses[earlier].update(state="complete", expanded=False)
        statuses[step.role].update(expanded=True)
        text, goes_on = shown(step)
        line = line if goes_on else statuses[step.role].empty()
        line.html(f'<p class="sz-step">{plain(text)}</p>')

    _work(thread, job, desk, watch)
    for status in statuses.values():
        status.update(state="complete", expanded=False)


def _several(thread: Thread, job: Job, desk: Desk) -> None:
    finished = job.total - len(job.waiting)
    bar = st.progress(finished / job.total, text=f"共 {job.total} 条，正在研判")
    st.button("停止研判", key=f"stop-{thread.id}")
    line, shown = st.empty(), flowing()

    def progress(left: int) -> None:
        finished = job.total - left
        bar.progress(finished / job.total, text=f"已研判 {finished} / {job.total} 条")

    def watch(step: Step) -> None:
        line.html(f'<p class="sz-step">{ROLES[step.role][0]}：{plain(shown(step)[0])}</p>')

    _work(thread, job, desk, watch, progress)


def flowing() -> Callable[[Step], tuple[str, bool]]:
    """What to show for each step, and whether in place of the one before: a model's words flow."""
    said = ""

    def shown(step: Step) -> tuple[str, bool]:
        nonlocal said
        if not step.text.startswith(SAID):
            said = ""
            return step.text, False
        goes_on = bool(said)
        said = (said or SAID) + step.text.removeprefix(SAID)
        return said, goes_on

    return shown


def _work(
    thread: Thread,
    job: Job,
    desk: Desk,
    watch: Callable[[Step], None],
    progress: Callable[[int], None] = lambda left: None,
) -> None:
    """Each waiting case in turn; every opinion is kept as soon as it is there."""
    thread = replace(thread, job=replace(job, started=True))
    state.keep(thread)
    wait = clock()
    for case_id in job.waiting:
        triage = partial(desk.triage, thread.cases[case_id].finding, job.consent)
        try:
            opinion = listening(told(triage), watch, wait)
        except TOLD as error:  # this one is shown with its reason, the others go on
            opinion = Opinion(id=case_id, error=str(error))
        thread = cases.done(thread, case_id, opinion)
        state.keep(thread)
        progress(len(thread.job.waiting) if thread.job else 0)
    if not job.waiting:  # merging left nothing new to look at
        state.keep(cases.give_up(thread))


def told(work: Callable[[Watch], Result]) -> Callable[[Watch], Result]:
    """The same work; what nobody expected is raised as a sentence for a person, the log gets only
    its name: its message may hold words of the finding.
    """

    def act(tell: Watch) -> Result:
        try:
            return work(tell)
        except UNEXPECTED as error:
            name = type(error).__name__
            logging.getLogger(__name__).error("unexpected %s", name)
            raise SanzhenError(
                f"电脑的磁盘、权限或网络出了问题（{name}），请检查后重试。"
                if isinstance(error, OSError)
                else f"这一步没能做完（{name}），请重试；还是不行，请把这句话告诉维护人员。"
            ) from error

    return act


def _interrupted(thread: Thread, job: Job) -> None:
    finished = job.total - len(job.waiting)
    st.html(
        '<div class="sz-alert review" role="status"><strong>研判已停止</strong>'
        f"<p>已完成 {finished} / {job.total} 条，完成的都已保留。</p></div>"
    )
    with st.container(horizontal=True):
        if st.button("继续研判", type="primary", key=f"go-on-{thread.id}"):
            state.keep(replace(thread, job=replace(job, started=False)))
            st.rerun()
        if st.button("就到这里", key=f"enough-{thread.id}"):
            state.keep(cases.give_up(thread))
            st.rerun()
