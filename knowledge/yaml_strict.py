"""Strict YAML for the library: what a person typed is what is read, or the line is named.

Refused  a key written twice; an unquoted date (YAML would make it a date) ; `on`, `yes`, `012` and the
         like, which YAML turns into something else than what stands there.
Raises   LibraryError with file and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import LibraryError

# libyaml's parser is ten times quicker; the wheels carry it on every system, a source build may not.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9]\d*)")
_FLOAT = re.compile(r"-?\d+\.\d+")
_WORDS = {"true": True, "false": False, "null": None, "": None}

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """Plain data of one file, and the line (from 1) on which each part of it begins."""

    path: Path
    data: Any
    lines: dict[Place, int]

    def line_of(self, place: Place) -> int:
        """Line of a place in the data; of the nearest place around it where it has none."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(path: Path) -> Document:
    """Read one file of the library."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise LibraryError(path, 1, "不是 UTF-8 编码，请另存为 UTF-8") from error
    if stray := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, stray.start()) + 1
        raise LibraryError(path, line, "这一行有看不见的控制字符，请删掉")
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = f"不是有效的 YAML，请检查缩进、冒号和括号（{error.problem}）"
        raise LibraryError(path, line, problem) from error
    if root is None:
        raise LibraryError(path, 1, "文件是空的")
    lines: dict[Place, int] = {}
    return Document(path=path, data=_build(root, (), path, lines), lines=lines)


def _build(node: yaml.Node, place: Place, path: Path, lines: dict[Place, int]) -> Any:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*place, index), path, lines) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                raise LibraryError(path, key_node.start_mark.line + 1, f"“{key}”写了两次")
            found[key] = _build(value_node, (*place, key), path, lines)
        return found
    return _scalar(node, path)


def _scalar(node: yaml.Node, path: Path) -> Any:
    text = str(node.value)
    plain = not getattr(node, "style", None)
    kind = node.tag.rpartition(":")[2]
    if not plain or kind == "str":
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    raise LibraryError(path, node.start_mark.line + 1, f"“{text}”要加引号，否则会被读成别的值")
