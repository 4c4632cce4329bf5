"""A model that talks about an opinion may not give another conclusion: such a sentence is not shown.

Terms   contrary: says that the conclusion is, or should become, another label than the opinion's, or
        that nobody is responsible. What would be so if facts were established, what a rule says of
        those who …的, what is denied (不属于失误) and what is left open (是失误还是失责) stay.
        told: the finding and the opinion; words of theirs stay where they are quoted as somebody's words.
Source  docs/design.md: the judge decides, and nothing a model says reaches the page unchecked.
"""

from __future__ import annotations

import re

from assistant.contract import LIABILITIES, REMEDIES, Opinion

_SENTENCE = re.compile(r"[^。！？\n]+(?:[。！？]+(?:\s*\[[^\[\]]+\])*)?")
_WORDS: dict[str, str] = {label: label for label in (*LIABILITIES, *REMEDIES)}
_WORDS["失误"] = "失误|无心之[过失]|无意过失|好心办了?[错坏]事"
_PERSON = r"(?:\w某{1,2}|(?<!其)[他她](?!人)|本人|当事人|该(?:同志|干部|书记|会计|主任))"
# a clause begins, so the model speaks: 镇里对张某… would tell what others did
_OPENS = r"(?<!\w)(?:因此|所以|综上|综合看|依?我看)?"
_ENDS_HERE = r"(?=[吧了呢]?(?:[，。；！？!?\s\[〔）)]|$))"
# 该移交 and 应该公示 tell a duty, 该容错 a conclusion
_OUGHT = rf"(?:应该|理应|理当|该)(?:予以?|给予)?(容错|容纠并举|纠错){_ENDS_HERE}"
# others may be lenient to slips of another kind: only where nothing or a person stands before it
_LENIENT = rf"(?:{_OPENS}|{_PERSON})(?:应予|可以|建议)宽容(?:处理)?{_ENDS_HERE}"
_NEED_NOT = r"(?:不(?:应该|应当?|该|必|用|需要?|宜)|无[需须]|没有?必要)"
_BLAMED = r"(?:(?:承?担|负)(?:任何|领导)?责任|担责|被?(?:问责|追责))"
_FREED = (  # 其他成员不必担责 parts the blame, 张某不必担责 denies it: a person stands next to it
    rf"{_PERSON}(?:{_NEED_NOT}{_BLAMED}|无责{_ENDS_HERE})|{_NEED_NOT}由{_PERSON}{_BLAMED}|"
    rf"责任(?:[与和跟]{_PERSON}无关|不在于?{_PERSON}{_ENDS_HERE}(?!.*而[在是]))"
)
_LEFT_ALONE = (  # 镇里不作处理 tells a failure, 建议不作处理 a conclusion
    rf"(?:建议|倾向于|{_OPENS}(?:我?同意|拟|对{_PERSON}))(?:对{_PERSON})?(?:可以?|应当?)?不[作做]处理"
    r"(?!，?(?:就|正?是|等于|属于|说明|的))"
)
_EXCUSED = (
    r"(?:没有|没|无|不负(?=[任什领直主])|不承担|不用负|无须?承担|不需要?(?:负|承担))(?:任何|什么)?(?:领导|直接|主要)?(?:责任|过错|过失|问题)(?!心|人|制|清|明|分工|划分|主体|意识|线索|台账|导向)|"
    r"责任[^，。；]{0,2}(?:应予|可以|应当?|可)?免除|免除[^，。；]{0,6}责任|"
    r"免责(?!机制|条款|制度|清单|情形|事由|意识)|免[予于]?(?:问责|追责|追究)|清白|无辜|情有可原|"
    rf"(?:不(?:予|应|必|该|再|能|用|需要?|宜)|无[需须])(?:当|再)?(?:问责|追责|追究|处理|负责{_ENDS_HERE})|不(?:问责|追责|追究(?!刑))"
)
_GIVES = (  # 结论应为…, 认定为…, 属于…
    r"(?:结论|定性|意见|责任|处置|处方|判定|认定|性质)[^，。；]{0,10}?(?:改|调整|变更|更正|应为|应是|应当[为是]|是|为|归)[^，。；]{0,6}?|"
    r"(?:改判|改[为成定]|更正为|归[到为入于]|(?:重新)?(?:认定|判定|定性|认作|定|判|视|看|算|当)[为作成]|应?按)[^，。；]{0,6}?|"
    r"(?:属于?|构成|算是?|就是|应是|只是|仅是|是|可以|可|应当|应|应予|予以|给予|适用|建议)"
    r"(?:一[次种个起]|典型的?|一般的?|工作|予以){0,3}"
)
_ENDS = r"(?=[吧了呢]?(?:[，。；、！？!?\s\[〔）)]|$)|的?(?:问题|情形|范畴|性质|行为|[那这]?一?类|处理))"
_DENIED = re.compile(r"(?:不|未|没有?|并非|无法|难以|是否|能否|非)(?:能|宜|得|应|可|予|是|属|算)?")
_UNSURE = re.compile("(?:不能|不可|不宜|难以|无法|不等于|是否|能否)[^，。；]{0,3}$")
_FACTS = "(?:查清|查明|查实|核实)"
_FACTS_FIRST = re.compile(
    rf"(?:如果|假如|要是|倘若|只有|除非|若(?!干)|(?<![例比诸正假])如(?![上下此前同何期实今]))"
    rf".*(?:{_FACTS}|证明|证实|补充|说明|属实|确(?:有|实))|"
    rf"(?<![已经]){_FACTS}.*(?:才|再|之后|以后|(?<![最事随此今])后(?!来))"
)
_TURN = re.compile("但|不过|因此|所以|综上|现有|目前")  # after it nothing is supposed any more
_OF_ALL = re.compile(r"的(?:[，,].*|一般|原则上|也|就)?$")
_OF_THIS = re.compile(r"是[^，,]*的[，,]|某|[本此该]案|此事|[这该][件次起条名个位]")
_MAY = re.compile("可|应|予|给予|适用|不|免|无[需须]")  # how a rule goes on after …的
_BEFORE = 80  # characters before a word that say how it is meant
_BESIDE = 8  # and in which its denial stands
_ASKS = re.compile("哪|什么|何[时种]|怎[么样]|谁")
_QUOTED = re.compile(r"“[^“”]{4,}”|「[^「」]{4,}」|\"[^\"]{4,}\"")
_SAYS = re.compile(  # somebody's words follow; 说明 and 从材料看属于 go on with the model's own
    rf"(?:说|称|写|讲|提到|反映|表示|辩解|记载|记录|原话|原文|(?:材料|文)(?:[里中]|显示)?|{_PERSON}认为)"
    rf"(?:[着过道了的是其]|自己|{_PERSON}){{0,3}}[，,：:]?$"
)
# the model itself is nobody whose words could be quoted
_OWN = re.compile("我|本人认为|综合|综上|结论|(?:可以|应该|应当|来|是|话)[说讲]")
_SIGNS = re.compile(r"[“”\"'‘’「」『』*_`\s]")


def without_contrary(said: str, opinion: Opinion, told: str = "") -> str:
    """What was said, with a mark in the place of each sentence that gives another conclusion."""

    def check(match: re.Match[str]) -> str:
        other = contrary(_without_quotes(match.group(), told), opinion)
        if not other:
            return match.group()
        if other in _WORDS:  # other words between quotation marks would be taken for a quote
            other = f"“{other}”"
        held = f"{opinion.liability}、{opinion.remedy}"
        return f"〔模型有一句把结论说成{other}，与本意见（{held}）不符，没有采用〕"

    return _SENTENCE.sub(check, said)


def _without_quotes(sentence: str, told: str) -> str:
    """A sentence without what it quotes as somebody's words, where they do stand in what was told."""

    def quoted(match: re.Match[str]) -> str:
        before = sentence[: match.start()]
        known = match.group()[1:-1] in told
        return "" if known and _SAYS.search(before) and not _OWN.search(before) else match.group()

    return _QUOTED.sub(quoted, sentence)


def contrary(sentence: str, opinion: Opinion) -> str:
    """The other conclusion that a sentence gives; empty when it gives none."""
    bare = _SIGNS.sub("", sentence)
    held = {opinion.liability, opinion.remedy}
    if opinion.remedy == "容纠并举":
        held |= {"容错", "纠错"}
    for label, words in _WORDS.items():
        if label in held:
            continue
        for match in re.finditer(rf"(?:{_GIVES})({words}){_ENDS}", bare):
            if not _stays(match, match.start(1)):
                return label
    for match in re.finditer(f"{_OUGHT}|{_LENIENT}", bare):
        label = match.group(1) or "容错"
        asked = _ASKS.search(bare[: match.start()])
        if not (label in held or asked or _stays(match, match.start())):
            return label
    if opinion.liability in ("失责", "违纪违法", "待核实"):
        for match in re.finditer(f"{_EXCUSED}|{_FREED}|{_LEFT_ALONE}", bare):
            if not _stays(match, match.start()):
                return "没有责任"
        open_too = "|失责|违纪违法" if opinion.liability == "待核实" else ""
        for match in re.finditer(
            rf"(?<!是)不(?:是|属于?|构成|算|应?认定为)({opinion.liability}{open_too}){_ENDS}", bare
        ):
            if not (_UNSURE.search(bare[: match.start()]) or _supposed(bare, match.start())):
                return f"不是{match.group(1)}"
    return ""


def _stays(match: re.Match[str], word: int) -> bool:
    """Denied right before the word, left open, supposed, or what a rule says of all who …的."""
    text = match.string
    clause = re.split("[，。；！？而]", text[max(0, word - _BEFORE) : word])[-1]
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    of_all = _OF_ALL.search(before) and not _OF_THIS.search(before)
    return bool(
        _DENIED.search(clause[-_BESIDE:])
        or re.search("是.+还是$", clause)
        or (_MAY.match(match.group()) and of_all)
        or _supposed(text, word)
    )


def _supposed(text: str, word: int) -> bool:
    """Whether what stands before a word makes it depend on facts that are still to be found."""
    before = _TURN.split(text[max(0, word - _BEFORE) : word])[-1]
    return bool(_FACTS_FIRST.search(before))
