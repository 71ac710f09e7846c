"""The figures a judge is held to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_score, recall_score

from corroborate.types import Stance

AGREES, CONFLICTS, UNRELATED = range(3)
STANCES = tuple(Stance)
#: Bins of equal width in which predicted probability is held against what came true.
BINS = 10

Labels = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """A range of predicted probabilities."""

    #: Mean of the predictions, share that came true, how many there were.
    predicted: float
    observed: float
    count: int


def reliability(predicted: Floats, true: NDArray[np.bool_]) -> list[Bin]:
    """Return the reliability curve of predictions, empty bins left out."""
    which = np.minimum((predicted * BINS).astype(int), BINS - 1)
    return [
        Bin(float(predicted[chosen].mean()), float(true[chosen].mean()), int(chosen.sum()))
        for chosen in (which == i for i in range(BINS))
        if chosen.any()
    ]


def calibration_error(probabilities: Floats, labels: Labels) -> float:
    """Return the expected calibration error of the likeliest stance (Guo et al. 2017)."""
    likeliest = probabilities.argmax(1)
    bins = reliability(probabilities.max(1), likeliest == labels)
    return sum(b.count * abs(b.predicted - b.observed) for b in bins) / max(1, len(labels))


def false_conflicts(labels: Labels, said: Labels) -> float:
    """Return the share of the pairs that do not conflict but are said to."""
    innocent = labels != CONFLICTS
    return float((said[innocent] == CONFLICTS).mean()) if innocent.any() else 0.0


def each_f1(labels: Labels, said: Labels) -> Floats:
    """Return F1 of agrees, conflicts and unrelated; their mean is macro-F1."""
    return np.asarray(
        f1_score(labels, said, labels=[0, 1, 2], average=None, zero_division=0.0), np.float64
    )


def conflict_precision(labels: Labels, said: Labels) -> tuple[float, float]:
    """Return precision and recall of "conflicts"."""
    hit, cried = labels == CONFLICTS, said == CONFLICTS
    return (
        float(precision_score(hit, cried, zero_division=0.0)),
        float(recall_score(hit, cried, zero_division=0.0)),
    )
