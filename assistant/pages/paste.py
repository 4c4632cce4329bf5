"""Text as it comes in, from the input box or from a file, before anything is read into it.

Terms   trouble: why the text cannot be used, in a sentence, with what to do.
Source  offices here keep files in UTF-8 and in GB18030; Word and Excel files are not text.
"""

import json
import unicodedata
from datetime import date
from typing import NamedTuple

from assistant.pages.cases import Row

MAX_LENGTH = 200_000  # characters; a whole annual report has fewer
MAX_ROWS = 500  # findings that a person can still look through on a page
MAX_STRANGE = 0.05  # share of control and replacement characters beyond which it is not text
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NOT_TEXT = {
    b"PK\x03\x04": "Word、Excel 或压缩文件",
    b"%PDF": "PDF 文件",
    b"\xd0\xcf\x11\xe0": "旧版 Word 或 Excel 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
}


class Pasted(NamedTuple):
    """The text of a file or the trouble with it; rows where the file says how it is split."""

    text: str
    wrong: str
    rows: tuple[Row, ...] = ()


def trouble(text: str) -> str:
    """Why this text cannot be triaged, or an empty string."""
    if not text.strip():
        return "没有读到文字。请粘贴巡察发现的问题，再发送。"
    if len(text) > MAX_LENGTH:
        return (
            f"这段文字有 {len(text):,} 字，超过一次能研判的 {MAX_LENGTH:,} 字，没有研判。"
            "请按问题分几次粘贴；原文已保留，可以下载。"
        )
    strange = sum(1 for character in text if _is_strange(character))
    if strange > len(text) * MAX_STRANGE:
        return (
            "这段内容里有大量无法识别的字符，像是文件内容而不是文字，没有研判。"
            "请打开原文件，复制其中的文字再粘贴；原文已保留，可以下载。"
        )
    return ""


def decode(name: str, data: bytes) -> Pasted:
    """The text of a file and an empty string, or an empty text and the trouble with it."""
    for start, kind in _NOT_TEXT.items():
        if data.startswith(start):
            return Pasted("", f"“{name}”是{kind}，不是文本。请打开它，把文字复制到输入框里。")
    encodings = [encoding for bom, encoding in _BOMS if data.startswith(bom)]
    for encoding in (*encodings, "utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip("\ufeff \r\n\t"):
            return Pasted("", f"“{name}”里没有文字。请换一个文件，或者把文字粘贴到输入框里。")
        if name.lower().endswith(".jsonl"):
            return _from_lines(name, text)
        return Pasted(text, "")
    return Pasted(
        "", f"“{name}”的编码认不出来（试过 UTF-8 和 GB18030）。请另存为 UTF-8 文本再上传。"
    )


def _from_lines(name: str, text: str) -> Pasted:
    """The findings of a JSON lines file: a numbered list to look at, and the rows as they are."""
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):  # other line ends may be in a string
        if not line.strip():
            continue
        row = _row(line)
        if isinstance(row, str):
            return Pasted("", f"“{name}”第 {number} 行{row}")
        rows.append(row)
    if len(rows) > MAX_ROWS:
        return Pasted(
            "", f"“{name}”有 {len(rows)} 条，一次最多看 {MAX_ROWS} 条。请分成几个文件上传。"
        )
    flat = [" ".join(row.text.split()) for row in rows]
    listed = [f"{number}．{said}" for number, said in enumerate(flat, start=1)]
    return Pasted("\n".join(listed if len(flat) > 1 else flat), "", tuple(rows))


def _row(line: str) -> Row | str:
    """The finding that a line holds, or what is wrong with the line."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return "不是完整的 JSON。请改正这一行，再上传一次。"
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        return "没有 text 字段。每行应当是一条问题：id、text、date。"
    if not said["text"].strip():
        return "的 text 是空的。请写出发现的情况，再上传一次。"
    try:
        return Row(said["text"], date.fromisoformat(said["date"]) if said.get("date") else None)
    except (TypeError, ValueError):
        return "的 date 要写成 2023-05-01 这样，不知道就写 null。请改正这一行，再上传一次。"


def _is_strange(character: str) -> bool:
    if character in "\n\r\t\f\v\u00a0\u3000\ufeff":
        return False
    return character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs")
