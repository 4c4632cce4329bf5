"""Whether a sentence and a provision contradict each other in what must, may or must not be done.

Terms   claim: a piece of a text with its force (必 must, 可 may, "" none written) and whether it is
        negated: 不得 is 必 negated, 不必 and 可不予 are 可 negated.
        how often: 每季度, 每年. A sentence's frequency, period, count or share must be the provision's.
The meaning check by shared words and likeness is blind to all of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.amounts import Known, amounts, known

_WAIVED = "(?:不予|免予|免于)(?:或者?(?:不予|免予|免于))*"
_MODAL = re.compile(
    rf"(?P<waive>(?:可以?)?{_WAIVED}|不必|无须|无需|毋须|不需要?|不用(?!于))"
    rf"|(?P<must>不得(?:{_WAIVED}|不)|应当|必须|(?<![相适供反响对效感不答])应(?![急对用付收])|须|需要?|理应"
    r"|(?<![主重必纪摘简扼不])要(?![点件素害旨领么是求人]))"
    # 不能参加 and 不可抗力 say what happens, not what is forbidden
    r"|(?P<forbid>不得|禁止|严禁|不准|不许|不允许|不可(?![抗预避逆分])|不应|不宜|无权|杜绝|切忌"
    r"|不能(?!参加|预见|抗拒|克服|避免|证明|说明|按|正常|及时|补救))"
    r"|(?P<may>(?<!才)可以|有权(?![机处单部])|允许|(?<![认许不方才])可(?![能靠行见惜持疑控比避]))"
)
_CLAUSE = re.compile(r"[^，,；;。：:？?！!（）()\n]+")
_PART = re.compile(r"[^；;。\n]+")
_NOT = re.compile("^[不未]")
_NOT_JUST_BEFORE = re.compile(r"(?:不(?![按同仅但断])|未|没有?|免予?|避免)[予再会做去要]?.?$")
_BANNED = re.compile("反对|防止|严防|禁止|禁令|针对")
# conduct of which a provision says that it is punished is conduct that it forbids
_PUNISHED = re.compile(
    "追究|处分|问责|追责|担责|承担.{0,4}责任|处罚|罚款|犯罪|记过|开除|撤职|降级|警告|追回|从重|移送"
)
_EVERY = re.compile(
    r"[每逐按](?:个|一)?([两半二三四五六七八九十]?)(年|季|月|周|星期|日|天)|(一|半|两)(年|季度?|月|周)(?=.{0,5}[一两二三四]次)"
)
# shared characters from which a clause is about what is said, or about the same sentence
_SAID, _TOLD = 2, 8
_AROUND = 200  # characters of a sentence on either side; some models write one without an end
_STATED = frozenset(("日", "周", "月", "年", "时", "分", "次", "人"))


@dataclass(frozen=True)
class _Claim:
    force: str
    negated: bool
    says: str  # the words that the force is about
    whole: str  # with the subject
    before: str  # the rest of the sentence, on both sides
    after: str
    forbidden: bool  # the clause before it in the sentence forbids something, and this may go on


def contradicts(sentence: str, provision: str) -> bool:
    """Whether some claim of the sentence has another force than the clause that is about the same.

    Of several clauses that share as many words, one that agrees is enough.
    """
    if not (offered := list(_claims(provision))):
        return False
    return any(
        claim.force and near and all(_clash(claim, one) for one in near)
        for claim in _claims(sentence)
        for near in (_nearest(claim, offered),)
    )


def misstates(sentence: str, provision: str, facts: Known) -> bool:
    """Whether the sentence names a frequency, period, count or share that the provision has not.

    facts: what the finding says; a period of the finding is no claim about the provision.
    """
    if _frequencies(sentence) - _frequencies(provision):
        return True
    there = known({"": provision})
    return any(
        one.unit in _STATED and not there.has(one) and not facts.has(one)
        for one in amounts(_EVERY.sub("", sentence))
    )


def _claims(text: str) -> Iterator[_Claim]:
    for part in _PART.findall(text):
        forbidden = False
        for clause in _CLAUSE.finditer(part):
            said = clause.group()
            around = part[: clause.start()], part[clause.end() :], forbidden
            modals = list(_MODAL.finditer(said))
            if not modals:
                yield _Claim("", False, said, said, *around)
            for k, modal in enumerate(modals):
                begin = modal.start() if k else 0
                end = modals[k + 1].start() if k + 1 < len(modals) else len(said)
                negated = modal.lastgroup in ("forbid", "waive")
                says = said[modal.end() : end]
                if _NOT.match(says):
                    negated, says = not negated, says[1:]
                force = "可" if modal.lastgroup in ("may", "waive") else "必"
                forbidden = force == "必" and negated
                says = says if len(says) > 1 else said[begin : modal.start()]
                yield _Claim(force, negated, says, said[begin:end], *around)


def _nearest(claim: _Claim, offered: list[_Claim]) -> list[_Claim]:
    """The provision's claims that share most words with what is said, then with its subject.

    None where too little is shared to tell that any is about the same.
    """
    told = claim.before[-_AROUND:] + claim.whole + claim.after[:_AROUND]
    near = [
        (says if says >= _SAID else 0, _overlap(claim.whole, o.whole), _overlap(told, o.whole), o)
        for o in offered
        for says in (_overlap(claim.says, o.whole),)
    ]
    most = max(shared for *shared, _ in near)
    enough = most[0] > 0 or most[-1] >= _TOLD
    return [o for *shared, o in near if shared == most] if enough else []


def _overlap(one: str, other: str) -> int:
    """Shared pairs of characters count three, shared characters one."""
    return 3 * len(_pairs(one) & _pairs(other)) + len(_characters(one) & _characters(other))


@lru_cache(maxsize=1024)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


@lru_cache(maxsize=1024)
def _characters(text: str) -> frozenset[str]:
    return frozenset(text)


def _clash(said: _Claim, given: _Claim) -> bool:
    if given.force:
        return (said.force, said.negated) != (given.force, given.negated)
    lead = _lead(given, said.says)
    if _NOT_JUST_BEFORE.search(lead):
        return not said.negated
    if given.forbidden or _banned(given, lead, said.says):
        return said.force == "可"
    return said.negated


def _lead(given: _Claim, about: str) -> str:
    """A clause up to where it comes to speak of the same."""
    places = [at for pair in _pairs(about) if (at := given.whole.find(pair)) >= 0]
    return given.whole[: min(places, default=0)]


def _banned(given: _Claim, lead: str, about: str) -> bool:
    """Whether a clause without a modal names conduct that is forbidden or punished."""
    heading = given.before.rpartition("：")[0]
    if _BANNED.search(lead) or _BANNED.search(heading):
        return True
    return bool(_PUNISHED.search(given.whole + given.after)) and not _PUNISHED.search(about)


def _frequencies(text: str) -> set[str]:
    found: set[str] = set()
    for number, unit, count, other in _EVERY.findall(text):
        size = number or count.replace("一", "")
        found.add(size + {"天": "日", "星期": "周"}.get(unit or other, (unit or other)[0]))
    return found
