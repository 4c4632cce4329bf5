"""The encoder: multilingual-e5-small behind LangChain's Embeddings, and the states of tokens.

Terms   prefix: E5 begins a question with `query: ` and a text to be found with `passage: `.
        layer 7: the states after the seventh of twelve layers, where a reader may branch off.
Source  knowledge/models/, made by training/make_encoder.py; training/encoder.md has the figures.
Raises  EncoderError: a file is missing or damaged, or the endpoint's settings are incomplete.
        IndexUnavailableError: the endpoint gives no vectors.

Texts are embedded as they are given; knowledge.text.normalise is for the caller. Each runs by
itself: activations are rounded by one scale per run, so in a batch a text's vector would depend
on its neighbours, and on few cores a batch is no quicker. What is past 512 tokens is not read.
"""

import hashlib
import json
import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import urlparse

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from knowledge.errors import EncoderError, IndexUnavailableError
from knowledge.folders import THIS_MACHINE

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

Vectors: TypeAlias = NDArray[np.float32]
Prefix: TypeAlias = Literal["query: ", "passage: "]

MODELS = Path(__file__).parent / "models"
QUERY: Prefix = "query: "
PASSAGE: Prefix = "passage: "
LONGEST = 512
WIDTH = 384

URL_SETTING = "SANZHEN_EMBEDDING_URL"
MODEL_SETTING = "SANZHEN_EMBEDDING_MODEL"
KEY_SETTING = "SANZHEN_EMBEDDING_KEY"

_MOST_THREADS = 8  # more gain nothing on texts of this length
_AT_ONCE = 256  # texts in one request to an endpoint
_SECONDS = 60.0
_NOT_REACHED = f"连不上，请检查 {URL_SETTING} 和网络"
_ALONE = 2  # up to so many texts run in turn; more are spread over the cores


@dataclass(frozen=True, slots=True)
class TokenStates:
    """The tokens of one text, without prefix and marks, in order.

    offsets: (tokens, 2) where each begins and ends in the text as it was given.
    layer7: (tokens, 384). truncated: the text went past 512 tokens.
    """

    offsets: NDArray[np.int64]
    layer7: Vectors
    truncated: bool


class Encoder(Embeddings):
    """The shipped encoder; files are read at first use, once. Safe to share between threads."""

    def __init__(self, folder: Path = MODELS, threads: int | None = None) -> None:
        self._folder = folder
        self._threads = threads or min(os.cpu_count() or 1, _MOST_THREADS)
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    @property
    def name(self) -> str:
        """Stands for the vectors it makes: they change when it changes."""
        facts = _facts(self._folder)
        return f"{facts['name']}@{facts['files']['encoder.onnx'][:12]}"

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        vector: list[float] = self.encode([text], QUERY)[0].tolist()
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of texts to be found."""
        vectors: list[list[float]] = self.encode(texts, PASSAGE).tolist()
        return vectors

    def encode(self, texts: Sequence[str], prefix: Prefix = PASSAGE) -> Vectors:
        """Vectors of length one, (texts, 384), in the order of the texts."""
        vectors = np.empty((len(texts), WIDTH), dtype=np.float32)
        for row, (_, (pooled,)) in enumerate(self._run(texts, prefix, ["pooled"])):
            vectors[row] = pooled[0]
        return vectors

    def read(
        self, texts: Sequence[str], prefix: Prefix = QUERY
    ) -> list[tuple[Vectors, TokenStates]]:
        """Vector and token states of each text, from one pass."""
        found = []
        for encoding, (pooled, layer7) in self._run(texts, prefix, ["pooled", "layer7"]):
            offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2) - len(prefix)
            own = np.flatnonzero(offsets[:, 1] > 0)
            states = TokenStates(
                offsets=offsets[own].clip(min=0),
                layer7=layer7[0][own],
                truncated=bool(encoding.overflowing),
            )
            found.append((pooled[0], states))
        return found

    def _run(
        self, texts: Sequence[str], prefix: Prefix, outputs: list[str]
    ) -> list[tuple["Encoding", list[Vectors]]]:
        loaded = self._load()
        encodings = [loaded.tokenizer.encode(prefix + text) for text in texts]
        inputs = [_ids(encoding) for encoding in encodings]
        if len(texts) <= _ALONE or self._threads == 1:
            made = [loaded.session.run(outputs, {"ids": ids}) for ids in inputs]
            return list(zip(encodings, made, strict=True))
        spread: list[list[Vectors]] = [[] for _ in texts]

        def embed(row: int) -> None:
            spread[row] = loaded.session.run(outputs, {"ids": inputs[row]})

        # the longest first, so that no core is left alone with a long one at the end
        order = sorted(range(len(texts)), key=lambda row: -inputs[row].size)
        with ThreadPoolExecutor(self._threads) as pool:
            for _ in pool.map(embed, order):
                pass
        return list(zip(encodings, spread, strict=True))

    def _load(self) -> "_Loaded":
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder, self._threads)
            return self._loaded


@dataclass(frozen=True, slots=True)
class _Loaded:
    session: "InferenceSession"
    tokenizer: "Tokenizer"


def _load(folder: Path, threads: int) -> _Loaded:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(_verified(folder, "tokenizer.json").decode("utf-8"))
    tokenizer.enable_truncation(LONGEST)
    return _Loaded(_session(_verified(folder, "encoder.onnx"), threads), tokenizer)


def _session(model: bytes, threads: int) -> "InferenceSession":
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    if hasattr(onnxruntime, "disable_telemetry_events"):
        onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # threads that wait by spinning take the cores from the page and from other users
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _ids(encoding: "Encoding") -> NDArray[np.int64]:
    return np.array([encoding.ids], dtype=np.int64)


def _verified(folder: Path, name: str) -> bytes:
    content = _read(folder / name)
    if hashlib.sha256(content).hexdigest() != _facts(folder)["files"][name]:
        raise EncoderError(
            f"编码器文件 {name} 与校验值不符，可能下载不完整或被改动。请重新安装三诊后再试。"
        )
    return content


@cache
def _facts(folder: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(_read(folder / "encoder.json"))
    except ValueError as error:
        raise EncoderError("编码器说明文件 encoder.json 已损坏。请重新安装三诊后再试。") from error
    return facts


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EncoderError(
            f"读不到编码器文件 {path.name}（{error.strerror}）。请重新安装三诊后再试。"
        ) from error


class OpenAIEmbeddings(Embeddings):
    """LangChain's client of an OpenAI-compatible endpoint, and a sentence where it fails.

    No redirects: text goes to the named host and to no other; no proxy to reach this machine.
    """

    def __init__(self, model: str, openai_api_base: str, key: str) -> None:
        import httpx2
        from langchain_openai import OpenAIEmbeddings as Client
        from pydantic import SecretStr

        self.model = model
        self.openai_api_base = openai_api_base
        self._host = urlparse(openai_api_base).hostname or ""
        try:
            self._client = Client(
                model=model,
                openai_api_base=openai_api_base,
                openai_api_key=SecretStr(key),
                check_embedding_ctx_length=False,
                request_timeout=_SECONDS,
                chunk_size=_AT_ONCE,
                http_client=httpx2.Client(
                    follow_redirects=False, trust_env=self._host not in THIS_MACHINE
                ),
            )
        except httpx2.InvalidURL:
            raise IndexUnavailableError(f"向量服务 {self._host} {_NOT_REACHED}") from None

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self.embed_documents([text])[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of texts, in their order."""
        import openai

        try:
            vectors = self._client.embed_documents(texts)
            if len(vectors) == len(texts):
                return vectors
            problem = f"的回答不合接口格式，请确认 {URL_SETTING} 指向兼容 OpenAI 的接口"
        except openai.APITimeoutError:
            problem = f"在 {_SECONDS:.0f} 秒内没有回答，请稍后再试"
        except openai.APIStatusError as error:
            problem = (
                f"没有给出向量（{error.status_code}），请检查 "
                f"{URL_SETTING}、{MODEL_SETTING} 和 {KEY_SETTING}"
            )
        except openai.APIConnectionError:
            problem = _NOT_REACHED
        except (openai.OpenAIError, ValueError, TypeError, KeyError, AttributeError):
            problem = f"的回答不合接口格式，请确认 {URL_SETTING} 指向兼容 OpenAI 的接口"
        raise IndexUnavailableError(f"向量服务 {self._host} {problem}")


def embeddings(settings: Mapping[str, str] | None = None) -> Embeddings:
    """The shipped encoder, or the OpenAI-compatible endpoint that the environment names."""
    environment = os.environ if settings is None else settings
    url = environment.get(URL_SETTING, "").strip()
    if not url:
        return Encoder()
    model = environment.get(MODEL_SETTING, "").strip()
    if not model:
        raise EncoderError(f"设置了 {URL_SETTING}，还需用 {MODEL_SETTING} 写明向量模型的名称。")
    return OpenAIEmbeddings(model, url, environment.get(KEY_SETTING, "").strip() or "none")
