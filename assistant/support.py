"""Does what an explanation says rest on something? Rules on a provision that says so, numbers on a source.

Terms   states a rule: outside quotation marks it says what must, may or must not be done, or that a
        document says so. support: the cited provision means what the sentence says, by shared words
        and by meaning together; the threshold and the error rate are measured on written pairs
        (tests/assistant/data/support_pairs.yaml).
        without a source: a number, date or article number that is neither in the finding nor in a
        provision that was offered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from assistant.contract import Failure

THRESHOLD = 0.48
UNSUPPORTED = "〔未获依据〕"
_SENTENCE = re.compile(r"[^。！？\n]*(?:[。！？]+(?:\s*\[[^\[\]]+\])*|\n|$)")
_CITED = re.compile(r"\[([^\[\]]+)\]")
_FAILED = re.compile(r"〔[^〕]*〕")  # what verify has put in the place of a citation that failed
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|〔[^〕]*〕")
_RULE = re.compile(
    r"应当|应(?:予|由|依|按|该)|必须|不得|禁止|严禁|须(?:经|由|报)|有权|无权|可以(?!看|说|认)|不予|免予|一般每|"
    r"(?:规定|条例|准则|办法|法律|意见|党章)(?:明确|要求|指出|规定|提出)|明确规定|明确要求|(?:依据|依照|按照|根据|违反)(?:了)?《|第[0-9一二三四五六七八九十百]+条"
)
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_EMPTY = frozenset(
    (  # noqa: SIM905 - one line is easier to read than a list
        "应当 必须 不得 规定 要求 可以 根据 依据 按照 依照 明确 属于 有关 相关 情况 问题 进行 工作 单位 人员 "
        "没有 或者 以及 对于 由于 因此 结论"
    ).split()
)
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER = re.compile(
    r"[0-9]+(?:\.[0-9]+)?|[零〇一二两三四五六七八九十百千]+(?=[条款项元年月日人次天户个]|万|亿|%)"
)
_LIST_MARK = re.compile(r"^\s*(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[、.．]\s*")

Text = Callable[[str], str]
Likeness = Callable[[str, str], float]


@dataclass(frozen=True)
class Grounded:
    """An explanation with every sentence marked that rests on nothing."""

    text: str
    failures: tuple[Failure, ...]


def grounded(said: str, text_of: Text, likeness: Likeness, sources: Mapping[str, str]) -> Grounded:
    """Mark rules without support and numbers without a source.

    text_of: an id to the provision's words; sources: everything a number may come from.
    """
    known = {value for words in sources.values() for value in numbers(words)}
    parts: list[str] = []
    failures: list[Failure] = []
    for sentence in sentences(said):
        marks = ""
        if states_a_rule(sentence):
            ids = _CITED.findall(sentence)
            if not any(supported(sentence, text_of(i), likeness) for i in ids):
                reason = "所引条款没有这个意思" if ids else "说到规定而没有引用条款"
                failures.append(Failure(kind="引用", said=_bare(sentence), reason=reason))
                marks = UNSUPPORTED
        stray = [n for n in numbers(_told(sentence)) if n not in known]
        if stray:
            shown = "、".join(dict.fromkeys(f"{n:g}" for n in stray))
            failures.append(
                Failure(kind="输出", said=_bare(sentence), reason=f"数字无出处：{shown}")
            )
            marks += f"〔数字无出处：{shown}〕"
        parts.append(sentence.rstrip("\n") + marks + ("\n" if sentence.endswith("\n") else ""))
    return Grounded("".join(parts), tuple(failures))


def _told(sentence: str) -> str:
    """A sentence without its list number and citations."""
    return _FAILED.sub("", _CITED.sub("", _LIST_MARK.sub("", sentence)))


def sentences(text: str) -> list[str]:
    """Sentences with the citations that follow their end."""
    return [m.group() for m in _SENTENCE.finditer(text) if m.group().strip()]


def states_a_rule(sentence: str) -> bool:
    """Whether a sentence says, in its own words, what must, may or must not be done."""
    return bool(_RULE.search(_CITED.sub("", _QUOTED.sub("", sentence))))


def supported(sentence: str, provision: str, likeness: Likeness) -> bool:
    """Whether a provision says what a sentence says of it."""
    return bool(provision) and score(sentence, provision, likeness) >= THRESHOLD


def score(sentence: str, provision: str, likeness: Likeness) -> float:
    """Half shared words, half likeness of meaning, both in 0..1; facts in quotes do not count."""
    bare = _CITED.sub("", _QUOTED.sub("", sentence))
    words = _pairs(bare)
    shared = len(words & _pairs(provision)) / len(words) if words else 0.0
    return 0.5 * shared + 0.5 * likeness(bare, provision)


def numbers(text: str) -> list[float]:
    """Numbers of a text, Chinese ones where a unit follows; 八万 and 80000 are not told apart."""
    return [_value(m.group()) for m in _NUMBER.finditer(text)]


def _value(digits: str) -> float:
    if digits[0].isdigit():
        return float(digits)
    total = current = 0
    for char in digits:
        if char in _DIGITS:
            current = _DIGITS[char] if total or current == 0 else current * 10 + _DIGITS[char]
        else:
            total += (current or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            current = 0
    return float(total + current)


def _pairs(text: str) -> set[str]:
    """Pairs of neighbouring characters, without those that every rule has."""
    return set(_every_pair(text)) - _EMPTY


def _every_pair(text: str) -> Iterator[str]:
    for run in _HAN.findall(text):
        yield from (run[i : i + 2] for i in range(len(run) - 1))


def _bare(sentence: str) -> str:
    return sentence.strip()[:120]
