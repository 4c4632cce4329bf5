"""Write the tuned reader as one int8 ONNX file: layer-7 states in, all scores out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import nn

from assistant.contract import PROOFS
from training.bert import NAMES
from training.graph import Graph
from training.make_encoder import quantise
from training.reader_data import LABELS, TAGS

if TYPE_CHECKING:
    from training.train_reader import Reader

MODEL = Path(__file__).parent.parent / "assistant" / "readers" / "models" / "reader.onnx"
WIDTH = 384


@dataclass(frozen=True)
class _Matrix:
    """A tuned matrix in the shape that the graph asks for."""

    values: NDArray[np.float32]

    def dense(self) -> NDArray[np.float32]:
        return self.values


def export(model: Reader, path: Path = MODEL) -> str:
    """Quantise and write; returns one line about the file."""
    graph = Graph()
    states = "states"
    for depth, layer in enumerate(model.layers):
        matrices, vectors = _parts(layer)
        states = graph.layer(
            states, f"l{depth}", matrices, vectors, layer.heads, layer.output_norm.eps
        )
    _linear(graph, states, "attend.scores", model.attend)
    graph.node("Softmax", ["attend.scores"], "attend.weights", axis=1)
    graph.node("Mul", ["attend.weights", states], "attend.weighed")
    axes = graph.weight("one", np.array([1], np.int64))
    graph.node("ReduceSum", ["attend.weighed", axes], "attended", keepdims=0)
    graph.node("ReduceMean", [states], "mean", axes=[1], keepdims=0)
    graph.node("Concat", ["mean", "attended"], "whole", axis=1)
    for name, head in model.labels.items():
        _linear(graph, "whole", name, head)
    _linear(graph, states, "tag", model.tag)
    _linear(graph, states, "proof", model.proof)
    sizes = {**{name: ["n", len(v)] for name, v in LABELS.items()}}
    sizes |= {"tag": ["n", "t", len(TAGS)], "proof": ["n", "t", len(PROOFS)]}
    finished = graph.model(
        "reader",
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["n", "t", WIDTH])],
        [helper.make_tensor_value_info(k, TensorProto.FLOAT, s) for k, s in sizes.items()],
    )
    path.parent.mkdir(exist_ok=True)
    quantise(finished, path)
    facts = {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "tags": list(TAGS),
        "proofs": list(PROOFS),
        "labels": {name: list(values) for name, values in LABELS.items()},
    }
    text = json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
    path.with_suffix(".json").write_text(text, encoding="utf-8")
    return f"{path.name} {path.stat().st_size / 1e6:.1f} MB"


def _parts(layer: nn.Module) -> tuple[dict[str, _Matrix], dict[str, NDArray[np.float32]]]:
    matrices: dict[str, _Matrix] = {}
    vectors: dict[str, NDArray[np.float32]] = {}
    for short, name in NAMES.items():
        part = getattr(layer, name)
        weight = part.weight.detach().numpy()
        if weight.ndim == 2:
            matrices[f"{short}.w"] = _Matrix(weight)
        else:
            vectors[f"{short}.w"] = weight
        vectors[f"{short}.b"] = part.bias.detach().numpy()
    return matrices, vectors


def _linear(graph: Graph, source: str, name: str, part: nn.Linear) -> None:
    weight = graph.weight(f"{name}.weight", part.weight.detach().numpy().T)
    bias = graph.weight(f"{name}.bias", part.bias.detach().numpy())
    graph.node("MatMul", [source, weight], f"{name}.product")
    graph.node("Add", [f"{name}.product", bias], name)
