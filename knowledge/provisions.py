"""Provisions, the versions of their documents, and the law of a day.

Terms   version: one text of one document, in force from `effective` to the day before `superseded`.
        prefix: the word before the colon of an id, one for each version (纪律处分条例2018).
Source  every date and number stands in library/provisions/<prefix>.yaml with where it was read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

Checked = Literal["verified", "recalled"]
DocumentKind = Literal[
    "国家法律", "行政法规", "党内法规", "规范性文件", "地方规则", "讲话", "部门规章", "监察法规"
]
Part = Literal["domain", "liability", "remedy", "measure"]


class Frozen(BaseModel):
    """Base of the library's types: never changed, no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Provision(Frozen):
    """One provision: its number, its gist in our own words, and how it was checked."""

    id: str
    article: str
    gist: str
    topics: tuple[str, ...]
    wordings: tuple[str, ...]
    supports: tuple[Part, ...]
    verified: Checked
    source: str
    effective: date | None = None  # only where this article's text began on another day
    earlier: str | None = None  # the same matter in the version before
    milder: bool = False  # this text is milder than `earlier`: 从旧兼从轻 shows it beside

    @property
    def prefix(self) -> str:
        """The word before the colon."""
        return self.id.partition(":")[0]

    @property
    def number(self) -> str:
        """What stands after the colon: an article number, or a heading."""
        return self.id.partition(":")[2]


class Version(Frozen):
    """One version of a document, with the provisions that the library holds of it."""

    prefix: str
    document: str
    aliases: tuple[str, ...] = ()
    title_note: str | None = None
    kind: DocumentKind
    issuer: str
    version: str
    effective: date | None
    superseded: date | None
    superseded_by: str | None = None
    articles: int | None
    articles_verified: bool
    verified: Checked
    source: str
    statute: str | None
    provisions: tuple[Provision, ...]

    def in_force(self, day: date) -> bool | None:
        """Whether this version was in force on that day; None when its beginning is not known."""
        if self.superseded is not None and day >= self.superseded:
            return False
        if self.effective is None:
            return None
        return day >= self.effective


class Provisions:
    """All versions and provisions of the library, by id, by name and by day."""

    def __init__(self, versions: Iterable[Version]) -> None:
        self.versions: dict[str, Version] = {version.prefix: version for version in versions}
        self.by_id: dict[str, Provision] = {
            provision.id: provision
            for version in self.versions.values()
            for provision in version.provisions
        }

    def __contains__(self, provision_id: object) -> bool:
        return provision_id in self.by_id

    def __getitem__(self, provision_id: str) -> Provision:
        return self.by_id[provision_id]

    def __len__(self) -> int:
        return len(self.by_id)

    def version_of(self, provision_id: str) -> Version:
        """The version that holds a provision."""
        return self.versions[self.by_id[provision_id].prefix]

    def in_force(self, provision_id: str, day: date) -> bool | None:
        """Whether a provision was in force on that day; None when its beginning is not known.

        Its own beginning counts where one is given: an amendment can leave an article as it was.
        """
        version = self.version_of(provision_id)
        if version.superseded is not None and day >= version.superseded:
            return False
        begins = self.by_id[provision_id].effective or version.effective
        return None if begins is None else day >= begins

    def on(self, provision_id: str, day: date) -> str | None:
        """The provision on the same matter that was in force on that day, or None.

        Walks back through `earlier`; a provision whose beginning is not known is kept.
        """
        current: str | None = provision_id
        while current is not None:
            if self.in_force(current, day) is not False:
                return current
            current = self.by_id[current].earlier
        return None

    @cached_property
    def amended(self) -> frozenset[str]:
        """The ids of provisions that say what an earlier one said before them."""
        return frozenset(i for i, provision in self.by_id.items() if provision.earlier)

    @cached_property
    def milder(self) -> dict[str, list[str]]:
        """Earlier provision → the ids that came after it and are milder (从旧兼从轻)."""
        found: dict[str, list[str]] = {}
        for provision in self.by_id.values():
            if provision.milder and provision.earlier:
                found.setdefault(provision.earlier, []).append(provision.id)
        return found

    @cached_property
    def documents(self) -> dict[str, tuple[Version, ...]]:
        """Versions by full name of the document, oldest first; those without a date come first."""
        found: dict[str, list[Version]] = {}
        for version in self.versions.values():
            found.setdefault(version.document, []).append(version)
        return {
            name: tuple(sorted(versions, key=lambda v: v.effective or date.min))
            for name, versions in found.items()
        }

    def version_on(self, document: str, day: date) -> Version | None:
        """The one version of a document in force on that day, or None."""
        for version in self.documents[document]:
            if version.in_force(day):
                return version
        return None

    @cached_property
    def names(self) -> dict[str, str]:
        """Every exact name and alias → full name of the document. No substring ever matches."""
        table: dict[str, str] = {}
        for version in self.versions.values():
            for name in (version.document, version.prefix, *version.aliases):
                table[name] = version.document
        return table
