"""Turns logits and features into calibrated probabilities, and these into a stance.

A multinomial logistic model. With ``z`` the network's log-softmax over agrees, conflicts and
unrelated, and ``f`` the features of :mod:`corroborate.judge.features`, the probabilities are
``softmax(z / T + b + W f)`` with a temperature ``T``, a bias ``b`` per stance and weights ``W``
that are zero wherever a feature has no business. "Unrelated" is the reference: its bias and
weights are zero. So the network ranks, and a dozen numbers correct what it is known to overlook
(Guo et al. 2017, "On Calibration of Modern Neural Networks", for the temperature).

The stance whose probability exceeds its threshold by the greatest factor is asserted; where none
reaches its threshold the judge abstains.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corroborate.errors import ModelError
from corroborate.judge.features import NAMES
from corroborate.types import Probabilities, Stance

STANCES = tuple(Stance)
#: Thresholds of a model that was never calibrated here: plain majority, conflict held back,
#: since an uncalibrated model cries conflict far too often.
DEFAULT_THRESHOLDS = {Stance.AGREES: 0.5, Stance.CONFLICTS: 0.75, Stance.UNRELATED: 0.34}


@dataclass(frozen=True, slots=True)
class Calibration:
    """The numbers of the decision; the defaults leave a network's probabilities as they are."""

    temperature: float = 1.0
    #: Added to the logits of agrees, conflicts and unrelated, shape ``(3,)``.
    bias: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))
    #: Weight of each feature for each stance, shape ``(3, len(NAMES))``.
    weights: NDArray[np.float64] = field(default_factory=lambda: np.zeros((3, len(NAMES))))
    #: Least probability at which a stance is asserted.
    thresholds: Mapping[Stance, float] = field(default_factory=lambda: dict(DEFAULT_THRESHOLDS))

    def probabilities(
        self, logits: NDArray[np.floating[Any]], features: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return calibrated probabilities, shape ``(n, 3)``.

        Args:
            logits: The network's, shape ``(n, 3)``.
            features: Shape ``(n, len(NAMES))``.
        """
        scores = log_softmax(logits) / self.temperature + self.bias + features @ self.weights.T
        return np.exp(log_softmax(scores))

    def stance(self, probabilities: NDArray[np.float64]) -> tuple[Stance, bool]:
        """Return the stance for three probabilities, and whether that is an abstention."""
        factors = [probabilities[i] / self.thresholds[s] for i, s in enumerate(STANCES)]
        best = int(np.argmax(factors))
        if factors[best] < 1:
            return Stance.UNRELATED, True
        return STANCES[best], False


def log_softmax(logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return the logarithms of the softmax of each row."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def as_probabilities(row: NDArray[np.float64]) -> Probabilities:
    """Return a row of three as the type that the house passes around."""
    return Probabilities(*(float(p) for p in row))


def read(file: Path) -> Calibration:
    """Return the calibration in a file; the default where there is none.

    Raises:
        ModelError: The file is not a calibration of this version's features.
    """
    if not file.is_file():
        return Calibration()
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        weights = np.array([[data["weights"][s][name] for name in NAMES] for s in STANCES])
        return Calibration(
            temperature=float(data["temperature"]),
            bias=np.array([data["bias"][s] for s in STANCES], dtype=np.float64),
            weights=weights.astype(np.float64),
            thresholds={s: float(data["thresholds"][s]) for s in STANCES},
        )
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ModelError(
            f"{file} is no calibration of this version (run training/calibrate.py): {exc!r}"
        ) from exc


def document(calibration: Calibration) -> dict[str, Any]:
    """Return a calibration as it is written to ``calibration.json``."""
    return {
        "temperature": round(calibration.temperature, 4),
        "bias": {
            s.value: round(float(b), 4) for s, b in zip(STANCES, calibration.bias, strict=True)
        },
        "weights": {
            s.value: {n: round(float(w), 4) for n, w in zip(NAMES, row, strict=True)}
            for s, row in zip(STANCES, calibration.weights, strict=True)
        },
        "thresholds": {s.value: round(calibration.thresholds[s], 4) for s in STANCES},
    }
