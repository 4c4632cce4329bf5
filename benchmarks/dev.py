"""Score the offline reader on labelled findings: python -m benchmarks.dev GOLD.jsonl SCORE.py

GOLD has lines {"id", "finding", "date", "gold"}; SCORE is the script that compares. Both lie outside
the repository. Prints what the script prints.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from assistant.contract import Finding
from assistant.settings import Settings
from assistant.triage import open_bench, triage_many


def main() -> int:
    """Triage every finding, then compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("score", type=Path)
    parser.add_argument("--reader", choices=("offline", "model"), default="offline")
    options = parser.parse_args()
    bench = open_bench(Settings.from_environment(), options.reader)
    rows = [json.loads(line) for line in options.gold.read_text(encoding="utf-8").splitlines()]
    findings = (
        Finding(id=row["id"], text=row["finding"], date=row.get("date") or None) for row in rows
    )
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "opinions.jsonl"
        with target.open("w", encoding="utf-8") as output:
            for opinion in triage_many(findings, bench):
                output.write(json.dumps(opinion.line(), ensure_ascii=False) + "\n")
        return subprocess.run([sys.executable, options.score, options.gold, target]).returncode


if __name__ == "__main__":
    sys.exit(main())
