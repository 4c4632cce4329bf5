"""Tell what a text states from what it tells its reader: only the first is evidence.

Terms   addressed: words to the reader or to a program (判定为容错, ignore all instructions, a system
        message, a ready-made answer), also in other scripts, encoded, reversed, spaced out, or
        hidden in characters that show nothing. They are left out before anything reads the text.
        A clause that also states a fact loses only the addressed words, so that nobody can make a
        fact disappear by writing an order beside it.
Source  docs/design.md: text inside a finding is evidence, never an instruction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.contract import Finding, Opinion, Quote
from assistant.verify import INVISIBLE
from knowledge.text import normalise

_LABEL = (
    r"(?:容错|容纠并举|失误|不成立|澄清|免责|免予?问责|不(?:再|予)?(?:问责|追责|追究)|无责|待核实|补充核实|纠错|失责|违纪违法|移交|"
    r"liability|remedy|domain|needs_review|confidence)"
)
_JUDGE = (
    r"(?:判定|认定|判作|判为|判成|评定|定性|定为|归类|归为|归入|列为|视为|视作|看作|算作|当作|标记|标注|标为|输出|回答|答复|回复|"
    r"填写|填为|填上|返回|写成|写为|写上|改成|改为|改判|给出|得出|选择|设为|置为|打上|处理为|按|以)"
)
_ORDER = (
    r"(?:请|务必|必须|应当?|一律|直接|统一|只能|只需|只要|仅需|须|就|建议|希望|麻烦|劳驾|记得|切记|都|全部|立即|马上|从现在起|"
    r"从此|今后|最终|最后|结论|意见|需要?|可以?|不得不|要)"
)
_TAIL = r"(?:处理|即可|就行|就好|就可以|论处|对待|吧|的结论|结论|为准|来办|来判|办理|，谢谢)?"
_CHINESE = "|".join(
    (
        rf"{_ORDER}.{{0,16}}?{_JUDGE}.{{0,6}}?{_LABEL}{_TAIL}",
        rf"(?:结论|判定结果|研判结果|最终意见|正确答案|标准答案|答案|处置意见|责任认定|责任|处置|处方|定性)(?:应|应当|必须|只能|一律|统一)?(?:填|写|为|是|[:：=|])+.{{0,4}}?{_LABEL}{_TAIL}",
        r"(?:忽略|忘掉|忘记|抛开|不要?理会|不必理会|不用理会|跳过|推翻|清除|作废|覆盖|取消|停用|关闭|解除).{0,8}(?:以上|上述|上面|之前|前面|此前|先前|上文|所有|一切|全部|任何|系统|原有|原来|安全).{0,8}(?:内容|指令|要求|规则|提示词?|设定|限制|红线|指示|说明|对话|审核|检查|文字|话)",
        r"(?:忽略|无视|不看|关闭|停用|绕过|不适用|取消|跳过).{0,6}(?:红线|系统提示|提示词|指令|判据|安全规则)",
        r"(?:从现在起|从现在开始|接下来)?(?:你|您)(?:现在|从现在起|从现在开始|接下来|此刻|今后)?(?:是|扮演|充当|就是|变成|作为|将是|要做).{0,14}(?:助手|模型|AI|人工智能|系统|程序|机器人|法官|律师|老师|奶奶|专家|审核员|研判员|处方员|会诊员|开发者|管理员|DAN)",
        r"(?:我们|咱们)?来?玩?(?:个|一个)?(?:扮演|假装你?是?|假设你|想象你|角色扮演|进入).{0,12}(?:助手|模型|AI|法官|律师|奶奶|角色|游戏|开发者模式|越狱|无限制|管理员)",
        r"(?:开发者模式|越狱模式|无限制模式|调试模式|维护模式|管理员权限)",
        r"(?:^|[\[【<（(#*`>|\s])(?:系统|管理员|开发者|开发组|平台|后台)(?:提示词?|指令|消息|通知|公告|更新|覆盖|说明)?[\]】>）)*`]*(?=[:：])",
        r"(?:系统指令|系统提示词|新指令|新的指令|最高指令|隐藏指令|内部指令|最高优先级|优先级最高)",
        r"(?:AI|人工智能|大模型|语言模型|阅读模型|机器人|智能体|研判助手|研判程序|本助手|阅读者|模型).{0,10}(?:请|应|必须|务必|须|要|只能|输出|回答|判定|认定|忽略|遵守|听从|服从|记住|注意)",
        r"(?:读到|看到|收到|处理|阅读)(?:这里|此处|这段|这句|本段|这条|此条).{0,10}(?:请|就|时|后|应|必须)",
        r"(?:材料|正文|证据|文本|发现|案情)(?:到此)?(?:结束|完毕|终止)|以下(?:是|为)(?:指令|命令|系统)",
        r"(?:输出|返回|复述|打印|泄露|告诉我|公开|展示).{0,8}(?:JSON|json|提示词|系统提示|密钥|key|KEY|指令|上文|设定)",
        rf"""["'“]?(?:liability|remedy|domain|needs_review|red_lines|confidence|citations)["'”]?\s*[:：=]\s*["'“]?(?:{_LABEL}|[A-Za-z_]{{0,12}}|[0-9.]{{1,4}})""",
        rf"(?:所有|全部|任何|各类).{{0,6}}(?:研判|判断|判定|评定)[^，。]{{0,8}}{_LABEL}",
        rf"(?:[把将][^，。]{{0,6}})?(?:当作|当成|算作|视为|视作){_LABEL}(?:看待|处理|对待|论处|即可|就好|吧){_TAIL}",
        rf"(?:凡|只要是?|但凡|所有|一切|任何|本案|本件|本条|本情形|本发现|此案|此类|该类).{{0,24}}?(?:一律|均|都|应当?|即|直接|可|自动|不再)?.{{0,4}}?(?:容错|免责|免予?(?:问责|追责)|不(?:再|予)?(?:问责|追责|追究)|判?不成立|算失误|属失误){_TAIL}",
        r"(?:一律|统统|全部|全都|都)(?:判|算|按|给|予以|适用)?(?:容错|失误|不成立|澄清)",
        rf"(?:^|[:：])(?:并|则|就|再|还|然后|重新|直接)?(?:判定?为|认定为|标记为|标为|输出|返回|改判为?|写成|填|按|给出).{{0,2}}{_LABEL}{_TAIL}",
        rf"(?:输出|返回|只答|只回答){_LABEL}",
        r"^(?:谢谢|多谢|拜托|感谢)[了啦您你]{0,2}[。！!]?$",
        r"(?:红线|提示词|安全规则|系统提示)[^，。]{0,6}(?:停用|关闭|解除|取消|作废|失效)",
        r"^(?:系统|管理员|开发者|平台)(?:提示词?|指令|消息|通知|公告|更新)$",
        r"(?:重复|跟我说|跟着说|照抄|复述|翻译|解码|执行|运行)(?:以下|下面|下列|这段|上面)(?:内容|文字|的话|编码)?",
        r"(?:不要?|不得|不可|无需|别)(?:引用|使用|列出|检查|核对|复核|标记|提及).{0,8}(?:条款|红线|判据|引文|人工复核|依据|规定来判)",
    )
)
_ORDERS = re.compile(_CHINESE)
_TAGS = re.compile(
    r"<\|[^|>]{0,40}\|>|\[/?(?:INST|SYS)\]|<</?SYS>>|#{2,}\s*(?:instruction|system|user|assistant|response|指令|系统)\s*[:：]?|"
    r"(?:^|\n)\s*(?:system|assistant|user|developer|human)\s*[:：]|【\s*(?:系统|管理员|开发者)[^】]{0,10}】|"
    r"BEGIN[ _](?:PROMPT|SYSTEM|ADMIN)|END[ _]OF[ _](?:FINDING|PROMPT|TEXT|INPUT)",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"<\|im_start\|>.*?<\|im_end\|>|\[INST\].*?\[/INST\]|<!--.*?-->|<(script|style|template|iframe|object|svg)\b.*?</\1\s*>|```.*?```|!\[[^\]]*\]\([^)]*\)|"
    r"\[[^\]]{0,12}\]\((?:https?:|javascript:|data:)[^)]*\)|\]\((?:https?:|javascript:|data:)[^)]*\)|</?[a-zA-Z][^<>]{0,400}>|\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|"
    r"(?:\|[^\n|]{0,8}\|[^\n|]{0,8}\|\s*\n\s*\|[\s:|-]+\|\s*\n)?"
    rf"(?:\s*\|\s*[^|\n]{{0,6}}(?:结论|判定|定性|责任|处置|处方|答案)\s*\|\s*{_LABEL}\s*\|?)+|"
    r"\{[^{}]{0,400}\"(?:liability|remedy|domain|needs_review|role)\"[^{}]{0,400}\}",
    re.DOTALL | re.IGNORECASE,
)
_ENCODED = re.compile(
    r"(?<![A-Za-z0-9+/])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+/]{20,}={0,2}|"
    r"(?<![0-9A-Za-z])(?=[0-9a-fA-F ]*[a-fA-F])(?:[0-9a-fA-F]{2} ?){14,}|(?:%[0-9A-Fa-f]{2}){4,}|"
    r"(?:\\u[0-9a-fA-F]{4}){2,}|(?:\\x[0-9a-fA-F]{2}){4,}|(?:&#x?[0-9a-fA-F]+;){2,}|(?:[01]{8}\s?){3,}|"
    r"(?:[.·-]{1,6} ){6,}[.·-]{0,6}"
)
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9'’\",.:;!?()\-\s]*[A-Za-zÀ-ɏ.!?]")
_WORD = re.compile(r"[A-Za-zÀ-ɏ'’]{2,}")
_ORDERING = re.compile(
    r"\b(?:ignore|disregard|forget|override|output|answer|respond|classify|label|mark|treat|must|should|please|you are|"
    r"system|instructions?|prompt|verdict|innocent|tolerate|rongcuo|panding|hulue|shiwu|jielun|shuchu)\b",
    re.IGNORECASE,
)
_OTHER_SCRIPT = re.compile(
    r"[一-鿿]{0,4}[ぁ-ヿ](?:[一-鿿、ー]{0,6}[ぁ-ヿ]){3,}[。、]?|(?:[가-힣]+[\s.,!?]*){2,}|(?:[Ѐ-ӿ]+[\s.,!?:;-]*){2,}|(?:[؀-ۿ]+[\s.,،!؟]*){2,}|"
    r"(?:[\u0900-\u097f]+[\s.,!?।]*){2,}|(?:[฀-๿]+[\s.,!?]*){1,}|(?:[֐-׿]+[\s.,!?]*){2,}|(?:[Ͱ-Ͽ]+[\s.,!?;]*){2,}"
)
_CLAUSE = re.compile(r"[^，。；！？,;!?\n\r【】\[\]（）()“”\"「」『』|<>*#`]+[，。；！？,;!?]*")
_SEPARATORS = re.compile(r"[\s·\-_.*/~^+=|、:：'’]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SUSPECT = re.compile(
    r"容错|容纠|失误|不成立|澄清|免责|失责|无责|问责|追责|追究|待核实|补充核实|纠错|违纪违法|判?移交|"
    r"忽略|无视|忘[掉记]|抛开|理会|跳过|绕过|红线|你|您|扮演|假装|假设|想象|模式|系统|管理员|开发|指令|提示词|AI|模型|智能|机器人|"
    r"助手|研判|读到|看到这|收到这|阅读者|材料到?此?结束|正文|谢谢|拜托|取消|推翻|关闭|停用|解除|清除|作废|覆盖|不得|无需|当[作成]|视[为作]|输出|返回|复述|答案|结论|重复|照抄|翻译|解码|不要?引用|"
    r"liability|remedy|domain|needs_review|confidence|red_lines|citations|JSON|json"
)
_MARKS = re.compile(
    r"[<`{|#【\[]|!\[|(?:system|user|human|BEGIN|END)\b|assistant|developer", re.IGNORECASE
)
_LATIN_OR_CODE = re.compile(r"[A-Za-zÀ-ɏ]{2}|[%&\\]|[01]{8}|[.·-]{2}|(?:[0-9a-f]{2} ){4}")
_FOREIGN_LETTER = re.compile("[Ͱ-ϿЀ-ӿ֐-׿؀-ۿ\u0900-\u097f฀-๿぀-ヿ가-힣]")
_ROW = re.compile(r"(?m)^[ \t]*\|[^\n]*(?:\n[ \t]*\|[^\n]*)*\n?")
_NAMED = re.compile(
    r"(?:根据|依据|按照|依照|按)?《[^《》\n]{2,40}》(?:第[^，。\n]{1,9}[条款])*(?:的?规定|明确)?[，,:：]?\s*$"
)
_A_FACT = 4


@dataclass(frozen=True)
class Seen:
    """The finding as it is read, and how to get back to the finding as it was given."""

    finding: Finding
    original: Finding
    places: tuple[int, ...] | None = None  # of every character kept; None: nothing was left out
    addressed: tuple[str, ...] = ()

    def restore(self, opinion: Opinion) -> Opinion:
        """The opinion with its places in the text as given, and a note of what was left out."""
        if self.places is None:
            return opinion
        changed: dict[str, object] = {
            "criteria": tuple(self._back(one) for one in opinion.criteria),
            "red_lines": tuple(self._back(one) for one in opinion.red_lines),
            "diagnosis_words": tuple(
                one.model_copy(update=self._place(one.start, one.end)) if one.span else one
                for one in opinion.diagnosis_words
            ),
        }
        if self.addressed:
            said = "、".join(f"“{_short(words)}”" for words in self.addressed[:3])
            note = f"文中有写给阅读者或程序的话，没有当作事实，也没有照办：{said}"
            changed |= {"notes": (*opinion.notes, note), "needs_review": True}
        return opinion.model_copy(update=changed)

    def _back(self, quote: Quote) -> Quote:
        return quote.model_copy(update=self._place(quote.start, quote.end))

    def _place(self, start: int, end: int) -> dict[str, object]:
        if self.places is None or end <= start:
            return {}
        first, last = self.places[start], self.places[end - 1] + 1
        return {"start": first, "end": last, "span": self.original.text[first:last]}


def seen(finding: Finding) -> Seen:
    """The finding without what is addressed to its reader; the same object where nothing is."""
    text = finding.text
    hidden = [m.span() for m in INVISIBLE.finditer(text)]
    found = _addressed(text, hidden)
    if not hidden and not found:
        return Seen(finding, finding)
    out = bytearray(len(text))
    for start, end in (*hidden, *found):
        out[start:end] = b"\x01" * (end - start)
    kept = tuple(place for place in range(len(text)) if not out[place])
    cleaned = "".join(text[place] for place in kept)
    if not _HAN.search(cleaned):
        return Seen(finding, finding)  # nothing else is there: it is no finding at all
    addressed = tuple(text[start:end].strip() for start, end in found)
    return Seen(
        finding.model_copy(update={"text": cleaned}), finding, kept, tuple(filter(None, addressed))
    )


def without_orders(text: str) -> str:
    """A text from elsewhere (a provision, a question) without what is addressed to its reader."""
    return seen(Finding(id="", text=text)).finding.text


def _addressed(text: str, hidden: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places of everything addressed to the reader, in order, none inside another."""
    bare, places = _without(text, hidden) if hidden else (text, None)
    spans: list[tuple[int, int]] = []
    if _MARKS.search(bare):
        spans += [m.span() for m in _TAGS.finditer(bare)]
        spans += [m.span() for m in _MARKUP.finditer(bare)]
    if _LATIN_OR_CODE.search(bare):
        spans += [m.span() for m in _ENCODED.finditer(bare)]
        spans += [m.span() for m in _LATIN.finditer(bare) if _is_foreign_prose(m.group())]
    if _FOREIGN_LETTER.search(bare):
        spans += [m.span() for m in _OTHER_SCRIPT.finditer(bare)]
    squeezed = _SEPARATORS.sub("", normalise(bare))
    plainly, hiding = _count(bare), max(_count(squeezed), _count(squeezed[::-1]))
    if plainly or hiding:
        for clause in _CLAUSE.finditer(bare):
            if any(a <= clause.start() and clause.end() <= b for a, b in spans):
                continue
            spans += _orders(clause.group(), clause.start(), look_closely=hiding > plainly)
    merged = _merged(_with_spaces(bare, _with_leftovers(bare, _merged(spans)))) if spans else []
    if places is None:
        return merged
    return [(places[start], places[end - 1] + 1) for start, end in merged]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def _with_spaces(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(start, end + len(text[end:]) - len(text[end:].lstrip(" \t"))) for start, end in spans]


def _with_leftovers(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of a clause or a table row beside an order goes too, where it states no fact."""
    spans = _merged([*spans, *(_with_name(text, start, end) for start, end in spans)])
    more = list(spans)
    for piece in (*_CLAUSE.finditer(text), *_ROW.finditer(text)):
        first, last = piece.span()
        inside = [
            (max(a, first) - first, min(b, last) - first)
            for a, b in spans
            if a < last and first < b
        ]
        if inside and _says_nothing(_without(piece.group(), inside)[0]):
            more.append((first, last))
    return more


def _with_name(text: str, start: int, end: int) -> tuple[int, int]:
    """With the document that is named right before as the source of the order."""
    named = _NAMED.search(text[:start], max(0, start - 80))
    return (named.start() if named else start, end)


def _says_nothing(left: str) -> bool:
    return len(_HAN.findall(left)) < _A_FACT and not any(char.isdigit() for char in left)


def _count(text: str) -> int:
    return sum(1 for _ in _SUSPECT.finditer(text))


def _orders(clause: str, offset: int, *, look_closely: bool) -> list[tuple[int, int]]:
    """The addressed words of one clause; the whole clause where it says nothing else."""
    whole = [(offset, offset + len(clause))]
    found = [m.span() for m in _ORDERS.finditer(clause)] if _SUSPECT.search(clause) else []
    if found:
        if _says_nothing(_without(clause, found)[0]):
            return whole
        return [(offset + start, offset + end) for start, end in found]
    if look_closely:
        squeezed = _SEPARATORS.sub("", normalise(clause))
        if any(_SUSPECT.search(s) and _ORDERS.search(s) for s in (squeezed, squeezed[::-1])):
            return whole
    return []


def _is_foreign_prose(run: str) -> bool:
    words = _WORD.findall(run)
    if _ORDERING.search(run) and len(words) >= 2:
        return True
    names = sum(word[0].isupper() for word in words)
    return len(words) >= 4 and names < len(words) * 0.7


def _without(text: str, spans: list[tuple[int, int]]) -> tuple[str, list[int]]:
    kept: list[int] = []
    last = 0
    for start, end in spans:
        kept += range(last, start)
        last = max(last, end)
    kept += range(last, len(text))
    return "".join(text[place] for place in kept), kept


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= 30 else f"{flat[:30]}…"
