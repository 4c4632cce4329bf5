"""Read the written findings and cut them into folds that never part the halves of a pair."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "findings"
KEPT_ASIDE = FOLDER / "kept_aside.jsonl"

CALIBRATION_FOLDS = 12  # one of them no model is fitted on: confidence is calibrated there

Row = dict[str, Any]


def read(path: Path) -> list[Row]:
    """The rows of one file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def training_rows() -> list[Row]:
    """The written findings that models are fitted on, ordered by file and line."""
    files = sorted(path for path in FOLDER.glob("*.jsonl") if path != KEPT_ASIDE)
    files += sorted((FOLDER / "more").glob("*.jsonl"))
    return [row for path in files for row in read(path)]


def fold_of(row: Row, folds: int) -> int:
    """A fold from the pair's id, so that it depends on nothing but the row."""
    key = str(row.get("pair") or row["id"])
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % folds


def is_for_calibration(row: Row) -> bool:
    """Whether a row is left out of every fit, for calibration."""
    return fold_of(row, CALIBRATION_FOLDS) == 0
