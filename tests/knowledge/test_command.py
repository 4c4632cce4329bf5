"""python -m knowledge search: what it takes, what it refuses, and what stays on this machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.__main__ import main

ROOT = Path(__file__).parents[2]
QUERY = "党课多久上一次"
ELSEWHERE = "https://bge.example.com/v1"


@pytest.fixture(autouse=True)
def data(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SANZHEN_EMBEDDING_URL", "SANZHEN_REMOTE", "CHROMA_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SANZHEN_DATA", str(data_folder))


# ── what leaves this machine ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("remote", ["", "mask", "confirm", "forbid", "没有这个值"])
@pytest.mark.parametrize("url", [ELSEWHERE, "bge.example.com/v1", "http://localhost.example.com"])
def test_a_query_is_not_sent_elsewhere_unmasked(
    url: str, remote: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SANZHEN_EMBEDDING_URL", url)
    monkeypatch.setenv("SANZHEN_EMBEDDING_MODEL", "bge-m3")
    monkeypatch.setenv("SANZHEN_REMOTE", remote)
    monkeypatch.setattr("knowledge.__main__.embeddings", lambda: pytest.fail("made all the same"))
    assert main(["search", QUERY]) == 2
    said = capsys.readouterr().err
    assert "原样发过去，所以没有检索" in said and "SANZHEN_REMOTE" in said


@pytest.mark.parametrize(
    ("url", "remote"), [(ELSEWHERE, "plain"), ("http://127.0.0.1:9/v1", "forbid")]
)
def test_an_endpoint_here_or_one_that_may_have_the_text_is_asked(
    url: str, remote: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class AskedError(Exception):
        pass

    def ask() -> None:
        asked.append(url)
        raise AskedError

    monkeypatch.setenv("SANZHEN_EMBEDDING_URL", url)
    monkeypatch.setenv("SANZHEN_REMOTE", remote)
    monkeypatch.setattr("knowledge.__main__.embeddings", ask)
    with pytest.raises(AskedError):
        main(["search", QUERY])
    assert asked == [url]


# ── input and options ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_of_queries_is_read_as_windows_writes_it(
    encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "查询.jsonl"
    line = json.dumps({"id": "甲", "query": QUERY}, ensure_ascii=False)
    path.write_bytes(f"{line}\r\n".encode(encoding))
    assert main(["search", "--input", str(path), "--limit", "1", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["id"], row["status"], len(row["hits"])) == ("甲", "found", 1)


def test_a_file_of_queries_that_is_no_text_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "查询.xlsx"
    path.write_bytes(b"PK\x03\x04\x00\x00\xff\xfe")
    assert main(["search", "--input", str(path)]) == 2
    assert "不是文字" in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["0", "-1", "两条", ""])
def test_a_limit_below_one_is_refused(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["search", QUERY, f"--limit={limit}"])
    assert ended.value.code == 2
    assert "要写成 1 以上的整数" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipe there")
def test_a_pipe_that_was_closed_is_called_by_its_name() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "knowledge", "check", "--table"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        said = process.stderr.read().decode()
        assert process.wait(timeout=60) == 2
    assert said.startswith("标准输出 不能读写") and said.count("\n") == 1
