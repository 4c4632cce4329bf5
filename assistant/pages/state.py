"""What one browser session holds, in Streamlit's session state and nowhere else.

Terms   threads: this session's conversations by id, oldest first; no other session can reach them.
"""

import streamlit as st

from assistant.pages.cases import Thread

_THREADS = "threads"
_CURRENT = "current"
_ARRIVED = "arrived"


def threads() -> dict[str, Thread]:
    """This session's conversations."""
    held: dict[str, Thread] = st.session_state.setdefault(_THREADS, {})
    return held


def current() -> Thread | None:
    """The conversation on the page, if one was begun."""
    return threads().get(st.session_state.get(_CURRENT, ""))


def keep(thread: Thread) -> None:
    """Hold the new state of a conversation and show it."""
    threads()[thread.id] = thread
    st.session_state[_CURRENT] = thread.id


def show(thread_id: str) -> None:
    """Go to another conversation, or with an empty id to the empty page."""
    st.session_state[_CURRENT] = thread_id


def arrive() -> None:
    """Something new was added to the thread: the next drawing begins at its top."""
    st.session_state[_ARRIVED] = True


def arrived() -> bool:
    """Whether to begin at the newest turn; asked once per arrival."""
    return bool(st.session_state.pop(_ARRIVED, False))


def clear() -> None:
    """Forget every conversation of this session."""
    st.session_state[_THREADS] = {}
    st.session_state[_CURRENT] = ""
