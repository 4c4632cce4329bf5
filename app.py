"""The pages of 三诊: configuration and navigation. Start it with start.py."""

from pathlib import Path

import streamlit as st

from knowledge.errors import LibraryError

try:
    from assistant.pages import chat, search, settings
except LibraryError as failure:  # lists of words are read with the modules that use them
    st.error(str(failure))
    st.stop()

# no icons: Streamlit makes a page's icon the tab's, and fetches it from another host
PAGES = (
    st.Page(chat.show, title="研判", url_path="chat", default=True),
    st.Page(search.show, title="检索", url_path="search"),
    st.Page(settings.show, title="设置", url_path="settings"),
)
chosen = st.navigation(PAGES)
st.set_page_config(
    page_title="三诊",
    page_icon=str(Path(__file__).with_name("assistant") / "pages" / "icon.svg"),
    layout="centered",
    initial_sidebar_state="auto",
)
chosen.run()
