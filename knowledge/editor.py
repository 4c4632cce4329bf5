"""What a careful editor would find in the library, beyond what loading it refuses.

Terms   error: has to be put right. hint: worth a look; some things may stay as they are.
        likeness: of two texts, by the pairs of characters that they share (Dice).
        borrowed: the share of a gist's runs of four characters that stand in the article itself.
Source  the library, and the verbatim state law where the library names it (knowledge.statutes).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from knowledge.provisions import Version
from knowledge.rules import Rules
from knowledge.statutes import Statutes, article_id

_FEWEST_WORDINGS = 3
_ALIKE = 0.7  # two wordings that say the same: read by hand, below it they differ in the matter
_BORROWED = 0.5
_LONGEST_RUN = 20


@dataclass(frozen=True)
class Report:
    """Everything found; `recalled` counts what was not checked against a source."""

    errors: tuple[str, ...]
    hints: tuple[str, ...]
    recalled: tuple[str, ...]


def edit(rules: Rules, statutes: Statutes, today: date) -> Report:
    """Read the whole library once."""
    return Report(
        errors=(
            *_thin_patterns(rules),
            *_said_twice(rules),
            *_wrong_numbers(rules, statutes),
            *_borrowed(rules, statutes),
            *_outdated_rules(rules, today),
        ),
        hints=(
            *_alike(rules),
            *_unused(rules),
        ),
        recalled=tuple(p.id for p in rules.provisions.by_id.values() if p.verified == "recalled"),
    )


def _thin_patterns(rules: Rules) -> Iterator[str]:
    for pattern in rules.patterns.values():
        if not pattern.rule:
            yield f"问题“{pattern.name}”没有写违反了哪一条"
        if len(set(pattern.wordings)) < _FEWEST_WORDINGS:
            yield f"问题“{pattern.name}”的说法不到 {_FEWEST_WORDINGS} 种"


def _said_twice(rules: Rules) -> Iterator[str]:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for pattern in rules.patterns.values():
        for wording in dict.fromkeys((pattern.name, *pattern.wordings)):
            owners[wording].append(pattern.name)
    for wording, names in owners.items():
        if len(names) > 1:
            yield f"问题“{'”“'.join(names)}”有同一个说法：{wording}"


def _wrong_numbers(rules: Rules, statutes: Statutes) -> Iterator[str]:
    for version in rules.provisions.versions.values():
        held = statutes.article_count(version.statute) if version.statute else None
        if version.statute and held is None:
            yield f"{version.prefix}：法律原文数据里没有“{version.statute}”"
        elif held is not None and held != version.articles:
            yield f"{version.prefix}：写的是 {version.articles} 条，原文有 {held} 条"
        for provision in version.provisions:
            number = article_id(provision.article)
            if number is not None and number != _number_in(provision.number):
                yield f"{provision.id}：编号与“{provision.article}”不一致"
            if (
                number
                and version.statute
                and not statutes.has_article(version.statute, provision.number)
            ):
                yield f"{provision.id}：原文里没有这一条"
            if provision.milder and provision.earlier is None:
                yield f"{provision.id}：写了 milder，没有写比哪一条轻（earlier）"


def _number_in(number: str) -> str | None:
    """7 of `7-作风`, 1 of `一`."""
    number = number.partition("-")[0]
    return number if number[0].isdecimal() else article_id(f"第{number}条")


def _borrowed(rules: Rules, statutes: Statutes) -> Iterator[str]:
    for version in rules.provisions.versions.values():
        for provision in version.provisions:
            text = (
                statutes.statute_text(version.statute, provision.number)
                if version.statute
                else None
            )
            if text is None:
                continue
            if borrowed(provision.gist, text) >= _BORROWED:
                yield f"{provision.id}：要旨大半是原文的字句，请用自己的话"
            elif longest_run(provision.gist, text) >= _LONGEST_RUN:
                yield f"{provision.id}：要旨有一长串与原文相同，请用自己的话"


def borrowed(gist: str, text: str) -> float:
    """The share of a gist's runs of four characters that stand in the text."""
    runs = _runs(gist, 4)
    return len(runs & _runs(text, 4)) / len(runs) if runs else 0.0


def longest_run(gist: str, text: str) -> int:
    """The length of the longest run of characters that both have."""
    best, before = 0, [0] * (len(text) + 1)
    for char in gist:
        row = [0]
        for place, other in enumerate(text):
            row.append(before[place] + 1 if char == other else 0)
        best, before = max(best, *row), row
    return best


def _alike(rules: Rules) -> Iterator[str]:
    """Wordings of two patterns that say the same in nearly the same characters."""
    lines = [
        (pattern.name, wording, _runs(wording, 2))
        for pattern in rules.patterns.values()
        for wording in dict.fromkeys((pattern.name, *pattern.wordings))
    ]
    seen: defaultdict[str, list[int]] = defaultdict(list)
    for number, (name, wording, pairs) in enumerate(lines):
        shared = Counter(other for pair in sorted(pairs) for other in seen[pair])
        for other, count in sorted(shared.items()):
            other_name, other_wording, other_pairs = lines[other]
            likeness = 2 * count / (len(pairs) + len(other_pairs))
            if other_name != name and other_wording != wording and likeness >= _ALIKE:
                yield f"“{other_name}”与“{name}”相近：{other_wording}／{wording}"
        for pair in pairs:
            seen[pair].append(number)


def _runs(text: str, length: int) -> set[str]:
    letters = "".join(char for char in text if char.isalnum())
    return {letters[i : i + length] for i in range(len(letters) - length + 1)}


def _outdated_rules(rules: Rules, today: date) -> Iterator[str]:
    """A pattern may name an old law beside the present one; it may not rest on the old alone."""
    for pattern in rules.patterns.values():
        held = [rule for rule in pattern.rule if rule in rules.provisions]
        if held and all(rules.provisions.in_force(rule, today) is False for rule in held):
            yield f"问题“{pattern.name}”引用的条款今天都不在施行：{'、'.join(held)}"


def _unused(rules: Rules) -> Iterator[str]:
    used = {rule for pattern in rules.patterns.values() for rule in pattern.rule}
    used |= {rule for criterion in rules.criteria.values() for rule in criterion.provisions}
    used |= {line.provision for line in rules.red_lines}
    used |= {measure.provision for measure in rules.measures}
    used |= {rule for remedy in rules.remedies.values() for rule in remedy.provisions}
    used |= {rule for label in rules.labels.values() for rule in label.provisions}
    for provision in rules.provisions.by_id.values():
        if provision.id not in used and not _follows(provision.id, used, rules):
            yield f"{provision.id} 没有问题、判据、红线或措施用到，只能靠检索找到"


def _follows(provision_id: str, used: set[str], rules: Rules) -> bool:
    """Whether a used provision comes to this one when it walks back through time."""
    return any(rules.provisions[u].earlier == provision_id for u in used if u in rules.provisions)


def table(rules: Rules) -> str:
    """Markdown: per version, how many articles it has, how many we hold, how many are verified."""
    rows = [
        "| 文件 | 版本 | 施行 | 失效 | 共几条 | 条数核实 | 收录 | 已核对 |",
        "| --- | --- | --- | --- | ---: | --- | ---: | ---: |",
    ]
    for document in sorted(rules.provisions.documents):
        rows += [_row(version) for version in rules.provisions.documents[document]]
    held = [p for version in rules.provisions.versions.values() for p in version.provisions]
    checked = sum(p.verified == "verified" for p in held)
    rows.append(
        f"| 合计 {len(rules.provisions.documents)} 个文件、{len(rules.provisions.versions)} 个版本"
        f" | | | | | | {len(held)} | {checked} |"
    )
    return "\n".join(rows)


def _row(version: Version) -> str:
    checked = sum(p.verified == "verified" for p in version.provisions)
    cells = (
        f"{version.document}（{version.prefix}）",
        version.version,
        str(version.effective or "未查到"),
        str(version.superseded or ""),
        str(version.articles or "未查到"),
        "是" if version.articles and version.articles_verified else "否",
        str(len(version.provisions)),
        str(checked),
    )
    return f"| {' | '.join(cells)} |"
