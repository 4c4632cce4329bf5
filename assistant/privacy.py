"""Placeholders instead of names, numbers and places before a text leaves this machine.

Terms   placeholder: 〔人员1〕 stands for one person all through a text, 〔地点1〕 for a place; what kind
        of place or unit it is stays readable: 〔地点1〕村, 〔单位1〕有限公司.
        preview: exactly what would be sent.
Source  names and places by jieba's part-of-speech model and by their forms in inspection reports;
        numbers by their forms (GB 11643 identity numbers, GA 36 plates, mobile and landline numbers).
Which words are surnames, kinds of place and kinds of unit is the language's, not the law's.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from assistant.private_words import (
    ADDRESS,
    COMPOUND,
    GENERIC,
    LEADING,
    NOT_NAMES,
    NOT_PLACE,
    NUMBER,
    PLACE,
    PLACE_KIND,
    RARE_AS_SURNAME,
    ROLE,
    SURNAME,
    SURNAMES,
    TITLE,
    UNIT,
)
from knowledge.folders import data_folder


@dataclass(frozen=True)
class Masked:
    """A text with placeholders, and what each of them stands for."""

    text: str
    table: Mapping[str, str] = field(default_factory=dict)

    def restore(self, said: str) -> str:
        """What was said with placeholders, with the words they stand for; brackets may be missing."""
        if not self.table:
            return said
        return _PLACEHOLDER.sub(lambda m: self.table.get(m.group(1), m.group()), said)


_NOT_GIVEN = frozenset(
    "的在将未没不也把被向从由和与以为于到说称是有经等因按已对自私个擅收用拿给借签曾共多又还就即仍再均都其及并一二三四五六七八"
    "九十两先后前费人部方时送委群话科架选种事贴告请报审批查核账款钱物资额价项设造修理管办会议员组党支村镇县乡区市省局院所站校厂店"
    "户里上下内外月日号条件度规定法令制策计划案评标招投各另问领交工水雨基路述动作业务食谁某某阵样些份户次车房屋"
)
_FUNCTION = frozenset("的在将未没不也被向从由和与以为于到说称是有部组会委员费请办送给")
_KINDS = "人员|地点|单位|地址|证件|账号|电话|车牌|邮箱|代码"
_PLACEHOLDER = re.compile(rf"〔?((?:{_KINDS})\d+)(?:〕|(?!\d))")


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    kind: str


def mask(text: str) -> Masked:
    """The text with a stable placeholder for every name, number and place that is found."""
    narrow = "".join(map(_narrow, text))
    found = _apart([*_numbers(narrow), *_names(narrow), *_places(narrow)])
    taken = {m.group(1) for m in _PLACEHOLDER.finditer(narrow)}
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
    for one in sorted(found, key=lambda f: (f.start - f.end, f.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda f: f.start)


def _numbers(text: str) -> Iterator[_Found]:
    for kind, pattern in NUMBER:
        for match in pattern.finditer(text):
            yield _Found(match.start(), match.end(), kind)
    for match in ADDRESS.finditer(text):
        start = match.start()
        while text[start] in LEADING + "住址位于家":
            start += 1
        yield _Found(start, match.end(), "地址")


_HIDDEN_NAME = re.compile(
    rf"{SURNAME}[某××]{{1,2}}[甲乙丙丁戊己A-Z]?|{SURNAME}[xX*]{{1,2}}(?![A-Za-z0-9])|某[甲乙丙丁]"
)
_CALLED = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:老|小|阿)([{SURNAMES}])(?=[\u4e00-\u9fff，。、；]|$)"
)
_WITH_TITLE = re.compile(rf"({SURNAME})(?=(?:{TITLE}))")
_AFTER_ROLE = re.compile(rf"(?:{ROLE})[:：“\"（(、]?({SURNAME}[\u4e00-\u9fff]{{1,2}})")
_BEFORE_TITLE = re.compile(
    rf"(?<![\u4e00-\u9fff])({SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?=(?:{TITLE}|等人|夫妇|一家|家中|本人|名下))"
)
_NOT_BEFORE_TITLE = re.compile(r"[担时现原前兼主委专责就升新历选聘曾留副高]$")


def _names(text: str) -> Iterator[_Found]:
    sure: set[str] = set()
    for match in _HIDDEN_NAME.finditer(text):
        yield _Found(match.start(), match.end(), "人员")
    for match in _CALLED.finditer(text):
        yield _Found(match.start(), match.end(), "人员")
    for match in _WITH_TITLE.finditer(text):
        if match.group(1) in RARE_AS_SURNAME and _NOT_BEFORE_TITLE.search(text[: match.start()]):
            continue
        if match.group(1) not in RARE_AS_SURNAME or not _han(
            text[match.start() - 1 : match.start()]
        ):
            yield _Found(match.start(), match.end(), "人员")
    for pattern in (_AFTER_ROLE, _BEFORE_TITLE):
        for match in pattern.finditer(text):
            name = _name_in(text, match.start(1))
            if name and _FUNCTION.isdisjoint(name[1:]):
                sure.add(name)
    for word, tag, _start in _words(text):
        if (
            tag.startswith("nr")
            and _is_name(word)
            and (len(word) > 2 or word[0] not in RARE_AS_SURNAME)
        ):
            sure.add(word)
    for name in sure:
        for match in re.finditer(re.escape(name), text):
            yield _Found(match.start(), match.end(), "人员")


def _name_in(text: str, start: int) -> str:
    """The name that begins here: two or three characters, as the tagger cuts them."""
    cut = [(word, place) for word, _, place in _words(text)]
    begun = next((word for word, place in cut if place == start), "")
    size = 4 if re.match(COMPOUND, text[start:]) else 3
    if 2 <= len(begun) <= size and begun not in NOT_NAMES:
        return begun
    if len(begun) == 1:
        ends = [place + len(word) for word, place in cut if place >= start]
        for end in ends:
            if 2 <= end - start <= size and text[start:end] not in NOT_NAMES:
                longer = [e for e in ends if e - start == size and e > end and e == end + 1]
                single = longer and _given(text[end : longer[0]])
                return text[start : longer[0]] if single else text[start:end]
        whole = text[start : start + 2]
        return whole if whole not in NOT_NAMES and _han(whole) else ""
    return ""


def _given(char: str) -> bool:
    return _han(char) and char not in _NOT_GIVEN


def _is_name(word: str) -> bool:
    if word in NOT_NAMES or not 2 <= len(word) <= 4 or not _NOT_GIVEN.isdisjoint(word[1:]):
        return False
    return bool(
        re.fullmatch(
            rf"(?:{COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{SURNAMES}][\u4e00-\u9fff]{{1,2}}", word
        )
    )


def _places(text: str) -> Iterator[_Found]:
    """The proper part of a place or unit; its kind stays."""
    words = list(_words(text))
    for number, (word, tag, start) in enumerate(words):
        whole = PLACE.match(word)
        if (
            whole
            and (len(whole.group(1)) > 1 or tag == "ns")
            and whole.group(1) not in GENERIC
            and whole.group(1)[-1] not in "某该本全各其"
        ):
            if NOT_PLACE.isdisjoint(whole.group(1)):
                yield _Found(start, start + len(whole.group(1)), "地点")
        elif re.fullmatch(PLACE_KIND, word) or re.match(
            rf"(?:{PLACE_KIND})(?:委|民|支|党|政|小|中|里|级|干|两|主|公)", word
        ):
            proper = _proper(words, number, 1 + (tag == "n"))
            if proper is not None:
                yield _Found(proper, start, "地点")
        elif tag.startswith("ns") and len(word) >= 2 and word not in GENERIC and _known(word):
            yield _Found(start, start + len(word), "地点")
    for match in UNIT.finditer(text):
        at = next((n for n, (w, _, s) in enumerate(words) if s <= match.start() < s + len(w)), -1)
        if at < 0:
            continue
        word, _, start = words[at]
        begin = _proper(words, at, 5)
        inner = match.start() if start < match.start() else start
        if begin is None and start < match.start() and text[start : match.start()] not in GENERIC:
            begin = start
        if begin is not None and begin < inner and text[begin:inner] not in GENERIC:
            yield _Found(begin, inner, "单位")


def _proper(words: list[tuple[str, str, int]], number: int, most: int) -> int | None:
    """Where the proper part before word `number` begins; None where it is generic or missing."""
    begin: int | None = None
    length = 0
    for word, tag, start in reversed(words[max(0, number - most) : number]):
        generic = word in GENERIC or word[-1] in "某该本全各其"
        if not _han(word) or (tag[0] in "pcudrwxmqfty" and len(word) > 1) or word in LEADING:
            break
        if tag.startswith("v") and tag not in ("vn",) and len(word) > 1:
            break
        if generic and begin is None and most <= 2:
            break
        if re.search(rf"(?:{PLACE_KIND})$", word) and length:
            break
        begin, length = start, length + len(word)
        if length >= 10:
            break
    if begin is None:
        return None
    proper = "".join(w for w, _, s in words if begin <= s < words[number][2])
    if proper in GENERIC or (len(proper) < 2 and most <= 2 and not _han(proper)):
        return None
    if len(proper) < 2 and _tag_of(words, begin) != "ns":
        return None
    left = "".join(w for w, _, s in words if begin <= s < words[number][2] and w not in GENERIC)
    return begin if left and NOT_PLACE.isdisjoint(left) else None


def _tag_of(words: list[tuple[str, str, int]], start: int) -> str:
    """The part of speech of the word that begins there."""
    return next((tag for _, tag, place in words if place == start), "")


def _han(text: str) -> bool:
    return bool(text) and all("\u4e00" <= char <= "\u9fff" for char in text)


@lru_cache(maxsize=8)
def _words(text: str) -> tuple[tuple[str, str, int], ...]:
    """Words with their part of speech and place."""
    cut: list[tuple[str, str, int]] = []
    place = 0
    for pair in _tagger().cut(text):
        cut.append((pair.word, pair.flag, place))
        place += len(pair.word)
    return tuple(cut)


def _known(word: str) -> bool:
    """Whether the dictionary holds the word; one that was only guessed to be a place is left."""
    return bool(_tagger().tokenizer.FREQ.get(word))


@lru_cache(maxsize=1)
def _tagger() -> Any:
    """jieba's tagger with a dictionary of its own, kept out of the shared temp folder."""
    import jieba
    from jieba import posseg

    jieba.setLogLevel(logging.WARNING)
    folder = data_folder() / "words"
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(folder)
    return posseg.POSTokenizer(tokenizer)
