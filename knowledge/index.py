"""Hybrid search over the library: BM25 by words and dense vectors in Chroma, fused.

Terms   nearest: the entries that Chroma finds; knowledge.ranking scores their owners.
        Built aside, then switched to by replacing one small file; a second
        process waits for the lock and reads what the first has built.
Raises  IndexUnavailableError: could not search, which is not the same as finding nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import chromadb
import httpx
import numpy as np
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from filelock import FileLock, Timeout
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from knowledge import vectors
from knowledge.encoder import Encoder, TokenStates
from knowledge.entries import Entry, Kind, Owner, owners_and_entries
from knowledge.errors import IndexUnavailableError
from knowledge.ranking import Hit as Hit
from knowledge.ranking import Ranking
from knowledge.ranking import Vector as Vector
from knowledge.rules import Rules
from knowledge.seal import is_whole, seal
from knowledge.text import normalise

_FORMAT = "6"
_LOCK_SECONDS = 300
_BATCH = 5000  # Chroma on SQLite takes 5461 at once
_POINTER, _HELD = "current.json", ".held"
_FOLDER = re.compile(r"[0-9a-f]{16}-[0-9a-f]{8}")
# synchronised at once: else opening writes files anew, with whatever lay in memory
_HNSW = {"space": "cosine", "ef_construction": 64, "ef_search": 100}
_GRAPH: Any = {"hnsw": {**_HNSW, "batch_size": 2, "sync_threshold": 2}}
_FIXED_BYTES, _BYTES_AN_ENTRY = 16 << 20, 6 << 10
_CHROMA_ERRORS = (ChromaError, httpx.HTTPError, ValueError, RuntimeError, sqlite3.Error)
_ALL_KINDS: tuple[Kind, ...] = ("provision", "pattern", "method")

Collections = dict[Kind, Any]  # one each: a filter inside Chroma takes ten times as long


# collections are asked side by side: most of a question's time is Chroma's, outside Python
_ASKING = ThreadPoolExecutor(len(_ALL_KINDS), thread_name_prefix="chroma")


class Index:
    """Search over what the library holds; open it with `open_index`."""

    def __init__(
        self,
        rules: Rules,
        embeddings: Embeddings,
        collections: Collections,
        cache: Path,
        held: FileLock | None = None,
    ) -> None:
        self._held = held  # while it lives, nobody removes the folder that is read
        self._rules = rules
        self._embeddings = embeddings
        self._collections = collections
        self._locks: dict[Kind, threading.Lock] = {kind: threading.Lock() for kind in collections}
        owners, self.entries = owners_and_entries(rules)
        self._counts = Counter(entry.kind for entry in self.entries)
        self._owners = {owner.id: owner for owner in owners}
        matrix = self._load_matrix()
        # the method is one article: its few entries are all candidates, sooner done than asking
        self._method = np.flatnonzero([entry.kind == "method" for entry in self.entries])
        self._of_method = matrix[self._method]
        self._ranking = Ranking(rules, owners, self.entries, matrix, cache)

    def warm(self) -> None:
        """Load what the first search would wait for: the dictionary and the encoder."""
        self._ranking.warm()
        self.vectors(["党课"])

    def vectors(self, texts: Sequence[str]) -> Vector:
        """Query vectors, shape (n, 384), length 1."""
        return vectors.of_queries(self._embeddings, [normalise(text) for text in texts])

    def read(self, texts: Sequence[str]) -> list[tuple[Vector, TokenStates | None]]:
        """Query vectors of normalised texts, with token states where the built-in encoder made them."""
        if isinstance(self._embeddings, Encoder):
            return [(vector, states) for vector, states in self._embeddings.read(texts)]
        return [(vector, None) for vector in vectors.of_queries(self._embeddings, texts)]

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        day: date | None = None,
        kinds: tuple[Kind, ...] = _ALL_KINDS,
        vector: Vector | None = None,
    ) -> tuple[Hit, ...]:
        """The best owners, best first; those not in force on the day are left out."""
        found = self.look(query, day=day, kinds=kinds, vector=vector)
        return tuple(found[:limit])

    def look(
        self,
        query: str,
        *,
        day: date | None = None,
        kinds: tuple[Kind, ...] = _ALL_KINDS,
        vector: Vector | None = None,
    ) -> list[Hit]:
        """Everything near a query, best first; patterns are looked up for the rules they rest on."""
        return self.survey(query, day=day, kinds=kinds, vector=vector)[0]

    def survey(
        self,
        query: str,
        *,
        day: date | None = None,
        kinds: tuple[Kind, ...] = _ALL_KINDS,
        vector: Vector | None = None,
    ) -> tuple[list[Hit], float]:
        """What `look` finds, and the plain cosine of the nearest text: how far off the subject."""
        if not any(char.isalnum() for char in normalise(query)):
            return [], 0.0
        if vector is None:
            vector = self.vectors([query])[0]
        return self._survey_with([query], vector[None], [day], kinds)[0]

    def look_at_each(
        self, queries: Sequence[str], vectors: Vector, days: Sequence[date | None]
    ) -> list[list[Hit]]:
        """What `look` finds for each of several queries; Chroma is asked once for all of them."""
        return [hits for hits, _ in self._survey_with(queries, vectors, days, _ALL_KINDS)]

    def _survey_with(
        self,
        queries: Sequence[str],
        vectors: Vector,
        days: Sequence[date | None],
        kinds: tuple[Kind, ...],
    ) -> list[tuple[list[Hit], float]]:
        sought = dict.fromkeys((*kinds, "pattern")) if "provision" in kinds else kinds
        asked = (kind for kind in _ALL_KINDS if kind in sought)
        near = _ASKING.map(lambda kind: self._nearest(vectors, kind), asked)
        said = [self._ranking.by_words(query) for query in queries]  # while Chroma is at work
        found = []
        for words, vector, day, *each in zip(said, vectors, days, *near, strict=True):
            rows = np.concatenate([rows for rows, _ in each])
            hits = self._ranking.hits(words, vector, rows, kinds, day)
            found.append((hits, max(cosine for _, cosine in each)))
        return found

    def near(
        self,
        vector: Vector,
        question: str,
        part: str,
        limit: int,
        wanted: Container[str] | None = None,
    ) -> tuple[Hit, ...]:
        """Owners that can support a part, near a finding's vector and a question together."""
        return tuple(self._ranking.near(vector, self._question(question), part, limit, wanted))

    def owner(self, owner_id: str) -> Owner:
        """What the index knows of an owner."""
        return self._owners[owner_id]

    @lru_cache(maxsize=64)  # noqa: B019 - one index lives as long as the process
    def _question(self, question: str) -> Vector:
        return np.asarray(self.vectors([question])[0])

    def _nearest(self, vectors: Vector, kind: Kind) -> list[tuple[NDArray[np.int64], float]]:
        """For each vector, rows of the entries that Chroma finds nearest, and the first's cosine."""
        wanted = min(int(self._rules.judgement.search["nearest"]), self._counts[kind])
        if not wanted:
            return [(np.zeros(0, dtype=np.int64), 0.0)] * len(vectors)
        if kind == "method":
            best = (self._of_method @ vectors.T).max(axis=0)
            return [(self._method, float(cosine)) for cosine in best]
        try:
            with self._locks[kind]:
                found = self._collections[kind].query(
                    query_embeddings=list(vectors), n_results=wanted, include=["distances"]
                )
        except (*_CHROMA_ERRORS, OSError) as error:
            raise IndexUnavailableError(f"检索库暂时不能用：{_first_line(error)}") from error
        return [
            (np.array([int(key) for key in keys], dtype=np.int64), 1.0 - float(distances[0]))
            for keys, distances in zip(found["ids"], found["distances"], strict=True)
        ]

    def _load_matrix(self) -> Vector:
        rows: dict[int, Vector] = {}
        for collection in self._collections.values():
            found = collection.get(include=["embeddings"])
            rows |= zip(map(int, found["ids"]), found["embeddings"], strict=True)
        return np.array([rows[i] for i in range(len(self.entries))], dtype=np.float32)


def open_index(
    rules: Rules,
    embeddings: Embeddings,
    folder: Path,
    chroma_url: str | None = None,
    patience: float = _LOCK_SECONDS,
) -> Index:
    """Open the index, building or repairing it first where that is needed.

    patience: seconds to wait for another process that is building it.
    """
    _, entries = owners_and_entries(rules)
    stamp = _stamp(entries, vectors.name_of(embeddings))
    where = chroma_url or f"数据文件夹 {folder}"
    try:
        if chroma_url:
            collections, held = _remote(chroma_url, stamp, entries, embeddings), None
        else:
            folder.mkdir(parents=True, exist_ok=True)
            collections, held = _local(folder, stamp, entries, embeddings, patience)
        return Index(rules, embeddings, collections, folder / "words", held)
    except Timeout as error:
        problem = "另一个程序正在建检索库，等了很久还没有完成，请稍后再试"
        raise IndexUnavailableError(problem) from error
    except OSError as error:
        problem = f"{where} 不能读写（{error.strerror or error}）；请检查权限和剩余空间，或用 SANZHEN_DATA 指定别处"
        raise IndexUnavailableError(problem) from error
    except _CHROMA_ERRORS as error:
        advice = (
            "请检查服务是否开着"
            if chroma_url
            else "请检查权限和剩余空间，或用 SANZHEN_DATA 指定别处"
        )
        problem = f"检索库打不开，也建不起来（{where}）；{advice}（{_first_line(error)}）"
        raise IndexUnavailableError(problem) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _stamp(entries: Sequence[Entry], model: str) -> str:
    parts = [_FORMAT, model, chromadb.__version__]
    parts += [f"{e.owner}|{e.kind}|{e.text}" for e in entries]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _local(
    folder: Path,
    stamp: str,
    entries: Sequence[Entry],
    embeddings: Embeddings,
    patience: float,
) -> tuple[Collections, FileLock]:
    """The collections on this disk, and the lock that says this process reads its folder."""
    with FileLock(folder / "build.lock", timeout=patience):
        path = _current(folder, stamp)
        collections = _opened(path) if path else None
        if path is None or collections is None:
            _need_space(folder, len(entries))
            path = _build(folder, stamp, entries, embeddings)
            collections = _opened(path)
        if collections is None:
            raise IndexUnavailableError("检索库建好后打不开，请检查数据文件夹所在磁盘")
        name = f"{path.name}-{uuid.uuid4().hex[:8]}{_HELD}"
        held = FileLock(folder / name, thread_local=False)
        held.acquire(timeout=0)
        _sweep(folder, path)
    return collections, held


def _need_space(folder: Path, entries: int) -> None:
    free, need = shutil.disk_usage(folder).free, _FIXED_BYTES + entries * _BYTES_AN_ENTRY
    if free < need:
        problem = (
            f"数据文件夹 {folder} 所在磁盘只剩 {free >> 20} MB，建检索库要 {need >> 20} MB；"
            "请腾出空间，或用 SANZHEN_DATA 指定别处"
        )
        raise IndexUnavailableError(problem)


def _current(folder: Path, stamp: str) -> Path | None:
    """The folder that the pointer names, if it is of this stamp and still whole."""
    try:
        pointer = json.loads((folder / _POINTER).read_text(encoding="utf-8"))
        path = folder / str(pointer["folder"])
        good = pointer["stamp"] == stamp and path.parent == folder
        return path if good and is_whole(path, pointer["seal"]) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _client(path: Path) -> Any:
    return chromadb.PersistentClient(
        path=str(path), settings=ChromaSettings(anonymized_telemetry=False)
    )


def _opened(path: Path) -> Collections | None:
    """The collections, or None where Chroma cannot open them."""
    try:
        client = _client(path)
        return {kind: client.get_collection(kind, embedding_function=None) for kind in _ALL_KINDS}
    except (*_CHROMA_ERRORS, OSError):
        return None


def _build(folder: Path, stamp: str, entries: Sequence[Entry], embeddings: Embeddings) -> Path:
    """Write a new folder, then switch the pointer to it."""
    path = folder / f"{stamp}-{uuid.uuid4().hex[:8]}"
    path.mkdir()
    matrix = vectors.of_entries(embeddings, entries)
    for kind in _ALL_KINDS:
        collection = _client(path).create_collection(
            kind, embedding_function=None, configuration=_GRAPH
        )
        _fill(collection.add, kind, entries, matrix)
    waiting = folder / f"{path.name}.json"
    pointer = {"stamp": stamp, "folder": path.name, "seal": seal(path)}
    waiting.write_text(json.dumps(pointer), encoding="utf-8")
    waiting.replace(folder / _POINTER)
    return path


def _sweep(folder: Path, keep: Path) -> None:
    """Remove folders of other versions, and half-written ones, that no process holds."""
    held = {file.name.rpartition("-")[0] for file in folder.glob(f"*{_HELD}") if _is_locked(file)}
    for old in folder.iterdir():
        if old.is_dir() and _FOLDER.fullmatch(old.name) and old != keep and old.name not in held:
            shutil.rmtree(old, ignore_errors=True)
            (folder / f"{old.name}.json").unlink(missing_ok=True)


def _is_locked(file: Path) -> bool:
    """Whether a living process has this lock; the file of one that has ended is removed."""
    lock = FileLock(file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    file.unlink(missing_ok=True)
    return False


def _fill(put: Callable[..., Any], kind: Kind, entries: Sequence[Entry], matrix: Vector) -> None:
    rows = [i for i, entry in enumerate(entries) if entry.kind == kind]
    for first in range(0, len(rows), _BATCH):
        part = rows[first : first + _BATCH]
        put(
            ids=[str(i) for i in part],
            embeddings=[matrix[i] for i in part],
            metadatas=[{"owner": entries[i].owner} for i in part],
        )


def _remote(url: str, stamp: str, entries: Sequence[Entry], embeddings: Embeddings) -> Collections:
    """Collections on a Chroma server, named by their stamp so that versions never mix.

    Two processes may fill them at once: both write the same vectors under the same ids.
    """
    parts = urlparse(url)
    client = chromadb.HttpClient(
        host=parts.hostname or "localhost",
        port=parts.port or (443 if parts.scheme == "https" else 8000),
        ssl=parts.scheme == "https",
        settings=ChromaSettings(anonymized_telemetry=False),
    )
    counts = Counter(entry.kind for entry in entries)
    collections: Collections = {
        kind: client.get_or_create_collection(
            f"{kind}-{stamp}", embedding_function=None, configuration=_GRAPH
        )
        for kind in _ALL_KINDS
    }
    lacking = [kind for kind in _ALL_KINDS if collections[kind].count() != counts[kind]]
    if lacking:
        matrix = vectors.of_entries(embeddings, entries)
        for kind in lacking:
            _fill(collections[kind].upsert, kind, entries, matrix)
    return collections
