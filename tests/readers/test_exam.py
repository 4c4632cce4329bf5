"""A model earns its weight: the questions are put once, and what comes back decides how it counts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.contract import LIABILITIES, Finding
from assistant.model_cache import ModelCache
from assistant.readers import endpoint as endpoints
from assistant.readers import exam
from assistant.readers.endpoint import EndpointVoice
from assistant.readers.exam import examine
from assistant.readers.model import ModelReader
from assistant.settings import Endpoint
from assistant.triage import Bench, triage
from knowledge.rules import Rules

from .conftest import RENT, answer
from .server import Reply, always, in_turn, method_of, serving

NOWHERE = ModelCache(None)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    endpoints.forget()
    exam.forget()


def voice(url: str) -> EndpointVoice:
    return EndpointVoice(Endpoint(url=url, model="pupil", key=SecretStr("none")), 5.0)


def sheet(rules: Rules, right: int) -> str:
    """Answers of which the first `right` are right."""
    told = {}
    for number, question in enumerate(rules.exam, 1):
        wrong = next(name for name in LIABILITIES if name != question.liability)
        told[str(number)] = question.liability if number <= right else wrong
    return json.dumps(told, ensure_ascii=False)


def test_every_liability_is_asked_for_as_often_as_any_other(rules: Rules) -> None:
    counts = [sum(q.liability == name for q in rules.exam) for name in LIABILITIES]
    assert len(set(counts)) == 1
    assert sum(counts) >= 15


@pytest.mark.parametrize("right", [0, 7, 15])
def test_right_answers_are_counted(rules: Rules, right: int) -> None:
    with serving(always(Reply(sheet(rules, right)))) as server:
        result = examine(voice(server.url), rules, NOWHERE)
    assert result is not None
    assert (result.right, result.of) == (right, 15)
    assert 0 < result.skill < 1


def test_the_questions_are_put_once_and_hold_no_answer(rules: Rules, tmp_path: Path) -> None:
    kept = ModelCache(tmp_path)
    with serving(always(Reply(sheet(rules, 15)))) as server:
        first = examine(voice(server.url), rules, kept)
        assert examine(voice(server.url), rules, kept) == first
        exam.forget()
        assert examine(voice(server.url), rules, kept) == first, "kept in the folder"
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
    with serving(always(reply)) as server:
        for _ in range(2):  # a batch does not put the questions again for every finding
            assert examine(voice(server.url), rules, ModelCache(tmp_path)) is None
    assert len(server.bodies) == 1
    assert list(tmp_path.glob("*")) == []


def test_a_model_that_was_busy_is_asked_again_later(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Reply(status=429, headers={"retry-after": "3600"})
    with serving(in_turn(busy, Reply(sheet(rules, 15)))) as server:
        assert examine(voice(server.url), rules, NOWHERE) is None
        assert examine(voice(server.url), rules, NOWHERE) is None, "not at every finding"
        assert len(server.bodies) == 1
        monkeypatch.setattr(exam, "_AGAIN_AFTER", 0.0)
        result = examine(voice(server.url), rules, NOWHERE)
    assert result is not None
    assert result.right == 15


def test_an_endpoint_that_knows_fewer_methods_is_examined_too(rules: Rules) -> None:
    def script(body: dict[str, object], before: int) -> Reply:
        del before
        return Reply(sheet(rules, 15)) if method_of(body) == "text" else Reply(status=400)

    with serving(script) as server:
        result = examine(voice(server.url), rules, NOWHERE)
    assert result is not None
    assert result.right == 15


def opinion_of(bench: Bench, right: int, said: str) -> tuple[object, ...]:
    """How an opinion comes out with a model that has so many answers right and says this."""

    def script(body: dict[str, object], before: int) -> Reply:
        del before
        return Reply(sheet(bench.rules, right) if "题号" in str(body["messages"]) else said)

    with serving(script) as server:
        speaking = voice(server.url)

        def skill() -> float | None:
            result = examine(speaking, bench.rules, NOWHERE)
            return result.skill if result else None

        reader = ModelReader(speaking, bench.rules, bench.offline, skill=skill)
        told = triage(Finding(id="1", text=RENT), replace(bench, reader=reader))
    return told.liability, told.remedy, told.needs_review, told.disagreement, told.criteria


def test_a_model_that_failed_is_shown_and_moves_nothing(bench: Bench) -> None:
    offline = triage(Finding(id="1", text=RENT), bench)
    liability, remedy, review, words, criteria = opinion_of(
        bench, 5, answer(liability="不成立", remedy="澄清", domain="党建")
    )
    assert (liability, remedy, criteria) == (offline.liability, offline.remedy, offline.criteria)
    assert review
    assert "模型看作不成立" in str(words)


def test_a_model_that_passed_gives_the_readings(bench: Bench) -> None:
    _, _, _, _, criteria = opinion_of(bench, 15, answer())
    assert isinstance(criteria, tuple)
    assert [reading.span for reading in criteria] == ["未经集体研究"]
