"""The judging path from pairs to judgements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from corroborate.errors import ModelError
from corroborate.judge.decision import Calibration
from corroborate.judge.features import NAMES, observe
from corroborate.judge.judge import LONGEST, PairJudge, open_judge
from corroborate.types import NumberOutcome, Pair, Stance

EXFORD = "The fire in Exford killed 20 people on Monday."


class ByWord:
    """A network that finds agreement in "yes", conflict in "no", and nothing elsewhere."""

    name = "by word"

    def __init__(self) -> None:
        self.read: list[tuple[str, str]] = []

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return logits that only depend on those words."""
        self.read += pairs
        rows = [
            [5.0 * bool(re.search(r"\byes\b", p)), 5.0 * bool(re.search(r"\bno\b", p)), 2.0]
            for p, _ in pairs
        ]
        return np.array(rows, np.float32).reshape(-1, 3)


@pytest.fixture
def network() -> ByWord:
    """A network without weights."""
    return ByWord()


@pytest.fixture
def judge(network: ByWord) -> PairJudge:
    """A judge that was not calibrated."""
    return PairJudge(network, Calibration())


def test_in_order(judge: PairJudge) -> None:
    """Pairs are judged in their order, and none is no work."""
    passages = ["Mills stood. yes.", "Mills fell. no.", "Mills turned."]
    found = judge.judge([Pair("Mills stood.", passage) for passage in passages])
    assert [j.stance for j in found] == [Stance.AGREES, Stance.CONFLICTS, Stance.UNRELATED]
    assert judge.judge([]) == []


def test_a_title_alone_decides_nothing(judge: PairJudge, network: ByWord) -> None:
    """What conflicts is read again without its title; what is plain is not."""
    pairs = [
        Pair("Mills stood.", "Mills fell.", title="no"),
        Pair("Mills stood.", "Mills fell. no.", title="Mills"),
        Pair("Mills stood.", "Mills stood. yes.", title="Mills"),
        Pair("Mills stood.", "Mills turned.", title="Mills"),
    ]
    stances = [found.stance for found in judge.judge(pairs)]
    assert stances == [Stance.UNRELATED, Stance.CONFLICTS, Stance.AGREES, Stance.UNRELATED]
    assert [premise for premise, _ in network.read[len(pairs) :]] == [
        "Mills fell.",
        "Mills fell. no.",
    ]


def test_numbers_named(judge: PairJudge) -> None:
    """A judgement names the numbers that differ, and its span is their sentence."""
    passage = "Rain is expected. The Exford fire killed at least 12 people. It began at noon."
    (found,) = judge.judge([Pair(EXFORD, passage)])
    assert [n.outcome for n in found.numbers] == [NumberOutcome.UPDATE]
    assert passage[slice(*found.span)] == "The Exford fire killed at least 12 people."


def test_long_passage(judge: PairJudge, network: ByWord) -> None:
    """A passage the network cannot read at once is judged in windows; the telling one decides."""
    filler = " ".join("The mill by the river turned all day." for _ in range(40))
    passage = f"{filler} The fire in Exford killed 22 people, no less. {filler}"
    (found,) = judge.judge([Pair(EXFORD, passage)])
    assert found.stance is Stance.CONFLICTS
    assert passage[slice(*found.span)] == "The fire in Exford killed 22 people, no less."
    (number,) = found.numbers
    assert passage[number.passage_start : number.passage_end] == number.passage_text
    assert all(len(premise.split()) <= LONGEST for premise, _ in network.read)


@given(st.text(min_size=1), st.text())
def test_any_text(claim: str, passage: str) -> None:
    """Any pair can be judged, and the span lies within the passage."""
    (found,) = PairJudge(ByWord(), Calibration()).judge([Pair(claim, passage)])
    assert 0 <= found.span[0] <= found.span[1] <= len(passage)


def test_no_model() -> None:
    """A judge that does not exist is refused when it is opened."""
    with pytest.raises(ModelError, match="is not a folder"):
        open_judge("./no/such/judge")


def _seen(pair: Pair) -> dict[str, float]:
    return dict(zip(NAMES, observe(pair).features.tolist(), strict=True))


@pytest.mark.parametrize(
    ("passage", "feature"),
    [
        ("The Exford fire killed 20 people.", "number same"),
        ("The Exford fire killed 30 people.", "number conflict"),
        ("The Exford fire killed at least 3 people.", "number other"),
    ],
)
def test_features(passage: str, feature: str) -> None:
    """Same, conflicting and moved numbers are each seen, and no other of them."""
    seen = _seen(Pair(EXFORD, passage))
    kinds = ("number same", "number conflict", "number other")
    assert [name == feature for name in kinds] == [seen[name] > 0 for name in kinds]


def test_missing_names() -> None:
    """Names of the claim count as missing unless passage or title has them."""
    title = "Night in Exford"
    found = [
        _seen(Pair(EXFORD, passage, title=title))["claim names missing"]
        for passage, title in (("A fire killed 20.", title), ("A flood in Wyeham.", None))
    ]
    assert found == [0.0, 1.0]


def test_days_apart() -> None:
    """Days between claim and passage count from the second on, up to a month, if known."""
    day = date(2031, 4, 4)
    apart = [
        _seen(Pair(EXFORD, EXFORD, claim_date=day, date=other))["days apart"]
        for other in (None, day, date(2031, 4, 5), date(2031, 4, 9), date(2031, 5, 9))
    ]
    assert apart[:3] == [0.0, 0.0, 0.0]
    assert 0 < apart[3] < apart[4] == 1.0
