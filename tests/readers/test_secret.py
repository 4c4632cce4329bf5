"""A key that an answer repeats is found however JSON may write it, and before it is told."""

import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from assistant.contract import Step
from assistant.errors import ReaderError
from assistant.readers.endpoint import EndpointVoice, _Secret, _unescaped
from assistant.retrieval import Retrieved
from assistant.settings import Endpoint
from assistant.triage import Bench

from .conftest import answer
from .scripted import reader
from .server import Reply, always, serving

PLAIN, SLASHED = "sk-secret-1234567890", "sk/secret+1234567890="


def in_full(key: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in key)


WAYS = {
    "原样": (PLAIN, PLAIN),
    "一个字": (PLAIN, PLAIN.replace("s", "\\u0073", 1)),
    "全部": (PLAIN, in_full(PLAIN)),
    "大写": (PLAIN, in_full(PLAIN).upper().replace("\\U", "\\u")),
    "斜杠": (SLASHED, SLASHED.replace("/", "\\/")),
    "两层": (PLAIN, in_full(PLAIN).replace("\\", "\\\\")),
}


@pytest.mark.parametrize("size", [1, 2, 5, 16, 4000])
@pytest.mark.parametrize("way", WAYS)
def test_a_key_in_an_answer_is_neither_given_nor_told(
    way: str, size: int, bench: Bench, rent: Retrieved
) -> None:
    key, written = WAYS[way]
    told: list[Step] = []
    said = answer(reason="事实“未经集体研究”说明程序没有走。密钥是KEY，就是它。")
    with serving(always(Reply(said.replace("KEY", written), piece=size))) as server:
        place = Endpoint(url=server.url, model="scripted", key=SecretStr(key))
        one = replace(reader(bench, server.url), voice=EndpointVoice(place, 10.0))
        with pytest.raises(ReaderError, match="带有密钥") as raised:
            one.aloud(told.append).read([rent])
    shown = "".join(step.text for step in told)
    assert key not in shown
    assert "就是它" not in shown
    assert key not in str(raised.value)


CHARS = st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='"\\')


@given(
    key=st.text(CHARS, min_size=12, max_size=40),
    before=st.text(CHARS | st.sampled_from("村\n\\\u2028"), max_size=20),
    data=st.data(),
)
def test_it_is_found_at_the_piece_that_completes_it(
    key: str, before: str, data: st.DataObject
) -> None:
    escaped = data.draw(st.lists(st.booleans(), min_size=len(key), max_size=len(key)))
    written = "".join(in_full(c) if e else c for c, e in zip(key, escaped, strict=True))
    begin = json.dumps(before)[1:-1]
    text = begin + written
    # what stands before it may be its own beginning: 0 before twelve times 0
    early = key in (begin + written)[:-1] or key in (_unescaped(begin) + key)[:-1]
    secret, place = _Secret(key), 0
    while place < len(text):
        size = data.draw(st.integers(1, 9))
        found = secret.told_by(text[place : place + size])
        place += size
        assert found == (place >= len(text)) or early
    assert _Secret(key).told_by(f"{text}。")


@pytest.mark.parametrize(
    "said",
    [PLAIN[:-1], in_full(PLAIN)[:-1], PLAIN.replace("-", "_"), PLAIN.replace("-", "\\u002e")],
    ids=["缺一个字", "缺半个字", "别的字", "别的转义"],
)
def test_what_is_not_the_key_is_none(said: str) -> None:
    secret = _Secret(PLAIN)
    assert not any(secret.told_by(char) for char in f"密钥是{said}，")


@pytest.mark.parametrize("key", ["none", "ollama", "none\\u006e\\u006e", "\\" * 20])
def test_a_short_key_is_no_secret(key: str) -> None:
    secret = _Secret(key)
    assert not any(secret.told_by(piece) for piece in ("no", "ne", "ollama", "nonenn", "。"))


@pytest.mark.parametrize("text", ["\\", "字", "\\u0073", "\\\\u00", "sk-secret-"])
@pytest.mark.parametrize("size", [1, 7, 1_000_000])
def test_it_takes_no_longer_than_the_answer_is_long(text: str, size: int) -> None:
    told = (text * (1_000_000 // len(text)))[: 100_000 if size == 1 else None]
    secret, began = _Secret(PLAIN), time.monotonic()
    for start in range(0, len(told), size):
        assert not secret.told_by(told[start : start + size])
    assert time.monotonic() - began < 20.0
