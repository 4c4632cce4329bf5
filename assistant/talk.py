"""Follow-up talk about an opinion: answered from the opinion and from fresh retrieval, with citations.

Terms   why: a question for the criteria that decided (为什么不是失误): answered from the opinion itself,
        word for word, by no model.
        New facts are not talk: they are added to the finding, which is triaged again.
Source  docs/design.md; prompts/talk.md.
"""

from __future__ import annotations

import re
from datetime import date

from assistant import verify
from assistant.answer import Answer, answer
from assistant.contract import LIABILITIES, Finding, Opinion, Reading
from assistant.errors import ReaderError
from assistant.evidence import seen, without_orders
from assistant.readers.model import likeness
from assistant.readers.reader import Talks
from assistant.support import grounded
from assistant.triage import Bench
from knowledge.rules import Rules

_WHY = re.compile(r"为什么|为何|凭什么|怎么(?:就|会)?(?:不)?是|依据是什么|理由|怎么判")
_OTHER = re.compile("|".join(sorted(LIABILITIES, key=len, reverse=True)))


def follow_up(question: str, finding: Finding, opinion: Opinion, bench: Bench) -> Answer:
    """Answer a question about an opinion or the law; orders inside the question are not followed."""
    asked = without_orders(question)
    if _WHY.search(asked) and opinion.liability:
        return why(asked, opinion, bench.rules)
    day = finding.date or date.today()
    found = answer(asked, bench, day)
    if not isinstance(bench.reader, Talks) or found.status != "found":
        return found
    # the opinion's own citation stands: it is made for the right day, and says what is milder
    offered = {c.provision: c for c in (*found.citations, *opinion.citations)}
    told = "\n".join(f"[{i}] {c.document}{c.article}：{c.text}" for i, c in offered.items())
    text, summary = seen(finding).finding.text, _summary(opinion)
    try:
        said = bench.reader.talk(asked, text, summary, told)
    except ReaderError as error:
        return found.model_copy(update={"text": f"{found.text}\n（模型没有回答：{error}）"})
    checked = verify.explanation(said, list(offered))
    if not checked.cited:
        return found
    rests = grounded(
        checked.text,
        lambda i: offered[i].text if i in offered else "",
        lambda one, other: likeness(one, other, bench.index),
        {"finding": text, "opinion": summary, "question": asked, "provisions": told},
    )
    return Answer(
        text=bench.rules.with_names(rests.text),
        citations=tuple(offered[i] for i in checked.cited),
        status="found",
        spoken=True,
    )


def why(question: str, opinion: Opinion, rules: Rules) -> Answer:
    """The red lines or criteria that decided, in the finding's own words."""
    about = [word for word in _OTHER.findall(question) if word != opinion.liability]
    lines = [f"结论是{opinion.liability}" + (f"，不是{about[0]}。" if about else "。")]
    lines += [
        f"越过红线“{line.rule}”：原话“{line.span}”，依据{rules.named(line.provision)}，红线不参加权衡。"
        for line in opinion.red_lines
    ]
    side = "失误" if opinion.liability in ("失误", "不成立") else "失责"
    lines += [_told(r) for r in sorted(opinion.criteria, key=lambda r: (r.leans != side, r.start))]
    if opinion.disagreement:
        lines.append(f"还有分歧：{opinion.disagreement}。")
    lines += [f"要改变结论，先要查清：{question}" for question in opinion.questions]
    cited = tuple(c for c in opinion.citations if c.supports == "liability" and not c.milder)
    return Answer(text="\n".join(lines), citations=cited, status="found", spoken=True)


def _told(reading: Reading) -> str:
    because = f"：{reading.why}" if reading.why else ""
    return f"{reading.criterion}偏{reading.leans}，原话“{reading.span}”（{reading.proof}）{because}"


def _summary(opinion: Opinion) -> str:
    readings = "；".join(f"{r.criterion}偏{r.leans}“{r.span}”" for r in opinion.criteria)
    return f"{opinion.domain}，{opinion.liability}，{opinion.remedy}。{readings}"
