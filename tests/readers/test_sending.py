"""What leaves this machine: placeholders, only with consent, to no other place, and once."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.contract import Finding
from assistant.errors import ReaderError, SettingsError
from assistant.model_cache import ModelCache
from assistant.readers.endpoint import EndpointVoice
from assistant.readers.model import ModelReader
from assistant.readers.probe import probe
from assistant.retrieval import Retrieved, retrieve
from assistant.settings import Endpoint, Remote, Settings
from assistant.triage import Bench, open_bench, triage

from .conftest import answer
from .server import Reply, Script, Scripted, always, in_turn, serving

KEY = "sk-secret-1234567890"
TEXT = (
    "清河镇柳林村会计李秀英(身份证610124197805123421，电话13812345678)未经集体研究，"
    "把租金4.2万元借给宏达建筑有限公司，开陕A·K1234去收款。"
)
NOWHERE = ModelCache(None)
SECRETS = ("清河", "柳林", "李秀英", "610124197805123421", "13812345678", "宏达", "K1234")


@contextmanager
def elsewhere(
    bench: Bench, script: Script, remote: Remote = "mask"
) -> Iterator[tuple[ModelReader, Scripted]]:
    """A reader that takes the scripted server for another machine."""
    with serving(script) as server:
        voice = EndpointVoice(Endpoint(url=server.url, model="far", key=SecretStr(KEY)), 5.0)
        voice.here = False
        reader = ModelReader(voice, bench.rules, bench.offline, remote, skill=lambda until: 0.9)
        yield reader, server


@pytest.fixture(scope="module")
def told(bench: Bench) -> Retrieved:
    finding = Finding(id="1", text=TEXT)
    return retrieve([finding], bench.index, bench.rules.language, date(2026, 11, 1))[0]


def test_no_name_number_or_place_is_in_the_traffic_and_the_quotes_come_back(
    bench: Bench, told: Retrieved
) -> None:
    def script(body: dict[str, object], before: int) -> Reply:
        asked = str(body["messages"][-1]["content"])  # type: ignore[index]
        person = next(p for p in ("〔人员1〕", "〔人员2〕") if p in asked)
        quote = {"criterion": "程序", "leans": "失责", "proof": "查实"}
        line = next(one for one in asked.splitlines() if "未经集体研究" in one)
        return Reply(
            answer(
                readings=[quote | {"quote": line[line.index(person) : line.index("，电话")]}],
                reason=f"事实：{person}没有经过集体。",
            )
        )

    with elsewhere(bench, script) as (reader, server):
        report = reader.read([told])[0]
    for secret in SECRETS:
        assert secret not in server.traffic
    assert "4.2万元" in server.traffic
    (reading,) = report.readings
    assert "李秀英" in reading.span
    assert "610124197805123421" in reading.span
    assert reading.span == TEXT[reading.start : reading.end]
    assert "〔人员" not in report.explanation


def test_the_preview_is_exactly_what_is_sent(bench: Bench, told: Retrieved) -> None:
    with elsewhere(bench, always(Reply(answer()))) as (reader, server):
        preview = reader.preview(TEXT).text
        reader.read([told])
    assert preview in server.bodies[0]["messages"][-1]["content"]


def test_on_this_machine_or_by_setting_the_text_goes_as_it_is(
    bench: Bench, told: Retrieved
) -> None:
    with elsewhere(bench, always(Reply(answer())), "plain") as (reader, server):
        reader.read([told])
    assert TEXT in server.bodies[0]["messages"][-1]["content"]


def test_without_consent_nothing_is_sent(bench: Bench, told: Retrieved) -> None:
    with elsewhere(bench, always(Reply(answer())), "confirm") as (reader, server):
        with pytest.raises(ReaderError, match="预览"):
            reader.read([told])
        assert server.bodies == []
        with_model = replace(bench, reader=reader)
        assert triage(told.finding, with_model).reader == "offline"
        assert triage(told.finding, with_model.confirmed()).reader == "far"


def test_an_office_can_forbid_endpoints_elsewhere(
    bench: Bench, told: Retrieved, data_folder: Path
) -> None:
    with elsewhere(bench, always(Reply(answer())), "forbid") as (reader, server):
        with pytest.raises(ReaderError, match="禁止"):
            reader.read([told])
        assert server.bodies == []
    far = Endpoint(url="https://api.example.com/v1", model="far", key=SecretStr(KEY))
    settings = Settings(data=data_folder, model=far, remote="forbid")
    assert open_bench(settings).reader.name == "offline"
    assert "不发送到任何地方" in settings.destination
    with pytest.raises(SettingsError, match="禁止"):
        open_bench(settings, "model")


def test_the_same_question_is_asked_once_and_the_cache_holds_no_key(
    bench: Bench, told: Retrieved, tmp_path: Path
) -> None:
    with elsewhere(bench, always(Reply(answer()))) as (reader, server):
        kept = replace(reader, cache=ModelCache(tmp_path))
        first = kept.read([told])
        assert kept.read([told]) == first
        assert len(server.bodies) == 1
        reader.read([told])
        assert len(server.bodies) == 2
    stored = "".join(file.read_text(encoding="utf-8") for file in tmp_path.glob("*"))
    assert stored
    assert KEY not in stored


def test_an_answer_that_cannot_be_used_is_not_kept(
    bench: Bench, told: Retrieved, tmp_path: Path
) -> None:
    with elsewhere(bench, always(Reply("不知道"))) as (reader, _), pytest.raises(ReaderError):
        replace(reader, cache=ModelCache(tmp_path)).read([told])
    assert list(tmp_path.glob("*")) == []


def test_a_probe_says_what_came_back_how_long_it_took_and_where_text_goes() -> None:
    with serving(always(Reply("好"))) as server:
        place = Endpoint(url=server.url, model="small", key=SecretStr(KEY))
        ok, sentence = probe(place, NOWHERE)
    assert ok
    assert "“好”" in sentence
    assert "秒" in sentence
    assert "文字只在本机处理" in sentence
    assert "试题没有做成，它的看法先只列出、不参加权衡" in sentence
    assert "<<<材料" not in json.dumps(server.bodies, ensure_ascii=False)


def test_a_probe_says_where_the_questions_of_the_exam_could_not_be_put() -> None:
    with serving(in_turn(Reply("好"), Reply(status=401))) as server:
        ok, sentence = probe(Endpoint(url=server.url, model="small", key=SecretStr(KEY)), NOWHERE)
    assert ok
    assert "试题没有做成，它的看法先只列出、不参加权衡" in sentence


@pytest.mark.parametrize("reply", [Reply(status=401, body=KEY), Reply(""), Reply(status=404)])
def test_a_probe_that_fails_says_why_without_the_key(reply: Reply) -> None:
    with serving(always(reply)) as server:
        place = Endpoint(url=server.url, model="small", key=SecretStr(KEY))
        ok, sentence = probe(place, NOWHERE, 3.0)
    assert not ok
    assert KEY not in sentence


def test_a_model_file_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "empty.gguf"
    file.write_bytes(b"GGUF")
    ok, sentence = probe(file, NOWHERE)
    assert not ok
    assert "sanzhen[gguf]" in sentence or "empty.gguf" in sentence


@pytest.mark.parametrize("url", ["http://999.1.1.1/v1", "http://host:abc/v1"])
def test_an_address_that_no_client_takes_is_told(url: str) -> None:
    voice = EndpointVoice(Endpoint(url=url, model="far", key=SecretStr(KEY)), 5.0)
    with pytest.raises(ReaderError, match="地址写得不对"):
        voice.ask((("human", "好"),), None, "text", voice.budget())
