"""The same finding under another office: who holds a party post does not make a matter 党建.

A village's party secretary signs for roads as well as for branch meetings; findings written for
training give those posts mostly to party matters, so models take the title for the domain. These
variants change the title and nothing else.
"""

from __future__ import annotations

import random
import re

_BUSINESS = ("村主任", "主任", "负责人", "站长", "经办人")
_PARTY = ("党支部书记", "村党支部书记", "党总支书记", "村党委书记", "党委副书记")
_HELD = re.compile(
    r"(村主任|村委会主任|副主任|主任|村干部|镇长|副镇长|乡长|站长|所长|局长|副局长|科长|负责人|会计|出纳|"
    r"报账员|文书|经办人)(?=[\u4e00-\u9fff]某)"
)
_HELD_IN_PARTY = re.compile(
    r"(村?党(?:总支|支部|委)(?:副)?书记|村支书|支书|支部书记|村书记)(?=[\u4e00-\u9fff]某)"
)


def retitled(text: str, chance: random.Random) -> str:
    """Give the posts to the other side; unchanged where no post stands before a name."""
    if _HELD_IN_PARTY.search(text):
        return _HELD_IN_PARTY.sub(chance.choice(_BUSINESS), text)
    return _HELD.sub(chance.choice(_PARTY), text)
