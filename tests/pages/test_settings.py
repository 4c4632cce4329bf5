"""The settings page driven by Streamlit's AppTest: empty and error states first."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from assistant.errors import SettingsError
from assistant.pages import chat, desk, trial
from assistant.pages.desk import make_desk, read_settings
from assistant.settings import Endpoint, Settings, environment
from assistant.triage import Bench

KEY = "mi-yao-12345"
WRONG = "sk-abcdef1234567890"  # where no key belongs
FINDING = "某镇副镇长王建国2022年向一家公司预付苗木款38万元，单价>市价&未经研究。"
REMOTE = Endpoint(url="https://model.example/v1", model="da", key=SecretStr(KEY))


EMBEDDING = Endpoint(url="https://embed.example/v1", model="e", key=SecretStr(KEY))


def plain_settings() -> Settings:
    return Settings(data=Path("数据"))


def remote_settings() -> Settings:
    return Settings(data=Path("数据"), model=REMOTE)


def forbidding_settings() -> Settings:
    return Settings(data=Path("数据"), model=REMOTE, remote="forbid")


def wrong_settings() -> Settings:
    raise SettingsError("SANZHEN_GGUF 指的文件不存在：<甲>")


def answers(endpoint: Endpoint, settings: Settings) -> tuple[bool, str]:
    del settings
    return True, f"{endpoint.model} 用 0.1 秒回答了“好”。"


def refuses(endpoint: Endpoint, settings: Settings) -> tuple[bool, str]:
    del settings
    return False, f"没有连上：{endpoint.host} <b>"


def no_desk() -> None:
    return None


def _page(
    read: "Callable[[], Settings]",
    probe: "Callable[..., tuple[bool, str]]",
    in_use: "Callable[[], Settings | None]",
) -> None:
    from assistant.pages import settings  # runs on its own, without this file's imports

    settings.show(read, probe, in_use)


def opened(
    read: Callable[[], Settings] = plain_settings,
    probe: Callable[[Endpoint, Settings], tuple[bool, str]] = answers,
    in_use: Callable[[], Settings | None] = no_desk,
) -> AppTest:
    return AppTest.from_function(_page, args=(read, probe, in_use), default_timeout=20).run()


def shown(page: AppTest) -> str:
    assert not page.exception
    bodies = (element.proto.body for element in page.get("html"))
    return "\n".join(body for body in bodies if "<style>" not in body)


def press(page: AppTest, label: str) -> str:
    return shown(next(button for button in page.button if button.label == label).click().run())


def tried(page: AppTest, address: str, model: str = "xiao", key: str = "") -> str:
    for name, value in (("address", address), ("model", model), ("key", key)):
        page.text_input(key=f"try-{name}").set_value(value)
    return press(page, "试一下")


def test_without_any_setting_the_page_says_that_text_stays_here() -> None:
    html = shown(opened())
    assert "内置研判，离线" in html
    assert "文字只在本机处理，不发送到任何地方" in html
    assert "数据" in html


def test_settings_that_cannot_be_used_are_told_and_how_to_set_them_is_still_shown() -> None:
    page = opened(wrong_settings)
    html = shown(page)
    assert "SANZHEN_GGUF 指的文件不存在：&lt;甲&gt;" in html
    assert "secrets.toml" in html
    assert page.code[0].value == trial.EXAMPLE.strip()


def test_a_model_elsewhere_is_named_with_its_host_and_its_key_is_not_shown() -> None:
    html = shown(opened(remote_settings))
    assert "模型 da，在model.example" in html
    assert "隐去姓名、号码和地名后发送到 model.example" in html
    assert KEY not in html


def test_what_may_leave_this_machine_is_listed_and_the_one_that_is_set_is_marked() -> None:
    html = shown(opened(forbidding_settings))
    assert "<b>不许发送，别的机器上的模型不用（现在）</b>" in html
    assert "SANZHEN_REMOTE=forbid" in html


def test_settings_that_have_changed_are_told_and_those_in_use_are_shown() -> None:
    html = shown(opened(forbidding_settings, in_use=remote_settings))
    assert "设置改过了，重新启动以后才生效" in html
    assert "隐去姓名、号码和地名后发送到 model.example" in html
    assert "SANZHEN_REMOTE=forbid" not in html
    assert "改过了" not in shown(opened(remote_settings, in_use=remote_settings))


def test_wrong_settings_are_told_beside_those_in_use() -> None:
    html = shown(opened(wrong_settings, in_use=remote_settings))
    assert "新写的设置有误：SANZHEN_GGUF 指的文件不存在：&lt;甲&gt;" in html
    assert "发送到 model.example" in html
    assert "还不能研判" not in html


def test_the_real_desk_tells_the_settings_it_was_opened_with(bench: Bench) -> None:
    del bench  # its index is built
    desk = make_desk()
    assert desk.settings == read_settings()


def test_an_embedding_endpoint_that_is_not_used_is_told() -> None:
    confirming = Settings(data=Path("数据"), embedding=EMBEDDING, remote="confirm")
    html = shown(opened(lambda: confirming))
    assert "SANZHEN_REMOTE=confirm 时，embed.example 上的向量服务不用" in html
    assert "不发送到任何地方" in html


def test_a_chroma_server_elsewhere_is_named_with_its_host() -> None:
    served = Settings(data=Path("数据"), chroma_url="https://chroma.example")
    html = shown(opened(lambda: served))
    assert "在chroma.example；只给它向量，不给文字" in html


def test_the_preview_names_an_embedding_endpoint_that_gets_the_text() -> None:
    page = opened(lambda: Settings(data=Path("数据"), embedding=EMBEDDING))
    page.text_area[0].set_value(FINDING)
    assert "发送到 embed.example 的是" in press(page, "预览")


def test_an_empty_form_is_told_and_nothing_is_tried() -> None:
    assert "请填写地址和模型名称" in tried(opened(probe=refuses), "", "")


@pytest.mark.parametrize(
    "address", ["localhost:8000", "ftp://a/v1", "http://", "http://[::1", "http://a:99999/v1"]
)
def test_an_address_that_is_none_is_told_and_not_tried(address: str) -> None:
    html = tried(opened(probe=refuses), address)
    assert "还不能用" in html
    assert "没有连上" not in html


def test_a_key_in_the_wrong_field_is_told_and_neither_tried_nor_repeated() -> None:
    for address, model in ((WRONG, "xiao"), (f"http://a:1?k={WRONG} ", WRONG)):
        html = tried(opened(probe=refuses), address, model)
        assert "没有连上" not in html
        assert WRONG not in html
    assert "模型名称里填的像是密钥" in html


def test_an_address_with_a_key_in_it_is_not_shown() -> None:
    secret = Endpoint(url=f"https://model.example/{WRONG}/v1", model="da", key=SecretStr("none"))
    page = opened(lambda: Settings(data=Path("数据"), model=secret))
    assert page.text_input(key="try-address").value == ""
    assert WRONG not in str(page) + trial.lines(secret)


def test_an_endpoint_that_does_not_answer_is_told_as_text() -> None:
    html = tried(opened(probe=refuses), "http://localhost:9/v1", key=KEY)
    assert "没有连上：localhost &lt;b&gt;" in html
    assert KEY not in html


def test_an_endpoint_that_answers_is_told_with_its_time_and_never_the_key() -> None:
    html = tried(opened(), "http://localhost:9/v1", key=KEY)
    assert "xiao 用 0.1 秒回答了“好”。" in html
    assert KEY not in html


def test_the_fields_begin_with_the_endpoint_that_is_set_and_never_with_its_key() -> None:
    page = opened(remote_settings)
    assert page.text_input(key="try-address").value == REMOTE.url
    assert page.text_input(key="try-model").value == "da"
    assert page.text_input(key="try-key").value == ""
    assert "已设置" in page.text_input(key="try-key").placeholder
    assert KEY not in str(page)
    assert opened().text_input(key="try-address").value == ""


def test_an_address_with_a_password_in_it_is_not_shown() -> None:
    secret = Endpoint(url=f"https://li:{KEY}@model.example/v1", model="da", key=SecretStr("none"))
    page = opened(lambda: Settings(data=Path("数据"), model=secret))
    assert page.text_input(key="try-address").value == ""
    assert KEY not in str(page) + trial.lines(secret)


@pytest.mark.parametrize(
    ("address", "typed", "used"),
    [
        (REMOTE.url, "", KEY),
        ("https://model.example/v2", "", KEY),
        ("https://other.example/v1", "", "none"),
        ("https://model.example:8443/v1", "", "none"),
        ("http://model.example/v1", "", "none"),
        (REMOTE.url, "xin-yao", "xin-yao"),
    ],
)
def test_the_key_that_is_set_goes_to_its_own_place_only(
    address: str, typed: str, used: str
) -> None:
    source = trial.endpoint(address, "da", typed, "mask", REMOTE)
    assert source.key.get_secret_value() == used


@pytest.fixture
def choices(monkeypatch: pytest.MonkeyPatch) -> list[Endpoint | Path]:
    """What was chosen in this process, nothing at first."""
    none: list[Endpoint | Path] = []
    monkeypatch.setattr(desk, "_chosen", none)
    return none


def test_a_model_that_answered_can_be_chosen_and_is_then_read_with(
    choices: list[Endpoint | Path], data_folder: Path
) -> None:
    page = opened(read_settings)
    tried(page, "https://model.example/v1", key=KEY)
    html = press(page, "用这个模型")
    assert choices == [Endpoint(url=REMOTE.url, model="xiao", key=SecretStr(KEY))]
    assert read_settings() == Settings(data=data_folder, model=choices[0])
    assert "只在这次运行里有效" in html
    assert "模型 xiao，在model.example" in html
    written = tomllib.loads(page.code[0].value)
    assert written == {
        "SANZHEN_MODEL_URL": REMOTE.url,
        "SANZHEN_MODEL": "xiao",
        "SANZHEN_MODEL_KEY": "密钥",
    }
    assert KEY not in html


def test_the_desk_is_opened_anew_with_the_model_that_was_chosen(
    choices: list[Endpoint | Path], bench: Bench
) -> None:
    del bench  # its index is built
    before = chat.opening_of(make_desk).desk(60)
    page = opened(read_settings)
    tried(page, "http://localhost:9/v1")
    press(page, "用这个模型")
    after = chat.opening_of(make_desk).desk(60)
    assert before is not None
    assert after is not None
    assert (before.reader, after.reader) == ("offline", "xiao")
    assert "不出这台机器" in after.destination
    chat.forget_opening()


def test_a_model_that_did_not_answer_cannot_be_chosen() -> None:
    page = opened(probe=refuses)
    tried(page, "http://localhost:9/v1")
    assert not [button for button in page.button if button.label == "用这个模型"]


def test_where_it_is_forbidden_a_model_elsewhere_does_not_read_though_it_was_chosen(
    choices: list[Endpoint | Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANZHEN_REMOTE", "forbid")
    desk.choose(REMOTE)
    assert choices
    assert read_settings().reads_with is None


def test_a_model_file_can_be_tried_and_chosen(
    choices: list[Endpoint | Path], tmp_path: Path
) -> None:
    file = tmp_path / "小.gguf"
    file.write_bytes(b"GGUF")
    page = opened(probe=lambda source, _: (True, f"{source.name} 用 0.1 秒回答了“好”。"))
    page.text_input(key="try-file-path").set_value(f'"{file}"')
    assert "小.gguf 用 0.1 秒回答了" in press(page, "试这个文件")
    press(page, "用这个模型")
    assert choices == [file]
    assert tomllib.loads(page.code[0].value) == {"SANZHEN_GGUF": str(file)}
    assert read_settings().reads_with == file


@pytest.mark.parametrize("path", ["", '""', "nowhere.gguf", "a" * 300, "~nobody-here/x.gguf"])
def test_a_model_file_that_is_not_there_is_told(path: str) -> None:
    page = opened()
    page.text_input(key="try-file-path").set_value(path)
    assert "没有这个文件" in press(page, "试这个文件")


def test_a_key_with_full_width_letters_is_told() -> None:
    assert "全角字符" in tried(opened(), "http://localhost:9/v1", key="ｋｅｙ")


def test_where_it_is_forbidden_no_other_machine_is_tried() -> None:
    html = tried(opened(forbidding_settings, refuses), "https://model.example/v1")
    assert "没有去试 model.example" in html
    assert "没有连上" not in html


def test_a_blank_preview_is_told() -> None:
    assert "还没有粘贴文字" in press(opened(), "预览")


def test_the_preview_hides_the_name_and_says_what_the_placeholder_stands_for() -> None:
    page = opened(remote_settings)
    page.text_area[0].set_value(FINDING)
    html = press(page, "预览")
    sent = html.partition('<div class="sz-finding">')[2].partition("</div>")[0]
    assert "发送到 model.example 的是" in html
    assert "王建国" not in sent
    assert "〔人员1〕" in sent
    assert "单价&gt;市价&amp;未经研究" in sent
    assert "<dd>王建国</dd>" in html


def test_a_preview_stays_while_a_model_is_tried_and_goes_with_its_text() -> None:
    page = opened()
    page.text_area[0].set_value(FINDING)
    assert "〔人员1〕" in press(page, "预览")
    assert "〔人员1〕" in tried(page, "http://localhost:9/v1")
    page.text_area[0].set_value(" ")
    assert "〔人员1〕" not in press(page, "预览")


def test_the_secrets_file_is_read_over_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANZHEN_MODEL", "环境里的")
    file = tmp_path / "secrets.toml"
    file.write_text('SANZHEN_MODEL = "文件里的"\nSANZHEN_MODEL_SECONDS = 90\n', encoding="utf-8")
    told = environment(file)
    assert (told["SANZHEN_MODEL"], told["SANZHEN_MODEL_SECONDS"]) == ("文件里的", "90")
    assert environment(tmp_path / "none.toml")["SANZHEN_MODEL"] == "环境里的"


def test_a_broken_secrets_file_is_told_without_its_content(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text(f"SANZHEN_MODEL_KEY = {KEY}", encoding="utf-8")
    with pytest.raises(SettingsError) as told:
        environment(file)
    assert "secrets.toml" in str(told.value)
    assert KEY not in str(told.value)
