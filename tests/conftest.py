"""What every test shares: no network beyond this machine, one data folder, one library, one bench.

Terms   bench: what triage works with (library, index, reader), opened once for all tests.
"""

import os
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.triage import Bench, open_bench
from knowledge import rules as library
from knowledge.rules import Rules

_REACHED: list[str] = []  # other machines that were reached for, also where the error was swallowed
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


class NetworkClosedError(OSError):
    """A test reached for another machine."""


def _stays_here(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        return ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


def _guard(event: str, details: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = details[0]
    elif event in ("socket.connect", "socket.sendto"):
        address = details[1]
        if not isinstance(address, tuple):  # a socket in the file system
            return
        host = address[0]
    else:
        return
    if not _stays_here(host):
        _REACHED.append(str(host))
        raise NetworkClosedError(f"测试里不许连到别的机器：{host}")


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> None:
    """Only this machine can be reached, from Python code of any package."""
    for name in _PROXIES:
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def nothing_is_fetched() -> Iterator[None]:
    """No test reaches for another machine, not even one that swallows the error."""
    _REACHED.clear()
    yield
    assert not _REACHED, f"测试里不许连到别的机器：{'、'.join(_REACHED)}"


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of this test run; programs started by tests use it too."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SANZHEN_")]:
            patch.delenv(name)
        for name in ("CHROMA_URL", "DATABASE_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("SANZHEN_DATA", str(folder))
        yield folder


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The library that ships."""
    return library.load()


@pytest.fixture(scope="session")
def bench(data_folder: Path) -> Bench:
    """The bench with the offline reader; the index is built once, in `data_folder`."""
    assert os.environ["SANZHEN_DATA"] == str(data_folder)
    return open_bench(Settings.from_environment(), "offline")
