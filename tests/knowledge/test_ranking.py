"""Search finds what inspectors ask for in their own words, and stays silent off the subject."""

from assistant.triage import Bench
from benchmarks.retrieval import KINDS, found_by, queries, score, ways
from knowledge.search import search

_EVERY = 4  # a quarter of the queries is enough to see a fall


def test_a_fitting_provision_is_among_the_first_five(bench: Bench) -> None:
    half = queries("aside")[::_EVERY]
    found = found_by(bench.index, half, lambda hit: hit.score)
    assert score(found, half, bench.rules).hit >= 0.85


def test_hybrid_finds_more_than_either_side(bench: Bench) -> None:
    half = queries("tune")[::_EVERY]
    recalls = {
        name: score(found_by(bench.index, half, key), half, bench.rules).recall
        for name, key in ways(bench.index).items()
    }
    assert recalls["hybrid"] == max(recalls.values())


def test_questions_off_the_subject_find_nothing(bench: Bench) -> None:
    asked = queries("off")
    silent = [search(q.text, bench.index, bench.rules)["status"] == "no_match" for q in asked]
    assert sum(silent) / len(asked) >= 0.9


def test_every_query_names_ids_that_exist(bench: Bench) -> None:
    for half in ("tune", "aside"):
        for query in queries(half):
            for each in query.fits:
                assert each in bench.rules.provisions or each in bench.rules.method, query.id


def test_a_provision_is_reached_through_the_pattern_that_rests_on_it(bench: Bench) -> None:
    pattern = next(iter(bench.rules.patterns.values()))
    hits = bench.index.search(pattern.name, limit=10, kinds=KINDS)
    assert set(pattern.rule) & {hit.id for hit in hits}
