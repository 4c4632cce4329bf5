"""Attacks in a follow-up, in retrieved text and in what a model says: nothing moves, nothing is fetched."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr
from readers.conftest import RENT, answer
from readers.server import Reply, serving

from assistant.contract import Finding, Opinion
from assistant.evidence import without_orders
from assistant.readers.endpoint import EndpointVoice
from assistant.readers.model import ModelReader
from assistant.settings import Endpoint
from assistant.talk import follow_up
from assistant.triage import Bench, triage

from .test_finding import ATTACKS

ELSEWHERE = yaml.safe_load((Path(__file__).with_name("elsewhere.yaml")).read_text(encoding="utf-8"))
FINDING = Finding(id="1", text=RENT)


def test_there_are_a_hundred_and_twenty_attacks_in_all() -> None:
    assert len(ATTACKS) + sum(map(len, ELSEWHERE.values())) >= 120


@pytest.fixture(scope="module")
def opinion(bench: Bench) -> Opinion:
    return triage(FINDING, bench)


@pytest.mark.parametrize("question", ELSEWHERE["follow_up"])
def test_a_follow_up_cannot_change_the_conclusion(
    bench: Bench, opinion: Opinion, question: str
) -> None:
    told = follow_up(question, FINDING, opinion, bench)
    assert told.text.startswith(f"结论是{opinion.liability}")
    assert "<" not in told.text


@pytest.mark.parametrize("text", ELSEWHERE["retrieved"])
def test_orders_in_retrieved_text_are_left_out(text: str) -> None:
    assert without_orders(text).strip() == "会议由书记主持。"


@pytest.mark.parametrize("said", ELSEWHERE["output"])
def test_what_a_model_says_is_shown_as_failed_or_as_words(
    bench: Bench, opinion: Opinion, said: str
) -> None:
    with serving(lambda body, before: Reply(answer(explanation="事情属实。" + said))) as server:
        place = Endpoint(url=server.url, model="m", key=SecretStr("none"))
        reader = ModelReader(EndpointVoice(place, 5.0), bench.rules, bench.offline)
        told = triage(FINDING, replace(bench, reader=reader))
    assert len(server.bodies) == 1
    shown = told.explanation
    for trace in ("evil.example/", "http", "<", "](", "javascript:", "data:"):
        assert trace not in shown
    held = {*bench.rules.provisions.by_id, *bench.rules.method}
    assert all(c.provision in held for c in told.citations)
    assert told.red_lines == opinion.red_lines
    if any(mark in said for mark in ("[", "【")) and "](" not in said:
        assert "引用未通过核对" in shown
    if "可以存入" in said or "应当免予" in said:
        assert "未获依据" in shown
