"""Weigh the voices of the offline reader: python -m training.calibrate

On the findings that no model was fitted on, finds the weights of network, n-grams and readings that
make the pooled shares most likely, and the confidence from which an opinion is sure. Writes them to
knowledge/library/judgement.yaml and prints a reliability table.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant.consult import weigh
from assistant.contract import LIABILITIES, Finding
from assistant.readers import network, ngrams
from assistant.readers.facts import facts_of
from assistant.readers.offline import OfflineReader
from assistant.retrieval import Retrieved
from knowledge.encoder import Encoder
from knowledge.rules import LIBRARY, load
from training.findings import Row, is_for_calibration, training_rows

WANTED = 0.92  # of the sure opinions that should be right
LEAST_SURE = 0.45  # share of findings that must be sure
_SMALLEST = 1e-5


def voices(rows: list[Row]) -> tuple[np.ndarray, np.ndarray]:
    """Log shares (rows, 3 voices, 5 liabilities), and the number of each row's liability."""
    rules, encoder = load(), Encoder()
    reader, net, grams = OfflineReader(rules), network.load(), ngrams.load()
    facts = [facts_of(row["finding"], rules.language) for row in rows]
    logs = np.zeros((len(rows), 3, len(LIABILITIES)))
    passes = encoder.read([f.text for f in facts])
    for number, (row, fact, (vector, states)) in enumerate(zip(rows, facts, passes, strict=True)):
        finding = Finding(id=row["id"], text=row["finding"])
        seen = net.see(states.layer7).labels["liability"]
        counted = grams.shares(fact.text, "liability")["liability"]
        by_grams = dict(zip(grams.heads["liability"].labels, counted.tolist(), strict=True))
        bare = Retrieved(finding, fact, vector, states, (), (), None, date.today())  # type: ignore[arg-type]
        weighed = weigh(reader.read([bare])[0].readings, rules.judgement)
        for voice, shares in enumerate((seen, by_grams, weighed)):
            logs[number, voice] = [np.log(max(shares[n], _SMALLEST)) for n in LIABILITIES]
    return logs, np.array([LIABILITIES.index(row["gold"]["liability"]) for row in rows])


def pooled(logs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Shares (rows, 5) of the weighted product."""
    scores = np.tensordot(logs, np.abs(weights), axes=([1], [0]))
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def fit(logs: np.ndarray, gold: np.ndarray) -> np.ndarray:
    """The weights under which the gold liabilities are most likely, kept near moderate values."""

    def loss(weights: np.ndarray) -> float:
        shares = pooled(logs, weights)[np.arange(len(gold)), gold]
        return float(-np.log(shares + _SMALLEST).mean() + 0.01 * (weights**2).sum())

    return np.abs(minimize(loss, np.array([0.7, 0.3, 0.3]), method="Nelder-Mead").x)


def surest(shares: np.ndarray, gold: np.ndarray) -> float:
    """The lowest confidence above which WANTED of the opinions are right, LEAST_SURE at least sure."""
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == gold
    for threshold in np.arange(0.40, 0.95, 0.01):
        sure = confidence >= threshold
        if sure.mean() < LEAST_SURE:
            return float(threshold - 0.01)
        if right[sure].mean() >= WANTED:
            return float(threshold)
    return 0.95


def reliability(shares: np.ndarray, gold: np.ndarray) -> float:
    """Print confidence against agreement in five bins; returns the expected calibration error."""
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == gold
    error = 0.0
    for low in np.arange(0.2, 1.0, 0.16):
        inside = (confidence >= low) & (confidence < low + 0.16 + 1e-9)
        if inside.any():
            gap = abs(confidence[inside].mean() - right[inside].mean())
            error += inside.mean() * gap
            print(
                f"{low:.2f}–{low + 0.16:.2f}  {inside.sum():4} findings, confidence "
                f"{confidence[inside].mean():.2f}, right {right[inside].mean():.2f}"
            )
    return float(error)


def main() -> None:
    """Fit on the calibration findings and write the numbers."""
    rows = [row for row in training_rows() if is_for_calibration(row)]
    logs, gold = voices(rows)
    for voice, name in enumerate(("network", "n-grams", "readings")):
        print(f"{name:9} alone {(logs[:, voice].argmax(axis=1) == gold).mean():.3f}")
    weights = fit(logs, gold)
    shares = pooled(logs, weights)
    print(f"pooled {(shares.argmax(axis=1) == gold).mean():.3f} with {np.round(weights, 2)}")
    print(f"expected calibration error {reliability(shares, gold):.3f}")
    sure = surest(shares, gold)
    network_weight, grams_weight, readings_weight = weights
    _write(
        LIBRARY / "judgement.yaml",
        {
            "view": network_weight,
            "ngrams": grams_weight / max(network_weight, 0.05),
            "readings": readings_weight,
        },
        sure,
    )


def _write(path: Path, weights: dict[str, float], sure: float) -> None:
    text = path.read_text(encoding="utf-8")
    for name, value in weights.items():
        text = re.sub(rf"(weights: \{{.*?\b{name}: )[\d.]+", rf"\g<1>{value:.2f}", text)
    text = re.sub(r"(?m)^sure: [\d.]+", f"sure: {sure:.2f}", text)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
