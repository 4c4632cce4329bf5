"""The search page: words, a document, a day; every result opens where it stands."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from assistant.pages import chat, search_html, work
from assistant.pages.desk import Desk, make_desk
from assistant.pages.marks import label

ANY = "全部文件"
MOST = 500  # characters of a query


def show(make: Callable[[], Desk] = make_desk) -> None:
    """Draw the page; `make` builds the desk, once per process."""
    st.html(chat.STYLE)
    st.html(
        '<div class="sz-head"><h1>检索</h1><p>查条款、巡察方法和常见问题。'
        "用平常的话写，或只选一个文件看全部条款。</p></div>"
    )
    opening = chat.opening_of(make)
    desk = work.desk_of(opening, chat.forget_opening)
    if desk is None:
        return
    with st.form("search", border=False):
        words = st.text_input(
            "查什么",
            key="search-words",
            max_chars=MOST,
            placeholder="例如：党课多久上一次；先付款后补手续",
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            document = st.selectbox(
                "文件", (ANY, *desk.documents), key="search-document", format_func=label
            )
            day = st.date_input(
                "哪一天有效（可不填）",
                value=None,
                min_value=date(1949, 10, 1),
                format="YYYY-MM-DD",
                key="search-day",
            )
        st.form_submit_button("检索", type="primary", icon=":material/search:")
    document = "" if document == ANY else document
    if not (words or "").strip() and not document:
        st.html('<p class="sz-note" role="status">写几个字，或选一个文件。</p>')
        return
    shown = day.isoformat() if day else "今天"
    st.html(
        search_html.results(desk.look_up(words or "", document, day))
        + f'<p class="sz-note sz-decided">“有效”“失效”按{shown}计'
        + ("，只列当天有效的。</p>" if day else "；不填日期，旧版也列出来。</p>")
    )
