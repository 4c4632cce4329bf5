"""Benchmarks: what was answered is read, now and from a file."""

import json
from pathlib import Path

from assistant.contract import Finding
from benchmarks.model import _answered, _lines


def test_a_line_end_within_an_answer_does_not_end_its_line(tmp_path: Path) -> None:
    rows = [{"id": "1", "explanation": "一\u2028二\x85三"}, {"id": "2"}]
    file = tmp_path / "ours.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    assert [json.loads(line) for line in _lines(file)] == rows


def test_what_a_model_says_when_asked_plainly_is_read() -> None:
    finding = Finding(id="1", text="某村支书未经集体研究出租门面房。")
    said = {"domain": "业务", "liability": "失责", "remedy": "纠错", "reason": "程序没有走。"}
    line = _answered(finding, lambda: json.dumps(said, ensure_ascii=False))
    assert [line[head] for head in ("domain", "liability", "remedy")] == ["业务", "失责", "纠错"]
    assert line["explanation"] == "程序没有走。"
    assert "liability" not in _answered(finding, lambda: "不知道")
