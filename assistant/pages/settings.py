"""The settings page: who reads, where text goes, what would be sent, and a model to try and choose.

Settings are read at the start, from the environment or the secrets file; a model that is chosen here
is read with until the process ends. Nothing is written.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from assistant.errors import SettingsError
from assistant.pages import chat, desk, paste, settings_html, trial, work
from assistant.pages.aside import listening
from assistant.settings import Endpoint, Settings

Probe = Callable[[Endpoint | Path, Settings], tuple[bool, str]]
Choose = Callable[[Endpoint | Path], None]
Typed = Endpoint | Path | SettingsError | None
_PREVIEWED = "previewed"  # what was previewed last, and how it would be sent
_TRIED = "tried"  # what was tried last, in this session: the model, whether it is good, a sentence


def _of_the_desk() -> Settings | None:
    opened = chat.opening_of(desk.make_desk).desk()
    return opened.settings if opened else None


def _choose(source: Endpoint | Path) -> None:
    desk.choose(source)
    chat.forget_opening()


def show(
    read: Callable[[], Settings] = desk.read_settings,
    probe: Probe = trial.probe,
    in_use: Callable[[], Settings | None] = _of_the_desk,
    choose: Choose = _choose,
) -> None:
    """Draw the page.

    read: gives the settings as they are written down now. probe: tries a model.
    in_use: gives those that the desk was opened with; None while there is no desk.
    choose: takes a model into use.
    """
    st.html(chat.STYLE)
    st.html(
        '<div class="sz-head"><h1>设置</h1><p>由谁阅读、文字发到哪里。'
        "模型可以先试再用；这里不写设置文件。</p></div>"
    )
    settings = _settings(read, in_use())
    if settings is not None:
        told = settings_html.chosen() if desk.chosen() else ""
        st.html(told + settings_html.now(settings) + settings_html.remote(settings.remote))
        _preview(settings)
        typed = _typed(settings)
        place = st.container()
    _keep()
    if settings is not None:
        with place:  # last, so that the rest of the page is there while the model takes its time
            _try_out(typed, settings, probe, choose)


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
    asked = (text or "", settings.remote)
    if shown and not asked[0].strip():
        st.html('<p class="sz-note" role="status">还没有粘贴文字。</p>')
    elif shown:
        st.session_state[_PREVIEWED] = (asked, trial.outgoing(*asked))
    previewed, masked = st.session_state.get(_PREVIEWED, (None, None))
    if previewed == asked:  # it stays while a model is tried
        st.html(settings_html.preview(masked, settings))


def _typed(settings: Settings) -> Typed:
    """The model to be tried, what is wrong with what was typed, or nothing.

    No fragment: a press in one is heard only when what runs has ended, and a stop would be, too.
    """
    st.html('<h3 class="sz-ask">试一个模型</h3>')
    endpoint = _or_error(partial(_typed_endpoint, settings))
    file = _or_error(_typed_file)  # its form is drawn in any case
    return endpoint or file


def _or_error(form: Callable[[], Endpoint | Path | None]) -> Typed:
    try:
        return form()
    except SettingsError as error:
        return error


def _try_out(typed: Typed, settings: Settings, probe: Probe, choose: Choose) -> None:
    waiting, outcome = st.empty(), st.empty()  # always here, so that an earlier outcome goes
    if isinstance(typed, SettingsError):
        st.session_state.pop(_TRIED, None)
        outcome.html(settings_html.tried(False, str(typed)))
        return
    if typed is not None:
        st.session_state[_TRIED] = (typed, False, None)  # where it is cut off
        with waiting.container(key="trying"):
            st.session_state[_TRIED] = (typed, *_heard(typed, settings, probe))
        waiting.empty()
    if _TRIED in st.session_state:
        with outcome.container():
            _tell(choose, *st.session_state[_TRIED])


def _tell(choose: Choose, source: Endpoint | Path, good: bool, sentence: str | None) -> None:
    """What came of trying a model, and the way to use a good one."""
    if sentence is None:
        st.html(settings_html.stopped())
        return
    st.html(settings_html.tried(good, sentence))
    if good and st.button("用这个模型", key="choose"):
        del st.session_state[_TRIED]
        choose(source)
        st.rerun()


def _heard(source: Endpoint | Path, settings: Settings, probe: Probe) -> tuple[bool, str]:
    """What came of trying it; a stop, or any other press on the page, ends the request."""
    st.html(settings_html.TRYING)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("停止", key="stop-trial")
        wait = work.clock()
    try:
        return listening(work.told(lambda tell: probe(source, settings)), lambda step: None, wait)
    except work.TOLD as error:
        return False, str(error)


def _typed_endpoint(settings: Settings) -> Endpoint | None:
    """An endpoint to be tried, starting with the one that is set; its key is never shown."""
    known = settings.model
    with st.form("try", border=False):
        address = st.text_input(
            "地址",
            trial.address_of(known),
            key="try-address",
            placeholder="http://localhost:11434/v1",
            max_chars=500,
        )
        model = st.text_input(
            "模型名称", known.model if known else "", key="try-model", max_chars=200
        )
        key = st.text_input(
            "密钥（本机的模型一般不用填）",
            key="try-key",
            type="password",
            placeholder="已设置；留空就用它，换了地址要重新填" if known and known.has_key else "",
            max_chars=1000,
        )
        pressed = st.form_submit_button("试一下", type="primary")
        st.html(
            '<p class="sz-note">只发一句问候和十五道自拟的试题，不发任何问题的内容。试题看它读得准不准，'
            "没有通过的模型只列出看法，不参加权衡。密钥不保存，不显示。</p>"
        )
    if not pressed:
        return None
    return trial.endpoint(address or "", model or "", key or "", settings.remote, known)


def _typed_file() -> Path | None:
    with st.form("try-file", border=False):
        path = st.text_input("或者：本机的模型文件（GGUF）", key="try-file-path", max_chars=1000)
        pressed = st.form_submit_button("试这个文件")
    return trial.file(path or "") if pressed else None


def _keep() -> None:
    st.html(
        '<h3 class="sz-ask">长期使用</h3><p>把下面几行改好，存到项目文件夹的 '
        ".streamlit/secrets.toml（UTF-8），再重新启动；也可以设同名的环境变量。"
        "两处都写了，以文件为准。这个文件不会进入版本库，不要发给别人。</p>"
    )
    source = desk.chosen()
    shown = trial.lines(source) if source else trial.EXAMPLE
    st.code(shown, language=None, wrap_lines=True)
