"""Numbers with their units, dates and article numbers in Chinese text, and those that have no source.

Terms   amount: a value and the class of its unit ("" where none is written); 八万 and 80,000 are one.
        date: year, month, day, None where not written; it has a source when a source that is at
        least as precise says the same. article: the N of 第N条; sources are 第N条 and ids (条例:19).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_HAN = "零〇一二两三四五六七八九十"
_ARABIC = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_MIXED = rf"(?:{_ARABIC})(?:[百千万亿]{{1,2}}零?[0-9]+)*"  # 3万5千, 1亿2000万, 3万零500
_DECIMAL = "点[零〇一二三四五六七八九]+"
# 三点五万, 三点五亩; 下午三点五人到会 is a time of day
_PLACES = rf"{_DECIMAL}(?:[百千万亿]+|(?=元|倍|亩|公里|公斤|吨|米|平方米|个百分点|个?小时))"
_N = rf"(?:{_MIXED}|[{_HAN}][{_HAN}百千万亿]*(?:{_PLACES})?)"
_ABOUT = "(?:余|多|来)?"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_SHORTENED = ("百", "千", "万", "亿")
# Counters are one class, 件: three 农户 are 三户 as well as 三个.
_CLASSES = {
    "钱": "元 块钱 块",
    "人": "人次 人 名 位 口",
    "户": "户",
    "日": "个工作日 工作日 天 日",
    "周": "个星期 星期 周",
    "月": "个月 个多月",
    "年": "年",
    "岁": "岁",
    "时": "个小时 小时",
    "次": "次 回 场",
    "亩": "亩",
    "平方米": "平方米 平米",
    "长": "公里 千米 米",
    "重": "公斤 千克 斤 吨",
    "件": "个 项 件 笔 份 宗 起 家 处 张 本 类 批 台 套 间 座 栋 幢 辆 种 条 款",
}
_UNITS = {unit: kind for kind, units in _CLASSES.items() for unit in units.split()}
_AMOUNT = re.compile(
    rf"(?<![几数第0-9.])({_N}{_ABOUT}[百千]?[万亿]{{0,2}}){_ABOUT}"
    rf"({'|'.join(sorted(_UNITS, key=len, reverse=True))})?(?!性)"
)
_SHARE = re.compile(
    rf"(?<![0-9{_HAN}百千万亿])(?:(?P<of>{_N}|[百千])分之(?P<part>{_N}(?:{_DECIMAL})?)|(?P<hundredths>{_ARABIC})%)"
    r"|(?P<tenths>[一二两三四五六七八九])成(?![员立为功本果])"
)
_ARTICLE = re.compile(rf"第\s?({_N})\s?条")
_IDIOM = re.compile(r"一(年|月|天|次)[接比又]一\1")
_ID = re.compile(r"\[[^\[\]:]*:([0-9]*)[^\[\]]*\]")
_MONTH = rf"(?P<m{{0}}>[0-9]{{{{1,2}}}}|[{_HAN}]{{{{1,2}}}})月份?"
_DAY = rf"(?P<d{{0}}>[0-9]{{{{1,2}}}}|[{_HAN}]{{{{1,3}}}})[日号]"
_DATE = re.compile(
    rf"(?:(?P<y1>[12][0-9]{{3}}|[一二][〇零一二三四五六七八九]{{3}})年度?|(?P<later>同年|当年|次年|翌年))"
    rf"(?:{_MONTH.format(1)}(?:{_DAY.format(1)})?)?"
    r"|(?<![0-9.])(?P<y2>[12][0-9]{3})[-./](?P<m2>[0-9]{1,2})(?:[-./](?P<d2>[0-9]{1,2}))?(?![0-9.])"
    rf"|(?<![第0-9.{_HAN}]){_MONTH.format(3)}(?:{_DAY.format(3)})?"
)


@dataclass(frozen=True)
class Amount:
    """A number as said, without its unit; unit: a class of `_CLASSES`, 分 for a share, or ""."""

    said: str
    value: float
    unit: str

    def like(self, other: Amount) -> bool:
        """Whether both say the same; a unit that is not written is any unit."""
        if not math.isclose(self.value, other.value, rel_tol=1e-6, abs_tol=1e-6):
            return False
        units = {self.unit, other.unit}
        return len(units) == 1 or "" in units or ("件" in units and bool(units & {"人", "户"}))


@dataclass(frozen=True)
class Date:
    """A day, month or year as said."""

    said: str
    year: int | None
    month: int | None
    day: int | None

    def within(self, source: Date) -> bool:
        """Whether a source says all that this says."""
        pairs = ((self.year, source.year), (self.month, source.month), (self.day, source.day))
        return all(mine is None or mine == its for mine, its in pairs)


@dataclass(frozen=True)
class Known:
    """What the numbers of a text may come from."""

    amounts: tuple[Amount, ...]
    dates: tuple[Date, ...]
    articles: frozenset[float]

    def has(self, amount: Amount) -> bool:
        """Whether a source gives this amount."""
        return any(amount.like(one) for one in self.amounts)


def known(sources: Mapping[str, str]) -> Known:
    """Amounts, dates and articles of sources; the key 条例:19 and the text [条例:19] name article 19."""
    found: list[Amount] = []
    dates: list[Date] = []
    articles: set[float] = set()
    for key, words in sources.items():
        document, _, number = _plain(key).partition(":")
        text = _plain(words).removeprefix(_plain(key))
        ids = [number, *_ID.findall(text)]
        articles.update(float(m.group()) for i in ids if (m := re.match("[0-9]+", i)))
        articles.update(_value(m[1]) for m in _ARTICLE.finditer(text))
        dates += dates_of(text, inherit=True)
        # a version's year stands in its id: 村委会组织法2018
        found += amounts(document + " " + _ID.sub(lambda m: m.group().partition(":")[0], text))
    whole = [a for a in found if a.unit == "" and a.value.is_integer()]
    dates += [Date(a.said, int(a.value), None, None) for a in whole]
    found += [Amount(d.said, d.day, "日") for d in dates if d.day is not None]
    years = {d.year for d in dates if d.year is not None}
    spans = {abs(one - other) + both for one in years for other in years for both in (0, 1)}
    found += [Amount(f"{span}年", span, "年") for span in spans if span > 1]  # 2017年…2022年: 五年
    months = {12 * d.year + d.month for d in dates if d.year is not None and d.month is not None}
    spans = {abs(one - other) + both for one in months for other in months for both in (0, 1)}
    found += [Amount(f"{span}个月", span, "月") for span in spans if span > 1]
    return Known(tuple(found), tuple(dates), frozenset(articles))


def stray(sentence: str, sources: Known) -> list[str]:
    """The numbers, dates and articles of a sentence that no source gives, as it says them."""
    text = _plain(sentence)
    found = [m[1] for m in _ARTICLE.finditer(text) if _value(m[1]) not in sources.articles]
    found += [
        d.said for d in dates_of(text) if not any(d.within(source) for source in sources.dates)
    ]
    found += [a.said for a in amounts(text) if not _self_counted(a) and not sources.has(a)]
    return sorted(dict.fromkeys(found), key=text.find)


def amounts(text: str) -> list[Amount]:
    """Amounts of a text, without dates and articles; Chinese ones where a unit or 万 follows."""
    text = _blank(_IDIOM, _blank(_ARTICLE, _blank(_DATE, _plain(text))))
    shares = [
        Amount(m.group(), round(part / of, 6), "分")
        for m in _SHARE.finditer(text)
        for part, of in (_share(m),)
        if of
    ]
    found = (_amount(m) for m in _AMOUNT.finditer(_blank(_SHARE, text)))
    return shares + [one for one in found if one is not None]


def dates_of(text: str, *, inherit: bool = False) -> list[Date]:
    """Dates of a text; `inherit`: a month without its year, or a 同年, is of the year before it."""
    dates: list[Date] = []
    last: int | None = None
    for m in _DATE.finditer(_plain(text)):
        year, month, day = (
            next(
                (int(_value(m[k + n])) for n in "123" if k + n in m.groupdict() and m[k + n]), None
            )
            for k in "ymd"
        )
        if year is None and month is None:
            continue
        date = Date(m.group(), year, month, day)
        dates.append(date)
        last = year or last
        if inherit and year is None and last is not None:
            last += m["later"] in ("次年", "翌年")
            dates.append(Date(m.group(), last, month, day))
    return dates


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda m: " " * len(m.group()), text)


def _amount(found: re.Match[str]) -> Amount | None:
    """None for a Chinese numeral that may be part of a word: 三会一课, 一个, 统一."""
    said, unit = found[1], _UNITS.get(found[2] or "", "")
    if not said[0].isascii():
        if not unit and not re.search("[万亿]", said):
            return None
        if said == "一" and unit not in ("钱", "年", "月", "周"):
            return None
    return Amount(said, _value(said), unit)


def _share(found: re.Match[str]) -> tuple[float, float]:
    if found["hundredths"]:
        return _value(found["hundredths"]), 100
    if found["tenths"]:
        return _value(found["tenths"]), 10
    return _value(found["part"]), float(_TIMES.get(found["of"], 0) or _value(found["of"]))


def _self_counted(amount: Amount) -> bool:
    return amount.said in ("二", "两", "三") and amount.unit in ("件", "次", "人")


def _value(number: str) -> float:
    """80,000, 4.2万, 3万5000, 三点五万, 三十七, 二〇二一, 一亿二千万, 三万五; infinity for a number that is none."""
    number = re.sub("[余多来,]", "", number)
    if parts := re.fullmatch(rf"(.+)({_DECIMAL})([百千万亿]*)", number):
        behind = "".join(str(_DIGITS[char]) for char in parts[2][1:])
        times = math.prod(_TIMES[char] for char in parts[3])
        return (_value(parts[1]) + float(f"0.{behind}")) * times
    if not re.search("[十百千万亿]", number):
        return float("".join(str(_DIGITS.get(char, char)) for char in number))
    total = section = current = 0.0
    for part in re.findall(r"[0-9]+(?:\.[0-9]+)?|.", number):
        if part == "亿":
            total = (total + section + current) * _TIMES[part]
            section = current = 0.0
        elif part == "万":
            few = section + current  # 一亿二千万; of 一万万 the first stands in the total
            total = total + few * _TIMES[part] if few else total * _TIMES[part]
            section = current = 0.0
        elif part in _TIMES:
            section += (current or 1) * _TIMES[part]
            current = 0.0
        else:
            current = float(_DIGITS.get(part, part))
    if (left_out := number[-2:-1]) in _SHORTENED:  # 三万五: 五千
        current *= _TIMES[left_out] / 10
    return total + section + current
