"""Load the library and check it: every mistake names its file and line.

Terms   pattern: a typical problem (问题清单) with the rule it does not keep.
        unit: a citable idea of the article's method (方法:会诊), in our own words.
        cue: a regular expression for words that show a side; exceptions take it back.
Source  library/*.yaml; the article on the three relations for method.yaml.
Raises  LibraryError: file, line, what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, field_validator

from knowledge import checked
from knowledge.errors import LibraryError
from knowledge.provisions import Frozen, Provisions

LIBRARY = Path(__file__).parent / "library"

Domain = Literal["党建", "业务", "交织"]
Device = Literal[
    "业务会代替党员会",
    "多会合一",
    "多本合一",
    "对照检查抄袭",
    "一岗双责不落实",
    "用成绩掩饰短板",
]


def _compiles(expressions: tuple[str, ...]) -> tuple[str, ...]:
    for expression in expressions:
        try:
            re.compile(expression)
        except re.error as error:
            raise ValueError(
                f"“{expression}”不是有效的正则表达式，错在第 {(error.pos or 0) + 1} 个字符"
            ) from error
    return expressions


class MethodUnit(Frozen):
    """One idea of the article's method."""

    id: str
    role: Literal["化验", "会诊", "处方"]
    title: str
    text: str
    wordings: tuple[str, ...]
    topics: tuple[str, ...]
    source: str


class PatternMeasure(Frozen):
    """A step of rectification that the office itself can take."""

    text: str
    decided_by: str


class Pattern(Frozen):
    """A typical problem: how people word it, the rule not kept, what to ask, what to do."""

    name: str
    domain: Domain
    device: Device | None = None
    rule: tuple[str, ...]
    wordings: tuple[str, ...]
    questions: tuple[str, ...]
    measures: tuple[PatternMeasure, ...]


class Theme(Frozen):
    """One file of patterns."""

    theme: str
    patterns: tuple[Pattern, ...]


class Side(Frozen):
    """What leaning to one side means, and the cues that show it."""

    meaning: str
    cues: tuple[str, ...]
    _check = field_validator("cues")(_compiles)


class Criterion(Frozen):
    """One of the eight criteria."""

    name: str
    deciding: bool
    question: str
    mistake: Side
    failure: Side
    provisions: tuple[str, ...]


class RedLineRule(Frozen):
    """A red line; crossing it rules out 容错. `refers`: the matter goes to the discipline body."""

    name: str
    meaning: str
    refers: bool
    provision: str
    cues: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    _check = field_validator("cues", "exceptions")(_compiles)


class DistinctionRule(Frozen):
    """One of the article's four distinctions, each value with its cues."""

    name: Literal["范围", "层次", "性质", "根源"]
    values: dict[str, tuple[str, ...]]
    source: str


class RemedyRule(Frozen):
    """A remedy: what it means, who decides, and what to look for when citing a provision."""

    name: str
    meaning: str
    decided_by: str
    query: str
    provisions: tuple[str, ...]


class MeasureRule(Frozen):
    """A measure under a remedy; `when` limits it to findings whose words match."""

    remedy: str
    text: str
    decided_by: str
    provision: str
    when: tuple[str, ...] = ()
    _check = field_validator("when")(_compiles)


class LabelMeaning(Frozen):
    """What a label of the contract means, in one sentence, and the method unit behind it."""

    label: str
    meaning: str
    unit: str | None = None
    query: str = ""
    provisions: tuple[str, ...] = ()


class Rules:
    """The whole library, checked."""

    def __init__(self, folder: Path = LIBRARY) -> None:
        self.folder = folder
        self.provisions = Provisions(checked.versions(folder / "provisions"))
        self.method = {unit.id: unit for unit in _table(folder, "method", "units", MethodUnit)}
        self.criteria = {c.name: c for c in _table(folder, "criteria", "criteria", Criterion)}
        self.red_lines = _table(folder, "red_lines", "red_lines", RedLineRule)
        self.distinctions = _table(folder, "distinctions", "distinctions", DistinctionRule)
        self.remedies = {r.name: r for r in _table(folder, "remedies", "remedies", RemedyRule)}
        self.measures = _table(folder, "measures", "measures", MeasureRule)
        self.labels = {m.label: m for m in _table(folder, "labels", "labels", LabelMeaning)}
        self.patterns = {p.name: p for p in _patterns(folder / "issues")}
        self.language = checked.model(folder / "language.yaml", Language)
        self.judgement = checked.model(folder / "judgement.yaml", Judgement)
        self.texts = checked.model(folder / "texts.yaml", Texts)
        self.offices = checked.model(folder / "offices.yaml", Offices)
        _check_references(self)
        _check_ancestry(self)

    @cached_property
    def meanings(self) -> dict[str, str]:
        """Label → what it means."""
        return {label: meaning.meaning for label, meaning in self.labels.items()}


class Office(Frozen):
    """A kind of office: words that show it, and the documents that apply to no other."""

    name: str
    where: str
    documents: tuple[str, ...]
    patterns: tuple[str, ...] = ()  # beginnings of the names of problem patterns


class Crime(Frozen):
    """A provision that names a crime, and the words without which it is not cited."""

    prefix: str
    provision: str
    where: str


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
        return all(re.search(crime.where, text) for crime in own)

    def is_penal(self, provision: str) -> bool:
        """Whether the provision says no more than how a breach is punished."""
        return provision in self.penal or provision.partition(":")[0] in self.penal

    def apply(self, prefix: str, text: str) -> bool:
        """Whether a document can apply to the office that a finding speaks of."""
        return all(
            re.search(office.where, text) for office in self.offices if prefix in office.documents
        )

    def pattern_applies(self, name: str, text: str) -> bool:
        """Whether a problem pattern is one of the office that a finding speaks of."""
        return all(
            re.search(office.where, text)
            for office in self.offices
            if name.startswith(office.patterns)
        )


class Language(Frozen):
    """Words of Chinese that turn a statement round or weaken it; used by every cue."""

    negations: tuple[str, ...]
    double_negations: tuple[str, ...]
    claims: tuple[str, ...]
    checks: tuple[str, ...]
    refutations: tuple[str, ...]
    unknowns: tuple[str, ...]
    instructions: tuple[str, ...]
    greetings: tuple[str, ...]
    questions: tuple[str, ...]
    _check = field_validator(
        "negations",
        "double_negations",
        "claims",
        "checks",
        "refutations",
        "unknowns",
        "instructions",
        "greetings",
        "questions",
    )(_compiles)


class Judgement(Frozen):
    """Numbers of the judge; fitted on the training findings or set by hand, as each comment says."""

    weights: dict[str, float]
    reading: dict[str, dict[str, float]]
    sure: float
    caution: float
    remedy_margin: float
    pattern_floor: float
    cite_floor: float
    search: dict[str, float]
    tag_floor: float


class Texts(Frozen):
    """Sentences that every opinion carries."""

    disclaimer: str
    rights: str
    greeting: str
    need: str
    no_match: str


@lru_cache(maxsize=4)
def load(folder: Path = LIBRARY) -> Rules:
    """The library in a folder, read once per process."""
    return Rules(folder)


def _table(
    folder: Path, name: str, key: str, kind: type[checked.Model]
) -> tuple[checked.Model, ...]:
    return tuple(checked.table(folder / f"{name}.yaml", key, kind, _name_of))


def _name_of(row: BaseModel) -> str:
    if isinstance(row, MeasureRule):
        return row.remedy + row.text
    return str(getattr(row, "id", None) or getattr(row, "name", None) or getattr(row, "label", ""))


def _patterns(folder: Path) -> Iterator[Pattern]:
    seen: dict[str, str] = {}
    for document, theme in checked.files(folder, Theme):
        for index, pattern in enumerate(theme.patterns):
            if pattern.name in seen:
                line = document.line_of(("patterns", index))
                problem = f"“{pattern.name}”在 {seen[pattern.name]} 里已有"
                raise LibraryError(document.path, line, problem)
            seen[pattern.name] = document.path.name
            yield pattern


def _check_references(rules: Rules) -> None:
    """Every provision id that any file names must exist."""
    for path, name, provision_id in _references(rules):
        if provision_id not in rules.provisions and provision_id not in rules.method:
            path = path if path.is_file() else _file_of(path, name)
            line = _line_with(path, provision_id)
            raise LibraryError(path, line, f"“{name}”引用的 {provision_id} 不在条款库里")


def _check_ancestry(rules: Rules) -> None:
    """Walking back through `earlier` must come to an end."""
    for provision_id in rules.provisions.by_id:
        seen: list[str] = []
        current: str | None = provision_id
        while current is not None:
            if current in seen:
                last = seen[-1]
                path = rules.folder / "provisions" / f"{last.partition(':')[0]}.yaml"
                problem = f"{last} 的 earlier 又绕回 {current}"
                raise LibraryError(path, _line_with(path, current), problem)
            seen.append(current)
            current = rules.provisions[current].earlier


def _references(rules: Rules) -> Iterator[tuple[Path, str, str]]:
    folder = rules.folder
    for criterion in rules.criteria.values():
        for provision_id in criterion.provisions:
            yield folder / "criteria.yaml", criterion.name, provision_id
    for line in rules.red_lines:
        yield folder / "red_lines.yaml", line.name, line.provision
    for remedy in rules.remedies.values():
        for provision_id in remedy.provisions:
            yield folder / "remedies.yaml", remedy.name, provision_id
    for measure in rules.measures:
        yield folder / "measures.yaml", measure.text, measure.provision
    for label in rules.labels.values():
        for provision_id in (*((label.unit,) if label.unit else ()), *label.provisions):
            yield folder / "labels.yaml", label.label, provision_id
    for version in rules.provisions.versions.values():
        path = folder / "provisions" / f"{version.prefix}.yaml"
        for provision in version.provisions:
            if provision.earlier:
                yield path, provision.id, provision.earlier
    for pattern in rules.patterns.values():
        for provision_id in pattern.rule:
            yield folder / "issues", pattern.name, provision_id


def _file_of(folder: Path, name: str) -> Path:
    """The file that holds a pattern; only looked for when there is something to say about it."""
    for path in sorted(folder.glob("*.yaml")):
        if f"name: {name}\n" in path.read_text(encoding="utf-8"):
            return path
    return folder


def _line_with(path: Path, provision_id: str) -> int:
    """The first line that has the whole id, not only its beginning."""
    if not path.is_file():
        return 1
    whole = re.compile(re.escape(provision_id) + r"(?![\w\-－])")
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if whole.search(line.partition("#")[0])), 1)
