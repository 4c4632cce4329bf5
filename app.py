"""The page of 三诊: configuration and the one page there is. Start it with start.py."""

from pathlib import Path

import streamlit as st

from assistant.pages import chat

st.set_page_config(
    page_title="三诊",
    page_icon=str(Path(__file__).with_name("assistant") / "pages" / "icon.svg"),
    layout="centered",
    initial_sidebar_state="auto",
)
chat.show()
