"""Vectors of texts: shipped ones by hash of the text, the rest from the encoder.

Terms   shipped: models/vectors.npz, float16, made by `python -m knowledge vectors`.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from knowledge.encoder import PASSAGE, QUERY, WIDTH, Encoder
from knowledge.entries import Entry
from knowledge.text import normalise

SHIPPED = Path(__file__).parent / "models" / "vectors.npz"
Vector = NDArray[np.float32]


def name_of(embeddings: Embeddings) -> str:
    """What tells vectors of one model from those of another; an endpoint's address is part of it."""
    if isinstance(embeddings, Encoder):
        return embeddings.name
    model, url = (getattr(embeddings, field, "") for field in ("model", "openai_api_base"))
    return f"{model}@{url}" if url else f"{type(embeddings).__name__}:{model}"


def of_queries(embeddings: Embeddings, texts: Sequence[str]) -> Vector:
    """Query vectors, shape (n, dimensions), length 1."""
    if isinstance(embeddings, Encoder):
        return embeddings.encode(texts, QUERY)
    return _unit([embeddings.embed_query(text) for text in texts])


def of_entries(embeddings: Embeddings, entries: Sequence[Entry]) -> Vector:
    """Passage vectors of entries in order; those that ship are not computed again."""
    texts = [normalise(entry.text) for entry in entries]
    if not isinstance(embeddings, Encoder):
        return _unit(embeddings.embed_documents(texts))
    held = shipped(embeddings.name)
    missing = [i for i, entry in enumerate(entries) if entry.key not in held]
    computed = embeddings.encode([texts[i] for i in missing], PASSAGE) if missing else None
    matrix = np.zeros((len(entries), WIDTH), dtype=np.float32)
    for i, entry in enumerate(entries):
        if entry.key in held:
            matrix[i] = held[entry.key]
    if computed is not None:
        matrix[missing] = computed
    return _unit(matrix)


def ship(encoder: Encoder, entries: Sequence[Entry], path: Path = SHIPPED) -> int:
    """Write the vectors of all entries, keeping those already there; returns how many are new."""
    unique = {entry.key: normalise(entry.text) for entry in entries}
    kept = _read(path, encoder.name)
    new = sorted(unique.keys() - kept.keys())
    for key, vector in zip(new, encoder.encode([unique[key] for key in new], PASSAGE), strict=True):
        kept[key] = vector
    keys = sorted(unique)
    waiting = path.with_suffix(".new.npz")
    np.savez_compressed(
        waiting,
        model=np.array(encoder.name),
        keys=np.array("\n".join(keys)),
        vectors=np.array([kept[key] for key in keys], dtype=np.float16).reshape(-1, WIDTH),
    )
    waiting.replace(path)
    return len(new)


@lru_cache(maxsize=2)
def shipped(model: str) -> dict[str, Vector]:
    """The vectors that ship, by key of the text; none where they are of another model."""
    return _read(SHIPPED, model)


def _read(path: Path, model: str) -> dict[str, Vector]:
    """Vectors by key; none where the file is missing, damaged or of another model."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            if str(stored["model"]) != model:
                return {}
            keys = str(stored["keys"]).split("\n")
            return dict(zip(keys, stored["vectors"].astype(np.float32), strict=True))
    except (OSError, EOFError, ValueError, KeyError, BadZipFile, zlib.error):
        return {}


def _unit(vectors: Sequence[Sequence[float]] | Vector) -> Vector:
    matrix = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(lengths == 0.0, 1.0, lengths), dtype=np.float32)
