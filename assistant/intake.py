"""What a pasted text is — findings, a greeting, a question, or too little — and how it is split.

Terms   part: one finding of a paste, cut at numbers, blank lines or the rows of a table; its words
        are exactly those of the paste. Splitting and merging lose nothing.
"""

from __future__ import annotations

import itertools
import re
from typing import Literal

from assistant.contract import Finding, Frozen
from assistant.errors import InputError
from assistant.readers.clauses import any_of
from knowledge.rules import Rules

LONGEST = 200_000
_SHORTEST = 12
_MOST_PARTS = 500
_FIGURE = "[0-9０-９一二三四五六七八九十]{1,3}"
_NUMBER = rf"(?:[（(]?{_FIGURE}[)）]|{_FIGURE}[、．.]|第{_FIGURE}[条个项]?[、：:]|[①-⑳]|问题{_FIGURE}[、：:])"
_NUMBERED = re.compile(rf"(?m)^[ \t\u3000]*{_NUMBER}(?!\d)")
_BLANK = re.compile(r"\n[ \t\u3000]*\n")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[。！？；;!?\n]")
_CONTINUES = re.compile(r"^[ \t\u3000]*[-—•·*]")

Kind = Literal["findings", "greeting", "question", "unclear"]


class Intake(Frozen):
    """What came in: findings to triage, or a reply to give."""

    kind: Kind
    findings: tuple[Finding, ...] = ()
    reply: str = ""


def take_in(text: str, rules: Rules) -> Intake:
    """Tell what a paste is. Raises InputError where it cannot be read as text."""
    check(text)
    bare = text.strip()
    han = len(_HAN.findall(bare))
    language = rules.language
    if len(bare) <= 20 and any_of(language.greetings).search(bare):
        return Intake(kind="greeting", reply=rules.texts.greeting)
    if len(bare) <= 80 and "\n" not in bare and any_of(language.questions).search(bare):
        return Intake(kind="question")
    if han < _SHORTEST or not _states_a_fact(bare, rules):
        return Intake(kind="unclear", reply=rules.texts.need)
    parts = split(text)
    findings = tuple(Finding(id=str(number), text=part) for number, part in enumerate(parts, 1))
    return Intake(kind="findings", findings=findings)


def check(text: str) -> None:
    """Refuse what is no text, or too much of it, in a sentence that says what to do."""
    if "\x00" in text or text.count("\ufffd") > max(3, len(text) // 50):
        raise InputError("这不像是文字（可能是图片、Word 原文件或编码不对），请把文字复制出来再贴")
    if len(text) > LONGEST:
        raise InputError(
            f"一次最多 {LONGEST // 10_000} 万字，这里有 {len(text) // 10_000} 万字；"
            "请分几次贴，或者用命令行 python -m assistant triage 处理文件"
        )


def split(text: str) -> tuple[str, ...]:
    """Cut a paste into findings: at the rows of a table, at numbers, or at blank lines."""
    for cut in (_rows, _numbered, _paragraphs):
        parts = [part for part in cut(text) if part.strip()]
        if 1 < len(parts) <= _MOST_PARTS and all(_is_whole(part) for part in parts):
            return tuple(part.strip() for part in parts)
    return (text.strip(),)


def merge(parts: tuple[str, ...]) -> str:
    """Put parts back together as one finding."""
    return "\n".join(parts)


def _rows(text: str) -> list[str]:
    """Rows of a table pasted from Word or Excel: cells between tabs; a heading row is no finding."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2 or not all("\t" in line for line in lines):
        return [text]
    rows = ["，".join(c.strip() for c in line.split("\t") if c.strip()) for line in lines]
    return [row for row in rows if _is_whole(row)]


def _numbered(text: str) -> list[str]:
    """At numbers, when each number begins a finding of its own and not a step of one story."""
    starts = [match.start() for match in _NUMBERED.finditer(text)]
    if len(starts) < 2:
        return [text]
    head, bounds = text[: starts[0]], [*starts, len(text)]
    parts = [text[a:b] for a, b in itertools.pairwise(bounds)]
    if sum(len(part.strip()) for part in parts) / len(parts) < 45:
        return [text]
    return [head, *parts] if _is_whole(head) else parts


def _paragraphs(text: str) -> list[str]:
    return _BLANK.split(text)


def _is_whole(part: str) -> bool:
    """Long enough to be a finding of its own, and no bullet that goes on with another."""
    return len(_HAN.findall(part)) >= _SHORTEST and not _CONTINUES.match(part)


_FACT = re.compile(
    r"[0-9０-９]+|[某×xX]|元|万|村|镇|乡|县|市|区|局|支部|党委|党组|书记|主任|干部|单位|学校|医院|公司|企业|资金|项目|"
    r"工程|会议|记录|检查|巡察|群众|党员|补贴|账|合同|审批|监督|街道|社区|中心|科|所|站|队"
)


def _states_a_fact(text: str, rules: Rules) -> bool:
    """A finding names an office, a person, money or an act of work; a poem does not."""
    del rules
    return len(set(_FACT.findall(text))) >= 2 and bool(_SENTENCE.search(text) or len(text) >= 20)
