"""A model earns its weight: the questions are put once, and what comes back decides how it counts."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.contract import LIABILITIES, Finding, Opinion
from assistant.model_cache import ModelCache
from assistant.readers import endpoint as endpoints
from assistant.readers import exam
from assistant.readers.endpoint import EndpointVoice
from assistant.readers.exam import examine, skill_of
from assistant.readers.model import ModelReader
from assistant.readers.probe import probe
from assistant.readers.voice import METHODS
from assistant.settings import Endpoint
from assistant.triage import Bench, triage
from knowledge.rules import Rules

from .conftest import RENT, answer, examined, sheet
from .server import Reply, always, in_turn, method_of, serving

NOWHERE = ModelCache(None)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    endpoints.forget()
    exam.forget()


def voice(url: str) -> EndpointVoice:
    return EndpointVoice(Endpoint(url=url, model="pupil", key=SecretStr("none")), 5.0)


def soon(seconds: float = 5.0) -> float:
    """So many seconds from now, on the monotonic clock."""
    return time.monotonic() + seconds


def test_every_liability_is_asked_for_as_often_as_any_other(rules: Rules) -> None:
    counts = [sum(q.liability == name for q in rules.exam) for name in LIABILITIES]
    assert len(set(counts)) == 1
    assert sum(counts) >= 15


@pytest.mark.parametrize("right", [0, 7, 15])
def test_right_answers_are_counted(rules: Rules, right: int) -> None:
    with serving(always(Reply(sheet(rules, right)))) as server:
        result = examine(voice(server.url), rules, NOWHERE, soon())
    assert result is not None
    assert (result.right, result.of) == (right, 15)
    assert 0 < result.skill < 1


def test_the_questions_are_put_once_and_hold_no_answer(rules: Rules, tmp_path: Path) -> None:
    kept = ModelCache(tmp_path)
    with serving(always(Reply(sheet(rules, 15)))) as server:
        first = examine(voice(server.url), rules, kept, soon())
        assert examine(voice(server.url), rules, kept, soon()) == first
        exam.forget()
        assert examine(voice(server.url), rules, kept, soon()) == first, "kept in the folder"
    assert len(server.bodies) == 1
    asked = server.bodies[0]["messages"][-1]["content"]
    lines = [line for line in asked.splitlines() if line[:1].isdigit()]
    assert len(lines) == 15
    assert not any(name in line for line in lines for name in LIABILITIES)


@pytest.mark.parametrize(
    "reply",
    [Reply("不知道"), Reply('{"a": "失误"}'), Reply(status=401), Reply(""), Reply(answer())],
    ids=["闲话", "别的键", "拒绝", "空", "答非所问"],
)
def test_what_cannot_be_marked_is_no_result_and_is_not_kept(
    rules: Rules, reply: Reply, tmp_path: Path
) -> None:
    kept = ModelCache(tmp_path)
    with serving(always(reply)) as server:
        assert examine(voice(server.url), rules, kept, soon()) is None
        asked = len(server.bodies)
        assert asked == (1 if reply.status == 401 else len(METHODS)), "each way once"
        assert examine(voice(server.url), rules, kept, soon()) is None
    assert len(server.bodies) == asked, "not at every finding of a batch"
    assert list(tmp_path.glob("*")) == []


def test_a_model_that_was_busy_is_asked_again_later(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Reply(status=429, headers={"retry-after": "3600"})
    with serving(in_turn(busy, Reply(sheet(rules, 15)))) as server:
        assert examine(voice(server.url), rules, NOWHERE, soon()) is None
        assert examine(voice(server.url), rules, NOWHERE, soon()) is None, "not at every finding"
        assert len(server.bodies) == 1
        monkeypatch.setattr(exam, "_AGAIN_AFTER", 0.0)
        result = examine(voice(server.url), rules, NOWHERE, soon())
    assert result is not None
    assert result.right == 15


def test_an_endpoint_that_knows_fewer_methods_is_examined_too(rules: Rules) -> None:
    def script(body: dict[str, object], before: int) -> Reply:
        del before
        return Reply(sheet(rules, 15)) if method_of(body) == "text" else Reply(status=400)

    with serving(script) as server:
        result = examine(voice(server.url), rules, NOWHERE, soon())
    assert result is not None
    assert result.right == 15


def opinion_of(bench: Bench, right: int, said: str) -> Opinion:
    """How an opinion comes out with a model that has so many answers right and says this."""

    with serving(examined(bench.rules, said, right)) as server:
        speaking = voice(server.url)

        def skill(until: float) -> float | None:
            return skill_of(speaking, bench.rules, NOWHERE, until)

        reader = ModelReader(speaking, bench.rules, bench.offline, skill=skill)
        return triage(Finding(id="1", text=RENT), replace(bench, reader=reader))


def test_a_model_that_failed_is_shown_and_moves_nothing(bench: Bench) -> None:
    offline = triage(Finding(id="1", text=RENT), bench)
    issue = next(name for name in bench.rules.patterns if name not in offline.issues)
    cites = answer(liability="不成立", remedy="澄清", domain="党建", issues=[issue])
    cites = cites.replace("事实“", "参照[监督执纪规则:线索]来看。事实“")
    told = opinion_of(bench, 5, cites)
    assert same_labels(told, offline)
    assert told.needs_review
    assert "模型看作不成立" in told.disagreement
    assert [view.by for view in told.views] == ["模型", "内置阅读"]


def test_a_model_that_passed_gives_the_readings(bench: Bench) -> None:
    told = opinion_of(bench, 15, answer())
    assert [reading.span for reading in told.criteria] == ["未经集体研究"]


@pytest.mark.parametrize("reply", [Reply("不知道"), Reply(status=401)], ids=["闲话", "拒绝"])
def test_a_model_that_gave_nothing_to_mark_counts_for_nothing(bench: Bench, reply: Reply) -> None:
    def script(body: dict[str, object], before: int) -> Reply:
        del before
        return reply if "题号" in str(body["messages"]) else Reply(answer())

    with serving(script) as server:
        speaking = voice(server.url)
        assert skill_of(speaking, bench.rules, NOWHERE, soon()) is None
        reader = ModelReader(
            speaking,
            bench.rules,
            bench.offline,
            skill=lambda until: skill_of(speaking, bench.rules, NOWHERE, until),
        )
        told = triage(Finding(id="1", text=RENT), replace(bench, reader=reader))
    assert same_labels(told, triage(Finding(id="1", text=RENT), bench))
    assert any("模型看作" in step.text and "还没有做成试题" in step.text for step in told.steps)


def test_an_answer_that_cannot_be_marked_is_asked_for_in_another_way(rules: Rules) -> None:
    def script(body: dict[str, object], before: int) -> Reply:
        del before
        return Reply(sheet(rules, 15) if method_of(body) == "json" else "我来逐题说说看法。")

    with serving(script) as server:
        result = examine(voice(server.url), rules, NOWHERE, soon())
    assert result is not None
    assert result.right == 15


def test_an_exam_that_broke_off_is_not_marked(rules: Rules, tmp_path: Path) -> None:
    half = sheet(rules, 15)[:40]
    with serving(always(Reply(half, finish="length"))) as server:
        assert examine(voice(server.url), rules, ModelCache(tmp_path), soon()) is None
    assert list(tmp_path.glob("*")) == []


def test_a_person_can_have_a_model_examined_anew(rules: Rules, tmp_path: Path) -> None:
    """Another model may stand behind the same name by now."""
    kept = ModelCache(tmp_path)
    with serving(in_turn(Reply(sheet(rules, 15)), Reply(sheet(rules, 3)))) as server:
        first = examine(voice(server.url), rules, kept, soon())
        anew = examine(voice(server.url), rules, kept, soon(), again=True)
        exam.forget()
        after = examine(voice(server.url), rules, kept, soon())
    assert first is not None
    assert first.right == 15
    assert anew == after
    assert anew is not None
    assert anew.right == 3


def test_a_result_stands_where_a_person_asks_anew_in_vain(rules: Rules, tmp_path: Path) -> None:
    kept = ModelCache(tmp_path)
    good, gone = Reply(sheet(rules, 15)), Reply(status=401)
    with serving(in_turn(good, Reply("好"), gone)) as server:
        place = Endpoint(url=server.url, model="pupil", key=SecretStr("none"))
        first = examine(EndpointVoice(place, 5.0), rules, kept, soon())
        ok, sentence = probe(place, kept)
        exam.forget()
        after = examine(EndpointVoice(place, 5.0), rules, kept, soon())
    assert ok
    assert "试题这次没有做成，仍按上次的结果：15 道试题答对 15 道，它的看法参加权衡" in sentence
    assert first == after


def test_a_model_that_is_known_does_not_wait_for_the_exam_of_another(rules: Rules) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(body: dict[str, object], before: int) -> Reply:
        del body, before
        begun.set()
        go_on.wait(20.0)
        return Reply(sheet(rules, 15))

    with serving(always(Reply(sheet(rules, 15)))) as quick, serving(slow) as other:
        passed = examine(voice(quick.url), rules, NOWHERE, soon())
        waiting = threading.Thread(
            target=examine, args=(voice(other.url), rules, NOWHERE, soon(20.0))
        )
        waiting.start()
        assert begun.wait(10.0)
        assert examine(voice(quick.url), rules, NOWHERE, soon(0.0)) == passed
        go_on.set()
        waiting.join()


def same_labels(one: Opinion, other: Opinion) -> bool:
    parts = ("domain", "liability", "remedy", "criteria", "issues", "measures", "citations")
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def test_the_exam_has_what_is_left_of_the_time_for_the_opinion(bench: Bench) -> None:
    """One budget for both: a new model does not make anybody wait twice as long."""
    offline = triage(Finding(id="1", text=RENT), bench)
    seen: list[float] = []

    def script(body: dict[str, object], before: int) -> Reply:
        del before
        hangs = "题号" in str(body["messages"])
        return Reply(wait=60.0) if hangs else Reply(answer(liability="不成立", remedy="澄清"))

    with serving(script) as server:
        speaking = EndpointVoice(Endpoint(url=server.url, model="slow", key=SecretStr("none")), 2.0)

        def skill(until: float) -> float | None:
            seen.append(until)
            return skill_of(speaking, bench.rules, NOWHERE, until)

        reader = ModelReader(speaking, bench.rules, bench.offline, skill=skill)
        latest = speaking.budget() + 1.0  # what comes before the model is asked
        told = triage(Finding(id="1", text=RENT), replace(bench, reader=reader))
    assert seen[0] <= latest
    assert told.reader == "slow"
    assert same_labels(told, offline), "a model that nobody examined moves nothing"
    assert told.needs_review
    assert "模型看作不成立" in told.disagreement
    assert any("还没有做成试题" in note for note in told.notes)


def test_a_model_that_ran_out_of_time_is_asked_again_when_there_is_more(rules: Rules) -> None:
    busy = Reply(status=429, headers={"retry-after": "3600"})
    with serving(in_turn(busy, Reply(sheet(rules, 15)))) as server:
        assert examine(voice(server.url), rules, NOWHERE, soon(10.0)) is None
        assert examine(voice(server.url), rules, NOWHERE, soon(15.0)) is None
        assert len(server.bodies) == 1
        result = examine(voice(server.url), rules, NOWHERE, soon(30.0))
    assert result is not None
    assert result.right == 15


def test_a_finding_waits_for_the_exam_of_another_only_as_long_as_it_has(rules: Rules) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def script(body: dict[str, object], before: int) -> Reply:
        del body, before
        begun.set()
        go_on.wait(20.0)
        return Reply(sheet(rules, 15))

    with serving(script) as server:
        first = threading.Thread(
            target=examine, args=(voice(server.url), rules, NOWHERE, soon(20.0))
        )
        first.start()
        assert begun.wait(10.0)
        assert examine(voice(server.url), rules, NOWHERE, soon(0.2)) is None
        go_on.set()
        first.join()
        assert len(server.bodies) == 1
        assert examine(voice(server.url), rules, NOWHERE, soon()) is not None, "known by now"


def test_a_person_may_put_the_exam_at_once_and_it_is_kept(rules: Rules, tmp_path: Path) -> None:
    """The button of the settings page: an exam that found no time in an opinion has its own there."""
    busy = Reply(status=429, headers={"retry-after": "3600"})
    kept = ModelCache(tmp_path)
    with serving(in_turn(busy, Reply("好"), Reply(sheet(rules, 15)))) as server:
        place = Endpoint(url=server.url, model="pupil", key=SecretStr("none"))
        assert examine(EndpointVoice(place, 5.0), rules, kept, soon(200.0)) is None
        ok, sentence = probe(place, kept)
        assert ok
        assert "15 道试题答对 15 道，它的看法参加权衡" in sentence
        exam.forget()
        assert skill_of(EndpointVoice(place, 5.0), rules, kept, soon()) is not None
    assert len(server.bodies) == 3
