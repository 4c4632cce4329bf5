"""Documents that a text names in prose: judged by the library's own checker, marked where they fail.

Terms   own: what the finding itself says of a document; a model may repeat it.
        not retrieved: it exists, but was not among what was offered and the finding does not name it.
Source  knowledge/citations.py, the checker of `python -m knowledge check-citations`.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from assistant.contract import Failure
from knowledge import statutes
from knowledge.citations import Checker, Cited, Judged
from knowledge.provisions import Provisions
from knowledge.text import normalise

FAILED = "引用未通过核对"
_UNKNOWN = "〔无法核验〕"
_NOT_RETRIEVED = "不在为这条发现检索到的条款里"
_MARKED = re.compile(rf"〔{FAILED}：[^〕]*〕|\[([^\[\]]+)\]")
_ARTICLE = re.compile(r"第\s*[0-9零〇一二两三四五六七八九十百千]+\s*条.*|:.*", re.DOTALL)


@dataclass(frozen=True)
class NamedDocuments:
    """The documents that an explanation may name: those offered, and those of the finding itself.

    day: of the conduct; today: what handles it is the law of today, where it was offered.
    """

    own: str
    offered: frozenset[str]
    provisions: Provisions
    day: date
    today: date

    def check(self, text: str) -> tuple[str, tuple[Failure, ...]]:
        """The text with every document marked that does not pass, and what failed."""
        parts: list[str] = []
        failures: list[Failure] = []
        ended = 0
        checker = _checker(self.provisions)
        rest = _MARKED.sub(self._blank, text)
        both = zip(checker.check(rest, self.day), checker.check(rest, self.today), strict=True)
        for (start, end), group in itertools.groupby(both, key=lambda c: (c[0].start, c[0].end)):
            problems = [p for then, now in group if (p := self._problem(then, now.judged))]
            if not problems or start < ended:
                continue
            mark, reason = problems[0]
            said = text[start:end]
            failures.append(Failure(kind="引用", said=said, reason=reason))
            parts += [text[ended:start], mark]
            ended = end
        return "".join((*parts, text[ended:])), tuple(failures)

    def _blank(self, match: re.Match[str]) -> str:
        """What has been checked by its id is not checked again; places stay as they are."""
        known = match[1] is None or match[1] in self.offered
        return " " * len(match[0]) if known else match[0]

    def _problem(self, cited: Cited, today: Judged) -> tuple[str, str] | None:
        judged, said = cited.judged, cited.citation
        if self._is_offered(judged, said) or self._is_offered(today, said):
            return None
        if judged.verdict == "无法核验":
            own = _bare(said) in _bare(self.own)
            return None if own else (f"{said}{_UNKNOWN}", f"无法核验：{judged.reason}")
        reason = judged.reason
        if judged.verdict == "存在":
            if self._is_own(judged, said):
                return None
            reason = _NOT_RETRIEVED
        return f"〔{FAILED}：{said}，{reason}〕", reason

    def _is_offered(self, judged: Judged, said: str) -> bool:
        """Its very provision was offered, or, where no article is named, one of the document."""
        if judged.verdict == "存在" and not _ARTICLE.search(said):
            return judged.document in self._documents()
        return judged.verdict in ("存在", "无法核验") and judged.provision in self.offered

    def _documents(self) -> set[str]:
        held = (one for one in self.offered if one in self.provisions)
        return {self.provisions.version_of(one).document for one in held}

    def _is_own(self, judged: Judged, said: str) -> bool:
        aliases = (
            n for n, document in self.provisions.names.items() if document == judged.document
        )
        names = (_ARTICLE.sub("", said), judged.document or said, *aliases)
        own = _bare(self.own)
        # of 《预算法》第九十三条、第九十四条 the second names no document of its own
        return any(bare in own for name in names if (bare := _bare(name)))


def _bare(text: str) -> str:
    return re.sub(r"[《》\s]", "", normalise(text))


@lru_cache(maxsize=4)
def _checker(provisions: Provisions) -> Checker:
    """One for each library: it reads the names of all state laws first."""
    return Checker(provisions, statutes.installed())
