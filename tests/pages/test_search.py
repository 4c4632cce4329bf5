"""The search page driven by Streamlit's AppTest: empty and error states first."""

from collections.abc import Callable
from datetime import date

from streamlit.testing.v1 import AppTest

from assistant.pages.desk import Desk

from .scripted import QUESTION, make_broken, make_desk


def _page(make: "Callable[[], Desk]") -> None:  # runs on its own, without this file's imports
    from assistant.pages import search

    search.show(make)


def opened(make: Callable[[], Desk] = make_desk) -> AppTest:
    return AppTest.from_function(_page, args=(make,), default_timeout=20).run()


def shown(page: AppTest) -> str:
    bodies = (element.proto.body for element in page.get("html"))
    return "\n".join(body for body in bodies if "<style>" not in body)


def sent(page: AppTest, words: str) -> AppTest:
    page.text_input[0].set_value(words)
    return page.button[0].click().run()


def test_the_empty_page_says_what_to_do_and_shows_no_result() -> None:
    page = opened()
    assert not page.exception
    assert "写几个字，或选一个文件" in shown(page)
    assert "sz-cite" not in shown(page)


def test_an_index_that_cannot_be_opened_is_told_and_can_be_tried_again() -> None:
    page = opened(make_broken)
    assert not page.exception
    assert "条款索引打不开：数据目录不可写" in shown(page)
    assert [button.label for button in page.button] == ["再试一次"]


def test_nothing_found_and_search_unavailable_are_different_sentences() -> None:
    nothing, broken = shown(sent(opened(), "没有")), shown(sent(opened(), "打不开"))
    assert "没有找到" in nothing
    assert "没有找到" not in broken
    assert "现在没法检索" in broken
    assert "条款索引打不开。" in broken


def test_blank_words_are_not_searched() -> None:
    assert "写几个字" in shown(sent(opened(), "  "))


def test_a_provision_opens_to_its_text_version_force_and_the_problems_that_rest_on_it() -> None:
    html = shown(sent(opened(), "集体决定"))
    for part in ("集体事项应当集体决定。", "要旨", "版本：2020-01-01通过", "未核对", "集体决定"):
        assert part in html
    assert '<span class="sz-badge ok">' in html
    assert "违反它的常见问题" in html


def test_a_problem_opens_to_its_rules_questions_and_measures() -> None:
    html = shown(sent(opened(), "集体决定")).partition("常见问题 1 个")[2]
    for part in (
        "付款依据不全",
        "业务",
        "《甲法》第三条",
        QUESTION,
        "补齐付款依据（决定：镇党委）",
    ):
        assert part in html


def test_words_of_the_library_are_shown_as_text() -> None:
    html = shown(sent(opened(), "集体决定"))
    assert "个人拍板&lt;b&gt;" in html
    assert "个人拍板<b>" not in html


def test_a_document_alone_is_enough_and_narrows_the_search() -> None:
    page = opened()
    page.selectbox[0].set_value("甲法")
    assert "《甲法》第三条" in shown(page.button[0].click().run())
    page.selectbox[0].set_value("乙法")
    assert "没有找到" in shown(page.button[0].click().run())


def test_the_day_decides_what_counts_as_in_force() -> None:
    page = opened()
    page.date_input[0].set_value(date(2019, 5, 1))
    html = shown(sent(page, "集体决定"))
    assert '<span class="sz-badge gone">' in html
    assert "按2019-05-01计" in html
