"""The pages of 三诊: configuration and navigation. Start it with start.py."""

from pathlib import Path

import streamlit as st

from assistant.pages import chat, search, settings

PAGES = (
    st.Page(chat.show, title="研判", icon=":material/forum:", url_path="chat", default=True),
    st.Page(search.show, title="检索", icon=":material/search:", url_path="search"),
    st.Page(settings.show, title="设置", icon=":material/settings:", url_path="settings"),
)
chosen = st.navigation(PAGES)
st.set_page_config(
    page_title="三诊",
    page_icon=str(Path(__file__).with_name("assistant") / "pages" / "icon.svg"),
    layout="centered",
    initial_sidebar_state="auto",
)
chosen.run()
