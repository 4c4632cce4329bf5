"""Settings of the language model: where it is, how long it may take, what may leave this machine."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import Endpoint, Settings

FAR = {"SANZHEN_MODEL_URL": "https://api.example.com/v1", "SANZHEN_MODEL": "m"}
NEAR = {"SANZHEN_MODEL_URL": "http://127.0.0.1:8000/v1", "SANZHEN_MODEL": "m"}


def test_placeholders_and_the_cache_are_the_default() -> None:
    settings = Settings.from_environment({})
    assert settings.remote == "mask"
    assert settings.model_cache
    assert settings.model_seconds == 60.0
    assert settings.reads_with is None


def test_where_nothing_may_leave_a_model_elsewhere_does_not_read() -> None:
    assert Settings.from_environment(FAR | {"SANZHEN_REMOTE": "forbid"}).reads_with is None
    near = Settings.from_environment(NEAR | {"SANZHEN_REMOTE": "forbid"}).reads_with
    assert isinstance(near, Endpoint)


def test_a_model_file_is_read_where_there_is_no_endpoint(tmp_path: Path) -> None:
    file = tmp_path / "small.gguf"
    file.write_bytes(b"GGUF")
    settings = Settings.from_environment({"SANZHEN_GGUF": str(file)})
    assert settings.reads_with == file
    assert settings.destination == "文字只在本机处理，不发送到任何地方"
    assert isinstance(
        Settings.from_environment(FAR | {"SANZHEN_GGUF": str(file)}).reads_with, Endpoint
    )


@pytest.mark.parametrize("value", ["off", "OFF", "0", "no"])
def test_the_cache_can_be_turned_off(value: str) -> None:
    assert not Settings.from_environment({"SANZHEN_MODEL_CACHE": value}).model_cache


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANZHEN_REMOTE", "maybe"),
        ("SANZHEN_MODEL_SECONDS", "soon"),
        ("SANZHEN_MODEL_SECONDS", "0"),
        ("SANZHEN_GGUF", "nowhere.gguf"),
        ("SANZHEN_GGUF", "a" * 300),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


def test_the_sentence_says_how_text_leaves() -> None:
    assert "隐去" in Settings.from_environment(FAR).destination
    assert "原样" in Settings.from_environment(FAR | {"SANZHEN_REMOTE": "plain"}).destination


@pytest.mark.parametrize("key", ["密钥，没有就删去这一行", "ｓｋ－1", "sk-1\nsk-2"])
@pytest.mark.parametrize("kind", ["MODEL", "EMBEDDING"])
def test_a_key_that_no_request_can_carry_is_told_and_not_shown(key: str, kind: str) -> None:
    place = {f"SANZHEN_{kind}_URL": "https://api.example.com/v1"}
    names = {"SANZHEN_MODEL": "m", "SANZHEN_EMBEDDING_MODEL": "m"}
    with pytest.raises(SettingsError, match=f"SANZHEN_{kind}_KEY") as told:
        Settings.from_environment(place | names | {f"SANZHEN_{kind}_KEY": key})
    assert key not in str(told.value)


def test_blanks_around_a_key_are_no_part_of_it() -> None:
    for key, used in ((" sk-1\n", "sk-1"), (" ", "none")):
        model = Settings.from_environment(FAR | {"SANZHEN_MODEL_KEY": key}).model
        assert model is not None
        assert model.key.get_secret_value() == used


def test_a_home_that_nobody_has_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(path: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", nobody)
    for name in ("SANZHEN_DATA", "SANZHEN_GGUF"):
        with pytest.raises(SettingsError, match=name):
            Settings.from_environment({name: "~nobody/x"})
