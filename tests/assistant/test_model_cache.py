"""Answers are kept by endpoint, model and prompt, and losing them is no failure."""

from pathlib import Path

from assistant.model_cache import ModelCache, key_of

MESSAGES = (("system", "规矩"), ("human", "材料"))


def test_an_answer_comes_back_for_the_same_question(tmp_path: Path) -> None:
    cache = ModelCache(tmp_path / "cache")
    key = key_of("http://a", "m", MESSAGES)
    assert cache.get(key) is None
    cache.put(key, "回答")
    assert cache.get(key) == "回答"
    assert cache.clear() == 1
    assert cache.get(key) is None


def test_another_model_endpoint_or_text_is_another_question() -> None:
    keys = {
        key_of("http://a", "m", MESSAGES),
        key_of("http://b", "m", MESSAGES),
        key_of("http://a", "n", MESSAGES),
        key_of("http://a", "m", (("human", "材料"),)),
    }
    assert len(keys) == 4


def test_a_question_with_half_a_character_has_a_key_as_well(tmp_path: Path) -> None:
    cache = ModelCache(tmp_path)
    key = key_of("http://a", "m", (("human", "某村\ud800支书"),))
    assert key != key_of("http://a", "m", (("human", "某村支书"),))
    cache.put(key, "回答")
    assert cache.get(key) == "回答"


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    cache = ModelCache(None)
    cache.put("k", "回答")
    assert cache.get("k") is None
    assert cache.clear() == 0


def test_a_damaged_file_and_a_folder_that_cannot_be_made_are_no_failure(tmp_path: Path) -> None:
    (tmp_path / "k.json").write_bytes(b"\xff{")
    assert ModelCache(tmp_path).get("k") is None
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    ModelCache(blocked / "cache").put("k", "回答")
    assert ModelCache(blocked / "cache").get("k") is None
