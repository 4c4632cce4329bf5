"""Answer a question about method or law from what is retrieved, with citations, or say there is none."""

from __future__ import annotations

from datetime import date
from typing import Literal

from assistant.cite import citation
from assistant.contract import Citation, Frozen
from assistant.triage import Bench
from knowledge.errors import IndexUnavailableError
from knowledge.search import good_hits

_SHOWN = 4


class Answer(Frozen):
    """What was found for a question; `unavailable` is not the same as `no_match`.

    spoken: the text answers in words of its own; else it only repeats what is cited.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    status: Literal["found", "no_match", "unavailable"]
    spoken: bool = False


def answer(question: str, bench: Bench, day: date | None = None) -> Answer:
    """The provisions and units of the method that answer, in force on the day (today if None)."""
    on = day or date.today()
    try:
        good = good_hits(question, bench.index, bench.rules, _SHOWN, on)
    except IndexUnavailableError as error:
        return Answer(text=str(error), status="unavailable")
    if not good:
        return Answer(text=bench.rules.texts.no_match, status="no_match")
    citations = tuple(citation(hit.id, "measure", on, bench.rules) for hit in good)
    lines = [
        f"《{c.document}》{c.article}（{c.kind}）：{c.text}"
        if c.version
        else f"{c.document}“{c.article}”：{c.text}"
        for c in citations
    ]
    return Answer(text="\n".join(lines), citations=citations, status="found")
