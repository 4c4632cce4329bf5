"""What goes into the index: for every provision, pattern and unit the texts it can be found by.

Terms   owner: the id of a provision or unit, or the name of a pattern. entry: one text of an owner;
        an owner is as near as its nearest entry, so everyday wordings stand beside the legal ones.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

from knowledge.rules import Rules

Kind = Literal["provision", "pattern", "method"]
ALWAYS, NEVER = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class Entry:
    """One text by which an owner can be found."""

    owner: str
    kind: Kind
    text: str

    @property
    def key(self) -> str:
        """Hash of the text, under which its shipped vector is kept."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Owner:
    """What is found: its days in force and the parts of an opinion it can support."""

    id: str
    kind: Kind
    begins: date
    ends: date  # first day no longer in force
    supports: tuple[str, ...]
    words: str  # everything said about it, for BM25


def owners_and_entries(rules: Rules) -> tuple[tuple[Owner, ...], tuple[Entry, ...]]:
    """Everything of the library that can be found."""
    owners: list[Owner] = []
    entries: list[Entry] = []
    for version in rules.provisions.versions.values():
        for provision in version.provisions:
            begins = provision.effective or version.effective or ALWAYS
            owners.append(
                Owner(
                    id=provision.id,
                    kind="provision",
                    begins=begins,
                    ends=version.superseded or NEVER,
                    supports=provision.supports,
                    words=" ".join(
                        (
                            version.document,
                            *version.aliases,
                            provision.article,
                            provision.gist,
                            *provision.topics,
                            *provision.wordings,
                        )
                    ),
                )
            )
            texts = (f"{version.document}：{provision.gist}", *provision.wordings)
            entries += [Entry(provision.id, "provision", text) for text in dict.fromkeys(texts)]
    for pattern in rules.patterns.values():
        owners.append(
            Owner(
                id=pattern.name,
                kind="pattern",
                begins=ALWAYS,
                ends=NEVER,
                supports=(),
                words=" ".join((pattern.name, *pattern.wordings)),
            )
        )
        texts = (pattern.name, *pattern.wordings)
        entries += [Entry(pattern.name, "pattern", text) for text in dict.fromkeys(texts)]
    for unit in rules.method.values():
        owners.append(
            Owner(
                id=unit.id,
                kind="method",
                begins=ALWAYS,
                ends=NEVER,
                supports=_SUPPORTED_BY_ROLE[unit.role],
                words=" ".join((unit.title, unit.text, *unit.topics, *unit.wordings)),
            )
        )
        texts = (f"{unit.title}：{unit.text}", *unit.wordings)
        entries += [Entry(unit.id, "method", text) for text in dict.fromkeys(texts)]
    return tuple(owners), tuple(entries)


_SUPPORTED_BY_ROLE: dict[str, tuple[str, ...]] = {
    "化验": ("domain",),
    "会诊": ("liability",),
    "处方": ("remedy",),
}
