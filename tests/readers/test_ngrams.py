"""The n-gram view: shares that sum to one, the same for what only looks different."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.contract import DOMAINS, LIABILITIES, REMEDIES
from assistant.readers.ngrams import grams, load, prepare

MODEL = load()
HEADS = {"domain": DOMAINS, "liability": LIABILITIES, "remedy": REMEDIES}
TEXT = "某村2023年没有开会，书记知道。"


@pytest.mark.parametrize("name", HEADS)
def test_every_label_of_the_contract_has_a_share(name: str) -> None:
    assert set(MODEL.heads[name].labels) == set(HEADS[name])


@given(st.text(max_size=60))
def test_shares_sum_to_one_on_any_text(text: str) -> None:
    for shares in MODEL.shares(text, *HEADS).values():
        assert np.isfinite(shares).all()
        assert float(shares.sum()) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    "other",
    [TEXT.replace("，", ","), TEXT.replace("2023", "1998"), TEXT.replace("没有", "没 有\n")],
    ids=["半角逗号", "别的年份", "断行"],
)
def test_width_numbers_and_line_breaks_do_not_matter(other: str) -> None:
    assert prepare(other) == prepare(TEXT)


def test_grams_are_the_strings_of_one_to_four_characters() -> None:
    assert grams("甲乙甲") == {"甲": 2, "乙": 1, "甲乙": 1, "乙甲": 1, "甲乙甲": 1}
    assert not grams("")
