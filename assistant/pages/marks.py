"""The finding with its decisive words marked, and every bit of untrusted text as plain HTML.

Terms   mark: a stretch of the finding that one or more readings or red lines quote; its tint says
        which criterion, its underline which side, its label both in words.
Source  spans are offsets into the text as it was given, so the text is cut, never searched.
"""

from collections.abc import Iterable
from html import escape
from itertools import pairwise

from assistant.contract import CRITERIA, Quote, Reading, RedLine

LINE = {"失误": "mistake", "失责": "failure", "未知": "unknown"}
ARROW = {"失误": "△", "失责": "▲", "未知": "？"}
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()}


def plain(text: str) -> str:
    """Text for HTML: nothing in it is markup any more."""
    return escape(text, quote=True)


def label(text: str) -> str:
    """Text for a widget's label, where Streamlit reads Markdown: its signs become full-width."""
    return " ".join(text.split()).translate(_FULL_WIDTH)


def hue(criterion: str) -> str:
    """The class of a criterion's tint."""
    names: tuple[str, ...] = CRITERIA
    return f"c{names.index(criterion) + 1}" if criterion in names else "c0"


def marked(text: str, readings: Iterable[Reading], red_lines: Iterable[RedLine]) -> str:
    """The whole finding as HTML; quotes may overlap, be repeated, or be empty."""
    quotes: list[Quote] = [q for q in (*readings, *red_lines) if _fits(text, q)]
    edges = sorted({0, len(text), *(q.start for q in quotes), *(q.end for q in quotes)})
    pieces = []
    for start, end in pairwise(edges):
        over = [q for q in quotes if q.start <= start and end <= q.end]
        words = plain(text[start:end])
        if not over:
            pieces.append(words)
            continue
        ending = [q for q in over if q.end == end]
        tags = "".join(dict.fromkeys(_tag(q) for q in ending))
        classes = " ".join(dict.fromkeys(name for q in over for name in _classes(q)))
        title = plain("；".join(dict.fromkeys(_title(q) for q in over)))
        pieces.append(f'<mark class="{classes}" title="{title}">{words}</mark>{tags}')
    return f'<div class="sz-finding">{"".join(pieces)}</div>'


def legend(readings: Iterable[Reading], red_lines: Iterable[RedLine]) -> str:
    """What the marks mean: only those that occur."""
    sides = dict.fromkeys(reading.leans for reading in readings if reading.span)
    items = [
        f'<span class="sz-key"><mark class="{LINE[side]}">{ARROW[side]}</mark>{_side(side)}</span>'
        for side in sides
    ]
    if any(True for _ in red_lines):
        items.append('<span class="sz-key"><mark class="red">⚑</mark>红线</span>')
    return f'<div class="sz-legend">{"".join(items)}</div>' if items else ""


def _fits(text: str, quote: Quote) -> bool:
    return bool(quote.span) and text[quote.start : quote.end] == quote.span


def _classes(quote: Quote) -> tuple[str, ...]:
    if isinstance(quote, Reading):
        return (hue(quote.criterion), LINE[quote.leans])
    return ("red",)


def _tag(quote: Quote) -> str:
    if isinstance(quote, Reading):
        name, side = quote.criterion, quote.leans
        return f'<span class="sz-tag {hue(name)}">{ARROW[side]}{plain(name)}</span>'
    return '<span class="sz-tag red">⚑红线</span>'


def _title(quote: Quote) -> str:
    if isinstance(quote, Reading):
        why = f"，{quote.why}" if quote.why else ""
        return f"{quote.criterion}：{_side(quote.leans)}（{quote.proof}）{why}"
    return f"红线：{quote.rule}" if isinstance(quote, RedLine) else quote.span


def _side(side: str) -> str:
    return "未知" if side == "未知" else f"倾向{side}"
