"""Keys: on the whole way of the page only the Authorization header of its own endpoint holds one."""

import io
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from readers.conftest import RENT, answer
from readers.server import Reply, Script, Scripted, always, serving

from assistant.export import as_markdown, as_text
from assistant.pages import chat
from assistant.pages.desk import make_desk
from assistant.triage import Bench
from knowledge.encoder import embeddings
from knowledge.errors import IndexUnavailableError

from .test_chat import ask, opened, shown

MODEL_KEY = "sk-model-0123456789abcdef"
EMBEDDING_KEY = "sk-vector-fedcba9876543210"
KEYS = (MODEL_KEY, EMBEDDING_KEY)
BOTH = " ".join(KEYS)
REFUSED = Reply(status=401, body=f"bad key {BOTH}")
TELLS_IT = Reply(answer(reason=f"事实“未经集体研究”说明程序没有走。密钥是{BOTH}。"))

ESCAPED = "".join(f"\\u{ord(char):04x}" for char in MODEL_KEY)
TELLS_IT_ESCAPED = Reply(answer(reason="事实“未经集体研究”。KEY").replace("KEY", ESCAPED))


def vectors(body: dict[str, Any], before: int) -> Reply:
    """What an embedding endpoint answers; any vectors will do."""
    rows = [
        {"object": "embedding", "index": i, "embedding": [float(len(text) % 7), 1.0, 2.0]}
        for i, text in enumerate(body["input"])
    ]
    told = json.dumps({"object": "list", "data": rows, "model": "e"}).encode()
    return Reply(raw=told)


@dataclass
class Office:
    """An office with endpoints and keys: what its page, log, exports and folder hold in the end."""

    page: str
    log: str
    exports: str
    folder: bytes
    servers: tuple[Scripted, ...]


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """What every logger says at its most talkative."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(exc_text)s"))
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.Logger.manager.loggerDict)]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        if logger is logging.root or not logger.propagate:
            logger.addHandler(handler)
    yield heard.getvalue
    for logger, level in before:
        logger.setLevel(level)
        logger.removeHandler(handler)


@pytest.fixture
def office(
    bench: Bench,
    data_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    log: Callable[[], str],
) -> Iterator[Callable[..., Office]]:
    """Open an office with these scripts, ask it about one finding, and look at what is left."""
    del bench  # its index is built

    def work(model: Script | None = None, embedding: Script | None = None) -> Office:
        folder = tmp_path if embedding else data_folder
        monkeypatch.setenv("SANZHEN_DATA", str(folder))
        with ExitStack() as stack:
            servers = []
            for name, script, key in (
                ("SANZHEN_MODEL", model, MODEL_KEY),
                ("SANZHEN_EMBEDDING", embedding, EMBEDDING_KEY),
            ):
                if script:
                    servers.append(stack.enter_context(serving(script)))
                    monkeypatch.setenv(f"{name}_URL", servers[-1].url)
                    monkeypatch.setenv(f"{name}_KEY", key)
                    monkeypatch.setenv("SANZHEN_EMBEDDING_MODEL", "e")
                    monkeypatch.setenv("SANZHEN_MODEL", "m")
            chat.forget_opening()
            page = ask(opened(make_desk, 60), RENT)
        assert not page.exception
        cases = [c for t in page.session_state["threads"].values() for c in t.cases.values()]
        files = (file for file in folder.rglob("*") if file.is_file())
        return Office(
            page=shown(page) + str(page),
            log=log(),
            exports="".join(
                export(case.finding, opinion)
                for case in cases
                for opinion in case.opinions
                for export in (as_text, as_markdown)
            ),
            folder=b"".join(file.read_bytes() for file in files),
            servers=tuple(servers),
        )

    yield work
    chat.forget_opening()


def proven(done: Office, *keys: str) -> None:
    """Each server heard its own key, in one header and nowhere else; nothing else holds any key."""
    for server, key in zip(done.servers, keys, strict=True):
        assert server.heard
        for (headers, body), path in zip(server.heard, server.paths, strict=True):
            sent = {name.lower(): value for name, value in headers.items()}
            assert sent.pop("authorization") == f"Bearer {key}"
            assert not any(one in f"{sent}{body}{path}" for one in KEYS)
    for key in KEYS:
        assert key not in done.page
        assert key not in done.exports
        assert key not in done.log
        assert key.encode() not in done.folder


def test_no_key_is_told_where_both_endpoints_answer(office: Callable[..., Office]) -> None:
    done = office(always(Reply(answer())), vectors)
    proven(done, MODEL_KEY, EMBEDDING_KEY)
    assert "未经集体研究" in done.page
    assert "三诊研判意见" in done.exports
    assert "openai" in done.log
    assert "未经集体研究" in done.folder.decode(errors="replace")


@pytest.mark.parametrize(
    "reply",
    [REFUSED, TELLS_IT, TELLS_IT_ESCAPED],
    ids=["refused", "told in the answer", "told in escapes"],
)
def test_a_key_that_the_model_endpoint_repeats_is_not_told(
    office: Callable[..., Office], reply: Reply
) -> None:
    done = office(always(reply))
    proven(done, MODEL_KEY)
    assert "离线阅读给出" in done.page
    assert "三诊研判意见" in done.exports


def test_a_key_that_the_embedding_endpoint_repeats_is_not_told(
    office: Callable[..., Office],
) -> None:
    done = office(embedding=always(REFUSED))
    proven(done, EMBEDDING_KEY)
    assert "没有给出向量（401）" in done.page


def test_no_key_is_in_the_errors_behind_a_sentence() -> None:
    with serving(always(REFUSED)) as server:
        told = embeddings(
            {
                "SANZHEN_EMBEDDING_URL": server.url,
                "SANZHEN_EMBEDDING_MODEL": "e",
                "SANZHEN_EMBEDDING_KEY": EMBEDDING_KEY,
            }
        )
        with pytest.raises(IndexUnavailableError) as raised:
            told.embed_query("会计收款")
    assert EMBEDDING_KEY not in "".join(traceback.format_exception(raised.value))
    assert EMBEDDING_KEY not in f"{told!r}{vars(told)}"
