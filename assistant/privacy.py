"""Placeholders instead of names, numbers and places before a text leaves this machine.

Terms   placeholder: 〔人员1〕 stands for one person all through a text, 〔地点1〕 for a place; what kind
        of place or unit it is stays readable: 〔地点1〕村, 〔单位1〕有限公司.
        preview: exactly what would be sent.
Source  names and places by the cheapest reading of the text (assistant.private_lattice);
        numbers by their forms (GB 11643 identity numbers, GA 36 plates, mobile and landline numbers).
Which words are surnames, kinds of place and kinds of unit is the language's, not the law's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from assistant.private_lattice import read
from assistant.private_names import NAMES
from assistant.private_nodes import common, person
from assistant.private_words import NUMBER


@dataclass(frozen=True)
class Masked:
    """A text with placeholders, and what each of them stands for."""

    text: str
    table: Mapping[str, str] = field(default_factory=dict)

    def restore(self, said: str) -> str:
        """What was said with placeholders, with the words they stand for.

        Brackets may be missing or others; but 证件1份 and 该单位1名干部 are counts, not placeholders.
        """
        if not self.table:
            return said
        return _SAID.sub(lambda m: self.table.get(m.group(1) or m.group(2), m.group()), said)


_NAME = r"(?:人员|地点|单位|地址|证件|账号|电话|车牌|邮箱|代码)\d+"
_PLACEHOLDER = re.compile(_NAME)
# a measure word, and behind it how a word begins that is none: 名下, 个人, 台账
_MEASURES = (
    "名下义字 家属人里中庭长 处理分置罚于事长 次日年要 人为均品 户籍口主 项目 位于置 本人应来可职 套取用现 起草诉初先 "
    "组织长成 部门分署 批准评示复发 笔录 类似 副镇乡县市书主局院校所 日常 时任常而 个人别体 台账 只有是能会说顾管凭 "
    "所属在有称述说 期间末初 届满 级别 条件例 间接 张贴 座谈 周边围 片面 元旦 年龄纪轻老底初终末 号召"
)
_COUNTED = (
    r"\d|[.．,，、~～至到/—-]\d|[%％份辆件栋幢枚册块页章月天秒万亿千百亩米吨斤倍楼岁]|分钟|小时|公里|公斤|平方|"
    + "|".join(f"{words[0]}(?![{words[1:]}])" for words in _MEASURES.split())
)
_SAID = re.compile(rf"[〔【\[「]({_NAME})[〕】\]」]|(?<![该本各某几每])({_NAME})(?!{_COUNTED})")


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    kind: str


def mask(text: str) -> Masked:
    """The text with a stable placeholder for every name, number and place that is found."""
    narrow = "".join(map(_narrow, text))
    found = _apart([*_numbers(narrow), *_hidden(narrow), *_read(narrow), *_spaced(narrow)])
    taken = set(_PLACEHOLDER.findall(narrow))
    table: dict[str, str] = {}
    names: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    parts: list[str] = []
    last = 0
    for one in found:
        words = text[one.start : one.end]
        key = (one.kind, words)
        while key not in names:
            counts[one.kind] = counts.get(one.kind, 0) + 1
            name = f"{one.kind}{counts[one.kind]}"
            if name not in taken:
                names[key] = name
                table[name] = words
        parts += [text[last : one.start], f"〔{names[key]}〕"]
        last = one.end
    return Masked("".join([*parts, text[last:]]), table)


def _narrow(char: str) -> str:
    wide = unicodedata.decomposition(char).startswith(("<wide>", "<narrow>"))
    return unicodedata.normalize("NFKC", char) if wide else char


def _apart(found: list[_Found]) -> list[_Found]:
    """The longest first where two overlap; in the order of the text."""
    kept: list[_Found] = []
    held = bytearray(max((one.end for one in found), default=0))
    for one in sorted(found, key=lambda f: (f.start - f.end, f.start)):
        if not any(held[one.start : one.end]):
            held[one.start : one.end] = b"\x01" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda f: f.start)


def _numbers(text: str) -> Iterator[_Found]:
    for kind, pattern in NUMBER:
        for match in pattern.finditer(text):
            yield _Found(*match.span(match.lastindex or 0), kind)


_SURNAME = "[" + "".join(sorted(NAMES.surnames)) + "]"
_HIDDEN_NAME = re.compile(
    rf"{_SURNAME}[某××]{{1,2}}[甲乙丙丁戊己A-Z]?|{_SURNAME}[xX*]{{1,2}}(?![A-Za-z0-9])|某[甲乙丙丁]"
)


def _hidden(text: str) -> Iterator[_Found]:
    """Names of which only the surname is told: 张某, 李某某."""
    for match in _HIDDEN_NAME.finditer(text):
        yield _Found(match.start(), match.end(), "人员")


_DIVISIONS = "村镇乡县市区"
_CLAUSE = re.compile(r"[^，。；：！？,;:!?\n“”‘’（）()、]+")
_FULL_NAME = re.compile(
    rf"(?=((?:{'|'.join(NAMES.compound_surnames)}|{_SURNAME})[{''.join(sorted(NAMES.given))}]{{1,2}}))"
)
_FULL_PLACE = re.compile(rf"[{''.join(sorted(NAMES.place_chars))}]{{2}}[{_DIVISIONS}]")


def shortened(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and what to read instead for people and places told in full: 李秀英, 李某.

    Only where the reading is plain: here a word taken for a name would be a fact lost.
    """
    for clause in _CLAUSE.finditer(text):
        words = clause.group()
        if not _may_name(words):
            continue  # reading every clause would take a third of the time of an opinion
        for node in read(words):
            start, end, told = node.start, node.end, ""
            if node.kind == "n" and person(node.word):
                told = _short_name(node.word)
            elif node.kind == "p":
                proper = node.word.rstrip(_DIVISIONS)
                end = start + len(proper)
                if (
                    len(proper) > 1
                    and NAMES.place_chars.issuperset(proper)
                    and words[end:].startswith(tuple(_DIVISIONS))
                ):
                    told = "某"
            if told:
                yield clause.start() + start, clause.start() + end, told


def _may_name(words: str) -> bool:
    """Whether a clause can hold a full name at all."""
    names = _FULL_NAME.findall(words)
    return any(person(n) or person(n[:2]) for n in names) or bool(_FULL_PLACE.search(words))


def _short_name(word: str) -> str:
    surname = word[:2] if word[:2] in NAMES.compound_surnames else word[:1]
    given = word[len(surname) :]
    known = (
        surname in NAMES.surnames | NAMES.compound_surnames
        and given
        and NAMES.given.issuperset(given)
    )
    return f"{surname}某" if known else ""


_KIND = {"n": "人员", "s": "人员", "p": "地点", "u": "单位", "a": "地址"}
_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


_ONE = re.compile(
    rf"(?:{'|'.join(sorted(NAMES.brands, key=len, reverse=True))}|[{''.join(sorted(NAMES.brand_chars))}]{{2}})"
)
_LISTED = re.compile(
    rf"(?:{_ONE.pattern}、)+{_ONE.pattern}(?=[两二三四五六七八九十多等几]{{1,2}}家)"
)


def _read(text: str) -> Iterator[_Found]:
    """Names, places and units in the cheapest reading, and the same words wherever they come back."""
    seen: dict[str, str] = {}
    for node in read(text):
        kind = _KIND.get(node.kind)
        if kind is None and node.word in NAMES.regions:
            kind = "地点"
        if kind is None:
            continue
        yield _Found(node.start, node.end, kind)
        if len(node.word) > 1 and (
            node.kind == "n" or not common(node.word) or node.word in NAMES.brands
        ):
            seen.setdefault(node.word, kind)
    for match in _LISTED.finditer(text):
        for one in _ONE.finditer(text, match.start(), match.end()):
            yield _Found(one.start(), one.end(), "单位")
            seen.setdefault(one.group(), "单位")
    for words, kind in seen.items():
        for match in re.finditer(re.escape(words), text):
            yield _Found(match.start(), match.end(), kind)


def _spaced(text: str) -> Iterator[_Found]:
    """Names with a gap behind the surname, or broken by the end of a line: 张　三."""
    gaps = [match.span() for match in _GAP.finditer(text)]
    if not gaps:
        return
    out = bytearray(len(text))
    for start, end in gaps:
        out[start:end] = b"\x01" * (end - start)
    places = [place for place in range(len(text)) if not out[place]]
    for node in read("".join(text[place] for place in places)):
        start, end = places[node.start], places[node.end - 1] + 1
        if node.kind == "n" and any(out[start:end]):
            words = text[start:end]
            if "\n" in words or words.split()[0] in NAMES.surnames | NAMES.compound_surnames:
                yield _Found(start, end, "人员")
