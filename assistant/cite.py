"""Choose and show the provisions an opinion rests on, from what was retrieved for each question.

Terms   day: the conduct is judged by the law of its day, handled by the law of today
        (实体从旧、程序从新); the current text is shown beside the old one where it is milder.
        原文: word for word from the installed state law. 要旨: the gist in our own words.
Source  library/provisions/, library/method.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from assistant.contract import Citation, Consultation, Measure, Remedy, Supports
from assistant.retrieval import Retrieved
from knowledge import statutes
from knowledge.index import Hit
from knowledge.rules import LabelMeaning, Rules

METHOD = "巡察方法（三个关系）"
_SHOWN = {"domain": 2, "liability": 2, "remedy": 2}
_LESS_FOR_EACH_FURTHER_RULE = 0.03
_LESS_FOR_EACH_FURTHER_PATTERN = 0.08
_FAR = 0.03  # a second rule this much farther than the first is left out
_BOTH_WAYS = 0.06  # more for a rule that is near itself and through a pattern
_OWN, _OWN_USUAL, _OWN_MOST = 0.8, 0.3, 0.45  # a rule that is itself near counts more
_SAID = 0.04  # more where the finding names what the provision is about
_OWN_UNKNOWN, _LEAST_OF_THE_FIRST = -0.08, -0.05
_WHERE_NOT_SAID = 0.62  # what it has to score where the finding does not name its matter
_ALONE = 0.55  # a provision that no pattern names has to score this,
_NEAR_IN_MEANING = 0.45  # and be as near as this in meaning,
_NEAR_WHERE_NAMED = 0.28  # or as near as this where the finding says what it is about
_DIRECT, _PREFERRED = 0.3, 0.15
_BEHIND = 0.1  # a provision for the liability that is so far behind the nearest is left out
_ALIKE_WHERE_NOBODY_FAILED = 0.6
_BLAMELESS, _BLAMED = ("失误", "不成立"), ("失责", "违纪违法")
_WHEN_NOTHING_WAS_IN_FORCE = "方法:查准查实查全"


_PARTS: tuple[Supports, ...] = ("domain", "liability", "remedy")  # what to do rests on today's law


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
    not_kept = _rules_not_kept(consulted, retrieved, rules, day)
    chosen += [(i, "domain", day) for i in _for_domain(consulted, not_kept, retrieved, rules, day)]
    chosen += [
        (i, "liability", day) for i in _for_liability(consulted, not_kept, retrieved, rules, day)
    ]
    chosen += [(i, "remedy", today) for i in _for_remedy(consulted, remedy, retrieved, rules, day)]
    chosen += [(m.provision, "measure", today) for m in measures]
    chosen += _named_by_the_reader(assayed.report.cited, chosen, retrieved, rules)
    shown: dict[tuple[str, Supports], Citation] = {}
    for provision_id, part, on in chosen:
        key = (provision_id, part)
        if key not in shown:
            shown[key] = citation(provision_id, part, on, rules)
    beside = [
        citation(milder, shown_as.supports, today, rules, milder=True)
        for shown_as in shown.values()
        for milder in rules.provisions.milder.get(shown_as.provision, ())
    ]
    return (*shown.values(), *beside)


def _named_by_the_reader(
    cited: Iterable[str],
    chosen: Iterable[tuple[str, Supports, date]],
    retrieved: Retrieved,
    rules: Rules,
) -> list[tuple[str, Supports, date]]:
    """What the reader's own explanation cites beyond that, so that it can be opened too."""
    held = {provision_id for provision_id, _, _ in chosen}
    day = retrieved.finding.date or retrieved.today
    more: list[tuple[str, Supports, date]] = []
    for provision_id in cited:
        if provision_id in held:
            continue
        parts = retrieved.index.owner(provision_id).supports
        fit = [
            (part, on)
            for part, on in zip(_PARTS, (day, day, retrieved.today), strict=True)
            if part in parts and _in_force(provision_id, rules, on)
        ]
        more.append((provision_id, *(fit[0] if fit else ("measure", retrieved.today))))
    return more


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


def issues_shown(consulted: Consultation, retrieved: Retrieved) -> tuple[str, ...]:
    """Patterns to list: none for a refuted complaint, only close ones for an honest mistake."""
    if consulted.liability == "不成立":
        return ()
    if consulted.liability != "失误":
        return consulted.assay.issues
    scores = {hit.id: hit.score for hit in retrieved.patterns}
    return tuple(
        i for i in consulted.assay.issues if scores.get(i, 0.0) >= _ALIKE_WHERE_NOBODY_FAILED
    )


def _for_domain(
    consulted: Consultation,
    not_kept: Mapping[str, float],
    retrieved: Retrieved,
    rules: Rules,
    day: date,
) -> list[str]:
    """The rules that were not kept, nearest first; else what the domain rests on in general."""
    label = rules.labels[consulted.assay.domain]
    nearest = _nearest(not_kept)
    of_patterns = {
        _on(rule, rules, day) for i in consulted.assay.issues for rule in rules.patterns[i].rule
    }
    further = [i for i in nearest[1:] if i in of_patterns]
    found = [*nearest[:1], *further][: _SHOWN["domain"]]
    if not found and consulted.liability in _BLAMED:
        found = _in_general(label, consulted, retrieved, rules, day)
    return [*found, *([label.unit] if label.unit else [])]


def _nearest(not_kept: Mapping[str, float]) -> list[str]:
    least = max(not_kept.values(), default=0.0) - _FAR
    return [i for i in sorted(not_kept, key=lambda i: (-not_kept[i], i)) if not_kept[i] >= least]


def _rules_not_kept(
    consulted: Consultation, retrieved: Retrieved, rules: Rules, day: date
) -> dict[str, float]:
    """Rules of the patterns that the finding resembles, and provisions that are near in meaning."""
    text = consulted.assay.finding.text
    blameless = consulted.liability in _BLAMELESS
    floor = rules.judgement.cite_floor
    alike = _ALIKE_WHERE_NOBODY_FAILED if blameless else floor
    own = {hit.id: hit for hit in retrieved.provisions}
    scores: dict[str, float] = {}
    known = [hit for hit in retrieved.patterns if hit.id in consulted.assay.issues]
    for rank, pattern in enumerate(hit for hit in known if hit.score >= floor):
        for place, named in enumerate(rules.patterns[pattern.id].rule):
            rule = _on(named, rules, day)
            itself = own.get(rule or "")
            if pattern.score < alike and (itself is None or itself.dense < _NEAR_IN_MEANING):
                continue
            score = pattern.score + _nearness(itself, first=place == 0)
            score -= _LESS_FOR_EACH_FURTHER_PATTERN * rank + _LESS_FOR_EACH_FURTHER_RULE * place
            _raise(scores, rule, score)
    of_patterns = dict(scores)
    for hit in retrieved.provisions:  # all of them were in force on the day
        if hit.id in rules.method or "domain" not in retrieved.index.owner(hit.id).supports:
            continue
        score = hit.score + _nearness(hit, first=False)
        if hit.id in of_patterns:
            more = _BOTH_WAYS + (_SAID if _said(hit.id, text, rules) else 0.0)
            _raise(scores, hit.id, max(of_patterns[hit.id], score) + more)
        elif score >= _ALONE and hit.dense >= _NEAR_WHERE_NAMED:
            plain = hit.dense >= _NEAR_IN_MEANING and not blameless
            if plain or _said(hit.id, text, rules):
                _raise(scores, hit.id, score)
    return {
        i: score
        for i, score in scores.items()
        if score >= (floor if _said(i, text, rules) else _WHERE_NOT_SAID)
        and _apt(i, consulted, rules)
        and not _too_hard(i, consulted, rules)
    }


def _said(provision_id: str, text: str, rules: Rules) -> bool:
    """Whether the finding names what the provision is about."""
    if provision_id in rules.method:
        return False
    return any(topic in text for topic in rules.provisions[provision_id].topics)


def _too_hard(provision_id: str, consulted: Consultation, rules: Rules) -> bool:
    """Whether it says how a breach is punished, where nobody failed or nothing is known yet."""
    if consulted.liability not in (*_BLAMELESS, "待核实"):
        return False
    known = consulted.liability != "待核实" and "remedy" in rules.provisions[provision_id].supports
    return known or rules.offices.is_penal(provision_id)


def _nearness(own: Hit | None, *, first: bool) -> float:
    """What a rule's own likeness to the finding adds; the first rule of a pattern loses little."""
    if own is None:
        return 0.0 if first else _OWN_UNKNOWN
    more = _OWN * (min(own.dense, _OWN_MOST) - _OWN_USUAL)
    return max(more, _LEAST_OF_THE_FIRST) if first else more


def _in_general(
    label: LabelMeaning, consulted: Consultation, retrieved: Retrieved, rules: Rules, day: date
) -> list[str]:
    """Where no rule is near: what the domain as a whole rests on, the nearest of the label's list."""
    preferred = {i for each in label.provisions if (i := _on(each, rules, day))}
    hits = retrieved.for_question(label.query, "domain", wanted=preferred) if label.query else ()
    found = (hit.id for hit in hits if _apt(hit.id, consulted, rules))
    return list(found)[:1]


def _for_liability(
    consulted: Consultation,
    not_kept: Mapping[str, float],
    retrieved: Retrieved,
    rules: Rules,
    day: date,
) -> list[str]:
    """Red lines crossed, then what the label prefers and the finding is near to."""
    label = rules.labels[consulted.liability]
    preferred = {i for each in label.provisions if (i := _on(each, rules, day))}
    direct = {hit.id: hit.score for hit in retrieved.provisions}
    looked_for = {*label.provisions, *preferred, *rules.provisions.amended}
    scores: dict[str, float] = {}
    for hit in retrieved.for_question(label.query, "liability", wanted=looked_for):
        if hit.id in rules.method:
            continue
        found_on = _on(hit.id, rules, day)
        near = max(direct.get(hit.id, 0.0), not_kept.get(found_on or "", 0.0))
        if found_on in preferred:
            _raise(scores, found_on, hit.score + _DIRECT * near + _PREFERRED)
    crossed = [i for line in consulted.assay.red_lines if (i := _on(line.provision, rules, day))]
    text = consulted.assay.finding.text
    best = sorted(scores, key=lambda i: (-scores[i], i))
    found = [i for i in crossed if rules.offices.apply(i, text)]
    apt = [i for i in best if i not in rules.method and _apt(i, consulted, rules)]
    least = max(scores.values(), default=0.0) - _BEHIND
    found += [i for i in apt if scores[i] >= least]
    found = found or crossed or ([] if label.unit else apt[:1])
    unit = [label.unit] if label.unit else []
    return [*unit, *_distinct(found)[: _SHOWN["liability"]]] or [_WHEN_NOTHING_WAS_IN_FORCE]


def _for_remedy(
    consulted: Consultation, remedy: Remedy, retrieved: Retrieved, rules: Rules, day: date
) -> list[str]:
    """Near the remedy's own question; what already applied on the day of the conduct, if any did."""
    rule = rules.remedies[remedy]
    hits = [
        hit
        for hit in retrieved.for_question(rule.query, "remedy", wanted=rule.provisions)
        if _in_force(hit.id, rules, retrieved.today) and _apt(hit.id, consulted, rules)
    ]
    hits = [hit for hit in hits if _in_force(hit.id, rules, day)] or hits
    unit = rules.labels[remedy].unit
    return [*_distinct(hit.id for hit in hits)[: _SHOWN["remedy"]], *([unit] if unit else [])]


def _apt(provision_id: str, consulted: Consultation, rules: Rules) -> bool:
    """Whether the document applies to such an office, and a crime is not named without cause."""
    text = consulted.assay.finding.text
    crime = rules.offices.names_crime(provision_id, text)
    if crime is False or (crime and consulted.liability != "违纪违法"):
        return False
    return rules.offices.apply(provision_id, text)


def _raise(scores: dict[str, float], provision_id: str | None, score: float) -> None:
    if provision_id is not None:
        scores[provision_id] = max(scores.get(provision_id, 0.0), score)


def _on(provision_id: str, rules: Rules, day: date) -> str | None:
    if provision_id in rules.method:
        return provision_id
    return rules.provisions.on(provision_id, day)


def _in_force(provision_id: str, rules: Rules, day: date) -> bool:
    return provision_id in rules.method or rules.provisions.in_force(provision_id, day) is not False


def _distinct(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))
