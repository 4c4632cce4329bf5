"""What can be read of an answer, and what is none."""

import json
import time

import pytest

from assistant.readers.said import UnreadableError, json_object, schema, understand

from .conftest import answer

GOOD = answer()
FENCED = answer(reason="写成 ```json 也行，```反正不是代码。")


@pytest.mark.parametrize(
    "text",
    [
        f"先想{{草稿}}，再想{{}}</think>{GOOD}",
        f"<think>一</think>二</think>\n{GOOD}",
        FENCED,
        f"```json\n{FENCED}\n```",
        f"好的{{见下}}：{GOOD}",
        f'例如 {{"a": 1}}，正式的：{GOOD}',
        json.dumps({"opinion": json.loads(GOOD)}, ensure_ascii=False),
        f"抱歉，刚才格式不对：{GOOD}",
        answer(reason="材料里写着</think>三个字。"),
    ],
    ids=["半截思考", "两段思考", "说理带围栏", "围栏套围栏", "花括号闲话", "先举例", "多包一层",
         "先道歉", "引了标记"],
)  # fmt: skip
def test_an_answer_is_found_among_other_words(text: str) -> None:
    said = understand(text)
    assert (said.liability, said.remedy) == ("失责", "纠错")
    assert [one.quote for one in said.readings] == ["未经集体研究"]
    assert said.reason.endswith("。")


def test_an_answer_cut_in_its_lists_has_its_labels() -> None:
    said = understand(GOOD[: GOOD.index('"proof"')])
    assert (said.domain, said.liability, said.remedy) == ("业务", "失责", "纠错")
    fenced = understand("```json\n" + GOOD[: GOOD.index('"issues"')] + "\n```")
    assert len(fenced.readings) == 1


@pytest.mark.parametrize("until", ["没有走", '"liability"', '失责", "remedy"', '"remedy"', '纠错"'])
def test_an_answer_cut_before_its_labels_is_none(until: str) -> None:
    with pytest.raises(UnreadableError):
        understand(GOOD[: GOOD.index(until)])


def test_readings_of_an_answer_that_was_cut_do_not_stand_for_its_labels() -> None:
    row = json.loads(GOOD)
    old_order = json.dumps({"readings": row["readings"], **row}, ensure_ascii=False)
    with pytest.raises(UnreadableError):
        understand(old_order[: old_order.index('"domain"')])


@pytest.mark.parametrize("text", ["<think>{" + GOOD[1:], "想{草稿}</think>", "{见下}", '{"a": {}}'])
def test_thoughts_and_scraps_are_no_answer(text: str) -> None:
    with pytest.raises(UnreadableError):
        understand(text)


def test_labels_come_after_the_reasons_and_before_the_lists() -> None:
    assert list(schema()["properties"]) == [
        "reason", "domain", "liability", "remedy", "readings", "issues", "questions",
    ]  # fmt: skip


def test_other_objects_are_unwrapped_too() -> None:
    assert json_object('{"answers": {"1": "失责", "2": "失误"}}') == {"1": "失责", "2": "失误"}


@pytest.mark.parametrize("text", ["{" * 60_000, '{"a":' * 10_000, '{"a' * 20_000])
def test_a_heap_of_braces_is_given_up_soon(text: str) -> None:
    began = time.process_time()
    with pytest.raises(UnreadableError):
        understand(text)
    assert time.process_time() - began < 20


@pytest.mark.parametrize("tail", ["\\", "\\u", "\\u4f6", "\\\\", "，写着\\"])
def test_an_answer_cut_within_an_escape_has_its_labels(tail: str) -> None:
    cut = GOOD[: GOOD.index("没有集体研究")] + tail
    assert understand(cut).liability == "失责"


def test_half_a_character_of_an_answer_can_be_written() -> None:
    said = understand(answer(reason="没有人管\ud800。", questions=["\ud83d谁\U0001f600"]))
    assert (said.reason, said.questions) == ("没有人管?。", ("?谁\U0001f600",))


def test_a_long_gap_in_an_answer_is_read_soon() -> None:
    began = time.process_time()
    with pytest.raises(UnreadableError):
        understand('{"a"' + " " * 50_000 + "x")
    assert time.process_time() - began < 2
