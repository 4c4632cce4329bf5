"""How soon the first words of a model are shown: python -m benchmarks.streaming [--endpoint] [--runs 5]

Terms   first token: from the request to the first piece of the answer, by the endpoint's own client.
        first words: from the same moment to the first step with words of the model; of the reader,
        and of the whole triage, which looks up provisions first. later: how much later than the
        first token; the median of the runs.
Against the scripted server of the tests at a known pace; its first tokens are those of Qwen's tokenizer,
then two characters at a time. With --endpoint also against the endpoint that the settings name.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from statistics import median
from typing import Any

import openai
from pydantic import SecretStr

from assistant.contract import SAID, Finding, Step
from assistant.readers import ask
from assistant.readers.endpoint import EndpointVoice
from assistant.readers.model import ModelReader
from assistant.retrieval import Retrieved, retrieve
from assistant.settings import Endpoint, Settings
from assistant.triage import Bench, open_bench, triage
from tests.readers.server import Reply, always, serving

_FINDING = Finding(
    id="1",
    text="某村党支部未经集体研究，将村集体门面房低价出租，租金三年没有公示，村民多次提醒后仍未纠正。",
)
_ANSWER = {
    "reason": "村集体资产的出租应当经过集体研究并且公开[方法:失责]。材料写明“未经集体研究”，"
    "租金“三年没有公示”，提醒之后仍然没有纠正，结论是失责。",
    "domain": "业务",
    "liability": "失责",
    "remedy": "纠错",
    "readings": [],
    "issues": [],
    "questions": [],
}
_HEAD = ('{"', "reason", '":', ' "', "村", "集体")
# tokens a second, seconds before the first
_PACES = ((100.0, 0.1), (50.0, 0.1), (30.0, 0.1), (20.0, 0.1), (15.0, 0.1), (30.0, 2.0))


def first_token(place: Endpoint, messages: Sequence[tuple[str, str]]) -> float:
    """Seconds to the first piece, by the endpoint's own client."""
    roles = {"system": "system", "human": "user"}
    client = openai.OpenAI(base_url=place.url, api_key=place.key.get_secret_value(), max_retries=0)
    asked: dict[str, Any] = {
        "model": place.model,
        "messages": [{"role": roles[role], "content": words} for role, words in messages],
        "stream": True,
        "temperature": 0.0,
    }
    began = time.perf_counter()
    told = client.chat.completions.create(**asked)
    with told:
        for chunk in told:
            if chunk.choices and chunk.choices[0].delta.content:
                break
    return time.perf_counter() - began


class _HeardEnoughError(Exception):
    """The first words are there."""


def first_words(read: Callable[[Callable[[Step], None]], object]) -> float:
    """Seconds to the first step with words of the model."""

    def watch(step: Step) -> None:
        if step.text.startswith(SAID):
            raise _HeardEnoughError

    began = time.perf_counter()
    try:
        read(watch)
    except _HeardEnoughError:
        return time.perf_counter() - began
    raise SystemExit("the model said nothing")


def measured(place: Endpoint, seconds: float, bench: Bench, runs: int) -> str:
    """One row of the table."""
    found = retrieve([_FINDING], bench.index, bench.rules.language, date.today())[0]
    messages = _messages(found, bench)
    reader = ModelReader(EndpointVoice(place, seconds), bench.rules, bench.offline)
    whole = replace(bench, reader=reader)
    raw: list[float] = []
    ours: list[float] = []
    all_of_it: list[float] = []
    for run in range(runs + 1):  # the first run loads the client and does not count
        times = (
            first_token(place, messages),
            first_words(lambda watch: reader.aloud(watch).read([found])),
            first_words(lambda watch: triage(_FINDING, whole, watch)),
        )
        if run:
            for kept, one in zip((raw, ours, all_of_it), times, strict=True):
                kept.append(one)
    token, words, triaged = median(raw), median(ours), median(all_of_it)
    return (
        f"{token:.2f} | {words:.2f} | {words - token:+.2f} | {triaged:.2f} | {triaged - token:+.2f}"
    )


def _messages(found: Retrieved, bench: Bench) -> tuple[tuple[str, str], ...]:
    offered = ask.offered(found, bench.rules)
    asked = ask.evidence(found, offered, bench.rules, found.finding.text)
    return (("system", ask.instructions(bench.rules)), ("human", asked))


def main() -> int:
    """Print one row for each pace, and one for the endpoint of the settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", action="store_true", help="the endpoint of the settings, too")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    settings = Settings.from_environment()
    if options.endpoint and not isinstance(settings.reads_with, Endpoint):
        print(settings.no_model, file=sys.stderr)
        return 2
    bench = open_bench(settings, "offline")
    print("| endpoint | first token | reader: first words | later | triage: first words | later |")
    print("|---|---|---|---|---|---|")
    for pace, prefill in _PACES:
        text = json.dumps(_ANSWER, ensure_ascii=False).removeprefix("".join(_HEAD))
        reply = Reply(text, wait=prefill, gap=1 / pace, piece=2, head=_HEAD)
        with serving(always(reply)) as server:
            place = Endpoint(url=server.url, model="scripted", key=SecretStr("none"))
            row = measured(place, 60.0, bench, options.runs)
        print(f"| {pace:.0f} tokens/s after {prefill:.1f} s | {row} |", flush=True)
    if options.endpoint and isinstance(settings.reads_with, Endpoint):
        row = measured(settings.reads_with, settings.model_seconds, bench, options.runs)
        print(f"| {settings.reads_with.model} | {row} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
