"""化验 assay: what is this — which domain, which facts, which rule was not kept?

Terms   readings: per criterion, the words of the finding that show a side.
        issues: names of the library's problem patterns that the finding resembles.
Source  the article, first relation (党建与业务, 化验员) → library/method.yaml, library/issues/.
"""

from __future__ import annotations

from assistant.contract import (
    DOMAINS,
    Assay,
    Domain,
    Finding,
    Reading,
    RedLine,
    Report,
    Step,
)
from assistant.red_lines import red_lines
from assistant.second import heard
from knowledge.rules import Rules


def assay(finding: Finding, report: Report, rules: Rules) -> Assay:
    """Settle domain, issues, readings and red lines; where responsibility lies is for consult."""
    shares = heard(report.proposal.domain, report.named, "domain")
    domain: Domain = max(DOMAINS, key=lambda name: shares.get(name, 0.0))
    readings = tuple(
        reading if reading.why else reading.model_copy(update={"why": why(reading, rules)})
        for reading in sorted(_readings(report), key=lambda r: (r.start, r.end))
        if reading.span and finding.text[reading.start : reading.end] == reading.span
    )
    crossed = tuple(
        line.model_copy(update={"provision": _of_the_day(line, finding, rules)})
        for line in red_lines(finding.text, rules.red_lines, rules.language)
    )
    known = tuple(
        name
        for name in report.issues
        if name in rules.patterns and rules.offices.pattern_applies(name, finding.text)
    )
    steps = [
        Step(
            role="化验",
            text=f"领域：{domain}——{rules.meanings[domain]}（把握 {min(shares[domain], 0.99):.0%}）",
        )
    ]
    if known:
        steps.append(Step(role="化验", text="像这些常见问题：" + "、".join(known)))
    steps += [
        Step(role="化验", criterion=r.criterion, text=f"{r.criterion}：{r.why}") for r in readings
    ]
    steps += [
        Step(
            role="化验",
            text=f"红线“{line.rule}”：原话“{line.span}”，依据{rules.named(line.provision)}",
        )
        for line in crossed
    ]
    return Assay(
        finding=finding,
        report=report,
        domain=domain,
        domain_confidence=shares[domain],
        issues=known,
        readings=readings,
        red_lines=crossed,
        steps=tuple(steps),
    )


def _readings(report: Report) -> tuple[Reading, ...]:
    """A model without a single quote that holds does not take the built-in reader's away."""
    return report.readings or (report.built_in.readings if report.built_in else ())


def _of_the_day(line: RedLine, finding: Finding, rules: Rules) -> str:
    """What a red line rested on when it was crossed; today's provision where none is held."""
    if finding.date is None:
        return line.provision
    rule = next(rule for rule in rules.red_lines if rule.name == line.rule)
    for provision_id in (rule.provision, *rule.formerly):
        found = rules.provisions.on(provision_id, finding.date)
        if found and rules.offices.apply(found, finding.text):
            return found
    return line.provision


def why(reading: Reading, rules: Rules) -> str:
    """One sentence: the words, how far they are established, the rule, the side."""
    criterion = rules.criteria[reading.criterion]
    side = criterion.mistake if reading.leans == "失误" else criterion.failure
    basis = rules.named(side.provision or criterion.provisions[0])
    if reading.proof == "未查":
        return f"“{reading.span}”还没有查，查清以后才看得出偏哪一边（{basis}）"
    if reading.proof == "查否":
        return f"“{reading.span}”查过，并非如此，不能说明{side.meaning}（{basis}）"
    if reading.proof == "单方":
        return f"“{reading.span}”只是一方的说法，属实才说明{side.meaning}（{basis}）"
    return f"“{reading.span}”已经查实，说明{side.meaning}，偏{reading.leans}（{basis}）"
