"""Answer a question about method or law from what is retrieved, with citations, or say there is none."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Literal

from assistant.cite import citation
from assistant.contract import Citation, Frozen
from assistant.triage import Bench
from knowledge.errors import IndexUnavailableError
from knowledge.search import good_hits

_SHOWN = 4
_OF_THE_MATTER, _DEEP, _NEAR = 2, 40, 0.2


class Answer(Frozen):
    """What was found for a question; `unavailable` is not the same as `no_match`.

    spoken: the text answers in words of its own; else it only repeats what is cited.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    status: Literal["found", "no_match", "unavailable"]
    spoken: bool = False


def answer(
    question: str, bench: Bench, day: date | None = None, matter: Collection[str] = ()
) -> Answer:
    """The provisions and units of the method that answer, in force on the day (today if None).

    matter: what an opinion that is talked about rests on; of it, what is not far comes first,
    because 出租要经过哪些程序 does not say again whose property is let.
    """
    on = day or date.today()
    try:
        good = [hit.id for hit in good_hits(question, bench.index, bench.rules, _SHOWN, on)]
        hits = bench.index.survey(question, day=on, kinds=("provision", "method"))[0][:_DEEP]
    except IndexUnavailableError as error:
        return Answer(text=str(error), status="unavailable")
    if not good:
        return Answer(text=bench.rules.texts.no_match, status="no_match")
    own = [hit.id for hit in hits if hit.id in matter and hit.score >= _NEAR][:_OF_THE_MATTER]
    chosen = tuple(dict.fromkeys((*own, *good)))[:_SHOWN]
    citations = tuple(citation(one, "measure", on, bench.rules) for one in chosen)
    lines = [
        f"《{c.document}》{c.article}（{c.kind}）：{c.text}"
        if c.version
        else f"{c.document}“{c.article}”：{c.text}"
        for c in citations
    ]
    return Answer(text="\n".join(lines), citations=citations, status="found")
