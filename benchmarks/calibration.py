"""What confidence is worth: python -m benchmarks.calibration [FILE.jsonl…]

The written findings that no model was fitted on, through the whole of triage: those of the
calibration fold (the weights of the voices were fitted on them), those kept aside (nothing was) and
those of other files. Prints for each a table of confidence against agreement, the expected calibration
error, and how far
needs_review tells the wrong opinions from the right ones.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from assistant.contract import Finding, Opinion
from assistant.settings import Settings
from assistant.triage import open_bench, triage_many
from training.findings import KEPT_ASIDE, Row, is_for_calibration, read, training_rows

BINS = ((0.0, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 1.01))


def main() -> None:
    """One part after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*")
    more = [(path.name, read(path)) for path in parser.parse_args().files]
    bench = open_bench(Settings.from_environment(), "offline")
    fold = [row for row in training_rows() if is_for_calibration(row)]
    for name, rows in (("calibration fold", fold), ("kept aside", read(KEPT_ASIDE)), *more):
        opinions = list(triage_many(map(_finding, rows), bench))
        right = [_is_right(row, opinion) for row, opinion in zip(rows, opinions, strict=True)]
        print(f"\n{name}: {len(rows)} findings\n")
        _reliability(opinions, right)
        _review(opinions, right)


def _finding(row: Row) -> Finding:
    return Finding(id=row["id"], text=row["finding"], date=row.get("date") or None)


def _is_right(row: Row, opinion: Opinion) -> bool:
    gold = row["gold"]
    return opinion.liability in (gold["liability"], *gold.get("also", {}).get("liability", ()))


def _reliability(opinions: Sequence[Opinion], right: Sequence[bool]) -> None:
    print("| confidence | findings | mean confidence | right |\n|---|---|---|---|")
    error = 0.0
    for low, high in BINS:
        inside = [
            (opinion.confidence, good)
            for opinion, good in zip(opinions, right, strict=True)
            if low <= opinion.confidence < high
        ]
        if not inside:
            continue
        said = sum(confidence for confidence, _ in inside) / len(inside)
        was = sum(good for _, good in inside) / len(inside)
        error += abs(said - was) * len(inside) / len(opinions)
        print(f"| {low:.1f}–{min(high, 1.0):.1f} | {len(inside)} | {said:.3f} | {was:.3f} |")
    print(f"\nexpected calibration error {error:.3f}")


def _review(opinions: Sequence[Opinion], right: Sequence[bool]) -> None:
    for asked, name in ((False, "not marked for review"), (True, "marked for review")):
        inside = [
            good
            for opinion, good in zip(opinions, right, strict=True)
            if opinion.needs_review == asked
        ]
        share = sum(inside) / len(inside) if inside else float("nan")
        print(f"{name}: {len(inside)} findings, right {share:.3f}")


if __name__ == "__main__":
    main()
