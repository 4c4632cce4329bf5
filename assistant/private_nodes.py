"""What a stretch of a text can be read as, and what it costs: for assistant.private_lattice.

Terms   cost: minus the logarithm of a likelihood, in nats.
Source  word frequencies, parts of speech and the characters of names from jieba's dictionary and tagger.
"""

from __future__ import annotations

import logging
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.private_names import MINORITY, MINORITY_PART, NAMES, NICK, TITLES
from assistant.private_units import CONSUMER, ESTATE, FORMAL_TAIL, PLACE_TAIL, ROAD_TAIL, UNIT_TAIL
from assistant.settings import Settings, environment

FAR = 1e6
AGE = re.compile("[老小大][大二三四五六七八九幺]|[大二三四五六七八九][娃狗牛虎毛妹哥姐]")
DATED = re.compile(
    "[一二两三四五六七八九十几数多每各整哪0-9][个届家户条座多余几所处名支栋张天年间次月日时号]"
)
EITHER_CHARS = NAMES.place_chars | NAMES.brand_chars
COUNTED = re.compile(
    "[一二两三四五六七八九十几数多每各整哪0-9]+[个届家户条座多余几所处名支栋张天年间次]"
)
NOT_PROPER = re.compile(
    "[某该本各其须应被已未不的了向又报才称说问催让打给把将经错可也都就去请]|.{2,}[和后前]$"
)


@dataclass(frozen=True)
class Node:
    """A stretch: a word (w), name (n), surname before a title (s), place (p), unit (u), address (a)."""

    start: int
    end: int
    kind: str
    cost: float
    word: str
    tag: str = ""
    listed: bool = False


def nodes_from(text: str, start: int) -> list[Node]:
    """Everything that can begin at this place."""
    char = text[start]
    if not han(char):
        if char == "、":
            return [
                Node(start, start + 1, "w", 3.0, char),
                Node(start, start + 1, "w", 3.0, char, "", True),
            ]
        run = re.match(r"[0-9A-Za-z.%*_@-]+", text[start:])
        end = start + (run.end() if run else 1)
        return [Node(start, end, "w", 3.0, text[start:end], "m" if char.isdigit() else "x")]
    return [
        *_plain(text, start),
        *_people(text, start),
        *_minority(text, start),
        *_proper(text, start),
    ]


def _plain(text: str, start: int) -> list[Node]:
    found = [Node(start, start + 1, "w", _word_cost(text[start]), text[start], _tag(text[start]))]
    for end in range(start + 2, min(start + 8, len(text)) + 1):
        word = text[start:end]
        if known(word):
            tag = _tag(word)
            place = (
                PLACE_TAIL.fullmatch(word[-1]) and word[:-1] not in NAMES.generic and len(word) > 2
            )
            told = tag[:2] in ("nr", "nz", "ns") or not common(word)
            if (place and told) or (tag[:2] == "nr" and len(word) > 2):
                continue
            if tag[:2] in ("nt", "nz") and len(word) > 3:
                continue
            cost = _word_cost(word) + (1.5 if tag[:2] in ("nr", "nz") else 0.0)
            found.append(
                Node(
                    start, end, "w", cost if tag[:2] in ("nr", "nz") else min(cost, 13.5), word, tag
                )
            )
        elif (
            word in TITLES or word in NAMES.roles or word in NAMES.trades or word in NAMES.not_names
        ):
            found.append(Node(start, end, "w", 12.0, word, "n"))
    return found


def _people(text: str, start: int) -> list[Node]:
    found: list[Node] = []
    for size in (1, 2):
        surname = text[start : start + size]
        if (size == 1 and surname not in NAMES.surnames) or (
            size == 2 and surname not in NAMES.compound_surnames
        ):
            continue
        base = 3.5 + _surname_cost(surname)
        after = start + size
        title = next((t for t in TITLES if text.startswith(t, after)), "")
        if title and not (
            len(title) == 1
            and (known(surname + title) or (title != "总" and known(text[after : after + 2])))
        ):
            found.append(Node(start, after, "s", base + 0.5, surname))
        for given in (1, 2):
            end = after + given
            name = text[start:end]
            if (
                end > len(text)
                or not han(name)
                or name in NAMES.not_names
                or name[-1] in "村镇乡县"
            ):
                continue
            cost = base + sum(
                _given_cost(c, "E" if n + 1 == given else "M")
                for n, c in enumerate(text[after:end])
            )
            cost += 0.8 if given == 1 else 0.0
            if text[after:end] in NAMES.brands or AGE.fullmatch(text[after:end]):
                cost = min(cost, base + 9.5)
            if given == 2 and text[after] == text[after + 1]:
                cost = min(cost, base + 9.0)
            if given == 2 and known(text[after:end]):
                cost += 0.5
            if _tag(name).startswith("nr") and known(name):
                cost = min(cost, _word_cost(name) + (1.0 if len(name) > 2 else 3.0))
            found.append(Node(start, end, "n", cost, name))
    nick = NICK.match(text, start)
    if nick and nick.group() not in NAMES.not_names:
        cost = 13.5 + (2.0 if _frequency(nick.group()) > 100 else 0.0)
        found.append(Node(start, nick.end(), "n", cost, nick.group(), "nick"))
    twin = text[start : start + 2]
    if len(twin) == 2 and twin[0] == twin[1] and text[start + 2 : start + 3] in ("妈", "爸"):
        found.append(Node(start, start + 3, "n", 14.0, text[start : start + 3]))
    two = text[start : start + 2]
    if len(two) == 2 and han(two) and not known(two) and all(c in NAMES.given for c in two):
        found.append(Node(start, start + 2, "n", 17.5, two, "given"))
    return found


def _minority(text: str, start: int) -> list[Node]:
    found = []
    for end in range(start + 2, min(start + 9, len(text)) + 1):
        name = text[start:end]
        if MINORITY.fullmatch(name):
            parts = MINORITY_PART.findall(name)
            cost = (14.0 if len(parts) == 1 else 12.0 + 2.0 * len(parts)) + 5.0 * (
                len(name) - sum(map(len, parts))
            )
            found.append(Node(start, end, "n", cost, name))
        elif 3 <= len(name) <= 6 and all(c in NAMES.transcribed for c in name):
            found.append(Node(start, end, "n", 8.0 + 4.5 * len(name), name, "given"))
    dotted = re.match(r"[\u4e00-\u9fff]{1,7}[·•・][\u4e00-\u9fff]{2,8}", text[start:])
    if dotted:
        point = start + min(p for p in map(dotted.group().find, "·•・") if p > 0)
        for end in range(point + 3, start + dotted.end() + 1):
            chars = text[start:point] + text[point + 1 : end]
            cost = 5.0 + sum(3.0 if c in NAMES.transcribed else 10.0 for c in chars)
            found.append(Node(start, end, "n", cost, text[start:end], "dotted"))
    return found


def _proper(text: str, start: int) -> list[Node]:
    """The proper part of a place, unit or address that begins here; its kind stays readable."""
    found = []
    for size in range(1, 7):
        end = start + size
        proper = text[start:end]
        if end >= len(text) or not han(proper[-1]):
            break
        if proper[0] in NAMES.not_first and proper not in NAMES.brands:
            continue
        if COUNTED.search(proper) or DATED.match(text[max(0, start - 1) : start + 1]):
            continue
        if size > 1:
            found += _address(text, start, end)
        if proper in NAMES.generic or proper in NAMES.trades:
            continue
        place = PLACE_TAIL.match(text, end)
        if place and size <= 5:
            found += _place(text, start, end, place.group())
        if proper not in NAMES.brands and NOT_PROPER.search(proper):
            continue
        if size in (3, 4) and proper[-1] in NAMES.place_ends and not known(proper):
            found.append(
                Node(start, end, "p", _stretch_cost(proper, NAMES.place_chars), proper, "bare")
            )
        tail = UNIT_TAIL.match(text, end)
        if 1 < size <= 5 and tail:
            cost = _stretch_cost(proper, NAMES.brand_chars) - 6.0
            found.append(
                Node(
                    start,
                    end,
                    "u",
                    cost
                    + _everyday(
                        proper,
                        NAMES.brand_chars,
                        2.0 if CONSUMER.match(text, end) else 5.0 if tail.group("head") else 8.0,
                    ),
                    proper,
                )
            )
        if size == 3 and CONSUMER.match(text, end):
            found.append(Node(start, end, "u", 20.0, proper, "shop"))
        if size in (2, 3) and not tail and all(c in NAMES.brand_chars for c in proper):
            found.append(Node(start, end, "u", 4.0 + 4.0 * size, proper, "post"))
    return found


def _address(text: str, start: int, end: int) -> list[Node]:
    tail = ROAD_TAIL.match(text, end) or FORMAL_TAIL.match(text, end)
    if not tail or ESTATE.fullmatch(text[start:end]):
        return []
    cost = _stretch_cost(text[start:end], NAMES.place_chars)
    if tail.end() - end > 2 or text[tail.end() - 1] in "号期":
        return [Node(start, tail.end(), "a", cost - 2.0, text[start : tail.end()])]
    road = end - start <= 4 and (
        text[start:end] in NAMES.brands or text[start:end] not in NAMES.generic
    )
    return (
        [
            Node(
                start,
                end,
                "p",
                cost - 2.0 + _everyday(text[start:end], NAMES.place_chars, 3.0),
                text[start:end],
                "road",
            )
        ]
        if road
        else []
    )


def _place(text: str, start: int, end: int, kind: str) -> list[Node]:
    proper = text[start:end]
    named = known(text[start : end + 1]) and _tag(text[start : end + 1])[:2] in ("ns", "nz", "nr")
    if (NAMES.not_in_place.intersection(proper) and proper not in NAMES.brands) or (
        len(proper) == 1 and not named
    ):
        return []
    if (
        proper[-1] + kind in NAMES.not_kind
        or proper[-1] in "室所站会院厂店队局办部科"
        or (proper not in NAMES.brands and NOT_PROPER.search(proper))
    ):
        return []
    cost = _stretch_cost(proper, NAMES.place_chars)
    if named:
        cost = min(cost, 14.0) if len(proper) > 1 else 19.0
    small = kind in ("村", "镇", "乡", "社区", "街道")
    cost += _everyday(proper, NAMES.place_chars, 4.0 if small else 6.0) - (8.0 if small else 5.0)
    return [Node(start, end, "p", cost, proper)]


def _everyday(proper: str, chars: frozenset[str], cost: float) -> float:
    """What it costs that this is a word of every day rather than a proper name."""
    if proper in NAMES.brands or all(c in chars for c in proper):
        return 0.0
    if (
        len(proper) > 1
        and known(proper)
        and _tag(proper)[:1] in "tdvprcfsmuq"
        and _tag(proper) != "vn"
    ):
        return cost + 6.0
    return cost if common(proper) else 0.0


@lru_cache(maxsize=4096)
def _stretch_cost(proper: str, chars: frozenset[str]) -> float:
    """What a proper name of these characters costs: as words of the dictionary, or as characters."""
    by_char = 6.0 + sum(
        4.5
        if c in chars
        else 5.5
        if c in EITHER_CHARS
        else 12.0
        if _tag(c)[:1] in "pcurvdqm" or c in NAMES.not_in_place
        else 8.0
        for c in proper
    )
    if proper in NAMES.brands or (proper[0] in NAMES.brand_first and proper[1:] in NAMES.brands):
        return 11.0
    best = [0.0] + [FAR] * len(proper)
    for at in range(len(proper)):
        for end in range(at + 1, len(proper) + 1):
            word = proper[at:end]
            if end - at > 1 and (
                not known(word) or word in NAMES.trades or word in NAMES.roles or word in TITLES
            ):
                continue
            tag = _tag(word)
            if end - at > 1 and tag[:1] in "vpcdurwyfqt" and tag not in ("vn", "f", "t"):
                continue
            if (
                end - at == 1
                and word not in chars
                and (word in NAMES.not_first or tag[:1] in "pcurvdq")
            ):
                continue
            step = _word_cost(word) + (3.0 if at else 1.0)
            if end - at < len(proper):
                step += _everyday(word, chars, 6.0) if end - at > 1 else 0.0
            best[end] = min(best[end], best[at] + step)
    return min(by_char, best[-1])


def _surname_cost(surname: str) -> float:
    if len(surname) == 2:
        return 4.0
    cost = min(max(-_emission("B", "nr").get(surname, -8.0), 3.0), 8.0)
    return cost + (1.5 if surname in NAMES.rare_as_surname else 0.0)


def _given_cost(char: str, state: str) -> float:
    cost = max(5.5, -_emission(state, "nr").get(char, -9.0))
    if char in NAMES.given:
        cost = 5.0
    if char in NAMES.not_given or (state == "E" and char in NAMES.not_last):
        return min(cost, 9.0) + 6.0
    return min(cost, 9.0)


def han(text: str) -> bool:
    """Whether all of it is Chinese characters."""
    return bool(text) and all("\u4e00" <= char <= "\u9fff" for char in text)


def _word_cost(word: str) -> float:
    tokenizer = tagger().tokenizer
    return float(math.log(tokenizer.total) - math.log(tokenizer.FREQ.get(word) or 1.0))


def known(word: str) -> bool:
    """Whether the dictionary holds the word."""
    return bool(tagger().tokenizer.FREQ.get(word))


def _frequency(word: str) -> float:
    return float(tagger().tokenizer.FREQ.get(word) or 0)


def common(word: str) -> bool:
    """Whether the dictionary holds the word as one of every day."""
    return _frequency(word) > 20 and _tag(word)[:2] not in ("nz", "nr", "ns")


@lru_cache(maxsize=20_000)
def person(word: str) -> bool:
    """Whether the dictionary hardly knows the word, or knows it as the name of a person in full."""
    return _frequency(word) <= 3 or (len(word) > 2 and _tag(word).startswith("nr"))


def _tag(word: str) -> str:
    return str(tagger().word_tag_tab.get(word, ""))


@lru_cache(maxsize=8)
def _emission(state: str, tag: str) -> dict[str, float]:
    from jieba.posseg import emit_P

    return dict(emit_P.get((state, tag), {}))


@lru_cache(maxsize=1)
def tagger() -> Any:
    """jieba's tagger with a dictionary of its own, kept out of the shared temp folder."""
    import jieba
    from jieba import posseg

    jieba.setLogLevel(logging.WARNING)
    folder = Settings.from_environment(environment()).data / "words"
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(folder)
    tokenizer.initialize()
    return posseg.POSTokenizer(tokenizer)
