"""Every setting: name, default, meaning; from the environment, or .streamlit/secrets.toml over it.

SANZHEN_DATA             folder for index and kept answers; default: the user's data folder
SANZHEN_MODEL_URL        address of an OpenAI-compatible endpoint; unset: offline
SANZHEN_MODEL            name of the model there
SANZHEN_MODEL_KEY        its key; never logged, never shown
SANZHEN_GGUF             a local model file, read in process; needs the extra `gguf`
SANZHEN_MODEL_SECONDS    how long the model may take for one opinion, its exam among it; default 60
SANZHEN_MODEL_CACHE      `off`: answers of the model are not kept in the data folder; default on
SANZHEN_REMOTE           what may leave this machine: `mask` (default: names and numbers become
                         placeholders first), `confirm` (the same, and a person agrees each time;
                         an embedding endpoint elsewhere is not used), `forbid` (nothing; what is
                         elsewhere is not used), `plain` (as it is)
SANZHEN_EMBEDDING_URL    an OpenAI-compatible embedding endpoint instead of the built-in encoder
SANZHEN_EMBEDDING_MODEL  its model
SANZHEN_EMBEDDING_KEY    its key
CHROMA_URL               a Chroma server instead of the embedded index; it gets vectors, no text
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlparse

from platformdirs import user_data_path
from pydantic import SecretStr

from assistant.contract import Frozen
from assistant.errors import SettingsError
from knowledge.folders import THIS_MACHINE

Remote = Literal["mask", "confirm", "forbid", "plain"]
SECRETS = Path(__file__).parents[1] / ".streamlit" / "secrets.toml"
SECONDS = 60.0
_NO_KEY = "none"  # the client wants something
_KEY = re.compile(  # as the usual services write it
    r"(?:sk|gsk|hf|pk)[-_](?=.*\d)[\w-]{12,}|AIza[\w-]{20,}|[0-9a-f]{32}(?:\.\w{8,})?"
)
_BETWEEN = re.compile(r"[/?&=#@:;,\s]+")  # the parts of an address


def environment(secrets: Path = SECRETS) -> dict[str, str]:
    """The environment variables and, over them, what the secrets file sets; no value is ever told."""
    try:
        told = tomllib.loads(secrets.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return dict(os.environ)
    except (OSError, ValueError):
        raise SettingsError(
            f'{secrets.parent.name}/{secrets.name} 读不了：要是 UTF-8 的 TOML，每行写成 名称 = "值"'
        ) from None
    set_there = {name: str(v) for name, v in told.items() if isinstance(v, str | int | float)}
    return {**os.environ, **set_there}


class Endpoint(Frozen):
    """An OpenAI-compatible endpoint."""

    url: str
    model: str
    key: SecretStr

    @property
    def host(self) -> str:
        """The host that text is sent to."""
        return _host(self.url)

    @property
    def is_this_machine(self) -> bool:
        """Whether text stays on this machine."""
        return self.host in THIS_MACHINE

    @property
    def has_key(self) -> bool:
        """Whether a key is set."""
        return self.key.get_secret_value() not in ("", _NO_KEY)

    @property
    def place(self) -> tuple[str, str, int | None]:
        """What a key is good for: scheme, host and port."""
        parts = urlparse(self.url)
        return parts.scheme, self.host, parts.port


class Settings(Frozen):
    """All settings of one process."""

    data: Path
    model: Endpoint | None = None
    embedding: Endpoint | None = None
    chroma_url: str | None = None
    gguf: Path | None = None
    model_seconds: float = SECONDS
    model_cache: bool = True
    remote: Remote = "mask"

    @property
    def reads_with(self) -> Endpoint | Path | None:
        """The model that may read: not one elsewhere where nothing may leave this machine."""
        if self.model is not None and (self.model.is_this_machine or self.remote != "forbid"):
            return self.model
        return self.gguf

    def reading_with(self, source: Endpoint | Path) -> Settings:
        """The same settings with another model."""
        model, gguf = (source, self.gguf) if isinstance(source, Endpoint) else (None, source)
        return self.model_copy(update={"model": model, "gguf": gguf})

    @property
    def embeds_with(self) -> Endpoint | None:
        """The embedding endpoint: not one elsewhere where a person must agree to what is sent."""
        embedding = self.embedding
        if embedding and not embedding.is_this_machine and self.remote in ("confirm", "forbid"):
            return None
        return embedding

    @property
    def text_goes_to(self) -> tuple[str, ...]:
        """The other machines that get the text of a finding."""
        used = (self.reads_with, self.embeds_with)
        hosts = (e.host for e in used if isinstance(e, Endpoint) and not e.is_this_machine)
        return tuple(dict.fromkeys(hosts))

    @property
    def vectors_go_to(self) -> str:
        """The other machine that gets a finding's vector, for the index is there; else empty."""
        host = _host(self.chroma_url or "")
        return "" if host in THIS_MACHINE else host

    @property
    def no_model(self) -> str:
        """Why there is no model to read with, and what to do."""
        if self.model is not None:
            return (
                f"设置禁止把文字发送到别的机器（SANZHEN_REMOTE=forbid），{self.model.host} 上的模型不能用；"
                "请改用本机上的模型或离线阅读"
            )
        return (
            "要用模型阅读，请先用 SANZHEN_MODEL_URL 和 SANZHEN_MODEL 写明模型的地址和名称，"
            "或用 SANZHEN_GGUF 指定模型文件"
        )

    @property
    def destination(self) -> str:
        """One sentence that says where the text of a finding goes, and its vector."""
        if self.text_goes_to:
            how = "原样发送" if self.remote == "plain" else "隐去姓名、号码和地名后发送"
            text = f"文字{how}到 {'、'.join(self.text_goes_to)}"
        elif isinstance(self.reads_with, Endpoint) or self.embeds_with:
            text = "文字只发送到本机上的模型服务，不出这台机器"
        else:
            text = "文字只在本机处理，不发送到任何地方"
        host = self.vectors_go_to
        return f"{text}；检索用的向量（不含文字）发送到 {host}" if host else text

    @property
    def embedding_environment(self) -> dict[str, str]:
        """The embedding endpoint in the names of the environment, for knowledge.encoder."""
        embedding = self.embeds_with
        if embedding is None:
            return {}
        return {
            "SANZHEN_EMBEDDING_URL": embedding.url,
            "SANZHEN_EMBEDDING_MODEL": embedding.model,
            "SANZHEN_EMBEDDING_KEY": embedding.key.get_secret_value(),
        }

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the environment. Raises SettingsError where a value cannot be used."""
        data = environment.get("SANZHEN_DATA", "").strip()
        settings = cls(
            data=_folder(data) if data else user_data_path("sanzhen", appauthor=False),
            model=_endpoint(environment, "SANZHEN_MODEL_URL", "SANZHEN_MODEL", "SANZHEN_MODEL_KEY"),
            embedding=_endpoint(
                environment,
                "SANZHEN_EMBEDDING_URL",
                "SANZHEN_EMBEDDING_MODEL",
                "SANZHEN_EMBEDDING_KEY",
            ),
            chroma_url=_address(environment, "CHROMA_URL"),
            gguf=_file(environment, "SANZHEN_GGUF"),
            model_seconds=_seconds(environment, "SANZHEN_MODEL_SECONDS"),
            model_cache=environment.get("SANZHEN_MODEL_CACHE", "").strip().lower()
            not in ("off", "0", "no", "false"),
            remote=_remote(environment, "SANZHEN_REMOTE"),
        )
        if settings.remote == "forbid" and settings.vectors_go_to:
            raise SettingsError(
                "设置禁止把内容发送到别的机器（SANZHEN_REMOTE=forbid），"
                f"{settings.vectors_go_to} 上的 Chroma 服务器不能用；"
                "请删去 CHROMA_URL，或改成本机上的地址"
            )
        return settings


def like_a_key(value: str) -> bool:
    """Whether a key was pasted here; no model and no folder is called so."""
    return bool(_KEY.fullmatch(value))


def may_tell_a_secret(address: str) -> bool:
    """Whether a password or a key may be part of it."""
    return bool(set("@?#") & set(address)) or any(map(like_a_key, _BETWEEN.split(address)))


def _host(url: str) -> str:
    return urlparse(url).hostname or ""


def _no_key(name: str, value: str) -> str:
    """The same value, which will be shown as it is. Raises SettingsError where it looks like a key."""
    if like_a_key(value):
        raise SettingsError(
            f"{name} 里填的像是密钥；密钥只写在 SANZHEN_MODEL_KEY 或 SANZHEN_EMBEDDING_KEY 里"
        )
    return value


def _address(environment: Mapping[str, str], name: str) -> str | None:
    value = environment.get(name, "").strip()
    if not value:
        return None
    try:
        parts = urlparse(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a bracket that is not closed, a port that is none
        good = False
    if not good or not value.isprintable() or " " in value:
        raise SettingsError(
            f"{name} 要写成 http:// 或 https:// 开头的地址，例如 http://localhost:11434/v1；"
            f"中间没有空格，端口在 1 到 65535 之间{_told_of(value)}"
        )
    return value


def _told_of(address: str) -> str:
    """Which address it is: only its host, and only where it holds nothing that may be a secret."""
    try:
        parts = urlparse(address)
    except ValueError:  # a bracket that is not closed
        return ""
    whole = parts.hostname and address.isprintable() and " " not in address
    if not whole or parts.scheme not in ("http", "https") or may_tell_a_secret(address):
        return ""
    return f"，现在写的以 {parts.scheme}://{parts.hostname} 开头"


def _folder(value: str) -> Path:
    try:
        return Path(_no_key("SANZHEN_DATA", value)).expanduser()
    except RuntimeError:  # ~somebody, where nobody is called so
        raise SettingsError("SANZHEN_DATA 里的“~”找不到对应的用户，请写完整的路径") from None


def file_at(typed: str) -> Path | None:
    """The file of this name, or None; what cannot be a path is none."""
    try:
        path = Path(typed).expanduser()
        return path if path.is_file() else None
    except (OSError, RuntimeError):  # too long; ~somebody, where nobody is called so
        return None


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name, "").strip()
    if not value:
        return None
    path = file_at(value)
    if path is None:
        raise SettingsError(f"{name} 指的文件不存在，请写模型文件（GGUF）的完整路径")
    return path


def _seconds(environment: Mapping[str, str], name: str) -> float:
    value = environment.get(name, "").strip()
    if not value:
        return SECONDS
    try:
        seconds = float(value)
        told = f"，现在是 {seconds:g}"
    except ValueError:
        seconds, told = 0.0, ""
    if not 1.0 <= seconds <= 3600.0:
        raise SettingsError(f"{name} 要写成 1 到 3600 之间的秒数{told}")
    return seconds


def _remote(environment: Mapping[str, str], name: str) -> Remote:
    value = environment.get(name, "").strip().lower() or "mask"
    for known in get_args(Remote):
        if value == known:
            return cast(Remote, known)
    raise SettingsError(f"{name} 只能是 mask、confirm、forbid、plain 之一")


def _endpoint(
    environment: Mapping[str, str], address: str, model: str, key: str
) -> Endpoint | None:
    url = _address(environment, address)
    if url is None:
        return None
    name = environment.get(model, "").strip()
    if not name:
        raise SettingsError(f"设了 {address} 就要用 {model} 写明模型的名称")
    _no_key(model, name)
    secret = environment.get(key, "").strip()
    if not (secret.isascii() and secret.isprintable()):  # a header cannot hold it
        raise SettingsError(f"{key} 里有中文或全角字符，请重新复制；没有密钥就删去")
    return Endpoint(url=url, model=name, key=SecretStr(secret or _NO_KEY))
