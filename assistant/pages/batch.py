"""Several findings from one paste: the summary, the one that is open, merging and splitting.

Terms   part: one finding of the batch; its number is its place in the paste.
"""

from collections import Counter
from dataclasses import replace

import streamlit as st

from assistant.contract import LIABILITIES
from assistant.pages import card, card_html, cases, state
from assistant.pages.cases import Case
from assistant.pages.desk import Desk
from assistant.pages.marks import label, plain

BEGINNING = 44  # characters of a finding that the summary shows


def show(thread_id: str, ids: tuple[str, ...], desk: Desk) -> None:
    """The summary on top, then the card of the chosen finding."""
    thread = state.threads()[thread_id]
    parts = [thread.cases[id_] for id_ in ids]
    st.html(_summary(parts) + _chart(parts))
    _regroup(thread_id, ids, desk)
    numbers = {id_: number for number, id_ in enumerate(ids, start=1)}
    key = f"chosen-{ids[0]}-{len(ids)}"
    first = thread.chosen if thread.chosen in ids else ids[0]
    chosen = st.pills(
        "看哪一条",
        ids,
        default=first,
        required=True,
        format_func=lambda id_: _short(numbers[id_], thread.cases[id_]),
        key=key,
    )
    chosen = chosen or first
    if chosen != thread.chosen:
        state.keep(replace(state.threads()[thread_id], chosen=chosen))
    card.show(thread_id, chosen, desk)


def _short(number: int, case: Case) -> str:
    opinion = case.opinion
    word = "未研判" if opinion is None else "出错" if opinion.error else opinion.liability or "未定"
    return f"第 {number} 条 {word}"


def _summary(parts: list[Case]) -> str:
    rows = "".join(_row(number, case) for number, case in enumerate(parts, start=1))
    heads = ("条", "问题", "领域", "责任", "处置", "复核")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<section class="sz-part"><h3>共 {len(parts)} 条问题</h3>'
        f'<table class="sz-summary"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        "</section>"
    )


def _row(number: int, case: Case) -> str:
    flat = " ".join(case.text.split())
    begins = plain(flat if len(flat) <= BEGINNING else f"{flat[:BEGINNING]}…")
    opinion = case.opinion
    start = f'<tr><td data-label="条">{number}</td><td data-label="问题">{begins}</td>'
    if opinion is None:
        return f'{start}<td colspan="4" data-label="结果">还没有研判</td></tr>'
    if opinion.error:
        return f'{start}<td colspan="4" data-label="结果">{plain(opinion.error)}</td></tr>'
    labels = (("领域", opinion.domain), ("责任", opinion.liability), ("处置", opinion.remedy))
    cells = "".join(
        f'<td data-label="{name}"><span class="sz-word {card_html.TONE.get(word or "", "flat")}">'
        f"{word or '未定'}</span></td>"
        for name, word in labels
    )
    review = "需复核" if opinion.needs_review else "—"
    if case.choice:
        review = f"由人选定：{case.choice.liability}"
    if case.stale:
        review = "待重新研判"
    return f'{start}{cells}<td data-label="复核">{review}</td></tr>'


def _chart(parts: list[Case]) -> str:
    found = [case.opinion.liability for case in parts if case.opinion and case.opinion.liability]
    if len(found) < 2:
        return ""
    counts = Counter(found)
    bars = "".join(
        f'<div class="sz-bar {card_html.TONE[word]}"><span>{word}</span>'
        f'<span><i style="width:{counts[word] / len(found) * 0.85:.0%}"></i>'
        f"<b>{counts[word]}</b></span></div>"
        for word in LIABILITIES
        if counts[word]
    )
    said = "，".join(f"{word} {counts[word]} 条" for word in LIABILITIES if counts[word])
    return f'<div class="sz-chart" role="img" aria-label="责任分布：{said}">{bars}</div>'


@st.fragment
def _regroup(thread_id: str, ids: tuple[str, ...], desk: Desk) -> None:
    thread = state.threads()[thread_id]
    texts = {id_: thread.cases[id_].finding.text for id_ in ids}  # no added fact is lost
    numbers = {id_: number for number, id_ in enumerate(ids, start=1)}
    with st.popover("分条不对？合并或再拆分", icon=":material/splitscreen:"):
        chosen = st.multiselect(
            "选择要合并或拆分的条目",
            ids,
            format_func=lambda id_: f"第 {numbers[id_]} 条 {label(texts[id_])[:20]}",
            placeholder="可选多条",
            key=f"parts-{ids[0]}-{len(ids)}",
        )
        with st.container(horizontal=True):
            merge = st.button("合并所选", key=f"merge-{ids[0]}-{len(ids)}")
            split = st.button("拆分所选", key=f"split-{ids[0]}-{len(ids)}")
        if not (merge or split):
            return
        parts = _merged(ids, chosen, texts, desk) if merge else _split(ids, chosen, texts, desk)
        if parts == tuple(texts.values()):
            told = "请至少选两条再合并。" if merge else "所选条目里没有可以再拆的段落或编号。"
            st.html(f'<p class="sz-note" role="status">{told}</p>')
            return
        card.back_to_work(cases.regroup(thread, ids, parts))


def _merged(
    ids: tuple[str, ...], chosen: list[str], texts: dict[str, str], desk: Desk
) -> tuple[str, ...]:
    """The chosen ones as one, where the first of them stood."""
    if len(chosen) < 2:
        return tuple(texts.values())
    together = desk.merge(tuple(texts[id_] for id_ in ids if id_ in chosen))
    first = next(id_ for id_ in ids if id_ in chosen)
    return tuple(
        together if id_ == first else texts[id_] for id_ in ids if id_ == first or id_ not in chosen
    )


def _split(
    ids: tuple[str, ...], chosen: list[str], texts: dict[str, str], desk: Desk
) -> tuple[str, ...]:
    """Each chosen one as its paragraphs."""
    return tuple(
        part for id_ in ids for part in (desk.split(texts[id_]) if id_ in chosen else (texts[id_],))
    )
