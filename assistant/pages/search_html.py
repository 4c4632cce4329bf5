"""What the search page shows as HTML: provisions and patterns that open, everything escaped."""

from collections.abc import Iterable

from assistant.lookup import Entry, Found, Problem
from assistant.pages import card_html
from assistant.pages.marks import plain


def results(found: Found) -> str:
    """Provisions, then patterns; or why there is nothing."""
    if found.status == "unavailable":
        return (
            '<div class="sz-alert red" role="alert"><strong>现在没法检索</strong>'
            f"<p>{plain(found.why)}</p><p>这不等于没有相关规定，请稍后再试。</p></div>"
        )
    if found.status == "no_match":
        return (
            '<div class="sz-alert" role="status"><strong>没有找到</strong>'
            "<p>条款库里没有足够接近的内容。可以换一种说法，不限文件，或清空日期再试。"
            "库里没有，不等于没有这样的规定。</p></div>"
        )
    return _entries(found.entries) + _problems(found.problems)


def _entries(entries: tuple[Entry, ...]) -> str:
    folded = "".join(card_html.opened(one.cited, _more(one)) for one in entries)
    body = f'<div class="sz-cites">{folded}</div>' if folded else ""
    return card_html.section(f"条款和方法 {len(entries)} 条", body, "点开看条文或要旨")


def _problems(problems: tuple[Problem, ...]) -> str:
    folded = "".join(map(_problem, problems))
    body = f'<div class="sz-cites">{folded}</div>' if folded else ""
    return card_html.section(f"常见问题 {len(problems)} 个", body, "点开看违反什么、该问什么")


def _more(entry: Entry) -> str:
    until = (
        f'<p class="sz-note">{entry.superseded.isoformat()} 起不再适用</p>'
        if entry.superseded
        else ""
    )
    return (
        until
        + _chips("主题", entry.topics)
        + _items("常见说法", entry.wordings)
        + _chips("违反它的常见问题", entry.problems)
    )


def _problem(problem: Problem) -> str:
    device = f'<span class="sz-badge warn">{plain(problem.device)}</span>' if problem.device else ""
    measures = tuple(f"{m.text}（决定：{m.decided_by}）" for m in problem.measures)
    return (
        '<details class="sz-fold sz-cite"><summary>'
        f'<span class="sz-cite-name">{plain(problem.name)}</span>'
        f'<span class="sz-badge">{plain(problem.domain)}</span>{device}</summary>'
        f'<div class="sz-open"><h4>违反的规定</h4>{card_html.found(problem.rules)}'
        + _items("该问什么", problem.questions)
        + _items("可以怎么改", measures)
        + _items("常见说法", problem.wordings)
        + "</div></details>"
    )


def _items(title: str, texts: Iterable[str]) -> str:
    items = "".join(f"<li>{plain(text)}</li>" for text in texts)
    return f'<h4>{title}</h4><ul class="sz-failed">{items}</ul>' if items else ""


def _chips(title: str, texts: Iterable[str]) -> str:
    items = "".join(f"<li>{plain(text)}</li>" for text in texts)
    return f'<h4>{title}</h4><ul class="sz-chips">{items}</ul>' if items else ""
