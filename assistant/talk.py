"""Follow-up talk about an opinion: answered from the opinion and from fresh retrieval, with citations.

Terms   told: what the opinion itself answers (assistant/about.py), word for word, by no model.
        earlier: the questions and answers on this opinion so far.
        New facts are not talk: they are added to the finding, which is triaged again.
Source  docs/design.md; readers/prompts/talk.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from assistant import verify
from assistant.about import from_opinion
from assistant.answer import Answer, answer
from assistant.contract import SILENT, Finding, Opinion
from assistant.contrary import without_contrary
from assistant.errors import ReaderError
from assistant.evidence import seen, without_orders
from assistant.readers.conversation import Exchange, Talk
from assistant.readers.reader import Talks
from assistant.readers.remarks import LONGEST_EXPLANATION, in_chinese, likeness
from assistant.support import grounded
from assistant.triage import Bench
from knowledge.index import Vector
from knowledge.rules import Rules

_TURNS = 3
_QUESTION, _ANSWER = 200, 300  # characters of an earlier question and answer that go along
_POINTS = re.compile(r"这|本案|当事人|刚才|上面|前面|意见|结论|材料|文中|(?<!其)[他她它]")


@dataclass(frozen=True)
class _Begun:
    """What is answered without a model, and what a model is asked besides; empty: nothing."""

    told: Answer | None
    found: Answer
    ask: str


def follow_up(
    question: str,
    finding: Finding,
    opinion: Opinion,
    bench: Bench,
    earlier: tuple[Exchange, ...] = (),
) -> Answer:
    """Answer a question about an opinion or the law; orders inside the question are not followed."""
    begun = _begin(question, finding, opinion, bench)
    if not begun.ask or not isinstance(bench.reader, Talks):
        return _joined(begun.told, begun.found)
    # the opinion's own citation stands: it is made for the right day, and says what is milder
    offered = {c.provision: c for c in (*begun.found.citations, *opinion.citations)}
    provisions = "\n".join(
        f"[{i}] {c.document}{c.article}：{without_orders(c.text)}" for i, c in offered.items()
    )
    asked = _talk(begun.ask, finding, opinion, bench.rules, earlier)
    try:
        said = bench.reader.talk(asked, provisions)
    except ReaderError as error:
        return _joined(begun.told, _silent(begun.found, str(error)))
    if len(said) > LONGEST_EXPLANATION:
        return _joined(begun.told, _silent(begun.found, "它的回答太长，没有采用"))
    kept = without_contrary(verify.unmarked(said), opinion, f"{asked.text}\n{asked.summary}")
    shown = {i: f"{i} {c.document}{c.article} {c.text}" for i, c in offered.items()}
    own = "\n".join((asked.text, asked.summary, asked.question))
    grounds = verify.Grounds.of(own, finding.date, date.today(), shown, bench.rules)
    checked = verify.marked(kept, list(offered), grounds)
    if not checked.cited and begun.found.status == "found":
        return _joined(begun.told, _silent(begun.found, "它的回答没有可以核对的引用，没有采用"))
    if not checked.text or not in_chinese(checked.text):
        return _joined(begun.told, _silent(begun.found, "它的回答是空的或者不是中文，没有采用"))
    known: dict[str, Vector] = {}
    rests = grounded(
        checked.text,
        lambda i: offered[i].text if i in offered else "",
        lambda one, other: likeness(one, other, bench.index, known),
        {
            "finding": asked.text,
            "opinion": asked.summary,
            "question": asked.question,
            "provisions": provisions,
        },
    )
    spoken = Answer(
        text=bench.rules.with_names(rests.text),
        citations=tuple(offered[i] for i in checked.cited),
        status="found",
        spoken=True,
    )
    return _joined(begun.told, spoken)


def outgoing(
    question: str,
    finding: Finding,
    opinion: Opinion,
    bench: Bench,
    earlier: tuple[Exchange, ...] = (),
) -> Talk | None:
    """What a model would get with this question, not yet masked; None where none is asked."""
    ask = _begin(question, finding, opinion, bench).ask
    return _talk(ask, finding, opinion, bench.rules, earlier) if ask else None


def _begin(question: str, finding: Finding, opinion: Opinion, bench: Bench) -> _Begun:
    own = from_opinion(without_orders(question) or question, opinion, bench.rules)
    if own.told is not None and not (own.rest or own.look_up):
        return _Begun(None, own.told, "")
    matter = _matter(opinion, bench.rules)
    found = answer(own.look_up + own.rest, bench, finding.date or date.today(), matter)
    about = found.status == "no_match" and _concerns(own.rest, finding.text)
    return _Begun(own.told, found, own.rest if found.status == "found" or about else "")


def _matter(opinion: Opinion, rules: Rules) -> frozenset[str]:
    """What the opinion rests on: the rules cited, and those of the pattern it resembles most."""
    of_patterns = (i for name in opinion.issues[:1] for i in rules.patterns[name].rule)
    cited = (c.provision for c in opinion.citations if c.supports == "domain" and c.version)
    return frozenset((*cited, *of_patterns))


def _concerns(question: str, text: str) -> bool:
    """Whether a question that the library knows nothing about is one about this case."""
    pairs = {question[i : i + 2] for i in range(len(question) - 1)}
    return bool(_POINTS.search(question)) or sum(pair in text for pair in pairs) > 1


def _talk(
    question: str, finding: Finding, opinion: Opinion, rules: Rules, earlier: tuple[Exchange, ...]
) -> Talk:
    return Talk(
        question,
        seen(finding).finding.text,
        _summary(opinion, rules),
        tuple(
            (_short(without_orders(asked), _QUESTION), _short(without_orders(told), _ANSWER))
            for asked, told in earlier[-_TURNS:]
        ),
    )


def _summary(opinion: Opinion, rules: Rules) -> str:
    """The opinion as a model gets it; questions may be a model's own words, so no orders in them."""
    parts = (
        ("判据", [f"{r.criterion}偏{r.leans}“{r.span}”（{r.proof}）" for r in opinion.criteria]),
        (
            "触及红线",
            [f"{x.rule}“{x.span}”（{rules.named(x.provision)}）" for x in opinion.red_lines],
        ),
        ("由谁决定", [opinion.decided_by] if opinion.decided_by else []),
        ("措施", [f"{m.text}（{m.decided_by}）" for m in opinion.measures]),
        ("还要查清", [left for asked in opinion.questions if (left := without_orders(asked))]),
    )
    labels = f"{opinion.domain}，{opinion.liability}，{opinion.remedy}。"
    return labels + "".join(f"{title}：{'；'.join(said)}。" for title, said in parts if said)


def _joined(told: Answer | None, more: Answer) -> Answer:
    """What the opinion says first, then what else was asked."""
    if told is None:
        return more
    cited = {c.provision: c for c in (*told.citations, *more.citations)}
    return told.model_copy(
        update={"text": f"{told.text}\n{more.text}", "citations": tuple(cited.values())}
    )


def _silent(found: Answer, why: str) -> Answer:
    return found.model_copy(update={"text": f"{found.text}{SILENT}{why}）"})


def _short(text: str, length: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[:length]}…"
