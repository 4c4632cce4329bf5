from dataclasses import replace
from datetime import date

from assistant.answer import Answer
from assistant.contract import Opinion, RedLine, View
from assistant.pages import cases
from assistant.pages.cases import Row, Thread, Turn

DAY = date(2022, 3, 1)


def finished(thread: Thread, liability: str = "失责") -> Thread:
    while thread.job is not None:
        id_ = thread.job.waiting[0]
        opinion = Opinion.model_validate({"id": id_, "liability": liability})
        thread = cases.done(thread, id_, opinion)
    return thread


def begun(*texts: str) -> Thread:
    return cases.take_up(cases.new_thread(texts[0]), texts, DAY)


def test_one_finding_becomes_a_case_and_several_a_batch() -> None:
    assert finished(begun("甲")).turns[-1].kind == "case"
    batch = finished(begun("甲", "乙", "丙")).turns[-1]
    assert batch.kind == "batch"
    assert len(batch.cases) == 3


def test_the_turn_is_shown_only_when_every_opinion_is_there() -> None:
    thread = begun("甲", "乙")
    assert thread.job is not None
    half = cases.done(thread, thread.job.waiting[0], Opinion(id="1"))
    assert half.turns == ()
    assert half.job is not None
    assert len(half.job.waiting) == 1


def test_giving_up_keeps_what_is_finished() -> None:
    thread = begun("甲", "乙")
    assert thread.job is not None
    stopped = cases.give_up(cases.done(thread, thread.job.waiting[0], Opinion(id="1")))
    assert stopped.job is None
    assert [len(case.opinions) for case in stopped.cases.values()] == [1, 0]
    assert stopped.turns[-1].kind == "batch"


def test_an_added_fact_leaves_the_finding_as_it_was_and_follows_it() -> None:
    thread = finished(begun("甲事"))
    again = finished(cases.add_fact(thread, thread.chosen, "开过会"), "失误")
    case = again.cases[again.chosen]
    assert case.finding.text == "甲事\n开过会"
    assert case.finding.date == DAY
    assert case.changed == ("责任由“失责”改为“失误”。",)


def test_only_the_newest_turn_of_a_case_is_drawn_in_full() -> None:
    thread = finished(begun("甲事"))
    again = finished(cases.add_fact(thread, thread.chosen, "开过会"))
    places = [place for place, turn in enumerate(again.turns) if turn.kind == "case"]
    assert [cases.is_latest(again, place) for place in places] == [False, True]


def test_a_fact_for_one_of_several_brings_the_whole_batch_again() -> None:
    thread = finished(begun("甲", "乙"))
    second = thread.turns[-1].cases[1]
    again = cases.add_fact(thread, second, "开过会")
    assert again.job is not None
    assert again.job.waiting == (second,)
    assert again.job.turn.cases == thread.turns[-1].cases


def test_merging_triages_only_what_is_new() -> None:
    thread = finished(begun("甲", "乙", "丙"))
    merged = cases.regroup(thread, thread.turns[-1].cases, ("甲\n乙", "丙"))
    assert merged.job is not None
    assert [merged.cases[id_].text for id_ in merged.job.turn.cases] == ["甲\n乙", "丙"]
    assert [merged.cases[id_].text for id_ in merged.job.waiting] == ["甲\n乙"]
    assert all(case.day == DAY for case in merged.cases.values())


def test_splitting_keeps_the_order() -> None:
    thread = finished(begun("甲\n乙", "丙"))
    split = finished(cases.regroup(thread, thread.turns[-1].cases, ("甲", "乙", "丙")))
    assert [split.cases[id_].text for id_ in split.turns[-1].cases] == ["甲", "乙", "丙"]


def test_two_findings_with_the_same_words_stay_two() -> None:
    thread = finished(begun("甲", "甲", "乙"))
    again = cases.regroup(thread, thread.turns[-1].cases, ("甲", "甲\n乙"))
    assert again.job is not None
    assert len(set(again.job.turn.cases)) == 2


def test_a_short_answer_takes_its_question_along_and_a_sentence_does_not() -> None:
    assert cases.fact_from("是否集体研究？", " 没有 ") == "是否集体研究：没有"
    assert cases.fact_from("是否集体研究？", "经支委会三次集体研究") == "经支委会三次集体研究"


def test_a_title_is_one_short_line() -> None:
    assert cases.new_thread("甲\n乙 " + "丙" * 40).title == "甲 乙 " + "丙" * 12 + "…"


def test_ids_say_nothing_and_do_not_repeat() -> None:
    ids = {cases.new_id() for _ in range(100)}
    assert len(ids) == 100
    assert min(map(len, ids)) >= 16


def test_a_failed_opinion_is_not_compared() -> None:
    thread = finished(begun("甲"))
    case = thread.cases[thread.chosen]
    failed = replace(case, opinions=(*case.opinions, Opinion(id="1", error="坏了")))
    assert failed.changed == ()


def test_what_was_said_waits_for_the_desk() -> None:
    heard = cases.hear(cases.new_thread("甲"), "甲", DAY)
    assert heard.turns == (Turn("said", text="甲"),)
    assert (heard.unread, heard.day) == ("甲", DAY)


def test_a_message_waits_behind_one_that_is_not_taken_in_yet() -> None:
    thread = cases.hear(cases.hear(cases.new_thread("甲"), "甲", DAY), "乙", DAY)
    assert thread.unread == "甲\n\n乙"
    rows = (Row("丙", date(2016, 1, 1)),)
    assert cases.hear(thread, "1．丙", DAY, rows).rows == (Row("甲\n\n乙", DAY), *rows)


def test_findings_of_a_file_are_judged_on_their_own_days() -> None:
    own = date(2016, 1, 1)
    thread = cases.take_up(cases.new_thread("甲"), ("甲", "乙"), DAY, (own, None))
    assert [case.day for case in thread.cases.values()] == [own, DAY]


def test_what_is_added_is_not_agreed_to_yet() -> None:
    thread = finished(cases.agree(begun("甲事"), "send"))
    assert thread.cases[thread.chosen].consent == "send"
    assert cases.add_fact(thread, thread.chosen, "开过会").cases[thread.chosen].consent == ""


def test_an_opinion_after_a_failed_one_is_compared_with_the_last_that_stood() -> None:
    thread = finished(begun("甲"))
    case = thread.cases[thread.chosen]
    failed, better = Opinion(id="1", error="坏了"), Opinion(id="1", liability="失误")
    again = replace(case, opinions=(*case.opinions, failed, better))
    assert again.changed == ("责任由“失责”改为“失误”。",)
    assert replace(case, opinions=(failed, better)).before is None


def test_a_fact_that_was_given_up_leaves_the_opinion_behind() -> None:
    thread = finished(begun("甲事"))
    assert not thread.cases[thread.chosen].stale
    left = cases.give_up(cases.add_fact(thread, thread.chosen, "开过会"))
    case = left.cases[left.chosen]
    assert case.stale
    assert case.read is not None
    assert (case.read.text, case.finding.text) == ("甲事", "甲事\n开过会")
    assert not finished(cases.again(left, case)).cases[case.id].stale


def test_merging_and_splitting_lose_no_added_fact_and_no_objection() -> None:
    thread = finished(begun("甲", "乙", "丙"))
    ids = thread.turns[-1].cases
    thread = finished(cases.add_fact(finished(cases.add_fact(thread, ids[0], "戊")), ids[2], "己"))
    held = replace(thread.cases[ids[0]], objections=("不同意",))
    thread = replace(thread, cases={**thread.cases, ids[0]: held})
    merged = finished(cases.regroup(thread, ids, ("甲\n戊\n乙", "丙\n己")))
    one, other = (merged.cases[id_] for id_ in merged.turns[-1].cases)
    assert (one.finding.text, one.objections) == ("甲\n戊\n乙", ("不同意",))
    assert other == thread.cases[ids[2]]
    split = finished(cases.regroup(merged, (one.id, other.id), ("甲\n戊", "乙", "丙\n己")))
    parts = [split.cases[id_] for id_ in split.turns[-1].cases]
    assert [part.objections for part in parts] == [("不同意",), ("不同意",), ()]


MODEL = View(by="模型", domain="业务", liability="失误", remedy="容错")
BUILT_IN = View(by="内置阅读", domain="业务", liability="失责", remedy="纠错")


def test_a_choice_is_kept_taken_back_and_outlives_an_opinion_with_the_same_sides() -> None:
    opinion = Opinion(id="1", liability="待核实", views=(MODEL, BUILT_IN))
    thread = begun("甲事")
    thread = cases.done(thread, thread.chosen, opinion)
    chosen = cases.choose(thread, thread.chosen, MODEL)
    assert chosen.cases[chosen.chosen].choice == MODEL
    assert cases.choose(chosen, chosen.chosen, None).cases[chosen.chosen].choice is None
    again = cases.add_fact(chosen, chosen.chosen, "开过会")
    assert cases.done(again, again.chosen, opinion).cases[again.chosen].choice == MODEL
    failed = cases.done(again, again.chosen, Opinion(id="1", error="读不了"))
    assert cases.done(failed, failed.chosen, opinion).cases[failed.chosen].choice == MODEL
    moved = cases.done(again, again.chosen, Opinion(id="1", liability="失误"))
    assert moved.cases[moved.chosen].choice is None


def test_no_side_that_excuses_what_crosses_a_red_line_can_be_taken() -> None:
    thread = begun("甲事")
    line = RedLine(
        rule="明令禁止后再犯", provision="甲法:1", refers=False, span="甲", start=0, end=1
    )
    opinion = Opinion(id="1", liability="失责", red_lines=(line,), views=(MODEL, BUILT_IN))
    case = cases.done(thread, thread.chosen, opinion).cases[thread.chosen]
    assert case.choices == (BUILT_IN,)
    referring = opinion.model_copy(
        update={"red_lines": (line.model_copy(update={"refers": True}),), "liability": "违纪违法"}
    )
    assert replace(case, opinions=(referring,)).choices == ()


def test_questions_on_a_case_are_decided_one_at_a_time_and_talk_is_kept_by_case() -> None:
    thread = finished(begun("甲事", "乙事"))
    one, other = thread.turns[-1].cases
    for about, asked in ((one, "问甲"), (other, "问乙")):
        thread = cases.say(thread, Turn("ask", text="全文", kept=asked, about=about))
    decided = cases.decide(thread, len(thread.turns) - 2, "send")
    assert decided.ask is not None
    assert (decided.ask.question, decided.ask.shown) == ("问甲", "全文")
    assert decided.turns[-2].settled
    assert cases.decide(decided, len(thread.turns) - 1, "send") == decided
    told = Turn("answer", answer=Answer(text="答甲", status="found"), kept="问甲", about=one)
    talked = cases.say(decided, told)
    assert cases.talked(talked, one) == (("问甲", "答甲"),)
    assert cases.talked(talked, other) == ()
