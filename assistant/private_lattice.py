"""The cheapest way to read a text as words, names, places and units: for assistant.privacy.

Terms   lattice: every stretch of the text that can be a word, a name or the proper part of a place or
        unit, with a cost; the reading is the cheapest path, where neighbours make each other cheaper
        (a role before a name, a title after it) or dearer.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.private_names import BEFORE_NAME, NAMES, TITLES
from assistant.private_nodes import FAR, Node, han, nodes_from

ROLE_BONUS, ORGAN_BONUS = -8.0, -3.5
POINTING = frozenset("那这每几该各多")
PLACED = frozenset("在住到去往从至回于由与和给向跟是把将")
STOPS = '，。；：:,;“”"‘’（(！？!?\n'
UNIT_END = re.compile("公司|集团|[厂店场社行]$")


@lru_cache(maxsize=16)
def read(text: str) -> tuple[Node, ...]:
    """The cheapest reading of the text."""
    ends: list[list[tuple[float, Node, int, Node | None]]] = [[] for _ in range(len(text) + 1)]
    for start in range(len(text)):
        if start and not ends[start]:
            continue
        for node in nodes_from(text, start):
            cost, back, before = FAR * 10, -1, None
            if not start:
                cost = node.cost + _step(None, node)
            for place, (so_far, last, _, _) in enumerate(ends[start]):
                total = so_far + _step(last, node) + node.cost
                if total < cost:
                    cost, back, before = total, place, last
            ends[node.end].append((cost, node, back, before))
    if not text:
        return ()
    path: list[Node] = []
    at, place = len(text), min(range(len(ends[-1])), key=lambda n: ends[-1][n][0])
    while at > 0:
        _, node, back, _ = ends[at][place]
        path.append(node)
        at, place = node.start, back
    return tuple(reversed(path))


def _step(last: Node | None, node: Node) -> float:
    """What standing next to each other adds to the cost."""
    if node.tag == "post" and not (last and last.kind == "w" and UNIT_END.search(last.word)):
        return FAR
    if node.tag in ("bare", "shop") and not (
        last is None or last.word in STOPS or last.word in PLACED
    ):
        return FAR
    cost = _before_name(last, node) if node.kind in "ns" else 0.0
    if node.kind in "pua" and (
        last is None or last.word in STOPS or last.word in BEFORE_NAME or last.word in "、住位于"
    ):
        cost -= 2.0
    if (
        node.kind == "u"
        and last is not None
        and last.word in ("县", "市", "区", "镇", "乡", "省", "村")
    ):
        cost += 4.0
    if last is None:
        return cost + (FAR if node.listed else 0.0)
    if last.kind == "s":
        return cost - 4.0 if node.kind == "w" and node.word in TITLES else FAR
    if node.listed and last.kind not in "ns":
        return FAR
    if last.kind == "n":
        if node.kind == "w" and node.word in TITLES:
            cost -= 2.0
        elif node.word in NAMES.after_name or not han(node.word[0]):
            cost -= 1.0
    if last.kind in "pu" and node.kind in "pu":
        cost += 2.0
    return cost


def _before_name(last: Node | None, node: Node) -> float:
    """What stands before a name makes it more or less likely."""
    cost = 1.5
    if last is None or last.word in STOPS:
        cost = -3.0
    elif last.listed or (last.kind == "w" and is_role(last)):
        cost = ROLE_BONUS
    elif last.kind == "w" and last.word[-1] in NAMES.organ_ends:
        cost = ORGAN_BONUS
    elif last.kind == "w" and last.word in BEFORE_NAME:
        cost = -2.0
    elif last.tag[:1] == "m" or last.kind in "nspu" or last.word in POINTING:
        cost = 4.0
    if node.tag == "given" and cost != ROLE_BONUS:
        cost += 14.0
    if node.word[0] in NAMES.needs_role and cost > ORGAN_BONUS:
        cost += 6.0 if cost > 0 or node.kind == "s" else 3.0 if len(node.word) < 3 else 1.5
    return cost


def is_role(node: Node) -> bool:
    """Whether the word tells what a person is: a name may follow."""
    return (
        node.word in NAMES.roles
        or node.word in TITLES
        or (node.word[-1] in NAMES.role_ends and node.tag.startswith("n") and len(node.word) > 1)
        or (node.word[-1] == "人" and node.tag.startswith("n") and len(node.word) > 2)
        or node.word in ("员", "长")
    )
