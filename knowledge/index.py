"""Hybrid search over the library: BM25 by words and dense vectors in Chroma, fused.

Terms   score: weight · dense + weight · words, each scaled to 0..1; the weights stand in
        library/judgement.yaml. Built aside, then switched to by replacing one small file; a second
        process waits for the lock and reads what the first has built.
Raises  IndexUnavailableError: could not search, which is not the same as finding nothing.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import bm25s
import chromadb
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
from knowledge.rules import Rules
from knowledge.text import normalise
from knowledge.words import Words

Vector = NDArray[np.float32]
_COLLECTION = "library"
_FORMAT = "1"
_LOCK_SECONDS = 300
_BATCH = 2000
_ALL_KINDS: tuple[Kind, ...] = ("provision", "pattern", "method")


@dataclass(frozen=True)
class Hit:
    """Something found; score, dense and words are in 0..1."""

    id: str
    kind: Kind
    score: float
    dense: float
    words: float


class Index:
    """Search over what the library holds; open it with `open_index`."""

    def __init__(self, rules: Rules, embeddings: Embeddings, collection: Any, cache: Path) -> None:
        self._rules = rules
        self._embeddings = embeddings
        self._collection = collection
        self._lock = threading.Lock()
        owners, self._entries = owners_and_entries(rules)
        self._owners = {owner.id: owner for owner in owners}
        self._order = [owner.id for owner in owners]
        topics = (
            t for v in rules.provisions.versions.values() for p in v.provisions for t in p.topics
        )
        self._words = Words((*topics, *rules.provisions.names, *rules.patterns), cache)
        self._bm25 = bm25s.BM25()
        corpus = [self._words.cut(normalise(owner.words)) for owner in owners]
        self._bm25.index(corpus, show_progress=False)
        self._matrix = self._load_matrix()
        self._of_part = {
            part: np.array(
                [i for i, e in enumerate(self._entries) if part in self._owners[e.owner].supports],
                dtype=np.int64,
            )
            for part in ("domain", "liability", "remedy", "measure")
        }

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
        if not query.strip():
            return ()
        if vector is None:
            vector = self.vectors([query])[0]
        dense = self._dense(vector, kinds)
        words = self._by_words(query)
        hits = [
            self._hit(owner, dense.get(owner, 0.0), words.get(owner, 0.0))
            for owner in {**dense, **words}
            if self._owners[owner].kind in kinds and self._is_in_force(owner, day)
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.id))
        return tuple(hits[:limit])

    def near(self, vector: Vector, question: str, part: str, limit: int) -> tuple[Hit, ...]:
        """Owners that can support a part, near a finding's vector and a question together."""
        rows = self._of_part[part]
        if not len(rows):
            return ()
        both = vector + self._question(question)
        both /= np.linalg.norm(both)
        best: dict[str, float] = {}
        for row, value in zip(rows, self._matrix[rows] @ both, strict=True):
            owner = self._entries[row].owner
            best[owner] = max(best.get(owner, 0.0), float(value))
        hits = [self._hit(owner, _scaled(value), 0.0) for owner, value in best.items()]
        hits.sort(key=lambda hit: (-hit.score, hit.id))
        return tuple(hits[:limit])

    def owner(self, owner_id: str) -> Owner:
        """What the index knows of an owner."""
        return self._owners[owner_id]

    @lru_cache(maxsize=64)  # noqa: B019 - one index lives as long as the process
    def _question(self, question: str) -> Vector:
        vector: Vector = self.vectors([question])[0]
        return vector

    def _hit(self, owner: str, dense: float, words: float) -> Hit:
        weights = self._rules.judgement.search
        score = weights["dense"] * dense + weights["words"] * words
        return Hit(id=owner, kind=self._owners[owner].kind, score=score, dense=dense, words=words)

    def _is_in_force(self, owner_id: str, day: date | None) -> bool:
        owner = self._owners[owner_id]
        return day is None or owner.begins <= day < owner.ends

    def _dense(self, vector: Vector, kinds: tuple[Kind, ...]) -> dict[str, float]:
        wanted = int(self._rules.judgement.search["nearest"])
        try:
            with self._lock:
                found = self._collection.query(
                    query_embeddings=[vector.tolist()],
                    n_results=min(wanted, len(self._entries)),
                    where=None if len(kinds) == len(_ALL_KINDS) else {"kind": {"$in": list(kinds)}},
                    include=["distances"],
                )
        except (ChromaError, ValueError, OSError) as error:
            raise IndexUnavailableError(f"检索库暂时不能用：{error}") from error
        best: dict[str, float] = {}
        for key, distance in zip(found["ids"][0], found["distances"][0], strict=True):
            owner = self._entries[int(key)].owner
            best[owner] = max(best.get(owner, 0.0), _scaled(1.0 - float(distance)))
        return best

    def _by_words(self, query: str) -> dict[str, float]:
        cut = self._words.cut(normalise(query))
        if not cut:
            return {}
        scores = self._bm25.get_scores(cut)
        top = float(scores.max())
        if top <= 0.0:
            return {}
        ceiling = max(top, float(self._rules.judgement.search["words_ceiling"]))
        return {self._order[i]: float(scores[i]) / ceiling for i in np.flatnonzero(scores > 0)}

    def _load_matrix(self) -> Vector:
        found = self._collection.get(include=["embeddings"])
        matrix = np.zeros((len(self._entries), len(found["embeddings"][0])), dtype=np.float32)
        for key, vector in zip(found["ids"], found["embeddings"], strict=True):
            matrix[int(key)] = vector
        return matrix


def _scaled(cosine: float) -> float:
    """e5 cosines of Chinese texts lie between about 0.7 and 1; spread them over 0..1."""
    return min(1.0, max(0.0, (cosine - 0.7) / 0.3))


def open_index(
    rules: Rules, embeddings: Embeddings, folder: Path, chroma_url: str | None = None
) -> Index:
    """Open the index, building or repairing it first where that is needed."""
    _, entries = owners_and_entries(rules)
    stamp = _stamp(entries, vectors.name_of(embeddings))
    try:
        if chroma_url:
            return Index(rules, embeddings, _remote(chroma_url, stamp, entries, embeddings), folder)
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "build.lock", timeout=_LOCK_SECONDS):
            path = _current(folder, stamp)
            collection = _opened(path, len(entries)) if path else None
            if collection is None:
                collection = _opened(_build(folder, stamp, entries, embeddings), len(entries))
        if collection is None:
            raise IndexUnavailableError("检索库建好后打不开，请检查数据文件夹所在磁盘")
        return Index(rules, embeddings, collection, folder / "words")
    except Timeout as error:
        raise IndexUnavailableError(
            "另一个程序正在建检索库，五分钟还没有完成，请稍后再试"
        ) from error
    except OSError as error:
        problem = f"数据文件夹 {folder} 不能读写（{error.strerror}）；请检查权限和剩余空间，或用 SANZHEN_DATA 指定别处"
        raise IndexUnavailableError(problem) from error


def _stamp(entries: Sequence[Entry], model: str) -> str:
    parts = [_FORMAT, model, chromadb.__version__]
    parts += [f"{e.owner}|{e.kind}|{e.text}" for e in entries]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _current(folder: Path, stamp: str) -> Path | None:
    try:
        pointer = json.loads((folder / "current.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return None
    path = folder / str(pointer.get("folder", ""))
    return path if pointer.get("stamp") == stamp and path.is_dir() else None


def _client(path: Path) -> Any:
    return chromadb.PersistentClient(
        path=str(path), settings=ChromaSettings(anonymized_telemetry=False)
    )


def _opened(path: Path, expected: int) -> Any | None:
    """The collection, or None where it is damaged or half-written."""
    try:
        collection = _client(path).get_collection(_COLLECTION, embedding_function=None)
        if collection.count() != expected:
            return None
        one = collection.get(ids=["0"], include=["embeddings"])
        collection.query(query_embeddings=[list(one["embeddings"][0])], n_results=1)
    except (ChromaError, ValueError, KeyError, IndexError, OSError, RuntimeError):
        return None
    return collection


def _build(folder: Path, stamp: str, entries: Sequence[Entry], embeddings: Embeddings) -> Path:
    """Write a new folder, then switch the pointer to it; the old folders go when nobody holds them."""
    path = folder / f"{stamp}-{uuid.uuid4().hex[:8]}"
    path.mkdir()
    collection = _client(path).create_collection(
        _COLLECTION, embedding_function=None, metadata={"hnsw:space": "cosine"}
    )
    _fill(collection, entries, embeddings)
    waiting = folder / f"current-{uuid.uuid4().hex[:8]}.json"
    waiting.write_text(json.dumps({"stamp": stamp, "folder": path.name}), encoding="utf-8")
    waiting.replace(folder / "current.json")
    for old in folder.iterdir():
        if old.is_dir() and old not in (path, folder / "words"):
            shutil.rmtree(old, ignore_errors=True)
    return path


def _fill(collection: Any, entries: Sequence[Entry], embeddings: Embeddings) -> None:
    matrix = vectors.of_entries(embeddings, entries)
    for first in range(0, len(entries), _BATCH):
        part = range(first, min(first + _BATCH, len(entries)))
        collection.add(
            ids=[str(i) for i in part],
            embeddings=[matrix[i].tolist() for i in part],
            metadatas=[{"kind": entries[i].kind, "owner": entries[i].owner} for i in part],
        )


def _remote(url: str, stamp: str, entries: Sequence[Entry], embeddings: Embeddings) -> Any:
    """A collection on a Chroma server, named by its stamp so that versions never mix."""
    parts = urlparse(url)
    client = chromadb.HttpClient(
        host=parts.hostname or "localhost",
        port=parts.port or 8000,
        ssl=parts.scheme == "https",
        settings=ChromaSettings(anonymized_telemetry=False),
    )
    collection = client.get_or_create_collection(
        f"{_COLLECTION}-{stamp}", embedding_function=None, metadata={"hnsw:space": "cosine"}
    )
    if collection.count() != len(entries):
        collection.delete(ids=collection.get(include=[])["ids"] or ["0"])
        _fill(collection, entries, embeddings)
    return collection
