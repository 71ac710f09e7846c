"""What code sees in a pair and the network sees badly: numbers, names, days, denials."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from corroborate.types import NumberComparison, NumberOutcome, Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The inputs of the decision beside the logits, each in [0, 1].
FEATURES = (
    "numbers conflict",  # a quantity of the same measure differs
    "numbers agree",  # every compared quantity is the same or rounded
    "names shared",  # share of the claim's names that the passage or its title has
    "far in time",  # days between the two, 14 or more is 1
)
_FAR_DAYS = 14
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][\w’'-]+")
_AGREEING = frozenset({NumberOutcome.SAME, NumberOutcome.ROUNDED})


def features(pair: Pair, numbers: list[NumberComparison]) -> NDArray[np.float32]:
    """Return the features of a pair, shape ``(len(FEATURES),)``."""
    outcomes = {n.outcome for n in numbers}
    conflict = NumberOutcome.CONFLICT in outcomes
    agree = bool(outcomes) and outcomes <= _AGREEING
    return np.array([conflict, agree, _shared_names(pair), _distance(pair)], dtype=np.float32)


def _shared_names(pair: Pair) -> float:
    names = {_stem(name) for name in _NAME.findall(pair.claim)}
    if not names:
        return 0.5
    there = f"{pair.title or ''} {pair.passage}".lower()
    return sum(name in there for name in names) / len(names)


def _stem(name: str) -> str:
    """Return what "Syria", "Syrian" and "Syria's" have in common, roughly."""
    return name.lower().removesuffix("’s").removesuffix("'s")[:6]


def _distance(pair: Pair) -> float:
    if pair.claim_date is None or pair.date is None:
        return 0.0
    return min(abs((pair.date - pair.claim_date).days) / _FAR_DAYS, 1.0)
