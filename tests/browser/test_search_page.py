"""The search page in a real browser, with the real index behind it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from .test_page import sticks_out

pytestmark = pytest.mark.browser


def look_up(page: Page, words: str) -> None:
    box = page.get_by_label("查什么")
    box.fill(words)
    box.press("Enter")


def test_a_provision_is_found_on_a_phone_and_opens_and_nonsense_is_not_found(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/search")
    look_up(page, "党课多久上一次")
    first = page.locator(".sz-cite").first
    expect(first.locator("blockquote")).to_be_hidden()
    first.locator("summary").first.click()
    expect(first.locator("blockquote")).to_be_visible()
    expect(first).to_contain_text("版本：")
    problem = page.locator(".sz-cite", has_text="违反的规定").first
    problem.locator("summary").first.click()
    inner = problem.locator(".sz-cite").first
    inner.locator("summary").click()
    expect(inner.locator("blockquote")).to_be_visible()
    assert sticks_out(page) == []
    look_up(page, "明天股票会不会涨")
    expect(page.locator(".sz-alert")).to_contain_text("没有找到")
    context.close()


def test_the_pages_lead_to_each_other_and_a_conversation_is_kept(page: Page) -> None:
    page.get_by_role("button", name="党员会并进了业务会").click()
    expect(page.locator(".sz-foot")).to_be_visible()
    page.get_by_role("link", name="设置").click()
    expect(page.locator(".sz-facts").first).to_contain_text("内置研判，离线")
    page.get_by_role("link", name="研判").click()
    expect(page.locator(".sz-foot")).to_be_visible()


def test_a_preview_stays_while_a_model_is_tried_out(page: Page) -> None:
    page.get_by_role("link", name="设置").click()
    page.get_by_label("粘贴一条问题").fill("某镇副镇长王建国2022年预付货款38万元。")
    page.get_by_role("button", name="预览").click()
    expect(page.locator(".sz-finding")).to_contain_text("〔人员1〕")
    page.get_by_label("地址", exact=True).fill("ftp://a")
    page.get_by_label("模型名称").fill("甲")
    page.get_by_role("button", name="试一下").click()
    expect(page.locator(".sz-alert")).to_contain_text("地址要以 http:// 或 https:// 开头")
    expect(page.locator(".sz-finding")).to_be_visible()
    assert sticks_out(page) == []
