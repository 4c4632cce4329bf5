"""Try a model out, for the settings page: what came back, how soon, where text goes, how it reads."""

from __future__ import annotations

import time
from pathlib import Path

from assistant.errors import ReaderError
from assistant.model_cache import ModelCache
from assistant.readers.exam import examine
from assistant.readers.voice import MethodUnknownError, Voice, voice_of
from assistant.settings import Endpoint
from knowledge import rules as library

SECONDS = 20.0
EXAM_SECONDS = 120.0
_SHOWN = 20


def probe(source: Endpoint | Path, cache: ModelCache, seconds: float = SECONDS) -> tuple[bool, str]:
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
    sentence = f"{voice.name} 用 {took:.1f} 秒回答了“{said}”；{goes}"
    if not answer.strip():
        return False, f"{sentence}。"
    return True, f"{sentence}；{_exam(voice_of(source, EXAM_SECONDS), cache)}。"


def _exam(voice: Voice, cache: ModelCache) -> str:
    rules = library.load()
    until = voice.budget()
    anew = examine(voice, rules, cache, until, again=True)
    result = anew or examine(voice, rules, cache, until)
    if result is None:
        return "试题没有做成，它的看法先只列出、不参加权衡"
    told = result.sentence if anew else f"试题这次没有做成，仍按上次的结果：{result.sentence}"
    counts = result.skill >= rules.judgement.weights["model_floor"]
    return f"{told}，{'它的看法参加权衡' if counts else '它的看法只列出、不参加权衡'}"
