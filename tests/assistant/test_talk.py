"""Follow-up talk: from the opinion and from what is retrieved, with citations that are checked."""

from dataclasses import replace

import pytest
from pydantic import SecretStr
from readers.conftest import RENT
from readers.server import Reply, Script, Scripted, always, serving

from assistant.answer import Answer
from assistant.contract import Finding, Opinion
from assistant.readers.endpoint import EndpointVoice
from assistant.readers.model import ModelReader
from assistant.settings import Endpoint
from assistant.talk import follow_up
from assistant.triage import Bench, triage

FINDING = Finding(id="1", text=RENT)
QUESTION = "村集体房屋出租要经过哪些程序？"


@pytest.fixture(scope="module")
def opinion(bench: Bench) -> Opinion:
    return triage(FINDING, bench)


def ask(bench: Bench, opinion: Opinion, question: str, script: Script) -> tuple[Answer, Scripted]:
    with serving(script) as server:
        place = Endpoint(url=server.url, model="scripted", key=SecretStr("none"))
        reader = ModelReader(EndpointVoice(place, 5.0), bench.rules, bench.offline)
        return follow_up(question, FINDING, opinion, replace(bench, reader=reader)), server


def test_why_is_answered_with_the_criteria_that_decided(bench: Bench, opinion: Opinion) -> None:
    told = follow_up("为什么不是失误？", FINDING, opinion, bench)
    assert told.text.startswith(f"结论是{opinion.liability}")
    for reading in opinion.criteria:
        assert f"“{reading.span}”" in told.text
    assert told.citations


def test_a_question_of_law_is_answered_without_a_model(bench: Bench, opinion: Opinion) -> None:
    told = follow_up(QUESTION, FINDING, opinion, bench)
    assert told.status == "found"
    assert told.citations


def test_a_model_answers_and_only_what_was_offered_is_cited(bench: Bench, opinion: Opinion) -> None:
    true = opinion.citations[0].provision
    said = f"先由村党组织研究[{true}]，再看[村民租赁法:9]。"
    told, server = ask(bench, opinion, QUESTION, always(Reply(said)))
    assert [c.provision for c in told.citations] == [true]
    assert "〔引用未通过核对：村民租赁法:9〕" in told.text
    assert QUESTION in server.traffic


@pytest.mark.parametrize(
    "reply",
    [Reply("随便说说。"), Reply(status=401), Reply("看[假法:1]。")],
    ids=["无引用", "401", "假引用"],
)
def test_an_answer_without_a_true_citation_is_not_shown(
    bench: Bench, opinion: Opinion, reply: Reply
) -> None:
    told, _ = ask(bench, opinion, QUESTION, always(reply))
    plain = follow_up(QUESTION, FINDING, opinion, bench)
    assert told.text.startswith(plain.text)
    assert told.citations == plain.citations
