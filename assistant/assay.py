"""化验 assay: what is this — which domain, which facts, which rule was not kept?

Terms   readings: per criterion, the words of the finding that show a side.
        issues: names of the library's problem patterns that the finding resembles.
Source  the article, first relation (党建与业务, 化验员) → library/method.yaml, library/issues/.
"""

from __future__ import annotations

from assistant.contract import DOMAINS, Assay, Domain, Finding, Report, Step
from assistant.red_lines import red_lines
from knowledge.rules import Rules


def assay(finding: Finding, report: Report, rules: Rules) -> Assay:
    """Settle domain, issues, readings and red lines; where responsibility lies is for consult."""
    shares = report.proposal.domain
    domain: Domain = max(DOMAINS, key=lambda name: shares.get(name, 0.0))
    readings = tuple(
        sorted(
            (r for r in report.readings if finding.text[r.start : r.end] == r.span and r.span),
            key=lambda r: (r.start, r.end),
        )
    )
    crossed = red_lines(finding.text, rules.red_lines, rules.language)
    known = tuple(name for name in report.issues if name in rules.patterns)
    steps = [
        Step(
            role="化验",
            text=f"领域：{domain}——{rules.meanings[domain]}（把握 {shares[domain]:.0%}）",
        )
    ]
    if known:
        steps.append(Step(role="化验", text="像这些常见问题：" + "、".join(known)))
    steps += [
        Step(
            role="化验",
            criterion=r.criterion,
            text=r.why or f"{r.criterion}：“{r.span}”偏向{r.leans}（{r.proof}）",
        )
        for r in readings
    ]
    steps += [
        Step(role="化验", text=f"红线“{line.rule}”：原话“{line.span}”，依据 {line.provision}")
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
