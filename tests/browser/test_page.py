"""What a person does on the page, in a real browser, with the real triage behind it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Error, Page, expect

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
UNKNOWN = (
    "某镇2022年向一家公司预付苗木款38万元，苗木至今只到货一半。付款单上有分管副镇长签字，"
    "会议记录本中没有找到讨论此事的记录，当时的经办人已调走，合同原件暂未找到。"
)
NUMBERED = (
    "1．某局机关支部2023年全年没有召开过支部党员大会，记录本上的党员大会与业务例会是同一次会，签到表也是同一张。\n"
    "2．某村党支部书记将村集体门面租金4.6万元打入本人银行卡，用于偿还自家房贷，至今未交回村账。\n"
    "3．某镇2022年向一家公司预付苗木款38万元，付款单上有签字，会议记录本中没有讨论此事的记录，合同暂未找到。"
)
MARKUP = (
    "<img src=x onerror=\"document.title='坏了'\"><b>某镇</b>2022年向一家公司预付苗木款38万元 $x^2$ "
    ":smile: **未经研究** :red[红字] `码` [链接](http://example.com)，会议记录本中没有讨论此事的记录。"
)


def ask(page: Page, text: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(text)
    box.press("Enter")


def judged(page: Page) -> None:
    """Wait until the opinion stands and the page is at rest."""
    expect(page.locator(".sz-foot")).to_be_visible()
    expect(page.locator(".st-key-working")).to_have_count(0)
    expect(page.get_by_test_id("stChatInputStopButton")).to_have_count(0)


def test_paste_opinion_citation_answer_changed_opinion(page: Page) -> None:
    ask(page, UNKNOWN)
    judged(page)
    labels = page.locator(".sz-label")
    expect(labels.nth(1)).to_contain_text("待核实")
    expect(labels.nth(2)).to_contain_text("补充核实")

    cited = page.locator(".sz-cite", has=page.locator(".full, .gist")).first
    expect(cited.locator("blockquote")).to_be_hidden()
    cited.locator("summary").click()
    expect(cited.locator("blockquote")).to_be_visible()
    expect(cited.locator(".sz-badge").first).to_have_text(re.compile("^(原文|要旨)$"))

    answers = page.locator("[class*=st-key-answer-] input")
    expect(answers.first).to_be_visible()
    answers.first.fill("经查，分管副镇长收受该公司2万元好处费，款项存入本人银行卡")
    page.get_by_role("button", name="补充后重新研判").click()
    expect(page.locator(".sz-alert.changed")).to_contain_text("由“待核实”改为“违纪违法”")
    judged(page)
    expect(labels.nth(1)).to_contain_text("违纪违法")
    expect(page.locator(".sz-alert.red")).to_contain_text("触及红线")
    expect(page.locator(".sz-tiles")).to_have_count(1)


def test_a_follow_up_message_adds_to_the_same_finding(page: Page) -> None:
    ask(page, UNKNOWN)
    judged(page)
    ask(page, "经查，副镇长未经集体研究，个人决定付款。")
    expect(page.locator(".sz-alert.changed")).to_be_visible()
    expect(page.locator(".sz-finding")).to_contain_text("个人决定付款")
    expect(page.locator(".sz-earlier")).to_contain_text("第 1 版")


def test_an_example_is_one_click_away(page: Page) -> None:
    page.get_by_role("button", name=re.compile("党员会并进了业务会")).click()
    judged(page)
    expect(page.locator(".sz-label").nth(1)).to_contain_text("失责")
    expect(page.locator(".sz-finding mark.failure").first).to_be_visible()
    expect(page.locator(".sz-finding .sz-tag").first).to_contain_text("▲")


def test_two_sessions_do_not_see_each_other(page: Page, browser: Browser, address: str) -> None:
    ask(page, UNKNOWN)
    judged(page)
    other = browser.new_context(locale="zh-CN")
    stranger = other.new_page()
    stranger.goto(page.url)
    expect(stranger.locator(".sz-hero")).to_be_visible()
    assert "苗木款" not in stranger.content()
    other.close()


def test_the_browser_asks_before_a_reload_forgets_the_conversation(page: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.reload()
    assert asked == [], "there is nothing yet to lose"
    ask(page, UNKNOWN)
    judged(page)
    with pytest.raises(Error):
        page.reload(timeout=3_000)
    assert asked == ["beforeunload"]
    expect(page.locator(".sz-finding")).to_contain_text("苗木款")
    page.get_by_role("button", name="清空本次会话").click()
    page.get_by_role("button", name="确认清空").click()
    expect(page.locator(".sz-hero")).to_be_visible()
    page.reload()
    assert asked == ["beforeunload"]


def test_markup_is_shown_as_text(page: Page) -> None:
    ask(page, MARKUP)
    judged(page)
    finding = page.locator(".sz-finding")
    for words in ("<b>某镇</b>", "$x^2$", ":smile:", "**", ":red[红字]", "`码`", "[链接]("):
        assert words in page.locator(".sz-bubble").inner_text()
    assert "<img src=x onerror=" in finding.inner_text()
    assert (
        page.locator(".katex, [data-testid=stMain] img, .sz-finding b, a[href*=example]").count()
        == 0
    )
    assert page.title() == "三诊"


def test_several_findings_get_a_summary_and_can_be_merged(page: Page) -> None:
    ask(page, NUMBERED)
    judged(page)
    rows = page.locator(".sz-summary tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("违纪违法")
    page.get_by_role("radio", name="第 2 条").click()
    expect(page.locator(".sz-alert.red")).to_contain_text("触及红线")
    page.get_by_role("button", name="分条不对").click()
    choice = page.get_by_role("combobox", name="选择要合并或拆分的条目")
    choice.click()
    page.get_by_role("option", name="第 1 条").click()
    page.get_by_role("option", name="第 3 条").click()
    choice.press("Escape")
    page.get_by_role("button", name="合并所选").click()
    expect(rows).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_and_nothing_sticks_out_on_a_phone(
    browser: Browser, address: str, scheme: str
) -> None:
    context = browser.new_context(
        locale="zh-CN",
        viewport={"width": 390, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".sz-hero")).to_be_visible()
    contrast = (HERE / "contrast.js").read_text(encoding="utf-8")
    assert page.evaluate(contrast, 4.5) == []
    assert sticks_out(page) == []
    ask(page, NUMBERED)
    judged(page)
    for fold in page.locator("summary").all():
        fold.click()
    assert page.evaluate(contrast, 4.5) == []
    assert sticks_out(page) == []
    shade = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert (max(int(v) for v in re.findall(r"\d+", shade)[:3]) < 64) == (scheme == "dark")
    context.close()


def sticks_out(page: Page) -> list[str]:
    """What is wider than the window."""
    return page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain], .stMain, body, .stMain *')]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && e.checkVisibility()
          && getComputedStyle(e).visibility !== 'hidden' && !e.closest('.sz-tip, thead'))
        .map(e => e.tagName + '.' + e.className)"""
    )


def test_meanings_show_on_keyboard_focus_and_folds_open_with_enter(page: Page) -> None:
    ask(page, UNKNOWN)
    judged(page)
    label = page.locator(".sz-label").first
    label.focus()
    expect(label.locator(".sz-tip")).to_be_visible()
    fold = page.locator(".sz-cite summary").first
    fold.focus()
    fold.press("Enter")
    expect(page.locator(".sz-cite blockquote").first).to_be_visible()


def test_the_page_asks_no_other_machine_for_anything(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(60_000)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    ask(page, UNKNOWN)
    judged(page)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    context.close()


def test_a_file_in_gb18030_is_read(page: Page) -> None:
    upload = page.locator("[data-testid=stChatInput] input[type=file]")
    content = UNKNOWN.encode("gb18030")
    upload.set_input_files({"name": "问题.txt", "mimeType": "text/plain", "buffer": content})
    expect(page.get_by_text("问题.txt")).to_be_visible()
    page.get_by_test_id("stChatInputSubmitButton").click()
    judged(page)
    expect(page.locator(".sz-finding")).to_contain_text("苗木至今只到货一半")


def test_the_opinion_can_be_downloaded_as_markdown(page: Page) -> None:
    ask(page, UNKNOWN)
    judged(page)
    with page.expect_download() as coming:
        page.get_by_role("button", name="下载 Markdown").click()
    saved = Path(coming.value.path()).read_text(encoding="utf-8")
    assert saved.startswith("# 三诊研判意见（供参考）")
    assert "苗木" in saved


def test_the_day_of_the_conduct_stays_while_another_page_is_shown(page: Page) -> None:
    day = page.get_by_test_id("stSidebar").get_by_role("spinbutton")
    expect(day).to_have_text(["yyyy", "mm", "dd"])
    day.first.click()
    page.keyboard.type("20170301")
    page.mouse.click(900, 40)  # beside the field: the calendar closes and the day is taken
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("接下来的问题按 2017-03-01 有效的规定研判")).to_be_visible()
    page.get_by_role("link", name="检索").click()
    expect(page.get_by_role("heading", name="检索", level=1)).to_be_visible()
    expect(page.get_by_test_id("stChatInput")).to_have_count(0)
    page.get_by_role("link", name="研判").click()
    expect(page.get_by_test_id("stChatInput")).to_be_visible()
    expect(day).to_have_text(["2017", "03", "01"])
