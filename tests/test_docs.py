"""The manual knows every setting and every command, and names none that is not there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MANUAL = (ROOT / "docs" / "manual.md").read_text(encoding="utf-8")
SETTING = re.compile(r"\b(?:SANZHEN_[A-Z_]+[A-Z]|CHROMA_URL|DATABASE_URL)\b")
PRODUCT = (*ROOT.glob("assistant/**/*.py"), *ROOT.glob("knowledge/**/*.py"), ROOT / "app.py")
NAMED = {name for path in PRODUCT for name in SETTING.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", sorted(NAMED))
def test_every_setting_is_in_the_manual(name: str) -> None:
    assert f"| `{name}` |" in MANUAL


@pytest.mark.parametrize("name", sorted(set(SETTING.findall(MANUAL))))
def test_the_manual_names_no_setting_that_is_not_there(name: str) -> None:
    assert name in NAMED


def help_of(module: str, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", module, *command, "--help"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    return done.stdout


@pytest.mark.parametrize("module", ["assistant", "knowledge"])
def test_every_command_has_its_heading(module: str) -> None:
    commands = re.findall(r"(?m)^    ([a-z][a-z-]+)\b", help_of(module))
    assert commands
    for command in commands:
        assert f"### `python -m {module} {command}`" in MANUAL


@pytest.mark.parametrize(
    ("module", "command"), re.findall(r"### `python -m (\w+) ([a-z-]+)`", MANUAL)
)
def test_every_option_in_a_command_s_section_is_there(module: str, command: str) -> None:
    section = MANUAL.split(f"### `python -m {module} {command}`")[1].split("\n#")[0]
    said = help_of(module, command)
    assert [option for option in re.findall(r"--[a-z]+", section) if option not in said] == []


@pytest.mark.parametrize("path", ["README.md", "docs/manual.md", "CONTRIBUTING.md"])
def test_links_lead_to_files_that_are_there(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (ROOT / path).parent.joinpath(target).exists(), target


def test_the_changelog_knows_the_version() -> None:
    version = re.search(r'(?m)^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert version is not None
    assert f"## {version.group(1)}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_make_target_says_what_it_does() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    targets = [line for line in lines if re.match(r"^[a-z]+:", line)]
    assert {line.partition(":")[0] for line in targets} >= {"check", "fix", "test", "run", "help"}
    assert all("  ## " in line for line in targets)
