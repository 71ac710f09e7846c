"""Fitting the decision, and the figures it is held to."""

from __future__ import annotations

import numpy as np
import pytest

from corroborate.judge.decision import STANCES
from corroborate.judge.features import NAMES, SIGNS
from corroborate.types import Stance
from training.calibrate import (
    MOST_FALSE_CONFLICTS,
    MOST_WEIGHT,
    Rows,
    asserted,
    choose_thresholds,
    fit,
    out_of_fold,
)
from training.metrics import (
    CONFLICTS,
    calibration_error,
    conflict_precision,
    false_conflicts,
    reliability,
)


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Rows of an overconfident network whose missed conflicts have numbers in conflict."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 3, 900)
    logits = rng.normal(0, 1.0, (900, 3))
    logits[np.arange(900), labels] += 1.5
    features = np.zeros((900, len(NAMES)))
    hit = rng.random(900) < 0.5
    features[:, NAMES.index("number conflict")] = (labels == CONFLICTS) & hit
    return Rows(4 * logits, features, labels, np.arange(900) // 3, rng.random(900) < 0.4)


def test_fit(rows: Rows) -> None:
    """An overconfident network is cooled, and a telling feature gets a weight of its sign."""
    made = fit(rows)
    assert made.temperature > 2
    weight = made.weights[CONFLICTS, NAMES.index("number conflict")]
    assert 0.5 < weight <= MOST_WEIGHT
    for i, name in enumerate(NAMES):
        for j, stance in enumerate(STANCES):
            assert made.weights[j, i] * SIGNS[name].get(stance.value, 0) >= 0


def test_calibrated_out_of_fold(rows: Rows) -> None:
    """Probabilities of rows that the fit has not seen mean what they say."""
    probabilities = out_of_fold(rows)
    plain = np.exp(rows.logits - np.logaddexp.reduce(rows.logits, axis=1, keepdims=True))
    assert calibration_error(probabilities, rows.labels) < 0.05
    assert calibration_error(plain, rows.labels) > 0.1


def test_thresholds(rows: Rows) -> None:
    """The thresholds that are chosen keep false conflicts as rare as was asked."""
    probabilities = out_of_fold(rows)
    said = asserted(probabilities, choose_thresholds(rows, probabilities))
    natural = ~rows.written
    assert false_conflicts(rows.labels[natural], said[natural]) <= MOST_FALSE_CONFLICTS


def test_asserted() -> None:
    """Thresholds act on many rows as on one."""
    thresholds = {Stance.AGREES: 0.5, Stance.CONFLICTS: 0.4, Stance.UNRELATED: 0.5}
    rows = np.array([[0.7, 0.1, 0.2], [0.4, 0.45, 0.15], [0.45, 0.2, 0.35]])
    assert asserted(rows, thresholds).tolist() == [0, 1, 2]


def test_figures() -> None:
    """Calibration error, false conflicts, precision and recall are what their names say."""
    probabilities = np.array([[0.9, 0.05, 0.05], [0.85, 0.1, 0.05], [0.1, 0.8, 0.1]])
    labels, said = np.array([0, 2, 1]), np.array([0, 1, 1])
    # The second and third prediction share a bin: 0.825 predicted, half came true.
    assert calibration_error(probabilities, labels) == pytest.approx((2 * 0.325 + 0.1) / 3)
    assert false_conflicts(labels, said) == 0.5
    assert conflict_precision(labels, said) == (0.5, 1.0)
    (low, high) = reliability(np.array([0.1, 0.12, 0.95]), np.array([False, True, True]))
    assert (low.count, low.observed, high.count, high.observed) == (2, 0.5, 1, 1.0)
