"""How near what the library holds is to a question: by meaning, by words, and through patterns.

Terms   centred: a vector less the mean of the library's own, length 1. Vectors of Chinese texts all
        lie close together; what sets them apart shows once what they share is taken away.
        score: weight · dense + weight · words, each in 0..1. A provision scores at least as high as
        the best problem pattern that rests on it, less a step.
Source  the weights stand in library/judgement.yaml (search), chosen on benchmarks/queries/tune.jsonl.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import uuid
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.entries import Entry, Kind, Owner
from knowledge.rules import Rules
from knowledge.text import normalise
from knowledge.words import Words

Vector = NDArray[np.float32]
PARTS = ("domain", "liability", "remedy", "measure")


@dataclass(frozen=True)
class Hit:
    """Something found; score, dense and words are in 0..1."""

    id: str
    kind: Kind
    score: float
    dense: float
    words: float


class Ranking:
    """Scores of owners; the entries of an owner stand in a row."""

    def __init__(
        self,
        rules: Rules,
        owners: Sequence[Owner],
        entries: Sequence[Entry],
        matrix: Vector,
        cache: Path,
    ) -> None:
        self._numbers = rules.judgement.search
        self._owners = owners
        self._place = {owner.id: place for place, owner in enumerate(owners)}
        self._owner_of = np.array([self._place[entry.owner] for entry in entries], dtype=np.int64)
        self._first = np.searchsorted(self._owner_of, np.arange(len(owners) + 1))
        self._mean = matrix.mean(axis=0)
        self._matrix = _unit(matrix - self._mean)
        self._resting = _resting(rules, self._place)
        self._words = Words(_terms(rules), cache)
        self._bm25 = bm25s.BM25()
        self._bm25.index(_cut(self._words, owners, cache), show_progress=False)
        self._of_part = {part: self._rows_of(part) for part in PARTS}

    def warm(self) -> None:
        """Read the dictionary before the first question comes."""
        self._words.warm()

    def hits(
        self,
        words: Vector,
        vector: Vector,
        rows: NDArray[np.int64],
        kinds: Iterable[Kind],
        day: date | None,
    ) -> list[Hit]:
        """Owners of the rows and of the words, best first; with a day only those then in force."""
        known = {*self._owner_of[rows].tolist(), *self._best_words(words)}
        for place in tuple(known):
            known.update(self._resting.get(place, ()))
        places = sorted(known)
        near = self._dense(places, vector).astype(np.float64)
        said = words[np.array(places, dtype=np.int64)].astype(np.float64)
        both = self._numbers["dense"] * near + self._numbers["words"] * said
        own = dict(zip(places, both.tolist(), strict=True))
        shown = dict(zip(places, zip(near.tolist(), said.tolist(), strict=True), strict=True))
        scores = dict(own)
        for place in places:
            for resting in self._resting.get(place, ()):
                through = own[place] - self._numbers["pattern_step"]
                scores[resting] = max(scores[resting], through)
        wanted, today = frozenset(kinds), date.today()
        found = []
        for place, score in scores.items():
            owner = self._owners[place]
            if owner.kind not in wanted or not (day is None or owner.begins <= day < owner.ends):
                continue
            if day is None and not owner.begins <= today < owner.ends:
                score -= self._numbers["superseded_step"]
            found.append(Hit(owner.id, owner.kind, score, *shown[place]))
        found.sort(key=lambda hit: (-hit.score, hit.id))
        return found

    def near(
        self,
        vector: Vector,
        question: Vector,
        part: str,
        limit: int,
        wanted: Container[str] | None = None,
    ) -> list[Hit]:
        """Owners that can support a part, near two vectors together, best first.

        wanted: only these of the nearest `limit` are told.
        """
        matrix, first, places, by_id = self._of_part[part]
        if not len(matrix):
            return []
        both = _unit(self._centred(vector) + self._centred(question))
        best = np.maximum.reduceat(_products(matrix, both), first)
        scores = self._scaled(best)
        order = np.lexsort((by_id, -scores))[:limit]
        nearest = zip((self._owners[places[n]] for n in order), scores[order].tolist(), strict=True)
        return [
            Hit(owner.id, owner.kind, score, score, 0.0)
            for owner, score in nearest
            if wanted is None or owner.id in wanted
        ]

    def _centred(self, vector: Vector) -> Vector:
        return _unit(vector - self._mean)

    def _scaled(self, cosines: Vector) -> Vector:
        return np.asarray(np.clip(cosines / self._numbers["dense_top"], 0.0, 1.0), np.float32)

    def _dense(self, places: Sequence[int], vector: Vector) -> Vector:
        """Each owner is as near as its nearest entry."""
        if not places:
            return np.zeros(0, dtype=np.float32)
        counts = self._first[1:][places] - self._first[:-1][places]
        first = np.concatenate(([0], np.cumsum(counts)[:-1]))
        rows = np.arange(counts.sum()) + np.repeat(self._first[:-1][places] - first, counts)
        matrix = self._matrix.take(rows, axis=0)
        return self._scaled(np.maximum.reduceat(_products(matrix, self._centred(vector)), first))

    @lru_cache(maxsize=8)  # noqa: B019 - one finding is looked up several times in a row
    def by_words(self, query: str) -> Vector:
        """How much of a query's words each owner has, 0..1, shape (owners,)."""
        cut = self._words.cut(normalise(query))
        scores = self._bm25.get_scores(cut) if cut else np.zeros(len(self._owners), np.float32)
        ceiling = max(float(scores.max(initial=0.0)), self._numbers["words_ceiling"])
        return np.asarray(scores / ceiling, dtype=np.float32)

    def _best_words(self, words: Vector) -> list[int]:
        most = min(int(self._numbers["nearest"]), len(words))
        best = np.argpartition(-words, most - 1)[:most]
        return [int(place) for place in best if words[place] > 0.0]

    def _rows_of(self, part: str) -> tuple[Vector, NDArray[np.int64], list[int], NDArray[np.int64]]:
        """Vectors of the owners that can support a part, where each owner's begin, the owners.

        Last, each owner's number in the order of ids, which decides between equals.
        """
        places = [i for i, owner in enumerate(self._owners) if part in owner.supports]
        ranges = [np.arange(self._first[i], self._first[i + 1]) for i in places]
        rows = np.concatenate(ranges) if ranges else np.zeros(0, dtype=np.int64)
        sizes = [len(each) for each in ranges]
        order = sorted(range(len(places)), key=lambda n: self._owners[places[n]].id)
        by_id = np.argsort(np.array(order, dtype=np.int64))
        return self._matrix[rows], np.cumsum([0, *sizes[:-1]]).astype(np.int64), places, by_id


def _cut(words: Words, owners: Sequence[Owner], cache: Path) -> list[list[str]]:
    """The words of every owner; kept beside the index, since cutting them takes a second."""
    texts = [normalise(owner.words) for owner in owners]
    parts = json.dumps([texts, words.terms], ensure_ascii=False)
    kept = cache / f"cut-{hashlib.sha256(parts.encode()).hexdigest()[:16]}.json"
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
        if len(found) == len(texts):
            return [line.split(" ") for line in found]
    except (OSError, ValueError):
        pass  # not there yet, or damaged: cut again
    cut = [words.cut(text) for text in texts]
    waiting = kept.with_suffix(f".{uuid.uuid4().hex[:8]}")
    with contextlib.suppress(OSError):  # without it the next start is slower, nothing more
        lines = json.dumps([" ".join(each) for each in cut], ensure_ascii=False)
        waiting.write_text(lines, encoding="utf-8")
        waiting.replace(kept)
    return cut


def _terms(rules: Rules) -> list[str]:
    versions = rules.provisions.versions.values()
    topics = [topic for v in versions for p in v.provisions for topic in p.topics]
    return [*topics, *rules.provisions.names, *rules.patterns]


def _resting(rules: Rules, place: Mapping[str, int]) -> dict[int, tuple[int, ...]]:
    """Pattern → the provisions and units that it names as the rule not kept."""
    return {
        place[pattern.name]: tuple(place[rule] for rule in pattern.rule)
        for pattern in rules.patterns.values()
    }


def _products(matrix: Vector, vector: Vector) -> Vector:
    """matrix @ vector on this thread: BLAS would spread it and wait for cores that others use."""
    return np.asarray(np.einsum("ij,j->i", matrix, vector), dtype=np.float32)


def _unit(vectors: Vector) -> Vector:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0.0, 1.0, lengths), dtype=np.float32)
