"""Try a model out, for the settings page: what came back, how long it took, where text goes."""

from __future__ import annotations

import time
from pathlib import Path

from assistant.errors import ReaderError
from assistant.readers.voice import MethodUnknownError, voice_of
from assistant.settings import Endpoint

SECONDS = 20.0
_SHOWN = 20


def probe(source: Endpoint | Path, seconds: float = SECONDS) -> tuple[bool, str]:
    """Whether the model answers, and one sentence about it; nothing of a finding is sent."""
    voice = voice_of(source, seconds)
    began = time.monotonic()
    try:
        answer = voice.ask(
            (("human", "请只回答一个字：好"),), None, "text", time.monotonic() + seconds
        )
    except (ReaderError, MethodUnknownError) as error:
        return False, f"没有连上：{error or '接口不接受请求'}"
    took = time.monotonic() - began
    said = " ".join(answer.split())[:_SHOWN] or "（空）"
    goes = "文字只在本机处理" if voice.here else f"文字会发送到 {voice.host}"
    return bool(answer.strip()), f"{voice.name} 用 {took:.1f} 秒回答了“{said}”；{goes}。"
