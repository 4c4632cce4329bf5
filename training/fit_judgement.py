"""Fit the judge's table of readings: python -m training.fit_judgement

For each criterion, side and state of proof, what it adds to each liability; a multinomial logistic
regression on the readings that the written findings quote. Replaces the key `reading` in
knowledge/library/judgement.yaml; the other numbers there are left as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.contract import CRITERIA, LIABILITIES, PROOFS
from knowledge.rules import LIBRARY
from training.findings import Row, fold_of, is_for_calibration, training_rows

STRENGTH = 1.0
FOLDS = 5
KEYS = [f"{c} {side} {proof}" for c in CRITERIA for side in ("失误", "失责") for proof in PROOFS]


def features(rows: Sequence[Row]) -> np.ndarray:
    """One row per finding, 1 where it has a reading of that key; shape (n, len(KEYS))."""
    place = {key: i for i, key in enumerate(KEYS)}
    matrix = np.zeros((len(rows), len(KEYS)))
    for number, row in enumerate(rows):
        for c in row["gold"]["criteria"]:
            matrix[number, place[f"{c['criterion']} {c['leans']} {c.get('proof', '查实')}"]] = 1
    return matrix


def fit(rows: Sequence[Row]) -> LogisticRegression:
    """Readings → liability."""
    labels = [row["gold"]["liability"] for row in rows]
    return LogisticRegression(C=STRENGTH, max_iter=2000).fit(features(rows), labels)


def main() -> None:
    """Print the agreement on held-out folds, then write the table."""
    rows = [r for r in training_rows() if not is_for_calibration(r)]
    right = 0
    for fold in range(FOLDS):
        held = [r for r in rows if fold_of(r, FOLDS) == fold]
        said = fit([r for r in rows if fold_of(r, FOLDS) != fold]).predict(features(held))
        right += sum(s == r["gold"]["liability"] for s, r in zip(said, held, strict=True))
    print(f"true readings → liability, {FOLDS} folds: {right / len(rows):.3f} of {len(rows)}")
    model = fit(rows)
    lines = ["reading:", _line("底数", model.intercept_, model.classes_)]
    used = features(rows).sum(axis=0)
    for i, key in enumerate(KEYS):
        if used[i]:
            lines.append(_line(key, model.coef_[:, i], model.classes_))
    path = LIBRARY / "judgement.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("reading:")] + "\n".join(lines) + "\n", encoding="utf-8")


def _line(key: str, values: np.ndarray, labels: Sequence[str]) -> str:
    by_label = dict(zip(labels, values, strict=True))
    return f"  {key}: {{{', '.join(f'{name}: {by_label[name]:.2f}' for name in LIABILITIES)}}}"


if __name__ == "__main__":
    main()
