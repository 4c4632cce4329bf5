"""The tuned reader: one pass over a finding's tokens gives labels, tags and states of proof.

Terms   states: what the encoder's seventh layer makes of each token; retrieval uses the same pass.
        tag: a token's criterion, or none; a run of one tag is a span. side, proof: of that token.
Source  models/reader.onnx, made by training/train_reader.py.
Raises  EncoderError: the file is missing or damaged.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import EncoderError

MODEL = Path(__file__).parent / "models" / "reader.onnx"
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Seen:
    """Shares by label for each head; for tokens shares (tokens, k) of `tag`, `side` and `proof`."""

    labels: dict[str, dict[str, float]]
    tokens: dict[str, Scores]


class Network:
    """The shipped reader model."""

    def __init__(self, path: Path = MODEL) -> None:
        import onnxruntime

        content = _bytes(path)
        self.facts: dict[str, Any] = json.loads(_bytes(path.with_suffix(".json")))
        if hashlib.sha256(content).hexdigest() != self.facts["sha256"]:
            raise EncoderError(f"阅读模型 {path.name} 与校验值不符，请重新安装三诊后再试。")
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        options.intra_op_num_threads = 1  # several findings at once, each on one core
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"]
        )
        self.tokens: dict[str, list[str]] = self.facts["tokens"]

    def see_each(self, every: Sequence[Scores]) -> list[Seen]:
        """Several findings, spread over the cores."""
        if len(every) == 1:
            return [self.see(every[0])]
        with ThreadPoolExecutor(min(len(every) or 1, os.cpu_count() or 1)) as pool:
            return list(pool.map(self.see, every))

    def see(self, states: Scores) -> Seen:
        """states: (tokens, 384), of one finding."""
        heads = list(self.facts["labels"])
        found = self._session.run([*heads, *self.tokens], {"states": states[None]})
        labels = {
            name: dict(zip(self.facts["labels"][name], _softmax(scores[0]).tolist(), strict=True))
            for name, scores in zip(heads, found, strict=False)
        }
        scores = found[len(heads) :]
        tokens = {name: _softmax(s[0]) for name, s in zip(self.tokens, scores, strict=True)}
        return Seen(labels=labels, tokens=tokens)


def _softmax(scores: Scores) -> Scores:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        problem = f"读不到阅读模型 {path.name}（{error.strerror}），请重新安装三诊后再试。"
        raise EncoderError(problem) from error


@lru_cache(maxsize=1)
def load() -> Network:
    """The shipped model, read once per process."""
    return Network()
