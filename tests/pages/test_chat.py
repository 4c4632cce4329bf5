"""The page driven by Streamlit's AppTest: empty and error states first."""

import json
from collections.abc import Callable
from concurrent.futures import Future

import pytest
from streamlit.testing.v1 import AppTest

from assistant.pages import chat
from assistant.pages.desk import Desk, Opening

from .scripted import (
    QUESTION,
    make_broken,
    make_consenting,
    make_desk,
    make_differing,
    make_recovering,
    make_silent,
    make_tricky,
)

FINDING = "某镇2022年向一家公司预付苗木款38万元，至今只到货一半，记录本里没有。"


def _page(make: "Callable[[], Desk]") -> None:  # runs on its own, without this file's imports
    from assistant.pages import chat

    chat.show(make)


def opened(make: Callable[[], Desk] = make_desk, seconds: float = 20) -> AppTest:
    return AppTest.from_function(_page, args=(make,), default_timeout=seconds).run()


def shown(page: AppTest) -> str:
    bodies = (element.proto.body for element in page.get("html"))
    return "\n".join(body for body in bodies if "<style>" not in body)


def ask(page: AppTest, text: str) -> AppTest:
    return page.chat_input[0].set_value(text).run()


def upload(page: AppTest, name: str, data: bytes) -> AppTest:
    return page.chat_input[0].upload(name, data).run()


def click(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def test_the_empty_page_says_what_to_do_and_offers_examples() -> None:
    page = opened()
    assert not page.exception
    assert "结论由人决定" in shown(page)
    assert sum(1 for button in page.button if (button.key or "").startswith("example-")) == 6


def test_an_index_that_cannot_be_opened_is_told_and_the_text_is_kept() -> None:
    page = ask(opened(make_broken), FINDING)
    assert not page.exception
    assert "条款索引打不开：数据目录不可写" in shown(page)
    assert FINDING in shown(page)
    assert any(button.label == "再试一次" for button in page.button)


def test_a_paste_that_is_too_long_is_told_and_kept_for_download() -> None:
    page = ask(opened(), "字" * 200_001)
    assert "200,001" in shown(page)
    assert page.get("download_button")
    assert not page.exception


def test_binary_garbage_is_told() -> None:
    page = ask(opened(), "PK\x03\x04\x14\x00\x06\x08" * 30)
    assert "无法识别的字符" in shown(page)


def test_a_finding_the_desk_cannot_read_is_told_and_the_next_one_works() -> None:
    page = ask(opened(), FINDING + "坏掉")
    assert "这一条读不了，请换一种写法。" in shown(page)
    page = click(page, "新的问题")
    page = ask(page, FINDING)
    assert "待核实" in shown(page)


def test_a_greeting_and_a_question_make_no_opinion() -> None:
    page = ask(opened(), "你好")
    assert "您好，请粘贴发现的问题。" in shown(page)
    page = ask(page, "集体决定是哪一条？")
    assert "集体事项应当集体决定。" in shown(page)
    assert "sz-tiles" not in shown(page)


def test_a_finding_becomes_an_opinion_with_question_citation_and_disclaimer() -> None:
    page = ask(opened(), FINDING)
    html = shown(page)
    for part in ("待核实", "补充核实", "需人工复核", QUESTION, "《甲法》第三条", "仅供参考。"):
        assert part in html
    assert page.text_input[0].label.endswith(QUESTION)


def test_an_answer_changes_the_opinion_and_the_card_says_how() -> None:
    page = ask(opened(), FINDING)
    page.text_input[0].set_value("经过集体研究，有会议记录")
    page = click(page, "补充后重新研判")
    html = shown(page)
    assert "责任由“待核实”改为“失误”。" in html
    assert "第 1 版：业务 · 待核实 · 补充核实" in html
    assert html.count('class="sz-tiles"') == 1


def test_an_empty_answer_changes_nothing() -> None:
    page = click(ask(opened(), FINDING), "补充后重新研判")
    assert "还没有填写" in shown(page)
    assert "第 2 版" not in shown(page)


def test_a_follow_up_adds_to_the_same_finding() -> None:
    page = ask(ask(opened(), FINDING), "后来经过集体研究。")
    assert "责任由“待核实”改为“失误”。" in shown(page)


def test_a_long_follow_up_is_asked_about_and_can_become_a_new_finding() -> None:
    page = ask(ask(opened(), FINDING), FINDING * 2)
    assert "另一条问题" in shown(page)
    page = click(page, "作为新问题")
    assert sum(1 for button in page.button if (button.key or "").startswith("open-")) == 2


def test_several_findings_get_a_summary_and_can_be_merged() -> None:
    page = ask(opened(), f"{FINDING}\n\n{FINDING}集体研究\n\n{FINDING}")
    assert "共 3 条问题" in shown(page)
    assert "责任分布：失误 1 条，待核实 2 条" in shown(page)
    page.multiselect[0].set_value(page.multiselect[0].options[:0])
    page = click(page, "合并所选")
    assert "请至少选两条再合并" in shown(page)


def test_the_history_leads_back_and_clearing_forgets() -> None:
    page = click(ask(opened(), FINDING), "新的问题")
    assert "结论由人决定" in shown(page)
    page = next(b for b in page.button if (b.key or "").startswith("open-")).click().run()
    assert "待核实" in shown(page)
    page = click(page, "确认清空")
    assert FINDING not in shown(page)


def test_an_objection_to_one_step_is_kept_on_the_card() -> None:
    page = ask(opened(), FINDING)
    page.text_area[0].set_value("这不是业务问题")
    page = click(page, "记下异议")
    assert "第 1 步（化验）“属于业务”——这不是业务问题" in shown(page)


def test_markup_in_a_finding_is_shown_as_text() -> None:
    page = ask(opened(), FINDING + "<script>alert(1)</script>$x$")
    assert "<script>alert" not in shown(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;$x$" in shown(page)
    assert not page.markdown


def test_two_sessions_do_not_see_each_other() -> None:
    first, second = ask(opened(), FINDING), opened()
    assert FINDING in shown(first)
    assert FINDING not in shown(second)
    assert "本次会话" not in shown(second)


def test_before_a_text_leaves_this_machine_a_person_sees_it_and_agrees() -> None:
    page = ask(opened(make_consenting), FINDING)
    assert "发送到 api.example.com 之前" in shown(page)
    assert "〔单位1〕" in shown(page)
    assert "sz-tiles" not in shown(page), "nothing is read before somebody agreed"
    page = click(page, "同意发送")
    assert "sz-tiles" in shown(page)
    assert "由 send 阅读" in shown(page)


def test_who_does_not_agree_gets_the_built_in_reader() -> None:
    page = click(ask(opened(make_consenting), FINDING), "不发送，用内置阅读")
    assert "由 stay 阅读" in shown(page)


def test_a_new_fact_is_asked_about_again() -> None:
    page = click(ask(opened(make_consenting), FINDING), "同意发送")
    page = ask(page, "经过集体研究。")
    assert "发送到 api.example.com 之前" in shown(page)


def test_before_a_question_leaves_this_machine_a_person_sees_it_with_all_that_goes_along() -> None:
    page = click(ask(opened(make_consenting), FINDING), "同意发送")
    page = ask(page, "要经过哪些程序？")
    html = shown(page)
    assert "发送到 api.example.com 之前" in html
    assert "问题：要经过哪些程序？" in html
    assert "材料：某镇2022年向〔单位1〕" in html
    assert "结论是待核实。" not in html, "nothing is answered before somebody decided"
    page = ask(page, "为什么不是失误？")
    assert shown(page).count("结论是待核实。") == 1, "a question that is not sent needs no consent"
    page = click(page, "不发送，用内置阅读")
    assert shown(page).count("结论是待核实。") == 2
    assert "发送到 api.example.com 之前" not in shown(page)
    assert not page.exception


def test_a_question_that_waits_for_consent_outlives_the_choice_of_another_reader() -> None:
    makes = [make_consenting]
    page = click(ask(opened(lambda: makes[-1]()), FINDING), "同意发送")
    page = ask(page, "要经过哪些程序？")
    makes.append(make_desk)
    chat.forget_opening()
    page = page.run()
    assert "这个追问还没有回答" in shown(page)
    assert "发送到 api.example.com 之前" not in shown(page)
    page = click(page, "回答这个追问")
    assert "结论是待核实。" in shown(page)
    assert "这个追问还没有回答" not in shown(page)
    assert not page.exception


def test_where_model_and_built_in_reading_differ_a_person_chooses_and_can_take_it_back() -> None:
    page = ask(opened(make_differing), FINDING)
    assert "模型与内置阅读不一致，请选定" in shown(page)
    page = click(page, "采纳模型的结论（业务、失误、容错）")
    assert "由人选定：采纳模型的结论（业务、失误、容错）" in shown(page)
    assert "由人选定：采纳模型的结论（业务、失误、容错）" in page.code[0].value
    page = click(page, "撤销选定")
    assert "由人选定" not in shown(page) + page.code[0].value
    page = click(page, "采纳内置阅读的结论（业务、失责、纠错）")
    assert "由人选定：采纳内置阅读的结论（业务、失责、纠错）" in page.code[0].value
    assert not page.exception


def test_a_question_about_the_opinion_is_answered_from_it() -> None:
    page = ask(ask(opened(), FINDING), "为什么不是失误？")
    assert "结论是待核实。" in shown(page)
    assert "集体事项应当集体决定。" in shown(page)


class _ReadySoon(Future[Desk]):
    """Done when it is asked for the second time."""

    asked = 0

    def done(self) -> bool:
        self.asked += 1
        return self.asked > 1


def _sidebar(opening: "Opening", drawn: list[str]) -> None:
    from assistant.pages import sidebar  # runs on its own, without this file's imports

    drawn.append("page")
    sidebar.show(opening)


def test_when_the_desk_is_ready_the_page_is_drawn_once_more_and_asks_no_longer() -> None:
    future, drawn = _ReadySoon(), list[str]()
    future.set_result(make_desk())
    page = AppTest.from_function(_sidebar, args=(Opening(future), drawn)).run()
    assert not page.exception
    assert len(drawn) == 2
    assert "文字只在本机处理" in shown(page)


def test_a_question_of_a_model_is_no_markup_in_a_label() -> None:
    page = ask(opened(make_tricky), FINDING)
    assert not set("![]()/") & set(page.text_input[0].label)


def test_an_opinion_that_has_not_seen_a_new_fact_says_so_and_can_be_renewed() -> None:
    page = click(ask(opened(make_consenting), FINDING), "同意发送")
    page = ask(ask(page, "经过集体研究。"), "为什么不是失误？")
    assert "补充后还没有重新研判" in shown(page)
    assert "经过集体研究。" not in page.code[0].value, "the opinion has not seen it"
    page = click(page, "按补充后的内容研判")
    page = click(page, "同意发送")
    assert "补充后还没有重新研判" not in shown(page)
    assert "经过集体研究。" in page.code[0].value


def test_a_retry_without_an_earlier_opinion_claims_no_change() -> None:
    page = ask(opened(make_recovering), FINDING)
    assert "这一条读不了" in shown(page)
    page = click(page, "重新研判")
    assert "sz-tiles" in shown(page)
    assert "都没有变化" not in shown(page)


def test_an_unexpected_error_is_told_in_one_sentence_and_the_next_finding_is_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    page = ask(opened(), f"{FINDING}没想到\n\n{FINDING}没有盘\n\n{FINDING}")
    html = shown(page)
    assert not page.exception
    assert "这一步没能做完（KeyError），请重试" in html
    assert "出了问题（OSError），请检查后重试" in html
    assert "disk on fire" not in html
    assert 'data-label="责任"' in html, "the third one has its opinion"
    assert "unexpected KeyError" in caplog.text
    assert "苗木" not in caplog.text


def test_that_the_model_did_not_answer_is_told() -> None:
    page = ask(opened(make_silent), "集体决定是哪一条？")
    assert "（模型没有回答：没有连上）" in shown(page)


def test_an_empty_file_in_a_conversation_is_told() -> None:
    page = ask(opened(), FINDING)
    page = upload(page, "空.txt", b"")
    assert "“空.txt”里没有文字" in shown(page)


def test_findings_of_a_file_open_a_conversation_of_their_own() -> None:
    row = {"text": FINDING, "date": "2016-05-01"}
    page = upload(ask(opened(), FINDING), "a.jsonl", json.dumps(row).encode())
    assert sum(1 for button in page.button if (button.key or "").startswith("open-")) == 2
    assert "事发日期：2016-05-01" in page.code[0].value


def test_what_was_written_before_the_desk_failed_is_kept_with_what_follows() -> None:
    page = ask(ask(opened(make_broken), FINDING), f"{FINDING}集体研究")
    thread = next(iter(page.session_state["threads"].values()))
    assert thread.unread == f"{FINDING}\n\n{FINDING}集体研究"


def test_merging_keeps_a_fact_that_was_added_to_one_part() -> None:
    page = ask(ask(opened(), f"{FINDING}\n\n{FINDING}"), "后来开过会。")
    page.multiselect[0].set_value(page.multiselect[0].options)
    page = click(page, "合并所选")
    assert page.code[0].value.count("苗木款") == 2
    assert "后来开过会。" in page.code[0].value


def test_parts_are_not_merged_while_another_opinion_is_being_made() -> None:
    page = click(ask(opened(make_consenting), f"{FINDING}\n\n{FINDING}集体研究"), "同意发送")
    page = ask(page, "后来开过会。")
    page.multiselect[0].set_value(page.multiselect[0].options)
    page = click(page, "合并所选")
    assert "上一次研判还没有完成" in shown(page)
    assert "共 2 条问题" in shown(page)
