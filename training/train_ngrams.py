"""Fit the n-gram heads: python -m training.train_ngrams [--folds 5]

One head each for domain, liability and remedy of the whole finding. Writes
assistant/readers/models/ngrams.npz. With --folds, prints what cross-validation gives first.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from assistant.readers.ngrams import MODEL, grams, prepare
from training.findings import Row, fold_of, is_for_calibration, training_rows
from training.reader_data import read_as
from training.titles import retitled

SEED = 20181028
STRENGTH = {"domain": 20.0, "liability": 20.0, "remedy": 20.0}


def examples(rows: Sequence[Row]) -> dict[str, list[tuple[str, str]]]:
    """Text and label for every head."""
    chance = random.Random(SEED)
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in STRENGTH}
    for row in rows:
        text, gold = row["finding"], row["gold"]
        for name in STRENGTH:
            found[name].append((read_as(text), gold[name]))
        if (twin := retitled(text, chance)) != text:
            found["domain"].append((read_as(twin), gold["domain"]))
    return found


def vocabulary(texts: Sequence[str], least: int = 3) -> tuple[dict[str, int], np.ndarray]:
    """Grams in at least `least` texts, and their idf."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(grams(prepare(text)).keys())
    kept = sorted(gram for gram, n in seen.items() if n >= least)
    idf = np.log((1 + len(texts)) / (1 + np.array([seen[g] for g in kept]))) + 1
    return {gram: i for i, gram in enumerate(kept)}, idf.astype(np.float32)


def vectors(texts: Sequence[str], index: dict[str, int], idf: np.ndarray) -> csr_matrix:
    """One row per text."""
    rows, columns, values = [], [], []
    for number, text in enumerate(texts):
        pairs = [(index[g], n) for g, n in grams(prepare(text)).items() if g in index]
        weights = np.array([(1 + np.log(n)) * idf[i] for i, n in pairs])
        length = np.linalg.norm(weights) or 1.0
        rows += [number] * len(pairs)
        columns += [i for i, _ in pairs]
        values += list(weights / length)
    return csr_matrix((values, (rows, columns)), shape=(len(texts), len(index)))


def fit(matrix: csr_matrix, labels: Sequence[str], strength: float) -> OneVsRestClassifier:
    """One logistic regression per label; the shares are scaled to sum to 1 by the reader."""
    one = LogisticRegression(C=strength, solver="liblinear", random_state=0)
    return OneVsRestClassifier(one).fit(matrix, labels)


def cross_validate(rows: Sequence[Row], folds: int) -> None:
    """Print agreement on held-out folds for the whole-finding heads ."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for fold in range(folds):
        train = examples([r for r in rows if fold_of(r, folds) != fold])
        test = examples([r for r in rows if fold_of(r, folds) == fold])
        index, idf = vocabulary([text for text, _ in train["liability"]])
        for name in STRENGTH:
            model = fit(
                vectors([t for t, _ in train[name]], index, idf),
                [label for _, label in train[name]],
                STRENGTH[name],
            )
            said = model.predict(vectors([t for t, _ in test[name]], index, idf))
            for guess, (_, label) in zip(said, test[name], strict=True):
                right[name] += guess == label
                total[name] += 1
    for name in STRENGTH:
        print(f"{name:10} {right[name] / total[name]:.3f}  of {total[name]}")


def main() -> None:
    """Fit on every training finding and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=0)
    folds = parser.parse_args().folds
    rows = [row for row in training_rows() if not is_for_calibration(row)]
    if folds:
        cross_validate(rows, folds)
    found = examples(rows)
    index, idf = vocabulary([text for text, _ in found["liability"]])
    stored: dict[str, np.ndarray] = {
        "grams": np.array("\n".join(index)),
        "idf": idf.astype(np.float16),
        "heads": np.array("\n".join(STRENGTH)),
    }
    for name, pairs in found.items():
        model = fit(
            vectors([t for t, _ in pairs], index, idf), [p[1] for p in pairs], STRENGTH[name]
        )
        stored[f"{name}.labels"] = np.array("\n".join(model.classes_))
        stored[f"{name}.weights"] = np.vstack([m.coef_[0] for m in model.estimators_]).T.astype(
            np.float16
        )
        stored[f"{name}.bias"] = np.array([m.intercept_[0] for m in model.estimators_]).astype(
            np.float16
        )
    MODEL.parent.mkdir(exist_ok=True)
    np.savez_compressed(MODEL, **stored)
    print(
        f"{len(rows)} findings, {len(index)} grams → {MODEL.name} {MODEL.stat().st_size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()
