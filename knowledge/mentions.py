"""Where a free text cites a document: name, article, paragraph, item, with exact places.

Terms   mention: one article of one document as it is written (《X法》第N条第M款第K项, 简称, 之X).
        names: the closed table; a name is found whole or not at all, never as part of a longer one.
        certain: whether the text itself ties the article to the document (a list does, a later
        sentence only probably).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace

from knowledge.statutes import numeral
from knowledge.text import normalise_with_offsets

# bounded: Python makes no number of more than 4,300 digits
_DIGITS = "[0-9]{1,99}"
_NUM = rf"(?:{_DIGITS}|[零〇一二两三四五六七八九十百千]{{1,99}})"
_AND = r"\s*[、,和及与或至到~—–\-]\s*"
_SUB = rf"\s*之\s*(?P<SUB>{_NUM})(?![般切直起些定样致旦并律种类内])"
_INNER = rf"第?\s*\(?{_NUM}\)?"
_ARTICLE = re.compile(
    rf"第\s*(?P<nums>{_NUM}(?:{_AND}(?:第\s*)?{_NUM})*)(?:{_SUB.replace('SUB', 'sub1')})?\s*条"
    rf"(?:{_SUB.replace('SUB', 'sub2')})?"
    rf"(?P<paragraphs>(?:(?:{_AND})?第\s*{_NUM}(?:{_AND}{_INNER})*\s*款)*)"
    rf"(?P<items>(?:(?:{_AND})?第\s*\(?{_NUM}\)?(?:{_AND}{_INNER})*\s*项)*)"
)
_BARE_NUMBER = re.compile(rf"(?<=》)\s*(?P<nums>{_DIGITS})(?P<paragraphs>)(?P<items>)\s*条")
_ID = re.compile(rf":(?P<id>{_DIGITS}(?:之{_DIGITS})?)(?![0-9个项条款年月日次件人名.:/])")
_ANY_NUMBER = re.compile(_NUM)
_CHAPTERS = re.compile(rf"(?:\s|的|中|里|总则|附则|第\s*{_NUM}\s*[编章节分](?![、和]))*$")
_NOTE = re.compile(r"\(([^()]{1,60})\)\s*$")
_RUN = re.compile(r"[一-鿿()·0-9]{1,45}$")
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年?")
_YEAR_BEFORE = re.compile(
    r"((?:19|20)\d\d)\s*年?\s*(?:版|(?:[新初]?(?:修订|修正|印发|发布|公布|通过|施行)[后版]?))?的?$"
)
_YEAR_WORD = re.compile(r"版|修订|修正|印发|发布|公布|通过|施行")
_OLD = re.compile(r"(?:原|旧|修订前的?|修正前的?|废止前的?|旧版)$")
_CALLED = re.compile(
    r"《(?P<name>[^《》]{2,60})》\s*\([^()]{0,20}?(?:简称|统称)为?:?\s*[“\"《「]*(?P<short>[^”\"》」()]{2,30})[”\"》」]*\)"
)
_SAME = re.compile(
    r"(?:该|本|此|其|上述|前述|同一?|这一?部?)"
    r"(?:法|条例|规定|办法|准则|细则|规则|意见|章程|决定)?(?:的|中)?$"
)
_DOCUMENT = re.compile(
    r"(?:法|法典|条例|规定|办法|细则|规则|准则|意见|章程|决定|决议|解释|通知|规程|纲要|方案|制度|规范|公约|合同|协议|清单|标准)$"
)
_TITLE = re.compile(
    r"(?:法|法典|条例|规定|办法|细则|规则|准则|章程|党章|宪法|修正案|若干意见|实施意见)(?:\([^()]*\))?$"
)
_LEADS = (
    *"据照反了和与及或是对由在用犯按依从如即为到看查于因将以合符引见参有而且则并又也还至循守行背触嫌习实彻括称说指把被给同跟时前后",
    *("我国", "现行", "修订后的", "修正后的", "新的", "最新", "新", "的"),
)
_MADE_UNDER = re.compile(r"(?:贯彻)?实施(?:细则|办法|条例|意见|方案|规定)|(?:司法)?解释|释义")
_SENTENCE_ENDS = re.compile(r"[。!?!?\n;]")
_JOIN = re.compile(r"(?:.*[,、(])?[\s、,和与及或至到~—–\-以并]*$")


@dataclass(frozen=True)
class Mention:
    """One citation; `name` is None where the name is not in the table (then `written` says which)."""

    start: int
    end: int
    written: str
    name: str | None
    article: str = ""
    paragraphs: tuple[int, ...] = ()
    items: tuple[int, ...] = ()
    year: int | None = None  # of the version, where the text says one
    old: bool = False  # 原《X法》
    certain: bool = True


@dataclass(frozen=True)
class _Document:
    start: int
    written: str
    name: str | None
    year: int | None = None
    old: bool = False


def mentions(text: str, names: Container[str]) -> tuple[Mention, ...]:
    """Every citation in the text, in order; places are those of the text as it was given."""
    normalised = normalise_with_offsets(text)
    found = sorted(_Reader(normalised.text, names).read(), key=lambda m: (m.start, m.end))
    placed: list[Mention] = []
    for mention in found:
        start, end = normalised.span(mention.start, mention.end)
        placed.append(replace(mention, start=start, end=end))
    return tuple(placed)


class _Reader:
    """Reads one normalised text from left to right, keeping the document spoken of."""

    def __init__(self, text: str, names: Container[str]) -> None:
        self._text = text
        self._names = names
        self._called = {m["short"]: m["name"] for m in _CALLED.finditer(text)}
        self._last: _Document | None = None
        self._last_end = 0
        self._titles: set[int] = set()

    def read(self) -> Iterator[Mention]:
        articles = [*_ARTICLE.finditer(self._text), *_BARE_NUMBER.finditer(self._text)]
        read: list[tuple[int, int]] = []
        for match in sorted(articles, key=lambda m: m.start()):
            for mention in self._of_article(match):
                read.append((mention.start, mention.end))
                yield mention
        yield from self._of_ids()
        yield from self._of_titles(read)

    def _of_article(self, match: re.Match[str]) -> Iterator[Mention]:
        place = match.start()
        document = self._before(place)
        certain = True
        if document is None:
            document, certain = self._continued(place)
        if document is None:
            return
        start = document.start if document.start < place and document is not self._last else place
        groups = match.groupdict()
        numbers = [_number(n) for n in _ANY_NUMBER.findall(match["nums"])]
        sub = groups.get("sub1") or groups.get("sub2")
        for place_in_list, number in enumerate(numbers):
            last = place_in_list == len(numbers) - 1
            yield Mention(
                start=start,
                end=match.end(),
                written=document.written,
                name=document.name,
                article=f"{number}之{_number(sub)}" if sub and last else str(number),
                paragraphs=_numbers(match["paragraphs"]) if last else (),
                items=_numbers(match["items"]) if last else (),
                year=document.year,
                old=document.old,
                certain=certain,
            )
        self._last, self._last_end = document, match.end()

    def _before(self, place: int) -> _Document | None:
        """The document named right before a place."""
        end = place - len(_tail(_CHAPTERS, self._text[max(0, place - 60) : place]))
        year: int | None = None
        for _ in range(3):
            head = self._text[max(0, end - 120) : end]
            if head.endswith("》"):
                return self._in_marks(end, year)
            if bare := self._bare(head, end, year):
                return bare
            note = _NOTE.search(head)
            if note is None:
                break
            found = _YEAR.search(note[1])
            year = int(found[1]) if found else year
            end -= len(head) - note.start()
        run = _tail(_RUN, self._text[max(0, end - 60) : end])
        if not run:
            return None
        if _SAME.search(run) and self._last:
            return self._last
        if _DOCUMENT.search(run) and not _SAME.fullmatch(run):
            begins = _after_lead(run)
            written = run[begins:]
            marked = end - len(written)
            basis = None
            if begins == 0 and self._text[:marked].endswith("》"):
                basis = self._in_marks(marked, year)
            if basis:  # 《X法》实施办法
                return _Document(basis.start, self._text[basis.start : end], None, year)
            if len(written) >= 2:
                return _Document(end - len(written), written, None, year)
        return None

    def _in_marks(self, end: int, year: int | None) -> _Document | None:
        depth, start = 0, end
        while start > max(0, end - 200):
            start -= 1
            depth += {"》": 1, "《": -1}.get(self._text[start], 0)
            if depth == 0:
                break
        else:
            return None
        self._titles.add(start)
        written = self._text[start + 1 : end - 1].strip()
        lead = self._text[max(0, start - 20) : start]
        old = bool(_OLD.search(lead))
        before = _YEAR_BEFORE.search(lead)
        if year is None and before and _YEAR_WORD.search(before[0]):
            year = int(before[1])
        name, year_inside = self._known(written)
        return _Document(start, written, name, year or year_inside, old)

    def _known(self, written: str) -> tuple[str | None, int | None]:
        """The name in the table, and the year that stands in the name itself."""
        written = self._called.get(written, written)
        if written in self._names:
            return written, None
        note = _NOTE.search(written)
        year = _YEAR.search(note[1]) if note else None
        if note and year and (name := written[: note.start()].strip()) in self._names:
            return name, int(year[1])
        return None, None

    def _bare(self, head: str, end: int, year: int | None) -> _Document | None:
        run = _tail(_RUN, head)
        for length in range(len(run), 1, -1):
            written = run[-length:]
            name, _ = self._known(written)
            if name is None and written not in self._called:
                continue
            lead = run[:-length]
            if _whole(lead):
                return _Document(end - length, written, name, year, bool(_OLD.search(lead)))
            begins = _after_lead(run)
            return _Document(end - len(run) + begins, run[begins:], None, year)
        return None

    def _continued(self, place: int) -> tuple[_Document | None, bool]:
        """The document of the article before, in a list (certain) or in the same sentence."""
        between = self._text[self._last_end : place]
        if self._last is None or _SENTENCE_ENDS.search(between):
            return None, False
        return self._last, _JOIN.fullmatch(between) is not None

    def _of_ids(self) -> Iterator[Mention]:
        for match in _ID.finditer(self._text):
            run = _tail(_RUN, self._text[max(0, match.start() - 45) : match.start()])
            for length in range(len(run), 1, -1):
                name = run[-length:]
                if name in self._names and _whole(run[:-length]):
                    start = match.start() - length
                    yield Mention(start, match.end(), name, name, article=match["id"])
                    break

    def _of_titles(self, read: list[tuple[int, int]]) -> Iterator[Mention]:
        """Documents in 《》 without an article."""
        for match in re.finditer(r"《([^《》]{2,80})》", self._text):
            if match.start() in self._titles or any(a <= match.start() < b for a, b in read):
                continue
            document = self._in_marks(match.end(), None)
            made_under = _MADE_UNDER.match(self._text, match.end())
            if document and made_under:
                written = self._text[match.start() : made_under.end()]
                yield Mention(match.start(), made_under.end(), written, None)
            elif document and (document.name or _TITLE.search(document.written)):
                yield Mention(
                    start=match.start(),
                    end=match.end(),
                    written=document.written,
                    name=document.name,
                    year=document.year,
                    old=document.old,
                )


def _whole(lead: str) -> bool:
    """Whether a name that follows these characters stands alone."""
    return (
        not lead
        or lead.endswith(_LEADS)
        or lead[-1] in "()·"
        or lead[-1].isdigit()
        or bool(_OLD.search(lead))
    )


def _after_lead(run: str) -> int:
    """Where a name begins that nobody knows: after the last word that cannot be part of it."""
    places = [
        m.end()
        for m in re.finditer(
            r"根据|依据|依照|按照|违反|违背|触犯|参照|对照|适用|执行|遵守|符合", run
        )
    ]
    return places[-1] if places and places[-1] < len(run) else 0


def _tail(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""


def _numbers(words: str) -> tuple[int, ...]:
    return tuple(_number(n) for n in _ANY_NUMBER.findall(words))


def _number(words: str) -> int:
    """A numeral in digits, in Chinese, or in Chinese digits one by one (三九七)."""
    if words.isascii():
        return int(words)
    if len(words) > 1 and not set(words) & set("十百千"):
        return int("".join(str(numeral(word)) for word in words))
    return numeral(words)
