"""The index with the real Chroma and the real encoder: built once, repaired, shared, and honest."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from filelock import FileLock

from knowledge import vectors
from knowledge.encoder import Encoder, embeddings
from knowledge.entries import owners_and_entries
from knowledge.errors import IndexUnavailableError
from knowledge.index import Hit, Index, open_index
from knowledge.retriever import LibraryRetriever
from knowledge.rules import Rules
from knowledge.search import search
from knowledge.text import normalise

OPENER = Path(__file__).with_name("opener.py")
ROOT = Path(__file__).parents[2]
QUERY = "没开会就把钱花了"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "数据 文件夹" / "index"


@pytest.fixture(scope="session")
def shipped(rules: Rules, encoder: Encoder, data_folder: Path) -> Index:
    """The index of the library that ships."""
    return open_index(rules, encoder, data_folder / "index")


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.id for hit in hits]


def built(folder: Path) -> list[str]:
    """The index folders that lie there."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name != "words")


def pointed(folder: Path) -> Path:
    pointer = json.loads((folder / "current.json").read_text(encoding="utf-8"))
    return folder / str(pointer["folder"])


def start(library: Path, folder: Path, mode: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(OPENER), str(library), str(folder), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )


def answer(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


# ── built, opened again, repaired ──────────────────────────────────────────────────────────


def test_it_is_built_once_and_then_opened(small: Path, folder: Path, encoder: Encoder) -> None:
    first = open_index(Rules(small), encoder, folder)
    before = (folder / "current.json").read_bytes()
    second = open_index(Rules(small), encoder, folder)
    assert (folder / "current.json").read_bytes() == before
    assert ids(first.search(QUERY)) == ids(second.search(QUERY))
    assert ids(first.search(QUERY))[0] == "甲法:7"


def test_a_changed_library_is_indexed_anew(small: Path, folder: Path, encoder: Encoder) -> None:
    before = open_index(Rules(small), encoder, folder)
    path = small / "provisions" / "甲法.yaml"
    text = path.read_text(encoding="utf-8").replace("好心办错事", "山洪冲垮了新修的桥")
    path.write_text(text, encoding="utf-8")
    after = open_index(Rules(small), encoder, folder)
    assert ids(after.search("新修的桥被山洪冲垮"))[0] == "甲法:12"
    assert len(built(folder)) == 2  # the first is still read by `before`
    assert ids(before.search(QUERY))[0] == "甲法:7"


def test_a_folder_goes_when_nobody_reads_it_any_more(
    small: Path, folder: Path, encoder: Encoder
) -> None:
    reading = start(small, folder, "stay")
    first = answer(reading)
    old = pointed(folder)
    path = small / "provisions" / "甲法.yaml"
    text = path.read_text(encoding="utf-8").replace("好心办错事", "好心办了错事")
    path.write_text(text, encoding="utf-8")
    rules = Rules(small)
    open_index(rules, encoder, folder)
    assert old.is_dir()
    output, _ = reading.communicate("\n", timeout=60)
    assert json.loads(output) == first
    open_index(rules, encoder, folder)
    assert not old.exists()
    assert built(folder) == [pointed(folder).name]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 7, len(content), max(1, len(content) // 40)):
        content[place] ^= 0x5A
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("harm", [Path.unlink, empty, halve, flip])
@pytest.mark.parametrize("name", ["chroma.sqlite3", "data_level0.bin", "header.bin"])
def test_a_damaged_file_is_repaired_before_chroma_sees_it(
    name: str, harm: Any, small: Path, folder: Path, encoder: Encoder
) -> None:
    sound = ids(open_index(Rules(small), encoder, folder).search(QUERY))
    damaged = pointed(folder)
    for path in sorted(damaged.rglob(name)):
        harm(path)
    assert ids(open_index(Rules(small), encoder, folder).search(QUERY)) == sound
    assert pointed(folder) != damaged


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"[]", b"{}", b'{"stamp": 1, "folder": "../..", "seal": {}}', b"null"],
    ids=["empty", "binary", "list", "no fields", "outside", "null"],
)
def test_a_broken_pointer_is_replaced(
    content: bytes, small: Path, folder: Path, encoder: Encoder
) -> None:
    folder.mkdir(parents=True)
    (folder / "current.json").write_bytes(content)
    assert ids(open_index(Rules(small), encoder, folder).search(QUERY))[0] == "甲法:7"
    assert pointed(folder).parent == folder


def test_a_process_that_died_while_building_leaves_nothing_in_the_way(
    small: Path, folder: Path, encoder: Encoder
) -> None:
    dying = start(small, folder, "hang")
    assert answer(dying) == "begun"
    (half,) = built(folder)
    dying.kill()
    dying.wait()
    assert ids(open_index(Rules(small), encoder, folder).search(QUERY))[0] == "甲法:7"
    assert half not in built(folder)


# ── several at once ────────────────────────────────────────────────────────────────────────


def test_processes_that_start_together_build_once_and_find_the_same(
    small: Path, folder: Path
) -> None:
    processes = [start(small, folder, "search") for _ in range(3)]
    answers = [answer(process) for process in processes]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    assert answers[0][0] == "甲法:7"
    assert answers == [answers[0]] * 3
    assert built(folder) == [pointed(folder).name]


def test_who_waits_too_long_is_told_so(small: Path, folder: Path, encoder: Encoder) -> None:
    folder.mkdir(parents=True)
    with (
        FileLock(folder / "build.lock"),
        pytest.raises(IndexUnavailableError, match="另一个程序正在建检索库"),
    ):
        open_index(Rules(small), encoder, folder, patience=0.1)


def test_threads_that_search_at_once_find_the_same(shipped: Index) -> None:
    queries = ["党课多久上一次", "公款吃喝", "工程没有招标", QUERY] * 4
    alone = [ids(shipped.search(query)) for query in queries]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda query: ids(shipped.search(query)), queries))
    assert together == alone


# ── no place to write ──────────────────────────────────────────────────────────────────────


def test_a_file_where_the_folder_should_be_is_named(
    small: Path, tmp_path: Path, encoder: Encoder
) -> None:
    path = tmp_path / "数据"
    path.write_text("这里不是文件夹", encoding="utf-8")
    with pytest.raises(IndexUnavailableError, match=r"数据 不能读写.+SANZHEN_DATA"):
        open_index(Rules(small), encoder, path)


def test_a_folder_that_cannot_be_written_is_named(
    small: Path, folder: Path, encoder: Encoder
) -> None:
    # a folder where the lock should be stands for missing rights, which an administrator always has
    (folder / "build.lock").mkdir(parents=True)
    with pytest.raises(IndexUnavailableError, match=r"不能读写.+请检查权限"):
        open_index(Rules(small), encoder, folder)


if sys.platform != "win32":  # no such limit there

    def test_a_full_disk_is_said_in_chinese_and_leaves_no_index(rules: Rules, folder: Path) -> None:
        process = start(rules.folder, folder, "full")
        said = answer(process)
        process.wait(timeout=60)
        assert isinstance(said, str)
        assert "剩余空间" in said
        assert not (folder / "current.json").exists()


# ── a server ───────────────────────────────────────────────────────────────────────────────


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def chroma_server(data: Path) -> Iterator[str]:
    port = free_port()
    program = next(Path(sys.executable).parent.glob("chroma*"))
    where = ["--path", str(data), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen([str(program), "run", *where], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "chroma run does not answer"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_a_chroma_server_gives_the_same_and_says_when_it_is_gone(
    small: Path, folder: Path, tmp_path: Path, encoder: Encoder
) -> None:
    rules = Rules(small)
    embedded = open_index(rules, encoder, folder)
    with chroma_server(tmp_path / "server") as url:
        served = open_index(rules, encoder, folder, url)
        again = open_index(rules, encoder, folder, url)
        for query in (QUERY, "好心办错事能不能不追究", "党员大会"):
            expected = embedded.search(query)
            assert ids(served.search(query)) == ids(expected)
            for hit, other in zip(served.search(query), expected, strict=True):
                assert abs(hit.score - other.score) < 1e-3
            assert ids(again.search(query)) == ids(served.search(query))
    assert search(QUERY, served, rules) == {"hits": [], "status": "unavailable"}
    with pytest.raises(IndexUnavailableError, match="请检查服务是否开着"):
        open_index(rules, encoder, folder, url)


# ── what is found ──────────────────────────────────────────────────────────────────────────


def test_only_the_law_of_the_day_is_found(small: Path, folder: Path, encoder: Encoder) -> None:
    index = open_index(Rules(small), encoder, folder)
    query = "大额支出要不要集体讨论"
    assert {"甲法:7", "甲法2010:5"} <= set(ids(index.search(query)))
    before = ids(index.search(query, day=date(2022, 8, 31)))
    after = ids(index.search(query, day=date(2022, 9, 1)))
    assert "甲法2010:5" in before and "甲法:7" not in before
    assert "甲法:7" in after and "甲法2010:5" not in after
    assert "乙规定:组织生活" in ids(index.search("党员大会", day=date(2000, 1, 1)))


@pytest.mark.parametrize("kind", ["provision", "pattern", "method"])
def test_one_kind_is_found_alone(kind: Any, shipped: Index) -> None:
    hits = shipped.search("以业务会代替党员大会", kinds=(kind,))
    assert hits and {hit.kind for hit in hits} == {kind}


@pytest.mark.parametrize(
    ("plain", "strange"),
    [
        ("党员大会多久开一次", "黨員大會多久開一次"),
        ("没有经过招标就发包工程", "没有经过\n  招标就\u200b发包　工程"),
        ("2019年违规发放津补贴", "２０１９年违规发放津补贴"),
        ("村集体资金存入个人账户", "村集體資金存入個人賬戶\ufeff"),
        ("现场检查走过场", "現(xiàn)场检查走过场"),
    ],
)
def test_writing_it_otherwise_finds_the_same(plain: str, strange: str, shipped: Index) -> None:
    assert shipped.search(strange) == shipped.search(plain)


def test_everyday_words_find_the_provision(shipped: Index) -> None:
    day = date(2025, 6, 1)
    found = ids(shipped.search("党课多久上一次", limit=5, day=day, kinds=("provision",)))
    assert "支部工作条例:16" in found


@pytest.mark.parametrize("query", ["", "   ", "\u200b", "，。！？"])
def test_nothing_asked_finds_nothing_far_fetched(query: str, shipped: Index, rules: Rules) -> None:
    assert search(query, shipped, rules)["status"] == "no_match"


def test_nothing_found_is_another_answer_than_could_not_search(
    shipped: Index, rules: Rules
) -> None:
    nothing = search("how to cook rice", shipped, rules)
    assert nothing == {"hits": [], "status": "no_match"}
    found = search(QUERY, shipped, rules, limit=3)
    assert found["status"] == "found"
    assert set(found["hits"][0]) == {
        "provision",
        "score",
        "document",
        "version",
        "article",
        "kind",
        "in_force",
    }


def test_a_search_gives_the_same_twice_and_best_first(shipped: Index) -> None:
    hits = shipped.search("公车私用", limit=20)
    assert hits == shipped.search("公车私用", limit=20)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= hit.score <= 1.0 for hit in hits)


def test_the_retriever_gives_langchain_documents(shipped: Index, rules: Rules) -> None:
    day = date(2025, 6, 1)
    retriever = LibraryRetriever(rules=rules, index=shipped, limit=4, day=day)
    documents = retriever.invoke("党课多久上一次")
    assert len(documents) == 4
    for document in documents:
        assert document.page_content
        provision = str(document.metadata["provision"])
        assert document.id == provision
        if provision in rules.provisions:
            assert rules.provisions.in_force(provision, day) is not False


# ── vectors that ship ──────────────────────────────────────────────────────────────────────


def test_every_vector_of_the_library_ships(rules: Rules, encoder: Encoder) -> None:
    held = vectors.shipped(encoder.name)
    _, entries = owners_and_entries(rules)
    missing = [f"{entry.owner}：{entry.text}" for entry in entries if entry.key not in held]
    assert missing == [], "条款库改过以后要运行 python -m knowledge vectors"


def test_a_shipped_vector_is_the_encoders_own(rules: Rules, encoder: Encoder) -> None:
    held = vectors.shipped(encoder.name)
    _, entries = owners_and_entries(rules)
    for entry in entries[:: len(entries) // 20]:
        fresh = encoder.embed_documents([normalise(entry.text)])[0]
        assert float(held[entry.key] @ fresh) > 0.999, entry.text


@pytest.mark.parametrize(
    "content", [b"", b"not a zip file", b"PK\x03\x04 cut off"], ids=["empty", "text", "cut off"]
)
def test_a_damaged_file_of_vectors_costs_time_and_nothing_else(
    content: bytes, small: Path, tmp_path: Path, encoder: Encoder
) -> None:
    path = tmp_path / "vectors.npz"
    path.write_bytes(content)
    _, entries = owners_and_entries(Rules(small))
    assert vectors.ship(encoder, entries, path) == len({entry.key for entry in entries})
    assert vectors.ship(encoder, entries, path) == 0


def test_a_damaged_stream_in_the_file_of_vectors_is_not_read(
    small: Path, tmp_path: Path, encoder: Encoder
) -> None:
    path = tmp_path / "vectors.npz"
    _, entries = owners_and_entries(Rules(small))
    made = vectors.ship(encoder, entries, path)
    with ZipFile(path) as archive:
        begins = archive.getinfo("vectors.npy").header_offset
    content = bytearray(path.read_bytes())
    named = int.from_bytes(content[begins + 26 : begins + 28], "little")
    more = int.from_bytes(content[begins + 28 : begins + 30], "little")
    content[begins + 30 + named + more] = 0xFF  # there is no such kind of block
    path.write_bytes(content)
    assert vectors.ship(encoder, entries, path) == made


# ── vectors of an endpoint ─────────────────────────────────────────────────────────────────


def test_vectors_of_an_endpoint_are_told_by_its_address_and_model() -> None:
    settings = [
        {"SANZHEN_EMBEDDING_URL": f"http://127.0.0.1:{port}/v1", "SANZHEN_EMBEDDING_MODEL": model}
        for port, model in ((8, "bge-m3"), (9, "bge-m3"), (9, "bge-small"))
    ]
    names = [vectors.name_of(embeddings(each)) for each in settings]
    assert names[0] == "bge-m3@http://127.0.0.1:8/v1"
    assert len(set(names)) == 3
