"""Does a quote say what its clause says, or does it leave out a word that turns the clause round?

Terms   turned: the clause denies, orders, allows or doubts what the quote alone says happened:
        经集体研究 taken out of 未经集体研究, 收受红包 out of 收受红包一事不实.
        reach: how far a denial goes. It passes over what only says how, when and to whom (按程序,
        及时, 对外), and ends where the clause goes on to what was done all the same (但, 就, 擅自).
"""

from __future__ import annotations

import re

from assistant.readers.clauses import CLAUSE

# a word named in quotation marks says nothing of the clause around it: 对“从未经商”的回复
_NOTE = re.compile(r"[（(][^（）()]*[）)]|“[^“”]*”|\"[^\"]*\"|「[^「」]*」")
_NOTE_MARK = re.compile(r"[（(）)]")
_QUOTE_MARK = re.compile('[“”"‘’「」『』]')
_FAR = 40

_SHOULD = r"(?<![供反响相对适答效感照呼])应[当该]?"  # 供应, 相应, 所需 and 草拟 order nothing
_NEEDS_OR_PLANS = "(?<![所急])需|(?<![虚草模])拟"
# right before a quote: what is denied, commanded, planned or supposed has not thereby happened
_BESIDE = re.compile(
    rf"(?:(?:不|未|无|没有?|非|否|勿|莫|禁止|严禁|拒绝|可以|{_SHOULD}|须|必须|{_NEEDS_OR_PLANS}|"
    r"(?<![按照])计划|准备|(?<![例比诸譬])如果?|若|防止|避免|否认|不存在)"
    r"(?:[经曾能予得被再按依有]|进行|发生|真正|认真|及时|完全|全部)?)$"
)
# these deny whatever follows, with any subject of its own
_DENIES_ALL = re.compile(
    r"(?:未|没有?|未能|无法|不能|不足以)(?:发现|查到|查出|查实|证实|证明|认定|反映|显示|表明)"
    r"|未见|查无|并无|不存在|(?:无|没有)(?:任何)?证据|并未|从未|未曾|否认|并非|不是|不属于?|禁止|严禁"
)
# the rest deny or order a deed; parts of other words (供应, 认可, 不但, 未来) are not meant
_DENIES = re.compile(
    rf"(?P<order>不得|拒绝|{_SHOULD}|可以"
    r"|(?<![认许宁尚])可(?=[凭按由以依经从向在用])|必须|须|"
    rf"{_NEEDS_OR_PLANS}|(?<=[是能可])否)"
    r"|未能|无法|没有|没|不(?![但仅只管论料久来慎断够足])|未(?!来)|无"
)
_HOW = (
    r"(?:能够?|会|曾经?|得|予|愿意?|肯|敢|再|都|均|也|已|过|及时|按[时期月季年]|如期|定期|经常|认真|严格|真正|"
    r"完全|全部|全面|主动|如实|积极|专门|专题|单独|当[面场众]|公开|正式|充分|有效|直接|随意|立即|马上|尽快|随时|"
    r"始终|事[先前后]|同时|一并|一[起同直]|共同|统一|集体|分别|逐[一户笔项级人次个]|一[人次户家个项支件笔天]|任何|有|人|"
    r"召开|收受?|签订?|办理?|查|走|提[供交]|出具|履行|执行|落实|制定|建立|参加|约定|动用|经过|[^的]{1,3}过(?![程失错])|"
    r"组织|进行|作出|做到|需?要|必要|打算|符合|开展过?|因此|由此|为此|因而)*"
)
_NOUN = r"(?:[^的]|的(?=程序|要求|规定|制度|时间|标准|流程|办法|方式|条件|期限|范围|方案)){0,24}"
_PLACE = rf"(?:(?:在(?![岗编职场册家档])|对(?![账照]))|给){_NOUN}"
_BY_RULE = rf"(?:按照?|依照?|依据|根据|遵照|对照|参照|比照){_NOUN}"
_TO_WHOM = (
    r"(?:对|把|将|向|利用|就(?!业|读|医)|由|凭借?|从|以|通过|与|跟|同|和|于|用|为|针对|结合|围绕|会同)"
    + _NOUN
)
_REACHES = re.compile(rf"{_HOW}(?:{_PLACE}|{_BY_RULE}|{_TO_WHOM})?")
_REACHES_ANYTHING = re.compile(rf"{_HOW}(?:{_PLACE})?")
_REACHES_THE_OBJECT = re.compile(
    rf"{_HOW}(?:{_PLACE}|{_BY_RULE}(?<=规定|程序|要求|制度|章程|政策|标准|合同|方案|办法|流程))?"
)
# one step of a procedure after the other: 未召开会议|研究, 未经集体|讨论, and 没有签合同、|办验收
_STEP = re.compile(
    r"(?:召开|提交|提请|组织|开展|履行|经过?|报|请|派|安排|征求|听取|邀请|通知|开会|上会)[^的]{0,12}"
)
_NEXT_STEP = re.compile(
    r"(?:集体|专题|会议|民主)?(?:研究|讨论|表决|审议|审核|审批|批准|同意|决定|通过|公示|公开|公布|核实|核对|核查|验收|"
    r"评估|备案|登记|招标|询价|比价|汇报|请示|征求|听取|商量|商议)"
)
_LISTED = re.compile(r"[^、的]{1,10}、")
# 未及时、如实、|完整报告
_LISTED_HOW = re.compile(
    r"(?:(?:及时|如实|完整|准确|全面|真实|主动|按时|按期|认真|严格|规范|充分|公开|公正|定期|有效)[、和并]){1,4}"
)
# 未收钱款及购物卡: of things that are given the last is denied with the first; of deeds it may not be,
# nor where the negation belongs to another word: 无偿接受宴请和烟酒, 没有票据收取现金和礼金
_GIVEN_TOO = re.compile(
    r"(?:有|曾|私自|违规)?(?:收受?|拿|要|索取|送|接受|领取)[^的]{1,12}(?:及|和|与|或者?|以及)(?:其[他它])?"
)
_GIFT = re.compile(
    r"(?:现金|钱[款物]?|财物|礼[金品物]|红包|[\u4e00-\u9fff]{0,2}卡|消费券|烟酒|[烟酒茶]|土特产|好处费?|回扣|宴请|吃请|股份|干股)"
    r"(?=$|[^\u4e00-\u9fff]|等)"
)
_OWN_DENIAL = re.compile(r"[未没无不]|是否|由谁|什么")
# the clause goes on to something else
_GOES_ON = re.compile(
    r"但|却|反而|而是|(?<![从因然])而(?!且)|致使|导致|以致|所以|于是|之后|以后|(?<![事今落前背])后(?![续勤备期果])"
    r"|仍|(?<=.)就(?![此该这其近地业读医])|(?<![方以随])便(?![民于利])|(?<![规准细原法总附守])则"
)
_CONTRARY = re.compile(r"但|却|反而|仍")
_DONE_ALL_THE_SAME = re.compile(
    r"而|致使|导致|造成|引发|以致|就(?![此该这其])|便|即(?!时)|擅自|私自|自行|违规|强行"
)
_OBJECT = re.compile(r"[把将被]")

_MATTER = (
    r"(?:一事|一说|之[说事]|的?(?:有关|相关|具体|主要)?(?:情况|问题|情形|行为|说法|反映|线索|举报|传[言闻]|指控|质疑|"
    r"事[项情]|信息|消息|内容|事))"
)
_CHECKED = r"(?:经(?:核查|查|核实|调查|复核|了解|审计)[后证]?|均|都|并|也|尚|还|又|已|纯属){0,3}"
# 收受红包未上交: the deed was done, and then something else was not
_AFTERWARDS = (
    r"(?:及时|如实|按(?:时|期|规定)|主动|向.{1,8})?"
    r"(?:上[交缴]|归还|退[还回赔]|[返偿]还|入账|记账|报[告备]|上报|请示|备案|登记|公[示开布]|说明)"
)
_DENIED = re.compile(
    rf"^(?:{_MATTER}?{_CHECKED}(?:不|未(?!{_AFTERWARDS})|没(?!有?{_AFTERWARDS})|无|非|失实|有误|系误|查无|子虚乌有|捏造|除外)"
    rf"|[、和及][^但却而]{{1,20}}?{_MATTER}{_CHECKED}"
    r"(?:不实|失实|不属实|查无|不成立|不存在|[未没]有?(?:发生|发现|查实|证实))"
    r"|[^但却]{0,20}除外$)"
)


def turned(text: str, start: int, end: int) -> str:
    """The words of the clause without which text[start:end] says something else; "" if none."""
    before, after = _around(text, start, end)
    if match := _BESIDE.search(before):
        return match.group()
    for match in _DENIES_ALL.finditer(before):
        if not _GOES_ON.search(before, match.end()):
            return match.group()
    quote = text[start:end]
    for match in _DENIES.finditer(before + quote[:1]):
        between = before[match.end() :]
        if match.end() <= len(before) and _reaches(between, quote, bool(match["order"])):
            return match.group()
    denied = _DENIED.search(after)
    return denied.group() if denied else ""


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What the clause says before and after a quote, without quotation marks and notes in brackets."""
    before = after = ""
    for clause in CLAUSE.finditer(text, max(0, start - 400), end + 400):
        if clause.start() <= start < clause.end():
            before = text[clause.start() : start]
        if clause.start() < end <= clause.end():
            after = text[end : clause.end()]
    before, after = (_QUOTE_MARK.sub("", _NOTE.sub("", part)) for part in (before, after))
    return _NOTE_MARK.split(before)[-1][-_FAR:], _NOTE_MARK.split(after)[0][:_FAR]


def _reaches(between: str, quote: str, order: bool) -> bool:
    """Whether a denial or an order holds for a quote, over the words that stand between."""
    if _GOES_ON.search(between) or _CONTRARY.search(quote, 0, 4):
        return False
    if not order and _DONE_ALL_THE_SAME.match(quote):
        return bool(_REACHES_ANYTHING.fullmatch(between))
    if not order and _OBJECT.match(quote):
        return bool(_REACHES_THE_OBJECT.fullmatch(between))
    if _REACHES.fullmatch(between):
        return True
    if _LISTED_HOW.fullmatch(between):
        return not _OWN_DENIAL.match(quote)
    if _STEP.fullmatch(between):
        return bool(_NEXT_STEP.match(quote))
    if order or _OWN_DENIAL.search(quote):
        return False
    given = _GIVEN_TOO.fullmatch(between) and _GIFT.match(quote)
    return bool(given or _LISTED.fullmatch(between))
