"""What the network cannot see well: numbers, the names of the event, and time.

Few, bounded and readable, since the decision is fitted on under a thousand pairs. None of them
decides alone: each moves the calibrated probabilities by a weight that
``training/calibrate.py`` finds, with a sign that is given here. Cues of a reported denial and
shared content words were tried too and left out: beside the network, which reads both well,
their fitted weights were zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.typing import NDArray

from corroborate.numbers.compare import compare
from corroborate.numbers.context import names, told
from corroborate.types import NumberComparison, NumberOutcome, Pair

#: The features in their order, each with the stance it speaks for (+) or against (-).
SIGNS: dict[str, dict[str, int]] = {
    # Some quantity is the same and none conflicts.
    "number same": {"agrees": 1},
    # Some quantity conflicts and none is the same.
    "number conflict": {"conflicts": 1, "agrees": -1},
    # A count that has moved on, or of another scope, and nothing that is the same.
    "number other": {"conflicts": -1, "agrees": -1},
    # Share of the claim's names that neither passage nor title has.
    "claim names missing": {"conflicts": -1, "agrees": -1},
    # Logarithm of the days between the two, where both are known, beyond the first.
    "days apart": {"conflicts": -1, "agrees": -1},
}
NAMES = tuple(SIGNS)
#: Days that count as one moment, and beyond which more days say no more.
NEAR, FAR = 1, 30


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen in a pair beside the network's logits."""

    #: Shape ``(len(NAMES),)``, each about 0 to 1.
    features: NDArray[np.float64]
    numbers: tuple[NumberComparison, ...]


def observe(pair: Pair) -> Observed:
    """Return the features of a pair and the numbers it compares."""
    numbers = compare(pair.claim, pair.passage, pair.claim_date, pair.date, pair.title)
    outcomes = {n.outcome for n in numbers}
    same = NumberOutcome.SAME in outcomes or NumberOutcome.ROUNDED in outcomes
    conflict = NumberOutcome.CONFLICT in outcomes
    other = bool(outcomes & {NumberOutcome.UPDATE, NumberOutcome.OTHER_SCOPE})
    context = f"{pair.title or ''} . {pair.passage}"
    features = [
        float(same and not conflict),
        float(conflict and NumberOutcome.SAME not in outcomes),
        float(other and not same and not conflict),
        1 - told(names(pair.claim), context),
        _apart(pair),
    ]
    return Observed(np.array(features), tuple(numbers))


def _apart(pair: Pair) -> float:
    if pair.claim_date is None or pair.date is None:
        return 0.0
    days = min(abs((pair.date - pair.claim_date).days), FAR)
    return log1p(max(0, days - NEAR)) / log1p(FAR - NEAR)
