"""A real browser against a real server.

Terms   browser: the system's Chromium, Chrome or Edge, else the one playwright fetched.
        Where there is none these tests are counted as not run, in one line; in CI that fails.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
USUAL = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NONE_FOUND = (
    "没有找到 Chromium、Chrome 或 Edge，浏览器测试未运行；装上其中一个，或用 CHROME_PATH 指明它"
)
PATIENCE = 60_000  # milliseconds: the first opinion waits for the index to be built

_not_run: list[str] = []


def find_browser() -> str | None:
    """The path of a browser, or None."""
    named = os.environ.get("CHROME_PATH", "")
    found = [shutil.which(name) for name in (named, *NAMES) if name]
    usual = [path for path in USUAL if Path(path).exists()]
    return next((path for path in (*found, *usual) if path), None) or _fetched()


def _fetched() -> str | None:
    """The browser that playwright fetched itself."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    if not ours or find_browser():
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(NONE_FOUND)
    config.hook.pytest_deselected(items=ours)
    items[:] = [item for item in items if item not in ours]
    _not_run.append(f"{NONE_FOUND}（{len(ours)} 项）")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in _not_run:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running page with a data folder of its own and no model."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SANZHEN_")}
    environment["SANZHEN_DATA"] = str(tmp_path_factory.mktemp("data"))
    environment["PYTHONIOENCODING"] = "utf-8"
    command = (sys.executable, "-m", "streamlit", "run", "app.py")
    options = (f"--server.port={port}", "--server.headless=true")
    log = tmp_path_factory.mktemp("log") / "server.txt"
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        ) as server,
    ):
        try:
            assert server.stdout is not None
            started = any("URL:" in line for line in server.stdout)
            assert started, log.read_text(encoding="utf-8")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    root = sys.platform == "linux" and os.geteuid() == 0
    arguments = [*QUIET, *(["--no-sandbox"] if root else [])]
    opened = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
    yield opened
    opened.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A session of its own, at a desk's width, in light colours."""
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 1280, "height": 900}, color_scheme="light"
    )
    context.set_default_timeout(PATIENCE)
    fresh = context.new_page()
    fresh.goto(address)
    yield fresh
    context.close()
