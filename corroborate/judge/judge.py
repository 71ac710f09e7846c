"""The judge: network, numbers and features in one calibrated decision.

A passage is judged as a whole: the passages of the index are three sentences, and the network
was trained on one to four. Only a longer text, which the network would cut off, is judged in
windows of whole sentences, of which the one that speaks clearest to the claim decides.

What the network takes for a conflict, or may take for agreement, it reads again without the
title, and the mean of both decides: a title says what an article is about, not what each of its
passages says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corroborate import models
from corroborate.judge.decision import Calibration, as_probabilities, log_softmax, read
from corroborate.judge.features import observe
from corroborate.judge.network import SHIPPED, open_network
from corroborate.judge.pairs import pair_text
from corroborate.judge.spelling import align
from corroborate.models import named
from corroborate.numbers.context import names, sentences, stems
from corroborate.protocols import StanceNetwork
from corroborate.types import Judgement, NumberComparison, NumberOutcome, Pair

#: File beside a model's weights that holds its calibration.
FILE = "calibration.json"
#: Words of a passage that the network reads at once, title and claim beside them.
LONGEST = 150
#: What a sentence gains, in content words shared, for holding a number that was compared.
NUMBER_BONUS = 3.0
#: From this probability on a conflict is read again, and agreement up to one less it.
DOUBT = 0.25
_UNRELATED = 2
_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ial)|rejects?|rejected|dismiss(?:es|ed)?|refut(?:es?|ed)|disputes?)\b",
    re.IGNORECASE,
)
_TELLING = (NumberOutcome.CONFLICT, NumberOutcome.SAME, NumberOutcome.ROUNDED, NumberOutcome.UPDATE)


@dataclass(frozen=True, slots=True)
class _Window:
    """A run of a passage's sentences that is judged at once."""

    pair: Pair
    #: Offset in the whole passage.
    start: int


def open_judge(spec: str = SHIPPED, threads: int = 0) -> PairJudge:
    """Return a judge; its network is loaded when it is first used.

    Args:
        spec: "shipped", or the name or folder of any three-way cross-encoder; one without a
            ``calibration.json`` is taken at its word, with careful thresholds.
        threads: Processor threads; 0 for as many as there are.

    Raises:
        ModelError: The folder does not exist, or its calibration is not of this version.
    """
    return PairJudge(open_network(spec, threads), open_calibration(spec))


def open_calibration(spec: str = SHIPPED) -> Calibration:
    """Return the calibration of a judge that is named as for :func:`open_judge`.

    Raises:
        ModelError: The folder does not exist, or its calibration is not of this version.
    """
    folder = models.JUDGE if spec == SHIPPED else named.folder(spec)
    return Calibration() if folder is None else read(folder / FILE)


class PairJudge:
    """Judges pairs. See :class:`~corroborate.protocols.Judge`.

    Args:
        network: Gives logits.
        calibration: Turns them into a decision.
    """

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
        return {stance.value: least for stance, least in self._calibration.thresholds.items()}

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Return a judgement for each pair, in order."""
        if not pairs:
            return []
        windows = [_windows(pair) for pair in pairs]
        flat = [window.pair for group in windows for window in group]
        logits = read_logits(self._network, flat)
        judgements, position = [], 0
        for group in windows:
            rows = logits[position : position + len(group)]
            position += len(group)
            judgements.append(self._decide(group, rows))
        return judgements

    def _decide(self, group: Sequence[_Window], logits: NDArray[np.float64]) -> Judgement:
        clearest = int(np.argmin(logits[:, _UNRELATED]))
        window = group[clearest]
        observed = observe(window.pair)
        probabilities = self._calibration.probabilities(
            logits[clearest : clearest + 1], observed.features[None]
        )[0]
        stance, abstained = self._calibration.stance(probabilities)
        start, end = _best_span(window.pair, observed.numbers)
        return Judgement(
            stance=stance,
            probabilities=as_probabilities(probabilities),
            span=(window.start + start, window.start + end),
            numbers=tuple(_moved(number, window.start) for number in observed.numbers),
            abstained=abstained,
        )


def read_logits(network: StanceNetwork, pairs: Sequence[Pair]) -> NDArray[np.float64]:
    """Return what a network makes of pairs, read once or twice.

    Returns:
        Logarithms of probabilities of agrees, conflicts and unrelated, shape ``(len(pairs), 3)``.

    Raises:
        ModelError: The network cannot be loaded.
    """
    read = [_as_read(pair) for pair in pairs]
    logits = log_softmax(network.logits([pair_text(pair) for pair in read]))
    agrees, conflicts, _ = np.exp(logits.T)
    doubtful = (conflicts > DOUBT) | ((agrees > DOUBT) & (agrees < 1 - DOUBT))
    again = [i for i, pair in enumerate(read) if doubtful[i] and pair.title]
    bare = [pair_text(replace(read[i], title=None)) for i in again]
    logits[again] = (logits[again] + log_softmax(network.logits(bare))) / 2
    return logits


def _as_read(pair: Pair) -> Pair:
    """Return a pair as the network reads it best: in one spelling, denied once.

    "Ministry rejects rumours" above "The ministry denied …" reads like a double negation.
    """
    claim = align(pair.claim, f"{pair.title or ''} {pair.passage}")
    return replace(
        pair, claim=claim, title=None if _DENIES.search(pair.title or "") else pair.title
    )


def _windows(pair: Pair) -> list[_Window]:
    """Return a passage whole, or in windows that overlap by a sentence where it is too long."""
    if len(pair.passage.split()) <= LONGEST:
        return [_Window(pair, 0)]
    spans = sentences(pair.passage)
    windows: list[_Window] = []
    first = 0
    while first < len(spans):
        last = first
        start = spans[first][0]
        while (
            last + 1 < len(spans)
            and len(pair.passage[start : spans[last + 1][1]].split()) <= LONGEST
        ):
            last += 1
        end = spans[last][1]
        windows.append(_Window(replace(pair, passage=pair.passage[start:end]), start))
        if last + 1 == len(spans):
            break
        first = max(last, first + 1)
    return windows or [_Window(pair, 0)]


def _best_span(pair: Pair, numbers: Sequence[NumberComparison]) -> tuple[int, int]:
    """Return the offsets of the sentence closest to the claim by words, names and numbers.

    Judging each sentence by the network as well would multiply the cost of a check; shared
    words find the sentence, since it is the passage that search and network already chose.
    """
    spans = sentences(pair.passage) or ((0, len(pair.passage)),)
    words, named = stems(pair.claim), names(pair.claim)

    def closeness(span: tuple[int, int]) -> float:
        here = stems(pair.passage[span[0] : span[1]])
        held = any(span[0] <= n.passage_start < span[1] and n.outcome in _TELLING for n in numbers)
        return len(here & words) + len(here & named) + NUMBER_BONUS * held

    return max(spans, key=closeness)


def _moved(number: NumberComparison, by: int) -> NumberComparison:
    return replace(
        number, passage_start=number.passage_start + by, passage_end=number.passage_end + by
    )
