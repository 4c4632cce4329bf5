from dataclasses import replace
from datetime import date

from assistant.contract import Opinion
from assistant.pages import cases
from assistant.pages.cases import Thread, Turn

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
