"""Four ways to read the same findings, side by side:
python -m benchmarks.model GOLD.jsonl SCORE.py --answers FOLDER [--first N]

zero-shot   the model alone, asked plainly for the three labels
naive       the same model behind the retrieval chain of LangChain's documentation: a vector store over
            the gists of the library, its six nearest put before the question
offline     our built-in reader
ours        our reader with the model
GOLD has lines {"id", "finding", "date", "gold"}; SCORE is the script that compares. Both lie outside
the repository. The model is the one that the settings name. A small model without a graphics card takes
hours: every answer is written to FOLDER as it comes, and what is there already is not asked again.
Made-up counts, per answer, citations of what does not exist or was repealed on the day, and bracketed
ids that the library does not hold; unverifiable those of documents that it does not know; what our
checks have marked as failed is not counted as cited. Bad quotes are not in the finding word for word.
Seconds are the median, so that a busy moment does not count; tokens are those of questions and
answers by the built-in tokenizer, per finding, the exam of our reader among them.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore
from tokenizers import Tokenizer

from assistant.cite import citation
from assistant.contract import DOMAINS, LIABILITIES, REMEDIES, Finding
from assistant.errors import ReaderError
from assistant.readers.exam import skill_of
from assistant.readers.model import ModelReader
from assistant.readers.said import UnreadableError, understand
from assistant.readers.voice import (
    Message,
    MethodUnknownError,
    Voice,
    voice_of,
)
from assistant.settings import Settings
from assistant.triage import Bench, open_bench, triage
from knowledge import statutes
from knowledge.citations import Checker
from knowledge.encoder import MODELS, Encoder

Line = dict[str, Any]
_ID = re.compile(r"\[([^\[\]\s]{1,30}:[^\[\]\s]{1,20})\]")
_MARKED = re.compile(r"〔[^〕]*〕")
_ASK = (
    "下面是巡察发现的问题。请判断：domain 是 党建、业务、交织 之一；liability 是 "
    "失误、失责、违纪违法、待核实、不成立 之一；"
    "remedy 是 容错、纠错、容纠并举、移交、补充核实、澄清 之一；reason 用几句话说明理由和依据的条款；"
    "readings 是数组，每项有 criterion、leans、quote（原文词句）。只回答一个 JSON 对象。\n\n"
)


def main() -> int:
    """Run all four on the same findings and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("score", type=Path)
    parser.add_argument("--answers", type=Path, required=True, help="where answers are kept")
    parser.add_argument("--first", type=int, default=None, help="only the first N findings")
    options = parser.parse_args()
    settings = without_cache(Settings.from_environment())
    source = settings.reads_with
    if source is None:
        print(settings.no_model, file=sys.stderr)
        return 2
    bench = open_bench(settings, "model")
    voice = Counted(voice_of(source, settings.model_seconds))
    assert isinstance(bench.reader, ModelReader)
    reader, rules = bench.reader, bench.rules
    skill = partial(skill_of, voice, rules, reader.cache)
    bench = replace(bench, reader=replace(reader, voice=voice, skill=skill))
    checker = Checker(rules.provisions, statutes.installed())
    chain = _chain(voice, bench)
    lines = _lines(options.gold)[: options.first]
    rows = [json.loads(line) for line in lines]
    findings = [
        Finding(id=row["id"], text=row["finding"], date=row.get("date") or None) for row in rows
    ]
    ways: dict[str, Callable[[Finding], Line]] = {
        "zero-shot": lambda finding: _answered(finding, lambda: voice.say(_ASK + finding.text)),
        "naive": lambda finding: _answered(finding, lambda: chain.invoke(finding.text)),
        "offline": lambda finding: triage(finding, replace(bench, reader=bench.offline)).line(),
        "ours": lambda finding: triage(finding, bench).line(),
    }
    print(
        "| way | domain | liability | remedy | unsafe | made-up | unverifiable | bad quotes | no answer"
        " | seconds | tokens |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        gold = Path(folder) / "gold.jsonl"
        gold.write_text("\n".join(lines) + "\n", encoding="utf-8")
        for name, way in ways.items():
            told = _told(options.answers / f"{name}.jsonl", findings, way, voice)
            seconds = median(line["seconds"] for line in told)
            tokens = sum(line["tokens"] for line in told) / len(told)
            target = Path(folder) / f"{name}.jsonl"
            target.write_text(
                "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in told), "utf-8"
            )
            score = _score(options.score, gold, target)
            wrong = [
                _cited_wrongly(f, t, bench, checker) for f, t in zip(findings, told, strict=True)
            ]
            made_up, unknown = (sum(column) / len(told) for column in zip(*wrong, strict=True))
            bad = sum(_bad_quotes(f, line) for f, line in zip(findings, told, strict=True))
            print(
                f"| {name} | {score['domain']:.3f} | {score['liability']:.3f} | {score['remedy']:.3f}"
                f" | {score['unsafe']:.3f} | {made_up:.2f} | {unknown:.2f} | {bad / len(told):.2f}"
                f" | {_unanswered(told, name)} | {seconds:.1f} | {tokens:.0f} |",
                flush=True,
            )
    return 0


def _told(
    kept: Path, findings: Sequence[Finding], way: Callable[[Finding], Line], voice: Counted
) -> list[Line]:
    """One line per finding, with its seconds and tokens; those in the file are taken from there."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    known = {row["id"]: row for row in map(json.loads, _lines(kept) if kept.is_file() else ())}
    with kept.open("a", encoding="utf-8") as file:
        for number, finding in enumerate(findings, 1):
            if finding.id in known:
                continue
            voice.tokens = 0
            began = time.perf_counter()
            line = way(finding)
            seconds = round(time.perf_counter() - began, 3)
            known[finding.id] = {**line, "seconds": seconds, "tokens": voice.tokens}
            file.write(json.dumps(known[finding.id], ensure_ascii=False) + "\n")
            file.flush()
            print(f"{kept.stem} {number}/{len(findings)} {seconds:.0f} s", file=sys.stderr)
    return [known[finding.id] for finding in findings]


def _lines(file: Path) -> list[str]:
    """Lines of JSON; a model's words may hold what splitlines takes for the end of one."""
    return [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]


def without_cache(settings: Settings) -> Settings:
    """No answer from the cache: it would not be timed."""
    return settings.model_copy(update={"model_cache": False})


class Counted:
    """A voice that counts what is said to it and by it."""

    def __init__(self, voice: Voice) -> None:
        self._voice, self.tokens = voice, 0
        self._tokenizer = Tokenizer.from_file(str(MODELS / "tokenizer.json"))
        self.name, self.host, self.here, self.where = (
            voice.name,
            voice.host,
            voice.here,
            voice.where,
        )
        self.methods, self.remember, self.budget = voice.methods, voice.remember, voice.budget

    def ask(self, messages: Sequence[Message], *rest: Any) -> str:
        """One answer."""
        self._count("".join(words for _, words in messages))
        answer = self._voice.ask(messages, *rest)
        self._count(answer)
        return answer

    def say(self, question: str) -> str:
        """An answer to a plain question."""
        return self.ask((("human", question),), None, "text", self.budget())

    def _count(self, text: str) -> None:
        self.tokens += len(self._tokenizer.encode(text).ids)


def _chain(voice: Counted, bench: Bench) -> Runnable[str, str]:
    """Retrieve, put into the prompt, ask: as LangChain's documentation shows it."""
    held = [(i, f"[{i}] {p.gist}") for i, p in bench.rules.provisions.by_id.items()]
    store = InMemoryVectorStore(Encoder())
    store.add_texts([text for _, text in held])
    retriever = store.as_retriever(search_kwargs={"k": 6})
    prompt = ChatPromptTemplate.from_template("参考条款：\n{context}\n\n{ask}{finding}")
    return (
        {
            "context": retriever | (lambda found: "\n".join(one.page_content for one in found)),
            "ask": lambda _: _ASK,
            "finding": RunnablePassthrough(),
        }
        | prompt
        | (lambda value: voice.say(value.to_string()))
    )


def _answered(finding: Finding, ask: Callable[[], str]) -> Line:
    line: Line = {"id": finding.id, "criteria": [], "citations": [], "explanation": ""}
    try:
        said = understand(ask())
    except (ReaderError, MethodUnknownError, UnreadableError):
        return line
    labels = (("domain", DOMAINS), ("liability", LIABILITIES), ("remedy", REMEDIES))
    line |= {head: getattr(said, head) for head, words in labels if getattr(said, head) in words}
    line["explanation"] = said.reason
    line["criteria"] = [_placed(r.criterion, r.leans, r.quote, finding.text) for r in said.readings]
    return line


def _unanswered(told: Sequence[Line], way: str) -> int:
    """Findings without a usable answer of the model: ours are read offline then."""
    if way in ("zero-shot", "naive"):
        return sum("liability" not in line for line in told)
    return sum(line["reader"] == "offline" for line in told) if way == "ours" else 0


def _placed(criterion: str, leans: str, quote: str, text: str) -> Line:
    start = max(0, text.find(quote))
    place = {"span": quote, "start": start, "end": start + len(quote)}
    return {"criterion": criterion, "leans": leans, **place}


def _cited_wrongly(finding: Finding, line: Line, bench: Bench, checker: Checker) -> tuple[int, int]:
    """Citations of one answer that do not hold, and those that nobody here can verify."""
    reasons = (str(reading.get("why", "")) for reading in line.get("criteria", []))
    parts = (str(line.get("explanation", "")), *reasons, *map(str, line.get("questions", [])))
    said = _MARKED.sub("", "\n".join(parts))
    rules = bench.rules
    made_up = sum(i not in rules.provisions and i not in rules.method for i in _ID.findall(said))
    made_up += sum(_is_not_ours(cited, bench) for cited in line.get("citations", []))
    words, today = _ID.sub("", said), date.today()
    then, now = (checker.check(words, day) for day in (finding.date or today, today))
    # judged by the law of the day, handled by the law of today: it must hold on one of them
    verdicts = [{a.judged.verdict, b.judged.verdict} for a, b in zip(then, now, strict=True)]
    unknown = sum("无法核验" in each and "存在" not in each for each in verdicts)
    held = sum("存在" in each for each in verdicts)
    return made_up + len(verdicts) - unknown - held, unknown


def _is_not_ours(cited: Line, bench: Bench) -> bool:
    shown = citation(cited["provision"], cited["supports"], date.today(), bench.rules)
    return bool(shown.text != cited["text"])


def _bad_quotes(finding: Finding, line: Line) -> int:
    return sum(finding.text[r["start"] : r["end"]] != r["span"] for r in line.get("criteria", []))


def _score(script: Path, gold: Path, target: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(script), str(gold), str(target), "--json"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return dict(json.loads(done.stdout))


if __name__ == "__main__":
    sys.exit(main())
