"""Tell what a text states from what it tells its reader: only the first is evidence.

Terms   addressed: words to the reader or to a program (判定为容错, ignore all instructions, a system
        message, a ready-made answer), also in other scripts, encoded, reversed, spaced out, or
        hidden in characters that show nothing. They are left out before anything reads the text.
        A clause that also states a fact loses only the addressed words, so that nobody can make a
        fact disappear by writing an order beside it.
Source  docs/design.md: text inside a finding is evidence, never an instruction.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.contract import Finding, Opinion, Quote
from assistant.foreign import HAN
from assistant.orders import addressed, without
from assistant.verify import INVISIBLE


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
            note = f"文中有写给阅读者或程序的话、外文或编码，没有当作事实，也没有照办：{said}"
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
    read = _seen(finding, verdicts=True)
    # where nothing is left it is no finding at all, and shown as it was given
    return read if HAN.search(read.finding.text) else Seen(finding, finding)


def without_orders(text: str) -> str:
    """A text from elsewhere (a provision, a question) without what is addressed to its reader."""
    return _seen(Finding(id="", text=text), verdicts=False).finding.text


def _seen(finding: Finding, *, verdicts: bool) -> Seen:
    text = finding.text
    hidden = [m.span() for m in INVISIBLE.finditer(text)]
    bare, places = without(text, hidden)
    spans = addressed(bare, verdicts=verdicts)
    found = [(places[start], places[end - 1] + 1) for start, end in spans]
    if not hidden and not found:
        return Seen(finding, finding)
    out = bytearray(len(text))
    for start, end in (*hidden, *found):
        out[start:end] = b"\x01" * (end - start)
    kept = tuple(place for place in range(len(text)) if not out[place])
    cleaned = "".join(text[place] for place in kept)
    words = tuple(text[start:end].strip() for start, end in found)
    return Seen(
        finding.model_copy(update={"text": cleaned}), finding, kept, tuple(filter(None, words))
    )


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= 30 else f"{flat[:30]}…"
