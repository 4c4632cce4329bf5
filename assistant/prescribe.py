"""处方 prescribe: what now — remedy, measures, who decides, and on what it all rests?

Terms   remedy: 容错 or 纠错 and their kin. supports: the part of the opinion a citation carries.
Source  the article, third relation (容错与纠错, 处方员); library/remedies.yaml, measures.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from assistant.cite import cite, issues_shown
from assistant.contract import (
    DOMAINS,
    Consultation,
    Liability,
    Measure,
    Opinion,
    Remedy,
    Step,
    View,
)
from assistant.explain import explain
from assistant.readers.clauses import any_of
from assistant.retrieval import Retrieved
from assistant.second import heard
from knowledge.rules import Fit, Rules

_CUT = "这条很长，内置阅读只读了前面约八百字。请把后面的内容拆成另一条再研判，或逐段核对。"
_HEADS = ("domain", "liability", "remedy")
_OF_LIABILITY: dict[str, Remedy] = {
    "失责": "纠错",
    "违纪违法": "移交",
    "待核实": "补充核实",
    "不成立": "澄清",
}


def prescribe(consulted: Consultation, retrieved: Retrieved, rules: Rules) -> Opinion:
    """Turn where responsibility lies into what to do; names no punishment."""
    assayed = consulted.assay
    remedy, reason = _remedy(consulted, rules)
    rule = rules.remedies[remedy]
    issues = issues_shown(consulted, retrieved)
    measures = _measures(consulted, remedy, issues, retrieved.today, rules)
    cut = retrieved.states is not None and retrieved.states.truncated
    citations = cite(consulted, remedy, measures, retrieved, rules)
    views = _views(consulted, rules)
    disagreement = consulted.disagreement or "；".join(map(_in_words, views))
    steps = (
        *assayed.steps,
        *consulted.steps,
        Step(role="处方", text=f"{remedy}：{reason}"),
        Step(role="处方", text=f"由谁决定：{rule.decided_by}"),
    )
    return Opinion(
        id=assayed.finding.id,
        domain=assayed.domain,
        liability=consulted.liability,
        remedy=remedy,
        confidence=round(consulted.confidence, 3),
        issues=issues,
        diagnosis={d.name: d.value for d in consulted.distinctions},
        diagnosis_words=consulted.distinctions,
        criteria=assayed.readings,
        red_lines=assayed.red_lines,
        measures=measures,
        questions=consulted.questions,
        citations=citations,
        reader=assayed.report.reader,
        needs_review=consulted.needs_review or cut or bool(views or assayed.report.failures),
        explanation=explain(consulted, remedy, issues, citations, rules),
        steps=steps,
        disagreement=disagreement,
        views=views,
        failures=assayed.report.failures,
        notes=(*assayed.report.notes, *((_CUT,) if cut else ())),
        decided_by=rule.decided_by,
        rights=rules.texts.rights,
        disclaimer=rules.texts.disclaimer,
    )


def _remedy(consulted: Consultation, rules: Rules) -> tuple[Remedy, str]:
    """失误 is tolerated; where a defect of procedure or rule stays established, corrected as well."""
    report = consulted.assay.report
    shares = heard(report.proposal.remedy, report.named, "remedy")
    remedy = _remedy_of(consulted.liability, shares, rules)
    return remedy, {
        "容纠并举": f"属失误，但做法有缺口：{rules.meanings['容纠并举']}",
        "容错": f"属失误：{rules.meanings['容错']}",
    }.get(remedy, f"{consulted.liability}，{rules.meanings[remedy]}")


def _remedy_of(liability: Liability, shares: Mapping[Remedy, float], rules: Rules) -> Remedy:
    if liability != "失误":
        return _OF_LIABILITY[liability]
    both = shares.get("容纠并举", 0.0)
    return (
        "容纠并举"
        if both > rules.judgement.remedy_margin * (both + shares.get("容错", 0.0))
        else "容错"
    )


def _views(consulted: Consultation, rules: Rules) -> tuple[View, ...]:
    """What model and built-in reading conclude, where they differ in any of the three labels."""
    report, liability = consulted.assay.report, consulted.built_in
    if report.named is None or liability is None:
        return ()
    named = View(by="模型", **{head: getattr(report.named, head) for head in _HEADS})
    shares = report.proposal
    own = View(
        by="内置阅读",
        domain=max(DOMAINS, key=lambda name: shares.domain.get(name, 0.0)),
        liability=liability,
        remedy=_remedy_of(liability, shares.remedy, rules),
    )
    differ = any(getattr(named, h) and getattr(named, h) != getattr(own, h) for h in _HEADS)
    return (named, own) if differ else ()


def _in_words(view: View) -> str:
    labels = (getattr(view, head) for head in _HEADS)
    return f"{view.by}看作{'、'.join(label for label in labels if label)}"


def _measures(
    consulted: Consultation, remedy: Remedy, issues: tuple[str, ...], today: date, rules: Rules
) -> tuple[Measure, ...]:
    """Steps of rectification from the nearest pattern first, then the remedy's own.

    They are taken now, so they rest on what is in force today.
    """
    text = consulted.assay.finding.text
    chosen: list[Measure] = []
    if remedy in ("纠错", "容纠并举"):
        for name in issues[:1]:
            pattern = rules.patterns[name]
            in_force = (i for i in pattern.rule if rules.provisions.in_force(i, today) is not False)
            basis = next(in_force, pattern.rule[0])
            chosen += [
                Measure(text=m.text, decided_by=m.decided_by, provision=basis)
                for m in pattern.measures
                if _fits(m.text, text, rules.fits)
            ]
    chosen += [
        Measure(text=m.text, decided_by=m.decided_by, provision=m.provision)
        for m in rules.measures
        if m.remedy == remedy and _allowed(text, m.when, m.unless)
    ]
    return tuple(chosen)


def _fits(measure: str, text: str, fits: Iterable[Fit]) -> bool:
    """Not yet done according to the finding, and about something that the finding speaks of."""
    return all(
        _allowed(text, fit.where, fit.unless)
        for fit in fits
        if any_of((fit.measure,)).search(measure)
    )


def _allowed(text: str, where: tuple[str, ...], unless: tuple[str, ...]) -> bool:
    said = not where or any_of(where).search(text)
    return bool(said) and not (unless and any_of(unless).search(text))
