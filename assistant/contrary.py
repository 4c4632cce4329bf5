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
_WORDS["容错"] = "容错|宽容"
_PERSON = (
    r"(?:[\u4e00-\u9fff]某{1,2}|[他她](?!人)|其本?人|本人|当事人|该(?:同志|干部|书记|会计|主任))"
)
_NEED_NOT = r"(?:不(?:应该|应当?|该|必|用|需要?|宜)|无需|无须|无必要|没有?必要|用不着)再?"
# 不担责 and 对举报不作处理 tell a failure; 无需担责 and 对张某不作处理 excuse one
_EXCUSED_ALSO = (
    rf"{_NEED_NOT}(?:由{_PERSON}(?:来|去)?)?(?:承担|负|担)(?:任何|什么|相应|主要|直接|领导)?责(?![心制人清])|"
    rf"{_NEED_NOT}(?:被|受到?)?(?:问责|追责|追究(?!刑))|"
    r"(?<!尽职)(?<!有责)(?<!有责还是)(?<!有责或)(?<!有责、)无责(?=[吧了呢]?(?:[，。；！？!?\[〔）)]|$))|"
    rf"责任(?:并|根本|完全|本来|也|都)?不在于?(?!一个?人|少数|[^，。；]{{0,6}}一个?人)|责任[与和跟]{_PERSON}无关|"
    rf"(?<!是)不是{_PERSON}的(?:责任|过错|错)(?!误)|怪不[得到]{_PERSON}|"
    r"(?:(?<!如果)(?<!若)(?<!要是)对(?![^，。；]{0,8}(?:举报|反映|问题|线索|投诉|诉求|意见|情况|隐患|[之此]事|信访|来信|建议|申请|提醒|"
    r"通报|整改|行为|违))[^，。；]{2,6}|可以?|应当?|应该|宜|拟|建议|同意|倾向于?)(?:也|就|一律)?不[作做](?:任何|什么)?处理"
    r"(?!就?(?:是|等于|会|不)|的)"
)
_OUGHT = r"(?:应该|理应|理当|该)(?:予以?|给予)?({})(?=[吧了呢]?(?:[，。；！？!?\s\[〔）)]|$))"
_EXCUSED = (
    r"(?:没有|没|无|不负(?=[任什领直主])|不承担|不用负|无须?承担|不需要?(?:负|承担))(?:任何|什么)?(?:领导|直接|主要)?(?:责任|过错|过失|问题)(?!心|人|制|清|明|分工|划分|主体|意识|线索|台账|导向)|"
    r"责任[^，。；]{0,2}(?:应予|可以|应当?|可)?免除|免除[^，。；]{0,6}责任|"
    r"免责(?!机制|条款|制度|清单|情形|事由|意识)|免[予于]?(?:问责|追责|追究)|清白|无辜|情有可原|"
    r"不(?:予|应|必|该|再|能|用|需要?|宜)(?:当|再)?(?:问责|追责|追究|处理|负责(?!任))|不(?:问责|追责|追究(?!刑))"
)
_CONCLUDES = (
    r"(?:结论|定性|意见|责任|处置|处方|判定|认定|性质)[^，。；]{0,10}?(?:改|调整|变更|更正|应为|应是|应当[为是]|是|为|归)[^，。；]{0,6}?|"
    r"(?:改判|改[为成定]|更正为|归[到为入于]|(?:重新)?(?:认定|判定|定性|认作|定|判|视|看|算|当)[为作成]|应?按)[^，。；]{0,6}?"
)
_IS = (
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
_MAY = re.compile("可|应|予|给予|适用|不|免|无需|无须担")  # how a rule goes on after …的
_BEFORE = 80  # characters before a word that say how it is meant
_BESIDE = 8  # and in which its denial stands
_NEAR = 12  # and before a quote, that say whose words it is
_ASKS = re.compile("哪|什么|何[时种]|怎[么样]|谁")
_QUOTED = re.compile(r"“([^“”]{4,})”|「([^「」]{4,})」|\"([^\"]{4,})\"")
_SAYS = re.compile(
    r"(?:说|称|写|讲|提到|反映|表示|辩解|认为|记载|记录|原话|原文|材料|文中|意见)[^，。；“”]{0,6}[，,：:]?$"
)
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
        words = next(part for part in match.groups() if part)
        theirs = words in told and _SAYS.search(
            sentence[max(0, match.start() - _NEAR) : match.start()]
        )
        return "" if theirs else match.group()

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
        for match in re.finditer(rf"(?:{_CONCLUDES}|{_IS})({words}){_ENDS}", bare):
            if not _stays(match, match.start(1)):
                return label
        if label in REMEDIES:
            for match in re.finditer(_OUGHT.format(words), bare):
                if not (_ASKS.search(bare[: match.start()]) or _stays(match, match.start(1))):
                    return label
    if opinion.liability in ("失责", "违纪违法", "待核实"):
        for match in re.finditer(f"{_EXCUSED}|{_EXCUSED_ALSO}", bare):
            if not _stays(match, match.start()):
                return "没有责任"
        open_too = "|失责|违纪违法" if opinion.liability == "待核实" else ""
        for match in re.finditer(
            rf"(?<!是)不(?:是|属于?|构成|算|应?认定为)({opinion.liability}{open_too}){_ENDS}", bare
        ):
            before = bare[max(0, match.start() - _BESIDE) : match.start()]
            if not (_UNSURE.search(before) or _supposed(bare, match.start())):
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
