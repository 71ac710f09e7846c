"""Probabilities, thresholds and abstention, and the file they are kept in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corroborate.errors import ModelError
from corroborate.judge.decision import STANCES, Calibration, document, read
from corroborate.judge.features import NAMES
from corroborate.types import Stance

if TYPE_CHECKING:
    from pathlib import Path

FEATURES = len(NAMES)
LOGITS = st.lists(st.floats(-20, 20), min_size=3, max_size=3)


def _thresholds(agrees: float, conflicts: float, unrelated: float) -> dict[Stance, float]:
    return dict(zip(STANCES, (agrees, conflicts, unrelated), strict=True))


@given(LOGITS)
def test_default_is_softmax(logits: list[float]) -> None:
    """Without a calibration, a network's probabilities are taken as they are."""
    (found,) = Calibration().probabilities(np.array([logits]), np.zeros((1, FEATURES)))
    expected = np.exp(logits) / np.exp(logits).sum()
    assert expected == pytest.approx(found)


@given(LOGITS, st.floats(0.1, 5), st.lists(st.floats(0, 1), min_size=FEATURES, max_size=FEATURES))
def test_sum_to_one(logits: list[float], temperature: float, features: list[float]) -> None:
    """Probabilities sum to one whatever the parameters."""
    made = Calibration(
        temperature=temperature,
        bias=np.array([0.5, -1.0, 0.0]),
        weights=np.ones((3, FEATURES)) * np.array([[1.0], [-2.0], [0.0]]),
    )
    found = made.probabilities(np.array([logits]), np.array([features]))
    assert pytest.approx(1.0) == found.sum()


def test_weights_move_their_stance() -> None:
    """A feature with a weight for a stance raises it, and only where the feature is seen."""
    weights = np.zeros((3, FEATURES))
    weights[1, NAMES.index("number conflict")] = 2.0
    features = np.zeros((2, FEATURES))
    features[1, NAMES.index("number conflict")] = 1.0
    without, seen = Calibration(weights=weights).probabilities(np.zeros((2, 3)), features)
    assert pytest.approx([1 / 3] * 3) == without
    assert seen[1] == pytest.approx(np.e**2 / (np.e**2 + 2))


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ((0.7, 0.1, 0.2), (Stance.AGREES, False)),
        ((0.4, 0.45, 0.15), (Stance.CONFLICTS, False)),
        ((0.3, 0.1, 0.6), (Stance.UNRELATED, False)),
        ((0.45, 0.2, 0.35), (Stance.UNRELATED, True)),
    ],
)
def test_stance(probabilities: tuple[float, ...], expected: tuple[Stance, bool]) -> None:
    """The stance furthest over its threshold is asserted; where none is, the judge abstains."""
    made = Calibration(thresholds=_thresholds(0.5, 0.4, 0.5))
    assert expected == made.stance(np.array(probabilities))


def test_file(tmp_path: Path) -> None:
    """A calibration that was written decides as before when it is read."""
    made = Calibration(
        temperature=1.25,
        bias=np.array([0.5, -0.25, 0.0]),
        weights=np.arange(3 * FEATURES).reshape(3, FEATURES) / 8,
        thresholds=_thresholds(0.5, 0.625, 0.375),
    )
    file = tmp_path / "calibration.json"
    file.write_text(json.dumps(document(made)))
    found = read(file)
    assert document(made) == document(found)
    assert read(tmp_path / "none.json").temperature == 1.0


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"temperature": "warm"}', "\udcff"])
def test_broken_file(tmp_path: Path, text: str) -> None:
    """A file that is no calibration is named, with what to do."""
    file = tmp_path / "calibration.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError, match=r"calibration\.json is no calibration"):
        read(file)
