"""Where the user's data lies, and where the index is served from."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})  # what is sent there stays here


def data_folder() -> Path:
    """SANZHEN_DATA, or the user's own data folder on this system."""
    chosen = os.environ.get("SANZHEN_DATA", "").strip()
    return Path(chosen).expanduser() if chosen else user_data_path("sanzhen", appauthor=False)


def chroma_url() -> str | None:
    """CHROMA_URL, or None for the embedded index."""
    return os.environ.get("CHROMA_URL", "").strip() or None
