"""The words by which names of people, places and units are told, for placeholders.

Source  library/names.yaml; what each list is for stands there.
Raises  LibraryError: file, line, what is wrong.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from knowledge import checked
from knowledge.provisions import Frozen
from knowledge.rules import LIBRARY

_WORD = re.compile("[\u4e00-\u9fffA-Z]+")


def _word(word: str) -> str:
    if not _WORD.fullmatch(word):
        raise ValueError(f"“{word}”只能是汉字和大写字母，一词一项，用英文逗号隔开")
    return word


def _characters(text: Any) -> frozenset[str]:
    if not isinstance(text, str):
        raise ValueError("要把单字连着写成文字，不用括号和逗号")
    found = frozenset("".join(text.split()))
    strays = "".join(sorted(c for c in found if not _WORD.fullmatch(c)))
    if strays or not found:
        raise ValueError(f"只能是汉字，去掉“{strays}”" if strays else "是空的，至少要有一个字")
    return found


Word = Annotated[str, AfterValidator(_word)]
Words = frozenset[Word]
InOrder = tuple[Word, ...]  # joined into a pattern, where the first that fits is taken
Characters = Annotated[frozenset[str], BeforeValidator(_characters)]


class Names(Frozen):
    """Lists of words and of single characters; the reading of names weighs them."""

    surnames: Characters
    compound_surnames: Words
    rare_as_surname: Characters
    needs_role: Characters
    given: Characters
    not_given: Characters
    not_last: Characters
    titles: Words
    roles: Words
    role_ends: Characters
    organ_ends: Characters
    before_name: Words
    after_name: Words
    not_names: Words
    minority_parts: InOrder
    transcribed: Characters
    generic: Words
    not_in_place: Characters
    not_first: Characters
    not_kind: Words
    regions: Words
    place_chars: Characters
    brand_chars: Characters
    brand_first: Characters
    brands: Words
    trades: Words
    unit_kinds: InOrder
    unit_short: InOrder
    consumer_units: InOrder
    estates: InOrder
    place_kinds: InOrder
    place_ends: Characters


@lru_cache(maxsize=4)
def load(folder: Path = LIBRARY) -> Names:
    """The words in a folder, read once per process."""
    return checked.model(folder / "names.yaml", Names)
