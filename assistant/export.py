"""An opinion to take along: plain text to paste into a report, Markdown to file away.

Terms   objections: what a person held against single steps, in their own words.
        choice: the side a person took where model and built-in reading differ.
Source  docs/design.md: every opinion says that it is for reference, who decides, and the rights
        to explain and to appeal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.contract import Citation, Finding, Opinion, Reading, View

SUPPORTS = {"domain": "领域", "liability": "责任", "remedy": "处置", "measure": "措施"}
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~$&!:])")
_LIST_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


@dataclass(frozen=True)
class _Section:
    title: str
    lines: tuple[str, ...]
    quoted: bool = False  # the finding itself: its line breaks are kept


def as_text(
    finding: Finding,
    opinion: Opinion,
    objections: tuple[str, ...] = (),
    choice: View | None = None,
) -> str:
    """Numbered sections, nothing to render."""
    blocks = []
    for number, section in enumerate(_sections(finding, opinion, objections, choice), start=1):
        body = section.lines if section.quoted else _numbered(section.lines)
        blocks.append("\n".join((f"{_chinese(number)}、{section.title}", *body)))
    return "\n\n".join(("三诊研判意见（供参考）", *blocks)) + "\n"


def as_markdown(
    finding: Finding,
    opinion: Opinion,
    objections: tuple[str, ...] = (),
    choice: View | None = None,
) -> str:
    """The same sections; what the finding or a model wrote is escaped and shows as text."""
    blocks = ["# 三诊研判意见（供参考）"]
    for section in _sections(finding, opinion, objections, choice):
        escaped = [escape_markdown(line) for line in section.lines]
        if section.quoted:
            body = "\n".join(f"> {line}  " for text in escaped for line in text.split("\n"))
        else:
            body = "\n".join(f"- {' '.join(line.split())}" for line in escaped)
        blocks.append(f"## {section.title}\n\n{body}")
    return "\n\n".join(blocks) + "\n"


def escape_markdown(text: str) -> str:
    """Text that a Markdown renderer shows character by character."""
    return _LIST_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", text)).replace("\r\n", "\n")


def in_force_words(citation: Citation) -> str:
    """Whether the version was in force on the day of the finding."""
    if citation.in_force is None:
        return "效力未知"
    return "有效" if citation.in_force else "已失效"


def _sections(
    finding: Finding, opinion: Opinion, objections: tuple[str, ...], choice: View | None
) -> Iterator[_Section]:
    yield _Section("发现的问题", (finding.text,), quoted=True)
    if opinion.error:
        yield _Section("未能研判", (opinion.error,))
        return
    yield _Section("意见", tuple(_conclusion(finding, opinion, choice)))
    held = {citation.provision: name_of(citation) for citation in opinion.citations}
    optional = (
        (
            "红线",
            tuple(f"{line.rule}：“{line.span}”（{line.provision}）" for line in opinion.red_lines),
        ),
        ("问题表现", opinion.issues),
        ("逐项判断", tuple(_reading(reading) for reading in opinion.criteria)),
        ("尚需核实", opinion.questions),
        ("依据", tuple(_citation(citation) for citation in opinion.citations)),
        (
            "下一步措施",
            tuple(
                f"{m.text}（决定：{m.decided_by}；依据：{held.get(m.provision, m.provision)}）"
                for m in opinion.measures
            ),
        ),
        ("说理", (opinion.explanation,) if opinion.explanation else ()),
        ("推理步骤", tuple(f"{step.role}：{step.text}" for step in opinion.steps)),
        ("人工异议", objections),
        ("未通过核对的内容（不作数）", tuple(f"{f.said}：{f.reason}" for f in opinion.failures)),
        ("阅读时的情况", opinion.notes),
        ("说明", tuple(text for text in (opinion.disclaimer, opinion.rights) if text)),
    )
    yield from (_Section(title, lines) for title, lines in optional if lines)


def view_words(view: View) -> str:
    """One side with the labels it names: 模型的结论（业务、失误、容错）."""
    labels = "、".join(label for label in (view.domain, view.liability, view.remedy) if label)
    return f"{view.by}的结论（{labels}）"


def _conclusion(finding: Finding, opinion: Opinion, choice: View | None) -> Iterator[str]:
    yield f"领域：{opinion.domain or '未定'}"
    yield f"责任：{opinion.liability or '未定'}（把握 {opinion.confidence:.0%}）"
    yield f"处置：{opinion.remedy or '未定'}"
    if choice:
        yield f"由人选定：采纳{view_words(choice)}"
    if opinion.decided_by:
        yield f"由谁决定：{opinion.decided_by}"
    if opinion.needs_review:
        yield f"需人工复核：{opinion.disagreement or '请复核后使用'}"
    known = [f"{name}：{value}" for name, value in opinion.diagnosis.items() if value != "未知"]
    if known:
        yield "诊断：" + "；".join(known)
    yield f"事发日期：{finding.date.isoformat() if finding.date else '未填，按现行规定'}"
    yield f"研判方式：{opinion.reader}"


def _reading(reading: Reading) -> str:
    open_ = reading.leans == "未知" or reading.proof == "未查"
    side = "未知" if open_ else f"倾向{reading.leans}"
    if reading.span and f"“{reading.span}”" in reading.why:
        return f"{reading.criterion}：{side}，{reading.why}"
    words = f"“{reading.span}”" if reading.span else "没有可引用的原话"
    return f"{reading.criterion}：{side}，{words}（{reading.proof}）{reading.why}"


def is_method(citation: Citation) -> bool:
    """A unit of the method: no law, so it has no version and no force."""
    return citation.provision.startswith("方法:")


def name_of(citation: Citation) -> str:
    """The document and the article as people write them."""
    if is_method(citation):
        return f"{citation.document}“{citation.article}”"
    named = citation.document.startswith("《")
    document = citation.document if named else f"《{citation.document}》"
    return f"{document}{citation.article}"


def _citation(citation: Citation) -> str:
    notes = [SUPPORTS[citation.supports]]
    if is_method(citation):
        return f"{name_of(citation)}（{notes[0]}，方法）：{citation.text}"
    notes += [citation.kind, citation.version, in_force_words(citation)]
    if not citation.verified:
        notes.append("未核对")
    if citation.milder:
        notes.append("现行规定较轻，一并列出")
    shown = "，".join(note for note in notes if note)
    return f"{name_of(citation)}（{shown}）：{citation.text}"


def _numbered(lines: tuple[str, ...]) -> tuple[str, ...]:
    if len(lines) == 1:
        return lines
    return tuple(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    return "十" + (digits[number - 10] if number > 10 else "")
