"""A library of a few provisions, whole and valid, for tests that change it or index it."""

import shutil
from pathlib import Path

import pytest

from knowledge.rules import LIBRARY

SMALL = Path(__file__).parents[1] / "library_small"


def copy_small(folder: Path) -> Path:
    """A copy of the small library in a folder that a test may change."""
    copy = shutil.copytree(SMALL, folder / "library")
    for shipped in LIBRARY.glob("*.yaml"):  # what names no provision is taken as it ships
        if not (copy / shipped.name).exists():
            shutil.copyfile(shipped, copy / shipped.name)
    return copy


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small library's folder, one for each test."""
    return copy_small(tmp_path)
