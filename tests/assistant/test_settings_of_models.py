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
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


def test_the_sentence_says_how_text_leaves() -> None:
    assert "隐去" in Settings.from_environment(FAR).destination
    assert "原样" in Settings.from_environment(FAR | {"SANZHEN_REMOTE": "plain"}).destination
