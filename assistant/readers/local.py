"""A model file read in this process by llama.cpp; the answer is held to its shape by a grammar.

Source  the optional extra `gguf` (llama-cpp-python).
Raises  ReaderError: the extra is not installed, the file is no model, or the budget is used up.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant import stopping
from assistant.errors import ReaderError
from assistant.readers.ask import with_ends, without_halves
from assistant.readers.said import LONGEST
from assistant.readers.voice import Heard, Message, Method, silent

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}
_WINDOW = 8192
_MOST_TOKENS = 1500
_MOST_ITEMS, _LONGEST_PART, _LONGEST_TEXT = 6, 80, 300
_busy = threading.Lock()  # llama.cpp holds one conversation at a time


class LocalVoice:
    """A GGUF file in this process."""

    host = ""
    here = True

    def __init__(self, path: Path, seconds: float) -> None:
        self.name = path.stem
        self.where = str(path)
        self._path = path
        self._seconds = seconds

    def methods(self) -> tuple[Method, ...]:
        """A grammar is always there."""
        return ("schema",)

    def remember(self, method: Method) -> None:
        """Nothing to remember."""

    def budget(self) -> float:
        """The moment at which one answer must be there."""
        return time.monotonic() + self._seconds

    def ask(
        self,
        messages: Sequence[Message],
        schema: dict[str, Any] | None,
        method: Method,
        until: float,
        heard: Heard = silent,
    ) -> str:
        """One answer, held to the schema by a grammar."""
        del method
        told = [
            {"role": _ROLES[role], "content": without_halves(words)} for role, words in messages
        ]
        shape = {"type": "json_object", "schema": bounded(schema)} if schema else None
        pieces: list[str] = []
        with self._turn(until):
            model = _load(self._path)
            self._in_time(until)
            try:
                with _abandoned(model, until):
                    stream = model.create_chat_completion(
                        told,
                        response_format=shape,
                        temperature=0.0,
                        max_tokens=_MOST_TOKENS,
                        stream=True,
                    )
                    for chunk in stream:
                        piece = chunk["choices"][0]["delta"].get("content") or ""
                        self._in_time(until)
                        if piece:
                            pieces.append(piece)
                            heard(piece)
            except (ValueError, RuntimeError, KeyError) as error:
                self._in_time(until)
                problem = (
                    "这条内容超过了模型能读的长度" if "context" in str(error) else "本机模型出错"
                )
                raise ReaderError(problem) from None
        answer = "".join(pieces)
        if len(answer) > LONGEST:
            raise ReaderError(f"模型的回答超过 {LONGEST} 字，没有采用")
        return answer

    @contextmanager
    def _turn(self, until: float) -> Iterator[None]:
        """One answer after another; waiting for one's turn is part of the budget."""
        while not _busy.acquire(timeout=stopping.LOOK):
            self._in_time(until)
        try:
            yield
        finally:
            _busy.release()

    def _in_time(self, until: float) -> None:
        stopping.check()
        if time.monotonic() >= until:
            raise ReaderError(f"本机模型在 {self._seconds:.0f} 秒内没有答完")


@contextmanager
def _abandoned(model: Any, until: float) -> Iterator[None]:
    """Reading a long text is one call without a chunk: llama.cpp asks whether to give it up."""
    import llama_cpp

    wanted = stopping.wanted()
    ask = llama_cpp.ggml_abort_callback(lambda _: time.monotonic() >= until or not wanted())
    never = llama_cpp.ggml_abort_callback(0)
    llama_cpp.llama_set_abort_callback(model.ctx, ask, None)
    try:
        yield
    finally:
        llama_cpp.llama_set_abort_callback(model.ctx, never, None)


def bounded(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with an end to every list and text: the grammar holds the model to both."""
    return with_ends(schema, _MOST_ITEMS, (_LONGEST_TEXT, _LONGEST_PART))


def _threads() -> int:
    """Half the processors, which is as many as there are cores; two where there are so few."""
    known = os.cpu_count() or 2
    return max(known // 2, min(known, 2))


@lru_cache(maxsize=1)
def _load(path: Path) -> Any:
    try:
        from llama_cpp import Llama
    except ImportError:
        problem = "要在本机读模型文件，请先安装：pip install sanzhen[gguf]"
        raise ReaderError(problem, lasting=True) from None
    except (
        OSError,
        RuntimeError,
    ):  # a library that it needs is missing, or made for another machine
        problem = "读模型文件的组件（llama-cpp-python）在这台电脑上打不开，请重新安装"
        raise ReaderError(problem, lasting=True) from None
    try:
        return Llama(str(path), n_ctx=_WINDOW, n_threads=_threads(), verbose=False)
    except (ValueError, OSError, RuntimeError):
        raise ReaderError(f"{path.name} 不是能用的模型文件，请换一个 GGUF 文件") from None
