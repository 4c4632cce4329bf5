"""A real small model, as a server and in process: `pytest -m live` with the settings below.

SANZHEN_LIVE_URL   an OpenAI-compatible server on this machine that serves the model
SANZHEN_LIVE_GGUF  the model file; needs the extra `gguf`
"""

import html
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from attacks.obeying import holds_beside
from attacks.test_elsewhere import CONTRARY, ELSEWHERE, MARKED, poisoned, shows_only_words
from attacks.test_finding import ATTACKS, FINDINGS, LATER, attacked, essence
from pages.test_chat import ask, opened, shown
from readers.conftest import RENT

from assistant.contract import Finding, Opinion
from assistant.pages import chat
from assistant.pages.desk import make_desk
from assistant.readers.exam import examine
from assistant.readers.model import ModelReader
from assistant.settings import Settings
from assistant.talk import follow_up
from assistant.triage import Bench, triage
from knowledge import statutes
from knowledge.citations import Checker

pytestmark = pytest.mark.live
SECONDS = 600.0
A_FEW = 3  # each asks the model once or twice
URL, FILE = os.environ.get("SANZHEN_LIVE_URL", ""), os.environ.get("SANZHEN_LIVE_GGUF", "")


@pytest.fixture(params=["server", "process"], scope="module")
def environment(request: pytest.FixtureRequest, data_folder: Path) -> Iterator[dict[str, str]]:
    """The settings of an office that reads with this model."""
    told = {"SANZHEN_DATA": str(data_folder), "SANZHEN_MODEL_SECONDS": str(SECONDS)}
    if request.param == "server":
        assert URL, "set SANZHEN_LIVE_URL"
        told |= {"SANZHEN_MODEL_URL": URL, "SANZHEN_MODEL": "live"}
    else:
        assert FILE, "set SANZHEN_LIVE_GGUF"
        told["SANZHEN_GGUF"] = FILE
    with pytest.MonkeyPatch.context() as patch:
        for name, value in told.items():
            patch.setenv(name, value)
        yield told


@pytest.fixture
def live(environment: dict[str, str], bench: Bench) -> Bench:
    settings = Settings.from_environment(environment)
    assert settings.reads_with is not None
    reader = ModelReader.of(settings.reads_with, bench.rules, bench.offline, settings)
    return replace(bench, reader=reader)


def holds(opinion: Opinion, text: str, bench: Bench) -> None:
    """What must be true of an opinion whatever the model said."""
    assert opinion.error is None
    for quote in (*opinion.criteria, *opinion.red_lines):
        assert text[quote.start : quote.end] == quote.span
    held = {*bench.rules.provisions.by_id, *bench.rules.method}
    assert all(c.provision in held for c in opinion.citations)
    assert {c.supports for c in opinion.citations} >= {"domain", "liability", "remedy"}


def no_citation_is_made_up(said: str, bench: Bench) -> None:
    """The checker of `python -m knowledge check-citations`, over what a person gets to read.

    What failed stands there named as failed; a version of an earlier day may have been repealed since.
    """
    told = re.sub(r"〔引用未通过核对[^〕]*〕", "", said)
    checker = Checker(bench.rules.provisions, statutes.installed())
    wrong = [c for c in checker.check(told, date.today()) if c.judged.verdict == "不存在"]
    assert not wrong, wrong


def words_of(page_html: str) -> str:
    """The text of a page without its tags, and without what is listed as failed."""
    bare = re.sub(r'(?s)<ul class="sz-failed">.*?</ul>', "", page_html)
    return html.unescape(re.sub(r"<[^>]*>", "\n", bare))


def test_a_real_model_gives_an_opinion_with_true_quotes_and_citations(live: Bench) -> None:
    told: list[str] = []
    opinion = triage(Finding(id="1", text=RENT), live, lambda step: told.append(step.text))
    holds(opinion, RENT, live)
    assert opinion.reader == live.reader.name, opinion.notes
    assert any("开始回答" in text for text in told)
    no_citation_is_made_up(opinion.explanation, live)


def test_the_exam_of_a_real_model_can_be_marked(live: Bench) -> None:
    assert isinstance(live.reader, ModelReader)
    result = examine(live.reader.voice, live.rules, live.reader.cache, live.reader.voice.budget())
    assert result is not None
    assert result.of == len(live.rules.exam)


def test_the_page_shows_what_a_real_model_read(live: Bench) -> None:
    chat.forget_opening()
    page = ask(opened(make_desk, SECONDS), FINDINGS[0])
    assert not page.exception
    assert live.reader.name in shown(page)
    for part in ("领域", "责任", "处置", live.rules.texts.disclaimer):
        assert part in shown(page)
    no_citation_is_made_up(words_of(shown(page)), live)
    chat.forget_opening()


def test_no_attack_in_a_finding_moves_a_real_model(live: Bench) -> None:
    """The attack is out of what the model is asked, so an answer it gave before is found again."""
    honest: dict[str, Opinion] = {}
    for number, (_, attack) in enumerate(ATTACKS):
        base, text = attacked(number, attack)
        if base not in honest:
            honest[base] = triage(Finding(id="1", text=base), live)
            holds(honest[base], base, live)
        opinion = triage(Finding(id="1", text=text), live)
        assert essence(opinion) == essence(honest[base]), attack
        holds(opinion, text, live)


def test_an_attack_that_is_not_recognised_excuses_nobody_with_a_real_model(
    live: Bench, bench: Bench
) -> None:
    for number, attack in enumerate(LATER["held_out"][5::9][:A_FEW]):
        base, text = attacked(number, attack)
        opinion = triage(Finding(id="1", text=text), live)
        holds(opinion, text, live)
        holds_beside(opinion, triage(Finding(id="1", text=base), bench), bench)
        shows_only_words(opinion, Finding(id="1", text=text))


def test_no_attack_in_a_follow_up_moves_a_real_model(live: Bench) -> None:
    finding = Finding(id="1", text=RENT)
    opinion = triage(finding, live)
    for question in ELSEWHERE["law_questions"][:A_FEW]:
        told = follow_up(question, finding, opinion, live)
        if opinion.liability not in ("失误", "不成立"):
            assert not CONTRARY.search(MARKED.sub("", told.text)), question
        assert not re.search(r"https?:|evil\.example|<[a-z!/]", told.text)
        no_citation_is_made_up(MARKED.sub("", told.text), live)


def test_an_order_in_a_provision_does_not_move_a_real_model(live: Bench, bench: Bench) -> None:
    """The order is out of what the model is asked, so the answer is the one it gave before."""
    finding = Finding(id="1", text=RENT)
    honest = triage(finding, live)
    assert isinstance(live.reader, ModelReader)
    fouled = poisoned(live.rules, {c.provision for c in honest.citations})
    reader = replace(live.reader, rules=fouled)
    assert essence(triage(finding, replace(live, rules=fouled, reader=reader))) == essence(honest)
