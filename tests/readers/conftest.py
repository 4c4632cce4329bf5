"""What tests of readers share: findings retrieved once, and good answers."""

import json
from datetime import date

import pytest

from assistant.contract import LIABILITIES, Finding
from assistant.readers import endpoint as endpoints
from assistant.retrieval import Retrieved, retrieve
from assistant.triage import Bench
from knowledge.rules import Rules

from .server import Reply, Script

RENT = (
    "某村党支部书记张某未经集体研究，将村集体门面房低价租给外村人，租金三年没有公示，"
    "村民多次提醒后仍未纠正，少收租金4.2万元。"
)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """No test knows what another found out about an endpoint."""
    endpoints.forget()


@pytest.fixture(scope="session")
def rent(bench: Bench) -> Retrieved:
    """One plain finding with what was retrieved for it."""
    return retrieve(
        [Finding(id="rent", text=RENT)], bench.index, bench.rules.language, date(2026, 11, 1)
    )[0]


def answer(**changes: object) -> str:
    """A good answer on the rent, as a model writes it; single fields can be changed."""
    row: dict[str, object] = {
        "reason": "事实“未经集体研究”说明程序没有走。结论是失责。",
        "domain": "业务",
        "liability": "失责",
        "remedy": "纠错",
        "readings": [
            {
                "criterion": "程序",
                "leans": "失责",
                "quote": "未经集体研究",
                "proof": "查实",
                "why": "没有集体研究",
            }
        ],
        "issues": [],
        "questions": [],
    }
    return json.dumps(row | changes, ensure_ascii=False)


def sheet(rules: Rules, right: int) -> str:
    """Answers to the exam of which the first `right` are right."""
    told = {}
    for number, question in enumerate(rules.exam, 1):
        wrong = next(name for name in LIABILITIES if name != question.liability)
        told[str(number)] = question.liability if number <= right else wrong
    return json.dumps(told, ensure_ascii=False)


def examined(rules: Rules, said: str, right: int = 15) -> Script:
    """A model that has so many answers of the exam right, and says this of every finding."""

    def script(body: dict[str, object], before: int) -> Reply:
        del before
        return Reply(sheet(rules, right) if "题号" in str(body["messages"]) else said)

    return script
