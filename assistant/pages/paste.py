"""Text as it comes in, from the input box or from a file, before anything is read into it.

Terms   trouble: why the text cannot be used, in a sentence, with what to do.
Source  offices here keep files in UTF-8 and in GB18030; Word and Excel files are not text.
"""

import json
import unicodedata

MAX_LENGTH = 200_000  # characters; a whole annual report has fewer
MAX_STRANGE = 0.05  # share of control and replacement characters beyond which it is not text
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NOT_TEXT = {
    b"PK\x03\x04": "Word、Excel 或压缩文件",
    b"%PDF": "PDF 文件",
    b"\xd0\xcf\x11\xe0": "旧版 Word 或 Excel 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
}


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


def decode(name: str, data: bytes) -> tuple[str, str]:
    """The text of a file and an empty string, or an empty text and the trouble with it."""
    for start, kind in _NOT_TEXT.items():
        if data.startswith(start):
            return "", f"“{name}”是{kind}，不是文本。请打开它，把文字复制到输入框里。"
    encodings = [encoding for bom, encoding in _BOMS if data.startswith(bom)]
    for encoding in (*encodings, "utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if name.lower().endswith(".jsonl"):
            return _from_lines(name, text)
        return text, ""
    return "", f"“{name}”的编码认不出来（试过 UTF-8 和 GB18030）。请另存为 UTF-8 文本再上传。"


def _from_lines(name: str, text: str) -> tuple[str, str]:
    """The findings of a JSON lines file as a numbered list, which is split again on intake."""
    findings = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
        except json.JSONDecodeError:
            return "", f"“{name}”第 {number} 行不是完整的 JSON。请改正这一行，再上传一次。"
        if not isinstance(said, dict) or not isinstance(said.get("text"), str):
            return "", f"“{name}”第 {number} 行没有 text 字段。每行应当是一条问题：id、text、date。"
        findings.append(" ".join(said["text"].split()))
    if len(findings) == 1:
        return findings[0], ""
    return "\n".join(f"{number}．{said}" for number, said in enumerate(findings, start=1)), ""


def _is_strange(character: str) -> bool:
    if character in "\n\r\t\f\v\u00a0\u3000\ufeff":
        return False
    return character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs")
