"""The verbatim state law: exactly the article asked for, or nothing."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
import yaml

from knowledge import statutes
from knowledge.errors import StatuteError
from knowledge.sqlite_address import read_only
from knowledge.statutes import Statutes, article_id, numeral

PROVISIONS = Path(statutes.__file__).parent / "library" / "provisions"
CRIMINAL = "中华人民共和国刑法"
SAFETY = "中华人民共和国安全生产法"
VERSIONS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in PROVISIONS.glob("*.yaml")
}
WITH_TEXT = {prefix: held for prefix, held in VERSIONS.items() if held["statute"]}


def made(folder: Path, *rows: tuple[str, str, str, str, str], name: str = "甲法") -> Statutes:
    """A data file like the package's: rows of law id, article label, text, adopted, law name."""
    path = folder / "法 律#1.db"
    with closing(sqlite3.connect(path)) as data, data:
        data.execute("CREATE TABLE laws (law_id, law_name, version_date, status)")
        data.execute(
            "CREATE TABLE articles"
            " (id INTEGER PRIMARY KEY, law_id, article_no, chapter, article_text)"
        )
        for key, label, text, adopted, title in rows:
            law = (key, title or name, adopted)
            data.execute("DELETE FROM laws WHERE law_id = ?", (key,))
            data.execute("INSERT INTO laws VALUES (?, ?, ?, '现行有效')", law)
            data.execute(
                "INSERT INTO articles (law_id, article_no, chapter, article_text)"
                " VALUES (?, ?, '', ?)",
                (key, label, text),
            )
    return Statutes(path)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("一", 1),
        ("十", 10),
        ("十九", 19),
        ("二十", 20),
        ("一百零三", 103),
        ("一百一十", 110),
        ("三百九十七", 397),
        ("一千二百四十二", 1242),
        ("一千零一十", 1010),
    ],
)
def test_a_chinese_numeral_is_read_as_its_number(words: str, number: int) -> None:
    assert numeral(words) == number


def test_a_label_is_an_article_only_when_nothing_else_stands_there() -> None:
    assert article_id("第三百九十七条") == "397"
    assert article_id("第一百二十条之一") == "120之1"
    assert article_id("第三百九十七条第一款") is None
    assert article_id("条目一") is None


def test_an_inserted_article_is_not_the_article_it_follows() -> None:
    plain, inserted = (statutes.statute_text(CRIMINAL, each) for each in ("120", "120之1"))
    assert plain is not None and inserted is not None
    assert plain.startswith("组织、领导恐怖活动组织")
    assert inserted.startswith("资助恐怖活动组织")


def test_an_article_that_does_not_exist_has_no_text() -> None:
    assert "玩忽职守" in (statutes.statute_text(CRIMINAL, "397") or "")
    assert statutes.statute_text(CRIMINAL, "397之9") is None
    assert statutes.installed().has_article(CRIMINAL, "397之9") is False
    assert statutes.statute_text(CRIMINAL, "453") is None
    assert statutes.statute_text(CRIMINAL, "0") is None


@pytest.mark.parametrize(
    "name",
    [
        "某省安全生产法实施办法",
        "江苏省实施《中华人民共和国安全生产法》办法",
        "安全生产法",
        "中华人民共和国安全生产法实施条例",
        "中华人民共和国安全",
        "",
    ],
)
def test_a_name_that_is_not_exactly_a_law_finds_nothing(name: str) -> None:
    assert statutes.statute_text(SAFETY, "3") is not None
    assert statutes.statute_text(name, "3") is None
    assert statutes.installed().article_count(name) is None
    assert statutes.installed().has_article(name, "3") is None


def test_the_count_is_the_number_of_the_last_article() -> None:
    assert statutes.installed().article_count(CRIMINAL) == 452
    assert statutes.installed().article_count(SAFETY) == 119
    assert statutes.installed().article_count("中华人民共和国公职人员政务处分法") == 68


def test_an_article_rewritten_by_a_later_amendment_exists_but_is_not_shown() -> None:
    """The package's 刑法 stops at 修正案（十一）; 修正案（十二） changed seven articles."""
    held = statutes.installed()
    assert held.rewritten(CRIMINAL) == {"165", "166", "169", "387", "390", "391", "393"}
    assert held.statute_text(CRIMINAL, "390") is None
    assert held.has_article(CRIMINAL, "390") is True
    assert not any(a.law == CRIMINAL and a.id == "390" for a in held.articles())
    assert held.statute_text(CRIMINAL, "389") is not None


def test_of_two_versions_each_is_named_by_its_year_and_the_bare_name_is_neither() -> None:
    bare = "中华人民共和国农业法"
    assert statutes.installed().article_count(bare) is None
    assert statutes.installed().article_count(f"{bare}（2012年）") == 99
    assert statutes.installed().article_count(f"{bare}（2026年）") == 115


def test_the_beginning_comes_from_the_text_and_never_from_the_packages_column() -> None:
    held = {law.name: law for law in statutes.installed().laws()}
    assert held[SAFETY].adopted == date(2021, 6, 10)
    assert held[SAFETY].begins is None  # its last article still says 2002, the column too
    assert held["中华人民共和国农业法（2026年）"].begins == date(2027, 1, 1)
    assert held["中华人民共和国公职人员政务处分法"].begins == date(2020, 7, 1)


def test_every_article_is_handed_out_once() -> None:
    seen = [(article.law, article.id) for article in statutes.articles()]
    assert len(seen) == len(set(seen)) > 26_000
    assert all(article.text.strip() for article in statutes.articles())


def test_no_module_of_the_package_is_imported() -> None:
    code = (
        "import sys; from knowledge import statutes; statutes.installed().laws();"
        "sys.exit(any('china_law' in name for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_many_threads_read_the_same_text() -> None:
    held = Statutes(statutes.locate())
    names = [law.name for law in statutes.installed().laws()][:80] * 5
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda name: held.statute_text(name, "1"), names))
    assert texts == [statutes.statute_text(name, "1") for name in names]


def test_a_missing_package_is_said_in_chinese_with_the_command_that_helps() -> None:
    with pytest.raises(StatuteError, match=r"没有安装.*pip install no-such-package"):
        statutes.locate("no-such-package")


def test_a_package_without_data_is_said_so() -> None:
    with pytest.raises(StatuteError, match="没有找到数据文件"):
        statutes.locate("pytest")


def test_a_damaged_file_is_an_error_and_not_an_empty_law(tmp_path: Path) -> None:
    damaged = tmp_path / "laws.db"
    damaged.write_bytes(b"not a database" * 100)
    with pytest.raises(StatuteError, match="读不出来"):
        Statutes(damaged).laws()


def test_a_missing_file_is_an_error_and_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(StatuteError, match="读不出来"):
        Statutes(tmp_path / "laws.db").laws()
    assert list(tmp_path.iterdir()) == []


def test_a_file_on_a_windows_share_has_an_address_without_a_host() -> None:
    share = PureWindowsPath(r"\\机关\共享\laws.db")
    assert read_only(share) == "file:////%E6%9C%BA%E5%85%B3/%E5%85%B1%E4%BA%AB/laws.db?mode=ro"
    assert read_only(PureWindowsPath(r"C:\data\laws.db")) == "file:///C:/data/laws.db?mode=ro"
    assert read_only(PurePosixPath("/data/laws.db")) == "file:///data/laws.db?mode=ro"


def test_a_number_printed_twice_is_left_out(tmp_path: Path) -> None:
    held = made(
        tmp_path,
        ("a", "第一条", "甲", "2020-01-01", ""),
        ("a", "第二条", "乙", "2020-01-01", ""),
        ("a", "第二条", "丙", "2020-01-01", ""),
    )
    assert held.statute_text("甲法", "1") == "甲"
    assert held.statute_text("甲法", "2") is None
    assert held.has_article("甲法", "2") is True


def test_an_amendment_older_than_the_text_changes_nothing(tmp_path: Path) -> None:
    held = made(
        tmp_path,
        ("a", "第一条", "甲", "2020-01-01", "甲法"),
        ("a", "第二条", "乙", "2020-01-01", "甲法"),
        ("b", "条目一", '将甲法第一条修改为："某。"', "2019-01-01", "甲法修正案（一）"),
        ("c", "条目一", '将甲法第二条修改为："依照第一条处理。"', "2021-01-01", "甲法修正案（二）"),
    )
    assert held.rewritten("甲法") == {"2"}
    assert held.statute_text("甲法", "1") == "甲"


def test_the_data_file_is_never_written(tmp_path: Path) -> None:
    held = made(tmp_path, ("a", "第一条", "甲", "2020-01-01", ""))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    held.statute_text("甲法", "1")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("prefix", sorted(WITH_TEXT))
def test_every_provision_with_a_statute_has_the_text_of_its_own_number(prefix: str) -> None:
    held, version = statutes.installed(), WITH_TEXT[prefix]
    law = held.law(version["statute"])
    assert law is not None
    assert law.title == version["document"]
    assert law.articles == version["articles"]
    for provision in version["provisions"]:
        number = provision["id"].partition(":")[2]
        assert provision["id"].partition(":")[0] == prefix
        assert article_id(provision["article"]) == number
        assert held.statute_text(law.name, number)


@pytest.mark.parametrize("prefix", sorted(WITH_TEXT))
def test_the_date_of_effect_agrees_with_the_law_where_its_text_gives_one(prefix: str) -> None:
    version = WITH_TEXT[prefix]
    law = statutes.installed().law(version["statute"])
    assert law is not None
    effective = date.fromisoformat(version["effective"])
    if law.begins is not None:
        assert effective == law.begins
    elif law.name != CRIMINAL:  # one file for all amendments, each article dated by itself
        assert effective >= law.adopted
