"""The conversation as it stands: each turn drawn in its place."""

from collections import Counter

import streamlit as st

from assistant.contract import SILENT
from assistant.pages import batch, card, card_html, cases, route, state
from assistant.pages.cases import Thread, Turn
from assistant.pages.desk import Desk
from assistant.pages.marks import plain
from assistant.pages.work_html import now_goes, outgoing

LONG = 600  # characters of a message beyond which the rest is folded


def show(thread: Thread, desk: Desk | None) -> None:
    """Draw all turns; without a desk only what needs none."""
    seen: Counter[str] = Counter()
    for place, turn in enumerate(thread.turns):
        with st.container(key=f"turn-{thread.id}-{place}"):
            _turn(thread, place, turn, desk, seen)
        seen.update(turn.cases)
    if (
        thread.turns
        and thread.job is None
        and not (thread.unread or thread.ask)
        and state.arrived()
    ):
        begin_at(f"turn-{thread.id}-{len(thread.turns) - 1}")


def begin_at(key: str) -> None:
    """Bring the part of the page with this key to where reading begins."""
    st.html(
        f"<script>document.querySelector('.st-key-{key}')?.scrollIntoView();</script>",
        unsafe_allow_javascript=True,  # the key is one of ours: nothing the person wrote
    )


def _turn(thread: Thread, place: int, turn: Turn, desk: Desk | None, seen: Counter[str]) -> None:
    if turn.kind == "said":
        st.html(_bubble(turn.text))
    elif turn.kind == "note":
        st.html(f'<div class="sz-said" role="status">{plain(turn.text)}</div>')
    elif turn.kind == "problem":
        _problem(thread, place, turn)
    elif turn.kind == "answer":
        st.html(_answer(turn))
    elif turn.kind == "offer" and desk is not None:
        _offer(thread, place, turn, desk)
    elif turn.kind == "ask" and desk is not None:
        _ask(thread, place, turn, desk)
    elif turn.cases and not cases.is_latest(thread, place):
        st.html(f'<p class="sz-earlier">{_earlier(thread, turn, seen)}</p>')
    elif turn.kind == "case" and desk is not None:
        card.show(thread.id, turn.cases[0], desk)
    elif turn.kind == "batch" and desk is not None:
        batch.show(thread.id, turn.cases, desk)


def _bubble(text: str) -> str:
    if len(text) <= LONG:
        return f'<div class="sz-bubble">{plain(text)}</div>'
    shown = text[:20_000]
    rest = "" if len(text) == len(shown) else f"……（共 {len(text):,} 字）"
    return (
        f'<div class="sz-bubble"><details><summary>{plain(text[:120])}……'
        f'<span class="sz-note">共 {len(text):,} 字，点开看全文</span></summary>'
        f"{plain(shown)}{rest}</details></div>"
    )


def _problem(thread: Thread, place: int, turn: Turn) -> None:
    st.html(
        '<div class="sz-alert red" role="alert"><strong>这一步没有做成</strong>'
        f"<p>{plain(turn.text)}</p></div>"
    )
    if turn.kept:
        st.download_button(
            "下载保留的原文",
            data=turn.kept.encode("utf-8", errors="replace"),
            file_name="原文.txt",
            mime="text/plain",
            on_click="ignore",
            key=f"kept-{thread.id}-{place}",
        )


def _answer(turn: Turn) -> str:
    if turn.answer is None:
        return ""
    cited = turn.answer.citations
    if turn.answer.spoken:
        rests = f'<div class="sz-answer">{card_html.found(cited)}</div>' if cited else ""
        return f'<div class="sz-said" role="status">{plain(turn.answer.text)}</div>{rests}'
    if not cited:
        return f'<div class="sz-said" role="status">{plain(turn.answer.text)}</div>'
    _, silent, why = turn.answer.text.rpartition(SILENT)
    note = f'<p class="sz-note">{plain((silent + why).strip())}</p>' if silent else ""
    return (
        f'<div class="sz-said" role="status">查到 {len(cited)} 条相关的规定和方法，点开看全文：{note}</div>'
        f'<div class="sz-answer">{card_html.found(cited)}</div>'
    )


def _offer(thread: Thread, place: int, turn: Turn, desk: Desk) -> None:
    if turn.settled:
        return
    st.html('<div class="sz-said">这段话像是另一条问题。您想怎样处理？</div>')
    with st.container(horizontal=True):
        fresh = st.button("作为新问题", type="primary", key=f"fresh-{thread.id}-{place}")
        added = st.button("补充到上一条", key=f"added-{thread.id}-{place}")
    if fresh:
        state.keep(route.settled(thread))
        state.keep(route.as_new(turn.kept, thread, desk))
        st.rerun()
    if added:
        state.keep(cases.add_fact(route.settled(thread), thread.chosen, turn.kept))
        st.rerun()


def _ask(thread: Thread, place: int, turn: Turn, desk: Desk) -> None:
    """Nothing is sent before a person has seen the question with all that goes along.

    Where the desk was opened anew with settings that ask no more, the person is told where the
    text goes by them, and nothing is done unbidden.
    """
    if turn.settled:
        return
    key = f"{thread.id}-{place}-{desk.place}"  # pressed under the name of another host, it is void
    stay = False
    if desk.outgoing is None:
        st.html(f'<div class="sz-said">这个追问还没有回答。{now_goes(desk.destination)}</div>')
        send = st.button("回答这个追问", key=f"answer-{key}")
    else:
        st.html(outgoing(desk.outgoing.host, [turn.text]))
        with st.container(horizontal=True):
            send = st.button("同意发送", type="primary", key=f"ask-{key}")
            stay = st.button("不发送，用内置阅读", key=f"keep-{key}")
    if send or stay:
        state.keep(cases.decide(thread, place, "send" if send else "stay", desk.place))
        st.rerun()


def _earlier(thread: Thread, turn: Turn, seen: Counter[str]) -> str:
    if len(turn.cases) > 1:
        return f"{len(turn.cases)} 条问题的研判，已更新，见下方。"
    case = thread.cases[turn.cases[0]]
    version = seen[case.id]
    if version >= len(case.opinions) or case.opinions[version].error:
        return "较早的一版，已更新，见下方。"
    return f"第 {version + 1} 版：{card_html.one_line(case.opinions[version])}（已更新，见下方）"
