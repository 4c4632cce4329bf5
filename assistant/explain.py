"""Put an opinion into words as a syllogism: 依据 (provision) → 事实 (the finding's words) → 结论.

Every sentence is built from what has been checked; a model's own explanation is shown beside it.
"""

from __future__ import annotations

from assistant.contract import Citation, Consultation, Reading, Remedy, Supports
from knowledge.rules import Rules

_SHOWN_READINGS, _SHOWN_AGAINST = 4, 3


def explain(
    consulted: Consultation,
    remedy: Remedy,
    issues: tuple[str, ...],
    citations: tuple[Citation, ...],
    rules: Rules,
) -> str:
    """Three short paragraphs in Chinese, one for each role."""
    assayed = consulted.assay
    domain = f"{assayed.domain}（{rules.meanings[assayed.domain]}）"
    if issues:
        domain += f"，像“{issues[0]}”"
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
    side = "失误" if consulted.liability in ("失误", "不成立") else "失责"
    for_it = [r for r in assayed.readings if r.leans == side or r.proof != "查实"]
    against = [r for r in assayed.readings if r not in for_it]
    if not assayed.readings:
        return "事实：文中没有能显示判据的词句。"
    told = f"事实：{'；'.join(map(_shown, for_it[:_SHOWN_READINGS]))}。" if for_it else ""
    if against:
        told += f"相反的事实：{'；'.join(map(_shown, against[:_SHOWN_AGAINST]))}。"
    return told


def _shown(reading: Reading) -> str:
    """Only what is established leans to a side."""
    if reading.proof == "查实":
        return f"“{reading.span}”（{reading.criterion}偏{reading.leans}，查实）"
    return f"“{reading.span}”（{reading.criterion}，{reading.proof}）"
