"""What moved between two opinions on the same finding, in sentences for a person.

Terms   before, after: the opinions without and with the facts that were added.
Source  docs/design.md: a follow-up adds facts to the same finding and the card says what changed.
"""

from collections.abc import Iterator

from assistant.contract import CRITERIA, CriterionName, Opinion, Reading

CONFIDENCE_STEP = 0.1  # a smaller move says nothing to a person
QUOTE_LENGTH = 24  # longer words are cut: the card shows them in full


def changes(before: Opinion, after: Opinion) -> tuple[str, ...]:
    """Name each label, red line, reading and question that moved; empty when none did."""
    return (
        *_labels(before, after),
        *_red_lines(before, after),
        *_readings(before, after),
        *_questions(before, after),
        *_confidence(before, after),
        *_review(before, after),
    )


def _labels(before: Opinion, after: Opinion) -> Iterator[str]:
    pairs = (
        ("领域", before.domain, after.domain),
        ("责任", before.liability, after.liability),
        ("处置", before.remedy, after.remedy),
    )
    for name, old, new in pairs:
        if old != new:
            yield f"{name}由“{old or '未定'}”改为“{new or '未定'}”。"


def _red_lines(before: Opinion, after: Opinion) -> Iterator[str]:
    old = {line.rule for line in before.red_lines}
    new = {line.rule for line in after.red_lines}
    for line in after.red_lines:
        if line.rule not in old:
            old = old | {line.rule}
            yield f"新触及红线“{line.rule}”：“{_cut(line.span)}”。"
    for line in before.red_lines:
        if line.rule not in new:
            new = new | {line.rule}
            yield f"不再触及红线“{line.rule}”。"


def _readings(before: Opinion, after: Opinion) -> Iterator[str]:
    for criterion in CRITERIA:
        old, new = _of(before, criterion), _of(after, criterion)
        told, tells = _side(old), _side(new)
        if told == tells:
            continue
        if not new:
            yield f"“{criterion}”不再有判断，原来是{told}。"
            continue
        words = next((reading.span for reading in new if reading.span), "")
        shown = f"，依据是“{_cut(words)}”" if words else ""
        moved = f"由{told}变为{tells}" if old else f"新判断为{tells}"
        yield f"“{criterion}”{moved}{shown}。"


def _questions(before: Opinion, after: Opinion) -> Iterator[str]:
    for question in before.questions:
        if question not in after.questions:
            yield f"不再需要核实：{question}"
    for question in after.questions:
        if question not in before.questions:
            yield f"还需要核实：{question}"


def _confidence(before: Opinion, after: Opinion) -> Iterator[str]:
    if abs(after.confidence - before.confidence) >= CONFIDENCE_STEP:
        word = "升到" if after.confidence > before.confidence else "降到"
        yield f"把握由 {before.confidence:.0%} {word} {after.confidence:.0%}。"


def _review(before: Opinion, after: Opinion) -> Iterator[str]:
    if before.needs_review != after.needs_review:
        yield "现在需要人工复核。" if after.needs_review else "不再要求人工复核。"


def _of(opinion: Opinion, criterion: CriterionName) -> list[Reading]:
    return [reading for reading in opinion.criteria if reading.criterion == criterion]


def _side(readings: list[Reading]) -> str:
    sides = sorted({reading.leans for reading in readings if reading.leans != "未知"})
    if len(sides) == 2:
        return "两边都有"
    return f"倾向{sides[0]}" if sides else "未知"


def _cut(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= QUOTE_LENGTH else f"{flat[:QUOTE_LENGTH]}…"
