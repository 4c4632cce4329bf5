"""A seal on an index folder: its files are as they were written, checked before Chroma opens them.

Terms   seal: sha256 of each file; of the database its rows, for opening it adds one to `acquire_write`.
Source  tried on Chroma 1.5.9: a damaged file can end the whole process instead of raising an error.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from knowledge.sqlite_address import read_only

Seal = dict[str, str]
_DATABASE = "chroma.sqlite3"
_COUNTS_OPENINGS = "acquire_write"


def seal(folder: Path) -> Seal:
    """The seal of a folder as it is now; raises OSError or sqlite3.Error where it cannot be read."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): _of_rows(path)
        if _is_database(path)
        else _of_file(path)
        for path in files
        if not path.name.startswith(f"{_DATABASE}-")
    }


def is_whole(folder: Path, sealed: object) -> bool:
    """Whether a folder is still as it was sealed."""
    try:
        return bool(sealed) and seal(folder) == sealed
    except (OSError, sqlite3.Error, UnicodeDecodeError):
        return False


def _is_database(path: Path) -> bool:
    return path.name == _DATABASE


def _of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of_rows(path: Path) -> str:
    digest = hashlib.sha256()
    with closing(sqlite3.connect(read_only(path.resolve()), uri=True, timeout=30)) as data:
        if data.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise sqlite3.DatabaseError(path.name)
        tables = data.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        for name, sql in tables:
            if name == _COUNTS_OPENINGS or sql.startswith("CREATE VIRTUAL"):
                continue
            digest.update(f"{name}|{sql}".encode())
            for row in data.execute(f'SELECT * FROM "{name}"'):
                digest.update(repr(row).encode())
    return digest.hexdigest()
