"""For which kind of office and of matter a document is: what may be cited for which finding.

Terms   office: the words that show a kind of office (村, 国有企业) or of matter (采购, 换届选举), and
        the documents and problem patterns that belong to no other finding.
        crime: a provision that names a crime, cited only with the words that show it.
Source  library/offices.yaml.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from pydantic import field_validator

from knowledge.expressions import compiles
from knowledge.provisions import Frozen


def _compiles(where: str) -> str:
    return compiles((where,))[0]


class Office(Frozen):
    """A kind of office or of matter: words that show it, and the documents that apply to no other."""

    name: str
    where: str
    documents: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()  # beginnings of the names of problem patterns
    _check = field_validator("where")(_compiles)


class Crime(Frozen):
    """A provision that names a crime, and the words without which it is not cited."""

    prefix: str
    provision: str
    where: str
    _check = field_validator("where")(_compiles)


class Offices(Frozen):
    """Which documents may be cited for which finding."""

    offices: tuple[Office, ...]
    crimes: tuple[Crime, ...]  # cited only where a breach of law or discipline is suspected
    penal: tuple[str, ...]  # prefixes or ids that say no more than how a breach is punished

    def names_crime(self, provision: str, text: str) -> bool | None:
        """Whether a crime is named with cause; None when the provision names none."""
        prefix = provision.partition(":")[0]
        if prefix not in {crime.prefix for crime in self.crimes}:
            return None
        own = [crime for crime in self.crimes if crime.provision == provision]
        return all(_speaks_of(_compiled(crime.where), text) for crime in own)

    def is_penal(self, provision: str) -> bool:
        """Whether the provision says no more than how a breach is punished."""
        return provision in self.penal or provision.partition(":")[0] in self.penal

    def apply(self, provision: str, text: str) -> bool:
        """Whether a document can apply to the office and the matter that a finding speaks of.

        provision: the id, or only the prefix of the document.
        """
        named = {provision, provision.partition(":")[0]}
        return all(
            _speaks_of(where, text) for name in named for where in self._of_document.get(name, ())
        )

    def pattern_applies(self, name: str, text: str) -> bool:
        """Whether a problem pattern is one of the office that a finding speaks of."""
        return all(
            _speaks_of(_compiled(office.where), text)
            for office in self.offices
            if name.startswith(office.patterns)
        )

    @cached_property
    def _of_document(self) -> dict[str, list[re.Pattern[str]]]:
        """Prefix or id → what has to stand in the finding."""
        found: dict[str, list[re.Pattern[str]]] = {}
        for office in self.offices:
            for document in office.documents:
                found.setdefault(document, []).append(_compiled(office.where))
        return found


@lru_cache(maxsize=512)
def _compiled(where: str) -> re.Pattern[str]:
    """A line break in the finding changes nothing."""
    return re.compile(where, re.DOTALL)


@lru_cache(maxsize=8192)  # hundreds of provisions of one finding ask the same
def _speaks_of(where: re.Pattern[str], text: str) -> bool:
    return where.search(text) is not None
