"""Fits the decision over a network's logits and the features, and chooses its thresholds.

    python -m training.calibrate corroborate/models/judge --data ../shared/data

Writes ``calibration.json`` beside the weights. A regularised maximum-likelihood fit with few
parameters, the signs of the feature weights fixed beforehand. All figures that are printed and
stored are out of fold: rows that share an article are never on both sides of a split.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import GroupKFold

from corroborate.judge.decision import STANCES, Calibration, document, log_softmax
from corroborate.judge.features import NAMES, SIGNS, observe
from corroborate.judge.judge import FILE, read_logits
from corroborate.judge.network import open_network
from corroborate.protocols import StanceNetwork
from corroborate.types import Pair, Stance
from training.metrics import (
    UNRELATED,
    Floats,
    Labels,
    calibration_error,
    conflict_precision,
    each_f1,
    false_conflicts,
    reliability,
)
from training.rows import stance_examples

#: Strength of the pull of feature weights and biases to zero, per row.
PULL = 0.02
#: Greatest weight of a feature: the network stays the judge, also on texts unlike these.
MOST_WEIGHT = 2.0
SEED = 11
FOLDS = 5
#: Macro-F1 that thresholds may lie below the best ones: a fraction of what chance moves it by.
CHANCE = 0.002
#: What the thresholds have to reach out of fold; false conflicts count above all. One in a hundred
#: natural passages conflicts: those that only seem to should not outnumber them.
MOST_FALSE_CONFLICTS = 0.01
LEAST_PRECISION, LEAST_RECALL = 0.85, 0.65
#: Nothing is asserted that is less likely than not, however well that would score.
GRID = np.round(np.arange(0.5, 0.951, 0.025), 3)
UNRELATED_THRESHOLD = 0.5
#: Where each weight stands in the fitted vector: (stance, feature, sign).
PLACES = [
    (STANCES.index(Stance(stance)), i, sign)
    for i, name in enumerate(NAMES)
    for stance, sign in SIGNS[name].items()
]


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled pairs as the decision sees them, one row each."""

    logits: Floats
    features: Floats
    labels: Labels
    #: Rows that share an article have the same number.
    groups: Labels
    #: Whether a row's claim was written for its passage.
    written: NDArray[np.bool_]

    def chosen(self, which: NDArray[Any]) -> Rows:
        """Return some of the rows."""
        return Rows(*(getattr(self, name)[which] for name in self.__slots__))


def rows_of(network: StanceNetwork, file: Path) -> Rows:
    """Return the rows of a file in the gold format, judged by a network."""
    examples = stance_examples(file)
    pairs = [example.pair for example in examples]
    labels = np.array([example.label for example in examples])
    written = np.array([example.source.endswith("written") for example in examples])
    features = np.stack([observe(pair).features for pair in pairs])
    return Rows(
        logits=read_logits(network, pairs),
        features=_with_natural_days(features, labels, written),
        labels=labels,
        groups=groups(pairs),
        written=written,
    )


def _with_natural_days(features: Floats, labels: Labels, written: NDArray[np.bool_]) -> Floats:
    """Give written rows the days apart of natural rows, of related or of unrelated ones.

    A claim that was written for a passage bears the passage's own day. Left alone, nearness in
    time would pass for a sign of conflict, since nearly all conflicts are written.
    """
    days, rng = NAMES.index("days apart"), np.random.default_rng(SEED)
    drawn = features.copy()
    for related in (True, False):
        kind = (labels != UNRELATED) == related
        drawn[kind & written, days] = rng.choice(
            features[kind & ~written, days], int((kind & written).sum())
        )
    return drawn


def groups(pairs: Sequence[Pair]) -> Labels:
    """Return a number for each pair, equal for pairs whose passages are of one article."""
    known: dict[tuple[str | None, str | None], int] = {}
    return np.array([known.setdefault((p.outlet, p.title), len(known)) for p in pairs])


def fit(rows: Rows) -> Calibration:
    """Return the calibration that makes the labels likeliest; thresholds are left as they are."""
    normal = log_softmax(rows.logits)
    # Sharpness (1 / temperature), bias of agrees and conflicts, one magnitude per weight.
    start = np.concatenate([[1.0, 0.0, 0.0], np.zeros(len(PLACES))])
    bounds = [(0.1, 3.0), (-3.0, 3.0), (-3.0, 3.0), *[(0.0, MOST_WEIGHT)] * len(PLACES)]

    def loss(vector: Floats) -> float:
        made = _calibration(vector)
        scores = normal * vector[0] + made.bias + rows.features @ made.weights.T
        likelihood = log_softmax(scores)[np.arange(len(rows.labels)), rows.labels].mean()
        return float(-likelihood + PULL * (vector[3:] ** 2).mean())

    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds)
    return _calibration(found.x)


def _calibration(vector: Floats) -> Calibration:
    weights = np.zeros((len(STANCES), len(NAMES)))
    for value, (stance, feature, sign) in zip(vector[3:], PLACES, strict=True):
        weights[stance, feature] = sign * value
    bias = np.array([vector[1], vector[2], 0.0])
    return Calibration(temperature=float(1 / vector[0]), bias=bias, weights=weights)


def out_of_fold(rows: Rows) -> Floats:
    """Return probabilities of rows from fits that saw none of their articles, shape (n, 3)."""
    probabilities = np.zeros((len(rows.labels), len(STANCES)))
    for train, test in GroupKFold(FOLDS).split(rows.logits, rows.labels, rows.groups):
        held = rows.chosen(test)
        made = fit(rows.chosen(train))
        probabilities[test] = made.probabilities(held.logits, held.features)
    return probabilities


def asserted(probabilities: Floats, thresholds: dict[Stance, float]) -> Labels:
    """Return the stances that thresholds let through, as :meth:`Calibration.stance` does."""
    factors = probabilities / np.array([thresholds[stance] for stance in STANCES])
    best = factors.argmax(1)
    return np.where(factors.max(1) < 1, UNRELATED, best).astype(np.int64)


def choose_thresholds(rows: Rows, probabilities: Floats) -> dict[Stance, float]:
    """Return the lowest thresholds with nearly the best macro-F1 of those that reach the targets.

    Where no thresholds reach all targets, of those that miss them by least.
    """
    scored: list[tuple[float, float, dict[Stance, float]]] = []
    for agrees in GRID:
        for conflicts in GRID:
            made = {
                Stance.AGREES: float(agrees),
                Stance.CONFLICTS: float(conflicts),
                Stance.UNRELATED: UNRELATED_THRESHOLD,
            }
            said = asserted(probabilities, made)
            natural, written = ~rows.written, rows.written
            precision, recall = conflict_precision(rows.labels[written], said[written])
            false = false_conflicts(rows.labels[natural], said[natural])
            missed = (
                max(0.0, false - MOST_FALSE_CONFLICTS) * 50
                + max(0.0, LEAST_PRECISION - precision)
                + max(0.0, LEAST_RECALL - recall)
            )
            scored.append((round(missed, 4), float(each_f1(rows.labels, said).mean()), made))
    least = min(missed for missed, _, _ in scored)
    best = max(f1 for missed, f1, _ in scored if missed == least)
    alike = [made for missed, f1, made in scored if missed == least and f1 >= best - CHANCE]
    return min(alike, key=lambda made: sum(made.values()))


def figures(rows: Rows, probabilities: Floats, thresholds: dict[Stance, float]) -> dict[str, Any]:
    """Return what is stored and shown of a calibration's quality."""
    said = asserted(probabilities, thresholds)
    natural, written = ~rows.written, rows.written
    precision, recall = conflict_precision(rows.labels[written], said[written])
    return {
        "rows": len(rows.labels),
        "macro_f1": _rounded(each_f1(rows.labels, said).mean()),
        "written_macro_f1": _rounded(each_f1(rows.labels[written], said[written]).mean()),
        "natural_false_conflicts": _rounded(false_conflicts(rows.labels[natural], said[natural])),
        "written_conflict_precision": _rounded(precision),
        "written_conflict_recall": _rounded(recall),
        "expected_calibration_error": _rounded(calibration_error(probabilities, rows.labels)),
        "reliability": {
            stance.value: [
                {k: round(v, 4) for k, v in asdict(b).items()}
                for b in reliability(probabilities[:, i], rows.labels == i)
            ]
            for i, stance in enumerate(STANCES)
        },
    }


def _rounded(value: float) -> float:
    return round(float(value), 4)


def calibrated(rows: Rows) -> tuple[Calibration, dict[str, Any]]:
    """Return the calibration fitted on all rows, and its figures out of fold."""
    probabilities = out_of_fold(rows)
    thresholds = choose_thresholds(rows, probabilities)
    return replace(fit(rows), thresholds=thresholds), figures(rows, probabilities, thresholds)


def main() -> None:
    """Calibrate a judge's folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, nargs="?", default=Path("corroborate/models/judge"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args()
    network = open_network(str(arguments.model), arguments.threads)
    rows = rows_of(network, arguments.data / "gold" / "dev.jsonl")
    plain = figures(rows, np.exp(log_softmax(rows.logits)), dict.fromkeys(STANCES, 0.01))
    calibration, reached = calibrated(rows)
    written = {"format": 1, "network": network.name, **document(calibration), "figures": reached}
    (arguments.model / FILE).write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    for name in (key for key in reached if key != "reliability"):
        print(f"{name:<28} {reached[name]:>8}   network alone, likeliest: {plain[name]}")
    print(json.dumps(document(calibration), indent=1))


if __name__ == "__main__":
    main()
