"""From logits and what code can see to calibrated probabilities and a stance.

The decision is a multinomial logistic one (Platt scaling with a few more inputs): for each
stance ``scale * logit + bias + weights · features``, then a softmax. ``calibration.json``
beside the network's weights holds the parameters; ``training/calibrate.py`` fits them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corroborate.errors import ModelError
from corroborate.judge.features import FEATURES
from corroborate.types import Probabilities, Stance

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = "calibration.json"
STANCES = tuple(Stance)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Parameters of the decision. The defaults take a network's own softmax as it is."""

    #: Factor on the logits: below 1 where the network is too sure of itself.
    scale: float = 1.0
    #: Added to agrees, conflicts, unrelated.
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    #: For each stance the weight of each of :data:`~corroborate.judge.features.FEATURES`.
    weights: tuple[tuple[float, ...], ...] = ((0.0,) * len(FEATURES),) * 3
    #: Least probability at which a stance is asserted.
    agrees: float = 0.5
    conflicts: float = 0.6

    @property
    def thresholds(self) -> dict[str, float]:
        """Least probability at which a stance is asserted, by stance."""
        return {Stance.AGREES.value: self.agrees, Stance.CONFLICTS.value: self.conflicts}

    def probabilities(
        self, logits: NDArray[np.float32], features: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """Return calibrated probabilities, shape ``(n, 3)``.

        Args:
            logits: Shape ``(n, 3)``: agrees, conflicts, unrelated.
            features: Shape ``(n, len(FEATURES))``.
        """
        scores = self.scale * logits.astype(np.float64) + np.asarray(self.bias)
        scores = scores + features.astype(np.float64) @ np.asarray(self.weights).T
        scores -= scores.max(axis=1, keepdims=True)
        powers = np.exp(scores)
        shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def decide(self, row: NDArray[np.float64]) -> tuple[Stance, Probabilities, bool]:
        """Return the stance of one pair, its probabilities, and whether this is an abstention.

        The most probable stance is asserted if it reaches its threshold.
        """
        best = STANCES[int(row.argmax())]
        asserted = row.max() >= self.thresholds.get(best.value, 0.0)
        stance = best if asserted else Stance.UNRELATED
        return stance, Probabilities(*(float(p) for p in row)), not asserted


def load(folder: Path) -> Calibration:
    """Return the calibration beside a model's weights; the defaults if there is none.

    Raises:
        ModelError: The file is not a calibration of this version of the features.
    """
    path = folder / FILE
    if not path.is_file():
        return Calibration()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        # By name, so that a calibration for other features is refused, not misread.
        weights = [[data["weights"][s][name] for name in FEATURES] for s in STANCES]
        return Calibration(
            scale=data["scale"],
            bias=tuple(data["bias"][s] for s in STANCES),
            weights=tuple(map(tuple, weights)),
            agrees=data["thresholds"]["agrees"],
            conflicts=data["thresholds"]["conflicts"],
        )
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ModelError(f"{path} is not a calibration this version can read: {exc}") from exc
