"""Placeholders: what is recognised, that everything comes back, and what leaves this machine."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from assistant import privacy, private_nodes
from assistant.masked_embeddings import MaskedEmbeddings, guarded
from assistant.privacy import Masked, mask
from assistant.settings import Endpoint, Settings
from knowledge.encoder import embeddings
from knowledge.vectors import name_of

DATA = Path(__file__).parent / "data"


def rows_of(*names: str) -> list[dict[str, Any]]:
    """Findings with their identifiers, from several files."""
    files = (DATA / f"privacy_findings{name}.jsonl" for name in names)
    return [json.loads(line) for f in files for line in f.read_text(encoding="utf-8").splitlines()]


SEEN = rows_of("", "_mend", "_kinds")  # the words and rules were mended with these in view
UNSEEN = rows_of("_aside", "_fresh")  # and not with these
ROWS = SEEN[:40]


@pytest.mark.parametrize("rows", [SEEN, UNSEEN], ids=["seen", "unseen"])
def test_recall_on_the_written_findings(rows: list[dict[str, Any]]) -> None:
    hidden, all_ = Counter[str](), Counter[str]()
    for row in rows:
        text = mask(row["text"]).text
        for kind in ("numbers", "names", "places"):
            all_[kind] += len(row[kind])
            hidden[kind] += sum(words not in text for words in row[kind])
    assert len(SEEN) + len(UNSEEN) >= 500
    assert hidden["numbers"] / all_["numbers"] >= 0.97
    assert hidden["names"] / all_["names"] >= 0.92
    assert hidden["places"] / all_["places"] >= 0.92


def recall_by_kind(rows: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Of each kind of identifier: how many are hidden, of how many."""
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        text = mask(row["text"]).text
        for words, kind in row["kinds"].items():
            hidden, all_ = found.get(kind, (0, 0))
            found[kind] = (hidden + (words not in text), all_ + 1)
    return found


def test_every_kind_of_identifier_is_found() -> None:
    found = recall_by_kind(SEEN + UNSEEN)
    assert len(found) >= 19
    assert min(all_ for _, all_ in found.values()) >= 4
    assert {k: f"{h}/{n}" for k, (h, n) in found.items() if h / n < 0.85} == {}


def test_what_is_no_number_of_anybody_stays() -> None:
    text = "微信2021年6月转来三万元，支付宝50000元，二〇二二〇三一五入账，分一二三四五六七组，QQ20220315建群。"
    assert mask(text).text == text


@pytest.mark.parametrize("rows", [SEEN, UNSEEN], ids=["seen", "unseen"])
def test_little_is_hidden_that_need_not_be(rows: list[dict[str, Any]]) -> None:
    needless = 0
    for row in rows:
        held = [words for kind in ("numbers", "names", "places") for words in row[kind]]
        for words in mask(row["text"]).table.values():
            needless += not any(words in one or one in words for one in held)
    assert needless / len(rows) < 0.15


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_everything_comes_back(row: dict[str, str]) -> None:
    masked = mask(row["text"])
    assert masked.restore(masked.text) == row["text"]


def test_one_person_keeps_one_placeholder_also_without_brackets() -> None:
    masked = mask("会计张某2019年收款，张某没有入账，李某某知道。")
    assert masked.text == "会计〔人员1〕2019年收款，〔人员1〕没有入账，〔人员2〕知道。"
    assert masked.restore("人员1没有入账，人员2知道") == "张某没有入账，李某某知道"
    assert masked.restore("人员12") == "人员12"


HELD = Masked(
    "", {"证件1": "610124197805123421", "单位1": "宏达", "人员1": "李秀英", "地点1": "柳林"}
)


@pytest.mark.parametrize(
    "said",
    [
        "需要补交证件1份。",
        "该单位1名干部知情。",
        "涉及单位1家，人员1人。",
        "各单位1月底前上报。",
        "单位1年没有开会，地点1处漏雨。",
        "每个单位1-2人，单位1.5万元。",
        "本单位1没有收到。",
    ],
)
def test_a_count_is_no_placeholder(said: str) -> None:
    assert HELD.restore(said) == said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("人员1名下没有房产，人员1处理不当。", "李秀英名下没有房产，李秀英处理不当。"),
        ("单位1、人员1家属和地点1村", "宏达、李秀英家属和柳林村"),
        ("人员1只有口头说明，人员1年龄大。", "李秀英只有口头说明，李秀英年龄大。"),
        ("单位1台账不全，单位1所属部门", "宏达台账不全，宏达所属部门"),
        ("转入人员1个人账户，地点1周边", "转入李秀英个人账户，柳林周边"),
        ("人员1期间、单位1条件、单位1年底", "李秀英期间、宏达条件、宏达年底"),
        ("该〔单位1〕名下", "该宏达名下"),
        ("需要〔证件1〕份", "需要610124197805123421份"),
        ("【人员1】和[单位1]公司", "李秀英和宏达公司"),
    ],
)
def test_a_placeholder_comes_back_in_any_brackets_and_without(said: str, meant: str) -> None:
    assert HELD.restore(said) == meant


def test_words_that_look_like_placeholders_are_left_alone() -> None:
    text = "名册写着人员1是临时工，会计张某没有核对。"
    masked = mask(text)
    assert masked.restore(masked.text) == text
    assert "〔人员2〕" in masked.text


def test_the_kind_of_place_and_unit_stays_readable() -> None:
    masked = mask("清河镇柳林村把工程交给宏达建筑有限公司。")
    assert "镇" in masked.text
    assert "村" in masked.text
    assert "有限公司" in masked.text
    assert "柳林" not in masked.text
    assert "宏达" not in masked.text


def test_a_finding_without_identifiers_stays_as_it_is() -> None:
    text = "某局一年没有召开党员大会，会议记录是补写的，领导说工作太忙。"
    assert mask(text).text == text


class Recorder(MaskedEmbeddings):
    """Hears what would be sent."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def embed_query(self, text: str) -> list[float]:
        self.heard.append(text)
        return [0.0]


def test_masked_embeddings_keep_the_name_of_their_vectors(tmp_path: Path) -> None:
    far = Endpoint(url="https://api.example.com/v1", model="e", key=SecretStr("k"))
    settings = Settings(data=tmp_path, embedding=far)
    inner = embeddings(settings.embedding_environment)
    assert isinstance(guarded(inner, settings), MaskedEmbeddings)
    assert name_of(guarded(inner, settings)) == name_of(inner)


def test_queries_to_an_embedding_endpoint_elsewhere_are_masked(tmp_path: Path) -> None:
    far = Endpoint(url="https://api.example.com/v1", model="e", key=SecretStr("k"))
    near = Endpoint(url="http://127.0.0.1:9/v1", model="e", key=SecretStr("k"))
    inner = Recorder()
    guarded(inner, Settings(data=tmp_path, embedding=far)).embed_query("会计张某收款")
    assert inner.heard == ["会计〔人员1〕收款"]
    assert guarded(inner, Settings(data=tmp_path, embedding=near)) is inner
    assert Settings(data=tmp_path, embedding=far, remote="forbid").embedding_environment == {}


def test_the_words_lie_in_the_folder_that_the_settings_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_nodes, "environment", lambda: {"SANZHEN_DATA": str(tmp_path)})
    private_nodes.tagger.__wrapped__()
    assert list((tmp_path / "words").iterdir())


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("会计张　三收款，支书李 娜知情。", "会计〔人员1〕收款，支书〔人员2〕知情。"),
        ("某村支书王建\n国收款。", "某村支书〔人员1〕收款。"),
        ("经查 王　芳未入账", "经查 〔人员1〕未入账"),
        ("经查 欧阳 娜、王 建 国未入账", "经查 〔人员1〕、〔人员2〕未入账"),
        ("李娜 丰收时节请客", "〔人员1〕 丰收时节请客"),
        ("主任 于 2019年 付款", "主任 于 2019年 付款"),
        ("某局 去年 没有 开会\n记录 不全。", "某局 去年 没有 开会\n记录 不全。"),
    ],
)
def test_a_name_with_a_gap_is_one(text: str, sent: str) -> None:
    masked = mask(text)
    assert masked.text == sent
    assert masked.restore(sent) == text


@pytest.mark.parametrize("text", ["a" * 20_000, "1." * 10_000, "微信" + ":" * 20_000])
def test_a_long_run_of_signs_is_looked_through_soon(text: str) -> None:
    began = time.process_time()
    assert not list(privacy._numbers(text))
    assert time.process_time() - began < 0.3


def test_many_names_are_set_apart_soon() -> None:
    found = [privacy._Found(at, at + 2, "人员") for at in range(0, 20_000, 2)]
    began = time.process_time()
    assert len(privacy._apart([*found, privacy._Found(3, 6, "地点")])) == len(found) - 1
    assert time.process_time() - began < 0.5
