"""Check what a model says: quotes word for word in the finding, citations among what was offered.

Terms   aligned: found although punctuation, spaces or full/half width differ; the words of the
        result are always the finding's own, at exact offsets.
        turned: a quote that leaves out a word beside it which makes it another sentence (不, 未, 无,
        除外, 可以, 应当): 经集体研究 taken out of 未经集体研究.
        state a rule: a sentence of an explanation that says what must, may or must not be done.
Source  docs/design.md: nothing a model says reaches the page unchecked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.contract import Failure, Quote

_CLAUSE_END = frozenset('，。；！？：,;!?:\n\r、“”"（）()')
_POLAR = (
    "除外",
    "可以",
    "应当",
    "不得",
    "禁止",
    "没有",
    "并非",
    "否认",
    "不",
    "未",
    "无",
    "没",
    "非",
)
# right before a quote: what is denied, commanded, planned or supposed has not thereby happened
_BEFORE = re.compile(
    r"(?:(?:不|未|无|没有?|非|否|勿|莫|禁止|严禁|拒绝|可以|应当?|须|必须|需|拟|计划|准备|如果?|若|防止|避免|否认|不存在)"
    r"(?:[经曾能予得被再按依有]|进行|发生|真正|认真|及时|完全|全部)?)$"
)
_DENIES_THE_REST = re.compile(
    r"(未发现|没有?发现|未见|查无|并无|不存在|无证据|没有证据|并未|从未|未曾|否认|并非|不是|不属于?)"
)
_AFTER = re.compile(
    r"^(?:.{0,2}(?:除外)|的?(?:情况|问题|情形|行为|说法|反映)?(?:均|都|并|也|尚|还|又|已)?"
    r"(?:不|未|无|没|失实|有误|系误|非|除外))"
)
_BRACKETED = re.compile(r"[\[【［]([^\[\]【】［］\n]{1,80})[\]】］]")
_CITATION = re.compile(r"[^:]{1,30}:.{1,20}")
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\ue000-\uf8ff\U000e0000-\U000e0fff]"
)
_IMAGE_OR_LINK = re.compile(r"!?\[([^\]]{0,200})\]\([^)]*\)")
_ADDRESS = re.compile(
    r"(?:(?:https?|ftp|file|javascript|data|mailto):|www\.|[/\\]{2}(?=\S))[^\s，。；、）)】\]”\"'<>]*",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]{0,2000}>")
_SHORTEST = 2
_LONGEST = 400
_NEAR = 0.6
_COMPARED = 5000


@dataclass(frozen=True)
class Mismatch:
    """Why a quote does not count."""

    reason: str


def find_quote(text: str, quote: str) -> Quote | Mismatch:
    """Where the quote stands in the text, with the text's own words; or why it does not."""
    said = quote.strip().strip("“”\"'‘’「」『』")
    if len(said) < _SHORTEST:
        return Mismatch("引文太短，看不出指哪一处")
    if len(said) > _LONGEST:
        return Mismatch("引文太长，没有指出是哪几个字")
    places = _exact(text, said) or _aligned(text, said)
    if not places:
        return Mismatch(_why_not(text, said))
    turned = [_turned(text, start, end) for start, end in places]
    for (start, end), word in zip(places, turned, strict=True):
        if not word:
            return Quote(span=text[start:end], start=start, end=end)
    return Mismatch(f"原文里紧挨着还有“{turned[0]}”，少了它意思就变了")


def _exact(text: str, said: str) -> list[tuple[int, int]]:
    return [(m.start(), m.end()) for m in re.finditer(re.escape(said), text)]


def _aligned(text: str, said: str) -> list[tuple[int, int]]:
    words, places = _bare(text)
    wanted, _ = _bare(said)
    if len(wanted) < _SHORTEST:
        return []
    found = re.finditer(re.escape(wanted), words)
    return [(places[m.start()], places[m.end() - 1] + 1) for m in found]


def _bare(text: str) -> tuple[str, list[int]]:
    """Without punctuation and spaces, half width; a mark between two digits stays: 1.5 is not 15."""
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        narrow = _narrow(char)
        if _is_mark(narrow) and not _within_number(text, place):
            continue
        kept.append(narrow)
        places.append(place)
    return "".join(kept), places


def _narrow(char: str) -> str:
    return (
        unicodedata.normalize("NFKC", char)
        if unicodedata.decomposition(char).startswith(("<wide>", "<narrow>"))
        else char
    )


def _is_mark(char: str) -> bool:
    return char not in "%‰" and unicodedata.category(char)[0] in "PZC"


def _within_number(text: str, place: int) -> bool:
    around = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    return text[place] in ".．-－:：/／" and all(a and _narrow(a).isdigit() for a in around)


def _turned(text: str, start: int, end: int) -> str:
    """The word beside the quote, in the same clause, without which it says something else."""
    before = text[max(0, start - 40) : start]
    cut = max((before.rfind(mark) for mark in _CLAUSE_END), default=-1)
    before = before[cut + 1 :]
    if match := _BEFORE.search(before) or _DENIES_THE_REST.search(before):
        return match.group()
    after = text[end : end + 12]
    stop = min((after.find(mark) for mark in _CLAUSE_END if mark in after), default=len(after))
    if match := _AFTER.search(after[:stop]):
        return match.group()
    return ""


def _why_not(text: str, said: str) -> str:
    """The words that differ from the nearest passage, where there is one."""
    if len(text) > _COMPARED:
        return "原文里没有这句话"
    match = SequenceMatcher(None, text, said, autojunk=False)
    block = match.find_longest_match()
    start = max(0, block.a - block.b)
    near = text[start : start + len(said) + 4]
    differ = SequenceMatcher(None, near, said, autojunk=False)
    if differ.ratio() < _NEAR:
        return "原文里没有这句话"
    steps = differ.get_opcodes()
    edges = [step for step in (steps[0], steps[-1]) if step[0] == "delete"]  # beside the quote
    changed = "".join(
        near[a:b] + said[c:d]
        for kind, a, b, c, d in steps
        if kind != "equal" and (kind, a, b, c, d) not in edges
    )
    for word in _POLAR:
        if word in changed:
            return f"与原文相差“{word}”，是另一句话"
    return "与原文不是逐字相同"


@dataclass(frozen=True)
class Explained:
    """An explanation as it may be shown: what failed is named in it, and listed."""

    text: str
    cited: tuple[str, ...]
    failures: tuple[Failure, ...]


def explanation(said: str, ids: Sequence[str]) -> Explained:
    """Keep citations of what was offered; name every other one as failed, where it stands."""
    offered = set(ids)
    cited: list[str] = []
    failures: list[Failure] = []

    def check(match: re.Match[str]) -> str:
        inside = [part.strip() for part in re.split(r"[,，;；、]\s*", match.group(1))]
        shown: list[str] = []
        for part in inside:
            provision = _narrowed(part)
            if provision in offered:
                cited.append(provision)
                shown.append(f"[{provision}]")
            elif _CITATION.fullmatch(provision):
                failures.append(
                    Failure(kind="引用", said=part, reason="不在为这条发现检索到的条款里")
                )
                shown.append(f"〔引用未通过核对：{part}〕")
            else:
                shown.append(f"[{part}]")
        return "".join(shown)

    text = _BRACKETED.sub(check, plain(said))
    return Explained(text, tuple(dict.fromkeys(cited)), tuple(failures))


def plain(said: str) -> str:
    """Words only: no address that could be fetched, no markup, no invisible character."""
    text = INVISIBLE.sub("", said)
    text = _IMAGE_OR_LINK.sub(lambda m: m.group(1), text)
    text = _TAG.sub("", text).replace("](", "] (")  # what is left of brackets in brackets
    return _ADDRESS.sub("〔网址已去掉〕", text).strip()


def _narrowed(part: str) -> str:
    return "".join(map(_narrow, part)).replace(" ", "")
