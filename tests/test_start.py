"""Installing: start.py leaves nothing half-made, and a wheel has every file that is read."""

import importlib.util
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """start.py, in a folder of its own."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    environment = tmp_path / ".venv"
    python = environment / module.PYTHON.relative_to(module.ENVIRONMENT)
    monkeypatch.setattr(module, "HOME", tmp_path)
    monkeypatch.setattr(module, "ENVIRONMENT", environment)
    monkeypatch.setattr(module, "PYTHON", python)
    monkeypatch.setattr(module, "STAMP", environment / module.STAMP.name)
    for name in ("constraints.txt", "pyproject.toml"):
        (tmp_path / name).write_text("", encoding="utf-8")
    return module


def half_made(start: ModuleType, error: BaseException) -> Any:
    """Makes the interpreter and fails before there is a pip, as venv without ensurepip does."""

    def create(*_: object, **__: object) -> None:
        start.PYTHON.parent.mkdir(parents=True)
        start.PYTHON.touch()
        raise error

    return create


def test_without_python3_venv_it_says_what_to_install_and_leaves_no_environment(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = subprocess.CalledProcessError(1, "ensurepip")
    monkeypatch.setattr(start.venv, "create", half_made(start, failed))
    assert "sudo apt install python3-venv" in start._install("")
    assert not start.ENVIRONMENT.exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_environment_that_was_not_finished_is_removed(
    error: BaseException, start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start.venv, "create", half_made(start, error))
    assert start._install("")
    assert not start.ENVIRONMENT.exists()


def test_what_was_installed_for_other_files_counts_no_more(
    start: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(start.subprocess, "run", lambda command, **_: installed.append(command[-1]))
    start.PYTHON.parent.mkdir(parents=True)
    start.PYTHON.touch()

    def install(constraints: str, extra: str = "") -> int:
        (tmp_path / "constraints.txt").write_text(constraints, encoding="utf-8")
        assert start._install(extra) == ""
        return len(installed)

    assert [install("a==1"), install("a==1"), install("a==2"), install("a==1")] == [1, 1, 2, 3]
    assert [install("a==1", "test"), install("a==1"), install("a==1", "test")] == [4, 4, 4]


@pytest.mark.parametrize("package", ["assistant", "knowledge"])
def test_every_file_that_a_package_reads_is_in_the_wheel(package: str) -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = told["tool"]["setuptools"]["package-data"][package]
    folder = ROOT / package
    packed = {path for pattern in patterns for path in folder.glob(pattern)}
    lying = {
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and path.name[0] != "."
    }
    assert lying - packed == set()
