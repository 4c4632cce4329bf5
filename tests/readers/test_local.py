"""A model file in this process: what its answers are held to. The model itself is in tests/live."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from assistant import stopping
from assistant.errors import ReaderError
from assistant.readers import local
from assistant.readers.local import LocalVoice, bounded
from assistant.readers.said import schema

HELLO = (("human", "好"),)


class Slow:
    """A model that says one character after the other and never ends."""

    def create_chat_completion(self, *_: object, **__: object) -> Iterator[dict[str, Any]]:
        while True:
            time.sleep(0.02)
            yield {"choices": [{"delta": {"content": "好"}}]}


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> LocalVoice:
    monkeypatch.setattr(local, "_load", lambda path: Slow())
    monkeypatch.setattr(local, "_abandoned", lambda model, until: nullcontext())
    return LocalVoice(Path("slow.gguf"), 0.3)


def test_waiting_for_one_s_turn_is_part_of_the_budget(voice: LocalVoice) -> None:
    with local._busy, pytest.raises(ReaderError, match="没有答完"):
        voice.ask(HELLO, None, "text", voice.budget())


def test_loading_the_file_is_part_of_the_budget(
    voice: LocalVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "_load", lambda path: time.sleep(0.4))
    with pytest.raises(ReaderError, match="没有答完"):
        voice.ask(HELLO, None, "text", voice.budget())
    assert not local._busy.locked()


def test_half_a_character_is_put_as_a_mark(
    voice: LocalVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[str] = []

    class Short:
        def create_chat_completion(
            self, told: list[dict[str, str]], **_: object
        ) -> Iterator[dict[str, Any]]:
            put.extend(one["content"] for one in told)
            yield {"choices": [{"delta": {"content": "好"}}]}

    monkeypatch.setattr(local, "_load", lambda path: Short())
    assert voice.ask((("human", "某村\ud800支书"),), None, "text", voice.budget()) == "好"
    assert put == ["某村?支书"]


@pytest.mark.parametrize("busy", [True, False], ids=["排队", "回答"])
def test_a_stop_is_heard(voice: LocalVoice, busy: bool) -> None:
    gone = threading.Event()
    ended: list[BaseException] = []

    def work() -> None:
        stopping.heed(lambda: not gone.is_set())
        try:
            voice.ask(HELLO, None, "text", time.monotonic() + 60)
        except stopping.StoppedError as error:
            ended.append(error)

    with local._busy if busy else nullcontext():
        worker = threading.Thread(target=work)
        worker.start()
        gone.set()
        worker.join(10)
    assert len(ended) == 1
    assert not local._busy.locked()


def test_every_list_and_text_has_an_end_and_the_words_of_the_contract_stay() -> None:
    plain = schema()
    held = bounded(plain)
    parts, before = held["properties"], plain["properties"]
    reading = parts["readings"]["items"]["properties"]
    assert 0 < parts["readings"]["maxItems"] <= 10
    assert 0 < reading["quote"]["maxLength"] < parts["reason"]["maxLength"]
    assert parts["questions"]["items"]["maxLength"] > 0
    assert parts["liability"] == before["liability"]
    assert held["required"] == plain["required"]
    assert "maxItems" not in before["readings"]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise ImportError", "请先安装"),
        ("raise RuntimeError('Failed to load shared library')", "请重新安装"),
        ("raise OSError('[WinError 126]')", "请重新安装"),
    ],
)
def test_a_package_that_cannot_be_loaded_is_told(
    code: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "llama_cpp.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "llama_cpp", raising=False)
    with pytest.raises(ReaderError, match=told):
        local._load(tmp_path / "small.gguf")
