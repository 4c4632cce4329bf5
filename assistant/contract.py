"""The words and the frozen types of the data contract (docs/design.md).

Terms   reading: a criterion, the side it leans to, and the words of the finding that show it.
        proof: how far the quoted fact is established (查实, 查否, 单方 one side's word, 未查).
        span, start, end: span == text[start:end], offsets in characters of the text as given.
Source  docs/design.md, Vocabulary and The data contract; the article's three relations.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

Domain = Literal["党建", "业务", "交织"]
Liability = Literal["失误", "失责", "违纪违法", "待核实", "不成立"]
Remedy = Literal["容错", "纠错", "容纠并举", "移交", "补充核实", "澄清"]
CriterionName = Literal["动机", "主观", "依据", "程序", "尽责", "客观", "后果", "补救"]
Leans = Literal["失误", "失责", "未知"]
Proof = Literal["查实", "查否", "单方", "未查"]
Role = Literal["化验", "会诊", "处方"]
Supports = Literal["domain", "liability", "remedy", "measure"]
TextKind = Literal["原文", "要旨"]
DistinctionName = Literal["范围", "层次", "性质", "根源"]

DOMAINS: tuple[Domain, ...] = get_args(Domain)
LIABILITIES: tuple[Liability, ...] = get_args(Liability)
REMEDIES: tuple[Remedy, ...] = get_args(Remedy)
CRITERIA: tuple[CriterionName, ...] = get_args(CriterionName)
PROOFS: tuple[Proof, ...] = get_args(Proof)
DISTINCTIONS: dict[DistinctionName, tuple[str, str]] = {
    "范围": ("个别", "普遍"),
    "层次": ("现象", "本质"),
    "性质": ("思想认识", "政治原则"),
    "根源": ("体制机制", "工作落实"),
}

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Frozen(BaseModel):
    """Base of every type that crosses a module: never changed, nothing unknown inside."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(Frozen):
    """What the inspection found, exactly as it was given."""

    id: str
    text: str
    date: datetime.date | None = None


class Quote(Frozen):
    """Words of the finding with their place in it."""

    span: str
    start: int
    end: int

    @model_validator(mode="after")
    def _has_the_length_of_its_words(self) -> Quote:
        if self.end - self.start != len(self.span) or self.start < 0:
            raise ValueError(f"引文“{self.span}”与位置 {self.start}–{self.end} 不一致")
        return self


class Reading(Quote):
    """One criterion, the side it leans to, the words that show it, and why in one sentence."""

    criterion: CriterionName
    leans: Leans
    proof: Proof = "查实"
    why: str = ""


class RedLine(Quote):
    """A red line that the finding's words cross; `refers` means: to the discipline body."""

    rule: str
    provision: str
    refers: bool


class Distinction(Frozen):
    """One of the article's four distinctions; span is empty when the value is 未知."""

    name: DistinctionName
    value: str
    span: str = ""
    start: int = 0
    end: int = 0


class Citation(Frozen):
    """A provision as shown: which version, which words, and which part of the opinion it carries."""

    provision: str
    document: str
    version: str
    article: str
    kind: TextKind
    text: str
    in_force: bool | None
    supports: Supports
    verified: bool = True
    effective: datetime.date | None = None
    milder: bool = False  # the current version, shown beside the one of the day: 从旧兼从轻


class Measure(Frozen):
    """What to do next, and the body that decides it."""

    text: str
    decided_by: str
    provision: str


SAID = "模型："  # begins a step with the next words of what a model writes
SILENT = "\n（模型没有回答："  # with the reason, at the end of an answer that a model was asked for


class Step(Frozen):
    """One step of the reasoning, so that a person can disagree with just this one."""

    role: Role
    text: str
    criterion: CriterionName | None = None


class Proposal(Frozen):
    """What a reader thinks of the whole finding; shares sum to 1 over each label set."""

    domain: dict[Domain, Share]
    liability: dict[Liability, Share]
    remedy: dict[Remedy, Share]


class Named(Frozen):
    """The labels a model names, and how far it is believed; None: nothing of the vocabulary."""

    domain: Domain | None = None
    liability: Liability | None = None
    remedy: Remedy | None = None
    skill: Share  # 0: not examined
    counts: bool = True  # shown and not counted where the skill is too small


class View(Frozen):
    """What one side concludes by itself; shown where the sides differ, for a person to choose."""

    by: Literal["模型", "内置阅读"]
    domain: Domain | None = None
    liability: Liability | None = None
    remedy: Remedy | None = None


class Failure(Frozen):
    """Something a reader said that did not pass the checks: shown, never counted."""

    kind: Literal["引文", "引用", "输出"]
    said: str
    reason: str


class Report(Frozen):
    """What a reader gives the judge about one finding; `named` is a model's, beside the proposal.

    alarm: the share of 违纪违法 that the network alone sees, before the others are heard.
    built_in: the built-in reader's own report, where a model has read.
    """

    reader: str
    proposal: Proposal
    alarm: float = 0.0
    named: Named | None = None
    readings: tuple[Reading, ...] = ()
    issues: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    explanation: str = ""
    cited: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    built_in: Report | None = None


class Assay(Frozen):
    """化验: what this is — the domain, the facts, the rules not kept."""

    finding: Finding
    report: Report
    domain: Domain
    domain_confidence: Share
    issues: tuple[str, ...]
    readings: tuple[Reading, ...]
    red_lines: tuple[RedLine, ...]
    steps: tuple[Step, ...]


class Consultation(Frozen):
    """会诊: how it came about and where responsibility lies.

    built_in: what the built-in reader alone would have come to, where a model has read.
    """

    assay: Assay
    liability: Liability
    built_in: Liability | None
    confidence: Share
    distinctions: tuple[Distinction, ...]
    questions: tuple[str, ...]
    disagreement: str
    needs_review: bool
    steps: tuple[Step, ...]


class Opinion(Frozen):
    """处方: the whole opinion, in the fields of the data contract and some more."""

    id: str
    domain: Domain | None = None
    liability: Liability | None = None
    remedy: Remedy | None = None
    confidence: Share = 0.0
    issues: tuple[str, ...] = ()
    diagnosis: dict[str, str] = {}
    criteria: tuple[Reading, ...] = ()
    red_lines: tuple[RedLine, ...] = ()
    measures: tuple[Measure, ...] = ()
    questions: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    reader: str = "offline"
    needs_review: bool = True
    explanation: str = ""
    error: str | None = None
    # additions to the contract
    diagnosis_words: tuple[Distinction, ...] = ()
    steps: tuple[Step, ...] = ()
    disagreement: str = ""
    views: tuple[View, ...] = ()  # both sides, where model and built-in reading differ
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    decided_by: str = ""
    rights: str = ""
    disclaimer: str = ""

    def line(self) -> dict[str, Any]:
        """The JSON object of the data contract."""
        return self.model_dump(mode="json")
