"""Write the tuned reader as one int8 ONNX file: layer-7 states in, all scores out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from onnx import TensorProto, helper
from torch import nn

from assistant.contract import PROOFS
from training.bert import layer_weights
from training.graph import Graph
from training.make_encoder import quantise
from training.reader_data import LABELS, SIDES, TAGS

if TYPE_CHECKING:
    from training.train_reader import Reader

MODEL = Path(__file__).parent.parent / "assistant" / "readers" / "models" / "reader.onnx"
WIDTH = 384


def export(model: Reader, path: Path = MODEL) -> str:
    """Quantise and write; returns one line about the file."""
    graph = Graph()
    states = "states"
    for depth, layer in enumerate(model.layers):
        states = graph.layer(
            states, f"l{depth}", layer_weights(layer), layer.heads, layer.output_norm.eps
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
    _linear(graph, states, "side", model.side)
    _linear(graph, states, "proof", model.proof)
    sizes: dict[str, list[str | int]] = {name: ["n", len(v)] for name, v in LABELS.items()}
    tokens = {"tag": TAGS, "side": SIDES, "proof": PROOFS}
    sizes |= {name: ["n", "t", len(values)] for name, values in tokens.items()}
    finished = graph.model(
        "reader",
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["n", "t", WIDTH])],
        [helper.make_tensor_value_info(k, TensorProto.FLOAT, s) for k, s in sizes.items()],
    )
    path.parent.mkdir(exist_ok=True)
    quantise(finished, path)
    facts = {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "tokens": {name: list(values) for name, values in tokens.items()},
        "labels": {name: list(values) for name, values in LABELS.items()},
    }
    text = json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
    path.with_suffix(".json").write_text(text, encoding="utf-8")
    return f"{path.name} {path.stat().st_size / 1e6:.1f} MB"


def _linear(graph: Graph, source: str, name: str, part: nn.Linear) -> None:
    weight = graph.weight(f"{name}.weight", part.weight.detach().numpy().T)
    bias = graph.weight(f"{name}.bias", part.bias.detach().numpy())
    graph.node("MatMul", [source, weight], f"{name}.product")
    graph.node("Add", [f"{name}.product", bias], name)
