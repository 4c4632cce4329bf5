"""Linear models over character n-grams: the cheap, quick view of a text.

Terms   gram: 1 to 4 characters in a row; weighed by (1 + log count) · idf, scaled to length 1.
        head: one set of labels with a weight per gram and label.
Source  models/ngrams.npz, made by training/train_ngrams.py from training/findings/.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MODEL = Path(__file__).parent / "models" / "ngrams.npz"
LONGEST = 4
_DIGITS = re.compile(r"\d+(\.\d+)?")
_SPACES = re.compile(r"\s+")
_HALF_WIDTH = str.maketrans("，。；：？！（）", ",.;:?!()")


def prepare(text: str) -> str:
    """What the grams are taken from: numbers and white space do not matter, nor does width."""
    return _SPACES.sub("", _DIGITS.sub("0", text.translate(_HALF_WIDTH)))


def grams(text: str) -> Counter[str]:
    """Counts of the 1- to 4-character strings of a prepared text."""
    return Counter(text[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(text) - n + 1))


@dataclass(frozen=True)
class Head:
    """labels: k names; weights: (grams, k); bias: (k,)."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


class NGrams:
    """All heads over one vocabulary."""

    def __init__(self, path: Path = MODEL) -> None:
        with np.load(path, allow_pickle=False) as stored:
            vocabulary = str(stored["grams"]).split("\n")
            self._index = {gram: i for i, gram in enumerate(vocabulary)}
            self._idf = stored["idf"].astype(np.float32)
            self.heads = {
                name: Head(
                    labels=tuple(str(stored[f"{name}.labels"]).split("\n")),
                    weights=stored[f"{name}.weights"].astype(np.float32),
                    bias=stored[f"{name}.bias"].astype(np.float32),
                )
                for name in str(stored["heads"]).split("\n")
            }

    def shares(self, text: str, *names: str) -> dict[str, NDArray[np.float32]]:
        """For each head named, the share of each of its labels; shares sum to 1."""
        where, values = self._vector(text)
        return {name: _softmax(self._scores(self.heads[name], where, values)) for name in names}

    def _scores(
        self, head: Head, where: NDArray[np.int64], values: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        return np.asarray(values @ head.weights[where] + head.bias, dtype=np.float32)

    def _vector(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        counted = grams(prepare(text))
        known = [(self._index[g], n) for g, n in counted.items() if g in self._index]
        where = np.array([i for i, _ in known], dtype=np.int64)
        counts = np.array([n for _, n in known], dtype=np.float32)
        values = (1.0 + np.log(counts)) * self._idf[where]
        length = float(np.linalg.norm(values))
        return where, (values / length if length else values).astype(np.float32)


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)


@lru_cache(maxsize=2)
def load(path: Path = MODEL) -> NGrams:
    """The shipped model, read once per process."""
    return NGrams(path)
