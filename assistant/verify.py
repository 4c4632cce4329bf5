"""Check what a model says: quotes word for word in the finding, citations among what was offered,
documents that it names in prose by the library's checker.

Terms   aligned: found although punctuation, spaces or full/half width differ; the words of the
        result are always the finding's own, at exact offsets.
        turned: a quote that leaves out what makes its clause another sentence (assistant/quotes.py).
        state a rule: a sentence of an explanation that says what must, may or must not be done.
Source  docs/design.md: nothing a model says reaches the page unchecked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from assistant.contract import (
    CRITERIA,
    DISTINCTIONS,
    DOMAINS,
    LIABILITIES,
    PROOFS,
    REMEDIES,
    Failure,
    Quote,
)
from assistant.documents import FAILED, NamedDocuments
from assistant.quotes import turned
from knowledge.rules import Rules

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
_BARE_ADDRESS = re.compile(
    r"(?<![a-z0-9@.-])(?:(?:[a-z0-9-]+\.)+[a-z]{2,}(?![a-z0-9])|(?:\d{1,3}\.){3}\d{1,3})"
    r"(?:[:/?#][^\s，。；、）)】\]”\"'<>]*)?",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]{0,2000}>")
_TAG_BEGINS = re.compile(r"<(?=[/!?a-zA-Z])")
_IN_QUOTES = re.compile(r"“[^“”\n]+”|「[^「」\n]+」|『[^『』\n]+』|\"[^\"\n]+\"")
_MARKS = re.compile(rf"\[[^\[\]]*:[^\[\]]*\]|〔{FAILED}：[^〕]*〕")  # citations within a quote
_YEAR = "[12][0-9]{3}"  # 国发〔2016〕5号 keeps its brackets: they mark nothing
# what a check has put into a text; a model's own brackets are round by then (see `unmarked`)
CHECKED = re.compile(
    rf"〔(?:(?:{FAILED}|无法核验|引文|未获依据|数字无出处|模型有一句)(?:[^〔〕]|〔{_YEAR}〕)*|网址已去掉)〕"
)
_MARK_BRACKETS = re.compile(rf"[〔﹝]({_YEAR})[〕﹞]|([〔﹝])|[〕﹞]")
_THOUSAND = re.compile(r"[0-9０-９]{3}(?![0-9０-９])")
_LEFT_OUT = re.compile(r"…+|\.{3,}")
_HAN = re.compile("[\u4e00-\u9fff]")
_QUOTED = 4  # characters from which words in quotation marks are a quote
_SHORTEST = 2
_LONGEST = 400
_NEAR = 0.6
_COMPARED = 5000


@dataclass(frozen=True)
class Mismatch:
    """Why a quote does not count; turned: it stands there, and its clause says something else."""

    reason: str
    turned: bool = False


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
    words = [turned(text, start, end) for start, end in places]
    for (start, end), word in zip(places, words, strict=True):
        if not word:
            return Quote(span=text[start:end], start=start, end=end)
    return Mismatch(f"原文同一句里还有“{words[0]}”，少了它意思就变了", turned=True)


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
    """Without punctuation and spaces, half width; 1.5 is not 15, and 2、3 not 23, but 1,200 is 1200."""
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
    if not all(a and _narrow(a).isdigit() for a in around):
        return False
    return text[place] in ".．-－:：/／、" or (
        text[place] in ",，" and not _THOUSAND.match(text, place + 1)
    )


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


@dataclass(frozen=True)
class Grounds:
    """What an explanation may quote and name.

    text: the finding's own words; words: offered id → what was shown of it; terms: words that
    need no source (labels, criteria, topics, patterns).
    """

    text: str
    words: Mapping[str, str]
    terms: frozenset[str]
    named: NamedDocuments

    @classmethod
    def of(
        cls, text: str, day: date | None, today: date, words: Mapping[str, str], rules: Rules
    ) -> Grounds:
        """text: all that may be quoted as a fact; day: of the finding, where it has one."""
        named = NamedDocuments(text, frozenset(words), rules.provisions, day or today, today)
        return cls(text, words, terms_of(rules), named)

    @cached_property
    def offered(self) -> str:
        """All words that were offered, without punctuation."""
        return "\n".join(map(_words, self.words.values()))


@lru_cache(maxsize=4)
def terms_of(rules: Rules) -> frozenset[str]:
    """The vocabulary, without punctuation: in quotation marks a term, no quote from a finding."""
    return frozenset(
        _words(term)
        for term in (
            *(*DOMAINS, *LIABILITIES, *REMEDIES, *CRITERIA, *PROOFS),
            *(word for words in DISTINCTIONS.values() for word in words),
            *(line.name for line in rules.red_lines),
            *rules.patterns,
            *(unit.title for unit in rules.method.values()),
            *(topic for unit in rules.method.values() for topic in unit.topics),
            *(topic for one in rules.provisions.by_id.values() for topic in one.topics),
            *rules.provisions.names,
        )
    )


def explanation(said: str, ids: Sequence[str], grounds: Grounds | None = None) -> Explained:
    """Keep citations of what was offered; name every other one as failed, where it stands.

    With grounds, quotes and the documents named in prose are checked as well.
    """
    return marked(unmarked(said), ids, grounds)


def marked(text: str, ids: Sequence[str], grounds: Grounds | None = None) -> Explained:
    """The same for words that are `unmarked` already, and may have got a mark of a check since."""
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
                shown.append(f"〔{FAILED}：{part}〕")
            else:
                shown.append(f"（{part}）")  # in square brackets it would pass for a citation
        return "".join(shown)

    text = _BRACKETED.sub(check, text)
    if grounds is not None:
        text, quotes = _quotes(text, grounds)
        text, documents = grounds.named.check(text)
        failures += (*quotes, *documents)
    return Explained(text, tuple(dict.fromkeys(cited)), tuple(failures))


def _quotes(text: str, grounds: Grounds) -> tuple[str, list[Failure]]:
    """Mark what stands in quotation marks and neither in the finding nor in what was offered."""
    failures: list[Failure] = []

    def check(match: re.Match[str]) -> str:
        said = _MARKS.sub("", match.group())[1:-1]
        for part in _LEFT_OUT.split(said):
            if len(_HAN.findall(part)) >= _QUOTED and (wrong := _stray(part, grounds)):
                failures.append(Failure(kind="引文", said=said, reason=wrong.reason))
                reason = _in_round_brackets(wrong.reason)
                mark = f"引文改了意思：{reason}" if wrong.turned else "引文不在原文"
                return f"{match.group()}〔{mark}〕"
        return match.group()

    return _IN_QUOTES.sub(check, text), failures


def _stray(said: str, grounds: Grounds) -> Mismatch | None:
    """Why words in quotation marks are nobody's; None where they are a term or have a source."""
    if _words(said) in grounds.terms:
        return None
    found = find_quote(grounds.text, said)
    if isinstance(found, Quote):
        return None
    return None if not found.turned and _words(said) in grounds.offered else found


def _words(text: str) -> str:
    return _bare(text)[0]


def unmarked(said: str) -> str:
    """What a model wrote, plain, and in no brackets by which it could pass for a mark of a check.

    A forged mark would hide from the next check what stands in it. Placeholders are put back before.
    """
    return plain(_in_round_brackets(said))


def _in_round_brackets(said: str) -> str:
    return _MARK_BRACKETS.sub(
        lambda m: m.group() if m.group(1) else "（" if m.group(2) else "）", said
    )


def plain(said: str) -> str:
    """Words only: no address that could be fetched, no markup, no invisible character."""
    text = INVISIBLE.sub("", said)
    text = _IMAGE_OR_LINK.sub(lambda m: m.group(1), text)
    # what is left of tags in tags, and of brackets in brackets
    text = _TAG_BEGINS.sub("＜", _TAG.sub("", text)).replace("](", "] (")
    for address in (_ADDRESS, _BARE_ADDRESS):
        text = address.sub("〔网址已去掉〕", text)
    return text.strip()


def _narrowed(part: str) -> str:
    return "".join(map(_narrow, part)).replace(" ", "")
