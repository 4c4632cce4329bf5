"""What a reader needs of a chat model, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from assistant.settings import Endpoint

Method = Literal["schema", "tool", "json", "text"]
METHODS: tuple[Method, ...] = get_args(Method)
Message = tuple[Literal["system", "human", "ai"], str]
Heard = Callable[[str], None]


class MethodUnknownError(Exception):
    """The model cannot be held to this shape; another one may do."""


def silent(piece: str) -> None:
    """Nobody listens."""
    del piece


class Voice(Protocol):
    """One chat model: an endpoint, or a file on this machine."""

    name: str
    host: str  # where text is sent to; empty for a model in this process
    here: bool  # text does not leave this machine
    where: str  # tells one place of a model from another, for the cache

    def methods(self) -> tuple[Method, ...]:
        """Ways to hold an answer to a shape, the one that worked before first."""

    def remember(self, method: Method) -> None:
        """This method gave a good answer."""

    def budget(self) -> float:
        """The moment, on the monotonic clock, at which one answer must be there."""

    def ask(
        self,
        messages: Sequence[Message],
        schema: dict[str, Any] | None,
        method: Method,
        until: float,
        heard: Heard = silent,
    ) -> str:
        """One answer. Raises MethodUnknownError, or ReaderError with a sentence for the person."""


def voice_of(source: Endpoint | Path, seconds: float) -> Voice:
    """The voice behind an endpoint, or of a model file."""
    if isinstance(source, Endpoint):
        from assistant.readers.endpoint import EndpointVoice

        return EndpointVoice(source, seconds)
    from assistant.readers.local import LocalVoice

    return LocalVoice(source, seconds)
