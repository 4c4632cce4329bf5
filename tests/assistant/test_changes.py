from assistant.changes import changes
from assistant.contract import Leans, Opinion, Reading, RedLine


def reading(leans: Leans, span: str = "集体研究") -> Reading:
    return Reading(criterion="程序", leans=leans, span=span, start=0, end=len(span))


def opinion(**fields: object) -> Opinion:
    return Opinion.model_validate({"id": "1", "needs_review": False, **fields})


def test_the_same_opinion_twice_has_no_changes() -> None:
    same = opinion(liability="失责", criteria=(reading("失责"),), questions=("谁决定的？",))
    assert changes(same, same) == ()


def test_each_label_that_moved_is_named_with_both_values() -> None:
    before = opinion(domain="业务", liability="待核实", remedy="补充核实")
    after = opinion(domain="业务", liability="失误", remedy="容错")
    assert changes(before, after) == (
        "责任由“待核实”改为“失误”。",
        "处置由“补充核实”改为“容错”。",
    )


def test_a_reading_that_changed_sides_quotes_the_new_words() -> None:
    moved = changes(opinion(criteria=(reading("未知"),)), opinion(criteria=(reading("失误"),)))
    assert moved == ("“程序”由未知变为倾向失误，依据是“集体研究”。",)


def test_a_new_and_a_dropped_reading_are_told() -> None:
    none, one = opinion(), opinion(criteria=(reading("失责"),))
    assert changes(none, one) == ("“程序”新判断为倾向失责，依据是“集体研究”。",)
    assert changes(one, none) == ("“程序”不再有判断，原来是倾向失责。",)


def test_readings_on_both_sides_are_told_as_both() -> None:
    after = opinion(criteria=(reading("失责"), reading("失误")))
    assert changes(opinion(criteria=(reading("失责"),)), after) == (
        "“程序”由倾向失责变为两边都有，依据是“集体研究”。",
    )


def test_settled_and_new_questions_are_told_apart() -> None:
    moved = changes(opinion(questions=("谁决定的？",)), opinion(questions=("钱在哪里？",)))
    assert moved == ("不再需要核实：谁决定的？", "还需要核实：钱在哪里？")


def test_a_red_line_is_told_once_however_often_it_is_crossed() -> None:
    line = RedLine(rule="谋取私利", provision="甲法:1", refers=True, span="私卡", start=0, end=2)
    after = opinion(red_lines=(line, line.model_copy(update={"start": 5, "end": 7})))
    assert changes(opinion(), after) == ("新触及红线“谋取私利”：“私卡”。",)
    assert changes(after, opinion()) == ("不再触及红线“谋取私利”。",)


def test_confidence_is_told_from_a_tenth_on() -> None:
    assert changes(opinion(confidence=0.5), opinion(confidence=0.59)) == ()
    assert changes(opinion(confidence=0.5), opinion(confidence=0.75)) == ("把握由 50% 升到 75%。",)


def test_review_that_begins_or_ends_is_told() -> None:
    assert changes(opinion(), opinion(needs_review=True)) == ("现在需要人工复核。",)
    assert changes(opinion(needs_review=True), opinion()) == ("不再要求人工复核。",)
