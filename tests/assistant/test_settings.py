"""Settings: read once, checked, and honest about where text goes."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings

MODEL = {"SANZHEN_MODEL_URL": "https://api.example.com/v1", "SANZHEN_MODEL": "m"}
LOCAL = {"SANZHEN_MODEL_URL": "http://127.0.0.1:8000/v1", "SANZHEN_MODEL": "m"}


def test_nothing_set_means_offline() -> None:
    settings = Settings.from_environment({})
    assert settings.model is None
    assert settings.chroma_url is None
    assert "只在本机处理" in settings.destination


def test_the_data_folder_can_be_chosen() -> None:
    assert Settings.from_environment({"SANZHEN_DATA": "数据"}).data == Path("数据")
    assert Settings.from_environment({"SANZHEN_DATA": "  "}).data != Path()
    assert Settings.from_environment({"SANZHEN_DATA": "~/x"}).data == Path.home() / "x"


def test_a_remote_model_is_named_as_where_text_goes() -> None:
    assert "api.example.com" in Settings.from_environment(MODEL).destination


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_model_on_this_machine_keeps_text_here(host: str) -> None:
    environment = LOCAL | {"SANZHEN_MODEL_URL": f"http://{host}:8000/v1"}
    assert "不出这台机器" in Settings.from_environment(environment).destination


def test_a_host_that_only_looks_local_is_remote() -> None:
    environment = LOCAL | {"SANZHEN_MODEL_URL": "http://localhost.example.com/v1"}
    assert "localhost.example.com" in Settings.from_environment(environment).destination


def test_an_embedding_endpoint_is_named_too() -> None:
    environment = LOCAL | {
        "SANZHEN_EMBEDDING_URL": "https://embed.example.com",
        "SANZHEN_EMBEDDING_MODEL": "e",
    }
    settings = Settings.from_environment(environment)
    assert "embed.example.com" in settings.destination
    assert settings.embedding_environment["SANZHEN_EMBEDDING_MODEL"] == "e"


@pytest.mark.parametrize(
    "address",
    ["api.example.com", "ftp://x", "https://", "随便写的", "http://x:1/\n/v1", "http://x y/v1"],
)
@pytest.mark.parametrize("name", ["SANZHEN_MODEL_URL", "SANZHEN_EMBEDDING_URL", "CHROMA_URL"])
def test_an_address_that_is_none_is_named(name: str, address: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: address})


def test_an_address_without_a_model_says_what_to_set() -> None:
    with pytest.raises(SettingsError, match="SANZHEN_MODEL 写明"):
        Settings.from_environment({"SANZHEN_MODEL_URL": "http://localhost:1/v1"})


def test_the_key_is_never_shown() -> None:
    settings = Settings.from_environment(MODEL | {"SANZHEN_MODEL_KEY": "very-secret"})
    assert settings.model is not None
    assert "very-secret" not in f"{settings!r}{settings}{settings.model_dump_json()}"
    assert settings.model.key.get_secret_value() == "very-secret"
