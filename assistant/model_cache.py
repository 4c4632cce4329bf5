"""Answers of a model kept in the user's data folder, so that the same question is asked once.

Terms   key: a hash of endpoint, model, prompt and text; no key of an endpoint is part of it.
        useless: what is wrong with the answer to a question; kept until the program ends.
A cache that cannot be read or written is no reason to fail: the model is asked again.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from pathlib import Path

from assistant.settings import Settings

FOLDER = "model_cache"


def key_of(where: str, model: str, messages: Sequence[tuple[str, str]]) -> str:
    """The name under which an answer is kept."""
    told = json.dumps([where, model, list(messages)], ensure_ascii=False)
    # half a character cannot be encoded; the model is sent a mark for it, too
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()


class ModelCache:
    """Answers in one folder, one file each; with no folder it keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.useless: dict[str, str] = {}

    @classmethod
    def of(cls, settings: Settings) -> ModelCache:
        """The one that the settings allow."""
        return cls(settings.data / FOLDER if settings.model_cache else None)

    def get(self, key: str) -> str | None:
        """The answer that was kept, or None."""
        if self._folder is None:
            return None
        try:
            row = json.loads((self._folder / f"{key}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        answer = row.get("answer") if isinstance(row, dict) else None
        return answer if isinstance(answer, str) else None

    def put(self, key: str, answer: str) -> None:
        """Keep an answer that passed; written aside, then renamed."""
        if self._folder is None:
            return
        waiting = self._folder / f"{uuid.uuid4().hex}.tmp"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            waiting.write_text(json.dumps({"answer": answer}, ensure_ascii=False), encoding="utf-8")
            waiting.replace(self._folder / f"{key}.json")
        except OSError:
            return

    def clear(self) -> int:
        """Forget every answer; returns how many there were."""
        self.useless.clear()
        if self._folder is None or not self._folder.is_dir():
            return 0
        files = list(self._folder.glob("*.json"))
        for file in files:
            file.unlink(missing_ok=True)
        return len(files)
