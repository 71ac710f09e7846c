"""The judge: network, features and the calibrated decision behind one call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from corroborate import models
from corroborate.judge.decision import Calibration, load
from corroborate.judge.features import FEATURES, features
from corroborate.judge.network import SHIPPED, open_network
from corroborate.judge.pairs import pair_text
from corroborate.models import named
from corroborate.numbers.compare import compare
from corroborate.sentences import split
from corroborate.types import Judgement, NumberComparison, Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from corroborate.protocols import StanceNetwork

_WORD = re.compile(r"\w{3,}")


def open_judge(spec: str = SHIPPED, threads: int = 0) -> PairJudge:
    """Return a judge; its network is loaded when it is first used.

    Args:
        spec: "shipped", or the name or folder of a three-way cross-encoder. A folder may hold
            a ``calibration.json``; without one the network's own probabilities are taken.
        threads: Processor threads; 0 for as many as there are.

    Raises:
        ModelError: The folder or its calibration cannot be used.
    """
    folder = models.JUDGE if spec == SHIPPED else named.folder(spec)
    calibration = load(folder) if folder else Calibration()
    return PairJudge(open_network(spec, threads), calibration)


class PairJudge:
    """See :class:`~corroborate.protocols.Judge`."""

    def __init__(self, network: StanceNetwork, calibration: Calibration) -> None:
        self._network = network
        self._calibration = calibration

    @property
    def name(self) -> str:
        """Identity of the network."""
        return self._network.name

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Least probability at which a stance is asserted, by stance."""
        return self._calibration.thresholds

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Return a judgement for each pair, in order."""
        numbers, logits, seen = self.evidence(pairs)
        rows = self._calibration.probabilities(logits, seen)
        judgements = []
        for pair, compared, row in zip(pairs, numbers, rows, strict=True):
            stance, probabilities, abstained = self._calibration.decide(row)
            span = deciding_sentence(pair, compared)
            judgements.append(Judgement(stance, probabilities, span, tuple(compared), abstained))
        return judgements

    def evidence(
        self, pairs: Sequence[Pair]
    ) -> tuple[list[list[NumberComparison]], NDArray[np.float32], NDArray[np.float32]]:
        """Return what the decision is made from: numbers, logits (n, 3), features (n, m)."""
        numbers = [
            compare(p.claim, p.passage, claim_date=p.claim_date, passage_date=p.date) for p in pairs
        ]
        logits = self._network.logits([pair_text(pair) for pair in pairs])
        seen = np.array(
            [features(p, n) for p, n in zip(pairs, numbers, strict=True)], dtype=np.float32
        )
        return numbers, logits, seen.reshape(len(pairs), len(FEATURES))


def deciding_sentence(pair: Pair, numbers: Sequence[NumberComparison]) -> tuple[int, int]:
    """Return the span of the passage's sentence that speaks most to the claim.

    That is the one with the most of the claim's words; a compared number counts as three.
    """
    spans = split(pair.passage)
    if not spans:
        return 0, len(pair.passage)
    wanted = set(_WORD.findall(pair.claim.lower()))

    def weight(span: tuple[int, int]) -> float:
        start, end = span
        words = set(_WORD.findall(pair.passage[start:end].lower()))
        inside = sum(start <= n.passage_start < end for n in numbers)
        return len(words & wanted) + 3 * inside

    return max(spans, key=weight)
