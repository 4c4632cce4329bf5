"""Command line: python -m knowledge search|check|check-citations|vectors"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from knowledge import names, statutes
from knowledge import rules as library
from knowledge.encoder import URL_SETTING, Encoder, embeddings
from knowledge.errors import IndexUnavailableError, KnowledgeError
from knowledge.folders import THIS_MACHINE, chroma_url, data_folder

_EXIT = "退出码：0 正常；1 有没通过的；2 参数、文件或设置有误。"


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(arguments)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        _forget_what_is_unwritten()
        name = error.filename or "标准输出"
        print(f"{name} 不能读写：{error.strerror}。请检查文件名、权限和磁盘。", file=sys.stderr)
        return 2


def _forget_what_is_unwritten() -> None:
    """After a closed pipe or a full disk, keep the interpreter from writing it again at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m knowledge", description="三诊的条款库：检索、核对", epilog=_EXIT
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    search = commands.add_parser("search", help="按意思和词面检索条款和方法", epilog=_EXIT)
    search.add_argument("query", nargs="?", metavar="查询")
    search.add_argument("--input", metavar="文件", help='每行 {"id": …, "query": …}，- 为标准输入')
    search.add_argument("--limit", type=_count, default=10, metavar="N", help="最多几条，默认 10")
    search.add_argument("--date", type=_day, metavar="日期", help="只要这一天有效的，如 2019-05-01")
    search.add_argument("--json", action="store_true", help="每个查询输出一行 JSON")
    search.set_defaults(run=_search)
    check = commands.add_parser(
        "check",
        help="像编辑那样核对条款库的文件",
        description="错误要改，退出码为 1；提示值得看一眼，不影响退出码。",
        epilog=_EXIT,
    )
    check.add_argument("--hints", action="store_true", help="把提示和未核对的条款逐条列出来")
    check.add_argument("--table", action="store_true", help="只输出每个文件收了几条、核对了几条")
    check.set_defaults(run=_check)
    cited = commands.add_parser(
        "check-citations",
        help="核对一段文字里引用的条文是否存在、当天是否有效",
        description="每处引用一行：存在、不存在、已失效，或者无法核验（库里没有这个文件，不等于它不存在）。",
        epilog="退出码：0 核对完了；2 参数或文件有误。",
    )
    cited.add_argument("file", metavar="文件", help="要核对的文字，- 为标准输入")
    cited.add_argument("--json", action="store_true", help="每处引用输出一行 JSON")
    cited.add_argument("--date", type=_day, metavar="日期", help="按这一天的法核对，默认今天")
    cited.set_defaults(run=_check_citations)
    vectors = commands.add_parser("vectors", help="重算随程序附带的向量（改了条款库以后）")
    vectors.set_defaults(run=_vectors)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"日期要写成 2019-05-01 这样，现在是“{text}”") from error


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"要写成 1 以上的整数，现在是“{text}”")
    return int(text)


def _search(options: argparse.Namespace) -> int:
    _refuse_sending_unmasked()
    queries = _queries(options)
    try:
        from knowledge.index import open_index

        rules = library.load()
        index = open_index(rules, embeddings(), data_folder() / "index", chroma_url())
    except IndexUnavailableError as error:
        print(error, file=sys.stderr)
        for row in queries:
            _print({"id": row["id"], "hits": [], "status": "unavailable"}, options.json, rules=None)
        return 1
    from knowledge.search import search

    missed = 0
    for row in queries:
        result = search(str(row["query"]), index, rules, options.limit, options.date)
        missed += result["status"] == "unavailable"
        _print({"id": row["id"], **result}, options.json, rules)
    return 1 if missed else 0


def _refuse_sending_unmasked() -> None:
    """A query may be a finding, and here nothing puts placeholders into it."""
    url = os.environ.get(URL_SETTING, "").strip()
    remote = os.environ.get("SANZHEN_REMOTE", "").strip().lower()
    if url and urlparse(url).hostname not in THIS_MACHINE and remote != "plain":
        raise KnowledgeError(
            f"{URL_SETTING} 指向别的机器，这个命令会把要查的话原样发过去，所以没有检索。"
            "请取消这项设置，用内置编码器，或改用本机上的向量服务；"
            "确实可以原样发送的，把 SANZHEN_REMOTE 设为 plain。"
        )


def _queries(options: argparse.Namespace) -> Sequence[dict[str, Any]]:
    if options.query is not None:
        return [{"id": "1", "query": options.query}]
    if options.input is None:
        raise KnowledgeError("请写上要查的话，或者用 --input 给出查询文件")
    lines = _text_of(options.input).splitlines()
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rows.append({"id": row["id"], "query": str(row["query"])})
        except (json.JSONDecodeError, KeyError, TypeError):
            print(f'第 {number} 行不是 {{"id": …, "query": …}}，跳过', file=sys.stderr)
            rows.append({"id": str(number), "query": ""})
    return rows


def _print(result: dict[str, Any], as_json: bool, rules: library.Rules | None) -> None:
    if as_json:
        print(json.dumps(result, ensure_ascii=False), flush=True)
        return
    if result["status"] != "found":
        print(
            {"no_match": "没有找到相配的条款", "unavailable": "检索库暂时不能用"}[result["status"]]
        )
        return
    for hit in result["hits"]:
        text = ""
        if rules is not None:
            unit = rules.method.get(hit["provision"])
            text = unit.text if unit else rules.provisions[hit["provision"]].gist
        print(f"{hit['score']:.2f} {hit['provision']} {hit['document']}{hit['article']}：{text}")


def _check(options: argparse.Namespace) -> int:
    from knowledge.editor import edit, table

    rules = library.load()
    names.load()
    if options.table:
        print(table(rules))
        return 0
    report = edit(rules, statutes.installed(), date.today())
    for error in report.errors:
        print(f"错误：{error}")
    if options.hints:
        for hint in report.hints:
            print(f"提示：{hint}")
        for provision_id in report.recalled:
            print(f"未核对：{provision_id}")
    print(
        f"{len(rules.provisions.versions)} 个文件版本、{len(rules.provisions)} 条条款"
        f"（{len(report.recalled)} 条未核对）、{len(rules.method)} 条方法、"
        f"{len(rules.patterns)} 个常见问题；{len(report.errors)} 处错误、"
        f"{len(report.hints)} 处提示{'' if options.hints else '（--hints 逐条列出）'}"
    )
    return 1 if report.errors else 0


def _check_citations(options: argparse.Namespace) -> int:
    from knowledge.citations import Checker

    checker = Checker(library.load().provisions, statutes.installed())
    for cited in checker.check(_text_of(options.file), options.date or date.today()):
        if options.json:
            print(json.dumps(cited.as_row(), ensure_ascii=False), flush=True)
        else:
            row = cited.as_row()
            place = cited.start + 1  # as people count
            print(f"{row['verdict']} {row['citation']}（第 {place} 字）：{row['reason']}")
    return 0


def _text_of(name: str) -> str:
    """A file, or standard input for -, as Windows and other systems write it."""
    content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    for encoding in () if b"\0" in content else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise KnowledgeError("这个文件不是文字，或者不是 UTF-8、GB18030 编码，请另存为 UTF-8 再试")


def _vectors(options: argparse.Namespace) -> int:
    del options
    from knowledge.entries import owners_and_entries
    from knowledge.vectors import ship

    _, entries = owners_and_entries(library.load())
    print(f"向量已更新，新算 {ship(Encoder(), entries)} 个")
    return 0


if __name__ == "__main__":
    sys.exit(main())
