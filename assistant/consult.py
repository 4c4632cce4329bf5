"""会诊 consult: how did it come about, and where does responsibility lie?

Terms   view: the reader's shares over the whole finding. weighing: the shares that the readings
        give by the table in library/judgement.yaml. deciding: a criterion without which liability
        cannot be told.
Source  the article, second relation (失误与失责, 会诊员); 2016 三个区分开来; 2018 激励意见.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from assistant.assay import assay
from assistant.contract import (
    LIABILITIES,
    Assay,
    Consultation,
    Liability,
    Reading,
    Step,
)
from assistant.distinctions import UNKNOWN, distinctions
from assistant.readers.clauses import Clause, any_of, clauses
from assistant.second import heard
from knowledge.rules import Judgement, Language, Rules
from knowledge.text import normalise

_SMALLEST = 1e-4
_EXCUSED: tuple[Liability, ...] = ("失误", "不成立")
_OPEN = 2  # questions about what the finding itself leaves open; the third is a criterion's


@dataclass(frozen=True)
class _Decision:
    """A liability with the shares it came from; moved: the rule that changed it, in words.

    said, by_rules: the first choice of the view, and of the weighing.
    """

    liability: Liability
    moved: str
    pooled: dict[Liability, float]
    said: Liability
    by_rules: Liability


def consult(assayed: Assay, rules: Rules) -> Consultation:
    """Say where responsibility lies; what to do about it is for prescribe."""
    numbers = rules.judgement
    report = assayed.report
    named = report.named
    by_model = named.liability if named else None
    decided = _decide(assayed, rules)
    built_in = None
    if report.built_in:
        built_in = _decide(assay(assayed.finding, report.built_in, rules), rules)
        decided = _apply_no_excuse_by_model(decided, built_in, assayed, numbers)
    liability, moved = decided.liability, decided.moved
    view, weighed = report.proposal.liability, weigh(assayed.readings, numbers)
    said, by_rules = decided.said, decided.by_rules
    steps = [
        Step(
            role="会诊",
            text=f"整段看像{said}（{_percent(view[said])}），逐项权衡像{by_rules}（{_percent(weighed[by_rules])}）",
        )
    ]
    if named and by_model:
        failed = "试题没有通过" if named.skill else "还没有做成试题"
        counted = "" if named.counts else f"，{failed}，只列出，不参加权衡"
        steps.append(Step(role="会诊", text=f"模型看作{by_model}{counted}"))
    if moved:
        steps.append(Step(role="会诊", text=moved))
    confidence = 0.99 if moved and liability == "违纪违法" else decided.pooled[liability]
    disagreement = _disagreement(said, by_rules, by_model, liability, moved)
    shown = distinctions(assayed.finding.text, rules.distinctions, rules.language)
    steps += [
        Step(role="会诊", text=f"{d.name}：{d.value}，原话“{d.span}”")
        for d in shown
        if d.value != UNKNOWN
    ]
    questions = _questions(assayed, liability, rules)
    steps.append(Step(role="会诊", text=f"结论：{liability}——{rules.meanings[liability]}"))
    return Consultation(
        assay=assayed,
        liability=liability,
        built_in=built_in.liability if built_in else None,
        confidence=min(confidence, 1.0),
        distinctions=shown,
        questions=questions,
        disagreement=disagreement,
        needs_review=confidence < numbers.sure or bool(disagreement),
        steps=tuple(steps),
    )


def _decide(assayed: Assay, rules: Rules) -> _Decision:
    """Hear everyone, then the rules that nobody outweighs: red lines, caution, abstention."""
    numbers = rules.judgement
    view = assayed.report.proposal.liability
    weighed = weigh(assayed.readings, numbers)
    pooled = heard(_pool(view, weighed, numbers), assayed.report.named, "liability")
    by_rules = _first(weighed)
    liability, moved = _apply_red_lines(_first(pooled), assayed)
    if not moved:
        liability, moved = _apply_caution(liability, pooled, assayed.report.alarm, numbers)
    if not moved:
        liability, moved = _apply_abstention(liability, by_rules, assayed, rules)
    return _Decision(liability, moved, pooled, _first(view), by_rules)


def _apply_no_excuse_by_model(
    decided: _Decision, built_in: _Decision, assayed: Assay, numbers: Judgement
) -> _Decision:
    """A model alone neither excuses nor clears where a breach is not as good as ruled out."""
    model_excuses = decided.liability in _EXCUSED and built_in.liability not in _EXCUSED
    breach = max(built_in.pooled["违纪违法"], assayed.report.alarm)
    if not model_excuses or not (breach >= numbers.excuse or assayed.red_lines):
        return decided
    why = (
        f"违纪违法的可能还有 {breach:.0%}"
        if breach >= numbers.excuse
        else f"又越过红线“{assayed.red_lines[0].rule}”（“{assayed.red_lines[0].span}”）"
    )
    moved = (
        f"合起来像{decided.liability}，但内置阅读判断为{built_in.liability}，{why}，"
        "不能只凭模型放过：待核实"
    )
    return replace(decided, liability="待核实", moved=moved)


def weigh(readings: tuple[Reading, ...], numbers: Judgement) -> dict[Liability, float]:
    """Shares from the readings alone: each adds its row of the table, once per criterion and side."""
    totals = {name: numbers.reading.get("底数", {}).get(name, 0.0) for name in LIABILITIES}
    seen: set[str] = set()
    for reading in readings:
        key = f"{reading.criterion} {reading.leans} {reading.proof}"
        if key in seen:
            continue
        seen.add(key)
        for name, value in numbers.reading.get(key, {}).items():
            if name in totals:
                totals[name] += value
    return _shares(totals)


def _pool(
    view: dict[Liability, float], weighed: dict[Liability, float], numbers: Judgement
) -> dict[Liability, float]:
    """A weighted product of both; the weights are numbers of the library."""
    of_view, of_readings = numbers.weights["view"], numbers.weights["readings"]
    return _shares(
        {
            name: of_view * math.log(max(view.get(name, 0.0), _SMALLEST))
            + of_readings * math.log(max(weighed[name], _SMALLEST))
            for name in LIABILITIES
        }
    )


def _apply_red_lines(pooled: Liability, assayed: Assay) -> tuple[Liability, str]:
    """No reading and no reader outweighs a red line."""
    for line in assayed.red_lines:
        if line.refers:
            if pooled == "违纪违法":
                return pooled, ""
            return "违纪违法", f"越过红线“{line.rule}”（“{line.span}”），不再权衡：违纪违法"
    if assayed.red_lines and pooled == "失误":
        line = assayed.red_lines[0]
        return "失责", f"越过红线“{line.rule}”（“{line.span}”），排除失误与容错：失责"
    return pooled, ""


def _apply_caution(
    liability: Liability, pooled: dict[Liability, float], alarm: float, numbers: Judgement
) -> tuple[Liability, str]:
    """Nobody is excused or cleared while a breach is still too likely: first find out.

    Pooled, one sure voice drowns an alarmed one; so the network's alarm counts by itself too.
    """
    breach = pooled["违纪违法"]
    if liability in _EXCUSED and breach >= numbers.caution:
        return "待核实", f"像{liability}，但违纪违法的可能还有 {breach:.0%}，不能就此放过：待核实"
    if liability in _EXCUSED and alarm >= numbers.alarm:
        return "待核实", f"像{liability}，但有词句像违纪违法（{alarm:.0%}），不能就此放过：待核实"
    if liability == "不成立" and pooled["不成立"] < numbers.clear:
        return "待核实", f"像不成立，但只有 {pooled['不成立']:.0%} 的把握，不能就此了结：待核实"
    return liability, ""


def _apply_abstention(
    liability: Liability, by_rules: Liability, assayed: Assay, rules: Rules
) -> tuple[Liability, str]:
    """A deciding criterion not looked into, and the readings do not carry the answer: ask first.

    A finding that ends with what was not looked into is itself unfinished.
    """
    left_open = _left_open(assayed.finding.text, rules)
    if left_open and liability != "待核实" and not assayed.red_lines:
        return "待核实", f"像{liability}，但文末写明“{left_open[-1]}”，查清以前不作结论：待核实"
    if liability == "不成立":
        if words := _upheld_in_part(assayed.finding.text, rules.language):
            return (
                "待核实",
                f"像不成立，但文中有“{words}”，有一部分可能查实了，不能整个了结：待核实",
            )
        for reading in assayed.readings:
            if reading.proof == "未查" and rules.criteria[reading.criterion].deciding:
                return (
                    "待核实",
                    f"像不成立，但{reading.criterion}还没有查（“{reading.span}”）：待核实",
                )
    if liability not in ("失误", "失责"):
        return liability, ""
    named = assayed.report.named
    trusted = named is not None and named.counts and named.liability == "失误"
    if liability == "失误" and not trusted and _only_failures(assayed, rules):
        return "失责", "像失误，但查实的词句只见失责，没有一处说明是怎样的失误：失责"
    established = any(r.leans == liability and r.proof == "查实" for r in assayed.readings)
    if established and by_rules != "待核实":
        return liability, ""
    for reading in assayed.readings:
        if reading.proof == "未查" and rules.criteria[reading.criterion].deciding:
            return "待核实", (
                f"像{liability}，但查实的词句不够，而{reading.criterion}还没有查"
                f"（“{reading.span}”）：待核实"
            )
    return liability, ""


def _upheld_in_part(text: str, language: Language) -> str:
    """What says that a part of a complaint was found true; empty where nothing does."""
    plain = normalise(text)
    if upheld := any_of(language.upheld).search(plain):
        return upheld.group()
    turn = any_of(language.turns).search(plain)
    last = [part for part in re.split("[。！？!?\n]", plain) if part.strip()][-1:]
    cleared = any_of((*language.clears, *language.refutations))
    return turn.group() if turn and last and not cleared.search(last[0]) else ""


def _only_failures(assayed: Assay, rules: Rules) -> bool:
    """Failures are established, and nothing that says how a mistake came about."""
    known = [r for r in assayed.readings if r.proof in ("查实", "查否")]
    mistakes = [r for r in known if r.leans == "失误" and rules.criteria[r.criterion].explains]
    return not mistakes and any(r.leans == "失责" and r.proof == "查实" for r in known)


def _disagreement(
    said: Liability,
    by_rules: Liability,
    by_model: Liability | None,
    liability: Liability,
    moved: str,
) -> str:
    model = f"模型看作{by_model}，" if by_model else ""
    if moved:
        return model + moved
    if len({said, by_rules, liability, by_model or liability}) > 1:
        return f"{model}整段看像{said}，逐项权衡像{by_rules}，取{liability}"
    return ""


def _questions(assayed: Assay, liability: Liability, rules: Rules) -> tuple[str, ...]:
    """One to three questions that would settle what is open; none that the text has answered."""
    if liability != "待核实":
        return ()
    settled = {r.criterion for r in assayed.readings if r.proof in ("查实", "查否")}
    settled -= {r.criterion for r in assayed.readings if r.proof == "未查"}
    open_ = {r.criterion for r in assayed.readings if r.proof in ("未查", "单方")} - settled
    text = normalise(assayed.finding.text)
    apt = {n: c for n, c in rules.criteria.items() if re.search(c.asked_where, text)}
    asked = [*assayed.report.questions, *_said_to_be_open(assayed.finding.text, rules)]
    asked += [c.question for name, c in apt.items() if name in open_]
    asked += [c.question for name, c in apt.items() if c.deciding and name not in settled]
    asked += [question for name in assayed.issues for question in rules.patterns[name].questions]
    asked += [c.question for name, c in apt.items() if name not in settled]
    asked += [c.question for c in rules.criteria.values()]
    return tuple(dict.fromkeys(asked))[:3]


def _said_to_be_open(text: str, rules: Rules) -> list[str]:
    """What the finding itself says was not looked into; facts added later stand on further lines."""
    sentences: dict[int, list[Clause]] = {}
    for clause in clauses(text, rules.language):
        if clause.proof == "未查" and clause.start > text.rstrip().rfind("\n"):
            sentences.setdefault(clause.sentence, []).append(clause)
    spans = [text[found[0].start : found[-1].end] for found in sentences.values()]
    return [f"文中说“{span}”，现在查到的结果是什么？" for span in spans][:_OPEN]


def _left_open(text: str, rules: Rules) -> list[str]:
    """The clauses of the last sentence that say something was not looked into."""
    every = clauses(text, rules.language)
    return [c.text for c in every if c.proof == "未查" and c.sentence == every[-1].sentence]


def _percent(share: float) -> str:
    """Nobody is wholly sure: at most 99 %."""
    return f"{min(share, 0.99):.0%}"


def _first(shares: dict[Liability, float]) -> Liability:
    return max(LIABILITIES, key=lambda name: shares.get(name, 0.0))


def _shares(scores: dict[Liability, float]) -> dict[Liability, float]:
    top = max(scores.values())
    raised = {name: math.exp(score - top) for name, score in scores.items()}
    total = sum(raised.values())
    return {name: value / total for name, value in raised.items()}
