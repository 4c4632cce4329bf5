"""How far a finding's own words establish what a model quotes: a model may claim less, never more.

Terms   one side's word, unexamined: what readers/clauses.py says of the clause a quote stands in, the
        same that the built-in reader goes by; whichever way it leans, one witness is no proof.
        taken back: a check refuted the quoted words, in their own clause (收受礼金一事经查不属实) or in
        the next one (经查不属实; 经查未发现收受礼金). 经查未见会议记录 takes back no 没有开会.
        borne out: a check found it so (经查属实); then it may count as established.
Source  library/language.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.contract import Leans, Proof
from assistant.readers.clauses import Clause, any_of, clauses
from knowledge.rules import Language

_FROM_THE_TOP: tuple[Proof, ...] = ("查实", "单方", "未查", "查否")
_CHECKED = (
    r"(?:但|而|后来?|事后|最终|[^未没不]{0,8}[组委局所办])?(?:已?经|再|多方|逐一|初步|进一步){0,3}"
    r"(?:核查|查核|核实|核对|复核|查证|查明|查实|调查|走访|了解|审计|查)(?:后|证明|证实|认定|确认){0,2}"
)
_MATTER = r"(?:一事|一说|之说|(?:上述|以上|该|此|这一?|所|的)?(?:反映|举报|信访|投诉|线索|说法|传言|问题)的?)"
_OF_THE_MATTER = (
    rf"(?:{_MATTER}|(?:情况|内容|事项)){{0,2}}(?:均|都|全部|皆|并|也|系|属|纯属|完全){{0,2}}"
)
_UNTRUE = (
    r"(?:不属实|不实|失实|不是事实|与事实不符|不成立|查无实据|查无此事|(?:没有|无)(?:这回|这件|此)事|不存在|"
    r"子虚乌有|并非(?:如此|事实)|捏造)"
)
_ONLY_CHECKED = re.compile(_CHECKED)
_TAKEN_BACK = re.compile(rf"(?:{_CHECKED})?{_OF_THE_MATTER}{_UNTRUE}")
_TAKEN_BACK_AT_ITS_END = re.compile(rf"(?:{_CHECKED}|{_MATTER}){_OF_THE_MATTER}{_UNTRUE}$")
_NOT_FOUND = re.compile(rf"(?:{_CHECKED})?(?:未|没有|并未)发现(?P<deed>.{{0,40}})")
_NOTHING = re.compile("(?:该|此类|上述|这一?|相关|有关|任何)?(?:情况|问题|行为)?")
_DENIES = re.compile("[未没无不]")


def established(
    said: Proof, leans: Leans, place: tuple[int, int], text: str, language: Language
) -> Proof:
    """How far words of a text may count as established, of what a model claims for them."""
    every = clauses(text, language)
    own = [n for n, c in enumerate(every) if c.start < place[1] and place[0] < c.end]
    if not own:
        return said
    held, then = every[own[0] : own[-1] + 1], _next(every[own[-1] + 1 :])
    alleged = held[-1].proof == "单方"
    if (alleged or leans != "失误") and _taken_back(text[slice(*place)], alleged, then):
        return "查否"
    if _takes_itself_back(held[-1]):  # that it is untrue may well speak for a person
        return said if leans == "失误" else "查否"
    if alleged and any_of(language.upheld).search(f"{held[-1].text}，{then}"):
        return said
    told = (clause.proof for clause in held if clause.proof != "查否")
    return max((said, *told), key=_FROM_THE_TOP.index)


def _next(after: Sequence[Clause]) -> str:
    """The words of the next clause; 经查 alone is none yet."""
    told = [one.text for one in after[:2]]
    if told and _ONLY_CHECKED.fullmatch(told[0]):
        del told[0]
    return told[0] if told else ""


def _taken_back(quote: str, alleged: bool, then: str) -> bool:
    """Whether what is said next is that a check found it untrue.

    Of what is told as a fact a check that found nothing says only that the check was bad.
    """
    not_found = _NOT_FOUND.fullmatch(then)
    if not_found is None or not alleged or _DENIES.search(quote):
        return bool(_TAKEN_BACK.fullmatch(then))
    deed = not_found["deed"]
    pairs = (deed[n : n + 2] for n in range(len(deed) - 1))
    return bool(_NOTHING.fullmatch(deed)) or any(pair in quote for pair in pairs)


def _takes_itself_back(clause: Clause) -> bool:
    """Whether a clause says itself that what it tells is not so: 收受礼金一事经查不属实."""
    begins = _ONLY_CHECKED.match(clause.text)
    found = clause.text[begins.end() :] if begins else ""
    return bool(
        _TAKEN_BACK_AT_ITS_END.search(clause.text)
        or (clause.proof == "查否" and _NOT_FOUND.match(found))
    )
