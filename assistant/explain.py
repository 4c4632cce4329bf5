"""Put an opinion into words as a syllogism: 依据 (provision) → 事实 (the finding's words) → 结论.

Every sentence is built from what has been checked; a model's own explanation is shown beside it.
"""

from __future__ import annotations

from assistant.contract import Citation, Consultation, Reading, Remedy, Supports
from knowledge.rules import Rules

_SHOWN_READINGS = 4


def explain(
    consulted: Consultation, remedy: Remedy, citations: tuple[Citation, ...], rules: Rules
) -> str:
    """Three short paragraphs in Chinese, one for each role."""
    assayed = consulted.assay
    domain = f"{assayed.domain}（{rules.meanings[assayed.domain]}）"
    if assayed.issues:
        domain += f"，像“{assayed.issues[0]}”"
    paragraphs = [
        f"化验。{_basis(citations, 'domain')}结论：{domain}。",
        f"会诊。{_basis(citations, 'liability')}{_facts(consulted)}结论：{consulted.liability}，"
        f"{rules.meanings[consulted.liability]}。",
        f"处方。{_basis(citations, 'remedy')}结论：{remedy}，{rules.meanings[remedy]}；"
        f"由谁决定：{rules.remedies[remedy].decided_by}。",
    ]
    if assayed.report.explanation:
        paragraphs.append(rules.with_names(assayed.report.explanation))
    return "\n\n".join(paragraphs)


def _basis(citations: tuple[Citation, ...], part: Supports) -> str:
    named = [_name(c) for c in citations if c.supports == part and not c.milder]
    return f"依据：{'、'.join(named)}。" if named else ""


def _name(citation: Citation) -> str:
    if not citation.version:
        return f"{citation.document}“{citation.article}”"
    return f"《{citation.document}》{citation.article}"


def _facts(consulted: Consultation) -> str:
    assayed = consulted.assay
    if assayed.red_lines:
        words = "；".join(f"“{line.span}”（红线：{line.rule}）" for line in assayed.red_lines)
        return f"事实：{words}。"
    chosen = _telling(assayed.readings, consulted.liability)
    if not chosen:
        return "事实：文中没有能显示判据的词句。"
    return f"事实：{'；'.join(map(_shown, chosen))}。"


def _shown(reading: Reading) -> str:
    """Only what is established leans to a side."""
    if reading.proof == "查实":
        return f"“{reading.span}”（{reading.criterion}偏{reading.leans}，查实）"
    return f"“{reading.span}”（{reading.criterion}，{reading.proof}）"


def _telling(readings: tuple[Reading, ...], liability: str) -> tuple[Reading, ...]:
    """Those that lean the way of the conclusion come first."""
    side = "失误" if liability in ("失误", "不成立") else "失责"
    ordered = sorted(readings, key=lambda r: (r.leans != side, r.start))
    return tuple(ordered[:_SHOWN_READINGS])
