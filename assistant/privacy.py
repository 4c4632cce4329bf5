"""Placeholders instead of names, numbers and places before a text leaves this machine.

Terms   placeholder: 〔人员1〕 stands for one person all through a text, 〔地点1〕 for a place; what kind
        of place or unit it is stays readable: 〔地点1〕村, 〔单位1〕有限公司.
        preview: exactly what would be sent.
Source  names and places by jieba's part-of-speech model and by their forms in inspection reports;
        numbers by their forms (GB 11643 identity numbers, GA 36 plates, mobile and landline numbers).
Which words are surnames, kinds of place and kinds of unit is the language's, not the law's.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from knowledge.folders import data_folder

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗凤"
    "方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余顾孟黄穆萧尹姚邵汪祁毛禹狄米贝明臧"
    "伏成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫"
    "房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊甄家封储靳焦牧车侯宓蓬全班仰秋仲宫宁仇栾暴甘"
    "厉祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻党翟谭贡劳姬申扶冉宰雍桑桂牛"
    "寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖居衡步都耿满弘匡国文寇广禄东殴沃利蔚越师巩聂"
    "晁勾敖融冷辛阚那简饶曾关肖丘涂付覃兰闫段代门岳牟佟隋邸闪笪訾"
)
_RARE_AS_SURNAME = frozenset("家全都能成应通文国利广东那双应别连明容师方于和党安包支干常解单任高时乐门充步农居向劳宁")
_COMPOUND = "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|东方|独孤|南宫"
_SURNAME = f"(?:{_COMPOUND}|[{_SURNAMES}])"
_TITLE = (
    "书记|主任|支书|局长|镇长|乡长|县长|区长|市长|校长|院长|所长|站长|队长|组长|会计|出纳|村长|经理|总经理|老板|医生|老师|科长|处长|"
    "部长|厂长|社长|主席|委员|专员|干事|同志|股长|馆长|园长|董事长|理事长|工程师|文书|监委|总监|师傅|主播|律师|先生|女士|大爷|大妈|副.{1,3}"
)
_ROLE = (
    "书记|主任|支书|局长|镇长|乡长|县长|区长|市长|校长|院长|所长|站长|队长|组长|会计|出纳|村长|经理|老板|医生|老师|科长|处长|部长|厂长|"
    "社长|主席|委员|专员|干事|股长|馆长|园长|董事长|理事长|文书|监委|村民|群众|党员|干部|户主|职工|员工|商户|业主|教师|护士|司机|学生|"
    "家长|妻子|丈夫|儿子|女儿|弟弟|哥哥|妹妹|姐姐|父亲|母亲|岳父|岳母|女婿|儿媳|外甥|侄子|侄女|堂弟|堂兄|表弟|表哥|妻弟|姐夫|妹夫|"
    "经办人|负责人|包工头|承包人|承包户|贫困户|脱贫户|低保户|五保户|施工方|举报人|当事人|申请人|保管员|网格员|护林员|联系人|法定代表人|法人|法人代表|姓名|户名|收款人|转给|转入|叫"
)
_NUMBERS: tuple[tuple[str, str], ...] = (
    ("邮箱", r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    ("证件", r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)?[\d*]{2}[\d*]{2}[\d*]{2}[\d*]{3}[\dXx*](?![0-9A-Za-z])"),
    ("证件", r"(?<![0-9A-Za-z])[1-9]\d{3,5}[*xX×]{6,12}[\dXx]{2,4}(?![0-9A-Za-z])"),
    ("证件", r"(?<![0-9A-Za-z])[1-9]\d{14}(?![0-9A-Za-z])"),
    ("代码", r"(?<![0-9A-Za-z])[159Y][1239]\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])"),
    ("账号", r"(?<![0-9A-Za-z])(?:\d{4}[ -]){3,4}\d{1,7}(?![0-9A-Za-z])"),
    ("账号", r"(?<![0-9A-Za-z.])\d{15,21}(?![0-9A-Za-z])"),
    ("账号", r"(?<![0-9A-Za-z])\d{4,6}[*×]{4,12}\d{3,4}(?![0-9A-Za-z])"),
    ("电话", r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?[\d*×]{4}){2}(?![0-9A-Za-z])"),
    ("电话", r"(?<![0-9A-Za-z])(?:\(0\d{2,3}\)|0\d{2,3}[- ]?)\d{7,8}(?:-\d{1,4})?(?![0-9A-Za-z])"),
    ("电话", r"(?<![0-9A-Za-z])[48]00-?\d{3}-?\d{4}(?![0-9A-Za-z])"),
    ("证件", r"(?<![0-9A-Za-z])[EGHMDSP][A-Z]?\d{8}(?![0-9A-Za-z])"),
    ("账号", r"(?<=尾号)(?:为|是)?\d{3,4}(?!\d)|(?<=尾号为)\d{3,4}(?!\d)"),
    ("账号", r"(?:(?<=QQ)|(?<=QQ号)|(?<=QQ:)|(?<=微信号)|(?<=微信号:)|(?<=支付宝账号))[A-Za-z0-9_-]{5,20}"),
    (
        "车牌",
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•.\- ]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]",
    ),
)
_NUMBER = tuple((kind, re.compile(pattern)) for kind, pattern in _NUMBERS)
_ADDRESS = re.compile(
    r"[\u4e00-\u9fff]{2,5}(?:路|街|巷|大道|胡同|弄)(?:中段|东段|西段|南段|北段)?[0-9一二三四五六七八九十]{1,5}号"
    r"(?:[\u4e00-\u9fff]{0,6}(?:[0-9A-Za-z一二三四五六七八九十]{1,5}(?:号楼|栋|幢|单元|室|层|号|户))+)?|"
    r"[\u4e00-\u9fff]{2,6}?(?:小区|花园|家园|公寓|苑|新村)(?:[0-9A-Za-z一二三四五六七八九十]{1,5}(?:号楼|栋|幢|座|单元|室|层|号|户)){1,4}"
)
_PLACE_KIND = "自治区|自治州|自治县|街道|社区|小区|水库|林场|农场|牧场|工业园|产业园|开发区|省|市|县|区|旗|镇|乡|村|屯|寨|庄|苏木|嘎查|湾|沟|岭"
_PLACE = re.compile(rf"^(.+?)({_PLACE_KIND})$")
_UNIT_KIND = (
    "有限责任公司|股份有限公司|有限公司|分公司|公司|集团|合作社|合作联社|农机站|银行|信用社|支行|医院|卫生院|卫生室|诊所|小学|中学|学校|"
    "幼儿园|大学|学院|职校|酒店|饭店|宾馆|超市|商行|经营部|门市部|工厂|砖厂|煤矿|加工厂|养殖场|家庭农场|事务所|协会|基金会|敬老院|养老院|"
    "农家乐|工程队|建筑队|商贸|药店|酒厂|茶厂|水泥厂|印刷厂|石料厂|采石场|种植园|加油站"
)
_UNIT = re.compile(_UNIT_KIND)
_GENERIC = frozenset(
    "某 该 本 全 各 其 一 两 三 这 那 哪 每 农 乡 山 渔 行政 自然 驻 进 入 下 出 到 回 包 城 都 我 当 地 外 邻 多 有关 相关 所属 下属 上级 基层 县级 "
    "市级 镇级 村级 省级 乡镇 城乡 市 县 镇 乡 村 区 街道 社区 老旧 新建 安置 园 辖 景 库 片 灾 校 厂 矿 牧 林 山 郊 社 小 试点 示范 贫困 重点 "
    "易地 移民 集镇 新 老 旧 大 中心 整 几 首批 脱贫 帮扶 搬迁 结对 联系 党支部 支部 集体 国有 民营 私营 建筑 施工 物业 保险 供水 供电 运输 "
    "劳务 外地 本地 当地 一家 同一 另一 县城 公立 民办 私立 乡村 农村 城市 超 上 中 商业 国家 人民 县人民 市人民 镇中心 乡镇中心 中心 县第一 贸易 "
    "专业 农民专业 农业 种植 养殖 农机 供销 某建筑 环保 科技 检测 监理 设计 咨询 招标 代理 旅游 开发 投资 城投 平台 担保 医药 全体 所在 全市 全县 全镇 "
    "街 老 门面 第三方 供货 中标 承建 总承包 关联 空壳 皮包 家族 母 子 总 分 原 前 现 基金 集团 地方 外省 偏远 高山 库区 沿海 边境 民族 少数民族 项目 示范 模范 灾后 扩建 定点 协作 工业 产业 该乡 该镇 二级 三级 甲级".split()
)
_STOP_TAGS = ("p", "c", "u", "d", "r", "w", "x", "m", "q", "f", "t", "y", "e", "zg")
_LEADING = "在于到由将向对把被从以为和与及或给经让请派是至往赴去驻的了将其"
_NOT_NAMES = frozenset(
    "高标准 高质量 高中生 马上 何时 何人 何况 严格 严重 严肃 常年 常务 任职 任期 任务 成效 成果 方案 方面 安全 安排 安置 明确 明显 明知 国家 广大 "
    "东西 双方 单位 党员 党组 党委 党建 全面 全部 应当 应急 能力 连续 连夜 通过 通知 通报 文件 容错 别人 向上 解决 解释 包括 包村 支付 支部 支出 "
    "干部 干群 时任 施工 施行 管理 关于 关系 关键 关注 于是 和谐 曾经 易地 古树 边角 农户 农民 农业 温室 连队 平安 和平 华夏 金额 金融 钱款 白条 "
    "石料 石子 水利 江水 江河 花园 路灯 路面 路段 车辆 房屋 房产 田地 田间 林地 林木 牛羊 马路 龙头 梅花 柏油 柳树 桂花 桑树 茶叶 荣誉 冷库 "
    "司机 司法 师傅 史料 项目 项下 项款 计划 谈话 谢绝 祝贺 许可 许多 余款 余额 余下 盛大 强调 万元 万余 沈重 查明 查实 章程 章节 印章 符合 封存 封闭 "
    "储备 储存 焦急 车间 班子 全村 全镇 全县 仲裁 宫殿 武装 景区 景观 束缚 叶片 宿舍 白天 怀疑 索要 赖账 池塘 乔木 能否 闻讯 翟某 劳务 劳动 申请 申报 "
    "扶贫 扶持 宰杀 满意 满足 满额 匡算 国有 国土 文化 广告 东侧 利用 利息 利润 越权 师资 简单 简报 简易 饶有 关闭 党内 党费 任何 高价 高额 高温 高龄 高压 "
    "成本 成立 成员 和解 安装 常委 常态 卫生 卫星 华北 毛竹 毛坯 花费 花销 毕业 江南 洪水 洪涝 温泉 宁可 广场 段落 代办 代签 代表 代领 代缴 代管 门面 门卫 "
    "经手 古建 向阳 向前 步骤 居民 居住 都是 都没 都未 易拉罐 柴火 连片 连带 习惯 充分 充当 容易 明细 明白 别墅 时间 农田 农药 查账 解除 解读 单据 单独 单项 "
    "包工 包装 包干 支撑 支持 支援 支委 支书 干事 应付 应收 应缴 应急 利益 通信 通行 通电 通水 家中 家长 家属 全额 全年 全程 能够 双重 双倍 文书 文旅 国道 "
    "国库 广播 乐于 方式 方向 方便 成功 东风 常规 于某".split()
)


@dataclass(frozen=True)
class Masked:
    """A text with placeholders, and what each of them stands for."""

    text: str
    table: Mapping[str, str] = field(default_factory=dict)

    def restore(self, said: str) -> str:
        """What was said with placeholders, with the words they stand for; brackets may be missing."""
        if not self.table:
            return said
        return _PLACEHOLDER.sub(lambda m: self.table.get(m.group(1), m.group()), said)


_KINDS = "人员|地点|单位|地址|证件|账号|电话|车牌|邮箱|代码"
_PLACEHOLDER = re.compile(rf"〔?((?:{_KINDS})\d+)(?:〕|(?!\d))")


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    kind: str


def mask(text: str) -> Masked:
    """The text with a stable placeholder for every name, number and place that is found."""
    narrow = "".join(map(_narrow, text))
    found = _apart([*_numbers(narrow), *_names(narrow), *_places(narrow)])
    taken = {m.group(1) for m in _PLACEHOLDER.finditer(narrow)}
    table: dict[str, str] = {}
    names: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    parts: list[str] = []
    last = 0
    for one in found:
        words = text[one.start : one.end]
        key = (one.kind, words)
        while key not in names:
            counts[one.kind] = counts.get(one.kind, 0) + 1
            name = f"{one.kind}{counts[one.kind]}"
            if name not in taken:
                names[key] = name
                table[name] = words
        parts += [text[last : one.start], f"〔{names[key]}〕"]
        last = one.end
    return Masked("".join([*parts, text[last:]]), table)


def _narrow(char: str) -> str:
    wide = unicodedata.decomposition(char).startswith(("<wide>", "<narrow>"))
    return unicodedata.normalize("NFKC", char) if wide else char


def _apart(found: list[_Found]) -> list[_Found]:
    """The longest first where two overlap; in the order of the text."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda f: (f.start - f.end, f.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda f: f.start)


def _numbers(text: str) -> Iterator[_Found]:
    for kind, pattern in _NUMBER:
        for match in pattern.finditer(text):
            yield _Found(match.start(), match.end(), kind)
    for match in _ADDRESS.finditer(text):
        start = match.start()
        while text[start] in _LEADING + "住址位于家":
            start += 1
        yield _Found(start, match.end(), "地址")


_HIDDEN_NAME = re.compile(rf"{_SURNAME}[某××]{{1,2}}[甲乙丙丁戊己A-Z]?|{_SURNAME}[xX*]{{1,2}}(?![A-Za-z0-9])|某[甲乙丙丁]")
_CALLED = re.compile(rf"(?<![\u4e00-\u9fff])(?:老|小|阿)([{_SURNAMES}])(?=[\u4e00-\u9fff，。、；]|$)")
_WITH_TITLE = re.compile(rf"({_SURNAME})(?=(?:{_TITLE}))")
_AFTER_ROLE = re.compile(rf"(?:{_ROLE})[:：“\"（(、]?({_SURNAME}[\u4e00-\u9fff]{{1,2}})")
_BEFORE_TITLE = re.compile(rf"(?<![\u4e00-\u9fff])({_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?=(?:{_TITLE}|等人|夫妇|一家|家中|本人|名下))")
_NOT_BEFORE_TITLE = re.compile(r"[担时现原前兼主委专责就升新历选聘曾留副高]$")


def _names(text: str) -> Iterator[_Found]:
    sure: set[str] = set()
    for match in _HIDDEN_NAME.finditer(text):
        yield _Found(match.start(), match.end(), "人员")
    for match in _CALLED.finditer(text):
        yield _Found(match.start(), match.end(), "人员")
    for match in _WITH_TITLE.finditer(text):
        if match.group(1) in _RARE_AS_SURNAME and _NOT_BEFORE_TITLE.search(text[: match.start()]):
            continue
        if match.group(1) not in _RARE_AS_SURNAME or not _han(text[match.start() - 1 : match.start()]):
            yield _Found(match.start(), match.end(), "人员")
    for pattern in (_AFTER_ROLE, _BEFORE_TITLE):
        for match in pattern.finditer(text):
            if name := _name_in(text, match.start(1)):
                sure.add(name)
    for word, tag, _start in _words(text):
        if tag.startswith("nr") and _is_name(word):
            sure.add(word)
    for name in sure:
        for match in re.finditer(re.escape(name), text):
            yield _Found(match.start(), match.end(), "人员")


def _name_in(text: str, start: int) -> str:
    """The name that begins here: two or three characters, as the tagger cuts them."""
    cut = [(word, place) for word, _, place in _words(text)]
    begun = next((word for word, place in cut if place == start), "")
    size = 4 if re.match(_COMPOUND, text[start:]) else 3
    if 2 <= len(begun) <= size and begun not in _NOT_NAMES:
        return begun
    if len(begun) == 1:
        ends = [place + len(word) for word, place in cut if place >= start]
        for end in ends:
            if 2 <= end - start <= size and text[start:end] not in _NOT_NAMES:
                longer = [e for e in ends if e - start == size and e > end and e == end + 1]
                single = longer and _given(text[end : longer[0]])
                return text[start : longer[0]] if single else text[start:end]
        whole = text[start : start + 2]
        return whole if whole not in _NOT_NAMES and _han(whole) else ""
    return ""


def _given(char: str) -> bool:
    return _han(char) and char not in "的在将未没不也把被向从由和与以为于到说称是有经等因按已于对自私个擅收用拿给借签曾共多又还就即仍再均都其及并一二三两先后前"


def _is_name(word: str) -> bool:
    if word in _NOT_NAMES or not 2 <= len(word) <= 4:
        return False
    return bool(re.fullmatch(rf"(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}", word))


def _places(text: str) -> Iterator[_Found]:
    """The proper part of a place or unit; its kind stays."""
    words = list(_words(text))
    for number, (word, tag, start) in enumerate(words):
        whole = _PLACE.match(word)
        if whole and whole.group(1) not in _GENERIC and whole.group(1)[-1] not in "某该本全各其":
            yield _Found(start, start + len(whole.group(1)), "地点")
        elif re.fullmatch(_PLACE_KIND, word) or re.match(rf"(?:{_PLACE_KIND})(?:委|民|支|党|政|小|中|里|级|干|两|主|公)", word):
            begin = _proper(words, number, 1 + (tag == "n"))
            if begin is not None:
                yield _Found(begin, start, "地点")
        elif tag.startswith("ns") and len(word) >= 2 and word not in _GENERIC:
            yield _Found(start, start + len(word), "地点")
    for match in _UNIT.finditer(text):
        number = next((n for n, (w, _, s) in enumerate(words) if s <= match.start() < s + len(w)), None)
        if number is None:
            continue
        word, _, start = words[number]
        begin = _proper(words, number, 5)
        inner = match.start() if start < match.start() else start
        if begin is None and start < match.start() and text[start : match.start()] not in _GENERIC:
            begin = start
        if begin is not None and begin < inner and text[begin:inner] not in _GENERIC:
            yield _Found(begin, inner, "单位")


def _proper(words: list[tuple[str, str, int]], number: int, most: int) -> int | None:
    """Where the proper part before word `number` begins; None where it is generic or missing."""
    begin: int | None = None
    length = 0
    for word, tag, start in reversed(words[max(0, number - most) : number]):
        generic = word in _GENERIC or word[-1] in "某该本全各其"
        if not _han(word) or tag[0] in "pcudrwxmqfty" and len(word) > 1 or word in _LEADING:
            break
        if tag.startswith("v") and tag not in ("vn",) and len(word) > 1:
            break
        if generic and begin is None and most <= 2:
            break
        if re.search(rf"(?:{_PLACE_KIND})$", word) and length:
            break
        begin, length = start, length + len(word)
        if length >= 10:
            break
    if begin is None:
        return None
    proper = "".join(w for w, _, s in words if begin <= s < words[number][2])
    if proper in _GENERIC or len(proper) < 2 and most <= 2 and not _han(proper):
        return None
    left = "".join(w for w, _, s in words if begin <= s < words[number][2] and w not in _GENERIC)
    return begin if left else None


def _han(text: str) -> bool:
    return bool(text) and all("\u4e00" <= char <= "\u9fff" for char in text)


@lru_cache(maxsize=8)
def _words(text: str) -> tuple[tuple[str, str, int], ...]:
    """Words with their part of speech and place."""
    cut: list[tuple[str, str, int]] = []
    place = 0
    for pair in _tagger().cut(text):
        cut.append((pair.word, pair.flag, place))
        place += len(pair.word)
    return tuple(cut)


@lru_cache(maxsize=1)
def _tagger() -> Any:
    """jieba's tagger with a dictionary of its own, kept out of the shared temp folder."""
    import jieba
    from jieba import posseg

    jieba.setLogLevel(logging.WARNING)
    folder = data_folder() / "words"
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(folder)
    return posseg.POSTokenizer(tokenizer)
