"""The chat page: input, then triage, then show. No decision is taken here.

Terms   opening: the desk that answers, loaded once per process in the background.
Raises  nothing to the person's face: what goes wrong is a turn of kind `problem`, the text kept.
"""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from assistant.pages import receive, sidebar, state, turns, work
from assistant.pages.desk import Desk, Opening, begin, make_desk
from assistant.pages.examples import EXAMPLES

STYLE = Path(__file__).with_name("page.css")


@st.cache_resource(show_spinner=False)
def _opening(name: str, _make: Callable[[], Desk]) -> Opening:
    return begin(_make)  # the name tells one maker from another: a function cannot be hashed


def opening_of(make: Callable[[], Desk]) -> Opening:
    """The one desk of this process that a maker builds."""
    return _opening(f"{make.__module__}.{make.__qualname__}", make)


def forget_opening() -> None:
    """Open anew the next time."""
    _opening.clear()


def show(make: Callable[[], Desk] = make_desk) -> None:
    """Draw the page; `make` builds the desk, once per process."""
    st.html(STYLE)
    opening = opening_of(make)
    page = st.container(key="page")
    with st.container(key="ask"):  # not Streamlit's pinned box: that one drags the page to its end
        said = st.chat_input(
            _placeholder(),
            key="said",
            accept_file=True,
            file_type=["txt", "md", "csv", "jsonl"],
            submit_mode="stop",
        )
    if said:
        receive.message(said.text or "", said.files)
    sidebar.show(opening)
    _ask_before_leaving(bool(state.threads()))  # first: a reading takes its time
    with page:
        _talk(opening)


def _ask_before_leaving(held: bool) -> None:
    """Conversations are kept nowhere: the browser asks before a reload or a closed tab forgets them."""
    ask = "(event) => event.preventDefault()" if held else "null"
    st.html(f"<script>window.onbeforeunload = {ask};</script>", unsafe_allow_javascript=True)


def _talk(opening: Opening) -> None:
    thread = state.current()
    if thread is None:
        _welcome()
        return
    turns.show(thread, opening.desk())
    if thread.unread or thread.ask or thread.job is not None:
        desk = work.desk_of(opening, forget_opening)
        if desk is not None:
            work.show(thread, desk)


def _placeholder() -> str:
    thread = state.current()
    if thread is None or not thread.cases:
        return "粘贴巡察发现的问题，可以一次多条……"
    ids = next((turn.cases for turn in reversed(thread.turns) if len(turn.cases) > 1), ())
    if thread.chosen in ids:
        return f"给第 {ids.index(thread.chosen) + 1} 条补充事实，或问一条规定……"
    return "补充事实，或问一条规定……"


def _welcome() -> None:
    st.html(
        '<div class="sz-hero"><h1>三诊</h1>'
        "<p>把巡察发现的问题贴进来。先化验是什么问题，再会诊责任在哪里，最后开处方：该容错还是该纠错，"
        "每一步都指出原话和条款。结论由人决定。</p></div>"
    )
    with st.container(key="examples"):
        st.html('<h2 class="sz-side">没有现成的？点一条试试</h2>')
        for row in range(0, len(EXAMPLES), 2):
            for place, column in enumerate(st.columns(2, gap="small")):
                example = EXAMPLES[row + place]
                key = f"example-{row + place}"
                if column.button(
                    f"{example.title}  \n:small[{example.hint}]", key=key, width="stretch"
                ):
                    receive.message(example.text, ())
                    st.rerun()
