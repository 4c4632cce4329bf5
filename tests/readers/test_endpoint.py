"""An endpoint over real HTTP: methods, retries, the budget, a stop."""

import json
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.errors import ReaderError
from assistant.model_cache import ModelCache
from assistant.pages.aside import listening
from assistant.readers import endpoint as endpoints
from assistant.readers.endpoint import EndpointVoice
from assistant.readers.said import schema
from assistant.readers.voice import METHODS, MethodUnknownError
from assistant.readers.wire import not_used
from assistant.retrieval import Retrieved
from assistant.settings import Endpoint
from assistant.triage import Bench

from .conftest import answer
from .scripted import KEY, only, opine, read, reader
from .server import Reply, always, in_turn, method_of, serving


def test_too_many_requests_waits_as_told_and_then_answers(bench: Bench, rent: Retrieved) -> None:
    began = time.monotonic()
    busy = Reply(status=429, headers={"retry-after": "1"})
    report, server = read(bench, rent, in_turn(busy, Reply(answer())))
    assert report.readings
    assert len(server.bodies) == 2
    assert time.monotonic() - began >= 1.0


def test_a_wait_may_be_told_as_a_date(bench: Bench, rent: Retrieved) -> None:
    began = time.monotonic()
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    busy = Reply(status=429, headers={"retry-after": then})
    report, _ = read(bench, rent, in_turn(busy, Reply(answer())))
    assert report.readings
    assert time.monotonic() - began >= 0.9  # a date has whole seconds


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("1.5", 1.5),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        ("Sun, 06 Nov 1994 08:49:37 -0000", 0.0),
        ("", None),
        ("soon", None),
        ("²", None),
        ("nan", None),
        ("Sun, 66 Nov 1994 08:49:37 GMT", None),
    ],
)
def test_a_wait_that_cannot_be_read_is_none(told: str, seconds: float | None) -> None:
    error = SimpleNamespace(response=SimpleNamespace(headers={"retry-after": told}))
    assert endpoints._retry_after(error) == seconds


def test_a_wait_longer_than_the_budget_is_not_waited(bench: Bench, rent: Retrieved) -> None:
    began = time.monotonic()
    with pytest.raises(ReaderError, match="429"):
        read(bench, rent, always(Reply(status=429, headers={"retry-after": "3600"})))
    assert time.monotonic() - began < 2.0


def test_a_server_error_is_tried_again(bench: Bench, rent: Retrieved) -> None:
    report, server = read(bench, rent, in_turn(Reply(status=500), Reply(answer())))
    assert report.readings
    assert len(server.bodies) == 2


def test_a_stream_that_breaks_off_is_tried_again(bench: Bench, rent: Retrieved) -> None:
    report, _ = read(bench, rent, in_turn(Reply(answer(), cut=True), Reply(answer())))
    assert report.readings


@pytest.mark.parametrize(
    "reply",
    [Reply(wait=30), Reply(answer(), gap=0.3, piece=2), Reply(answer(), comments=200, gap=0.1)],
    ids=["挂起", "慢滴", "只有保活"],
)
def test_an_endpoint_that_takes_too_long_is_left_within_the_budget(
    bench: Bench, rent: Retrieved, reply: Reply
) -> None:
    began = time.monotonic()
    with pytest.raises(ReaderError, match="秒内没有答完"):
        read(bench, rent, always(reply), seconds=1.0)
    assert time.monotonic() - began < 3.0


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("schema", ["schema"]),
        ("tool", ["schema", "tool"]),
        ("json", ["schema", "tool", "json"]),
        ("text", ["schema", "tool", "json", "text"]),
    ],
)
def test_methods_are_tried_in_order_and_remembered(
    bench: Bench, rent: Retrieved, known: str, asked: list[str]
) -> None:
    with serving(only(known)) as server:
        one = reader(bench, server.url)
        assert one.read([rent])[0].readings
        assert server.methods() == asked
        assert one.read([rent])[0].readings
        assert server.methods() == [*asked, known]


def test_what_was_refused_is_not_tried_again_after_a_poor_answer(
    bench: Bench, rent: Retrieved
) -> None:
    said = answer()

    def script(body: dict[str, object], before: int) -> Reply:
        if method_of(body) in ("schema", "tool"):
            return Reply(status=400)
        return Reply(said)

    with serving(script) as server:
        one = reader(bench, server.url)
        assert one.read([rent])[0].readings
        said = "不知道"
        with pytest.raises(ReaderError):
            one.read([rent])
        assert server.methods() == ["schema", "tool", "json", "json", "text"]


def test_an_endpoint_that_does_not_stream_is_understood(bench: Bench, rent: Retrieved) -> None:
    message = {"role": "assistant", "content": answer()}
    whole = {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }
    report, _ = read(bench, rent, always(Reply(raw=json.dumps(whole).encode())))
    assert report.readings


def test_a_method_that_ends_in_500_is_given_up_for_the_next(bench: Bench, rent: Retrieved) -> None:
    def script(body: dict[str, object], before: int) -> Reply:
        return Reply(answer()) if method_of(body) == "json" else Reply(status=500)

    report, server = read(bench, rent, script)
    assert report.readings
    assert server.methods()[-1] == "json"


@pytest.mark.parametrize(("seconds", "then"), [(600.0, "tool"), (0.0, "schema")])
def test_a_method_is_not_set_aside_for_good_by_server_errors(
    bench: Bench, rent: Retrieved, seconds: float, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "_TRY_AGAIN", seconds)
    monkeypatch.setattr(endpoints, "_FIRST_WAIT", 0.01)
    ill, well = Reply(status=500), Reply(answer())
    with serving(in_turn(ill, ill, well)) as server:
        one = reader(bench, server.url)
        one.read([rent])
        one.read([rent])
        assert server.methods() == ["schema", "schema", "tool", then]


def test_a_server_that_is_down_teaches_nothing(bench: Bench, rent: Retrieved) -> None:
    with serving(always(Reply(status=500))) as server:
        one = reader(bench, server.url, seconds=2.0)
        with pytest.raises(ReaderError):
            one.read([rent])
        assert one.voice.methods() == METHODS


@pytest.mark.parametrize(
    "reply",
    [
        Reply(answer(), wait=0.9, comments=200, gap=0.1),
        Reply(wait=30),
        Reply(answer(), gap=0.3, piece=2),
    ],
    ids=["等过再保活", "挂起", "慢滴"],
)
def test_the_budget_begins_when_the_question_is_put(reply: Reply) -> None:
    with serving(always(reply)) as server:
        place = Endpoint(url=server.url, model="scripted", key=SecretStr(KEY))
        voice = EndpointVoice(place, 1.0)
        until = voice.budget()
        with pytest.raises(ReaderError, match="没有答完"):
            voice.ask((("human", "好"),), None, "text", until)
        assert time.monotonic() - until < 0.6


def test_an_answer_asked_for_again_without_a_stream_has_what_is_left_of_the_budget() -> None:
    message = {"role": "assistant", "content": "好"}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    whole = {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [choice],
    }
    reply = Reply(raw=json.dumps(whole).encode(), wait=0.7)
    with serving(always(reply)) as server:
        place = Endpoint(url=server.url, model="scripted", key=SecretStr(KEY))
        voice = EndpointVoice(place, 1.0)
        until = voice.budget()
        with pytest.raises(ReaderError, match="没有答完"):
            voice.ask((("human", "好"),), None, "text", until)
        assert time.monotonic() - until < 0.35
        assert len(server.bodies) == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(wait=30),
        Reply(answer(), gap=0.05, piece=1),
        Reply(answer(), comments=600, gap=0.05),
        Reply(status=429, headers={"retry-after": "20"}),
    ],
    ids=["没有声音", "正在回答", "只有保活", "等着再试"],
)
def test_a_stop_on_the_page_ends_the_request(bench: Bench, rent: Retrieved, reply: Reply) -> None:
    class StopError(Exception):
        pass

    def wait(seconds: float) -> None:
        if server.bodies and seconds > 0.5:
            raise StopError

    with serving(always(reply)) as server:
        before = threading.active_count()
        one = reader(bench, server.url, seconds=30.0)
        with pytest.raises(StopError):
            listening(lambda tell: one.aloud(tell).read([rent]), lambda step: None, wait)
        stopped = time.monotonic()
        while time.monotonic() - stopped < 5 and threading.active_count() > before:
            time.sleep(0.02)
        assert threading.active_count() <= before, "nobody is waiting for an answer any more"
        assert len(server.left) == (reply.status == 200)
        assert len(server.bodies) == 1


@pytest.mark.parametrize("method", ["schema", "tool", "json", "text"])
def test_an_answer_cut_before_its_labels_is_asked_for_in_another_way_and_not_kept(
    bench: Bench, rent: Retrieved, method: str, tmp_path: Path
) -> None:
    cut = Reply(answer()[: answer().index('"liability"')], finish="length")

    def script(body: dict[str, object], before: int) -> Reply:
        return Reply(answer()) if method_of(body) == method else cut

    with serving(script) as server:
        one = replace(reader(bench, server.url), cache=ModelCache(tmp_path))
        assert one.read([rent])[0].readings
        assert server.methods()[-1] == method
        kept = [json.loads(file.read_text(encoding="utf-8")) for file in tmp_path.glob("*")]
        assert kept == [{"answer": answer()}]


def test_an_answer_that_is_always_cut_ends_in_the_offline_opinion(
    bench: Bench, rent: Retrieved
) -> None:
    cut = Reply(answer()[: answer().index('"liability"')], finish="length")
    opinion = opine(bench, rent, always(cut))
    assert opinion.reader == "offline"
    assert "既没有责任结论" in opinion.notes[0]


def said(reply: Reply) -> str:
    """What one question to this server brings."""
    with serving(always(reply)) as server:
        place = Endpoint(url=server.url, model="scripted", key=SecretStr(KEY))
        voice = EndpointVoice(place, 5.0)
        return voice.ask((("human", "好"),), None, "text", voice.budget())


@pytest.mark.parametrize(
    "raw",
    [b"[" * 100_000, b'{"choices": []}', b'{"choices": [{}]}', b"[]", b"3"],
    ids=["深", "没有选项", "空选项", "列表", "数"],
)
def test_what_is_no_answer_of_such_an_interface_is_told(raw: bytes) -> None:
    with pytest.raises(ReaderError, match="不合接口格式"):
        said(Reply(raw=raw))


def test_a_character_that_comes_in_halves_is_put_together() -> None:
    assert said(Reply("好\ud83d\ude00\ud83d", piece=2)) == "好\U0001f600\ufffd"


def test_a_proxy_that_cannot_be_used_is_told_and_is_nothing_to_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for proxy in ("socks5://127.0.0.1:7890", "x://127.0.0.1", "http://[::1"):
        monkeypatch.setenv("ALL_PROXY", proxy)
        not_used.cache_clear()
        assert said(Reply("好")) == "好"
        place = Endpoint(url="https://model.example/v1", model="m", key=SecretStr(KEY))
        voice = EndpointVoice(place, 5.0)
        with pytest.raises(ReaderError, match="代理设置") as told:
            voice.ask((("human", "好"),), None, "text", voice.budget())
        assert told.value.lasting


def lists_of(body: dict[str, Any]) -> set[int | None]:
    """The ends of the lists in the schema that was sent."""
    if method_of(body) == "tool":
        shape = body["tools"][0]["function"]["parameters"]
    else:
        shape = body["response_format"]["json_schema"]["schema"]
    assert "maxLength" not in json.dumps(shape)
    return {one.get("maxItems") for one in shape["properties"].values() if one["type"] == "array"}


@pytest.mark.parametrize(("here", "ends"), [(True, {8}), (False, {None})], ids=["本机", "别处"])
def test_lists_have_an_end_for_a_model_on_this_machine(
    here: bool, ends: set[int | None], bench: Bench, rent: Retrieved
) -> None:
    with serving(only("tool")) as server:
        one = reader(bench, server.url)
        one.voice.here = here
        assert one.read([rent])[0].readings
        assert server.methods() == ["schema", "tool"]
        assert [lists_of(body) for body in server.bodies] == [ends, ends]


def test_a_server_that_knows_no_end_of_a_list_is_asked_in_another_way(
    bench: Bench, rent: Retrieved
) -> None:
    def script(body: dict[str, object], before: int) -> Reply:
        return Reply(status=400) if "maxItems" in json.dumps(body) else Reply(answer())

    report, server = read(bench, rent, script)
    assert report.readings
    assert server.methods() == ["schema", "tool", "json"]


@pytest.mark.parametrize("thread", [True, False], ids=["另一线程", "同一线程"])
def test_what_one_answer_gave_up_is_nothing_to_another(thread: bool) -> None:
    with serving(only("json")) as server:
        place = Endpoint(url=server.url, model="scripted", key=SecretStr(KEY))
        voice = EndpointVoice(place, 5.0)

        def given_up() -> None:
            with pytest.raises(MethodUnknownError):
                voice.ask((("human", "好"),), schema(), "schema", voice.budget())

        if thread:
            other = threading.Thread(target=given_up)
            other.start()
            other.join()
        else:
            given_up()
        voice.ask((("human", "好"),), schema(), "json", voice.budget() + 1)
        voice.remember("json")
        assert voice.methods() == ("json", "schema", "tool", "text")
