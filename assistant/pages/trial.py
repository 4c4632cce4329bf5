"""What the settings page asks for: a model to try out, and what would leave this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.contract import Finding
from assistant.errors import SettingsError
from assistant.model_cache import ModelCache
from assistant.settings import (
    Endpoint,
    Remote,
    Settings,
    file_at,
    like_a_key,
    may_tell_a_secret,
)

if TYPE_CHECKING:
    from assistant.privacy import Masked

EXAMPLE = """SANZHEN_MODEL_URL = "http://localhost:11434/v1"
SANZHEN_MODEL = "模型名称"
SANZHEN_MODEL_KEY = "密钥，没有就删去这一行"
SANZHEN_REMOTE = "mask"
"""
SECONDS_OF_A_FILE = 120.0  # it has to be read from the disk first


def address_of(source: Endpoint | None) -> str:
    """The address, to be shown and typed over; empty where a password or a key may be part of it."""
    return "" if source is None or may_tell_a_secret(source.url) else source.url


def lines(source: Endpoint | Path) -> str:
    """The lines of the secrets file that name this model; the key is left to be filled in."""
    if isinstance(source, Path):
        return f"SANZHEN_GGUF = {json.dumps(str(source), ensure_ascii=False)}\n"
    named = {"SANZHEN_MODEL_URL": address_of(source) or "地址", "SANZHEN_MODEL": source.model}
    if source.has_key:
        named["SANZHEN_MODEL_KEY"] = "密钥"
    rows = (f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in named.items())
    return "\n".join(rows) + "\n"


def file(path: str) -> Path:
    """The model file that was typed. Raises SettingsError where there is none."""
    found = file_at(path.strip().strip('"').strip())  # Windows copies a path with quotes around it
    if found is None:
        raise SettingsError("没有这个文件，请填模型文件（GGUF）的完整路径")
    return found.resolve()


def endpoint(
    address: str, model: str, key: str, remote: Remote, known: Endpoint | None = None
) -> Endpoint:
    """The endpoint as it was typed. Raises SettingsError with what to put right.

    known: the one that is set; no key typed stands for its key, which goes to no other place.
    """
    if not address.strip() or not model.strip():
        raise SettingsError("请填写地址和模型名称")
    if like_a_key(model.strip()):  # it would be shown, and written into opinions
        raise SettingsError("模型名称里填的像是密钥；密钥填在“密钥”一栏里")
    if not (key.strip().isascii() and key.strip().isprintable()):
        raise SettingsError("密钥里有中文或全角字符，请重新复制")
    try:
        typed = Settings.from_environment(
            {
                "SANZHEN_MODEL_URL": address,
                "SANZHEN_MODEL": model,
                "SANZHEN_MODEL_KEY": key,
            }
        ).model
    except SettingsError:
        typed = None
    if typed is None:  # all but the address was looked at above
        raise SettingsError(
            "地址要以 http:// 或 https:// 开头，写成 http://localhost:11434/v1 这样"
        )
    if remote == "forbid" and not typed.is_this_machine:
        raise SettingsError(f"设置禁止连到别的机器（SANZHEN_REMOTE=forbid），没有去试 {typed.host}")
    if known and not typed.has_key and typed.place == known.place:
        return typed.model_copy(update={"key": known.key})
    return typed


def probe(source: Endpoint | Path, settings: Settings) -> tuple[bool, str]:
    """Whether the model answers, and one sentence about it."""
    from assistant.readers import probe as model  # langchain must not delay the first paint

    cache = ModelCache.of(settings)
    if isinstance(source, Path):
        return model.probe(source, cache, SECONDS_OF_A_FILE)
    return model.probe(source, cache)


def outgoing(text: str, remote: Remote) -> Masked:
    """The words of a finding as a model on another machine would get them."""
    from assistant.evidence import seen
    from assistant.privacy import Masked, mask

    read = seen(Finding(id="1", text=text)).finding.text
    return Masked(read) if remote == "plain" else mask(read)
