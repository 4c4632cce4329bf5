"""Tune the reader's domain head on findings under other titles: python -m training.train_domain WEIGHTS

WEIGHTS is what train_reader saved. Only the head for the domain changes; every other answer of the
reader stays what it was. Writes assistant/readers/models/reader.onnx again.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import torch
from torch import Tensor, nn

from knowledge.encoder import Encoder
from training.export_reader import export
from training.findings import is_for_calibration, training_rows
from training.reader_data import Example, as_examples, collate
from training.titles import retitled
from training.train_reader import SEED, Reader

STEPS, RATE, DECAY = 600, 2e-3, 0.02


@torch.no_grad()
def pooled(model: Reader, examples: list[Example]) -> tuple[Tensor, Tensor]:
    """What the label heads see, (n, 768), and the domain targets, (n, 3)."""
    seen, labels = [], []
    for first in range(0, len(examples), 16):
        batch = collate(examples[first : first + 16])
        seen.append(model.whole(batch.states, batch.mask)[1])
        labels.append(batch.labels["domain"])
    return torch.cat(seen), torch.cat(labels)


def main() -> None:
    """Fit the head on every training finding and its retitled twin; report on the calibration fold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    model = Reader()
    model.load_state_dict(torch.load(options.weights, weights_only=True))
    model.eval()
    encoder = Encoder()
    rows = training_rows()
    twins = [(row, retitled(row["finding"], chance)) for row in rows]
    both = [(row, row["finding"]) for row in rows]
    both += [(row, text) for row, text in twins if text != row["finding"]]
    both.sort(key=lambda pair: len(pair[1]))
    features, targets = pooled(
        model, as_examples([row for row, _ in both], [text for _, text in both], encoder)
    )
    held = torch.tensor([is_for_calibration(row) for row, _ in both])
    head = model.labels["domain"]
    _report("before", head, features[held], targets[held])
    optimizer = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=DECAY)
    for _ in range(STEPS):
        loss = nn.functional.cross_entropy(
            head(features[~held]), targets[~held], label_smoothing=0.05
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    _report("after", head, features[held], targets[held])
    print(export(model))


def _report(when: str, head: nn.Module, features: Tensor, targets: Tensor) -> None:
    right = head(features).argmax(-1) == targets.argmax(-1)
    print(
        f"{when}: {float(right.float().mean()):.3f} of {len(targets)}, titles as written and changed"
    )


if __name__ == "__main__":
    main()
