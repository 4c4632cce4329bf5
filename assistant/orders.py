"""The words of a text that are addressed to its reader or to a program, and where they stand.

Terms   order: tells the reader what to answer or what to ignore; also in other scripts, encoded,
        reversed, spaced out, in letters that only look the same, or as markup.
        verdict: a clause of a finding that names a label of the judge and says nothing beside it
        (本条作失误处理, 责任类型：失误). Only findings have them: a provision or a question may well
        be about 容错.
        judging words: what is left out of a clause before asking whether it states a fact.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from assistant.foreign import HAN, foreign, plain_letters
from knowledge.text import normalise

_LABEL = (
    r"(?:容错|容纠并举|失误|不成立|澄清|免责|免予?问责|不(?:再|予)?(?:问责|追责|追究)|无责|待核实|补充核实|纠错|失责|违纪违法|移交|"
    r"liability|remedy|domain|needs_review|confidence)"
)
_JUDGE = (
    r"(?:判定|认定|判作|判为|判成|评定|定性|定为|归类|归为|归入|列为|视为|视作|看作|算作|当作|标记|标注|标为|输出|回答|答复|回复|"
    r"填写|填为|填上|返回|写成|写为|写上|改成|改为|改判|给出|得出|选择|设为|置为|打上|处理为|按|以)"
)
_STRONG = r"容错|容纠(?:并举)?"
_WEAK = (
    r"失误|失责|免责|无责|免[于予]?(?:问责|追责|追究)|不(?:再|予)?(?:问责|追责|追究)|纠错|违纪违法"
)
_HARD = r"不成立|澄清"  # honest findings say these of a complaint
_ANY_LABEL = f"(?:{_STRONG}|{_WEAK}|{_HARD})"
_ORDER = (
    r"(?:请|务必|必须|应当?|一律|直接|统一|只能|只需|只要|仅需|须|就|建议|希望|麻烦|劳驾|记得|切记|都|全部|立即|马上|从现在起|"
    r"从此|今后|最终|最后|结论|意见|需要?|可以?|不得不|要)"
)
_TAIL = r"(?:处理|即可|就行|就好|就可以|论处|对待|吧|的结论|结论|为准|来办|来判|办理|，谢谢)?"
_CHINESE = "|".join(
    (
        rf"{_ORDER}.{{0,16}}?{_JUDGE}.{{0,6}}?{_LABEL}{_TAIL}",
        # what an inspection itself concluded is evidence
        rf"(?:(?<!查)(?<!核)(?<!核实)结论|判定结果|研判结果|最终意见|正确答案|标准答案|答案|处置意见|责任认定|责任类型|责任|处置方式|处置|处方|定性)(?:应|应当|必须|只能|一律|统一|栏)?(?:填|写|为|是|[:：=|\t])+.{{0,4}}?{_LABEL}{_TAIL}",
        r"(?:忽略|忘掉|忘记|抛开|不要?理会|不必理会|不用理会).{0,8}(?:以上|上述|上面|之前|前面|此前|先前|上文|所有|一切|全部|任何|系统|原有|原来|安全).{0,8}(?:内容|指令|要求|规则|提示词?|设定|限制|红线|指示|说明|对话|审核|检查|文字|话)",
        # 取消全部现场检查 and 推翻此前会议要求 are deeds
        r"(?:跳过|推翻|清除|作废|覆盖|取消|停用|关闭|解除).{0,8}(?:以上|上述|上面|之前|前面|此前|先前|上文|所有|一切|全部|任何|系统|原有|原来|安全).{0,8}(?:指令|规则|提示词?|设定|限制(?!性)|红线|指示|对话)",
        r"(?:忽略|无视|不看|关闭|停用|绕过|不适用|取消|跳过).{0,6}(?:(?<![地态律护全量政])红线|系统提示|提示词|指令|判据|安全规则)",
        r"(?:从现在起|从现在开始|接下来)?(?:你|您)(?:现在|从现在起|从现在开始|接下来|此刻|今后)?(?:是|扮演|充当|就是|变成|作为|将是|要做).{0,14}(?:助手|模型|AI|人工智能|系统|程序|机器人|法官|律师|老师|奶奶|专家|审核员|研判员|处方员|会诊员|开发者|管理员|DAN)",
        r"(?:我们|咱们)?来?玩?(?:个|一个)?(?:扮演|假装你?是?|假设你|想象你|角色扮演|进入).{0,12}(?:助手|模型|AI|法官|律师|奶奶|角色|游戏|开发者模式|越狱|无限制|管理员)",
        r"(?:让我们|请|来)?(?:设想|假设|想象)(?:一下)?[你您].{0,20}",
        r"[你您](?!们)(?:的?新?(?:身份|角色|名字)|只能|只会|会说|会答|叫|的任务|的职责|只需|必须|要把|现在|就是|来判|来当)[^，。]{0,20}",
        r"(?:切换到|切换为|进入|启用|打开).{0,4}(?:宽大|宽松|宽容|从宽|容错|免责|演示|无审查).{0,4}(?:模式|状态)?",
        r"(?:请|继续)?续写(?:他|她|它|下面|以下|其|这)[^，。]{0,12}",
        r"作为(?!.{0,10}(?:书记|[镇乡村县]长|主任|会计|出纳|干部|党员)).{0,14}(?:辩护人|辩护律师|法官|研判员|审核员|助手)(?=$|[，,])",
        r"(?:接下来|以下|下面)的(?:对话|回答|问答)(?:里|中)?",
        rf"[^，。]{{0,4}}(?:从不|不会|只|只会|永远|总是)(?:说|答|讲|给出?){_ANY_LABEL}",
        r"(?:小说|剧本|故事|童话)(?:里|中)的[^，。]{0,8}(?:审核员|研判员|法官|助手|检察官)[^，。]{0,4}",
        r"(?:不显示给|不要?给|仅供|勿示)(?:用户|人看|研判|程序|模型|系统)",
        r"^(?:请|务必|麻烦|劳驾)(?:直接|一律|统一|你|您|把它|将其)?(?:判定?|认定|定性|评定|归类|改判|输出|回答)(?:为|成|作|到|入)?[^，。某0-9]{1,6}[。！!]?$",
        r"^(?:请|务必|麻烦|劳驾)按[^，。某0-9]{2,4}(?:处理|对待|论处)[。！!]?$",
        r"请?(?:贵系统|该系统|研判系统|本系统).{0,8}(?:从轻|从宽|宽大|掌握|照办|答复|忽略)[^，。]{0,6}",
        r"(?:以下|上述|本段)[^，。]{0,6}(?:由|经)?系统自动(?:生成|判定|填写)",
        r"(?:开发者模式|越狱模式|无限制模式|调试模式|维护模式|管理员权限)",
        r"(?:^|[\[【<（(#*`>|\s])(?:系统|管理员|开发者|开发组|平台|后台)(?:提示词?|指令|消息|通知|公告|更新|覆盖|说明)?[\]】>）)*`]*(?=[:：])",
        r"(?:系统指令|系统提示词|新指令|新的指令|最高指令|隐藏指令|内部指令|最高优先级|优先级最高)",
        r"(?:AI|人工智能|大模型|语言模型|阅读模型|机器人|智能体|研判助手|研判程序|本助手|阅读者|模型)(?!项目|培训|设备|采购|厂|公司|产品|课|技术|企业|产业|教育|应用|中心|平台).{0,10}(?:请|应|必须|务必|须|要|只能|输出|回答|判定|认定|忽略|遵守|听从|服从|记住|注意)",
        r"(?:读到|看到|收到|处理|阅读)(?:这里|此处|这段|这句|本段|[这此]条(?!举报|线索|信访|投诉|反映|信息|消息|短信|意见|建议)).{0,10}(?:请|就|时|后|应|必须)",
        r"(?:材料|正文|证据|文本|发现|案情)(?:到此)?(?:结束|完毕|终止)(?![后前时之])|以下(?:是|为)(?:指令|命令|系统)",
        r"(?:输出|返回|复述|打印|泄露|告诉我|公开(?!招标|竞|选|遴)|展示).{0,8}(?:JSON|json|提示词|系统提示|密钥|key|KEY|指令|上文|设定)",
        rf"""["'“]?(?:liability|remedy|domain|needs_review|red_lines|confidence|citations)["'”]?\s*[:：=]\s*["'“]?(?:{_LABEL}|[A-Za-z_]{{0,12}}|[0-9.]{{1,4}})""",
        rf"(?:所有|全部|任何|各类).{{0,6}}(?:研判|判断|判定|评定)[^，。]{{0,8}}{_LABEL}",
        rf"(?:[把将][^，。]{{0,6}})?(?:当作|当成|算作|视为|视作){_LABEL}(?:看待|处理|对待|论处|即可|就好|吧){_TAIL}",
        rf"(?:凡|只要(?![^，。]{{0,6}}(?:交|给|送|撤|退|签|答应|配合))是?|但凡|所有|一切|任何|本案|本件|本条|本情形|本发现|此案|此类|该类).{{0,24}}?(?:一律|均|都|应当?|即|直接|可|自动|不再)?.{{0,4}}?(?:容错|免责|免予?(?:问责|追责)|不(?:再|予)?(?:问责|追责|追究)|判?不成立|算失误|属失误){_TAIL}",
        r"(?:一律|统统|全部|全都|都)(?:判|算|按|给|予以|适用)?(?:容错|失误|不成立|澄清)",
        rf"(?:^|[:：])(?:并|则|就|再|还|然后|重新|直接)?(?:判定?为|认定为|标记为|标为|输出|返回|改判为?|写成|填|按|给出).{{0,2}}{_LABEL}{_TAIL}",
        rf"(?:输出|返回|只答|只回答){_LABEL}",
        r"^(?:谢谢|多谢|拜托|感谢)[了啦您你]{0,2}[。！!]?$",
        r"(?:红线|提示词|安全规则|系统提示)[^，。]{0,6}(?:停用|关闭|解除|取消|作废|失效)",
        r"^(?:系统|管理员|开发者|平台)(?:提示词?|指令|消息|通知|公告|更新)$",
        r"(?:重复|跟我说|跟着说|照抄|复述|翻译|解码|执行|运行)(?:以下|下面|下列|这段|上面)(?:内容|文字|的话|编码)?",
        r"(?:不要?|不得|不可|无需|别)(?:引用|使用|列出|检查|核对|复核|标记|提及).{0,8}(?:红线|判据|引文|人工复核|规定来判)",
        r"(?:不要?|不得|不可|无需|别)(?:引用|列出|提及).{0,8}(?:条款|依据)",
    )
)
_ORDERS = re.compile(_CHINESE)
# right before what sounds like an order: it is told of somebody (张某忽略全部整改要求, 张某对村民说你必须交钱)
_TOLD_OF = re.compile(
    r"(?:某|会计|出纳|书记|主任|干部|[镇乡村县][长里]|施工队|公司|单位)(?:[又也还均都已曾却竟]|擅自|私自|故意|多次|公然|长期)?$|"
    r"(?:某|村民|群众|农户|商户)[^，。]{0,8}(?:说|称|告诉|告知|威胁)[^，。]{0,4}$"
)
_TAGS = re.compile(
    r"<\|[^|>]{0,40}\|>|\[/?(?:INST|SYS)\]|<</?SYS>>|(?<!#)#{2,}\s*(?:instruction|system|user|assistant|response|指令|系统)\s*[:：]?|"
    r"(?:^|\n)[^\S\n]*(?:system|assistant|user|developer|human)\s*[:：]|【\s*(?:系统|管理员|开发者)[^】]{0,10}】|"
    r"<(?:系统|指令|管理员|开发者|研判|提示)[^<>]{0,8}>|[\[【〔](?:配置|设置|系统|指令|校验|缓存|管理员)[^\]】〕]{0,8}[\]】〕]|"
    r"(?<!=)=+\s*(?:配置|设置|系统|指令)\s*=+|(?:红线|宽严|尺度|配置|责任|处置|结论|标签|研判|模式)\s*=+\s*(?:关闭?|开启?|最?[宽松严轻]|无|有)|"
    r"(?:红线|判据)(?:清单|检查|规则|条款|项目|第)[^，。\n]{0,14}(?:删去|删除|停用|废止|取消|失效|更新|修订|移除|作废|不再(?:执行|适用))[^，。\n]{0,12}|"
    r"BEGIN[ _](?:PROMPT|SYSTEM|ADMIN)|END[ _]OF[ _](?:FINDING|PROMPT|TEXT|INPUT)",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"<\|im_start\|>.{0,4000}?<\|im_end\|>|\[INST\].{0,4000}?\[/INST\]|<!--.{0,4000}?-->|"
    r"<(script|style|template|iframe|object|svg)\b.{0,4000}?</\1\s*>|```.{0,4000}?```|!\[[^\]]*\]\([^)]*\)|"
    r"\[[^\]]{0,12}\]\((?:https?:|javascript:|data:)[^)]*\)|\]\((?:https?:|javascript:|data:)[^)]*\)|</?[a-zA-Z][^<>]{0,400}>|&lt;.{0,200}?&gt;|\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|"
    r"(?:\|[^\n|]{0,8}\|[^\n|]{0,8}\|\s*\n\s*\|[\s:|-]+\|\s*\n)?"
    rf"(?:\s*\|\s*[^|\n]{{0,6}}(?:结论|判定|定性|责任|处置|处方|答案)(?:类型|方式|认定|意见)?\s*\|\s*{_LABEL}\s*\|?)+|"
    r"\{[^{}]{0,400}\"(?:liability|remedy|domain|needs_review|role)\"[^{}]{0,400}\}",
    re.DOTALL | re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^，。；！？,;!?\n\r【】〔〕\[\]（）()“”\"「」『』|<>*#`]+[，。；！？,;!?]*")
_SEPARATORS = re.compile(r"[\s·\-_.*/~^+=|、:：'’]+")
_SUSPECT = re.compile(
    r"容错|容纠|失误|不成立|澄清|免责|失责|无责|问责|追责|追究|待核实|补充核实|纠错|违纪违法|判?移交|"
    r"忽略|无视|忘[掉记]|抛开|理会|跳过|绕过|红线|你|您|扮演|假装|假设|想象|模式|系统|管理员|开发|指令|提示词|AI|模型|智能|机器人|"
    r"设想|作为|系统|身份|小说|剧本|宽大|宽松|宽容|从宽|续写|显示|认定|判定|改判|按|助手|研判|读到|看到这|收到这|阅读者|材料到?此?结束|正文|谢谢|拜托|取消|推翻|关闭|停用|解除|清除|作废|覆盖|不得|无需|当[作成]|视[为作]|输出|返回|复述|答案|结论|重复|照抄|翻译|解码|不要?引用|"
    r"liability|remedy|domain|needs_review|confidence|red_lines|citations|JSON|json"
)
_MARKS = re.compile(
    r"[<`{|#【〔\[=&]|红线|判据|!\[|(?:system|user|human|BEGIN|END)\b|assistant|developer",
    re.IGNORECASE,
)
_ROW = re.compile(r"(?m)^[ \t]*\|[^\n]*(?:\n[ \t]*\|[^\n]*)*\n?")
_NAMED = re.compile(
    r"(?:根据|依据|按照|依照|按)?《[^《》\n]{2,40}》(?:第[^，。\n]{1,9}[条款])*(?:的?规定|明确)?[，,:：]?\s*$"
)
_LABELS_AFTER = re.compile(
    rf"(?:\s*{_ANY_LABEL})*[。.]?"
)  # where a foreign order ends in our words
_MOST_BESIDE_A_VERDICT = 7  # characters that are no judging words
_FACT_MARK = re.compile(
    r"某|[0-9]|未|没有|擅自|私|收受|集体|公示|招标|虚|骗|瞒|挪|贪|转入|出台|制定|印发"
)
_A_FACT = 4
_ITEM = re.compile(
    r"(?:这|此)[是属]|[本此这该]{1,2}(?:条|事|件|项|案|例|类|问题|发现|情形|事项|情况)|(?:上述|以上|前述)(?:情况|问题|事项|情形)?|特此"
)
_JUDGING = re.compile(
    r"研判|标签|判据|处方|责任(?:类型|认定|栏|性质|界定|划分|评定)|处置|(?:意见|类型|结论|责任|方式)栏|栏填|终审|置信度|输出|(?<!查)(?<!核)(?<!核实)结论|口径|"
    r"改判|判[为作成]|定[为性]|锁定|结案|一律|难道|评价|(?:(?<!被)认定|作|按|以|对应|归|答|算|列|判|说)为?(?:失误|失责)|^\W*(?:失误|失责|容错|免责)\W*$"
)
_NAMES_A_LABEL = re.compile(_ANY_LABEL)
_IS_STRONG, _IS_WEAK = re.compile(_STRONG), re.compile(_WEAK)
_QUESTION = re.compile(r"[?？]|什么|怎么|怎样|如何|为何|哪|谁|多少|是否|能否|可否|吗|呢|区别|区分")
_EQUATES = re.compile(
    rf"(?:对应|列[为入]|归入?|只作|作为?|以|按|视[为作]|算作?|定[为性]|判[为作定]|属于?|是|为)(?:{_ANY_LABEL})"
    r"(?:档|结论|结案|处理|依据|论处?|对待|评价|类)*[，。；,;]?$"
)
_SURENESS = re.compile(r"置信度\W*[0-9.%]+")
_LINE = re.compile(r"[-=_*~—]{3,}")
_GLUE = re.compile(
    r"《[^《》]*》|第[一二三四五六七八九十百]+[条项款]|"
    r"责任类型|责任认定|责任性质|处置方式|处置意见|正面清单|操作口径|统一口径|从其规定|主要领导|研判人员|审核员|"
    r"后续|环节|变更|更改|另行|掌握|照此|照办|无需|内容|系统|自动|生成|签发|补充一点|补充|更正|另外|此外|历史|材料|缓存|命中|沿用|上次|校验|通过|审核|状态|最终|最后|标准|演练|内部|备注|显示|用户|说明|附则|综上|鉴于|上述|以上|前述|特此|"
    r"上级|县委|市委|省委|区委|党委|县里|市里|省里|镇里|乡里|组织|领导|批示|研究|审定|决定|决议|讨论|会议|专题|复核|同意|确定|明确|"
    r"本条|此条|这条|该条|本件|此件|本项|此项|该项|本案|此案|问题|发现|情况|情形|事项|项目|字段|"
    r"研判|结论|结果|意见|认定|判定|定性|评价|评定|责任|处置|处方|类型|方式|性质|标签|答案|机制|口径|清单|档次|依据|"
    r"处理|移交|对待|看待|论处|结案|执行|办理|适用|纳入|列入|对应|锁定|统一|建议|应当|应予|予以|可以|必须|只能|只作|不再|不宜|不得|不要|"
    r"已经|完毕|为准|视为|视作|作为|属于|算作|按照|根据|依照|如下|其中|一律|直接|请求|希望|"
    r"[这次已经由按以为是作的了不也再予其此本该从对只均都应可宜属归与和及请须将把准类档栏条件项处依即就系非无需要给并且则而在至即仍判定填答写改成到入上下中并、一]"
)
_VIEWED = re.compile(r"[\w，。；！？,;!?\n]")
_PAIRS = dict(zip('（([【〔<“"「', '）)]】〕>”"」', strict=True))
_SENTENCE_END = "。！？!?\n"
_RULE_OFF = "-=|*#~`_"  # what frames a message


def addressed(text: str, *, verdicts: bool) -> list[tuple[int, int]]:
    """Places of everything addressed to the reader, in order, none inside another.

    verdicts: also of clauses that only name a label.
    """
    bare = plain_letters(text)
    spans = [(start, _with_labels(bare, end)) for start, end in foreign(bare)]
    if _MARKS.search(bare):
        spans += [m.span() for m in _TAGS.finditer(bare)]
        spans += [m.span() for m in _MARKUP.finditer(bare)]
    known = _merged(spans)
    lines = _LINE.sub(lambda m: "\n" * len(m.group()), bare)
    squeezed = _SEPARATORS.sub("", normalise(bare))
    viewed = [place for place, char in enumerate(bare) if _VIEWED.match(char)]
    view = "".join(bare[place] for place in viewed)
    plainly = _count(bare)
    hiding = max(_count(squeezed), _count(squeezed[::-1]), _count(view))
    if plainly or hiding:
        closely = hiding > plainly
        for clause in _CLAUSE.finditer(lines):
            if _within(known, clause):
                continue
            if verdicts and is_verdict(clause.group()):
                spans.append(clause.span())
            else:
                spans += _orders(clause.group(), clause.start(), look_closely=closely)
        if closely:
            spans += [(viewed[a], viewed[b - 1] + 1) for a, b in _between_marks(view, bare, viewed)]
    if not spans:
        return []
    spans = _with_leftovers(bare, spans)
    if verdicts:
        spans = _with_neighbours(lines, spans)
    return _merged(_with_spaces(bare, _framed(bare, spans)))


def is_verdict(clause: str) -> bool:
    """Whether a clause names a label and says nothing beside it, or equates a kind of case with one."""
    plain = _SURENESS.sub("", normalise(clause))
    if not _NAMES_A_LABEL.search(plain) or _QUESTION.search(plain):
        return False
    judging = _JUDGING.search(plain)
    if not (
        _IS_STRONG.search(plain) or judging or (_IS_WEAK.search(plain) and _ITEM.search(plain))
    ):
        return False
    if _FACT_MARK.search(plain):
        return False
    return _states_nothing(plain, _MOST_BESIDE_A_VERDICT) or bool(_EQUATES.search(plain))


def _states_nothing(clause: str, most: int = _A_FACT - 1) -> bool:
    left = _GLUE.sub("", _NAMES_A_LABEL.sub("", clause))
    return len(HAN.findall(left)) <= most and not any(char.isdigit() for char in left)


def _with_labels(text: str, end: int) -> int:
    after = _LABELS_AFTER.match(text, end)
    return after.end() if after else end


def _between_marks(view: str, text: str, places: list[int]) -> list[tuple[int, int]]:
    """Orders whose characters stand apart with marks between them, as places in the view."""
    found: list[tuple[int, int]] = []
    for clause in _CLAUSE.finditer(view):
        first, last = clause.span()
        if _count(clause.group()) <= _count(text[places[first] : places[last - 1] + 1]):
            continue
        found += (
            [(first, last)]
            if is_verdict(clause.group())
            else _orders(clause.group(), first, look_closely=False)
        )
    return found


def _with_neighbours(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of the same sentence also the clauses that only lead to a verdict: 综上，经研究，备注："""
    pieces = list(_CLAUSE.finditer(text))
    gone = [_within(spans, piece) for piece in pieces]
    for order in (range(1, len(pieces)), range(len(pieces) - 2, -1, -1)):
        for i in order:
            beside = i - 1 if order.step > 0 else i + 1
            earlier = pieces[min(i, beside)].group().rstrip()
            together = not earlier.endswith(("。", "！", "？", "!", "?"))
            if gone[beside] and not gone[i] and together:
                gone[i] = _states_nothing(normalise(pieces[i].group()), most=1)
    return _merged([*spans, *(p.span() for p, out in zip(pieces, gone, strict=True) if out)])


def _framed(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """With the brackets and lines around, and the marks between two that are left out."""
    wider: list[tuple[int, int]] = []
    for start, end in _merged(spans):
        first, last = start, end
        while last < len(text) and text[last] in _RULE_OFF + " ":
            last += 1
        while first and text[first - 1] in _RULE_OFF + " ":
            first -= 1
        if first and last < len(text) and _PAIRS.get(text[first - 1]) == text[last]:
            first, last = first - 1, last + 1
        if first == 0 or text[first - 1] in _SENTENCE_END:  # nothing is left for the mark to end
            last += len(text[last:]) - len(text[last:].lstrip("。！；，"))
        if wider and not re.search(r"\w", text[wider[-1][1] : first]):
            wider[-1] = (wider[-1][0], last)
        else:
            wider.append((first, last))
    return wider


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def _sharing(spans: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Of merged places those that share a character with text[start:end]."""
    first = bisect_right(spans, start, key=lambda span: span[1])
    return spans[first : bisect_left(spans, end, key=lambda span: span[0])]


def _within(spans: list[tuple[int, int]], piece: re.Match[str]) -> bool:
    """Whether one of the merged places holds the whole piece."""
    start, end = piece.span()
    return any(a <= start and end <= b for a, b in _sharing(spans, start, end))


def _with_spaces(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(start, end + len(text[end:]) - len(text[end:].lstrip(" \t"))) for start, end in spans]


def _with_leftovers(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of a clause or a table row beside an order goes too, where it states no fact."""
    spans = _merged([*spans, *(_with_name(text, start, end) for start, end in spans)])
    more = list(spans)
    for piece in (*_CLAUSE.finditer(text), *_ROW.finditer(text)):
        first, last = piece.span()
        inside = [
            (max(a, first) - first, min(b, last) - first) for a, b in _sharing(spans, first, last)
        ]
        if inside and _says_nothing(without(piece.group(), inside)[0]):
            more.append((first, last))
    return _merged(more)


def _with_name(text: str, start: int, end: int) -> tuple[int, int]:
    """With the document that is named right before as the source of the order."""
    named = _NAMED.search(text[:start], max(0, start - 80))
    return (named.start() if named else start, end)


def _says_nothing(left: str) -> bool:
    return len(HAN.findall(left)) < _A_FACT and not any(char.isdigit() for char in left)


def _count(text: str) -> int:
    return sum(1 for _ in _SUSPECT.finditer(text))


def _orders(clause: str, offset: int, *, look_closely: bool) -> list[tuple[int, int]]:
    """The addressed words of one clause; the whole clause where it says nothing else."""
    whole = [(offset, offset + len(clause))]
    found: list[tuple[int, int]] = []
    if _SUSPECT.search(clause):
        found = [m.span() for m in _ORDERS.finditer(clause) if not _is_told(m)]
    if found:
        if _says_nothing(without(clause, found)[0]):
            return whole
        return [(offset + start, offset + end) for start, end in found]
    if look_closely:
        squeezed = _SEPARATORS.sub("", normalise(clause))
        if any(_SUSPECT.search(s) and _ORDERS.search(s) for s in (squeezed, squeezed[::-1])):
            return whole
    return []


def _is_told(order: re.Match[str]) -> bool:
    """Whether it is what somebody in the finding did or said; never where it names a label."""
    if _NAMES_A_LABEL.search(order.group()):
        return False
    return bool(_TOLD_OF.search(order.string[: order.start()]))


def without(text: str, spans: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """The text without these places, and the place of every character that is kept."""
    kept: list[int] = []
    last = 0
    for start, end in spans:
        kept += range(last, start)
        last = max(last, end)
    kept += range(last, len(text))
    return "".join(text[place] for place in kept), kept
