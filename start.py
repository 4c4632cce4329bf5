"""Open 三诊, or run its tests: python3 start.py [test] (Windows: py start.py [test])

Makes the environment `.venv` beside this file, installs what constraints.txt pins, then opens the
page or runs every check. Needs nothing but Python 3.11 to 3.13.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HOME = Path(__file__).resolve().parent
ENVIRONMENT = HOME / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = ENVIRONMENT / "sanzhen-installed.txt"
OLDEST, NEWEST = (3, 11), (3, 13)
ADDRESS = "http://localhost:8501"


def main() -> int:
    """Install what is missing, then do what was asked."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "page"
    if wanted not in ("page", "test") or len(sys.argv) > 2:
        return _say("用法：python3 start.py 打开页面；python3 start.py test 运行全部测试")
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return _say(f"需要 Python 3.11 到 3.13，现在是 {sys.version.split()[0]}，请另装后再试。")
    problem = _install("test" if wanted == "test" else "")
    if problem:
        return _say(problem)
    return _test() if wanted == "test" else _open()


def _install(extra: str) -> str:
    """Make the environment and install; returns what went wrong, or nothing."""
    try:
        if not PYTHON.exists() and not _make_environment():
            return (
                "运行环境建不起来，多半是这个 Python 缺少 venv 的一部分。"
                "Debian、Ubuntu 请先运行 sudo apt install python3-venv，再运行一次。"
            )
        stamp, page, test = _stamp(extra), _stamp(""), _stamp("test")
        read = STAMP.read_text(encoding="utf-8").split() if STAMP.exists() else []
        done = [each for each in read if each in (page, test)]  # of the files as they are now
        if stamp in done or test in done:
            return ""
        _note("正在安装所需的包，第一次要几分钟 ……")
        target = f".[{extra}]" if extra else "."
        command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "-q"]
        subprocess.run([*command, "-c", "constraints.txt", "-e", target], cwd=HOME, check=True)
        STAMP.write_text("\n".join([*done, stamp]), encoding="utf-8")
    except subprocess.CalledProcessError:
        return "安装没有成功，原因见上面几行。请检查网络或软件源后再运行一次，已装好的不会重装。"
    except KeyboardInterrupt:
        return "已停下。再运行一次就接着安装。"
    except OSError as error:
        return f"{error.filename or ENVIRONMENT} 不能写：{error.strerror}。请检查权限和磁盘空间。"
    return ""


def _make_environment() -> bool:
    """Make .venv whole or leave none: a half-made one has no pip, and later runs would take it."""
    _note("正在建立运行环境 .venv ……")
    made = False
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=ENVIRONMENT.exists())
        made = True
    except subprocess.CalledProcessError:  # ensurepip is missing; what it said is not printed
        pass
    finally:
        if not made:
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    return made


def _stamp(extra: str) -> str:
    """Changes when what has to be installed changes."""
    parts = [(HOME / name).read_bytes() for name in ("constraints.txt", "pyproject.toml")]
    return hashlib.sha256(b"\n".join([*parts, extra.encode()])).hexdigest()[:16]


def _open() -> int:
    _note(f"正在打开页面：{ADDRESS}（按 Ctrl+C 关闭）")
    try:
        return subprocess.run([PYTHON, "-m", "streamlit", "run", "app.py"], cwd=HOME).returncode
    except KeyboardInterrupt:
        return 0


def _test() -> int:
    """Style, types, tests: all of them run, the first failure decides the exit code."""
    checks = (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["pytest", "-q"],
    )
    codes = [subprocess.run([PYTHON, "-m", *check], cwd=HOME).returncode for check in checks]
    failed = [check[0] for check, code in zip(checks, codes, strict=True) if code]
    if failed:
        return _say(f"没有通过：{'、'.join(dict.fromkeys(failed))}")
    return 0


def _note(words: str) -> None:
    print(words, flush=True)


def _say(words: str) -> int:
    print(words, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
