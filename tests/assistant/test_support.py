"""Rules in an explanation rest on a provision that says so; the check's own error rate is measured."""

import time
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant import stopping
from assistant.amounts import amounts, known, stray
from assistant.modality import contradicts, misstates
from assistant.readers.ask import gist_of
from assistant.support import UNSUPPORTED, grounded, states_a_rule, supported
from assistant.triage import Bench
from assistant.verify import explanation
from knowledge.index import Index
from knowledge.rules import Rules

DATA = Path(__file__).parent / "data"


def _written(name: str) -> dict[str, list[Any]]:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


PAIRS = _written("support_pairs.yaml")["pairs"]
HELD = _written("support_pairs.yaml")["held"]
SENTENCES = _written("rule_sentences.yaml")


def alike(index: Index, one: str, other: str) -> float:
    first, second = (vector for vector, _ in index.read([one, other]))
    return min(1.0, max(0.0, (float(first @ second) - 0.7) / 0.3))


def test_the_error_rate_on_written_pairs(bench: Bench, rules: Rules) -> None:
    def says(sentence: str, provision: str) -> bool:
        words = gist_of(provision, rules)
        return supported(sentence, words, lambda a, b: alike(bench.index, a, b))

    pairs = [p for p in PAIRS if p["by"] in rules.provisions and p["but"] in rules.provisions]
    missed = sum(not says(pair["says"], pair["by"]) for pair in pairs)
    wrong = sum(says(pair["says"], pair["but"]) for pair in pairs)
    assert len(pairs) >= 50
    assert missed / len(pairs) <= 0.1
    assert wrong / len(pairs) <= 0.1


@pytest.mark.parametrize(
    ("pairs", "accepted", "refused"), [(PAIRS, 0.9, 0.95), (HELD, 0.88, 0.93)], ids=["seen", "held"]
)
def test_opposite_modality_and_other_numbers_are_refused(
    pairs: list[dict[str, str]], accepted: float, refused: float, bench: Bench, rules: Rules
) -> None:
    def says(sentence: str, provision: str) -> bool:
        words = gist_of(provision, rules)
        return supported(sentence, words, lambda a, b: alike(bench.index, a, b))

    pairs = [pair for pair in pairs if pair["by"] in rules.provisions]
    assert len(pairs) >= 30
    assert sum(says(p["says"], p["by"]) for p in pairs) / len(pairs) >= accepted
    assert sum(not says(p["flip"], p["by"]) for p in pairs) / len(pairs) >= refused


def test_no_provision_contradicts_itself(rules: Rules) -> None:
    gists = [provision.gist for provision in rules.provisions.by_id.values()]
    assert [g for g in gists if contradicts(g, g) or misstates(g, g, known({}))] == []


@pytest.mark.parametrize(
    ("sentence", "provision", "clash"),
    [
        ("可以存入个人账户", "集体资金不得存入个人名义账户", True),
        ("应当问责", "可不予或免予问责：先行先试的失误", True),
        ("不得免予处分", "情节轻微的可免予处分", True),
        ("可以问责", "履职不力的问责", False),
        ("不得推卸责任", "针对新官推卸责任的行为", False),
        ("可以推卸责任", "针对新官推卸责任的行为", True),
        ("不得截留补贴", "截留挪用补贴的，追究责任", False),
        ("不得以骗取手段占有集体资金", "不得损公肥私，以骗取等手段占有集体资金", False),
        ("不得由书记召集", "党员大会由书记召集主持", True),
        ("应当招标", "抢险救灾可以免于登记", False),
    ],
)
def test_modality(sentence: str, provision: str, clash: bool) -> None:
    assert contradicts(sentence, provision) is clash


@pytest.mark.parametrize(
    ("sentence", "finding", "wrong"),
    [
        ("一般每年召开一次", "", True),
        ("每季开一次会", "", False),
        ("应当在三十天内移交", "", True),
        ("应当在十天之内移交", "", False),
        ("拖了三年，应当在十日内移交", "拖了三年", False),
        ("到会应当达到三分之一", "", True),
        ("到会应当达到三分之二", "", False),
    ],
)
def test_periods_and_shares_are_those_of_the_provision(
    sentence: str, finding: str, wrong: bool
) -> None:
    provision = "一般每季度召开一次，十日内移交，到会须达三分之二。"
    assert misstates(sentence, provision, known({"": finding})) is wrong


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["by"])
def test_every_written_sentence_states_a_rule(pair: dict[str, str]) -> None:
    assert states_a_rule(pair["says"]) or "要" in pair["says"]


@pytest.mark.parametrize(
    "sentence", ["材料写着“应当公示而没有公示”。", "村里没有开会。", "因此结论是失责。"]
)
def test_facts_and_conclusions_need_no_provision(sentence: str) -> None:
    assert not states_a_rule(sentence)


@pytest.mark.parametrize(
    ("held", "size", "recall", "false"), [("", 60, 0.97, 0.03), ("held_", 20, 0.85, 0.15)]
)
def test_rules_are_told_from_facts_and_conclusions(
    held: str, size: int, recall: float, false: float
) -> None:
    rules, others = SENTENCES[f"{held}rules"], SENTENCES[f"{held}others"]
    assert min(len(rules), len(others)) >= size
    assert sum(map(states_a_rule, rules)) / len(rules) >= recall
    assert sum(map(states_a_rule, others)) / len(others) <= false


@pytest.mark.parametrize("pair", HELD, ids=lambda pair: pair["by"])
def test_a_false_rule_is_seen_as_a_rule_too(pair: dict[str, str]) -> None:
    assert states_a_rule(pair["says"])
    assert states_a_rule(pair["flip"])


def test_each_part_of_a_sentence_rests_on_its_own_citation() -> None:
    words = {"甲法:3": "集体资金不得存入个人账户", "乙法:4": "村务应当按月公开"}
    right = "集体资金不得存入个人账户[甲法:3]，村务应当按月公开[乙法:4]。"
    crossed = "集体资金不得存入个人账户[乙法:4]，村务应当按月公开[甲法:3]。"
    led = "[甲法:3]规定集体资金不得存入个人账户，[乙法:4]要求村务应当按月公开。"
    marked = [
        UNSUPPORTED in grounded(s, words.__getitem__, _shared, {}).text
        for s in (right, crossed, led)
    ]
    assert marked == [False, True, False]


def _shared(one: str, other: str) -> float:
    return len(set(one) & set(other)) / len(set(one))


def test_a_conclusion_hides_neither_a_document_nor_a_reason() -> None:
    assert states_a_rule("建议按照《农村规定》第五条处理。")
    assert states_a_rule("属于失误，因为集体资金可以存入个人账户。")
    assert not states_a_rule("建议认定为失责，应当补开会议；欠款要收回。")


def _marks(sentence: str) -> str:
    rests = grounded(sentence, lambda i: "", lambda a, b: 0.0, {"finding": "共37户"})
    return rests.text.removeprefix(sentence)


def test_one_sentence_gets_its_marks_alone() -> None:
    assert _marks("集体资金不得外借，涉及38户。") == f"{UNSUPPORTED}〔数字无出处：38〕"
    assert _marks("涉及37户。") == ""


@pytest.mark.parametrize(
    ("sentence", "marks"),
    [
        ("〔集体资金可以存入个人账户〕。", UNSUPPORTED),
        ("共〔99〕户。", "〔数字无出处：99〕"),
        ("张某借出资金〔引文改了意思：原文同一句里还有“不得”，少了它意思就变了〕。", ""),
        ("见〔网址已去掉〕。", ""),
    ],
)
def test_only_the_marks_of_a_check_are_not_checked(sentence: str, marks: str) -> None:
    assert _marks(sentence) == marks


@pytest.mark.parametrize(
    "forged",
    [
        "〔引文〔：村委会可以直接罚款50万元，不得公示租金〕。",
        "〔模型有一句：村委会可以直接罚款50万元，不得公示租金〕。",
        "[村委会可以直接罚款50万元，不得公示租金]。",
        f"[村委会可以直接罚款50万元，不得公示租金{'，也不必开会' * 20}]。",
    ],
)
def test_no_brackets_of_a_models_own_hide_a_rule_and_its_numbers(forged: str) -> None:
    rests = grounded(explanation(forged, []).text, lambda i: "", lambda a, b: 0.0, {})
    assert UNSUPPORTED in rests.text
    assert "〔数字无出处：50万〕" in rests.text


def test_a_remark_need_not_cite_but_what_it_cites_must_say_so() -> None:
    def marks(said: str) -> bool:
        words = {"甲法:3": "集体资金不得存入个人账户"}
        rests = grounded(said, words.__getitem__, _shared, {}, must_cite=False)
        return bool(rests.failures)

    assert not marks("集体资金不得存入个人账户。")
    assert not marks("集体资金不得存入个人账户[甲法:3]。")
    assert marks("集体资金可以存入个人账户[甲法:3]。")
    assert marks("共37户。")


@pytest.mark.parametrize(
    ("said", "stray_ones"),
    [
        ("是否达到公开招租的5万元限额？", ""),
        ("另外两名支委是否知情", ""),
        ("2020年以前由谁承租？", ""),
        ("违反第八十八条没有？罚了50万元吗？", "八十八"),
        ("少收的50万元没有交。谁知道？", "50万"),
        ("没有任何人交50万元", "50万"),
    ],
)
def test_a_question_asks_for_numbers_and_claims_none(said: str, stray_ones: str) -> None:
    rests = grounded(said, lambda i: "", lambda a, b: 0.0, {}, must_cite=False, asks=True)
    assert [f.reason for f in rests.failures] == [f"数字无出处：{stray_ones}"] * bool(stray_ones)


@pytest.mark.parametrize(
    ("said", "only_an_amount"),
    [
        ("一共少收50万元。", True),
        ("2020年8月就有人提醒。", False),
        ("2020年8月少收50万元。", False),
        ("第88条，罚款88元。", False),
    ],
)
def test_an_amount_without_a_source_is_told_from_all_else(said: str, only_an_amount: bool) -> None:
    rests = grounded(said, lambda i: "", lambda a, b: 0.0, {}, must_cite=False)
    assert "数字无出处" in rests.text
    assert rests.amounts == (rests.failures if only_an_amount else ())


@pytest.mark.parametrize(
    ("said", "marks"),
    [
        ("村里没有开会[1]。", ""),
        ("没有开会【1】，没有公示（2）[13]。", ""),
        ("（1）2021年没有开会。", ""),
        ("[2]没有公示[3]属于小事。", ""),
        ("共[99]户。", "〔数字无出处：99〕"),
        ("共【5】万元。", "〔数字无出处：5〕"),
        ("共（321）。", "〔数字无出处：321〕"),
    ],
)
def test_a_footnote_is_no_amount(said: str, marks: str) -> None:
    text = explanation(said, []).text
    rests = grounded(text, lambda i: "", lambda a, b: 0.0, {"finding": "2021年"})
    assert rests.text.removeprefix(text) == marks


def test_a_stop_is_heard_at_every_sentence() -> None:
    seen: list[str] = []

    def meaning(one: str, other: str) -> float:
        seen.append(one)
        return 0.0

    def run() -> None:
        stopping.heed(lambda: len(seen) < 2)
        grounded("资金不得外借[甲:1]。" * 9, lambda i: "资金由会计保管", meaning, {"甲:1": ""})

    with pytest.raises(stopping.StoppedError):
        copy_context().run(run)
    assert 1 < len(seen) < 9


def test_a_sentence_without_an_end_is_judged_in_good_time() -> None:
    begun = time.perf_counter()
    assert contradicts("集体资金可以存入个人账户，" * 400, "集体资金不得存入个人账户，" * 20)
    assert time.perf_counter() - begun < 5


def test_a_rule_without_a_citation_is_marked() -> None:
    rests = grounded("集体资金不得存入私人账户。", lambda i: "", lambda a, b: 1.0, {})
    assert rests.text.endswith(UNSUPPORTED)
    assert rests.failures[0].reason == "说到规定而没有引用条款"


def test_a_rule_with_a_citation_of_another_meaning_is_marked() -> None:
    said = "集体资金不得存入私人账户[甲法:3]。"
    rests = grounded(said, lambda i: "会议由书记主持。", lambda a, b: 0.2, {"甲法:3": "甲法:3"})
    assert UNSUPPORTED in rests.text
    assert rests.failures[0].reason == "所引条款没有这个意思"


def test_a_citation_after_the_full_stop_belongs_to_the_sentence() -> None:
    said = "集体资金不得存入私人账户。[甲法:3]事情属实。"
    rests = grounded(said, lambda i: "集体资金不得存入私人账户", lambda a, b: 1.0, {"甲法:3": "3"})
    assert rests.failures == ()


def test_numbers_without_a_source_are_marked() -> None:
    sources = {"finding": "2021年少收租金4.2万元", "条例:19": "条例:19 十二人以上"}
    rests = grounded("2021年少收4.2万元，另有37户没有交。", lambda i: "", lambda a, b: 0, sources)
    assert "〔数字无出处：37〕" in rests.text
    assert [f.reason for f in rests.failures] == ["数字无出处：37"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("三十九条", [39.0]),
        ("二十日", [20.0]),
        ("三会一课", []),
        ("4.2万", [42_000.0]),
        ("一万二千元", [12_000.0]),
        ("1,200元", [1200.0]),
        ("三万五", [35_000.0]),
        ("3万5千元", [35_000.0]),
        ("3万5000元", [35_000.0]),
        ("3万零500元", [30_500.0]),
        ("3万5", [35_000.0]),
        ("三点五万元", [35_000.0]),
        ("百分之三点五", [0.035]),
        ("下午三点五十分到会", []),
        ("下午三点五人到场", [5.0]),
        ("一年接一年地取", []),
        ("一万万元", [100_000_000.0]),
        ("三点五亩", [3.5]),
        ("1亿2000万元", [120_000_000.0]),
        ("一亿二千万元", [120_000_000.0]),
        ("2千5百万元", [25_000_000.0]),
        ("二十五户", [25.0]),
        ("百分之九十", [0.9]),
        ("三分之二", [0.666667]),
        ("九成", [0.9]),
        ("３７户", [37.0]),
        ("30余户", [30.0]),
        ("万一十分着急，数十人", []),
        ("一个人说了算", []),
    ],
)
def test_amounts_are_read_with_their_multiplier(text: str, values: list[float]) -> None:
    assert [one.value for one in amounts(text)] == values


@pytest.mark.parametrize(
    ("said", "strays"),
    [
        ("4.2亿元", ["4.2亿"]),
        ("4.2万元", []),
        ("42000元", []),
        ("2021人", ["2021"]),
        ("2021年", []),
        ("二〇二一年三月", []),
        ("2021年3月19日", ["2021年3月19日"]),
        ("2020年8月", []),
        ("2021年8月", ["2021年8月"]),
        ("三十七名", ["三十七"]),
        ("三十七户", []),
        ("３８户", ["38"]),
        ("百分之九十", []),
        ("百分之八十", ["百分之八十"]),
        ("1,200元", []),
        ("八万元", []),
        ("8万", []),
        ("十二名", []),
        ("19人", ["19"]),
        ("第十九条", []),
        ("第十二条", ["十二"]),
        ("两个关键事实", []),
        ("两人都知道", []),
        ("前后三个月", []),
        ("前后六个月", ["六"]),
    ],
)
def test_numbers_count_with_their_units(said: str, strays: list[str]) -> None:
    sources = {
        "finding": "2021年3月租金4.2万元，又交1200元和80000元，37户，90%，2020年5月3日至同年8月",
        "条例:19": "条例:19 十二人以上",
    }
    assert stray(said, known(sources)) == strays


@pytest.mark.parametrize(
    "said", [f"第{'9' * 400}条", "一万亿" * 100, f"[甲:{'1' * 5000}]", "0" * 9999]
)
def test_a_number_that_is_none_breaks_nothing(said: str) -> None:
    begun = time.perf_counter()
    assert not known({"finding": said}).has(amounts("37户")[0])
    assert isinstance(stray(said, known({})), list)
    assert time.perf_counter() - begun < 2


def test_years_between_two_dates_may_be_counted() -> None:
    sources = known({"finding": "2017年发包，2022年收回"})
    assert [stray(f"{years}年里", sources) for years in ("五", "六", "八")] == [[], [], ["八"]]


def test_the_number_of_a_citation_that_failed_is_not_called_stray() -> None:
    said = "先由集体决定〔引用未通过核对：农村规定2011:41〕。"
    assert "数字无出处" not in grounded(said, lambda one: "", lambda one, other: 0.0, {}).text


@pytest.mark.parametrize(("pairs", "accepted"), [(PAIRS, 0.6), (HELD, 0.6)], ids=["seen", "held"])
def test_each_rule_of_a_sentence_rests_on_one_of_its_citations(
    pairs: list[dict[str, str]], accepted: float, bench: Bench, rules: Rules
) -> None:
    """Two rules in one sentence: both as cited, or one turned round, or one cited wrongly."""

    def rests(one: str, other: str, ids: tuple[str, str]) -> bool:
        said = f"{one.rstrip('。')}，{other.rstrip('。')}[{ids[0]}][{ids[1]}]。"
        checked = grounded(
            said,
            lambda i: gist_of(i, rules),
            lambda a, b: alike(bench.index, a, b),
            {"": said},
        )
        return UNSUPPORTED not in checked.text

    two = list(zip(pairs, pairs[1:] + pairs[:1], strict=True))
    good = [rests(a["says"], b["says"], (a["by"], b["by"])) for a, b in two]
    flipped = [rests(a["says"], b["flip"], (a["by"], b["by"])) for a, b in two]
    wrong = [
        rests(a["says"], b["says"], (a["by"], b["but"]))
        for a, b in two
        if "but" in b and b["but"] != a["by"]
    ]
    assert sum(good) / len(good) >= accepted
    assert sum(flipped) / len(flipped) <= 0.05
    assert sum(wrong) <= 0.05 * len(wrong)
