"""Look something up in the library: provisions, units of the method and patterns, by words or document.

Terms   entry: one provision or unit with its wordings, topics and the patterns that rest on it.
        problem: one pattern with the rules it does not keep.
        Without words the whole document is listed; without a day every version is, and whether each
        is in force is told for today.
Source  the library and the index; judgement.yaml says how near is near enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Literal

from assistant.cite import METHOD, citation
from assistant.contract import Citation, Frozen
from knowledge.entries import Kind
from knowledge.errors import IndexUnavailableError
from knowledge.index import Hit, Index
from knowledge.rules import PatternMeasure, Rules

PROVISIONS, PROBLEMS = 12, 8
_WHOLE = 200  # entries of one document, when it is listed whole


class Entry(Frozen):
    """A provision or a unit of the method, as it is shown."""

    cited: Citation
    wordings: tuple[str, ...]
    topics: tuple[str, ...]
    problems: tuple[str, ...]
    superseded: date | None = None


class Problem(Frozen):
    """A pattern, as it is shown."""

    name: str
    domain: str
    device: str
    rules: tuple[Citation, ...]
    wordings: tuple[str, ...]
    questions: tuple[str, ...]
    measures: tuple[PatternMeasure, ...]


class Found(Frozen):
    """What was found; `unavailable` is not the same as `no_match`."""

    status: Literal["found", "no_match", "unavailable"]
    why: str = ""
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


def documents(rules: Rules) -> tuple[str, ...]:
    """The names to choose from, the method first."""
    return (METHOD, *sorted(rules.provisions.documents))


def look_up(words: str, document: str, day: date | None, index: Index, rules: Rules) -> Found:
    """By words, within a document where one is named; without words the document as a whole."""
    on = day or date.today()
    try:
        if words.strip():
            ids, names = _near(words, document, day, index, rules)
        else:
            ids, names = _whole(document, day, rules), ()
    except IndexUnavailableError as error:
        return Found(status="unavailable", why=str(error))
    entries = tuple(_entry(id_, on, rules) for id_ in ids)
    problems = tuple(_problem(name, on, rules) for name in names)
    return Found(
        status="found" if entries or problems else "no_match", entries=entries, problems=problems
    )


def _near(
    words: str, document: str, day: date | None, index: Index, rules: Rules
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    belongs = _belongs(document, rules)
    kinds: tuple[Kind, ...] = ("provision", "method")
    ids = [id_ for id_ in _good(words, day, kinds, index, rules) if belongs(id_)]
    names = [
        name
        for name in _good(words, day, ("pattern",), index, rules)
        if any(belongs(rule) for rule in rules.patterns[name].rule)
    ]
    return tuple(ids[:PROVISIONS]), tuple(names[:PROBLEMS])


def _good(
    words: str, day: date | None, kinds: tuple[Kind, ...], index: Index, rules: Rules
) -> list[str]:
    """What is near enough to be shown; none for a question off the subject."""
    hits, nearness = index.survey(words, day=day, kinds=kinds)
    numbers = rules.judgement.search
    known = nearness >= numbers["nearness_floor"]

    def is_near(hit: Hit) -> bool:
        return (known and hit.score >= numbers["floor"]) or hit.words >= numbers["words_floor"]

    return [hit.id for hit in hits if is_near(hit)]


def _whole(document: str, day: date | None, rules: Rules) -> tuple[str, ...]:
    if document == METHOD:
        return tuple(rules.method)
    versions = reversed(rules.provisions.documents.get(document, ()))
    ids = (provision.id for version in versions for provision in version.provisions)
    held = (i for i in ids if day is None or rules.provisions.in_force(i, day) is not False)
    return tuple(held)[:_WHOLE]


def _belongs(document: str, rules: Rules) -> Callable[[str], bool]:
    def belongs(id_: str) -> bool:
        if not document:
            return True
        if id_ in rules.method:
            return document == METHOD
        return rules.provisions.version_of(id_).document == document

    return belongs


def _entry(id_: str, on: date, rules: Rules) -> Entry:
    used = tuple(name for name, pattern in rules.patterns.items() if id_ in pattern.rule)
    cited = citation(id_, "measure", on, rules)
    if id_ in rules.method:
        unit = rules.method[id_]
        return Entry(cited=cited, wordings=unit.wordings, topics=unit.topics, problems=used)
    provision = rules.provisions[id_]
    return Entry(
        cited=cited,
        wordings=provision.wordings,
        topics=provision.topics,
        problems=used,
        superseded=rules.provisions.version_of(id_).superseded,
    )


def _problem(name: str, on: date, rules: Rules) -> Problem:
    pattern = rules.patterns[name]
    return Problem(
        name=name,
        domain=pattern.domain,
        device=pattern.device or "",
        rules=tuple(_of_the_day(pattern.rule, on, rules)),
        wordings=pattern.wordings,
        questions=pattern.questions,
        measures=pattern.measures,
    )


def _of_the_day(ids: Iterable[str], on: date, rules: Rules) -> list[Citation]:
    """The rules as they stood on that day; where none did, as the library names them."""
    kept = dict.fromkeys(
        id_ if id_ in rules.method else rules.provisions.on(id_, on) or id_ for id_ in ids
    )
    return [citation(id_, "measure", on, rules) for id_ in kept]
