"""Talk to an OpenAI-compatible endpoint through LangChain: methods, retries, a time budget.

Terms   method: how an answer is held to a shape: by JSON schema, as a tool call, as any JSON object,
        or as plain text that is mended. Which one an endpoint knows is found out once.
        set aside: a method that was given up while another then gave the answer. One that was
        refused stays so; one that ended in server errors is tried again later, for a server may
        say so that it does not know it, or may only have been ill.
        given up: a method that one answer could not be had by. Other answers, which other threads may
        ask for at the same time, learn nothing from it.
        budget: seconds for one answer with all its retries; a stream that drips is cut off too.
        heard: is called with every piece of the answer as it comes, and with an empty one where an
        attempt begins; what it raises stops the answer.
Source  the chat completions API; RFC 9110 Retry-After.
Raises  ReaderError: a sentence for the person, never with the key or the endpoint's own words in it.
"""

from __future__ import annotations

import json
import math
import re
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from assistant import stopping
from assistant.errors import ReaderError
from assistant.readers.ask import with_ends, without_halves
from assistant.readers.said import LONGEST
from assistant.readers.voice import METHODS, Heard, Message, Method, MethodUnknownError, silent
from assistant.readers.wire import not_used, spoken
from assistant.settings import Endpoint

if TYPE_CHECKING:
    import httpx2
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

_TRIES = 4
_FIRST_WAIT = 0.5
_MOST_TOKENS_HERE = 3000  # with thinking; a small one that never stops is ended by the budget
_MOST_ITEMS_HERE = 8  # of a list; such a one may repeat itself without an end
_TRY_AGAIN = 600.0  # seconds until a method that ended in server errors is tried again
_SHORTEST_KEY = 12
_TELLS_THE_KEY = "模型服务的回答里带有密钥，没有采用"
_NAME = "opinion"
_ESCAPE = re.compile(r"\\++(?:u([0-9a-fA-F]{4}))?")
_HALF_ESCAPE = re.compile(r"(?<!\\)\\++(u[0-9a-fA-F]{0,3})?\Z")
_known: dict[tuple[str, str], Method] = {}
_aside: dict[tuple[str, str, Method], float] = {}  # until when; for good: infinity


def forget() -> None:
    """Find out again which method each endpoint knows."""
    _known.clear()
    _aside.clear()


class EndpointVoice:
    """One chat model behind an endpoint."""

    def __init__(self, endpoint: Endpoint, seconds: float) -> None:
        self.name = endpoint.model
        self.host = endpoint.host
        self.here = endpoint.is_this_machine
        self.where = endpoint.url
        self._endpoint = endpoint
        self._seconds = seconds
        self._key = (endpoint.url, endpoint.model)
        self._answer = _Answer()

    def methods(self) -> tuple[Method, ...]:
        """The one that worked before comes first; what was set aside is left out."""
        now = time.monotonic()
        over = [key for key, until in list(_aside.items()) if key[:2] == self._key and until <= now]
        for key in over:
            _aside.pop(key, None)
            _known.pop(self._key, None)
        known = _known.get(self._key)
        order = METHODS if known is None else (known, *(m for m in METHODS if m != known))
        return tuple(method for method in order if (*self._key, method) not in _aside)

    def remember(self, method: Method) -> None:
        """This method gave a good answer; those given up before it are set aside."""
        _known[self._key] = method
        for other, until in self._answer.given_up.items():
            if METHODS.index(other) < METHODS.index(method):
                _aside[(*self._key, other)] = until
        self._answer.given_up.clear()
        _aside.pop((*self._key, method), None)

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
        """One answer. Raises MethodUnknownError where the endpoint refuses the method."""
        given_up = self._answer.of(until)
        messages = [(role, without_halves(words)) for role, words in messages]
        wait = _FIRST_WAIT
        for tries_left in reversed(range(_TRIES)):
            try:
                return self._ask_once(messages, schema, method, until, heard)
            except MethodUnknownError:
                given_up[method] = math.inf
                raise
            except _AgainError as again:
                wait = again.wait or wait
                if again.perhaps_method and tries_left < _TRIES - 1 and method != "text":
                    given_up[method] = time.monotonic() + _TRY_AGAIN
                    raise MethodUnknownError from None
                if not tries_left or time.monotonic() + wait >= until:
                    raise ReaderError(again.sentence, lasting=again.lasting) from None
                stopping.sleep(wait)
                wait = wait * 2
        raise ReaderError("模型服务没有回答")

    def _ask_once(
        self,
        messages: Sequence[Message],
        schema: dict[str, Any] | None,
        method: Method,
        until: float,
        heard: Heard,
    ) -> str:
        import httpx2
        import openai
        from langsmith import tracing_context

        def said(client: httpx2.Client) -> Generator[str, None, None]:
            return _said(self._chat(client), messages, self._asked(method, schema))

        self._in_time(until)
        key = self._endpoint.key.get_secret_value()
        secret = _Secret(key)
        pieces: list[str] = []
        size = 0
        heard("")
        try:
            # a finding must not travel to a tracing service that an environment variable names
            with (
                tracing_context(enabled=False),
                closing(spoken(said, until, self.here)) as line,
            ):
                for piece in line:
                    size += len(piece)
                    if size > LONGEST:
                        raise ReaderError(f"模型的回答超过 {LONGEST} 字，没有采用")
                    self._in_time(until)
                    pieces.append(piece)
                    if secret.told_by(piece):
                        raise ReaderError(_TELLS_THE_KEY)
                    heard(piece)
            self._in_time(until)
        except (openai.APITimeoutError, httpx2.TimeoutException):
            raise ReaderError(self._too_slow()) from None
        except openai.APIStatusError as error:
            raise self._explained(error, method) from None
        except (openai.APIConnectionError, httpx2.RequestError, httpx2.StreamError):
            self._in_time(until)
            raise _AgainError(
                f"与模型服务 {self._endpoint.host} 的连接断开或连不上，请检查地址和网络",
                lasting=True,
            ) from None
        except httpx2.InvalidURL:
            sentence = "模型的地址写得不对，例如 http://localhost:11434/v1，请改正后再试"
            raise ReaderError(sentence, lasting=True) from None
        except openai.OpenAIError:
            raise _AgainError("模型服务中途报错，回答不完整") from None
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            raise ReaderError(
                "模型服务的回答不合接口格式，请确认地址指向兼容 OpenAI 的接口"
            ) from None
        # servers that cut an emoji in two send its halves apart
        whole = "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if _Secret(key).told_by(whole):
            raise ReaderError(_TELLS_THE_KEY)
        return whole

    def _explained(self, error: Any, method: Method) -> Exception:
        status = int(error.status_code)
        if status in (401, 403):
            sentence = f"模型服务拒绝了密钥（{status}），请检查密钥（SANZHEN_MODEL_KEY）"
            return ReaderError(sentence, lasting=True)
        if status == 404:
            sentence = "模型服务上没有这个地址或这个模型（404），请检查地址和模型名称"
            return ReaderError(sentence, lasting=True)
        if status == 429:
            return _AgainError("模型服务忙或额度用完（429），请稍后再试", _retry_after(error))
        if status >= 500 and status != 501:
            # llama-cpp-python answers 500 to a method that it does not know
            sentence = f"模型服务内部出错（{status}），请稍后再试"
            return _AgainError(sentence, _retry_after(error), perhaps_method=True)
        if status in (408, 409):
            return _AgainError(f"模型服务没有接住请求（{status}），请稍后再试")
        if method != "text" and status in (400, 405, 415, 422, 501):
            return MethodUnknownError()
        if status == 413:
            return ReaderError("这条内容超过了模型能读的长度（413）")
        return ReaderError(f"模型服务不接受这个请求（{status}）")

    def _asked(self, method: Method, schema: dict[str, Any] | None) -> dict[str, Any]:
        """A small model on this machine may never stop of itself; elsewhere not all know this."""
        if not self.here:
            return _shape(method, schema)
        asked = _shape(method, with_ends(schema, _MOST_ITEMS_HERE) if schema else None)
        asked["extra_body"] = {**asked.get("extra_body", {}), "max_tokens": _MOST_TOKENS_HERE}
        return asked

    def _in_time(self, until: float) -> None:
        stopping.check()
        if time.monotonic() >= until:
            raise ReaderError(self._too_slow())

    def _too_slow(self) -> str:
        return f"模型服务在 {self._seconds:.0f} 秒内没有答完"

    def _chat(self, client: httpx2.Client) -> BaseChatModel:
        from langchain_openai import ChatOpenAI

        return ChatOpenAI(
            model=self._endpoint.model,
            base_url=self._endpoint.url,
            api_key=self._endpoint.key,
            temperature=0.0,
            max_retries=0,
            timeout=client.timeout,
            use_responses_api=False,
            http_client=client,
            http_async_client=not_used(),
        )


class _Answer(threading.local):
    """What was given up in the answer that this thread asks for; `until` tells it from the last one."""

    def __init__(self) -> None:
        self._until = 0.0
        self.given_up: dict[Method, float] = {}

    def of(self, until: float) -> dict[Method, float]:
        """Nothing yet, where another answer begins."""
        if until != self._until:
            self._until, self.given_up = until, {}
        return self.given_up


class _Secret:
    """The key, listened for in an answer that comes in pieces: as it is, or as JSON may write it.

    Short ones are no secret: `none` stands for no key, `ollama` for any.
    """

    def __init__(self, key: str) -> None:
        self._key, self._read_key = key, _unescaped(key)
        self._rest = self._read_rest = ""

    def told_by(self, piece: str) -> bool:
        """Whether this piece completes it; of what came before only the end is looked at again."""
        if len(self._key) < _SHORTEST_KEY:
            return False
        said, text = self._rest + piece, self._read_rest + piece
        half = _HALF_ESCAPE.search(text)
        read = _unescaped(text[: half.start()] if half else text)
        self._rest, self._read_rest = said[-len(self._key) :], read[-len(self._key) :]
        if half:
            self._read_rest += "\\" + (half.group(1) or "")
        long = len(self._read_key) >= _SHORTEST_KEY
        return self._key in said or (long and self._read_key in read)


def _unescaped(text: str) -> str:
    """As JSON reads it, however often it was escaped: without any backslash."""
    read = _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)) if m.group(1) else "", text)
    return read.replace("\\", "")


class _AgainError(Exception):
    """Worth another try after a wait; the sentence is for when there is none left.

    lasting: the connection itself is gone.
    """

    def __init__(
        self,
        sentence: str,
        wait: float | None = None,
        *,
        perhaps_method: bool = False,
        lasting: bool = False,
    ) -> None:
        self.sentence, self.wait, self.perhaps_method = sentence, wait, perhaps_method
        self.lasting = lasting
        super().__init__(sentence)


def _shape(method: Method, schema: dict[str, Any] | None) -> dict[str, Any]:
    """In extra_body, so that the client sends it as it is and does not parse the answer itself."""
    if schema is None or method == "text":
        return {}
    if method == "schema":
        held = {"name": _NAME, "strict": True, "schema": schema}
        return {"extra_body": {"response_format": {"type": "json_schema", "json_schema": held}}}
    if method == "json":
        return {"extra_body": {"response_format": {"type": "json_object"}}}
    tool = {"name": _NAME, "description": "给出研判意见", "parameters": schema}
    return {
        "tools": [{"type": "function", "function": tool}],
        "tool_choice": {"type": "function", "function": {"name": _NAME}},
    }


def _said(
    chat: BaseChatModel, messages: Sequence[Message], shape: dict[str, Any]
) -> Generator[str, None, None]:
    """The answer in pieces; an endpoint that cannot stream is asked again for the whole."""
    begun = False
    try:
        for chunk in chat.stream(list(messages), **shape):
            begun = True
            if piece := _piece(chunk):
                yield piece
    except ValueError:
        if begun:
            raise
        yield _whole(chat.invoke(list(messages), **shape))


def _piece(chunk: AIMessageChunk) -> str:
    if chunk.additional_kwargs.get("refusal"):
        raise ReaderError("模型拒绝阅读这条内容")
    if chunk.response_metadata.get("finish_reason") == "content_filter":
        raise ReaderError("模型服务的内容过滤拦下了这条回答")
    called = "".join(call.get("args") or "" for call in chunk.tool_call_chunks)
    said = chunk.content if isinstance(chunk.content, str) else ""
    return called or said


def _whole(message: BaseMessage) -> str:
    calls = getattr(message, "tool_calls", ())
    if calls:
        return json.dumps(calls[0]["args"], ensure_ascii=False)
    return message.content if isinstance(message.content, str) else ""


def _retry_after(error: Any) -> float | None:
    """The seconds to wait: told as such, or as the date of the next try."""
    value = str(error.response.headers.get("retry-after", ""))
    if value.replace(".", "", 1).isdecimal():
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())
