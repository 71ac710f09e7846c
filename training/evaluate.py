"""Measures a stance network on the development sets, by its logits alone.

    python -m training.evaluate training/work/stage2 --rows 2000

The shipped decision adds calibration, numbers and an event gate to these logits; this is for
choosing between networks. On a folder with 8-bit weights only, it measures what ships.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    precision_score,
    recall_score,
)

from corroborate.judge.network import open_network
from corroborate.judge.pairs import pair_text
from corroborate.protocols import StanceNetwork
from training.rows import STANCES, Example, inference_examples, stance_examples

Array = NDArray[Any]
CONFLICTS = STANCES.index("conflicts")
INFERENCE_SETS = ("mnli", "lingnli", "snli_counterfactual")
#: Where the shipped thresholds have to work: false conflicts among natural pairs.
FALSE_CONFLICTS = 0.02


@dataclass(frozen=True, slots=True)
class Measured:
    """What a network said of a set."""

    #: Labels, shape ``(n,)``.
    labels: Array
    #: Uncalibrated probabilities, shape ``(n, 3)``.
    chances: Array

    @property
    def said(self) -> Array:
        """The likeliest stance of each row."""
        said: Array = self.chances.argmax(1)
        return said

    def chosen(self, mask: Array) -> Measured:
        """Return the part of the set that a mask selects."""
        return Measured(self.labels[mask], self.chances[mask])


def measure(network: StanceNetwork, examples: Sequence[Example]) -> Measured:
    """Return what a network says of examples, each with all the context it has."""
    logits = network.logits([pair_text(example.pair) for example in examples]).astype(np.float64)
    exps = np.exp(logits - logits.max(1, keepdims=True))
    labels = np.array([example.label for example in examples])
    return Measured(labels, exps / exps.sum(1, keepdims=True))


def line(name: str, part: Measured) -> str:
    """Return a row of the table: accuracy, macro-F1, F1 per stance, conflict's P and R."""
    each = f1_score(part.labels, part.said, labels=[0, 1, 2], average=None, zero_division=0.0)
    hit, said = part.labels == CONFLICTS, part.said == CONFLICTS
    return (
        f"{name:<22} {len(part.labels):>5}  acc {accuracy_score(part.labels, part.said):.3f}"
        f"  macro {np.mean(each):.3f}  F1 {' '.join(f'{f:.3f}' for f in each)}"
        f"  conflict P {precision_score(hit, said, zero_division=0.0):.3f}"
        f" R {recall_score(hit, said, zero_division=0.0):.3f}"
        f"  false {(said & ~hit).sum() / max(1, (~hit).sum()):.3f}"
    )


def operating_point(natural: Measured, written: Measured) -> str:
    """Return conflict's precision and recall on written rows where natural ones allow it.

    The threshold is the lowest at which no more than ``FALSE_CONFLICTS`` of the natural rows
    that do not conflict are said to.
    """
    wrong = np.sort(natural.chances[natural.labels != CONFLICTS, CONFLICTS])[::-1]
    threshold = wrong[int(len(wrong) * FALSE_CONFLICTS)]
    said = written.chances[:, CONFLICTS] > threshold
    hit = written.labels == CONFLICTS
    found = natural.chances[natural.labels == CONFLICTS, CONFLICTS] > threshold
    return (
        f"at {FALSE_CONFLICTS:.0%} false conflicts in natural rows (threshold {threshold:.3f}): "
        f"written P {precision_score(hit, said, zero_division=0.0):.3f} "
        f"R {recall_score(hit, said):.3f}, natural {found.sum()} of {len(found)}"
    )


def report(network: StanceNetwork, data: Path, rows: int, seed: int = 5) -> list[str]:
    """Return the table's lines.

    Args:
        network: What to measure.
        data: Folder with ``nli/dev`` and ``gold``.
        rows: Rows drawn of each inference set; 0 for all.
        seed: For the drawing.
    """
    lines = []
    for name in INFERENCE_SETS if rows >= 0 else ():
        examples = inference_examples(data / "nli" / "dev" / f"{name}.jsonl")
        if 0 < rows < len(examples):
            examples = random.Random(seed).sample(examples, rows)
        lines.append(line(name, measure(network, examples)))
    gold = stance_examples(data / "gold" / "dev.jsonl")
    everything = measure(network, gold)
    parts = np.array([example.source.split("/")[1] for example in gold])
    lines.append(line("gold dev", everything))
    lines += [line(f"  {part}", everything.chosen(parts == part)) for part in np.unique(parts)]
    natural, written = everything.chosen(parts != "written"), everything.chosen(parts == "written")
    return [*lines, line("  natural", natural), operating_point(natural, written)]


def main() -> None:
    """Print how a network does on the development sets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default="shipped", help='folder, or "shipped"')
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--rows", type=int, default=0, help="of each inference set; 0 for all, -1 for none"
    )
    arguments = parser.parse_args()
    for text in report(open_network(arguments.model), arguments.data, arguments.rows):
        print(text)


if __name__ == "__main__":
    main()
