"""Measures the judge on all development sets, through the product's own judging path.

    python -m benchmarks.judge --data ../shared/data

Each set has two lines: what the judge asserts at its thresholds, numbers and features included,
and "network", the likeliest stance by the network's logits alone.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corroborate.judge.decision import log_softmax
from corroborate.judge.judge import PairJudge, open_calibration
from corroborate.judge.network import SHIPPED, open_network
from corroborate.protocols import StanceNetwork
from corroborate.types import Stance
from training.metrics import (
    Floats,
    Labels,
    calibration_error,
    conflict_precision,
    each_f1,
    false_conflicts,
)
from training.rows import Example, inference_examples, stance_examples

STANCES = tuple(Stance)
INFERENCE_SETS = ("mnli", "lingnli", "snli_counterfactual")
HEADER = (
    f"{'set':<28}{'rows':>6}{'acc':>7}{'macro':>7}{'agrees':>8}{'confl.':>8}{'unrel.':>8}"
    f"{'ECE':>7}{'confl. P':>10}{'R':>7}{'false':>7}"
)


@dataclass
class Listening:
    """A network that remembers its logits, so that one run measures it with and without."""

    network: StanceNetwork
    heard: list[NDArray[np.float32]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Identity of the network."""
        return self.network.name

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return the network's logits, shape ``(len(pairs), 3)``."""
        self.heard.append(self.network.logits(pairs))
        return self.heard[-1]


@dataclass(frozen=True)
class Said:
    """Answers to a set."""

    labels: Labels
    probabilities: Floats
    stances: Labels

    def chosen(self, which: NDArray[np.bool_]) -> Said:
        """Return a part of them."""
        return Said(self.labels[which], self.probabilities[which], self.stances[which])

    def line(self, name: str) -> str:
        """Return a row of the table."""
        each = each_f1(self.labels, self.stances)
        precision, recall = conflict_precision(self.labels, self.stances)
        return (
            f"{name:<28}{len(self.labels):>6}{(self.labels == self.stances).mean():>7.3f}"
            f"{each.mean():>7.3f}{each[0]:>8.3f}{each[1]:>8.3f}{each[2]:>8.3f}"
            f"{calibration_error(self.probabilities, self.labels):>7.3f}{precision:>10.3f}"
            f"{recall:>7.3f}{false_conflicts(self.labels, self.stances):>7.3f}"
        )


def measure(judge: PairJudge, network: Listening, examples: Sequence[Example]) -> tuple[Said, Said]:
    """Return what the judge says of examples, and what its network alone says."""
    network.heard.clear()
    labels = np.array([example.label for example in examples])
    judgements = judge.judge([example.pair for example in examples])
    probabilities = np.array([[j.probabilities.of(s) for s in STANCES] for j in judgements])
    stances = np.array([STANCES.index(j.stance) for j in judgements])
    alone = np.exp(log_softmax(np.concatenate(network.heard)))
    likeliest = alone.argmax(1) if len(alone) == len(labels) else stances
    return Said(labels, probabilities, stances), Said(labels, alone, likeliest)


def table(spec: str, data: Path, rows: int, threads: int) -> Iterator[str]:
    """Yield the table's lines.

    Args:
        spec: The judge, "shipped" or as in the settings.
        data: Folder with ``gold`` and ``nli/dev``.
        rows: Rows drawn of each inference set; 0 for all, -1 for none.
        threads: Processor threads; 0 for as many as there are.
    """
    network = Listening(open_network(spec, threads))
    judge = PairJudge(network, open_calibration(spec))
    thresholds = ", ".join(f"{s} {t:.3f}" for s, t in judge.thresholds.items())
    yield f"{judge.name}; thresholds: {thresholds}"
    yield HEADER
    started, gold = time.perf_counter(), stance_examples(data / "gold" / "dev.jsonl")
    both = measure(judge, network, gold)
    speed = len(gold) / (time.perf_counter() - started)
    parts = np.array([example.source.rpartition("/")[2] for example in gold])
    chosen = {
        "gold dev": np.ones(len(parts), bool),
        "  natural": parts != "written",
        **{f"  {part}": parts == part for part in dict.fromkeys(parts.tolist())},
    }
    for name, which in chosen.items():
        for said, suffix in zip(both, ("", ", network"), strict=True):
            yield said.chosen(which).line(name + suffix)
    for name in INFERENCE_SETS if rows >= 0 else ():
        examples = inference_examples(data / "nli" / "dev" / f"{name}.jsonl")
        if 0 < rows < len(examples):
            examples = random.Random(5).sample(examples, rows)
        for said, suffix in zip(measure(judge, network, examples), ("", ", network"), strict=True):
            yield said.line(name + suffix)
    yield f"{speed:.0f} pairs a second on gold dev, all included"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--judge", default=SHIPPED, help='"shipped", a folder or a hub name')
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--rows", type=int, default=2000, help="of each inference set; 0: all, -1: none"
    )
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args()
    for line in table(arguments.judge, arguments.data, arguments.rows, arguments.threads):
        print(line, flush=True)


if __name__ == "__main__":
    main()
