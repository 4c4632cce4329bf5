"""Whether a finding allows the proof that a model claims for its words; in doubt the reading stays.

Terms   accusation: what a clause alleges (反映, 举报). A declaration or a record (称已入账, 上报的) is
        none: that a check found such words untrue is itself a failing.
Source  library/language.yaml; proof is lowered as the built-in reader lowers it (readers/tidy.py).
"""

import re

from assistant.contract import Leans, Proof
from assistant.readers.clauses import Clause, any_of, clauses
from assistant.readers.tidy import examined
from knowledge.rules import Language

_UNTRUE = "不属实|不实|失实|不成立|与事实不符|查无此事|查无实据|(?<=问题|情况|反映)(?:均|都)?不存在"
_REFUTED = re.compile(  # and nothing else: 经查不属实; 经核查，上述反映均不实
    r"[，,。；;\s]{0,3}(?:但|而)?(?:[^，,。；;：:未没不无]{0,6}[组委局所办])?"
    r"[已经再多方逐一初步进核查实对复阅证明审计调走访了解后认定]{0,12}[，,：:]?"
    r"(?:上述|以上|该|此|这|所|的|反映|举报|信访|投诉|线索|问题|情况|内容){0,5}(?:均|都|全部|也|系|属|纯属){0,2}"
    rf"(?:{_UNTRUE})(?=[，,。；;！\s]|$)"
)
_DECLARED = re.compile(
    "[自坚]称|已|上报|填报|申报|报告|报表|报销单|汇报|[回答]复|台账|所列|载明|记载|材料|说法|说明|解释"
)


def established(
    said: Proof, leans: Leans, place: tuple[int, int], text: str, language: Language
) -> tuple[Proof, str]:
    """The proof that counts for these words, never more than was said; why they do not count, or ""."""
    every = clauses(text, language)
    held = [n for n, one in enumerate(every) if one.start < place[1] and place[0] < one.end]
    if not held:
        return said, ""
    if said == "查否" and leans != "失误" and not _checked(every, held, language):
        return said, "材料没有写明查过，不能当作查否"
    may_end_with_it = held[-1:] if leans == "失误" else held[-2:]
    for last in may_end_with_it:
        if said == "查实" and (words := _refutation(every, last, text, language)):
            return said, f"紧接着写明“{words}”，不能当作查实"
    told = [examined(said, leans, every[n]) for n in held]
    less = [proof for proof in told if proof not in (said, "查实")]
    # what excuses needs every clause of the quote, of a failing one that is established is enough
    if not less or (leans != "失误" and len(less) < len(told)):
        return said, ""
    return "未查" if "未查" in less else "单方", ""


def _checked(every: tuple[Clause, ...], held: list[int], language: Language) -> bool:
    """Whether a check, or what it answers, is mentioned in the sentences of the words or beside them."""
    near = range(every[held[0]].sentence - 1, every[held[-1]].sentence + 2)
    check = any_of((*language.checks, *language.refutations, *language.claims, _UNTRUE))
    return any(one.sentence in near and check.search(one.text) for one in every)


def _refutation(every: tuple[Clause, ...], last: int, text: str, language: Language) -> str:
    """The words right after an accusation by which a check refutes it as a whole; "" if none."""
    found = _REFUTED.match(text, every[last].end)
    if not found or every[last].proof != "单方" or every[last].account:
        return ""
    claim = any_of(language.claims)
    begins = max((n for n in range(last + 1) if claim.search(every[n].text)), default=last)
    words = "，".join(one.text for one in every[begins : last + 1])
    alleged = any_of((f"(?:{claim.pattern})[人者信件]?[称说]?",)).sub("", words)  # 举报人称
    declared = _DECLARED.search(words) or any_of(language.speech).search(alleged)
    return "" if declared else found.group().strip("，,。；; \n")
