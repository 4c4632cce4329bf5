import json
from datetime import date

from assistant.pages.cases import Row
from assistant.pages.paste import MAX_LENGTH, decode, trouble


def test_ordinary_text_is_no_trouble() -> None:
    assert trouble("某村2022年付款，\r\n\t未经研究。　") == ""


def test_blank_text_is_told() -> None:
    assert "没有读到文字" in trouble(" \n\u3000")


def test_five_megabytes_are_refused_with_their_length() -> None:
    said = trouble("字" * 5_000_000)
    assert "5,000,000" in said
    assert f"{MAX_LENGTH:,}" in said
    assert "保留" in said


def test_the_longest_text_is_taken() -> None:
    assert trouble("字" * MAX_LENGTH) == ""


def test_bytes_of_a_binary_file_are_recognised() -> None:
    assert "无法识别的字符" in trouble("PK\x03\x04\x14\x00\x06\x00" * 20)
    assert "无法识别的字符" in trouble("\ufffd" * 10 + "某村付款")


def test_one_strange_character_does_not_spoil_a_finding() -> None:
    assert trouble("某村2022年向一家公司付款三十八万元，\x00未经研究，至今没有到货。") == ""


def test_utf8_gb18030_and_utf16_are_read() -> None:
    text = "某村付款未经研究，涉及㐂字。"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert decode("甲.txt", text.encode(encoding)) == (text, "", ())


def test_a_word_file_is_named_as_such() -> None:
    text, wrong, _ = decode("报告.docx", b"PK\x03\x04rest")
    assert text == ""
    assert "Word" in wrong


def test_an_unknown_encoding_is_told() -> None:
    assert "编码" in decode("甲.txt", b"\xff\x00\x81\xff" * 5)[1]


def test_findings_of_a_jsonl_file_become_a_numbered_list() -> None:
    lines = [json.dumps({"id": n, "text": f"问题{n}"}, ensure_ascii=False) for n in ("甲", "乙")]
    rows = (Row("问题甲"), Row("问题乙"))
    assert decode("a.jsonl", "\n".join(lines).encode()) == ("1．问题甲\n2．问题乙", "", rows)


def test_a_broken_json_line_is_told_with_its_number() -> None:
    assert "第 2 行" in decode("a.jsonl", b'{"text": "x"}\n{"text": ')[1]
    assert "第 1 行没有 text" in decode("a.jsonl", b"[]")[1]
    assert "第 1 行的 text 是空的" in decode("a.jsonl", b'{"text": " "}')[1]


def test_each_row_of_a_jsonl_file_keeps_its_own_day_and_its_words() -> None:
    lines = '{"text": "甲\u2028 \u0085乙", "date": "2016-05-01"}\r\n{"text": "丙", "date": null}\n'
    rows = decode("a.jsonl", lines.encode()).rows
    assert rows == (Row("甲\u2028 \u0085乙", date(2016, 5, 1)), Row("丙"))


def test_a_day_that_is_none_is_told_with_its_line() -> None:
    for day in ('"2016年"', "20160501", "[1]"):
        wrong = decode("a.jsonl", f'{{"text": "甲", "date": {day}}}'.encode()).wrong
        assert "第 1 行的 date 要写成 2023-05-01" in wrong


def test_more_rows_than_a_page_can_show_are_told() -> None:
    assert "一次最多看 500 条" in decode("a.jsonl", b'{"text": "x"}\n' * 501).wrong


def test_a_file_without_text_is_told_by_its_name() -> None:
    for name, data in (("甲.txt", b""), ("甲.jsonl", b" \n"), ("甲.md", b"\xef\xbb\xbf")):
        assert f"“{name}”里没有文字" in decode(name, data).wrong
