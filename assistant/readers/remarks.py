"""What a model says in its own words, and what of it holds: an explanation, why, and questions.

Terms   remark: a sentence beside the explanation: why a reading leans so, or what to find out. It need
        not cite a provision for a rule, as an explanation must; all else holds for it as well, and where
        a part of it fails it is dropped whole: nothing long is lost. But a reason where only an amount
        has no source is kept with its mark (a sum may have been computed), and a question asks for numbers
        and claims none: of those in a question only articles (第N条) are checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant import verify
from assistant.contract import Failure
from assistant.readers import ask
from assistant.support import Grounded, Likeness, Text, grounded
from knowledge.index import Index, Vector
from knowledge.rules import Rules

LONGEST_EXPLANATION = 3000
_LONGEST_WHY = 300
_LONGEST_QUESTION = 120
_QUESTIONS = 3
_SHOWN = 120  # characters of what was dropped


@dataclass(frozen=True)
class Checks:
    """What words are checked against.

    ids: what was offered; text_of: an id to its words; sources: everything a number may come from;
    named: how a remark reads with its citations by name.
    """

    ids: Sequence[str]
    grounds: verify.Grounds
    text_of: Text
    near: Likeness
    sources: Mapping[str, str]
    named: Callable[[str], str]

    def explained(self, said: str) -> tuple[verify.Explained, Grounded]:
        """An explanation with every part of it marked that does not hold."""
        explained = verify.explanation(said, self.ids, self.grounds)
        return explained, grounded(explained.text, self.text_of, self.near, self.sources)

    def why(self, said: str) -> tuple[str, list[Failure]]:
        """Why a reading leans so, as far as it may be shown, and what is wrong with it."""
        return self._remark(said, "这条理由", _LONGEST_WHY, asks=False)

    def questions(self, said: Iterable[str]) -> tuple[tuple[str, ...], list[Failure]]:
        """The first questions that hold, and what is wrong with those before them that do not."""
        asked: list[str] = []
        failures: list[Failure] = []
        for one in said:
            if len(asked) == _QUESTIONS:
                break
            checked, wrong = self._remark(one, "这个问题", _LONGEST_QUESTION, asks=True)
            failures += wrong
            asked += [checked] if checked else []
        return tuple(asked), failures

    def _remark(
        self, said: str, what: str, longest: int, *, asks: bool
    ) -> tuple[str, list[Failure]]:
        shown = verify.unmarked(said)[:_SHOWN]
        if len(said) > longest:
            return "", [Failure(kind="输出", said=shown, reason=f"{what}太长，没有采用")]
        explained = verify.explanation(said, self.ids, self.grounds)
        rests = grounded(
            explained.text, self.text_of, self.near, self.sources, must_cite=False, asks=asks
        )
        wrong = [*explained.failures, *rests.failures]
        if not wrong or (not asks and all(one in rests.amounts for one in wrong)):
            return self.named(rests.text), wrong
        reasons = "；".join(dict.fromkeys(one.reason for one in wrong))
        return "", [Failure(kind=wrong[0].kind, said=shown, reason=f"{what}没有采用：{reasons}")]


def own_words(explanation: str, rules: Rules) -> tuple[str, list[Failure]]:
    """Small models copy their instructions: that explains nothing, nor does another language."""
    reason = ""
    if explanation and explanation[:40] in ask.instructions(rules):
        reason = "照抄了提示，不是说理，没有采用"
    elif not in_chinese(explanation):
        reason = "说理不是中文，没有采用"
    elif len(explanation) > LONGEST_EXPLANATION:
        reason = "说理太长，没有采用"
    if not reason:
        return explanation, []
    return "", [Failure(kind="输出", said=verify.unmarked(explanation)[:_SHOWN], reason=reason)]


def in_chinese(text: str) -> bool:
    """Whether at least a third of it is Chinese characters; numbers and names may be others."""
    return sum("\u4e00" <= char <= "\u9fff" for char in text) * 3 >= len(text)


def likeness(one: str, other: str, index: Index, known: dict[str, Vector]) -> float:
    """How near two texts are in meaning, 0..1; e5 cosines of Chinese lie between 0.7 and 1.

    known: the vectors of an answer's texts so far, so that each is made once.
    """
    new = [text for text in dict.fromkeys((one, other)) if text not in known]
    known.update(zip(new, (vector for vector, _ in index.read(new)), strict=True))
    cosine = float(known[one] @ known[other])
    return min(1.0, max(0.0, (cosine - 0.7) / 0.3))
