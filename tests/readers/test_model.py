"""The model's reader against a scripted endpoint over real HTTP: every failure ends in a good opinion."""

import json
import logging
import os
import subprocess
import sys
import time
from contextvars import copy_context
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant import stopping
from assistant.contract import Finding, Opinion, Step
from assistant.errors import ReaderError
from assistant.privacy import Masked
from assistant.readers import endpoint as endpoints
from assistant.readers.aloud import Aloud
from assistant.retrieval import Retrieved, retrieve
from assistant.triage import Bench, triage
from knowledge.rules import Rules

from .conftest import answer, examined
from .scripted import KEY, opine, read, reader
from .server import Reply, always, in_turn, serving


def test_a_good_answer_becomes_a_report_with_exact_quotes(bench: Bench, rent: Retrieved) -> None:
    report, server = read(bench, rent, always(Reply(answer())))
    assert report.reader == "scripted"
    (reading,) = report.readings
    assert rent.finding.text[reading.start : reading.end] == reading.span == "未经集体研究"
    assert report.named is not None
    assert (report.named.domain, report.named.liability, report.named.remedy) == (
        "业务",
        "失责",
        "纠错",
    )
    assert report.failures == ()
    assert server.methods() == ["schema"]


def test_an_opinion_names_the_model(bench: Bench, rent: Retrieved) -> None:
    assert opine(bench, rent, always(Reply(answer()))).reader == "scripted"


def test_the_finding_stands_between_marks_it_cannot_know(bench: Bench, rent: Retrieved) -> None:
    _, server = read(bench, rent, always(Reply(answer())))
    asked = server.bodies[0]["messages"][-1]["content"]
    fence = asked.split("<<<材料 ")[1].split("\n")[0]
    assert f"<<<材料 {fence}\n{rent.finding.text}\n材料 {fence}>>>" in asked
    assert fence not in rent.finding.text


def test_every_offered_id_is_shown_and_is_in_the_library(bench: Bench, rent: Retrieved) -> None:
    _, server = read(bench, rent, always(Reply(answer())))
    asked = server.bodies[0]["messages"][-1]["content"].split("相近的问题")[0]
    ids = [line[1 : line.index("]")] for line in asked.splitlines() if line.startswith("[")]
    assert len(ids) >= 10
    assert all(i in bench.rules.provisions or i in bench.rules.method for i in ids)


def test_a_made_up_quote_is_shown_as_failed_and_does_not_count(
    bench: Bench, rent: Retrieved
) -> None:
    made_up = {"criterion": "动机", "leans": "失责", "quote": "收受好处费两万元", "proof": "查实"}
    report, _ = read(bench, rent, always(Reply(answer(readings=[made_up]))))
    assert report.readings == ()
    assert [(f.kind, f.reason) for f in report.failures] == [("引文", "原文里没有这句话")]


def test_a_quote_without_its_negation_does_not_count(bench: Bench, rent: Retrieved) -> None:
    turned = {"criterion": "程序", "leans": "失误", "quote": "经集体研究", "proof": "查实"}
    report, _ = read(bench, rent, always(Reply(answer(readings=[turned]))))
    assert report.readings == ()
    assert "未" in report.failures[0].reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"criterion": "动机", "quote": "收受礼金", "proof": "查实"}, "紧接着写明“经查不属实”"),
        ({"criterion": "程序", "quote": "未公示租金", "proof": "查否"}, "材料没有写明查过"),
    ],
)
def test_a_proof_that_the_words_do_not_allow_is_shown_as_failed_and_does_not_count(
    bench: Bench, said: dict[str, str], reason: str
) -> None:
    texts = ("某村三年未公示租金。", "群众反映张某收受礼金，经查不属实。")
    text = next(one for one in texts if said["quote"] in one)
    found = retrieve(
        [Finding(id="1", text=text)], bench.index, bench.rules.language, date(2026, 11, 1)
    )[0]
    report, _ = read(
        bench, found, always(Reply(answer(reason="", readings=[said | {"leans": "失责"}])))
    )
    assert report.readings == ()
    (failure,) = report.failures
    assert failure.kind == "引文"
    assert failure.said == f"{said['criterion']} 失责 “{said['quote']}”"
    assert failure.reason.startswith(reason)


def test_a_made_up_citation_is_named_as_failed_and_a_true_one_is_kept(
    bench: Bench, rent: Retrieved
) -> None:
    true = rent.provisions[0].id
    said = f"参照[{true}]和[村民租赁法:99]来看，事情没有经过集体。"
    report, _ = read(bench, rent, always(Reply(answer(reason=said))))
    assert report.cited == (true,)
    assert [f.said for f in report.failures if f.kind == "引用"] == ["村民租赁法:99"]
    assert "〔引用未通过核对：村民租赁法:99〕" in report.explanation


def test_what_the_explanation_cites_can_be_opened(bench: Bench, rent: Retrieved) -> None:
    for hit in rent.provisions[:4]:
        opinion = opine(bench, rent, always(Reply(answer(reason=f"参照[{hit.id}]来看。"))))
        assert hit.id in {c.provision for c in opinion.citations}


def test_a_provision_that_exists_but_was_not_offered_fails(bench: Bench, rent: Retrieved) -> None:
    report, server = read(bench, rent, always(Reply(answer(reason="见[八项规定:1]。"))))
    if "[八项规定:1]" not in server.traffic:
        assert report.cited == ()


def test_a_label_outside_the_vocabulary_is_shown_and_the_built_in_view_counts(
    bench: Bench, rent: Retrieved
) -> None:
    report, _ = read(bench, rent, always(Reply(answer(domain="财务"))))
    assert report.failures[0].said == "领域：财务"
    assert report.named is not None
    assert report.named.domain is None
    assert report.proposal.domain == bench.offline.read([rent])[0].proposal.domain


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("```json\n%s\n```", "code fence"),
        ("好的，以下是我的回答：\n%s\n希望有帮助。", "words around"),
        ("<think>先想一想 {不是答案}</think>%s", "thinking"),
    ],
)
def test_what_can_be_mended_is_mended(bench: Bench, rent: Retrieved, text: str, why: str) -> None:
    report, _ = read(bench, rent, always(Reply(text % answer())))
    assert report.readings, why


def test_a_key_is_in_no_log_and_in_no_body(
    bench: Bench, rent: Retrieved, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    opinion = opine(bench, rent, always(Reply(status=401, body=f"Incorrect API key {KEY}")))
    assert KEY not in caplog.text
    assert KEY not in json.dumps(opinion.line(), ensure_ascii=False)
    report, server = read(bench, rent, always(Reply(answer())))
    assert KEY not in server.traffic
    assert KEY not in report.model_dump_json()
    assert any(KEY in value for headers, _ in server.heard for value in headers.values())


def test_a_model_on_this_machine_is_not_asked_twice_what_it_could_not_answer(
    bench: Bench, rent: Retrieved
) -> None:
    with serving(always(Reply("不知道"))) as server:
        one = reader(bench, server.url)
        with pytest.raises(ReaderError, match="不能用"):
            one.read([rent])
        asked = len(server.bodies)
        with pytest.raises(ReaderError, match="刚才就没有答好"):
            one.read([rent])
        assert len(server.bodies) == asked


BEGINS = "模型 scripted 开始回答，边写边显示，还没有核对，核对之后以意见为准"


def test_clauses_are_told_as_they_come_and_a_raise_stops_the_answer(
    bench: Bench, rent: Retrieved
) -> None:
    class StopError(Exception):
        pass

    told: list[str] = []

    def watch(step: Step) -> None:
        told.append(step.text)
        if len(told) == 2:
            raise StopError

    with serving(always(Reply(answer(), gap=0.02, piece=27))) as server, pytest.raises(StopError):
        reader(bench, server.url).aloud(watch).read([rent])
    assert told == [BEGINS, "模型：事实“未经集体研究”说明程序没"]


def test_an_answer_that_begins_anew_is_told_anew(bench: Bench, rent: Retrieved) -> None:
    told: list[str] = []
    broken = Reply(answer(reason="村里没有开会。"), cut=True, piece=27)
    with serving(in_turn(broken, Reply(answer(), piece=27))) as server:
        reader(bench, server.url).aloud(lambda step: told.append(step.text)).read([rent])
    assert [words for words in told if words.startswith("模型")] == [
        BEGINS,
        "模型：村里没有开会。",
        BEGINS,
        "模型：事实“未经集体研究”说明程序没",
        "模型：有走。结论是失责。",
    ]


def test_half_an_escape_does_not_tell_a_sentence_twice() -> None:
    told: list[str] = []
    aloud = Aloud(lambda step: told.append(step.text), "m", (), Masked(""))
    for piece in ('{"reason": "没有开会。', "没有公示。\\u4e", '2d间没有人管。"}'):
        aloud(piece)
    assert told[1:] == ["模型：没有开会。", "模型：没有公示。", "模型：中间没有人管。"]


def test_the_first_words_come_with_the_first_piece(bench: Bench, rent: Retrieved) -> None:
    told: list[float] = []
    with serving(always(Reply(answer(), gap=0.1, piece=40))) as server:
        began = time.monotonic()
        reader(bench, server.url).aloud(lambda step: told.append(time.monotonic())).read([rent])
    assert told[0] - began < (time.monotonic() - began) / 2


def test_of_several_findings_only_the_one_that_failed_is_read_offline(
    bench: Bench, rent: Retrieved
) -> None:
    other = retrieve(
        [Finding(id="2", text="某局坏掉的电梯三年没有人报修，多次提醒后仍未处理。")],
        bench.index,
        bench.rules.language,
        rent.today,
    )[0]

    def script(body: dict[str, object], before: int) -> Reply:
        return Reply("不知道") if "坏掉" in str(body["messages"]) else Reply(answer())

    with serving(script) as server:
        reports = reader(bench, server.url).read([rent, other, rent])
    assert [report.reader for report in reports] == ["scripted", "offline", "scripted"]
    assert "模型没有给出可用的回答" in reports[1].notes[0]


@pytest.mark.parametrize(
    "reply",
    [Reply(status=429), Reply(status=409), Reply(raw=b'data: {"error": {"message": "x"}}\n\n')],
    ids=["429", "409", "中途报错"],
)
def test_a_service_that_was_busy_for_one_finding_is_asked_for_the_next(
    bench: Bench, rent: Retrieved, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "_TRIES", 1)
    with serving(in_turn(reply, Reply(answer()))) as server:
        reports = reader(bench, server.url).read([rent, rent])
    assert [report.reader for report in reports] == ["offline", "scripted"]


def test_a_service_that_is_gone_is_not_tried_again_for_every_finding(
    bench: Bench, rent: Retrieved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "_TRIES", 1)
    with serving(always(Reply(answer()))) as server:
        pass
    reports = reader(bench, server.url).read([rent, rent])
    assert "连不上" in reports[0].notes[0]
    assert "刚才已经不能用" in reports[1].notes[0]


def test_a_refused_key_is_not_tried_again_for_every_finding(bench: Bench, rent: Retrieved) -> None:
    with serving(always(Reply(status=401))) as server:
        reports = reader(bench, server.url).read([rent] * 40)
    assert {report.reader for report in reports} == {"offline"}
    assert len(server.bodies) <= 4


def test_the_command_line_reads_with_the_model(data_folder: Path, rules: Rules) -> None:
    line = json.dumps({"id": "1", "text": "某村党支部未经集体研究，将村集体门面房低价出租。"})
    with serving(examined(rules, answer())) as server:
        settings = {
            "SANZHEN_DATA": str(data_folder),
            "SANZHEN_MODEL_URL": server.url,
            "SANZHEN_MODEL": "scripted",
            "SANZHEN_MODEL_KEY": KEY,
        }
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "triage", "--reader", "model"],
            input=line,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **settings},
            check=False,
        )
    assert done.returncode == 0, done.stderr
    opinion = json.loads(done.stdout)
    assert opinion["reader"] == "scripted"
    assert opinion["criteria"][0]["span"] == "未经集体研究"
    assert KEY not in done.stdout + done.stderr


PLAIN = "某支部一年没有开党员大会，书记知道要求，上级通报后一直没有安排，也没有补开。"


def with_model(bench: Bench, text: str, said: str) -> Opinion:
    with serving(always(Reply(said))) as server:
        return triage(Finding(id="1", text=text), replace(bench, reader=reader(bench, server.url)))


def test_a_good_model_is_heard_where_the_built_in_reader_is_in_doubt(bench: Bench) -> None:
    text = "某村党支部未经集体研究，将村集体门面房低价出租。"
    assert triage(Finding(id="1", text=text), bench).confidence < 0.8
    for liability, remedy in (("失责", "纠错"), ("待核实", "补充核实")):
        opinion = with_model(bench, text, answer(liability=liability, remedy=remedy))
        assert (opinion.liability, opinion.remedy) == (liability, remedy)


def test_the_day_of_the_finding_is_a_source(bench: Bench) -> None:
    said = answer(reason="事情发生在2021年5月，不是2020年5月。结论是失责。")
    with serving(always(Reply(said))) as server:
        finding = Finding(id="1", text=PLAIN, date=date(2021, 5, 3))
        opinion = triage(finding, replace(bench, reader=reader(bench, server.url)))
    strays = [f.reason for f in opinion.failures if f.reason.startswith("数字无出处")]
    assert strays == ["数字无出处：2020年5月"]


def test_a_model_that_contradicts_plain_facts_is_shown_beside_them(bench: Bench) -> None:
    opinion = with_model(bench, PLAIN, answer(liability="不成立", remedy="澄清", readings=[]))
    assert opinion.liability == "失责"
    assert opinion.needs_review
    assert "模型看作不成立" in opinion.disagreement
    assert any("模型看作不成立" in step.text for step in opinion.steps)


def test_red_lines_win_over_any_model(bench: Bench, rent: Retrieved) -> None:
    text = "村会计李某将集体租金8万元转入自己的银行卡，用于家庭开支。"
    with serving(always(Reply(answer(liability="失误", remedy="容错", readings=[])))) as server:
        with_model = Bench(
            rules=bench.rules,
            index=bench.index,
            reader=reader(bench, server.url),
            offline=bench.offline,
            settings=bench.settings,
        )
        opinion = triage(Finding(id="1", text=text), with_model)
    assert (opinion.liability, opinion.remedy) == ("违纪违法", "移交")
    assert opinion.needs_review


def test_a_stop_is_heard_while_several_findings_are_read(bench: Bench, rent: Retrieved) -> None:
    def stopped(url: str) -> None:
        stopping.heed(lambda: False)
        reader(bench, url).read([rent] * 6)

    with serving(always(Reply(answer()))) as server, pytest.raises(stopping.StoppedError):
        copy_context().run(stopped, server.url)
