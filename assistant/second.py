"""Two readers heard together: the built-in reader's shares, and the label that a model names.

A model is believed as far as it has shown to be right (skill): the label it names weighs
skill to (1 − skill) spread over the others. Two good readers that disagree leave it open; a
model that is little better than guessing is shown and does not count.
Source  Bayes' rule, both readers taken as independent; numbers in library/judgement.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar

from assistant.contract import Named

Label = TypeVar("Label", bound=str)
_SMALLEST = 1e-4


def heard(
    shares: Mapping[Label, float],
    named: Named | None,
    head: Literal["domain", "liability", "remedy"],
) -> dict[Label, float]:
    """The shares after hearing what a model names; they sum to 1 over the same labels."""
    said = getattr(named, head, None)
    if named is None or said not in shares or not named.counts:
        return dict(shares)
    other = (1.0 - named.skill) / (len(shares) - 1)
    weighed = {
        name: max(share, _SMALLEST) * (named.skill if name == said else other)
        for name, share in shares.items()
    }
    total = sum(weighed.values())
    return {name: value / total for name, value in weighed.items()}
