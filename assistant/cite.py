"""Choose and show the provisions an opinion rests on, from what was retrieved for each question.

Terms   day: the conduct is judged by the law of its day, handled by the law of today
        (实体从旧、程序从新); the current text is shown beside the old one where it is milder.
        原文: word for word from the installed state law. 要旨: the gist in our own words.
Source  library/provisions/, library/method.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from assistant.contract import Citation, Consultation, Measure, Remedy, Supports
from assistant.retrieval import Retrieved
from knowledge import statutes
from knowledge.provisions import Provisions
from knowledge.rules import Rules

METHOD = "巡察方法（三个关系）"
_SHOWN = {"domain": 2, "liability": 2, "remedy": 2}


def cite(
    consulted: Consultation,
    remedy: Remedy,
    measures: tuple[Measure, ...],
    retrieved: Retrieved,
    rules: Rules,
) -> tuple[Citation, ...]:
    """Citations for domain, liability, remedy and measures; each of the first three has one."""
    assayed = consulted.assay
    today = retrieved.today
    day = assayed.finding.date or today
    chosen: list[tuple[str, Supports, date]] = []
    chosen += [(i, "domain", day) for i in _for_domain(consulted, retrieved, rules, day)]
    chosen += [(i, "liability", day) for i in _for_liability(consulted, retrieved, rules, day)]
    chosen += [(i, "remedy", today) for i in _for_remedy(remedy, retrieved, rules, day)]
    chosen += [(m.provision, "measure", today) for m in measures]
    shown: dict[tuple[str, Supports], Citation] = {}
    for provision_id, part, on in chosen:
        key = (provision_id, part)
        if key not in shown:
            shown[key] = citation(provision_id, part, on, rules)
    beside = [
        citation(milder, shown_as.supports, today, rules, milder=True)
        for shown_as in shown.values()
        for milder in _milder(shown_as.provision, rules.provisions)
    ]
    return (*shown.values(), *beside)


def citation(
    provision_id: str, part: Supports, on: date, rules: Rules, *, milder: bool = False
) -> Citation:
    """One provision as it is shown: verbatim where the state law is installed, else the gist."""
    if provision_id in rules.method:
        unit = rules.method[provision_id]
        return Citation(
            provision=unit.id,
            document=METHOD,
            version="",
            article=unit.title,
            kind="要旨",
            text=unit.text,
            in_force=None,
            supports=part,
        )
    provision = rules.provisions[provision_id]
    version = rules.provisions.version_of(provision_id)
    verbatim = statutes.statute_text(version.statute, provision.number) if version.statute else None
    return Citation(
        provision=provision_id,
        document=version.document,
        version=version.version,
        article=provision.article,
        kind="原文" if verbatim else "要旨",
        text=verbatim or provision.gist,
        in_force=rules.provisions.in_force(provision_id, on),
        supports=part,
        verified=provision.verified == "verified",
        effective=provision.effective or version.effective,
        milder=milder,
    )


def _for_domain(
    consulted: Consultation, retrieved: Retrieved, rules: Rules, day: date
) -> list[str]:
    """The rules that were not kept: of the patterns found, then of the provisions found."""
    found: list[str] = []
    for name in consulted.assay.issues:
        found += [i for rule in rules.patterns[name].rule if (i := _on(rule, rules, day))]
    found += _good("domain", retrieved, rules)
    unit = rules.labels[consulted.assay.domain].unit
    return [*_distinct(found)[: _SHOWN["domain"]], *([unit] if unit else [])]


def _for_liability(
    consulted: Consultation, retrieved: Retrieved, rules: Rules, day: date
) -> list[str]:
    label = rules.labels[consulted.liability]
    found = [i for line in consulted.assay.red_lines if (i := _on(line.provision, rules, day))]
    hits = retrieved.for_question(label.query, "liability")
    near = [i for hit in hits if (i := _on(hit.id, rules, day))]
    found += sorted(near, key=lambda i: i not in label.provisions)
    unit = [label.unit] if label.unit else []
    return [*unit, *_distinct(found)[: _SHOWN["liability"]]]


def _for_remedy(remedy: Remedy, retrieved: Retrieved, rules: Rules, day: date) -> list[str]:
    """Near the remedy's own question; first what already applied on the day of the conduct."""
    rule = rules.remedies[remedy]
    hits = [
        hit
        for hit in retrieved.for_question(rule.query, "remedy")
        if _in_force(hit.id, rules, retrieved.today)
    ]
    hits.sort(key=lambda hit: (hit.id not in rule.provisions, not _in_force(hit.id, rules, day)))
    unit = rules.labels[remedy].unit
    return [*_distinct(hit.id for hit in hits)[: _SHOWN["remedy"]], *([unit] if unit else [])]


def _good(part: str, retrieved: Retrieved, rules: Rules) -> list[str]:
    floor = rules.judgement.cite_floor
    return [
        hit.id
        for hit in retrieved.provisions
        if hit.score >= floor and part in retrieved.index.owner(hit.id).supports
    ]


def _on(provision_id: str, rules: Rules, day: date) -> str | None:
    if provision_id in rules.method:
        return provision_id
    return rules.provisions.on(provision_id, day)


def _in_force(provision_id: str, rules: Rules, day: date) -> bool:
    return provision_id in rules.method or rules.provisions.in_force(provision_id, day) is not False


def _milder(provision_id: str, provisions: Provisions) -> list[str]:
    return [p.id for p in provisions.by_id.values() if p.milder and p.earlier == provision_id]


def _distinct(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))
