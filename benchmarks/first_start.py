"""Seconds of a first start, and where they go: `python -m benchmarks.first_start`.

Terms   first start: a new process and an empty data folder, until a finding has its first opinion.
        again: the same with the index that is then there. Budget: 15 seconds on 2 cores.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

BUDGET = 15.0
STAGES = {
    "imports": "载入程序",
    "library": "读条款库并检查",
    "bench": "建或打开检索库，备好阅读者",
    "opinion": "第一条意见",
}
FINDING = "某村2022年全年没有召开党员大会，与村务会合并记在一个本子上，支部书记称业务忙。"


def child() -> None:
    """Start once and print the seconds of each stage."""
    laps = [time.perf_counter()]
    from assistant.contract import Finding
    from assistant.settings import Settings
    from assistant.triage import open_bench, triage
    from knowledge import rules as library

    settings = Settings.from_environment()
    laps.append(time.perf_counter())
    library.load()
    laps.append(time.perf_counter())
    bench = open_bench(settings, "offline")
    laps.append(time.perf_counter())
    triage(Finding(id="1", text=FINDING, date=None), bench)
    laps.append(time.perf_counter())
    seconds = [after - before for before, after in pairwise(laps)]
    print(json.dumps(dict(zip(STAGES, seconds, strict=True))))


def start(data: Path) -> tuple[float, dict[str, float]]:
    """A new process; seconds from its start to its end, and of each stage."""
    begun = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.first_start", "--child"],
        env={**os.environ, "SANZHEN_DATA": str(data)},
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    return time.perf_counter() - begun, json.loads(ran.stdout.splitlines()[-1])


def main() -> None:
    """Start twice and print a table; exits 1 where the first start is over its budget."""
    if "--child" in sys.argv:
        child()
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        first, first_stages = start(Path(folder))
        again, again_stages = start(Path(folder))
    print(f"| 阶段（{os.cpu_count()} 核） | 首次启动，秒 | 再次启动，秒 |\n| --- | ---: | ---: |")
    for stage, name in STAGES.items():
        print(f"| {name} | {first_stages[stage]:.2f} | {again_stages[stage]:.2f} |")
    print(f"| 合计（含进程启停） | {first:.2f} | {again:.2f} |")
    if first > BUDGET:
        sys.exit(f"首次启动超过 {BUDGET:.0f} 秒")


if __name__ == "__main__":
    main()
