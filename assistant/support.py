"""Does what an explanation says rest on something? Rules on a provision that says so, numbers on a source.

Terms   states a rule: outside quotation marks it says what must, may or must not be done, or that a
        document says so; a conclusion about this case (判为失责，应当纠错) states none.
        support: the cited provision means what the sentence says, by shared words and by meaning
        together, and neither the force (不得, 可以, 应当) nor a period or share differs
        (modality.py); threshold and error rates are measured on written pairs
        (tests/assistant/data/support_pairs.yaml).
        without a source: an amount, date or article that is neither in the finding nor in a
        provision that was offered (amounts.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from assistant import stopping
from assistant.amounts import Known, amounts, known, stray
from assistant.contract import Failure
from assistant.modality import contradicts, misstates
from assistant.verify import CHECKED

THRESHOLD = 0.48
NOTHING = known({})
UNSUPPORTED = "〔未获依据〕"
_SENTENCE = re.compile(r"[^。！？\n]*(?:[。！？]+(?:\s*\[[^\[\]]+\])*|\n|$)")
_CITED = re.compile(r"\[([^\[\]:]{1,30}:[^\[\]]{1,20})\]")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」")
_PART = re.compile(r"[^；;]+[；;]?")
_CITATIONS = r"\[[^\[\]]+\](?:[、和及与]?\[[^\[\]]+\])*"
_FOLLOWED_BY = re.compile(rf".*?{_CITATIONS}[；;。]*|.+$", re.DOTALL)
_LEADING = re.compile(r"\s*(?:[^，\[]{1,6}，)?(?:应?[按依照据根参对违反]{1,2})?\[")
_LED_BY = re.compile(rf"^(?:(?!{_CITATIONS}).)+$|.*?{_CITATIONS}(?:(?!{_CITATIONS}).)*", re.DOTALL)
_CLAUSE = re.compile(r"[^，,；;：:。！？\n]+")
_DOCUMENT = "规定|条例|准则|办法|法律|意见|党章|文件|政策|制度|章程|细则"
# names its authority: a rule, whatever else the sentence concludes
_BY_DOCUMENT = re.compile(
    rf"(?:{_DOCUMENT})[上中里]?(?:明确|要求|指出|规定|提出|写明|写着|直接)|(?:条例|法律|文件|政策|办法)规定|"
    r"明确规定|明确要求|法定(?:要求|程序|义务)|(?:依据|依照|按照|根据|违反)(?:了)?《|"
    r"第[0-9一二三四五六七八九十百]+条|按(?:照)?(?:有关|相关)?(?:规定|程序|制度)(?=$|[要应须可得先])"
)
_RULE = re.compile(
    r"(?<![相适供反响对效感不答])应(?![急对用付收邀聘]|[走尽有]的)|必须|须(?=[^知])|不得|(?<!明知)禁止|严禁|有权|无权|"
    r"可以(?![看说认排确解考从在])|可(?=不予|免予|免责)|不予|免予|一般每|至少每|每[年月季周].{0,4}(?:至少|一次)|"
    r"不能(?![排确解证说认算当看掩成改代替抵免等据断判再参])|不允许|不许|不准|不必|无须|无需|不用(?!于)|不可(?![抗避逆分预能])|不应|"
    r"需(?:要)?(?=[经由报先按])|需(?=有)|只能(?![说证算])|方可|方能|才可|一律|"
    r"(?<![主重必纪摘简扼需想只将快就他她村镇])要(?![点件素害旨领么是求紧好])|"
    r"由.{2,12}(?:决定|讨论|审批|批准|进行|审议|同意|表决|主持|召集|负责)(?!了)"
)
# (someone who does it,) 依法追回: what follows when a condition holds
_CONSEQUENCE = re.compile(r"的，(?:依法|给予|处以|追究|按.{1,4}论)")
# From here on a sentence speaks of this case: what it is and what to do about it.
_CONCLUDES = re.compile(
    r"建议|判为|本案|本事|本意见|结论|倾向|^综合来?看|整体看|(?<![不适便])宜(?!居)|^请|^应先|"
    r"属于?(?=.{0,10}(?:失误|失责|违纪|缺口|待核实|不成立|正当))|认定为(?=失误|失责|违纪|不成立)|"
    r"^应当?(?:予以?)?(?:移交|澄清|纠错|容错|补充核实|容纠并举)|"
    r"(?:失误|失责)[^，]{0,8}不能排除$|^(?:也?只能|都?应当?|应该|先)?(?:列为|作为)?(?:待核实|补充核实)"
)
_REASON = re.compile("^(?:因为|由于|毕竟|这是因为)")  # and here no longer
# Until the next ；it speaks of who did it.
_ABOUT = re.compile(
    r"应当知道|需要(?:查清|核实|补充)|一并查|"
    r"^(?:但|但是|因此|所以|对)?(?:[\u4e00-\u9fff]某|〔?人员[0-9]|该[村镇乡局院校站行书干同单党支]|其|他|她|当事人|此事|"
    r"这(?!类|种|些|样)|目前|现有)"
)
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_EMPTY = frozenset(
    re.findall(
        "..",
        "应当必须不得规定要求可以根据依据按照依照明确属于有关相关情况问题进行工作单位人员"
        "没有或者以及对于由于因此结论",
    )
)
_NTH = re.compile(r"第\s?[0-9０-９零〇一二两三四五六七八九十百千]+\s?条")
_ASKS = re.compile(r"[？?]|是否|有无|有没有|[谁哪]|(?<!任)何|多少|什么")
_FOOTNOTE = re.compile(r"[（\[]([0-9]{1,2})[）\]]")
_LIST_MARK = re.compile(r"^\s*(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[、.．]\s*")

Text = Callable[[str], str]
Likeness = Callable[[str, str], float]


@dataclass(frozen=True)
class Grounded:
    """An explanation with every sentence marked that rests on nothing.

    amounts: those of the failures that only say that an amount has no source.
    """

    text: str
    failures: tuple[Failure, ...]
    amounts: tuple[Failure, ...] = ()


def grounded(
    said: str,
    text_of: Text,
    likeness: Likeness,
    sources: Mapping[str, str],
    *,
    must_cite: bool = True,
    asks: bool = False,
) -> Grounded:
    """Mark rules without support and numbers without a source.

    text_of: an id to the provision's words; sources: everything a number may come from.
    must_cite: whether a rule must cite at all; where it cites, it rests on that in any case.
    asks: these are questions; of the numbers in what asks only articles (第N条) need a source.
    """
    given, facts = known(sources), known({"": sources.get("finding", "")})
    parts: list[str] = []
    failures: list[Failure] = []
    of_amounts: list[Failure] = []
    for sentence in sentences(said):
        stopping.check()
        marks = ""
        if reason := _unsupported(sentence, text_of, likeness, facts, must_cite):
            failures.append(Failure(kind="引用", said=_shown(sentence), reason=reason))
            marks = UNSUPPORTED
        told = _told(sentence)
        articles = "、".join(_NTH.findall(told))
        if strays := stray(articles if asks and _ASKS.search(told) else told, given):
            reason = "数字无出处：" + "、".join(strays)
            failures.append(Failure(kind="输出", said=_shown(sentence), reason=reason))
            if not stray(articles, given) and {one.said for one in amounts(told)}.issuperset(
                strays
            ):
                of_amounts.append(failures[-1])
            marks += f"〔{reason}〕"
        end = "\n" if sentence.endswith("\n") else ""
        parts.append(sentence.rstrip("\n") + marks + end)
    return Grounded("".join(parts), tuple(failures), tuple(of_amounts))


def _unsupported(
    sentence: str, text_of: Text, likeness: Likeness, facts: Known, must_cite: bool
) -> str:
    """Why a part of a sentence that states a rule rests on nothing; "" when all rest on something.

    A part (up to a ；) rests on its own citations, where it has none on those of the sentence. With
    one citation it rests on that as a whole; with several, each of its rules must rest on one of them.
    """
    for part, rules in _parts(sentence):
        if not rules:
            continue
        ids = _CITED.findall(part) or _CITED.findall(sentence)
        if not (ids or must_cite):
            continue
        if not ids:
            return "说到规定而没有引用条款"
        whole = (part, "，".join(clause for _, clause in rules))
        for told in rules if len(set(ids)) > 1 else (whole,):
            if not any(supported(one, text_of(i), likeness, facts) for i in ids for one in told):
                return "所引条款没有这个意思"
    return ""


def _told(sentence: str) -> str:
    """A sentence without its list number, citations, footnotes and the marks of checks."""
    return _FOOTNOTE.sub(_counted, CHECKED.sub("", _CITED.sub("", _LIST_MARK.sub("", sentence))))


def _counted(number: re.Match[str]) -> str:
    """A number in brackets where it counts something, （99）户; of a footnote, （1）, nothing."""
    after = re.match(r"[^0-9]{0,4}", number.string[number.end() :])
    found = amounts(number[1] + (after.group() if after else ""))
    return "" if any(one.said == number[1] and not one.unit for one in found) else number.group()


def _own_words(sentence: str) -> str:
    """A sentence without quotes, citations and the marks of checks."""
    return _CITED.sub("", _QUOTED.sub("", CHECKED.sub("", sentence)))


def sentences(text: str) -> list[str]:
    """Sentences with the citations that follow their end."""
    return [m.group() for m in _SENTENCE.finditer(text) if m.group().strip()]


def states_a_rule(sentence: str) -> bool:
    """Whether a sentence says, in its own words, what must, may or must not be done.

    A conclusion about this case (判为失责，应当补开会议) states none, unless it names a document.
    """
    return any(rules for _, rules in _parts(sentence))


def _parts(sentence: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The parts of a sentence (see `_cut`), each with its rules: the clause that states one, and the
    same with the clauses that lead up to it (of whom it is said, and when).
    """
    concluded = own = False
    for part in _cut(sentence):
        bare = _own_words(part)
        rules: list[tuple[str, str]] = []
        leading: list[str] = []
        for clause in _CLAUSE.findall(bare):
            leading.append(clause)
            concluded = bool(_CONCLUDES.search(clause)) or (concluded and not _REASON.match(clause))
            own = own or bool(_ABOUT.search(clause))
            if _BY_DOCUMENT.search(clause) or (not own and not concluded and _RULE.search(clause)):
                rules.append(("，".join(leading), clause))
                leading.clear()
        if not (rules or own or concluded) and _CONSEQUENCE.search(bare):
            rules.append((bare, bare))
        yield part, rules
        own = own and not part.endswith(("；", ";"))


def _cut(sentence: str) -> Iterator[str]:
    """A sentence cut at each ；and at citations: after them, or before them where they lead."""
    for part in _PART.findall(sentence):
        yield from (_LED_BY if _LEADING.match(part) else _FOLLOWED_BY).findall(part)


def supported(sentence: str, provision: str, likeness: Likeness, facts: Known = NOTHING) -> bool:
    """Whether a provision says what a sentence says of it; facts: periods of the finding."""
    bare = _own_words(sentence)
    return (
        bool(provision)
        and score(sentence, provision, likeness) >= THRESHOLD
        and not contradicts(bare, provision)
        and not misstates(bare, provision, facts)
    )


def score(sentence: str, provision: str, likeness: Likeness) -> float:
    """Half shared words, half likeness of meaning, both in 0..1; facts in quotes do not count."""
    bare = _own_words(sentence)
    words = _pairs(bare)
    shared = len(words & _pairs(provision)) / len(words) if words else 0.0
    return 0.5 * shared + 0.5 * likeness(bare, provision)


def _pairs(text: str) -> set[str]:
    """Pairs of neighbouring characters, without those that every rule has."""
    return set(_every_pair(text)) - _EMPTY


def _every_pair(text: str) -> Iterator[str]:
    for run in _HAN.findall(text):
        yield from (run[i : i + 2] for i in range(len(run) - 1))


def _shown(sentence: str) -> str:
    return sentence.strip()[:120]
