"""How long until the page can answer: `python -m benchmarks.page [--runs 3]`; prints a ratio.

Terms   ready: from the start of the server's process to the moment the sidebar says who reads. The
        yardstick is a Streamlit page of one line, started and opened the same way. warm: the index
        has been built before.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import QUIET, find_browser

ROOT = Path(__file__).parent.parent
PATIENCE = 120_000  # milliseconds


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def seconds_until(page: Path, shown: str, data: Path, browser: Browser) -> float:
    """From the start of the process until a selector is on the page."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", page, f"--server.port={port}"]
    began = time.monotonic()
    server = subprocess.Popen(
        [*command, "--server.headless=true", "--server.address=127.0.0.1"],
        cwd=ROOT,
        env={**os.environ, "SANZHEN_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, f"{page.name}: the server has ended"
            time.sleep(0.02)
        tab = browser.new_page()
        tab.goto(f"http://127.0.0.1:{port}")
        tab.wait_for_selector(shown, timeout=PATIENCE)
        taken = time.monotonic() - began
        tab.close()
        return taken
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Measure both in turn, so that a busy machine slows both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        hello = Path(folder) / "hello.py"
        hello.write_text('import streamlit as st\n\nst.write("hello world")\n', encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=[*QUIET, "--no-sandbox"]
        )
        data = Path(folder) / "data"
        ours, theirs = [], []
        for run in range(runs + 1):  # the first run builds the index and does not count
            theirs.append(seconds_until(hello, "text=hello world", data, browser))
            ours.append(seconds_until(ROOT / "app.py", ".sz-reader b", data, browser))
            print(f"run {run}: hello world {theirs[-1]:.2f} s, ready {ours[-1]:.2f} s", flush=True)
        browser.close()
    print(f"| ready ÷ hello world, median | {median(ours[1:]) / median(theirs[1:]):.2f} | ≤ 3 |")


if __name__ == "__main__":
    main()
