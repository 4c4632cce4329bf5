from datetime import date

import pytest

from assistant.cite import METHOD
from assistant.lookup import documents, look_up
from assistant.triage import Bench
from knowledge.errors import IndexUnavailableError

DISCIPLINE = "中国共产党纪律处分条例"


class BrokenIndex:
    def survey(self, *_: object, **__: object) -> None:
        raise IndexUnavailableError("索引坏了")


def test_a_question_off_the_subject_finds_nothing(bench: Bench) -> None:
    assert look_up("明天股票会不会涨", "", None, bench.index, bench.rules).status == "no_match"


def test_a_broken_index_is_not_the_same_as_nothing_found(bench: Bench) -> None:
    found = look_up("党课", "", None, BrokenIndex(), bench.rules)  # type: ignore[arg-type]
    assert (found.status, found.why) == ("unavailable", "索引坏了")


def test_words_find_the_provision_and_the_problems_that_rest_on_it(bench: Bench) -> None:
    found = look_up("党课多久上一次", "", None, bench.index, bench.rules)
    assert found.entries[0].cited.article == "第十六条"
    assert found.problems[0].name in found.entries[0].problems
    assert found.problems[0].questions


def test_a_document_narrows_provisions_and_problems(bench: Bench) -> None:
    found = look_up("公款送礼", DISCIPLINE, None, bench.index, bench.rules)
    assert {entry.cited.document for entry in found.entries} == {DISCIPLINE}
    for problem in found.problems:
        assert DISCIPLINE in {cited.document for cited in problem.rules}


def test_a_document_alone_lists_what_was_in_force_on_the_day(bench: Bench) -> None:
    every = look_up("", DISCIPLINE, None, bench.index, bench.rules).entries
    then = look_up("", DISCIPLINE, date(2019, 5, 1), bench.index, bench.rules).entries
    assert 0 < len(then) < len(every)
    assert all(entry.cited.in_force is not False for entry in then)
    assert any(entry.cited.in_force is False for entry in every)


@pytest.mark.parametrize("words", ["", "  ", "……"])
def test_no_words_and_no_document_find_nothing(words: str, bench: Bench) -> None:
    assert look_up(words, "", None, bench.index, bench.rules).status == "no_match"


def test_the_method_is_a_document_too(bench: Bench) -> None:
    assert documents(bench.rules)[0] == METHOD
    found = look_up("", METHOD, None, bench.index, bench.rules)
    assert len(found.entries) == len(bench.rules.method)
