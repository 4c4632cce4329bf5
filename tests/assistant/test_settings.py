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


@pytest.mark.parametrize("remote", ["confirm", "forbid"])
def test_where_a_person_must_agree_no_embedding_endpoint_elsewhere_is_used(remote: str) -> None:
    far = {"SANZHEN_EMBEDDING_URL": "https://embed.example.com", "SANZHEN_EMBEDDING_MODEL": "e"}
    settings = Settings.from_environment(far | {"SANZHEN_REMOTE": remote})
    assert settings.embedding_environment == {}
    assert settings.text_goes_to == ()
    assert "不发送到任何地方" in settings.destination
    near = far | {"SANZHEN_EMBEDDING_URL": "http://localhost:9", "SANZHEN_REMOTE": remote}
    assert Settings.from_environment(near).embedding_environment


def test_a_chroma_server_elsewhere_is_named_as_where_vectors_go() -> None:
    far = {"CHROMA_URL": "https://chroma.example.com"}
    told = Settings.from_environment(far).destination
    assert told.endswith("检索用的向量（不含文字）发送到 chroma.example.com")
    near = Settings.from_environment({"CHROMA_URL": "http://localhost:8000"})
    assert "向量" not in near.destination


def test_where_nothing_may_leave_no_chroma_server_elsewhere_is_taken() -> None:
    forbid = {"SANZHEN_REMOTE": "forbid"}
    with pytest.raises(SettingsError, match=r"chroma\.example\.com 上的.+请删去 CHROMA_URL"):
        Settings.from_environment(forbid | {"CHROMA_URL": "https://chroma.example.com"})
    assert Settings.from_environment(forbid | {"CHROMA_URL": "http://[::1]:8000"}).chroma_url


@pytest.mark.parametrize(
    "address",
    [
        "api.example.com",
        "ftp://x",
        "https://",
        "随便写的",
        "http://x:1/\n/v1",
        "http://x y/v1",
        "http://[::1",
        "http://x:abc/v1",
        "http://x:99999/v1",
    ],
)
@pytest.mark.parametrize("name", ["SANZHEN_MODEL_URL", "SANZHEN_EMBEDDING_URL", "CHROMA_URL"])
def test_an_address_that_is_none_is_named(name: str, address: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: address})


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("http://li:mi@ma@host:abc/v1", "mi@ma"),
        ("http://li:mi@ma@host:abc/v1", "abc"),
        ("sk-abcdef1234567890abcdef", "sk-"),
        ("http://x sk-abcdef1234567890abcdef", "sk-"),
        ("http://x:sk-abcdef1234567890abcdef/v1", "sk-"),
        ("http://sk-abcdef1234567890abcdef:0/v1", "sk-"),
        ("api.example.com/v1?api_key=geheim", "geheim"),
        ("http://api.example.com:99999/v1?api_key=geheim", "geheim"),
        ("http://api.example.com:99999/geheim", "geheim"),
        ("geheim", "geheim"),
        ("http://[geheim", "geheim"),
    ],
)
@pytest.mark.parametrize("name", ["SANZHEN_MODEL_URL", "SANZHEN_EMBEDDING_URL", "CHROMA_URL"])
def test_what_may_be_a_secret_in_an_address_is_not_told(
    name: str, address: str, secret: str
) -> None:
    with pytest.raises(SettingsError, match=f"{name} 要写成 http") as told:
        Settings.from_environment({name: address})
    assert secret not in str(told.value)


def test_an_address_that_holds_no_secret_is_told_with_its_host() -> None:
    with pytest.raises(SettingsError, match="现在写的以 http://host 开头"):
        Settings.from_environment({"SANZHEN_MODEL_URL": "http://host:99999/v1"})


@pytest.mark.parametrize("key", ["sk-abcdef1234567890", f"{'0a' * 16}.AbCdEfGh12345678"])
@pytest.mark.parametrize(
    "name",
    [
        "SANZHEN_DATA",
        "SANZHEN_MODEL",
        "SANZHEN_EMBEDDING_MODEL",
        "SANZHEN_GGUF",
        "SANZHEN_MODEL_SECONDS",
        "SANZHEN_REMOTE",
    ],
)
def test_a_key_in_the_wrong_setting_is_told_without_it(name: str, key: str) -> None:
    places = {"SANZHEN_MODEL_URL": "http://a/v1", "SANZHEN_EMBEDDING_URL": "http://a/v1"}
    names = {"SANZHEN_MODEL": "m", "SANZHEN_EMBEDDING_MODEL": "m"}
    with pytest.raises(SettingsError, match=name) as told:
        Settings.from_environment(places | names | {name: key})
    assert key not in str(told.value)


@pytest.mark.parametrize("name", ["skywork-13b", "sk-model", "whisper-large-sk-finetuned-v2"])
def test_the_name_of_a_model_is_not_taken_for_a_key(name: str) -> None:
    settings = Settings.from_environment(MODEL | {"SANZHEN_MODEL": name})
    assert settings.model is not None
    assert settings.model.model == name


def test_nothing_of_a_folder_that_nobody_has_is_told() -> None:
    with pytest.raises(SettingsError, match="SANZHEN_DATA") as told:
        Settings.from_environment({"SANZHEN_DATA": "~nobody-has-this/geheim"})
    assert "geheim" not in str(told.value)


def test_a_number_of_seconds_that_is_none_to_wait_is_told() -> None:
    with pytest.raises(SettingsError, match=r"现在是 0\.5"):
        Settings.from_environment({"SANZHEN_MODEL_SECONDS": "0.5"})


def test_an_address_without_a_model_says_what_to_set() -> None:
    with pytest.raises(SettingsError, match="SANZHEN_MODEL 写明"):
        Settings.from_environment({"SANZHEN_MODEL_URL": "http://localhost:1/v1"})


def test_the_key_is_never_shown() -> None:
    settings = Settings.from_environment(MODEL | {"SANZHEN_MODEL_KEY": "very-secret"})
    assert settings.model is not None
    assert "very-secret" not in f"{settings!r}{settings}{settings.model_dump_json()}"
    assert settings.model.key.get_secret_value() == "very-secret"
