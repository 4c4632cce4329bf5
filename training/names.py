"""The same finding with people and places named in full: nothing in it changes.

Written findings say 张某 and 某镇, findings on a desk say 李秀英 and 清河镇; a reader that has only
seen the first kind takes a full name for news.
"""

from __future__ import annotations

import copy
import random
import re

from training.findings import Row

_PERSON = re.compile(r"[\u4e00-\u9fff]某{1,2}(?![县市镇乡村区街局院校厂站所公])")
_PLACE = re.compile(r"某(?=[县市镇乡村区])")
_GIVEN = (
    *("建国", "秀英", "志强", "桂兰", "海", "敏", "文博", "小军", "玉珍", "德福"),
    *("丽华", "俊杰", "春生", "晓燕", "光明", "国栋", "彩霞", "永", "思远", "雪梅"),
)
_PLACES = (
    *("清河", "柳林", "石桥", "东山", "平安", "大湾", "龙潭", "白马"),
    *("新丰", "南坪", "青峰", "双溪", "和顺", "古塘", "松岭", "长宁"),
)


def named(row: Row, chance: random.Random) -> Row:
    """A copy of the row with full names in its text and in the words it quotes."""
    text = row["finding"]
    people = sorted(dict.fromkeys(_PERSON.findall(text)), key=len, reverse=True)
    full = {one: one[0] + chance.choice(_GIVEN) for one in people}
    place = chance.choice(_PLACES)

    def told(words: str) -> str:
        for one, name in full.items():
            words = words.replace(one, name)
        return _PLACE.sub(place, words)

    made = copy.deepcopy(row)
    made["finding"] = told(text)
    for reading in made["gold"]["criteria"]:
        reading["span"] = told(reading["span"])
    return made
