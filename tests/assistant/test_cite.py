"""What an opinion rests on: in force on the day, fit for the office, no crime without cause."""

from datetime import date

import pytest

from assistant.contract import Finding, Opinion
from assistant.triage import Bench, triage

_ROAD = (
    "某村修路前请设计院勘察，村民代表会议表决通过。开挖后遇到图上没有的老窑洞，路基下沉，"
    "村书记当天停工上报，换了方案，多花六万元，没有人从中得利。"
)
_REFUTED = (
    "有人举报某局办公室主任孙某把采购交给亲戚的公司。核查组调取招标文件、合同和账目，走访供应商，"
    "采购均公开进行，与孙某没有亲属关系，举报不属实。"
)
_NO_MEETING = (
    "某县某局机关支部全年没有开过党员大会，把周例会的记录抄进了三会一课记录本，书记说业务太忙。"
)


def _opinion(bench: Bench, text: str, day: date | None = None) -> Opinion:
    return triage(Finding(id="a", text=text, date=day), bench)


def _cited(opinion: Opinion, part: str) -> list[str]:
    """What the part rests on; a milder text of today only stands beside it."""
    return [c.provision for c in opinion.citations if c.supports == part and not c.milder]


@pytest.mark.parametrize("text", [_ROAD, _REFUTED, _NO_MEETING])
@pytest.mark.parametrize("part", ["domain", "liability", "remedy"])
def test_each_part_rests_on_something(text: str, part: str, bench: Bench) -> None:
    assert _cited(_opinion(bench, text), part)


@pytest.mark.parametrize("day", [date(2014, 3, 1), date(2017, 5, 1), date(2019, 6, 1), None])
@pytest.mark.parametrize("text", [_ROAD, _REFUTED, _NO_MEETING])
def test_domain_and_liability_rest_on_the_law_of_the_day(
    text: str, day: date | None, bench: Bench
) -> None:
    on = day or date.today()
    opinion = _opinion(bench, text, day)
    for part in ("domain", "liability"):
        for each in _cited(opinion, part):
            if each in bench.rules.provisions:
                assert bench.rules.provisions.in_force(each, on) is not False, each


def test_handling_follows_the_law_of_today(bench: Bench) -> None:
    for each in _cited(_opinion(bench, _NO_MEETING, date(2014, 3, 1)), "remedy"):
        if each in bench.rules.provisions:
            assert bench.rules.provisions.in_force(each, date.today()) is not False, each


def test_no_crime_is_named_where_nothing_unlawful_is_suspected(bench: Bench) -> None:
    for text in (_ROAD, _REFUTED, _NO_MEETING):
        opinion = _opinion(bench, text)
        assert opinion.liability != "违纪违法"
        assert not [c.provision for c in opinion.citations if c.provision.startswith("刑法:")]


def test_a_rule_for_villages_is_not_cited_for_a_county_bureau(bench: Bench) -> None:
    villages = next(o for o in bench.rules.offices.offices if o.name == "村").documents
    cited = {c.provision.partition(":")[0] for c in _opinion(bench, _NO_MEETING).citations}
    assert not cited & set(villages)


def test_a_refuted_complaint_is_not_likened_to_any_problem(bench: Bench) -> None:
    opinion = _opinion(bench, _REFUTED)
    assert (opinion.liability, opinion.issues) == ("不成立", ())


def test_the_rule_not_kept_is_the_one_on_party_meetings(bench: Bench) -> None:
    meetings = {"支部工作条例:11", "支部工作条例:15", "支部工作条例:16", "党员教育管理条例:16"}
    assert meetings & set(_cited(_opinion(bench, _NO_MEETING), "domain"))


@pytest.mark.parametrize(
    ("provision", "text", "named"),
    [
        ("刑法:385", "收了老板送的红包", True),
        ("刑法:385", "会议记录是补写的", False),
        ("刑法:397", "会议记录是补写的", True),
        ("支部工作条例:11", "会议记录是补写的", None),
    ],
)
def test_a_crime_needs_words_that_show_it(
    provision: str, text: str, named: bool | None, bench: Bench
) -> None:
    assert bench.rules.offices.names_crime(provision, text) is named


_SHOUTED = "某村开群众会讲医保缴费，村书记当众骂了两个提问的村民，会没有讲完就散了，大家意见很大。"
_SMELL = "某街道一家塑料颗粒厂夜里偷排废气，居民打了三次热线，环保专干到门口看一眼就走，没有登记也没有处理。"
_FINE = (
    "某镇首次试办夜间便民窗口，事先请示了县里，开了三次班子会。开头两周叫号机串号，二十多人白跑，"
    "镇里当晚道歉、改了程序，没有人得好处。"
)


@pytest.mark.parametrize(
    ("text", "prefix"), [(_SHOUTED, "村委会组织法"), (_SMELL, "安全生产法"), (_SMELL, "消防法")]
)
def test_a_document_on_another_matter_is_not_cited(text: str, prefix: str, bench: Bench) -> None:
    cited = {c.provision.partition(":")[0] for c in _opinion(bench, text).citations}
    assert prefix not in cited


def test_a_local_measure_is_cited_only_where_its_place_is_named(bench: Bench) -> None:
    offices = bench.rules.offices
    assert not offices.apply("绵阳容错办法:3", _FINE)
    assert offices.apply("绵阳容错办法:3", "绵阳市" + _FINE)
    assert not {"绵阳容错办法:3", "陕西容错办法:2"} & set(_cited(_opinion(bench, _FINE), "remedy"))


@pytest.mark.parametrize("text", [_ROAD, _REFUTED, _FINE])
def test_the_domain_rests_on_no_rule_of_punishment_where_nobody_failed(
    text: str, bench: Bench
) -> None:
    opinion = _opinion(bench, text)
    assert opinion.liability in ("失误", "不成立")
    for each in _cited(opinion, "domain"):
        assert not bench.rules.offices.is_penal(each), each


def test_a_refuted_complaint_is_not_called_a_false_accusation(bench: Bench) -> None:
    opinion = _opinion(bench, _REFUTED)
    for part in ("domain", "liability", "remedy"):
        assert "检举控告规则:39" not in _cited(opinion, part)


def test_a_gate_can_name_one_provision_of_a_document(bench: Bench) -> None:
    offices = bench.rules.offices
    assert not offices.apply("土地管理法:48", "某镇一户村民在耕地上建房")
    assert offices.apply("土地管理法:37", "某镇一户村民在耕地上建房")
