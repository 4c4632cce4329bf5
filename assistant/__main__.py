"""Command line: python -m assistant triage --input findings.jsonl --output opinions.jsonl"""

from __future__ import annotations

import argparse
import errno
import io
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from assistant.contract import Finding, Opinion
from assistant.errors import InputError, SanzhenError
from assistant.intake import check
from assistant.settings import Settings, environment
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from assistant.triage import Bench

_HELP = """\
对巡察发现逐条给出意见：领域、失误或失责、容错或纠错，依据和引文。

  输入每行一个 JSON：{"id": "1", "text": "……", "date": "2023-05-01" 或 null}
  date 是事情发生的日子，适用哪一版规定由它定；不知道就写 null，按今天算。
  文件用 UTF-8 或 GB18030 编码都行。
  输出每行一个 JSON（UTF-8），顺序不变；不能处理的一行只有 id 和 error，其余照常。

例：
  python -m assistant triage --input findings.jsonl --output opinions.jsonl
  echo '{"id": "1", "text": "……", "date": null}' | python -m assistant triage
"""
_EPILOG = """\
退出码：0 全部完成；1 有几行没能处理；2 参数、文件或设置有误。
进度写在标准错误里，不混进结果。
用模型阅读要在环境变量或 .streamlit/secrets.toml 里设 SANZHEN_MODEL_URL、SANZHEN_MODEL、SANZHEN_MODEL_KEY，
见 docs/manual.md。
"""
_BATCH = 32
_PEEKED = 4096
_EVERY_SECONDS = 1.0
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_REASONS = {
    errno.ENOENT: "找不到，请检查路径和文件名",
    errno.EACCES: "没有权限，请换一个地方或者改权限",
    errno.EPERM: "没有权限，请换一个地方或者改权限",
    errno.EROFS: "所在的文件夹只能读不能写，请换一个地方",
    errno.EISDIR: "是文件夹，请写出文件名",
    errno.ENOSPC: "磁盘满了，请腾出空间后重来",
}

Numbered = tuple[int, bytes]
TriageMany = Callable[[Iterable[Finding]], Iterator[Opinion]]


def main(arguments: Sequence[str] | None = None, bench: Bench | None = None) -> int:
    """Run a command; returns the exit code. bench: one that is already open, else one is opened."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(arguments)
    try:
        return _triage(options.input, options.output, options.reader, bench)
    except (SanzhenError, KnowledgeError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        _forget_what_is_unwritten()
        name = error.filename or ("标准输出" if options.output == "-" else options.output)
        reason = _REASONS.get(error.errno or 0, f"不能读写（{error.strerror}），请检查权限和磁盘")
        print(f"{name}：{reason}。", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已停下；写好的行都在输出里。", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assistant", description="三诊：巡察发现的化验、会诊、处方"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    triage = commands.add_parser(
        "triage",
        help="对巡察发现逐条给出意见",
        description=_HELP,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    triage.add_argument(
        "--input", default="-", metavar="文件", help="输入的 JSONL，- 为标准输入（默认）"
    )
    triage.add_argument(
        "--output", default="-", metavar="文件", help="输出的 JSONL，- 为标准输出（默认）"
    )
    triage.add_argument(
        "--reader",
        choices=("offline", "model"),
        help="谁来阅读：offline 内置，model 用 SANZHEN_MODEL_URL 的模型；默认有模型就用模型",
    )
    return parser


def _triage(source: str, target: str, reader: str | None, bench: Bench | None) -> int:
    # imported here so that --help and mistakes in the arguments answer at once
    from assistant.triage import open_bench, triage_many

    _refuse_overwriting_the_input(source, target)
    settings = Settings.from_environment(environment())
    with ExitStack() as files:
        lines = _lines(_open_input(source, files), "标准输入" if source == "-" else source)
        ready = bench or open_bench(settings, reader)
        output = _open_output(target, files)
        progress = _Progress()
        errors = 0
        for opinion in _opinions(lines, lambda findings: triage_many(findings, ready)):
            output.write(_json(opinion) + "\n")
            output.flush()
            errors += opinion.error is not None
            progress.tick()
        progress.done(errors)
    return 1 if errors else 0


def _opinions(lines: Iterator[Numbered], triage_many: TriageMany) -> Iterator[Opinion]:
    """One opinion per line, in order; what is held does not grow with the number of lines."""
    while batch := list(islice(lines, _BATCH)):
        yield from _in_order([_entry(raw, number) for number, raw in batch], triage_many)


def _in_order(entries: Sequence[Finding | Opinion], triage_many: TriageMany) -> Iterator[Opinion]:
    """Findings are triaged together; lines that could not be read keep their place."""
    triaged = triage_many([entry for entry in entries if isinstance(entry, Finding)])
    for entry in entries:
        yield next(triaged) if isinstance(entry, Finding) else entry


def _entry(raw: bytes, number: int) -> Finding | Opinion:
    """The finding that a line holds, or the opinion that says why there is none."""
    name = str(number)
    try:
        row = _row(raw, number)
        if row.get("id") is not None:
            name = str(row["id"])
        return Finding(id=name, text=_text(row, number), date=_date(row.get("date"), number))
    except InputError as error:
        return Opinion(id=name, error=str(error))


def _row(raw: bytes, number: int) -> dict[str, Any]:
    try:
        row = json.loads(_decoded(raw, number))
    except json.JSONDecodeError as error:
        raise InputError(f"第 {number} 行不是有效的 JSON：第 {error.colno} 列附近") from error
    except RecursionError as error:
        raise InputError(f"第 {number} 行不是有效的 JSON：括号套得太深") from error
    except ValueError as error:  # Python reads no whole number of more than 4,300 digits
        raise InputError(f"第 {number} 行里有一个数太长，读不了，请改短这个数") from error
    if not isinstance(row, dict):
        raise InputError(f'第 {number} 行要写成 {{"id": …, "text": …, "date": …}}')
    return row


def _decoded(raw: bytes, number: int) -> str:
    """UTF-8, else GB18030, which is common here."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"第 {number} 行既不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8")


def _text(row: dict[str, Any], number: int) -> str:
    text = row.get("text")
    if not isinstance(text, str):
        raise InputError(f'第 {number} 行要写成 {{"id": …, "text": …, "date": …}}，text 是文字')
    if not text.strip():
        raise InputError(f"第 {number} 行的 text 是空的，请写出发现的情况")
    check(text)
    return text


def _date(value: object, number: int) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        problem = f"第 {number} 行的 date 要写成 2023-05-01 这样，或者 null，现在是“{value}”"
        raise InputError(problem) from error


def _refuse_overwriting_the_input(source: str, target: str) -> None:
    if "-" in (source, target):
        return
    read, written = Path(source), Path(target)
    if read.exists() and written.exists() and read.samefile(written):
        raise InputError(f"输出不能写回输入的文件 {source}，那样会丢掉原文；请换一个文件名")


def _open_input(source: str, files: ExitStack) -> io.BufferedReader:
    """As bytes: which encoding it is shows line by line."""
    if source == "-":
        return cast(io.BufferedReader, sys.stdin.buffer)
    return files.enter_context(Path(source).open("rb"))


def _lines(file: io.BufferedReader, name: str) -> Iterator[Numbered]:
    """Number and bytes of each line with something on it. Refuses what is no text file."""
    begins = file.peek(_PEEKED)
    if begins.startswith(_UTF16):
        raise InputError(f"{name} 是 UTF-16（Unicode）编码，请另存为 UTF-8")
    if b"\x00" in begins:
        raise InputError(
            f"{name} 不是文字（可能是 Word、Excel 原文件或图片），请给出每行一个 JSON 的文本文件"
        )
    for number, raw in enumerate(file, 1):
        line = raw.removeprefix(_BOM) if number == 1 else raw
        if line.strip():
            yield number, line


def _open_output(target: str, files: ExitStack) -> TextIO:
    if target == "-":
        return sys.stdout
    return files.enter_context(Path(target).open("w", encoding="utf-8", newline="\n"))


def _json(opinion: Opinion) -> str:
    """One line; half a character (a lone surrogate), which UTF-8 cannot hold, stays escaped."""
    line = json.dumps(opinion.line(), ensure_ascii=False)
    return _HALF_CHARACTER.sub(lambda match: f"\\u{ord(match.group()):04x}", line)


def _forget_what_is_unwritten() -> None:
    """After a closed pipe or a full disk, keep the interpreter from writing it again at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Progress:
    """How far it is, on stderr, once a second."""

    def __init__(self) -> None:
        self._count, self._began = 0, time.monotonic()
        self._next = self._began + _EVERY_SECONDS

    def tick(self) -> None:
        self._count += 1
        if time.monotonic() >= self._next:
            print(f"已完成 {self._count} 条", file=sys.stderr)
            self._next = time.monotonic() + _EVERY_SECONDS

    def done(self, errors: int) -> None:
        seconds = time.monotonic() - self._began
        print(f"共 {self._count} 条，{errors} 条没能处理，用时 {seconds:.1f} 秒", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
