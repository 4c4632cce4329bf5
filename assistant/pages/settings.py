"""The settings page: who reads, where text goes, what would be sent, and a model to try out.

Nothing is changed here: settings are read at the start, from the environment or the secrets file.
"""

from collections.abc import Callable

import streamlit as st

from assistant.errors import SettingsError
from assistant.pages import chat, paste, settings_html, trial
from assistant.pages.desk import make_desk, read_settings
from assistant.settings import Endpoint, Settings

Probe = Callable[[Endpoint], tuple[bool, str]]


def _of_the_desk() -> Settings | None:
    desk = chat.opening_of(make_desk).desk()
    return desk.settings if desk else None


def show(
    read: Callable[[], Settings] = read_settings,
    probe: Probe = trial.probe,
    in_use: Callable[[], Settings | None] = _of_the_desk,
) -> None:
    """Draw the page.

    read: gives the settings as they are written down now. probe: tries an endpoint.
    in_use: gives those that the desk was opened with; None while there is no desk.
    """
    st.html(chat.STYLE)
    st.html(
        '<div class="sz-head"><h1>设置</h1><p>由谁阅读、文字发到哪里。'
        "这里只看和试，不改设置。</p></div>"
    )
    settings = _settings(read, in_use())
    if settings is not None:
        st.html(settings_html.now(settings) + settings_html.remote(settings.remote))
        _preview(settings)
        _try_out(settings, probe)
    _keep()


def _settings(read: Callable[[], Settings], used: Settings | None) -> Settings | None:
    """The settings that hold now; says so where others are written down, or wrong ones."""
    wrong, written = "", None
    try:
        written = read()
    except SettingsError as error:
        wrong = str(error)
    if used is None:
        if wrong:
            st.html(settings_html.wrong(wrong))
        return written
    if used != written:
        st.html(settings_html.changed(wrong))
    return used


@st.fragment
def _preview(settings: Settings) -> None:
    st.html('<h3 class="sz-ask">看看会发送什么</h3>')
    with st.form("preview", border=False):
        text = st.text_area(
            "粘贴一条问题，看发送到别的机器之前会变成什么样；这里只显示，不发送",
            key="preview-text",
            height=110,
            max_chars=paste.MAX_LENGTH,
        )
        shown = st.form_submit_button("预览")
    if shown and (text or "").strip():
        st.html(settings_html.preview(trial.outgoing(text or "", settings.remote), settings))
    elif shown:
        st.html('<p class="sz-note" role="status">还没有粘贴文字。</p>')


@st.fragment
def _try_out(settings: Settings, probe: Probe) -> None:
    st.html('<h3 class="sz-ask">试一个模型</h3>')
    with st.form("try", border=False):
        address = st.text_input(
            "地址", key="try-address", placeholder="http://localhost:11434/v1", max_chars=500
        )
        model = st.text_input("模型名称", key="try-model", max_chars=200)
        key = st.text_input(
            "密钥（本机的模型一般不用填）", key="try-key", type="password", max_chars=1000
        )
        tried = st.form_submit_button("试一下", type="primary")
        st.html(
            '<p class="sz-note">只发一句问候和十五道自拟的试题，不发任何问题的内容。试题看它读得准不准，'
            "得分低的模型只列出看法，不参加权衡。密钥不保存，不显示。</p>"
        )
    if not tried:
        return
    try:
        endpoint = trial.endpoint(address or "", model or "", key or "", settings.remote)
    except SettingsError as error:
        st.html(settings_html.tried(False, str(error)))
        return
    with st.spinner("正在等模型回答……"):
        good, sentence = probe(endpoint)
    st.html(settings_html.tried(good, sentence))


def _keep() -> None:
    st.html(
        '<h3 class="sz-ask">长期使用</h3><p>把下面几行改好，存到项目文件夹的 '
        ".streamlit/secrets.toml（UTF-8），再重新启动；也可以设同名的环境变量。"
        "两处都写了，以文件为准。这个文件不会进入版本库，不要发给别人。</p>"
    )
    st.code(trial.EXAMPLE, language=None, wrap_lines=True)
