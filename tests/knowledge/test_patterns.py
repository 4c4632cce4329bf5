"""The problem patterns are found by findings that were written before them."""

from pathlib import Path

import pytest
import yaml

from assistant.triage import Bench

CASES = Path(__file__).parent.parent / "cases"


@pytest.mark.parametrize("name", ["patterns_business", "patterns_party"])
def test_a_fitting_pattern_is_among_the_first_three(name: str, bench: Bench) -> None:
    rows = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    missed = [
        row["text"]
        for row in rows
        if not {hit.id for hit in bench.index.search(row["text"], limit=3, kinds=("pattern",))}
        & set(row["fits"])
    ]
    assert 1 - len(missed) / len(rows) >= 0.85, missed


def test_nothing_fits_that_the_library_does_not_hold(bench: Bench) -> None:
    for path in CASES.glob("patterns_*.yaml"):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            assert set(row["fits"]) <= set(bench.rules.patterns), row["text"]
