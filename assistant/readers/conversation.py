"""What goes to a model with a follow-up question, masked together so that a placeholder means one thing.

Terms   earlier: questions and answers about the same opinion before this one, oldest first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from assistant.privacy import Masked
from assistant.readers.ask import fill

Exchange = tuple[str, str]  # a question and its answer
_BREAK = "\u2028"


@dataclass(frozen=True)
class Talk:
    """A question and everything of the case that goes with it; provisions are the library's."""

    question: str
    text: str
    summary: str
    earlier: tuple[Exchange, ...] = ()

    def masked(self, mask: Callable[[str], Masked]) -> tuple[Talk, Masked]:
        """The same with placeholders; the finding comes first, so its names keep their numbers."""
        said = (part for exchange in self.earlier for part in exchange)
        parts = (self.text, self.summary, *said, self.question)
        whole = mask(_BREAK.join(part.replace(_BREAK, "\n") for part in parts))
        text, summary, *before, question = whole.text.split(_BREAK)
        earlier = tuple(zip(before[::2], before[1::2], strict=True))
        return Talk(question, text, summary, earlier), whole

    def prompt(self, provisions: str) -> str:
        """The message to the model; material and earlier talk stand between marks."""
        whole = "\n".join((self.text, *map("\n".join, self.earlier), self.question))
        fence = hashlib.sha256(whole.encode(errors="replace")).hexdigest()[:8]
        words = {
            "fence": fence,
            "provisions": provisions,
            "text": self.text,
            "earlier": fill("earlier", {"fence": fence, "earlier": self._talked()})
            if self.earlier
            else "",
            "question": self.question,
            "summary": self.summary,
        }
        return fill("talk", words)

    def shown(self) -> str:
        """All of it, for the person who is asked whether it may be sent."""
        parts = (
            ("问题", self.question),
            ("前面的问答", self._talked()),
            ("意见摘要", self.summary),
            ("材料", self.text),
        )
        return "\n\n".join(f"{title}：\n{words}" for title, words in parts if words)

    def _talked(self) -> str:
        return "\n".join(f"问：{question}\n答：{answer}" for question, answer in self.earlier)
