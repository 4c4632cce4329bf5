"""The same finding with people and places named in full: python -m benchmarks.names FILE.jsonl…

Written findings say 张某 and 某镇, findings on a desk say 李秀英 and 清河镇; who it was decides nothing.
FILE has lines {"id", "finding", "date", "gold"}; printed is how many liabilities another name moves.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.contract import Finding
from assistant.settings import Settings
from assistant.triage import Bench, open_bench, triage_many

Row = dict[str, Any]
SEED = 7

_PERSON = re.compile(r"[\u4e00-\u9fff]某{1,2}(?![县市镇乡村区街局院校厂站所公])")
_PLACE = re.compile(r"某(?=[县市镇乡村区])")
_GIVEN = (
    *("建国", "秀英", "志强", "桂兰", "海", "敏", "文博", "小军", "玉珍", "德福"),
    *("丽华", "俊杰", "春生", "晓燕", "光明", "国栋", "彩霞", "永", "思远", "雪梅"),
)
_PLACES = (
    *("清河", "柳林", "石桥", "东山", "平安", "大湾", "龙潭", "白马"),
    *("新丰", "南坪", "青峰", "双溪", "和顺", "古塘", "松岭", "长宁"),
)


def named(row: Row, chance: random.Random) -> Row:
    """A copy of the row with full names in its text and in the words it quotes."""
    text = row["finding"]
    people = sorted(dict.fromkeys(_PERSON.findall(text)), key=len, reverse=True)
    full = {one: one[0] + chance.choice(_GIVEN) for one in people}
    place = chance.choice(_PLACES)

    def told(words: str) -> str:
        for one, name in full.items():
            words = words.replace(one, name)
        return _PLACE.sub(place, words)

    made = copy.deepcopy(row)
    made["finding"] = told(text)
    for reading in made["gold"]["criteria"]:
        reading["span"] = told(reading["span"])
    return made


def liabilities(rows: Sequence[Row], bench: Bench) -> list[str | None]:
    """What the built-in reader answers."""
    findings = [
        Finding(id=row["id"], text=row["finding"], date=row.get("date") or None) for row in rows
    ]
    return [opinion.liability for opinion in triage_many(findings, bench)]


def main() -> None:
    """One line per file, and for every answer that moved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    bench = open_bench(Settings.from_environment(), "offline")
    for path in parser.parse_args().files:
        lines = path.read_text(encoding="utf-8").splitlines()
        plain = [json.loads(line) for line in lines if line.strip()]
        chance = random.Random(SEED)
        full = [named(row, chance) for row in plain]
        pairs = [(a, b) for a, b in zip(plain, full, strict=True) if a["finding"] != b["finding"]]
        before = liabilities([a for a, _ in pairs], bench)
        after = liabilities([b for _, b in pairs], bench)
        moved = [
            f"  {row['id']}: {old} → {new}"
            for (row, _), old, new in zip(pairs, before, after, strict=True)
            if old != new
        ]
        print(f"{path.name}: another name moves {len(moved)} of {len(pairs)}", *moved, sep="\n")


if __name__ == "__main__":
    main()
