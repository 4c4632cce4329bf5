"""What the page shows while it works, as HTML; everything escaped."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.pages.marks import plain


def outgoing(host: str, texts: Sequence[str]) -> str:
    """Exactly what would be sent of each finding, for a person to agree to."""
    shown = "".join(f'<div class="sz-finding">{plain(text)}</div>' for text in texts)
    count = f"（共 {len(texts)} 条）" if len(texts) > 1 else ""
    return (
        '<div class="sz-alert review" role="status">'
        f"<strong>发送到 {plain(host)} 之前，请看一遍{count}</strong>"
        "<p>姓名、号码和地名已经换成占位；自动识别会有遗漏，请自己再看一遍。</p></div>"
        f"{shown}"
    )


def now_goes(destination: str) -> str:
    """Where a text goes by the settings that hold now, which are not those it was asked under."""
    return f"按现在的设置，{plain(destination)}。"
