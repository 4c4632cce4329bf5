"""Train the offline reader: python -m training

Every step of training/reader.md in its order, from the written findings to the numbers of the judge.
Needs the training extras of pyproject.toml. One seed: on the same machine the same files come out,
and their sums are printed at the end.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from assistant.readers.network import MODEL as NETWORK
from assistant.readers.ngrams import MODEL as NGRAMS
from knowledge.rules import LIBRARY


def main() -> None:
    """Run the steps one after another; the first that fails ends the run."""
    with tempfile.TemporaryDirectory() as folder:
        weights = str(Path(folder) / "reader.pt")
        for step in (
            ("train_reader", "--save", weights),
            ("train_domain", weights),
            ("train_ngrams",),
            ("fit_judgement",),
            ("calibrate",),
        ):
            name, *options = step
            print(f"— {name}", flush=True)
            subprocess.run([sys.executable, "-m", f"training.{name}", *options], check=True)
    for path in (NETWORK, NGRAMS, LIBRARY / "judgement.yaml"):
        print(hashlib.sha256(path.read_bytes()).hexdigest()[:16], path.name)


if __name__ == "__main__":
    main()
