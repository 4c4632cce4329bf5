"""The numbers of Chinese that are told by their form: for assistant.privacy.

Terms   a group in a pattern is the number itself; what stands before it stays readable.
Source  GB 11643 identity numbers, GB 32100 codes of organisations, GA 36 plates, the numbering plan of
        telephones.
"""

from __future__ import annotations

import re

_DIGITS = "〇○零一幺二两三四五六七八九"
_DIGIT = f"[{_DIGITS}]"
_DAY_OR_SUM = r"(?:19|20)\d{2}[01]\d[0-3]\d(?!\d)|[0-9.]+[余多]?[元万亿千笔次人条个年月日]"
_FORMS = (
    ("邮箱", r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    (
        "证件",
        r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)?[\d*]{2}[\d*]{2}[\d*]{2}[\d*]{3}[\dXx*](?![0-9A-Za-z])",
    ),
    ("证件", r"(?<![0-9A-Za-z])[1-9]\d{3,5}[*xX×]{6,12}[\dXx]{2,4}(?![0-9A-Za-z])"),
    (
        "证件",
        r"(?<![0-9A-Za-z])[1-9]\d{5}[ -](?:18|19|20)\d{2}[ -]?\d{4}[ -]\d{3}[\dXx](?![0-9A-Za-z])",
    ),
    (
        "代码",
        r"(?<![0-9A-Za-z])[159Y][1239]\d{6}[ -]?[0-9A-HJ-NPQRTUWXY]{8}-?[0-9A-HJ-NPQRTUWXY]{2}(?![0-9A-Za-z])",
    ),
    (
        "账号",
        r"(?<![0-9A-Za-z.])(?!\d{4}-\d\d-\d\d)\d(?:[ -]?\d){12,24}(?![0-9A-Za-z])",
    ),
    ("账号", r"(?<![0-9A-Za-z])\d{4,6}[*×]{4,12}\d{3,4}(?![0-9A-Za-z])"),
    (
        "电话",
        r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d(?:[-—– ]?[\d*×]{4}){2}(?![0-9A-Za-z])|"
        r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9](?:[-—– ]?\d){9}(?![0-9A-Za-z])",
    ),
    (
        "电话",
        r"(?<![0-9A-Za-z])(?:\(0\d{2,3}\)|0\d{2,3})[-—–/ ]{0,2}\d{3,4}[-—– ]?\d{3,4}"
        r"(?:(?:-|转)\d{1,5})?(?![0-9A-Za-z])",
    ),
    ("电话", r"(?<![0-9A-Za-z])[48]00-?\d{3}-?\d{4}(?![0-9A-Za-z])"),
    ("电话", r"(?:(?<=电话)|(?<=座机)|(?<=电话是)|(?<=电话为))[:：]?[2-8]\d{6,7}(?![0-9A-Za-z])"),
    ("证件", r"(?<![0-9A-Za-z])[EGHMDSP](?:[A-Z]?\d{8}|[A-Z]\d{7})(?![0-9A-Za-z])"),
    ("账号", r"(?<=尾号)(?:为|是)?\d{3,4}(?!\d)|(?<=尾号为)\d{3,4}(?!\d)"),
    (
        "账号",
        rf"(?:(?i:qq|wechat)|(?<![A-Za-z])(?i:vx|wx)|[微威V]信|支付宝|旺旺|钉钉|抖音|快手|微博)"
        rf"(?:[账帐]号|号码?|群号?|名)?[是为:： “\"]*(?!{_DAY_OR_SUM})([A-Za-z0-9][A-Za-z0-9_-]{{4,19}})",
    ),
    ("电话", rf"(?<!{_DIGIT})[一幺]{_DIGIT}{{10}}(?!{_DIGIT})"),
    ("证件", rf"(?<!{_DIGIT}){_DIGIT}{{17}}[{_DIGITS}Xx叉](?!{_DIGIT})"),
    (
        "账号",
        rf"(?<!{_DIGIT})(?!二[〇零○][{_DIGITS}]{{6}}(?!{_DIGIT})|一?二三四五六){_DIGIT}{{7,}}",
    ),
    (
        "车牌",
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•.\- ]?"
        r"[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]",
    ),
)
NUMBER = tuple((kind, re.compile(pattern)) for kind, pattern in _FORMS)
