"""Changing no fact must not move the answer; changing one that decides must be able to.

The shares stand in the report (pytest --junitxml). Data: contrast/meaningless.yaml over cases/findings_plain.yaml,
contrast/one_fact.yaml.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from opencc import OpenCC

from assistant.contract import Finding, Opinion
from assistant.triage import Bench, triage_many

HERE = Path(__file__).parent
UNMOVED = 0.98
BOTH_HALVES = 0.70  # 0.75 was reached on one_fact.yaml when this was set


def _load(name: str, key: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))[key]
    return rows


PLAIN = _load("cases/findings_plain.yaml", "cases")
CHANGES = _load("contrast/meaningless.yaml", "changes")
PAIRS = _load("contrast/one_fact.yaml", "pairs")

_FULL = {code: code + 0xFEE0 for code in range(ord("0"), ord("z") + 1) if chr(code).isalnum()}
_HALF = str.maketrans("，；：！？（）", ",;:!?()")


def _last_first(text: str) -> str:
    sentences = [part + "。" for part in text.split("。") if part.strip()]
    return "".join([sentences[-1], *sentences[:-1]])


def _swapped(text: str, words: dict[str, str]) -> str:
    for old, new in words.items():
        text = text.replace(old, new)
    return text


_KINDS: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "traditional": lambda text, _: str(OpenCC("s2t").convert(text)),
    "full_width": lambda text, _: text.translate(_FULL),
    "half_width": lambda text, _: text.translate(_HALF),
    "line_breaks": lambda text, _: "\n".join(text[i : i + 20] for i in range(0, len(text), 20)),
    "last_first": lambda text, _: _last_first(text),
    "swap": lambda text, change: _swapped(text, change["words"]),
    "wrap": lambda text, change: str(change["text"]).format(text),
}


def _changed(text: str, change: dict[str, Any]) -> str:
    return _KINDS[change["kind"]](text, change)


def _opinions(texts: list[str], bench: Bench) -> list[Opinion]:
    return list(triage_many([Finding(id=str(i), text=t) for i, t in enumerate(texts)], bench))


def _answer(opinion: Opinion) -> tuple[str | None, str | None, str | None]:
    return opinion.domain, opinion.liability, opinion.remedy


@pytest.fixture(scope="module")
def moved(bench: Bench) -> dict[str, list[str]]:
    """Per change, the findings whose answer it moved."""
    before = [_answer(o) for o in _opinions([row["text"] for row in PLAIN], bench)]
    found: dict[str, list[str]] = {}
    for change in CHANGES:
        after = _opinions([_changed(row["text"], change) for row in PLAIN], bench)
        found[change["name"]] = [
            f"{row['name']}：{old} → {_answer(new)}"
            for row, old, new in zip(PLAIN, before, after, strict=True)
            if _answer(new) != old
        ]
    return found


def test_there_are_at_least_150_contrast_cases() -> None:
    assert len(PLAIN) * len(CHANGES) + 2 * len(PAIRS) >= 150
    assert len(PAIRS) >= 40


def test_changes_that_mean_nothing_move_at_most_two_in_a_hundred(
    moved: dict[str, list[str]], record_property: Callable[[str, object], None]
) -> None:
    total = len(PLAIN) * len(CHANGES)
    count = sum(len(found) for found in moved.values())
    record_property("没有移动的", f"{1 - count / total:.3f}")
    assert 1 - count / total >= UNMOVED, moved


@pytest.mark.parametrize("name", ["后加指令", "前加指令", "后加空行"])
def test_an_order_to_the_reader_moves_nothing(name: str, moved: dict[str, list[str]]) -> None:
    assert moved[name] == []


def test_one_fact_can_change_the_answer(
    bench: Bench, record_property: Callable[[str, object], None]
) -> None:
    halves = [half for pair in PAIRS for half in (pair["one"], pair["other"])]
    opinions = _opinions([text for text, _ in halves], bench)
    right = [
        opinion.liability in ([wanted] if isinstance(wanted, str) else wanted)
        for opinion, (_, wanted) in zip(opinions, halves, strict=True)
    ]
    both = [one and other for one, other in zip(right[::2], right[1::2], strict=True)]
    record_property("两边都对", f"{sum(both) / len(both):.3f}")
    wrong = [
        f"{PAIRS[i // 2]['name']}：该是{halves[i][1]}，答{opinions[i].liability}"
        for i, ok in enumerate(right)
        if not ok
    ]
    assert sum(both) / len(both) >= BOTH_HALVES, wrong
