"""The opinion card on the page: what it says, and what a person can do with it.

Terms   fragment: a part of the page that reruns alone, so that a click in a card does not stop
        an answer that is being made below it.
"""

from dataclasses import replace
from datetime import date

import streamlit as st

from assistant.export import as_markdown, as_text, view_words
from assistant.pages import card_html, cases, state
from assistant.pages.cases import Case, Thread
from assistant.pages.desk import Desk
from assistant.pages.marks import label, legend, marked, plain


@st.fragment
def show(thread_id: str, case_id: str, desk: Desk) -> None:
    """Draw the whole opinion on a case, as it stands now."""
    thread = state.threads()[thread_id]
    case = thread.cases[case_id]
    opinion = case.opinion
    with st.container(key=f"card-{case.id}-{len(case.opinions)}"):
        if opinion is None:
            _failed(thread, case, "还没有研判到这一条。")
            return
        if opinion.error:
            _failed(thread, case, opinion.error)
            return
        _stale(thread, case)
        st.html(
            (card_html.changed(case.changed, len(case.opinions)) if case.before else "")
            + card_html.tiles(opinion, desk.meanings)
            + card_html.alerts(opinion)
        )
        _choice(thread, case)
        _questions(thread, case)
        text = case.finding.text
        st.html(
            card_html.section(
                "原文与判断依据的词句",
                marked(text, opinion.criteria, opinion.red_lines)
                + legend(opinion.criteria, opinion.red_lines),
            )
            + card_html.section("相近的常见问题", card_html.issues(opinion))
            + card_html.section("逐项判断", card_html.criteria(opinion.criteria, desk.criteria))
            + card_html.section("四个区分", card_html.diagnosis(opinion))
            + card_html.section("下一步", card_html.measures(opinion))
            + card_html.section("依据", card_html.citations(opinion.citations), "点开看条文或要旨")
            + card_html.reasoning(opinion)
            + card_html.section("人工异议", card_html.objections(case.objections))
        )
        _actions(thread, case)
        st.html(card_html.foot(opinion, desk.destination))


def _failed(thread: Thread, case: Case, error: str) -> None:
    st.html(
        f'<div class="sz-alert red" role="alert"><strong>这一条没有意见</strong>'
        f"<p>{plain(error)}</p><p>原文没有丢失，可以重试。</p></div>"
        + card_html.section("原文", marked(case.finding.text, (), ()))
    )
    if st.button("重新研判", key=f"retry-{case.id}-{len(case.opinions)}"):
        back_to_work(cases.again(thread, case))


def _stale(thread: Thread, case: Case) -> None:
    """Say so where something was added and the work on it was given up."""
    if not case.stale or thread.job is not None:
        return
    st.html(
        '<div class="sz-alert review" role="status"><strong>补充后还没有重新研判</strong>'
        "<p>下面是补充或改日期之前的意见，复制和下载的也是那一版。补充的内容没有丢失，"
        "点“按补充后的内容研判”就能接着做。</p></div>"
    )
    if st.button("按补充后的内容研判", key=f"stale-{case.id}-{len(case.opinions)}"):
        back_to_work(cases.again(thread, case))


def _choice(thread: Thread, case: Case) -> None:
    """Where model and built-in reading differ a person takes a side, and can take it back."""
    opinion = case.opinion
    if opinion is None or not opinion.views:
        return
    key = f"{case.id}-{len(case.opinions)}"
    st.html(card_html.sides(opinion.views, case.choices, case.choice))
    with st.container(horizontal=True, gap="small", key=f"choice-{key}"):
        if case.choice:
            taken = st.button("撤销选定", key=f"unchoose-{key}")
            choice = None
        else:
            clicked = [
                view
                for number, view in enumerate(case.choices)
                if st.button(f"采纳{view_words(view)}", key=f"choose-{key}-{number}")
            ]
            taken, choice = bool(clicked), next(iter(clicked), None)
    if taken:
        state.keep(cases.choose(thread, case.id, choice))
        st.rerun()


def _questions(thread: Thread, case: Case) -> None:
    opinion = case.opinion
    if opinion is None or not opinion.questions:
        return
    version = len(case.opinions)
    with st.form(f"questions-{case.id}-{version}"):
        st.html('<h3 class="sz-ask">还差这些事实，答了就能往下判</h3>')
        answers = []
        for number, question in enumerate(opinion.questions, start=1):
            st.html(f'<p class="sz-question"><b>{number}</b>{plain(question)}</p>')
            answer = st.text_input(
                f"回答问题 {number}：{label(question)}",
                key=f"answer-{case.id}-{version}-{number}",
                label_visibility="collapsed",
                placeholder="查到什么写什么；不清楚就空着",
            )
            answers.append((question, answer or ""))
        sent = st.form_submit_button("补充后重新研判", type="primary")
    if not sent:
        return
    facts = [cases.fact_from(asked, said) for asked, said in answers if said.strip()]
    if not facts:
        st.html('<p class="sz-note" role="status">还没有填写任何一项。</p>')
        return
    added = replace(case, added=(*case.added, *facts))
    said = cases.Turn("said", text="补充事实：\n" + "\n".join(facts))
    back_to_work(cases.again(cases.say(thread, said), added))


def _actions(thread: Thread, case: Case) -> None:
    opinion = case.opinion
    if opinion is None:
        return
    key = f"{case.id}-{len(case.opinions)}"
    finding = case.read or case.finding  # as the opinion saw it: no fact or date that it did not
    with st.container(horizontal=True, gap="small", key=f"actions-{key}"):
        with st.popover("复制为文本", icon=":material/content_copy:"):
            st.html('<p class="sz-note">点右上角的图标，复制全文。</p>')
            st.code(
                as_text(finding, opinion, case.objections, case.choice),
                language=None,
                wrap_lines=True,
                height=320,
            )
        st.download_button(
            "下载 Markdown",
            data=as_markdown(finding, opinion, case.objections, case.choice).encode("utf-8"),
            file_name=f"三诊意见-{case.id[:8]}.md",
            mime="text/markdown",
            icon=":material/download:",
            on_click="ignore",
            key=f"download-{key}",
        )
        _date(thread, case, key)
        _object(thread, case, key)


def _date(thread: Thread, case: Case, key: str) -> None:
    shown = case.day.isoformat() if case.day else "未填"
    with st.popover(f"事发日期：{shown}", icon=":material/event:"):
        st.html('<p class="sz-note">按事发当日有效的规定研判；现行规定较轻的，一并列出。</p>')
        day = st.date_input(
            "事发日期",
            value=case.day,
            min_value=date(1949, 10, 1),
            format="YYYY-MM-DD",
            key=f"day-{key}",
        )
        if st.button("按这个日期重新研判", key=f"redate-{key}") and day != case.day:
            back_to_work(cases.again(thread, replace(case, day=day)))


def _object(thread: Thread, case: Case, key: str) -> None:
    opinion = case.opinion
    if opinion is None or not opinion.steps:
        return
    with st.popover("对某一步有异议", icon=":material/rate_review:"):
        numbers = range(len(opinion.steps))
        chosen = st.selectbox(
            "哪一步",
            numbers,
            format_func=lambda n: f"{n + 1}．{label(opinion.steps[n].text)[:28]}",
            key=f"step-{key}",
        )
        said = st.text_area("为什么不同意", key=f"objection-{key}", height=100)
        if st.button("记下异议", key=f"object-{key}") and said.strip():
            step = opinion.steps[chosen]
            line = f"第 {chosen + 1} 步（{step.role}）“{step.text}”——{said.strip()}"
            changed = replace(case, objections=(*case.objections, line))
            state.keep(replace(thread, cases={**thread.cases, case.id: changed}))
            st.rerun()


def back_to_work(thread: Thread) -> None:
    """Take up the job of this thread, unless another one is still at work."""
    if state.threads()[thread.id].job is not None:
        st.html('<p class="sz-note" role="status">上一次研判还没有完成，请稍候再提交。</p>')
        return
    state.keep(thread)
    st.rerun()
