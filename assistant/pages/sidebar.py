"""The side of the page: where the text goes, who reads it, and this session's history."""

from datetime import date

import streamlit as st

from assistant.pages import state
from assistant.pages.card_html import reader_words
from assistant.pages.desk import Opening
from assistant.pages.marks import label, plain

DAY = "default-day"
_KEPT_DAY = "kept-day"  # Streamlit forgets a widget's value while another page is shown


def show(opening: Opening) -> None:
    """Draw the sidebar."""
    with st.sidebar:
        st.html('<div class="sz-brand"><b>三诊</b><span>化验 · 会诊 · 处方</span></div>')
        if st.button("新的问题", icon=":material/edit_square:", width="stretch", key="new"):
            state.show("")
            st.rerun()
        _history()
        _reader(opening)
        if DAY not in st.session_state:
            st.session_state[DAY] = st.session_state.get(_KEPT_DAY)
        st.session_state[_KEPT_DAY] = st.date_input(
            "事发日期（可不填）",
            min_value=date(1949, 10, 1),
            format="YYYY-MM-DD",
            key=DAY,
            help="填了就按当日有效的规定研判；只用于接下来粘贴的问题。",
        )
        if day := chosen_day():
            st.html(f'<p class="sz-note">接下来的问题按 {day} 有效的规定研判。</p>')
        _clear()


def chosen_day() -> date | None:
    """The day that new findings get."""
    day: date | None = st.session_state.get(DAY)
    return day


def _history() -> None:
    held = state.threads()
    if not held:
        return
    st.html('<h2 class="sz-side">本次会话</h2>')
    now = state.current()
    for thread in reversed(held.values()):
        with st.container(key=f"history-{'now-' if thread == now else ''}{thread.id}"):
            if st.button(label(thread.title), key=f"open-{thread.id}", width="stretch"):
                state.show(thread.id)
                st.rerun()


def _reader(opening: Opening) -> None:
    waiting = not opening.ready()
    st.fragment(_show_reader, run_every=0.5 if waiting else None)(opening, waiting)


def _show_reader(opening: Opening, waiting: bool) -> None:
    if waiting and opening.ready():
        st.rerun()  # the whole page once more, for it to stop asking every half second
    if failure := opening.failure():
        st.html(f'<p class="sz-reader bad">没有准备好：{plain(failure)}</p>')
        return
    desk = opening.desk()
    if desk is None:
        st.html('<p class="sz-reader" role="status">正在准备规则和条款索引，可以先粘贴问题。</p>')
        return
    st.html(
        f'<p class="sz-reader"><b>{reader_words(desk.reader)}</b><br>{plain(desk.destination)}</p>'
    )


def _clear() -> None:
    if not state.threads():
        return
    with st.popover("清空本次会话", icon=":material/delete:", width="stretch"):
        st.html("<p>清空后，本次会话里的问题和意见都不能找回。需要留存的请先下载。</p>")
        if st.button("确认清空", type="primary", key="clear"):
            state.clear()
            st.rerun()
