"""Load the library and check it: every mistake names its file and line.

Terms   pattern: a typical problem (问题清单) with the rule it does not keep.
        unit: a citable idea of the article's method (方法:会诊), in our own words.
        cue: a regular expression for words that show a side; exceptions take it back.
Source  library/*.yaml; the article on the three relations for method.yaml.
Raises  LibraryError: file, line, what is wrong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError, field_validator

from knowledge import yaml_strict
from knowledge.errors import LibraryError
from knowledge.provisions import Frozen, Provisions, Version

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
_Model = TypeVar("_Model", bound=BaseModel)


def _compiles(expressions: tuple[str, ...]) -> tuple[str, ...]:
    for expression in expressions:
        try:
            re.compile(expression)
        except re.error as error:
            raise ValueError(f"“{expression}”不是有效的正则表达式：{error}") from error
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
        self.provisions = Provisions(_versions(folder / "provisions"))
        self.method = {unit.id: unit for unit in _table(folder, "method", "units", MethodUnit)}
        self.criteria = {c.name: c for c in _table(folder, "criteria", "criteria", Criterion)}
        self.red_lines = _table(folder, "red_lines", "red_lines", RedLineRule)
        self.distinctions = _table(folder, "distinctions", "distinctions", DistinctionRule)
        self.remedies = {r.name: r for r in _table(folder, "remedies", "remedies", RemedyRule)}
        self.measures = _table(folder, "measures", "measures", MeasureRule)
        self.labels = {m.label: m for m in _table(folder, "labels", "labels", LabelMeaning)}
        self.patterns = {p.name: p for p in _patterns(folder / "issues")}
        self.language = _model(folder / "language.yaml", Language)
        self.judgement = _model(folder / "judgement.yaml", Judgement)
        self.texts = _model(folder / "texts.yaml", Texts)
        _check_references(self)

    @cached_property
    def meanings(self) -> dict[str, str]:
        """Label → what it means."""
        return {label: meaning.meaning for label, meaning in self.labels.items()}


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
    remedy_margin: float
    pattern_floor: float
    cite_floor: float
    search: dict[str, float]


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


def _validated(
    document: yaml_strict.Document, place: yaml_strict.Place, kind: type[_Model]
) -> _Model:
    data: Any = document.data
    for part in place:
        data = data[part]
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = tuple(p for p in first["loc"] if isinstance(p, str | int))
        field = "→".join(str(p) for p in where) or "整段"
        problem = f"{field}：{_in_chinese(first)}"
        raise LibraryError(document.path, document.line_of((*place, *where)), problem) from error


def _in_chinese(error: Any) -> str:
    kind = str(error["type"])
    if kind == "missing":
        return "缺这一项"
    if kind == "extra_forbidden":
        return "没有这样的字段，请检查拼写"
    if kind == "literal_error":
        return f"只能是 {error['ctx']['expected']}"
    if kind.startswith("date"):
        return '要写成 "2024-01-31" 这样的日期'
    return str(error["msg"])


def _model(path: Path, kind: type[_Model]) -> _Model:
    if not path.is_file():
        raise LibraryError(path, 1, "缺这个文件")
    return _validated(yaml_strict.read(path), (), kind)


def _table(folder: Path, name: str, key: str, kind: type[_Model]) -> tuple[_Model, ...]:
    path = folder / f"{name}.yaml"
    if not path.is_file():
        raise LibraryError(path, 1, "缺这个文件")
    document = yaml_strict.read(path)
    if not isinstance(document.data, dict) or not isinstance(document.data.get(key), list):
        raise LibraryError(path, 1, f"文件要以 {key}: 开头，下面是列表")
    rows = tuple(_validated(document, (key, i), kind) for i in range(len(document.data[key])))
    _unique(document, key, [_name_of(row) for row in rows])
    return rows


def _name_of(row: BaseModel) -> str:
    if isinstance(row, MeasureRule):
        return row.remedy + row.text
    return str(getattr(row, "id", None) or getattr(row, "name", None) or getattr(row, "label", ""))


def _unique(document: yaml_strict.Document, key: str, names: list[str]) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            raise LibraryError(document.path, document.line_of((key, index)), f"“{name}”写了两次")
        seen.add(name)


def _versions(folder: Path) -> Iterator[Version]:
    names: dict[str, str] = {}
    by_document: dict[str, list[tuple[Version, Path]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = yaml_strict.read(path)
        if not isinstance(document.data, dict):
            raise LibraryError(path, 1, "文件要写成“字段: 值”")
        document.data["prefix"] = path.stem
        version = _validated(document, (), Version)
        _check_version(version, document)
        for name in (version.document, version.prefix, *version.aliases):
            if names.setdefault(name, version.document) != version.document:
                raise LibraryError(path, 1, f"名称“{name}”已属于《{names[name]}》")
        by_document.setdefault(version.document, []).append((version, path))
        yield version
    for versions in by_document.values():
        _check_succession(versions)


def _check_version(version: Version, document: yaml_strict.Document) -> None:
    if version.effective and version.superseded and version.superseded <= version.effective:
        raise LibraryError(document.path, document.line_of(("superseded",)), "失效日不晚于施行日")
    _unique(document, "provisions", [p.id for p in version.provisions])
    for index, provision in enumerate(version.provisions):
        line = document.line_of(("provisions", index))
        if provision.prefix != version.prefix:
            raise LibraryError(
                document.path, line, f"编号 {provision.id} 应以“{version.prefix}:”开头"
            )
        number = re.match(r"\d+", provision.number)
        if number and version.articles and int(number.group()) > version.articles:
            problem = f"{provision.id} 超出本版共 {version.articles} 条"
            raise LibraryError(document.path, line, problem)


def _check_succession(versions: list[tuple[Version, Path]]) -> None:
    """On no day may two versions of a document be in force."""
    dated = sorted(
        ((v, p) for v, p in versions if v.effective is not None),
        key=lambda pair: str(pair[0].effective),
    )
    for (before, path), (after, _) in itertools.pairwise(dated):
        if before.superseded is None or (after.effective and before.superseded > after.effective):
            problem = f"与 {after.prefix}（{after.effective} 施行）同时有效，请写 superseded"
            raise LibraryError(path, 1, problem)


def _patterns(folder: Path) -> Iterator[Pattern]:
    seen: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = yaml_strict.read(path)
        theme = _validated(document, (), Theme)
        for index, pattern in enumerate(theme.patterns):
            if pattern.name in seen:
                line = document.line_of(("patterns", index))
                raise LibraryError(
                    path, line, f"“{pattern.name}”在 {seen[pattern.name].name} 里已有"
                )
            seen[pattern.name] = path
            yield pattern


def _check_references(rules: Rules) -> None:
    """Every provision id that any file names must exist."""
    for path, name, provision_id in _references(rules):
        if provision_id not in rules.provisions and provision_id not in rules.method:
            line = _line_with(path, provision_id)
            raise LibraryError(path, line, f"“{name}”引用的 {provision_id} 不在条款库里")


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
            yield _file_of(folder / "issues", pattern.name), pattern.name, provision_id


def _file_of(folder: Path, name: str) -> Path:
    for path in sorted(folder.glob("*.yaml")):
        if f"name: {name}\n" in path.read_text(encoding="utf-8"):
            return path
    return folder


def _line_with(path: Path, words: str) -> int:
    if not path.is_file():
        return 1
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if words in line), 1)
