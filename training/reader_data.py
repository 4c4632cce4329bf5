"""Findings as tensors for the reader: states of layer 7, label numbers, token tags.

Terms   variant: the same finding with its sentences in another order; nothing in it changes.
        Each token has a criterion or none, and where it has one a side and a state of proof: numbers
        into TAGS, SIDES and PROOFS.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from assistant.contract import CRITERIA, DOMAINS, LIABILITIES, PROOFS, REMEDIES
from assistant.readers.facts import unnamed
from knowledge.encoder import Encoder, TokenStates
from knowledge.text import normalise_with_offsets
from training.findings import Row

TAGS = ("无", *CRITERIA)
SIDES = ("失误", "失责")
LABELS: dict[str, tuple[str, ...]] = {
    "domain": DOMAINS,
    "liability": LIABILITIES,
    "remedy": REMEDIES,
}
UNKNOWN = -100  # what the loss leaves out
_SENTENCE = re.compile(r"[^。！？\n]+[。！？\n]*")


@dataclass(frozen=True)
class Example:
    """states: (tokens, 384) of layer 7, half precision; tags, sides, proofs: (tokens,)."""

    states: Tensor
    tags: Tensor
    sides: Tensor
    proofs: Tensor
    labels: dict[str, Tensor]
    pair: str


def read_as(text: str) -> str:
    """The text as the product's models see it."""
    return unnamed(normalise_with_offsets(text)).text


def as_examples(rows: Sequence[Row], texts: Sequence[str], encoder: Encoder) -> list[Example]:
    """One example per row; each text is the row's finding or a variant of it."""
    plain = [read_as(text) for text in texts]
    return [
        _example(row, text, states)
        for row, text, (_, states) in zip(rows, plain, encoder.read(plain), strict=True)
    ]


def _example(row: Row, plain: str, tokens: TokenStates) -> Example:
    tags = torch.zeros(len(tokens.offsets), dtype=torch.long)
    sides = torch.full((len(tokens.offsets),), UNKNOWN, dtype=torch.long)
    proofs = torch.full((len(tokens.offsets),), UNKNOWN, dtype=torch.long)
    for reading in row["gold"]["criteria"]:
        span = read_as(reading["span"])
        start = plain.find(span)
        if start < 0:
            continue
        inside = (tokens.offsets[:, 0] < start + len(span)) & (tokens.offsets[:, 1] > start)
        where = torch.from_numpy(np.flatnonzero(inside))
        tags[where] = TAGS.index(reading["criterion"])
        sides[where] = SIDES.index(reading["leans"])
        if "proof" in reading:
            proofs[where] = PROOFS.index(reading["proof"])
    return Example(
        states=torch.from_numpy(tokens.layer7).half(),
        tags=tags,
        sides=sides,
        proofs=proofs,
        labels={name: torch.tensor(_target(row, name)) for name in LABELS},
        pair=str(row.get("pair") or row["id"]),
    )


def _target(row: Row, name: str) -> list[float]:
    """Mostly the label, a little of what would also be right."""
    gold = row["gold"]
    also = [label for label in gold.get("also", {}).get(name, []) if label in LABELS[name]]
    share = 0.25 if also else 0.0
    return [
        (1.0 - share) * (label == gold[name])
        + (share * (label in also) / len(also) if also else 0.0)
        for label in LABELS[name]
    ]


def shuffled(text: str, chance: random.Random) -> str:
    """The sentences in another order."""
    sentences = _SENTENCE.findall(text)
    if len(sentences) < 2:
        return text
    chance.shuffle(sentences)
    return "".join(s if s[-1] in "。！？\n" else s + "。" for s in sentences)


def batches(
    examples: Sequence[Sequence[Example]], size: int, chance: random.Random
) -> list[list[Example]]:
    """One variant of each finding; the halves of a pair stand in the same batch."""
    groups: dict[str, list[Example]] = {}
    for variants in examples:
        chosen = chance.choice(variants)
        groups.setdefault(chosen.pair, []).append(chosen)
    order = sorted(
        groups.values(), key=lambda group: sum(len(e.tags) for e in group) + chance.random() * 60
    )
    flat = [example for group in order for example in group]
    cut = [flat[i : i + size] for i in range(0, len(flat), size)]
    chance.shuffle(cut)
    return cut


@dataclass(frozen=True)
class Batch:
    """states (n, t, 384), mask (n, t); tokens: tag, side, proof (n, t); labels (n, k)."""

    states: Tensor
    mask: Tensor
    tokens: dict[str, Tensor]
    labels: dict[str, Tensor]


def collate(batch: Sequence[Example]) -> Batch:
    """Pad to the longest."""
    longest = max(len(e.tags) for e in batch)
    states = torch.zeros(len(batch), longest, batch[0].states.shape[1])
    mask = torch.zeros(len(batch), longest, dtype=torch.bool)
    tokens = {
        name: torch.full((len(batch), longest), UNKNOWN, dtype=torch.long)
        for name in ("tag", "side", "proof")
    }
    for i, e in enumerate(batch):
        n = len(e.tags)
        states[i, :n], mask[i, :n] = e.states.float(), True
        tokens["tag"][i, :n], tokens["side"][i, :n], tokens["proof"][i, :n] = (
            e.tags,
            e.sides,
            e.proofs,
        )
    labels = {name: torch.stack([e.labels[name] for e in batch]) for name in LABELS}
    return Batch(states, mask, tokens, labels)
