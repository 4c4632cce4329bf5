"""The patterns by which places, units and addresses are told: for assistant.private_lattice.

Terms   trade: what a unit does, which stays readable.
Source  library/names.yaml for the words.
"""

from __future__ import annotations

import re

from assistant.private_names import NAMES

_TRADE = "|".join(sorted(NAMES.trades, key=len, reverse=True))
_HEAD = "|".join(NAMES.unit_kinds) + "|厂(?![家商房区务])"
_ALONE = "|".join(NAMES.unit_short)
UNIT_TAIL = re.compile(
    rf"(?:(?:{_TRADE}){{0,3}}(?P<head>{_HEAD})|(?:{_TRADE}){{0,2}}(?:{_ALONE}))(?!管理局|监管)"
)
_NUMBER = "[0-9A-Za-z一二三四五六七八九十]{1,5}"
_ROOM = rf"(?:[附甲乙丙]?{_NUMBER}(?:号楼|号院|号|栋|幢|座|单元|室|楼|层)[之附-]?)"
_BARE = "(?:[0-9]{2,4}(?![0-9年月日元万人亩]))"
ROAD_TAIL = re.compile(
    r"[东西南北中环一二三四五六]?(?:路(?![桥灯面段基口边过费线肩])|街(?!道)|巷|大道|胡同)(?:[东西南北中]段)?"
    rf"(?:{_ROOM}+(?:[\u4e00-\u9fff]{{0,4}}{_ROOM}+)?{_BARE}?)?"
)
_ESTATE = "|".join(NAMES.estates)
ESTATE = re.compile(_ESTATE)
FORMAL_TAIL = re.compile(
    rf"(?:(?:{_ESTATE})(?:[一二三四五六七八九十0-9A-Z]{{1,2}}[期区])?|[0-9]{{1,5}}(?:号楼|栋|幢|单元))"
    rf"(?:{_ROOM}+{_BARE}?)|(?:{_ESTATE})[一二三四五六七八九十0-9]{{1,2}}期"
)
PLACE_TAIL = re.compile(
    "|".join(NAMES.place_kinds)
    + "|[省市县区镇乡村屯寨](?!级|镇|民主|容|里(?!$)|值|两级|场|干部|委会成员)"
)
CONSUMER = re.compile(f"[\u4e00-\u9fff]{{0,2}}(?:{'|'.join(NAMES.consumer_units)})")
