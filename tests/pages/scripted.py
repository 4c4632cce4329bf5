"""A desk with fixed answers: what the page shows is then known word for word."""

from dataclasses import dataclass, replace
from datetime import date

from assistant.contract import Citation, Distinction, Finding, Measure, Opinion, Reading, Step, View
from assistant.errors import InputError
from assistant.lookup import Entry, Found, Problem
from assistant.pages.cases import Consent
from assistant.pages.desk import Desk, Outgoing, Sides, Talked, Watch
from knowledge.errors import IndexUnavailableError
from knowledge.rules import PatternMeasure

QUESTION = "是否经过集体研究，有没有会议记录？"


@dataclass(frozen=True)
class ScriptedIntake:
    kind: str
    findings: tuple[Finding, ...] = ()
    reply: str = ""


@dataclass(frozen=True)
class ScriptedAnswer:
    text: str
    citations: tuple[Citation, ...] = ()
    status: str = "found"
    spoken: bool = False


CITED = Citation(
    provision="甲法:3",
    document="甲法",
    version="2020-01-01通过",
    article="第三条",
    kind="要旨",
    text="集体事项应当集体决定。",
    in_force=True,
    supports="liability",
    verified=False,
)


def take_in(text: str) -> ScriptedIntake:
    if text.startswith("你好"):
        return ScriptedIntake("greeting", reply="您好，请粘贴发现的问题。")
    if text.endswith("？"):
        return ScriptedIntake("question")
    if len(text) < 20:
        return ScriptedIntake("unclear", reply="还需要具体事实。")
    findings = tuple(Finding(id=str(n), text=part) for n, part in enumerate(split(text)))
    return ScriptedIntake("findings", findings)


def split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("\n\n") if part.strip())


def triage(finding: Finding, consent: Consent, watch: Watch) -> Opinion:
    del consent
    text = finding.text
    if "坏掉" in text:
        raise InputError("这一条读不了，请换一种写法。")
    if "没想到" in text:
        raise KeyError(text)
    if "没有盘" in text:
        raise OSError("disk on fire")
    watch(Step(role="化验", text="查找党建与业务的词句"))
    settled = "集体研究" in text
    words = "集体研究" if settled else text[:4]
    watch(Step(role="会诊", text="比较失误与失责", criterion="程序"))
    watch(Step(role="处方", text="选择处置"))
    reading = Reading(
        criterion="程序",
        leans="失误" if settled else "未知",
        span=words,
        start=text.index(words),
        end=text.index(words) + len(words),
        why="开过会" if settled else "没有写到",
    )
    return Opinion(
        id=finding.id,
        domain="业务",
        liability="失误" if settled else "待核实",
        remedy="容错" if settled else "补充核实",
        confidence=0.8 if settled else 0.4,
        issues=("付款依据不全",),
        diagnosis={"范围": "个别", "层次": "未知"},
        diagnosis_words=(Distinction(name="范围", value="个别"),),
        criteria=(reading,),
        measures=(Measure(text="补齐付款依据", decided_by="镇党委", provision="甲法:3"),),
        questions=() if settled else (QUESTION,),
        citations=(CITED,),
        needs_review=not settled,
        disagreement="" if settled else "规则与读法不一致。",
        steps=(
            Step(role="化验", text="属于业务"),
            Step(role="会诊", text="程序是关键", criterion="程序"),
            Step(role="处方", text="先核实或容错"),
        ),
        decided_by="镇党委",
        rights="当事人有权说明和申诉。",
        disclaimer="仅供参考。",
    )


def look_up(words: str, document: str, day: date | None) -> Found:
    if "打不开" in words:
        return Found(status="unavailable", why="条款索引打不开。")
    if "没有" in words or document == "乙法":
        return Found(status="no_match")
    gone = day is not None and day < date(2020, 1, 1)
    cited = CITED.model_copy(update={"in_force": not gone})
    entry = Entry(
        cited=cited, wordings=("个人拍板<b>",), topics=("集体决定",), problems=("付款依据不全",)
    )
    problem = Problem(
        name="付款依据不全",
        domain="业务",
        device="",
        rules=(cited,),
        wordings=("先付款后补手续",),
        questions=(QUESTION,),
        measures=(PatternMeasure(text="补齐付款依据", decided_by="镇党委"),),
    )
    return Found(status="found", entries=(entry,), problems=(problem,))


def make_desk() -> Desk:
    return Desk(
        reader="offline",
        destination="文字只在本机处理",
        meanings={"待核实": "关键事实还没有查清", "业务": "业务工作中的问题"},
        criteria={"程序": Sides("怎么决定的？", "集体决定", "个人决定")},
        take_in=take_in,
        split=split,
        merge="\n".join,
        triage=triage,
        answer=lambda question, day: ScriptedAnswer("按第三条，应当集体决定。", (CITED,)),
        follow_up=lambda question, finding, opinion, consent, talked: ScriptedAnswer(
            f"结论是{opinion.liability}。", (CITED,), spoken=True
        ),
        documents=("甲法", "乙法"),
        look_up=look_up,
    )


def make_consenting() -> Desk:
    def told(finding: Finding, consent: Consent, watch: Watch) -> Opinion:
        note = f"由 {consent} 阅读"
        return triage(finding, consent, watch).model_copy(update={"notes": (note,)})

    def talk(question: str, finding: Finding, opinion: Opinion, talked: Talked) -> str:
        if question.startswith("为什么"):
            return ""  # answered from the opinion
        asked = "".join(f"问：{q}\n" for q, _ in talked)
        return f"{asked}问题：{question}\n材料：{finding.text.replace('一家公司', '〔单位1〕')}"

    goes = Outgoing("api.example.com", lambda text: text.replace("一家公司", "〔单位1〕"), talk)
    return replace(make_desk(), triage=told, outgoing=goes)


def make_differing() -> Desk:
    def differs(finding: Finding, consent: Consent, watch: Watch) -> Opinion:
        views = (
            View(by="模型", domain="业务", liability="失误", remedy="容错"),
            View(by="内置阅读", domain="业务", liability="失责", remedy="纠错"),
        )
        return triage(finding, consent, watch).model_copy(update={"views": views})

    return replace(make_desk(), triage=differs)


def make_silent() -> Desk:
    def answer(question: str, day: date | None) -> ScriptedAnswer:
        return ScriptedAnswer(
            "《甲法》第三条：应当集体决定。\n（模型没有回答：没有连上）", (CITED,)
        )

    return replace(make_desk(), answer=answer)


def make_tricky() -> Desk:
    def asks(finding: Finding, consent: Consent, watch: Watch) -> Opinion:
        questions = ("![x [y] z](//host/a)",)
        return triage(finding, consent, watch).model_copy(update={"questions": questions})

    return replace(make_desk(), triage=asks)


def make_recovering() -> Desk:
    tries: list[str] = []

    def second_time(finding: Finding, consent: Consent, watch: Watch) -> Opinion:
        tries.append(finding.id)
        if len(tries) == 1:
            raise InputError("这一条读不了，请换一种写法。")
        return triage(finding, consent, watch)

    return replace(make_desk(), triage=second_time)


def make_broken() -> Desk:
    raise IndexUnavailableError("条款索引打不开：数据目录不可写。请改用可写的目录。")
