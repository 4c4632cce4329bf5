"""What a pasted text is — findings, a greeting, a question, or too little — and how it is split.

Terms   part: one finding of a paste, cut at numbers, blank lines or the rows of a table; its words
        are exactly those of the paste. Splitting and merging lose nothing.
        own subject: an office or person named where a part begins; a part without one goes on with
        the part before it, unless it is long enough to stand alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from statistics import median
from typing import Literal

from assistant.contract import Finding, Frozen
from assistant.errors import InputError
from assistant.readers.clauses import any_of
from knowledge.rules import Rules
from knowledge.text import normalise

LONGEST = 200_000
MOST = 500
_SHORTEST = 12  # Chinese characters and figures of a finding
_STANDS_ALONE = 45  # characters of a numbered part that needs no subject of its own
_FIGURE = "[0-9０-９一二三四五六七八九十]{1,3}"
_NUMBER = (
    rf"(?:[（(]?{_FIGURE}[)）]|{_FIGURE}[、．.]|第{_FIGURE}[条个项]?[、：:]"
    rf"|[①-⑳]|问题{_FIGURE}[、：:]|{_FIGURE}是)"
)
_NUMBERED = re.compile(rf"(?m)^[ \t\u3000]*{_NUMBER}(?:(?!\d)|(?=(?:19|20)\d\d年|\d{{1,2}}月))")
_BLANK = re.compile(r"\n[ \t\u3000\r]*(?=\n)")
_WRITTEN = re.compile(r"[\u4e00-\u9fff]|[0-9０-９]+")
_SENTENCE = re.compile(r"[。！？；;!?\n]")
_ENDS = re.compile(r"[。！？；;!?.…”」）)]\s*$")
_SUBJECT = re.compile(
    rf"^\s*(?:{_NUMBER})?\s*(?:[0-9０-９年月日至—\-.]{{1,16}}[,，]?)?"
    r"(?:(?:巡察|检查|抽查|审计|督查)?(?:发现|反映)[,，:：]?)?(?:[某×]|[xX]{2})"
    r"([^,，。；;\n]{0,8}?(?:村|镇|乡|县|市|区|局|校|学|院|所|站|队|委|办|组|部|厂|行|社|"
    r"公司|企业|支部|中心|街道))"
)
_GOES_ON = re.compile(
    rf"^\s*(?:{_NUMBER})?\s*(?:[-—•·*▪●]|(?:经查|经核|经调查|经审计|核查|核实|调查|查明|另查|"
    r"另外|此外|其中|同时|同期|随后|之后|事后|后来|其后|截至|目前|为此|对此|该|上述|本人|当事人|"
    r"反映|来信|信访|谈话|座谈|回应|解释|说明|证据|材料|处理|整改|结果|后果|原因|依据|时间|经过))"
)
_PLEASE = re.compile(r"^(?:请问|想问|问一下|请教)(?:一下)?[,，:：]?\s*")
_CONCRETE = re.compile(r"[某×]|[0-9０-９]{2,}|[0-9]+万|没有|未|了|把|被|将")

Kind = Literal["findings", "greeting", "question", "unclear"]


class Intake(Frozen):
    """What came in: findings to triage, or a reply to give."""

    kind: Kind
    findings: tuple[Finding, ...] = ()
    reply: str = ""


def take_in(text: str, rules: Rules) -> Intake:
    """Tell what a paste is. Raises InputError where it cannot be read as text."""
    check(text)
    plain = normalise(text)
    language = rules.language
    greets = any_of(language.greetings).search(plain)
    bare = plain[greets.end() :].lstrip("!,。~～，！ \n") if greets else plain
    if greets and len(bare) <= 20 and not _states_a_fact(bare):
        return Intake(kind="greeting", reply=rules.texts.greeting)
    if _asks(bare, rules):
        return Intake(kind="question")
    if not _states_a_fact(bare):
        return Intake(kind="unclear", reply=rules.texts.need)
    parts = split(text)
    if len(parts) > MOST:
        raise InputError(
            f"一次最多看 {MOST} 条，这里像有 {len(parts)} 条；"
            "请分几次贴，或者用命令行 python -m assistant triage 处理文件"
        )
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
    for cut in (_rows, _numbers, _paragraphs):
        parts = cut(text)
        if len(parts) > 1:
            return tuple(part.strip() for part in parts)
    return (text.strip(),)


def merge(parts: tuple[str, ...]) -> str:
    """Put parts back together as one finding."""
    return "\n".join(parts)


def _rows(text: str) -> list[str]:
    """Rows of a table pasted from Word or Excel, tabs between the cells; the heading row stays
    with the first.
    """
    lines = text.split("\n")
    filled = [line for line in lines if line.strip()]
    if len(filled) < 2 or not all("\t" in line.strip("\r\n") for line in filled):
        return [text]
    return _together([line + "\n" for line in lines], _is_whole)


def _numbers(text: str) -> list[str]:
    """At numbers, when each number begins a finding of its own and not a fact of one story."""
    pieces = _cut(text, (match.start() for match in _NUMBERED.finditer(text)))
    numbered = [p for p in pieces if _NUMBERED.match(p) and _is_whole(p)]
    if len(numbered) < 2:
        return [text]
    usual = median(len(piece.strip()) for piece in numbered)
    if usual >= _STANDS_ALONE or _have_own_subjects(numbered):
        return _together(pieces, _is_whole)
    return [text]


def _paragraphs(text: str) -> list[str]:
    pieces = _cut(text, (match.end() for match in _BLANK.finditer(text)))
    return _together(pieces, lambda piece: _is_whole(piece) and not _GOES_ON.match(piece))


def _cut(text: str, places: Iterable[int]) -> list[str]:
    bounds = [0, *(place for place in places if place > 0), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(bounds)]


def _together(pieces: list[str], stands: Callable[[str], bool]) -> list[str]:
    """A piece that is no finding by itself joins the one before; a heading, the one after it."""
    parts: list[str] = []
    heading = ""
    for piece in pieces:
        if stands(piece):
            parts.append(heading + piece)
            heading = ""
        elif parts and not heading and (_ENDS.search(piece) or not piece.strip()):
            parts[-1] += piece
        else:
            heading += piece
    if heading and parts:
        parts[-1] += heading
    return parts or ["".join(pieces)]


def _have_own_subjects(pieces: list[str]) -> bool:
    """Whether every piece begins with an office of its own, each another one."""
    subjects = [_SUBJECT.match(piece) for piece in pieces]
    names = [match.group(1) for match in subjects if match is not None]
    return len(names) == len(pieces) and len(set(names)) == len(names)


def _is_whole(part: str) -> bool:
    """Long enough to be a finding of its own."""
    return len(_WRITTEN.findall(part)) >= _SHORTEST


_FACT = re.compile(
    r"[0-9]+|[某×xX]|元|万|村|镇|乡|县|市|区|局|支部|党委|党组|书记|主任|干部|单位|学校|医院|公司|企业|"
    r"资金|项目|工程|会议|记录|检查|巡察|群众|党员|补贴|账|合同|审批|监督|街道|社区|中心|科|所|站|队|"
    r"签字|移交|监控|没收|城管|开会|支付|发放|领取|报告|手续|制度|规定|材料|档案|村民|居民|农户|家长|"
    r"教师|老师|医生|患者|职工|租金|费用|责任|管理|办理|申请|验收|采购|招标|公示|党建|党费|党课"
)


def _states_a_fact(words: str) -> bool:
    """A finding names an office, a person, money or an act of work; a poem does not."""
    if not _is_whole(words):
        return False
    facts = set(_FACT.findall(words))
    return len(facts) >= 2 and bool(_SENTENCE.search(words) or len(words) >= 20)


def _asks(asked: str, rules: Rules) -> bool:
    """Whether this asks about law or method; a finding that ends with a question does not."""
    question = any_of(rules.language.questions)
    words = _PLEASE.sub("", asked)
    pieces = [piece for piece in re.split(r"(?<=[,，。；;！!？?\n])", words) if piece.strip()]
    told = [piece for piece in pieces if not question.search(piece.strip("，,。；;\n "))]
    if len(told) == len(pieces) and words == asked:
        return False
    rest = "".join(told)
    return not (_states_a_fact(rest) and _CONCRETE.search(rest))
