"""The law of a day: names are exact, versions follow one another, each day has its text."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from knowledge.provisions import Provision, Provisions, Version
from knowledge.rules import Rules

DAY = timedelta(days=1)
FIRST, LAST = date(1980, 1, 1), date(2035, 12, 31)


def days_worth_looking_at(versions: tuple[Version, ...]) -> Iterator[date]:
    """The day before, of and after each change, and one day of every month between."""
    for version in versions:
        for change in (version.effective, version.superseded):
            if change is not None:
                yield from (change - DAY, change, change + DAY)
    for year in range(FIRST.year, LAST.year + 1):
        yield from (date(year, month, 15) for month in range(1, 13))


def test_on_every_day_one_version_is_in_force_or_none_before_the_first_and_after_the_end(
    rules: Rules,
) -> None:
    wrong: list[str] = []
    for document, versions in rules.provisions.documents.items():
        dated = [version for version in versions if version.effective]
        if not dated:
            continue
        begins, ends = dated[0].effective, dated[-1].superseded
        assert begins is not None
        for day in days_worth_looking_at(versions):
            held = [version.prefix for version in dated if version.in_force(day)]
            expected = 1 if begins <= day and (ends is None or day < ends) else 0
            if len(held) != expected:
                wrong.append(f"{document} {day}：{held}")
    assert wrong == []


def test_a_version_of_unknown_beginning_never_stands_beside_a_dated_one(rules: Rules) -> None:
    mixed = [
        document
        for document, versions in rules.provisions.documents.items()
        if len(versions) > 1 and any(version.effective is None for version in versions)
    ]
    assert mixed == []


def test_a_version_begins_on_its_day_and_ends_on_the_next_ones(rules: Rules) -> None:
    for version in rules.provisions.versions.values():
        if version.effective:
            assert version.in_force(version.effective - DAY) is False, version.prefix
            assert version.in_force(version.effective) is True, version.prefix
        if version.superseded:
            assert version.in_force(version.superseded) is False, version.prefix
            before = version.in_force(version.superseded - DAY)
            assert before is (True if version.effective else None), version.prefix


def test_every_provision_begins_on_its_own_day(rules: Rules) -> None:
    provisions = rules.provisions
    for provision in provisions.by_id.values():
        version = provisions.version_of(provision.id)
        begins = provision.effective or version.effective
        if begins is None:
            assert provisions.in_force(provision.id, LAST) in (None, False), provision.id
            continue
        assert provisions.in_force(provision.id, begins - DAY) is False, provision.id
        assert provisions.in_force(provision.id, begins) is True, provision.id


def test_what_follows_a_version_begins_when_it_ends(rules: Rules) -> None:
    for version in rules.provisions.versions.values():
        if version.superseded_by:
            following = rules.provisions.versions[version.superseded_by]
            assert following.effective == version.superseded, version.prefix


def test_the_earlier_text_is_no_longer_in_force_when_the_later_begins(rules: Rules) -> None:
    provisions = rules.provisions
    for provision in provisions.by_id.values():
        if provision.earlier is None:
            continue
        begins = provision.effective or provisions.version_of(provision.id).effective
        ends = provisions.version_of(provision.earlier).superseded
        same = provisions.version_of(provision.earlier).document
        if begins and same == provisions.version_of(provision.id).document:
            assert ends is not None and ends <= begins, provision.id


@pytest.mark.parametrize(
    ("document", "day", "prefix"),
    [
        ("中国共产党纪律处分条例", date(2018, 9, 30), "纪律处分条例2015"),
        ("中国共产党纪律处分条例", date(2018, 10, 1), "纪律处分条例2018"),
        ("中国共产党纪律处分条例", date(2023, 12, 31), "纪律处分条例2018"),
        ("中国共产党纪律处分条例", date(2024, 1, 1), "纪律处分条例"),
        ("中华人民共和国安全生产法", date(2021, 8, 31), "安全生产法2014"),
        ("中华人民共和国安全生产法", date(2021, 9, 1), "安全生产法"),
        ("中华人民共和国公职人员政务处分法", date(2020, 6, 30), None),
        ("中华人民共和国公职人员政务处分法", date(2020, 7, 1), "政务处分法"),
        ("中华人民共和国监察法", date(2025, 5, 31), "监察法2018"),
        ("中华人民共和国监察法", date(2025, 6, 1), "监察法"),
    ],
)
def test_the_version_of_a_day(document: str, day: date, prefix: str | None, rules: Rules) -> None:
    found = rules.provisions.version_on(document, day)
    assert (found.prefix if found else None) == prefix


def test_conduct_of_2019_is_read_under_the_rules_of_2018(rules: Rules) -> None:
    provisions = rules.provisions
    pairs = [
        (provision.id, provision.earlier)
        for provision in provisions.by_id.values()
        if provision.prefix == "纪律处分条例" and provision.earlier
    ]
    assert len(pairs) >= 20
    for present, earlier in pairs:
        assert provisions.on(present, date(2019, 5, 1)) == earlier
        assert provisions.on(present, date(2023, 12, 31)) == earlier
        assert provisions.on(present, date(2024, 1, 1)) == present


def test_a_clause_that_did_not_exist_yet_is_not_cited_for_that_day(rules: Rules) -> None:
    assert rules.provisions.on("政务处分法:39", date(2020, 6, 30)) is None
    assert rules.provisions.on("政务处分法:39", date(2020, 7, 1)) == "政务处分法:39"


def test_an_article_that_an_amendment_left_alone_is_older_than_its_version(rules: Rules) -> None:
    older = [
        provision.id
        for provision in rules.provisions.by_id.values()
        if provision.effective
        and (begins := rules.provisions.version_of(provision.id).effective)
        and provision.effective < begins
    ]
    assert "预算法:13" in older
    assert rules.provisions.on("预算法:13", date(2017, 3, 1)) == "预算法:13"


def test_the_milder_text_has_an_earlier_one_that_it_is_milder_than(rules: Rules) -> None:
    milder = [p for p in rules.provisions.by_id.values() if p.milder]
    assert "纪律处分条例:19" in [p.id for p in milder]
    assert all(p.earlier in rules.provisions for p in milder)


def test_names_are_exact_and_never_a_part_of_a_longer_name(rules: Rules) -> None:
    names = rules.provisions.names
    assert names["安全生产法"] == names["中华人民共和国安全生产法"] == "中华人民共和国安全生产法"
    for strange in (
        "安全生产",
        "某省安全生产法",
        "安全生产法实施办法",
        "陕西省安全生产法实施办法",
        "中华人民共和国安全生产法实施细则",
        "处分法",
        "条例",
        "",
    ):
        assert strange not in names, strange


def test_every_name_belongs_to_one_document(rules: Rules) -> None:
    owners: dict[str, set[str]] = {}
    for version in rules.provisions.versions.values():
        for name in (version.document, version.prefix, *version.aliases):
            owners.setdefault(name, set()).add(version.document)
    assert {name: held for name, held in owners.items() if len(held) > 1} == {}
    assert owners.keys() == rules.provisions.names.keys()


def made(*versions: tuple[str, str | None, str | None, str | None]) -> Provisions:
    """Versions of one document: prefix, effective, superseded, the provision before its only one."""
    return Provisions(
        Version(
            prefix=prefix,
            document="某法",
            kind="国家法律",
            issuer="某机关",
            version=prefix,
            effective=date.fromisoformat(begins) if begins else None,
            superseded=date.fromisoformat(ends) if ends else None,
            articles=9,
            articles_verified=True,
            verified="verified",
            source="为测试写的",
            statute=None,
            provisions=(
                Provision(
                    id=f"{prefix}:1",
                    article="第一条",
                    gist="一句话。",
                    topics=(),
                    wordings=(),
                    supports=(),
                    verified="verified",
                    source="为测试写的",
                    earlier=earlier,
                ),
            ),
        )
        for prefix, begins, ends, earlier in versions
    )


def test_walking_back_passes_every_version_until_the_day_is_met() -> None:
    provisions = made(
        ("丙", "2020-01-01", None, "乙:1"),
        ("乙", "2010-01-01", "2020-01-01", "甲:1"),
        ("甲", "2000-01-01", "2010-01-01", None),
    )
    assert provisions.on("丙:1", date(2020, 1, 1)) == "丙:1"
    assert provisions.on("丙:1", date(2019, 12, 31)) == "乙:1"
    assert provisions.on("丙:1", date(2009, 12, 31)) == "甲:1"
    assert provisions.on("丙:1", date(1999, 12, 31)) is None
    assert [version.prefix for version in provisions.documents["某法"]] == ["甲", "乙", "丙"]


def test_a_beginning_that_nobody_knows_is_neither_in_force_nor_not() -> None:
    provisions = made(("甲", None, "2010-01-01", None))
    assert provisions.in_force("甲:1", date(2009, 12, 31)) is None
    assert provisions.on("甲:1", date(2009, 12, 31)) == "甲:1"
    assert provisions.version_on("某法", date(2009, 12, 31)) is None
    assert provisions.in_force("甲:1", date(2010, 1, 1)) is False
    assert provisions.on("甲:1", date(2010, 1, 1)) is None


def test_a_provision_may_not_have_a_field_that_nobody_reads() -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        Provision.model_validate({"id": "甲:1", "remark": "随手写的"})
