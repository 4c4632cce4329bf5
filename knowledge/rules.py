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
from knowledge.expressions import compiles
from knowledge.offices import Offices
from knowledge.provisions import Frozen, Provisions

_ID = re.compile(r"\[([^\[\]\s]{2,40})\]")
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
    provision: str = ""  # what it rests on; empty: the criterion's first
    cues: tuple[str, ...]
    _check = field_validator("cues")(compiles)


class Criterion(Frozen):
    """One of the eight criteria."""

    name: str
    deciding: bool
    explains: bool = True  # whether it alone can show how a mistake came about
    question: str
    asked_where: str = ""  # what a finding has to speak of for the question to make sense
    mistake: Side
    failure: Side
    provisions: tuple[str, ...]


class RedLineRule(Frozen):
    """A red line; crossing it rules out 容错. `refers`: the matter goes to the discipline body.

    formerly: what it rested on before `provision` was in force, in the order to be tried.
    """

    name: str
    meaning: str
    refers: bool
    provision: str
    formerly: tuple[str, ...] = ()
    cues: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    _check = field_validator("cues", "exceptions")(compiles)


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


class ExamQuestion(Frozen):
    """A short finding with a known answer, to see how well a model reads."""

    text: str
    liability: Literal["失误", "失责", "违纪违法", "待核实", "不成立"]


class MeasureRule(Frozen):
    """A measure under a remedy; `when` and `unless` limit it by the finding's words."""

    remedy: str
    text: str
    decided_by: str
    provision: str
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    _check = field_validator("when", "unless")(compiles)


class Fit(Frozen):
    """Where a pattern's own measure fits: what the finding must say and must not say."""

    measure: str
    where: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    _check = field_validator("where", "unless")(compiles)

    @field_validator("measure")
    @classmethod
    def _check_measure(cls, measure: str) -> str:
        return compiles((measure,))[0]


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
        self.fits = _table(folder, "measures", "fits", Fit)
        self.labels = {m.label: m for m in _table(folder, "labels", "labels", LabelMeaning)}
        self.exam = _table(folder, "exam", "questions", ExamQuestion)
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

    def named(self, provision_id: str) -> str:
        """An id as a person reads it: 问责条例第十七条, 方法“查准、查实、查全”."""
        if provision_id in self.method:
            return f"方法“{self.method[provision_id].title}”"
        if provision_id not in self.provisions:
            return provision_id
        prefix = provision_id.partition(":")[0]
        article = self.provisions[provision_id].article
        where = article if article.startswith("第") else f"“{article}”"
        return f"{prefix.rstrip('0123456789')}{where}"

    def with_names(self, text: str) -> str:
        """A text in which every [id] of the library reads as a name."""
        return _ID.sub(
            lambda m: f"〔{self.named(m.group(1))}〕" if self._has(m.group(1)) else m.group(), text
        )

    def _has(self, provision_id: str) -> bool:
        return provision_id in self.method or provision_id in self.provisions


class Language(Frozen):
    """Words of Chinese that turn a statement round or weaken it; used by every cue."""

    negations: tuple[str, ...]
    double_negations: tuple[str, ...]
    claims: tuple[str, ...]
    speech: tuple[str, ...]
    checks: tuple[str, ...]
    refutations: tuple[str, ...]
    unknowns: tuple[str, ...]
    upheld: tuple[str, ...]
    turns: tuple[str, ...]
    clears: tuple[str, ...]
    looking: tuple[str, ...]
    instructions: tuple[str, ...]
    greetings: tuple[str, ...]
    questions: tuple[str, ...]
    _check = field_validator(
        "negations",
        "double_negations",
        "claims",
        "speech",
        "checks",
        "refutations",
        "unknowns",
        "upheld",
        "turns",
        "clears",
        "looking",
        "instructions",
        "greetings",
        "questions",
    )(compiles)


class Judgement(Frozen):
    """Numbers of the judge; fitted on the training findings or set by hand, as each comment says."""

    weights: dict[str, float]
    reading: dict[str, dict[str, float]]
    sure: float
    caution: float
    alarm: float
    excuse: float
    clear: float
    remedy_margin: float
    pattern_floor: float
    cite_floor: float
    search: dict[str, float]
    tag_floor: float
    tag_floor_alone: float


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
    if isinstance(row, ExamQuestion):
        return row.text
    if isinstance(row, Fit):
        return row.measure
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
        sides = (criterion.mistake.provision, criterion.failure.provision)
        for provision_id in (*criterion.provisions, *filter(None, sides)):
            yield folder / "criteria.yaml", criterion.name, provision_id
    for line in rules.red_lines:
        for provision_id in (line.provision, *line.formerly):
            yield folder / "red_lines.yaml", line.name, provision_id
    for office in rules.offices.offices:
        for named in office.documents:
            if named not in rules.provisions.versions:
                yield folder / "offices.yaml", office.name, named
    for crime in rules.offices.crimes:
        yield folder / "offices.yaml", crime.prefix, crime.provision
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
