"""Two readers heard together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.contract import LIABILITIES, Liability, Named
from assistant.second import heard

SHARES: dict[Liability, float] = {
    "失误": 0.1,
    "失责": 0.6,
    "违纪违法": 0.05,
    "待核实": 0.2,
    "不成立": 0.05,
}
shares_of_all = st.lists(st.floats(0, 1), min_size=5, max_size=5).map(
    lambda row: dict(zip(LIABILITIES, [x / (sum(row) or 1) for x in row], strict=True))
)


@given(shares_of_all, st.sampled_from(LIABILITIES), st.floats(0, 1))
def test_shares_sum_to_one_over_the_same_labels(
    shares: dict[Liability, float], label: Liability, skill: float
) -> None:
    after = heard(shares, Named(liability=label, skill=min(max(skill, 0.01), 0.99)), "liability")
    assert set(after) == set(shares)
    assert sum(after.values()) == pytest.approx(1)


@given(shares_of_all, st.sampled_from(LIABILITIES))
def test_the_better_the_model_the_more_its_label_weighs(
    shares: dict[Liability, float], label: Liability
) -> None:
    weighed = [
        heard(shares, Named(liability=label, skill=s), "liability")[label] for s in (0.6, 0.9)
    ]
    assert weighed[0] <= weighed[1] + 1e-9


def test_guessing_moves_nothing() -> None:
    after = heard(SHARES, Named(liability="失误", skill=0.2), "liability")
    assert after == pytest.approx(SHARES)


def test_a_model_that_does_not_count_and_a_word_it_does_not_know_move_nothing() -> None:
    weak = Named(liability="失误", skill=0.9, counts=False)
    assert heard(SHARES, weak, "liability") == SHARES
    assert heard(SHARES, Named(skill=0.9), "liability") == SHARES
    assert heard(SHARES, None, "liability") == SHARES


def test_a_good_model_decides_where_the_built_in_reader_is_not_sure() -> None:
    after = heard(SHARES, Named(liability="待核实", skill=0.95), "liability")
    assert max(after, key=after.__getitem__) == "待核实"


def test_a_good_model_does_not_overrule_what_is_as_good_as_certain() -> None:
    certain = {name: 0.998 if name == "违纪违法" else 0.0005 for name in LIABILITIES}
    after = heard(certain, Named(liability="失误", skill=0.95), "liability")
    assert max(after, key=after.__getitem__) == "违纪违法"
