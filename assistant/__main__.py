"""Command line: python -m assistant triage --input findings.jsonl --output opinions.jsonl"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from assistant.contract import Finding, Opinion
from assistant.errors import InputError, SanzhenError
from assistant.intake import check
from assistant.settings import Settings
from knowledge.errors import KnowledgeError

_HELP = """\
对巡察发现逐条给出意见：领域、失误或失责、容错或纠错，依据和引文。

  输入每行一个 JSON：{"id": "1", "text": "……", "date": "2023-05-01" 或 null}
  输出每行一个 JSON，顺序不变；不能处理的一行只有 id 和 error，其余照常。
  只想看一条：echo '{"id": "1", "text": "……", "date": null}' | python -m assistant triage
"""
_EXIT = "退出码：0 全部完成；1 有几行没能处理；2 参数、文件或设置有误。"
_EVERY_SECONDS = 1.0


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(arguments)
    try:
        return _triage(options.input, options.output, options.reader)
    except (SanzhenError, KnowledgeError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        name = error.filename or options.output
        print(f"{name} 不能读写：{error.strerror}。请检查文件名、权限和磁盘空间。", file=sys.stderr)
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
        epilog=_EXIT,
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


def _triage(source: str, target: str, reader: str | None) -> int:
    # imported here so that --help and mistakes in the arguments answer at once
    from assistant.triage import open_bench, triage_many

    with ExitStack() as files:
        lines = _open_input(source, files)
        bench = open_bench(Settings.from_environment(), reader)
        output = _open_output(target, files)
        errors = 0
        progress = _Progress()
        broken: dict[int, Opinion] = {}
        order: list[int] = []

        def findings() -> Iterator[Finding]:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                order.append(number)
                try:
                    yield _finding(line, number)
                except InputError as error:
                    broken[number] = Opinion(id=_id_of(line, number), error=str(error))

        opinions = triage_many(findings(), bench)
        for opinion in _in_order(opinions, order, broken):
            output.write(json.dumps(opinion.line(), ensure_ascii=False) + "\n")
            output.flush()
            errors += opinion.error is not None
            progress.tick()
        progress.done(errors)
    return 1 if errors else 0


def _in_order(
    opinions: Iterator[Opinion], order: list[int], broken: dict[int, Opinion]
) -> Iterator[Opinion]:
    """Put the broken lines back where they stood among the opinions."""
    for opinion in opinions:
        while order and order[0] in broken:
            yield broken.pop(order.pop(0))
        order.pop(0)
        yield opinion
    for number in order:
        yield broken.pop(number)


def _finding(line: str, number: int) -> Finding:
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"第 {number} 行不是有效的 JSON：第 {error.colno} 列附近") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise InputError(f'第 {number} 行要写成 {{"id": …, "text": …, "date": …}}，text 是文字')
    text = row["text"]
    if not text.strip():
        raise InputError(f"第 {number} 行的 text 是空的，请写出发现的情况")
    check(text)
    return Finding(id=_id_of(line, number), text=text, date=_date(row.get("date"), number))


def _date(value: object, number: int) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        problem = f"第 {number} 行的 date 要写成 2023-05-01 这样，或者 null，现在是“{value}”"
        raise InputError(problem) from error


def _id_of(line: str, number: int) -> str:
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError:
        return str(number)
    return str(row.get("id", number)) if isinstance(row, dict) else str(number)


def _open_input(source: str, files: ExitStack) -> Iterator[str]:
    if source == "-":
        return iter(sys.stdin)
    return _decoded(files.enter_context(Path(source).open("rb")), source)


def _decoded(file: Any, source: str) -> Iterator[str]:
    """Lines in UTF-8, else in GB18030, which is common here."""
    for number, raw in enumerate(file, 1):
        line = bytes(raw).removeprefix(b"\xef\xbb\xbf") if number == 1 else bytes(raw)
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            try:
                yield line.decode("gb18030")
            except UnicodeDecodeError as error:
                problem = f"{source} 第 {number} 行既不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8"
                raise InputError(problem) from error


def _open_output(target: str, files: ExitStack) -> TextIO:
    if target == "-":
        return sys.stdout
    return files.enter_context(Path(target).open("w", encoding="utf-8", newline="\n"))


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
