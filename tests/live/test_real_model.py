"""A real small model, as a server and in process: `pytest -m live` with the settings below.

SANZHEN_LIVE_URL   an OpenAI-compatible server on this machine that serves the model
SANZHEN_LIVE_GGUF  the model file; needs the extra `gguf`
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from attacks.test_finding import FINDINGS, essence
from pydantic import SecretStr
from readers.conftest import RENT

from assistant.contract import Finding, Opinion
from assistant.readers.model import ModelReader
from assistant.readers.voice import voice_of
from assistant.settings import Endpoint
from assistant.triage import Bench, triage

pytestmark = pytest.mark.live
SECONDS = 600.0
URL, FILE = os.environ.get("SANZHEN_LIVE_URL", ""), os.environ.get("SANZHEN_LIVE_GGUF", "")
FAMILIES = yaml.safe_load(
    (Path(__file__).parents[1] / "attacks" / "finding.yaml").read_text(encoding="utf-8")
)["families"]


def _source(kind: str) -> Endpoint | Path:
    if kind == "server":
        assert URL, "set SANZHEN_LIVE_URL"
        return Endpoint(url=URL, model="live", key=SecretStr("none"))
    assert FILE, "set SANZHEN_LIVE_GGUF"
    return Path(FILE)


@pytest.fixture(params=["server", "process"], scope="module")
def live(request: pytest.FixtureRequest, bench: Bench) -> Bench:
    voice = voice_of(_source(request.param), SECONDS)
    return replace(bench, reader=ModelReader(voice, bench.rules, bench.offline))


def holds(opinion: Opinion, text: str, bench: Bench) -> None:
    """What must be true of an opinion whatever the model said."""
    assert opinion.error is None
    for quote in (*opinion.criteria, *opinion.red_lines):
        assert text[quote.start : quote.end] == quote.span
    held = {*bench.rules.provisions.by_id, *bench.rules.method}
    assert all(c.provision in held for c in opinion.citations)
    assert {c.supports for c in opinion.citations} >= {"domain", "liability", "remedy"}


def test_a_real_model_gives_an_opinion_with_true_quotes_and_citations(live: Bench) -> None:
    told: list[str] = []
    opinion = triage(Finding(id="1", text=RENT), live, lambda step: told.append(step.text))
    holds(opinion, RENT, live)
    assert opinion.reader == live.reader.name, opinion.notes
    assert any("开始回答" in text for text in told)


def test_a_real_model_is_not_moved_by_an_order_in_the_finding(live: Bench) -> None:
    text = FINDINGS[1]
    plain = triage(Finding(id="1", text=text), live)
    attacked = triage(Finding(id="1", text=text + FAMILIES["直接命令"][0]), live)
    assert essence(attacked) == essence(plain)
    assert (plain.liability, plain.remedy) == ("违纪违法", "移交")
