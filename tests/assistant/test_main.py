"""The command line keeps order, loses nothing, and says what is wrong in Chinese."""

import errno
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import __main__ as command
from assistant.contract import Finding, Opinion
from assistant.triage import Bench

FACT = "某村党支部书记把集体土地租金打入自己银行卡，用于家庭日常开支。"
ROOT = Path(__file__).parents[2]


def line(number: int, **more: object) -> str:
    return json.dumps({"id": f"n{number}", "text": FACT, "date": None} | more, ensure_ascii=False)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]


Run = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def run(tmp_path: Path, bench: Bench) -> Run:
    """Run `triage` on the content of a file; gives the exit code and the lines written."""

    def on(content: bytes) -> tuple[int, list[dict[str, Any]]]:
        source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        source.write_bytes(content)
        code = command.main(["triage", "--input", str(source), "--output", str(target)], bench)
        return code, rows(target) if target.exists() else []

    return on


def test_a_finding_in_gives_an_opinion_out(run: Run) -> None:
    code, opinions = run(line(1).encode())
    assert code == 0
    assert [row["id"] for row in opinions] == ["n1"]
    assert opinions[0]["remedy"] == "移交"
    assert opinions[0]["error"] is None


def test_an_embedding_endpoint_that_is_down_is_told_and_exits_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SANZHEN_DATA", str(tmp_path))
    monkeypatch.setenv("SANZHEN_EMBEDDING_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("SANZHEN_EMBEDDING_MODEL", "e")
    source = tmp_path / "in.jsonl"
    source.write_text(line(1), encoding="utf-8")
    assert command.main(["triage", "--input", str(source)]) == 2
    assert "向量服务 127.0.0.1 连不上" in capsys.readouterr().err


def test_stdin_and_stdout_are_the_default(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = io.BufferedReader(io.BytesIO(line(1).encode() + b"\n"))  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(given))
    assert command.main(["triage"], bench) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["id"] == "n1"
    assert "共 1 条" in shown.err


def test_a_gb18030_file_is_read(run: Run) -> None:
    code, opinions = run(line(1).encode("gb18030"))
    assert code == 0
    assert any(r["span"] in FACT for r in opinions[0]["red_lines"])


def test_a_byte_order_mark_does_not_break_the_first_line(run: Run) -> None:
    code, opinions = run(b"\xef\xbb\xbf" + line(1).encode())
    assert (code, opinions[0]["id"]) == (0, "n1")


def test_windows_line_ends_are_read(run: Run) -> None:
    code, opinions = run((line(1) + "\r\n" + line(2) + "\r\n").encode())
    assert (code, [row["id"] for row in opinions]) == (0, ["n1", "n2"])


def test_a_broken_line_in_the_middle_keeps_the_order_and_exits_1(run: Run) -> None:
    content = "\n".join([line(1), '{"id": "n2", "text": ', line(3)])
    code, opinions = run(content.encode())
    assert code == 1
    assert [row["id"] for row in opinions] == ["n1", "2", "n3"]
    assert [row["error"] is None for row in opinions] == [True, False, True]
    assert "第 2 行" in opinions[1]["error"]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ('{"id": "x", "date": null}', "text 是文字"),
        ('{"id": "x", "text": 5}', "text 是文字"),
        ('{"id": "x", "text": "   "}', "是空的"),
        ('["x"]', "要写成"),
        ('{"id": "x", "text": "某村没有开会", "date": "去年五月"}', "去年五月"),
        ('{"id": "x", "text": "某村没有开会", "date": "2023-02-30"}', "2023-02-30"),
        ('{"id": "x", "text": "某村\\u0000没有开会"}', "不像是文字"),
        ("[" * 100_000, "JSON"),
        ('{"id": 1' + "0" * 5000 + ', "text": "某村没有开会"}', "太长"),
    ],
    ids=[
        "没有text",
        "text是数字",
        "text是空白",
        "是列表",
        "日期是词",
        "没有这天",
        "有空字符",
        "括号太深",
        "数太长",
    ],
)
def test_what_is_wrong_with_a_line_stands_in_its_error(run: Run, broken: str, words: str) -> None:
    code, opinions = run((broken + "\n" + line(2)).encode())
    assert code == 1
    assert words in opinions[0]["error"]
    assert opinions[0]["liability"] is None
    assert opinions[1]["error"] is None


def test_a_bad_line_keeps_its_own_id_where_it_has_one(run: Run) -> None:
    _, opinions = run('{"id": "甲-7", "text": ""}\n{"id": null, "text": ""}'.encode())
    assert [row["id"] for row in opinions] == ["甲-7", "2"]


def test_a_line_in_neither_encoding_is_one_broken_line(run: Run) -> None:
    content = line(1).encode() + b'\n{"text": "\xff\xff\xff"}\n' + line(3).encode()
    code, opinions = run(content)
    assert code == 1
    assert [row["id"] for row in opinions] == ["n1", "2", "n3"]
    assert "GB18030" in opinions[1]["error"]


def test_five_megabytes_in_one_line_are_refused_with_advice(run: Run) -> None:
    content = line(1, text="某村没有开会。" * 250_000) + "\n" + line(2)
    code, opinions = run(content.encode())
    assert code == 1
    assert "万字" in opinions[0]["error"]
    assert opinions[1]["error"] is None


def test_an_empty_file_gives_an_empty_file(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(b"") == (0, [])
    assert "共 0 条" in capsys.readouterr().err


def test_empty_lines_are_passed_over(run: Run) -> None:
    code, opinions = run(("\n\n" + line(1) + "\n \n").encode())
    assert (code, [row["id"] for row in opinions]) == (0, ["n1"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00word/document.xml", "Word"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "不是文字"),
        ('{"id": "1"}'.encode("utf-16"), "UTF-16"),
    ],
    ids=["Word文件", "图片", "UTF-16"],
)
def test_a_file_that_is_no_text_is_refused(
    run: Run, capsys: pytest.CaptureFixture[str], content: bytes, words: str
) -> None:
    assert run(content)[0] == 2
    assert words in capsys.readouterr().err


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A file with one finding."""
    path = tmp_path / "in.jsonl"
    path.write_text(line(1), encoding="utf-8")
    return str(path)


def test_a_missing_file_is_named(
    tmp_path: Path, bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["triage", "--input", str(tmp_path / "没有.jsonl")], bench) == 2
    said = capsys.readouterr().err
    assert "没有.jsonl" in said and "找不到" in said


def test_a_folder_given_as_output_is_named(
    source: str, tmp_path: Path, bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["triage", "--input", source, "--output", str(tmp_path)], bench) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_the_input_is_not_overwritten(
    source: str, bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["triage", "--input", source, "--output", source], bench) == 2
    assert Path(source).read_text(encoding="utf-8") == line(1)
    assert "换一个文件名" in capsys.readouterr().err


class Unwritable(io.StringIO):
    """An output that fails the way a disk, a folder or a pipe does."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, words: str) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘满了"),
        (PermissionError(errno.EACCES, "Permission denied", "只读/out.jsonl"), "没有权限"),
        (OSError(errno.EROFS, "Read-only file system", "只读/out.jsonl"), "只能读不能写"),
        (OSError(errno.EIO, "Input/output error"), "不能读写"),
    ],
    ids=["磁盘满", "没有权限", "只读", "别的原因"],
)
def test_an_output_that_cannot_be_written_says_why(
    source: str,
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: OSError,
    words: str,
) -> None:
    monkeypatch.setattr(sys, "stdout", Unwritable(error))
    assert command.main(["triage", "--input", source], bench) == 2
    assert words in capsys.readouterr().err


def test_model_reader_without_a_model_says_what_to_set(
    source: str, data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert data_folder.is_dir()
    assert command.main(["triage", "--input", source, "--reader", "model"]) == 2
    assert "SANZHEN_MODEL_URL" in capsys.readouterr().err


def test_half_a_character_comes_through_as_it_was(run: Run) -> None:
    text = FACT.replace("某村", "某\ud800村")
    code, opinions = run(json.dumps({"id": "a", "text": text}).encode())
    assert code == 0
    assert all(text[r["start"] : r["end"]] == r["span"] for r in opinions[0]["criteria"])


def test_help_tells_format_example_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main(["triage", "--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    for words in ('"text"', "GB18030", "--reader", "退出码", "SANZHEN_MODEL_URL", "findings.jsonl"):
        assert words in said


def test_an_unknown_argument_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main(["triage", "--读者", "x"])
    assert stopped.value.code == 2


def test_help_answers_without_loading_the_library() -> None:
    code = "import sys; from assistant.__main__ import main\ntry: main(['--help'])\n"
    code += "except SystemExit: pass\nsys.exit('chromadb' in sys.modules or 'onnxruntime' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()


def said_of(findings: Iterable[Finding]) -> Iterator[Opinion]:
    for finding in findings:
        yield Opinion(id=finding.id, explanation=finding.text)


@pytest.mark.parametrize("broken", [{0}, {31}, {32}, {31, 32, 33}, {69}, set(range(70)), {0, 69}])
def test_broken_lines_keep_their_place_across_batches(broken: set[int]) -> None:
    lines = ((n, b"{" if n in broken else line(n).encode()) for n in range(70))
    opinions = list(command._opinions(lines, said_of))
    assert [o.id for o in opinions] == [str(n) if n in broken else f"n{n}" for n in range(70)]
    assert {i for i, o in enumerate(opinions) if o.error} == broken


def test_opinions_come_before_the_whole_input_is_read() -> None:
    taken = 0

    def endless() -> Iterator[tuple[int, bytes]]:
        nonlocal taken
        while True:
            taken += 1
            yield taken, b"{"

    opinions = command._opinions(endless(), said_of)
    assert next(opinions).id == "1"
    assert taken <= 64
