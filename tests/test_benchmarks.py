"""Benchmarks: what was answered before is read back."""

import json
from pathlib import Path

from benchmarks.model import _lines


def test_a_line_end_within_an_answer_does_not_end_its_line(tmp_path: Path) -> None:
    rows = [{"id": "1", "explanation": "一\u2028二\x85三"}, {"id": "2"}]
    file = tmp_path / "ours.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    assert [json.loads(line) for line in _lines(file)] == rows
