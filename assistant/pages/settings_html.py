"""What the settings page shows as HTML; everything escaped, no key ever in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.pages import card_html
from assistant.pages.marks import plain
from assistant.settings import Endpoint, Remote, Settings

if TYPE_CHECKING:
    from assistant.privacy import Masked

REMOTE: dict[Remote, str] = {
    "mask": "先把姓名、号码和地名换成占位，再发送",
    "confirm": "同上，而且每次由人看过预览、同意了才发送；别的机器上的向量服务不用",
    "forbid": "不许发送，别的机器上的模型不用",
    "plain": "原样发送",
}

TRYING = '<div class="sz-said" role="status">正在等模型回答，最多四分钟……</div>'


def wrong(reason: str) -> str:
    """Settings that cannot be used."""
    return (
        '<div class="sz-alert red" role="alert"><strong>设置有误，还不能研判</strong>'
        f"<p>{plain(reason)}</p><p>改好以后重新启动。</p></div>"
    )


def changed(wrong: str) -> str:
    """Other settings are written down than those in use; `wrong` says why they cannot be used."""
    more = f"<p>新写的设置有误：{plain(wrong)}</p>" if wrong else ""
    return (
        '<div class="sz-alert review" role="status"><strong>设置改过了，重新启动以后才生效</strong>'
        f"<p>下面写的是正在用的设置。</p>{more}</div>"
    )


def chosen() -> str:
    """A model was chosen on this page."""
    return (
        '<div class="sz-alert changed" role="status"><strong>已换用在这里选的模型</strong>'
        "<p>只在这次运行里有效，对这个程序所有打开的页面都有效；重新启动就回到写好的设置。"
        "要长期用，见本页末尾。</p></div>"
    )


def now(settings: Settings) -> str:
    """Every setting that matters to a person, in words."""
    rows: tuple[tuple[str, str], ...] = (
        ("由谁阅读", _reader(settings)),
        ("文字去向", settings.destination),
        ("向量检索", _embedding(settings)),
        ("数据文件夹", str(settings.data)),
        ("最多等模型", f"{settings.model_seconds:.0f} 秒"),
        ("模型的回答", "存在数据文件夹，同样的问题不再问" if settings.model_cache else "不存"),
    )
    if settings.chroma_url:
        place = settings.vectors_go_to or "本机"
        rows = (*rows, ("索引", f"用 CHROMA_URL 指定的服务器，在{place}；只给它向量，不给文字"))
    body = "".join(f"<dt>{name}</dt><dd>{plain(said)}</dd>" for name, said in rows)
    return card_html.section("现在的设置", f'<dl class="sz-facts">{body}</dl>')


def remote(chosen: Remote) -> str:
    """What may leave this machine, and which of the four is set."""
    rows = "".join(
        f"<dt>{name}</dt><dd>{'<b>' if name == chosen else ''}{meaning}"
        f"{'（现在）</b>' if name == chosen else ''}</dd>"
        for name, meaning in REMOTE.items()
    )
    return card_html.section(
        "发送到别的机器时", f'<dl class="sz-facts">{rows}</dl>', "SANZHEN_REMOTE"
    )


def preview(masked: Masked, settings: Settings) -> str:
    """The words that would be sent, and what each placeholder stands for."""
    if settings.remote == "forbid":
        when = "现在的设置不许发送。改为 mask 以后，发送的是："
    elif settings.text_goes_to:
        when = f"发送到 {'、'.join(settings.text_goes_to)} 的是："
    else:
        when = "现在不发送到别的机器。换成别的机器上的模型以后，发送的是："
    rows = "".join(
        f"<dt>〔{plain(name)}〕</dt><dd>{plain(words)}</dd>" for name, words in masked.table.items()
    )
    held = f'<h4>留在本机的对照</h4><dl class="sz-facts">{rows}</dl>' if rows else ""
    none = "没有找到要隐去的姓名、号码和地名；自动识别会有遗漏，请自己再看一遍。"
    said = "自动识别会有遗漏，请自己再看一遍。" if rows else none
    if settings.remote == "plain":
        said = "现在的设置是原样发送，什么都不隐去。"
    return (
        f'<section class="sz-part"><h4>{plain(when)}</h4>'
        f'<div class="sz-finding">{plain(masked.text)}</div>{held}'
        f'<p class="sz-note">{said}发给模型的还有阅读要求、备选的条款要旨、相近问题的名称和事发日期。</p></section>'
    )


def stopped() -> str:
    """The trial of a model was stopped."""
    return (
        '<div class="sz-alert review" role="status"><strong>已停止</strong>'
        "<p>这个模型没有试完，请求已经结束。要用它，请再试一次。</p></div>"
    )


def tried(good: bool, sentence: str) -> str:
    """What came of trying a model."""
    tone, head = ("changed", "可以用") if good else ("red", "还不能用")
    return (
        f'<div class="sz-alert {tone}" role="status"><strong>{head}</strong>'
        f"<p>{plain(sentence)}</p></div>"
    )


def _reader(settings: Settings) -> str:
    reads = settings.reads_with
    if isinstance(reads, Endpoint):
        place = "本机" if reads.is_this_machine else reads.host
        return f"模型 {reads.model}，在{place}；出错时改由内置研判"
    if isinstance(reads, Path):
        return f"模型文件 {reads.name}，在本机；出错时改由内置研判"
    blocked = f"。{settings.no_model}" if settings.model is not None else ""
    return f"内置研判，离线{blocked}"


def _embedding(settings: Settings) -> str:
    if settings.embedding is None:
        return "内置，在本机"
    if settings.embeds_with is None:
        return (
            f"内置，在本机。SANZHEN_REMOTE={settings.remote} 时，"
            f"{settings.embedding.host} 上的向量服务不用"
        )
    place = "本机" if settings.embedding.is_this_machine else settings.embedding.host
    return f"{settings.embedding.model}，在{place}"
