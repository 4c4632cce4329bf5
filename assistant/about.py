"""Questions about an opinion that the opinion itself answers, word for word, by no model.

Terms   topic: what can be asked of an opinion (why, who decides, what is missing …). A question is
        about this opinion when beyond its topic it names nothing of its own: 由谁决定 is, 村集体资产
        出租由谁决定 is a question of law. Of why, one that asks for the label is enough.
Source  docs/design.md, The data contract: criteria, red_lines, measures, questions, decided_by, rights.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.answer import Answer
from assistant.contract import LIABILITIES, REMEDIES, Citation, Opinion, Reading, Supports
from knowledge.rules import Rules

_Lines = tuple[list[str], tuple[Citation, ...]]
_LABEL = "|".join(sorted((*LIABILITIES, *REMEDIES), key=len, reverse=True))
_CALLED = "|".join(sorted(LIABILITIES, key=len, reverse=True))
_PIECE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]*")
# how a question points at the opinion, and words that carry no matter of their own
_EMPTY = re.compile(
    rf"{_LABEL}|请问|想问|告诉|列出|说明|具体|这(?:件事|个|条|一条|样|么|种|份|些)?|那(?:么|样)?|[本该此](?:问题|事项|案|事|条|意见)|"
    "补充|核实|查清|查明|关键|当事人|本人|问题|事情|事实|案子|情况|证据|材料|信息|情形|意见|结论|责任|处置|处方|定性|判断|认定|判|定|成|"
    "现在|目前|到底|究竟|最后|最终|应该|应当|需要|必须|可以|没有|什么|哪些|哪个|哪里|怎么|如何|多少|"
    "我们|你们|大家|他们|有没有|是不是|一下|属于|触及|触碰|碰到|越过|踩到?|违反|涉及|"
    "[我你您他她它请来去得要该应会能还又就都也再先是不没算属的得了呢吗啊吧么嘛有哪几个些一里上中下被把给对让想谁和与及或由]"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_OWN = 2  # characters of a matter of its own
_OF_LABEL = re.compile(
    rf"(?:为什么|为何|为啥|凭什么|怎么(?:就|会|能|还)?(?=不?[是算成判])).{{0,20}}?"
    rf"(?:是|算|属于?|判|定|认定|构成|归)(?:为|成|作|到|了)?(?:{_CALLED}|这个结论)"
)


@dataclass(frozen=True)
class _Topic:
    """How it is asked, what the opinion says, and what to look up in the library besides."""

    asked: re.Pattern[str]
    told: Callable[[str, Opinion, Rules], _Lines]
    look_up: str = ""


@dataclass(frozen=True)
class FromOpinion:
    """What the opinion answers, the rest of the question, and what to look up in the library besides."""

    told: Answer | None
    rest: str
    look_up: str = ""


def from_opinion(question: str, opinion: Opinion, rules: Rules) -> FromOpinion:
    """What of a question the opinion answers, if anything."""
    pieces = [piece for piece in _PIECE.findall(question) if _HAN.search(piece)]
    asking = [piece for piece in pieces if re.search("[？?]", piece)] or pieces
    lines: list[str] = []
    cited: dict[str, Citation] = {}
    rest = look_up = ""
    for piece in asking:
        topics = _topics(piece)
        if not topics:
            rest += piece
        for topic in topics:
            look_up += topic.look_up
            said, rests_on = topic.told(piece, opinion, rules)
            lines += [line for line in said if line not in lines]
            cited |= {c.provision: c for c in rests_on}
    if not lines:
        return FromOpinion(None, question)
    told = Answer(text="\n".join(lines), citations=(*cited.values(),), status="found", spoken=True)
    return FromOpinion(told, rest, look_up)


def _topics(piece: str) -> list[_Topic]:
    """The topics of a question about this opinion; none where it has a matter of its own."""
    if _OF_LABEL.search(piece):
        return [_WHY]
    topics = []
    for topic in _TOPICS:
        piece, times = topic.asked.subn("", piece)
        topics += [topic] if times else []
    return topics if len(_HAN.findall(_EMPTY.sub("", piece))) < _OWN else []


def _why(question: str, opinion: Opinion, rules: Rules) -> _Lines:
    """The red lines or criteria that decided, in the finding's own words."""
    other = [
        word
        for word in re.findall(_LABEL, question)
        if word not in (opinion.liability, opinion.remedy)
    ]
    said = f"结论是{opinion.liability}"
    if other and other[0] in REMEDIES:
        said += f"，处置是{opinion.remedy}"
    lines = [said + (f"，不是{other[0]}。" if other else "。")]
    lines += _crossed(opinion, rules)
    side = "失误" if opinion.liability in ("失误", "不成立") else "失责"
    lines += [_read(r) for r in sorted(opinion.criteria, key=lambda r: (r.leans != side, r.start))]
    if opinion.disagreement:
        lines.append(f"还有分歧：{opinion.disagreement}。")
    lines += [f"要改变结论，先要查清：{question}" for question in opinion.questions]
    return lines, _cited(opinion, "liability")


def _basis(question: str, opinion: Opinion, rules: Rules) -> _Lines:
    del question
    parts: tuple[tuple[Supports, str, str | None], ...] = (
        ("domain", "领域", opinion.domain),
        ("liability", "责任", opinion.liability),
        ("remedy", "处置", opinion.remedy),
        ("measure", "措施", ""),
    )
    lines = [f"结论是{opinion.liability}，处置是{opinion.remedy}。"]
    for supports, title, label in parts:
        named = "、".join(rules.named(c.provision) for c in _cited(opinion, supports))
        if named:
            lines.append(f"{title}{f'（{label}）' if label else ''}的依据：{named}。")
    return lines, tuple(c for c in opinion.citations if not c.milder)


def _who(question: str, opinion: Opinion, rules: Rules) -> _Lines:
    del question, rules
    lines = [f"处置（{opinion.remedy}）由谁决定：{opinion.decided_by}。"]
    lines += [f"“{m.text}”由{m.decided_by}决定。" for m in opinion.measures]
    return lines, _cited(opinion, "remedy")


def _next(question: str, opinion: Opinion, rules: Rules) -> _Lines:
    del question
    lines = [f"处置是{opinion.remedy}：{rules.meanings.get(opinion.remedy or '', '')}。"]
    lines += [f"{m.text}（由{m.decided_by}决定）" for m in opinion.measures]
    lines += [f"先要查清：{question}" for question in opinion.questions]
    lines.append(f"处置由谁决定：{opinion.decided_by}。")
    return lines, (*_cited(opinion, "remedy"), *_cited(opinion, "measure"))


def _missing(question: str, opinion: Opinion, rules: Rules) -> _Lines:
    del question, rules
    lines = [f"还要查清：{one}" for one in opinion.questions]
    lines += [
        f"{r.criterion}还没有查实：原话“{r.span}”（{r.proof}）"
        for r in opinion.criteria
        if r.proof in ("未查", "单方")
    ]
    if not lines:
        lines = [f"这份意见没有列出还要查清的事实，结论是{opinion.liability}。"]
    return lines, _cited(opinion, "remedy") if opinion.remedy == "补充核实" else ()


def _red_lines(question: str, opinion: Opinion, rules: Rules) -> _Lines:
    del question
    lines = _crossed(opinion, rules)
    if lines:
        crossed = {line.provision for line in opinion.red_lines}
        return ["触及红线，不适用容错。", *lines], tuple(
            c for c in opinion.citations if c.provision in crossed
        )
    names = "、".join(line.name for line in rules.red_lines)
    return [f"按现有的原话，没有触及红线。核对过的红线：{names}。"], ()


def _rights(question: str, opinion: Opinion, rules: Rules) -> _Lines:
    del question, rules
    return [opinion.rights], ()


def _crossed(opinion: Opinion, rules: Rules) -> list[str]:
    return [
        f"越过红线“{line.rule}”：原话“{line.span}”，依据{rules.named(line.provision)}，越过红线就不再权衡。"
        for line in opinion.red_lines
    ]


def _read(reading: Reading) -> str:
    because = f"：{reading.why}" if reading.why else ""
    return f"{reading.criterion}偏{reading.leans}，原话“{reading.span}”（{reading.proof}）{because}"


def _cited(opinion: Opinion, supports: Supports) -> tuple[Citation, ...]:
    return tuple(c for c in opinion.citations if c.supports == supports and not c.milder)


_WHY = _Topic(
    re.compile(
        rf"(?:为什么|为何|为啥|凭什么)(?!(?:{_CALLED})[^？?]{{2}})|怎么(?:就|会|能|还)?(?=不?[是算成])|理由|原因|"
        r"(?:怎么|怎样|如何)(?:判(?!断)|(?:认定|判断|得出|定)(?:出来)?的)"
    ),
    _why,
)
_TOPICS = (  # words that one of them took are not read by the next
    _Topic(
        re.compile(
            r"申诉|申辩|救济(?:途径|渠道)?|(?:不服|不认可|有异议)(?:的话)?[，,]?(?:怎么办|怎么处理)?|陈述|申请(?:复核|复审|复议)|权利"
        ),
        _rights,
        "对处理决定不服的可以申诉、申请复核吗？",
    ),
    _WHY,
    _Topic(
        re.compile(
            r"(?:有什么|什么是|什么|哪些|哪条|有何|何|哪里来的)(?:依据|根据|法律依据)|(?:法律)?(?:依据|根据)(?:的?是|有|了)?(?:什么|哪些|哪几?条|何在|呢|在哪)|"
            r"(?:引用|适用|依据|用)(?:了|的是)?(?:哪些|哪几?条|什么)(?:条款|规定|条文|法条|法律|法规|条例)?"
        ),
        _basis,
    ),
    _Topic(
        re.compile(
            r"(?:由|归|让|是)?谁(?:来|去)?(?:有权)?(?:作出|做)?(?:决定|说了算|处理|处置|批准|拍板|作主|做主|认定|定(?!性))|"
            r"(?:由|归)?(?:哪个|哪级|哪一级|什么|哪些)(?:部门|机关|单位|组织|党委)?(?:来)?(?:决定|处理|处置|批准|认定|管)|谁的?权限|决定权在?"
        ),
        _who,
    ),
    _Topic(
        re.compile(
            r"下一步|接下来|后续|(?:怎么|怎样|如何|咋)(?:办|处理|处置|整改|做|弄|纠正)|"
            r"(?:处置|整改|处理)?(?:措施|办法|步骤)(?:是什么|有哪些|呢)?|做些?什么|做哪些"
        ),
        _next,
    ),
    _Topic(
        re.compile(
            r"(?:缺少?|差|欠缺?|少)(?:了)?(?:点|些)?(?:哪些|什么|啥)(?:关键)?|"
            r"(?:补充|核实|查清|查明|核查|调查|了解|弄清|补|查)(?:些|点)?(?:哪些|什么|啥)|"
            r"(?:哪些|什么|哪里|哪点)(?:关键)?(?:事实|材料|证据|情况|地方|问题)?(?:还|尚)?(?:没有?|未|不|要|需要?|待)(?:查清楚?|查明|查|核实|清楚|弄清|补充?)"
        ),
        _missing,
    ),
    _Topic(re.compile(r"红线(?:有哪些|是什么)?"), _red_lines),
)
