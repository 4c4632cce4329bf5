"""What names of people are told by: for assistant.private_lattice.

Source  library/names.yaml: surnames, titles, roles, and parts of names written in Chinese characters by
        Uyghurs, Kazakhs, Tibetans, Mongols and Yi.
"""

from __future__ import annotations

import re

from knowledge import names

NAMES = names.load()
TITLES = tuple(sorted(NAMES.titles, key=len, reverse=True))
BEFORE_NAME = NAMES.before_name | {"、"}
NICK = re.compile("[老小阿](?:[" + "".join(sorted(NAMES.surnames | NAMES.given)) + "])(?![镇村乡])")
MINORITY_PART = re.compile("|".join(NAMES.minority_parts))
MINORITY = re.compile(rf"(?:{MINORITY_PART.pattern})+[{''.join(sorted(NAMES.transcribed))}]{{0,2}}")
