"""The opinion card's parts as HTML: pure functions of the opinion, everything escaped.

Terms   tile: one of the three labels at a glance, with the role that set it and its reason.
Source  docs/design.md: the page shows 原文 or 要旨, version and force, and who decides.
"""

import re
from collections.abc import Mapping

from assistant.contract import Citation, Opinion, Reading, Role, Supports, View
from assistant.export import in_force_words, is_method, name_of, view_words
from assistant.pages.desk import Sides
from assistant.pages.marks import ARROW, LINE, hue, plain

ROLES: dict[Role, tuple[str, str]] = {
    "化验": ("化验员", "是什么问题"),
    "会诊": ("会诊员", "责任在哪里"),
    "处方": ("处方员", "该怎么办"),
}
SUPPORTS: dict[Supports, str] = {
    "domain": "领域依据",
    "liability": "责任依据",
    "remedy": "处置依据",
    "measure": "措施依据",
}
TONE = {
    "失误": "mild",
    "失责": "grave",
    "违纪违法": "grave",
    "待核实": "open",
    "不成立": "calm",
    "容错": "mild",
    "纠错": "grave",
    "容纠并举": "mild",
    "移交": "grave",
    "补充核实": "open",
    "澄清": "calm",
}


def section(title: str, body: str, note: str = "") -> str:
    """A heading with its body; nothing at all when the body is empty."""
    if not body:
        return ""
    small = f'<span class="sz-note">{plain(note)}</span>' if note else ""
    return f'<section class="sz-part"><h3>{plain(title)}{small}</h3>{body}</section>'


def hint(word: str, meaning: str, classes: str = "") -> str:
    """A word whose meaning shows on hover and on keyboard focus."""
    if not meaning:
        return f'<span class="{classes}">{plain(word)}</span>'
    return (
        f'<span class="sz-hint {classes}" tabindex="0" '
        f'aria-label="{plain(word)}：{plain(meaning)}">'
        f'{plain(word)}<span class="sz-tip" role="tooltip">{plain(meaning)}</span></span>'
    )


def tiles(opinion: Opinion, meanings: Mapping[str, str]) -> str:
    """The three labels, each under the role that set it."""
    words: dict[Role, str | None] = {
        "化验": opinion.domain,
        "会诊": opinion.liability,
        "处方": opinion.remedy,
    }
    shown = "".join(
        f'<div class="sz-tile {TONE.get(word or "", "flat")}">'
        f'<div class="sz-role">{ROLES[role][0]}<span>{ROLES[role][1]}</span></div>'
        f"{hint(word or '未定', meanings.get(word or '', ''), 'sz-label')}"
        f"{_sure(opinion) if role == '会诊' else ''}"
        f'<p class="sz-why">{plain(_reason(opinion, role) or meanings.get(word or "", ""))}</p></div>'
        for role, word in words.items()
    )
    return f'<div class="sz-tiles">{shown}</div>'


def alerts(opinion: Opinion) -> str:
    """Red lines and the call for review, before anything else is read."""
    blocks = []
    if opinion.red_lines:
        lines = "".join(
            f"<li><b>{plain(line.rule)}</b>：“{plain(line.span)}”"
            f'<span class="sz-ref">{_ref(line.provision)}</span></li>'
            for line in opinion.red_lines
        )
        blocks.append(
            '<div class="sz-alert red" role="note"><strong>⚑ 触及红线，不适用容错</strong>'
            f"<ul>{lines}</ul></div>"
        )
    if opinion.needs_review:
        reason = opinion.disagreement or "把握不足或有内容未通过核对，请结合材料复核后使用。"
        blocks.append(
            '<div class="sz-alert review" role="note"><strong>需人工复核</strong>'
            f"<p>{plain(reason)}</p></div>"
        )
    return "".join(blocks)


def sides(views: tuple[View, ...], choices: tuple[View, ...], choice: View | None) -> str:
    """Both sides where model and built-in reading differ, and what a person chose."""
    if choice:
        return (
            '<div class="sz-alert changed" role="status">'
            f"<strong>由人选定：采纳{plain(view_words(choice))}</strong></div>"
        )
    items = "".join(
        f"<li>{plain(view_words(view))}{'' if view in choices else _why_no_choice(view)}</li>"
        for view in views
    )
    please = "，请选定" if choices else ""
    return (
        f'<div class="sz-alert review" role="note"><strong>模型与内置阅读不一致{please}</strong>'
        f"<ul>{items}</ul></div>"
    )


def _why_no_choice(view: View) -> str:
    return "：与红线不合，不能采纳" if view.liability else "：没有说责任，不能采纳"


def changed(sentences: tuple[str, ...], version: int) -> str:
    """What the last facts moved."""
    if version < 2:
        return ""
    items = "".join(f"<li>{plain(sentence)}</li>" for sentence in sentences)
    body = f"<ul>{items}</ul>" if items else "<p>补充之后，标签、判断和待核实的问题都没有变化。</p>"
    return (
        f'<div class="sz-alert changed" role="status">'
        f"<strong>第 {version} 版：补充后的变化</strong>"
        f"{body}</div>"
    )


def criteria(readings: tuple[Reading, ...], sides: Mapping[str, Sides]) -> str:
    """The table of criteria; on a narrow screen each row becomes a block."""
    if not readings:
        return ""
    reasons = any(reading.why for reading in readings)
    rows = "".join(_criterion_row(reading, sides, reasons) for reading in readings)
    names = ("判据", "倾向", "原话", "查证", *(("理由",) if reasons else ()))
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f'<table class="sz-criteria"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def diagnosis(opinion: Opinion) -> str:
    """The article's four distinctions, with the words that show each."""
    if set(opinion.diagnosis.values()) == {"未知"}:
        return f'<p class="dim">{"、".join(map(plain, opinion.diagnosis))}：文中没有写到。</p>'
    words: dict[str, str] = {word.name: word.span for word in opinion.diagnosis_words}
    shown = "".join(
        f'<div><dt>{plain(name)}</dt><dd class="{"dim" if value == "未知" else ""}">{plain(value)}'
        f"{_quoted(words.get(name, ''))}</dd></div>"
        for name, value in opinion.diagnosis.items()
    )
    return f'<dl class="sz-diagnosis">{shown}</dl>' if shown else ""


def issues(opinion: Opinion) -> str:
    """The names of the problem patterns."""
    chips = "".join(f"<li>{plain(issue)}</li>" for issue in opinion.issues)
    return f'<ul class="sz-chips">{chips}</ul>' if chips else ""


def citations(cited: tuple[Citation, ...]) -> str:
    """Each provision folded to one line; it opens to the text."""
    groups = []
    shown: set[str] = set()
    for supports, title in SUPPORTS.items():
        fresh = [c for c in cited if c.supports == supports and c.provision not in shown]
        shown |= {c.provision for c in fresh}
        again = [c for c in cited if c.supports == supports and c not in fresh]
        folded = "".join(_citation(c) for c in fresh)
        also = "；".join(dict.fromkeys(name_of(c) for c in again))
        body = f'<div class="sz-cites">{folded}</div>' if folded else ""
        body += f'<p class="sz-also">同上：{plain(also)}</p>' if also else ""
        if body:
            groups.append(f"<h4>{title}</h4>{body}")
    return "".join(groups)


def found(cited: tuple[Citation, ...]) -> str:
    """Provisions that answer a question, in the order they were found."""
    folded = "".join(_citation(c) for c in cited)
    return f'<div class="sz-cites">{folded}</div>' if folded else ""


def opened(cited: Citation, more: str) -> str:
    """One provision that opens to its text, with more HTML below it."""
    return _citation(cited, more)


def measures(opinion: Opinion) -> str:
    """What to do next, and who decides each."""
    items = "".join(
        f'<li><span>{plain(m.text)}</span><span class="sz-who">决定：{plain(m.decided_by)}</span>'
        f'<span class="sz-ref">{_ref(m.provision)}</span></li>'
        for m in opinion.measures
    )
    decided = (
        f'<p class="sz-decided">处置由谁决定：<b>{plain(opinion.decided_by)}</b></p>'
        if opinion.decided_by
        else ""
    )
    return f'<ol class="sz-measures">{items}</ol>{decided}' if items else decided


def reasoning(opinion: Opinion) -> str:
    """Every step, numbered, so that a person can name the one they do not accept."""
    if not (opinion.steps or opinion.explanation or opinion.failures or opinion.notes):
        return ""
    items = "".join(
        f"<li><b>{step.role}</b>{_criterion(step.criterion)}{plain(step.text)}</li>"
        for step in opinion.steps
    )
    failures = "".join(
        f"<li><b>{failure.kind}</b>“{plain(failure.said)}”：{plain(failure.reason)}</li>"
        for failure in opinion.failures
    )
    notes = "".join(f"<li>{plain(note)}</li>" for note in opinion.notes)
    parts = (
        f'<p class="sz-explain">{plain(opinion.explanation)}</p>' if opinion.explanation else "",
        f'<ol class="sz-steps">{items}</ol>' if items else "",
        f'<h4>未通过核对，不作数</h4><ul class="sz-failed">{failures}</ul>' if failures else "",
        f'<h4>说明</h4><ul class="sz-failed">{notes}</ul>' if notes else "",
    )
    return (
        '<details class="sz-fold"><summary>推理过程'
        f'<span class="sz-note">{len(opinion.steps)} 步，可逐步核对</span></summary>'
        f'<div class="sz-open">{"".join(parts)}</div></details>'
    )


def objections(said: tuple[str, ...]) -> str:
    """What a person holds against single steps."""
    items = "".join(f"<li>{plain(objection)}</li>" for objection in said)
    return f'<ul class="sz-failed">{items}</ul>' if items else ""


def foot(opinion: Opinion, destination: str) -> str:
    """Who read it, and what it is not."""
    said = "".join(f"<p>{plain(text)}</p>" for text in (opinion.disclaimer, opinion.rights) if text)
    return (
        f'<footer class="sz-foot">{said}'
        f"<p>研判方式：{reader_words(opinion.reader)} · {plain(destination)}</p></footer>"
    )


def reader_words(reader: str) -> str:
    """The reader's name for a person."""
    return "内置研判，离线" if reader == "offline" else f"模型 {plain(reader)}"


def one_line(opinion: Opinion) -> str:
    """The three labels in a row, for an earlier version or a list."""
    words = (opinion.domain, opinion.liability, opinion.remedy)
    return " · ".join(word or "未定" for word in words)


def _reason(opinion: Opinion, role: Role) -> str:
    """What in the opinion stands behind a label, in a few words."""
    if role == "化验":
        return f"像“{opinion.issues[0]}”" if opinion.issues else ""
    if role == "处方":
        return f"由谁决定：{opinion.decided_by}" if opinion.decided_by else ""
    if opinion.red_lines:
        return "触及红线：" + "、".join(dict.fromkeys(line.rule for line in opinion.red_lines))
    sides = []
    for side in ("失责", "失误"):
        names = dict.fromkeys(r.criterion for r in opinion.criteria if r.leans == side)
        if names:
            sides.append(f"{'、'.join(names)}偏{side}")
    return "；".join(sides)


def _sure(opinion: Opinion) -> str:
    return f'<span class="sz-sure">把握 {opinion.confidence:.0%}</span>'


def _sides(sides: Sides | None) -> str:
    if sides is None:
        return ""
    return f"{sides.question} △失误：{sides.mistake}。▲失责：{sides.failure}。"


def _criterion_row(reading: Reading, sides: Mapping[str, Sides], reasons: bool) -> str:
    name = reading.criterion
    named = hint(name, _sides(sides.get(name)), f"sz-name {hue(name)}")
    side = f"{ARROW[reading.leans]} {reading.leans}"
    why = f'<td data-label="理由">{plain(reading.why) or "—"}</td>' if reasons else ""
    return (
        f'<tr><th scope="row">{named}</th>'
        f'<td data-label="倾向"><span class="sz-lean {LINE[reading.leans]}">{side}</span></td>'
        f'<td data-label="原话">{_words(reading)}</td>'
        f'<td data-label="查证"><span class="sz-proof">{reading.proof}</span></td>'
        f"{why}</tr>"
    )


def _words(reading: Reading) -> str:
    return f"“{plain(reading.span)}”" if reading.span else '<span class="dim">没有写到</span>'


def _quoted(words: str) -> str:
    return f"<q>{plain(words)}</q>" if words else ""


def _criterion(name: str | None) -> str:
    return f'<span class="sz-tag {hue(name)}">{plain(name)}</span>' if name else ""


def _citation(cited: Citation, more: str = "") -> str:
    return (
        '<details class="sz-fold sz-cite"><summary>'
        f'<span class="sz-cite-name">{plain(name_of(cited))}</span>{_badges(cited)}</summary>'
        f'<div class="sz-open"><blockquote>{plain(cited.text)}</blockquote>'
        f'<p class="sz-note">{plain(_about(cited))}</p>{more}</div></details>'
    )


def _badges(cited: Citation) -> str:
    if is_method(cited):
        return '<span class="sz-badge">方法</span>'
    force = {True: "ok", False: "gone", None: "dim"}[cited.in_force]
    badges = [
        f'<span class="sz-badge {"full" if cited.kind == "原文" else "gist"}">{cited.kind}</span>',
        f'<span class="sz-badge {force}">{in_force_words(cited)}</span>',
    ]
    if not cited.verified:
        badges.append('<span class="sz-badge warn">未核对</span>')
    if cited.milder:
        badges.append('<span class="sz-badge">现行规定较轻</span>')
    return "".join(badges)


def _about(cited: Citation) -> str:
    if is_method(cited):
        return "这是工作方法，不是规定；定性和处理以条款为准"
    about = [f"版本：{cited.version or '未知'}"]
    if cited.effective:
        about.append(f"施行：{cited.effective.isoformat()}")
    about.append(f"条款编号：{cited.provision}")
    if cited.kind == "要旨":
        about.append("要旨为概括，引用前请核对原文")
    return " · ".join(about)


def _ref(provision: str) -> str:
    """A provision id as a person reads it: 某条例:11 → 某条例第11条."""
    article = re.fullmatch(r"(.+):(\d+)(之\d+)?", provision)
    if article is None:
        return plain(provision.replace(":", " "))
    document, number, inserted = article.groups(default="")
    return plain(f"{document}第{number}条{inserted}")
