"""Read files of the library into checked models: every mistake names its file and line.

Terms   table: a file that is one list under one key. place: the path of keys to a part of the data.
Source  library/*.yaml, read by knowledge.yaml_strict.
Raises  LibraryError: file, line, what is wrong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from knowledge import yaml_strict
from knowledge.errors import LibraryError
from knowledge.provisions import Version

Model = TypeVar("Model", bound=BaseModel)


def validated(document: yaml_strict.Document, place: yaml_strict.Place, kind: type[Model]) -> Model:
    """One part of a file as a model."""
    data: Any = document.data
    for part in place:
        data = data[part]
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = tuple(p for p in first["loc"] if isinstance(p, str | int))
        field = "→".join(str(p + 1 if isinstance(p, int) else p) for p in where) or "整段"
        problem = f"{field}：{_in_chinese(first)}"
        raise LibraryError(document.path, document.line_of((*place, *where)), problem) from error


def _in_chinese(error: Any) -> str:
    kind = str(error["type"])
    if kind == "missing":
        return "缺这一项"
    if kind == "extra_forbidden":
        return "没有这样的字段，请检查拼写"
    if kind == "literal_error":
        return f"只能是 {error['ctx']['expected'].replace(' or ', '、').replace(', ', '、')}"
    if kind.startswith("date"):
        return '要写成 "2024-01-31" 这样的日期'
    if kind == "value_error":
        return str(error["ctx"]["error"])
    return _KINDS.get(kind, str(error["msg"]))


_KINDS = {
    "string_type": "要写成文字",
    "bool_type": "只能是 true 或 false",
    "bool_parsing": "只能是 true 或 false",
    "int_type": "要写成整数",
    "int_parsing": "要写成整数",
    "float_type": "要写成数",
    "float_parsing": "要写成数",
    "tuple_type": "要写成列表，如 [甲, 乙]",
    "frozen_set_type": "要写成列表，如 [甲, 乙]",
    "dict_type": "要写成“字段: 值”",
    "model_type": "要写成“字段: 值”",
    "model_attributes_type": "要写成“字段: 值”",
}


def model(path: Path, kind: type[Model]) -> Model:
    """A file that is one model."""
    return validated(_read(path), (), kind)


def table(path: Path, key: str, kind: type[Model], name: Callable[[Model], str]) -> Iterator[Model]:
    """The rows of a table; no two may have the same name."""
    document = _read(path)
    if not isinstance(document.data, dict) or not isinstance(document.data.get(key), list):
        raise LibraryError(path, 1, f"文件要以 {key}: 开头，下面是列表")
    rows = [validated(document, (key, i), kind) for i in range(len(document.data[key]))]
    _unique(document, key, [name(row) for row in rows])
    yield from rows


def files(folder: Path, kind: type[Model]) -> Iterator[tuple[yaml_strict.Document, Model]]:
    """Every file of a folder as a model, by name."""
    for path in sorted(folder.glob("*.yaml")):
        document = yaml_strict.read(path)
        yield document, validated(document, (), kind)


def versions(folder: Path) -> Iterator[Version]:
    """Every version of every document; names and days in force must not overlap."""
    names: dict[str, str] = {}
    by_document: dict[str, list[tuple[Version, yaml_strict.Document]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = yaml_strict.read(path)
        if not isinstance(document.data, dict):
            raise LibraryError(path, 1, "文件要写成“字段: 值”")
        document.data["prefix"] = path.stem
        version = validated(document, (), Version)
        _check_version(version, document)
        for name in (version.document, version.prefix, *version.aliases):
            if names.setdefault(name, version.document) != version.document:
                line = document.line_of(("aliases",))
                raise LibraryError(path, line, f"名称“{name}”已属于《{names[name]}》")
        by_document.setdefault(version.document, []).append((version, document))
        yield version
    for held in by_document.values():
        _check_succession(held)


def _read(path: Path) -> yaml_strict.Document:
    if not path.is_file():
        raise LibraryError(path, 1, "缺这个文件")
    return yaml_strict.read(path)


def _unique(document: yaml_strict.Document, key: str, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            raise LibraryError(document.path, document.line_of((key, index)), f"“{name}”写了两次")
        seen.add(name)


def _check_version(version: Version, document: yaml_strict.Document) -> None:
    if version.effective and version.superseded and version.superseded <= version.effective:
        raise LibraryError(document.path, document.line_of(("superseded",)), "失效日不晚于施行日")
    _unique(document, "provisions", [p.id for p in version.provisions])
    for index, provision in enumerate(version.provisions):
        line = document.line_of(("provisions", index))
        if provision.prefix != version.prefix:
            problem = f"编号 {provision.id} 应以“{version.prefix}:”开头"
            raise LibraryError(document.path, line, problem)
        number = re.match(r"\d+", provision.number)
        if number and version.articles and not 1 <= int(number.group()) <= version.articles:
            problem = f"{provision.id} 超出本版共 {version.articles} 条"
            raise LibraryError(document.path, line, problem)
        if provision.effective and version.superseded and provision.effective >= version.superseded:
            line = document.line_of(("provisions", index, "effective"))
            raise LibraryError(document.path, line, f"{provision.id} 的施行日不早于本版的失效日")


def _check_succession(held: Sequence[tuple[Version, yaml_strict.Document]]) -> None:
    """On no day may two versions of a document be in force."""
    dated = sorted(
        ((v, d) for v, d in held if v.effective is not None),
        key=lambda pair: str(pair[0].effective),
    )
    for (before, document), (after, _) in itertools.pairwise(dated):
        if before.superseded is None or (after.effective and before.superseded > after.effective):
            problem = f"与 {after.prefix}（{after.effective} 施行）同时有效，请改正 superseded"
            raise LibraryError(document.path, document.line_of(("superseded",)), problem)
