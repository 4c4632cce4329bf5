"""A paste is told apart from a greeting, a question and a poem, and split without losing a word."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.intake import LONGEST, MOST, merge, split, take_in
from knowledge.rules import Rules

FINDINGS = Path(__file__).parents[2] / "training" / "findings"

MEETING = "某村党支部2023年全年没有召开党员大会，其他会议与村务会合开，共用一个记录本。"
RENT = "某镇财政所出纳许某把两户的土地租金打入自己银行卡，用于家庭日常开支，共计4.6万元。"
ROAD = "某县交通局修建通村公路，勘察、设计和集体决定手续齐全，施工中遇到图纸未标的老矿洞。"


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("text", ["你好", "您好！", "hello", "在吗", "谢谢", "上午好，老师"])
def test_a_greeting_is_greeted(text: str, rules: Rules) -> None:
    took = take_in(text, rules)
    assert took.kind == "greeting"
    assert took.reply == rules.texts.greeting
    assert not took.findings


def test_a_greeting_before_a_finding_does_not_hide_it(rules: Rules) -> None:
    took = take_in("你好，某村党支部一年没开党员大会。", rules)
    assert took.kind == "findings"


@pytest.mark.parametrize(
    "text",
    [
        "党课多久上一次",
        "党课多久上一次？",
        "请问发展党员公示期是几天？",
        "请问，党支部委员会多久开一次？",
        "什么是容错？",
        "失误和失责有什么区别",
        "民主生活会由谁主持？",
        "受到诫勉以后多久可以提拔？",
        "支部换届延期要报谁批准，最长可以延多久，没有批准就延了怎么办？",
        "請問黨課多久上一次？",
    ],
)
def test_a_question_about_law_or_method_is_a_question(text: str, rules: Rules) -> None:
    assert take_in(text, rules).kind == "question"


@pytest.mark.parametrize(
    "text",
    [
        "某村支书把集体土地租金打到自己卡上，用于家庭开支，这算不算违纪？",
        "请问某村党支部一年没有召开党员大会，与村务会一起开，这算失责吗？",
        "某局付了20万元工程款，审批单上没有签名，是谁决定的？",
        "某镇修路遇到图纸未标的老矿洞，路基下沉。能不能容错？",
    ],
)
def test_a_finding_that_ends_with_a_question_is_a_finding(text: str, rules: Rules) -> None:
    took = take_in(text, rules)
    assert took.kind == "findings"
    assert [f.text for f in took.findings] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "床前明月光，疑是地上霜。举头望明月，低头思故乡。",
        "锄禾日当午，汗滴禾下土。谁知盘中餐，粒粒皆辛苦。",
        "两个黄鹂鸣翠柳，一行白鹭上青天。窗含西岭千秋雪，门泊东吴万里船。",
        "我今天很高兴，天气真好，想出去走走，晚上再吃一顿火锅。",
        "The party branch held no meeting in 2023 and spent 300,000 yuan without approval.",
        "书记有问题",
        "",
        "   \n\t ",
        "。。。？？？",
        "😀😀😀",
        "12345678901234567890",
    ],
)
def test_what_states_no_fact_gets_no_opinion(text: str, rules: Rules) -> None:
    took = take_in(text, rules)
    assert took.kind in ("unclear", "question")
    assert not took.findings
    if took.kind == "unclear":
        assert took.reply == rules.texts.need


def test_a_finding_in_traditional_characters_is_a_finding(rules: Rules) -> None:
    took = take_in(
        "某村黨支部二〇二三年全年沒有召開黨員大會，與村務會合開，共用一個記錄本。", rules
    )
    assert (took.kind, len(took.findings)) == ("findings", 1)


def test_a_numbered_list_of_findings_is_split(rules: Rules) -> None:
    took = take_in(f"1.{MEETING}\n2.{RENT}\n3.{ROAD}", rules)
    assert [f.text[2:] for f in took.findings] == [MEETING, RENT, ROAD]
    assert [f.id for f in took.findings] == ["1", "2", "3"]


@pytest.mark.parametrize("numbers", ["1、2、3、", "一、二、三、", "（1）（2）（3）", "①②③"])
def test_other_ways_of_numbering_are_split_too(numbers: str) -> None:
    size = len(numbers) // 3
    marks = [numbers[i : i + size] for i in range(0, len(numbers), size)]
    paste = "\n".join(m + f for m, f in zip(marks, (MEETING, RENT, ROAD), strict=True))
    assert len(split(paste)) == 3


def test_short_findings_of_different_offices_are_split() -> None:
    paste = "1.某村党支部一年未开党员大会。\n2.某局食堂采购未招标，共30万元。\n3.某校校长两次收受家长红包。"
    assert len(split(paste)) == 3


def test_paragraphs_are_split() -> None:
    assert split(f"{MEETING}\n\n{RENT}\n \n{ROAD}\n") == (MEETING, RENT, ROAD)


def test_windows_paragraphs_are_split() -> None:
    assert split(f"{MEETING}\r\n\r\n{RENT}") == (MEETING, RENT)


def test_the_rows_of_a_table_are_split_and_keep_their_heading() -> None:
    table = f"序号\t单位\t问题\n1\t甲村\t{MEETING}\n2\t乙镇\t{RENT}\n3\t丙县\t{ROAD}\n"
    parts = split(table)
    assert len(parts) == 3
    assert parts[1] == f"2\t乙镇\t{RENT}"
    assert squeezed("".join(parts)) == squeezed(table)


def test_a_heading_goes_with_what_it_heads() -> None:
    paste = f"一、党建方面\n1.{MEETING}\n二、资金方面\n2.{RENT}"
    parts = split(paste)
    assert len(parts) == 2
    assert parts[1].startswith("二、资金方面")


def test_the_check_of_a_complaint_stays_with_the_complaint() -> None:
    paste = (
        "群众来信反映某村主任侯某多占低保名额，涉及他的两个亲戚，金额1.2万元。\n\n"
        "经查，两户均由村民代表会评议，收入核对表、公示照片齐全，侯某评议时回避。"
    )
    assert split(paste) == (paste,)


@pytest.mark.parametrize(
    "text",
    [
        "某局党组2022年开会30次。1.研究党建的2次。2.意识形态没有上会。3.书记没有听过一次汇报。",
        "1.某村支部换届由新支书主持。\n2.选票漏印一栏。\n3.当场重印。\n4.结果公布后无人提出异议。",
        "来信内容：某村支书没有及时组织撤离，三轮车被冲走。\n- 预警短信当晚21时06分到达；\n"
        "- 22时前沿河43户全部到学校，名册和照片时间相符；\n- 三轮车停在河滩。",
        "- 2020年危房改造，某村三户没有列入名册；\n\n- 2022年其中一户山墙坍塌，人已提前搬出；\n\n"
        "- 县里事后给予补助，三个月内完成重建。",
    ],
    ids=["同一行编号", "分行编号", "来信加短横", "短横隔空行"],
)
def test_the_facts_of_one_finding_are_one_finding(text: str, rules: Rules) -> None:
    took = take_in(text, rules)
    assert (took.kind, len(took.findings)) == ("findings", 1)


@pytest.mark.parametrize("name", sorted(path.name for path in FINDINGS.glob("*.jsonl")))
def test_every_written_finding_is_one_finding(name: str, rules: Rules) -> None:
    lines = (FINDINGS / name).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines][:200]
    took = {row["id"]: take_in(row["finding"], rules) for row in rows}
    assert not [i for i, t in took.items() if t.kind != "findings" or len(t.findings) != 1]


def test_many_findings_pasted_as_a_list_come_out_as_many() -> None:
    lines = (FINDINGS / "written.jsonl").read_text(encoding="utf-8").splitlines()[:40]
    texts = [" ".join(json.loads(line)["finding"].split()) for line in lines]
    paste = "\n".join(f"{number}．{text}" for number, text in enumerate(texts, 1))
    assert len(split(paste)) == len(texts)


def test_too_many_findings_say_what_to_do(rules: Rules) -> None:
    with pytest.raises(InputError, match=f"一次最多看 {MOST} 条"):
        take_in("\n\n".join([MEETING] * (MOST + 1)), rules)


def test_too_long_a_paste_says_what_to_do(rules: Rules) -> None:
    with pytest.raises(InputError, match=r"万字.*命令行"):
        take_in("某村没有开会。" * (LONGEST // 6), rules)


@pytest.mark.parametrize(
    "text", ["某村\x00没有召开党员大会", "\ufffd" * 40], ids=["空字符", "乱码"]
)
def test_what_is_no_text_says_what_to_do(text: str, rules: Rules) -> None:
    with pytest.raises(InputError, match="不像是文字"):
        take_in(text, rules)


PIECES = st.sampled_from(
    [
        MEETING,
        RENT,
        ROAD,
        "",
        "\n",
        "\n\n",
        "1.",
        "2、",
        "（三）",
        "- ",
        "\t",
        "经查，属实。",
        "附表",
        "😀",
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=200))
def test_splitting_and_merging_lose_nothing(text: str) -> None:
    parts = split(text)
    assert squeezed(merge(parts)) == squeezed(text)
    assert all(part in text for part in parts)
    assert len(parts) == 1 or all(part.strip() for part in parts)
