"""What origins amount to."""

from __future__ import annotations

import pytest

from corroborate.origins import Wordings, fold
from corroborate.types import (
    Claim,
    Finding,
    NumberComparison,
    NumberOutcome,
    Stance,
    Verdict,
)
from corroborate.verdict import conclude
from tests.samples import article, evidence

A, C, U = Stance.AGREES, Stance.CONFLICTS, Stance.UNRELATED


def finding(*stances: Stance, probability: float = 0.9) -> Finding:
    """Return the finding for one outlet of each stance."""
    rows = [
        evidence(article(f"a{i}", outlet=f"Outlet {i}"), stance, probability=probability)
        for i, stance in enumerate(stances)
    ]
    return conclude(Claim("It rained.", "It rained.", 0, 10), fold(rows, Wordings({})))


@pytest.mark.parametrize(
    ("stances", "expected"),
    [
        ((A, A, U), Verdict.CORROBORATED),
        ((A, U), Verdict.SINGLE_SOURCE),
        ((A, A, A, C), Verdict.CONTESTED),
        ((C, U), Verdict.CONTRADICTED),
        ((U, U), Verdict.NO_COVERAGE),
        ((), Verdict.NO_COVERAGE),
    ],
)
def test_verdict(stances: tuple[Stance, ...], expected: Verdict) -> None:
    """The verdict follows from how many origins agree and conflict, not from a majority."""
    verdict = finding(*stances).verdict
    assert verdict is expected


def test_confidence_of_two_origins() -> None:
    """Corroboration needs both of two origins to hold: their probabilities multiply."""
    assert finding(A, A).confidence == pytest.approx(0.81)


def test_confidence_grows_with_origins() -> None:
    """A third origin makes it likelier that at least two hold: 3 p² (1 - p) + p³."""
    assert finding(A, A, A).confidence == pytest.approx(0.972)


def test_confidence_of_contested() -> None:
    """Contested needs one origin of each side to hold."""
    assert finding(A, C, probability=0.8).confidence == pytest.approx(0.64)


def test_summary_names_outlets_and_counts() -> None:
    """The sentence for the reader says how many and who."""
    expected = (
        "2 independent origins report this (Outlet 0, Outlet 1); "
        "1 independent origin says otherwise (Outlet 2)."
    )
    assert finding(A, A, C).summary == expected


def test_summary_tells_silence_from_an_empty_index() -> None:
    """Passages that do not speak to the claim are not the same as no passages."""
    assert finding(U).summary != finding().summary


def test_summary_names_who_counts_otherwise() -> None:
    """A summary stands above all passages, so "this passage" would point at none."""
    toll = NumberComparison(
        NumberOutcome.CONFLICT, "12 people", 0, 9, "14 people", 0, 9, "people killed",
        "The claim says 12 people died; this passage says 14.",
    )  # fmt: skip
    row = evidence(article("a", outlet="Port Paper"), C, numbers=(toll,))
    found = conclude(Claim("It rained.", "It rained.", 0, 10), fold([row], Wordings({})))
    assert found.summary.endswith("The claim says 12 people died; Port Paper says 14.")


@pytest.mark.parametrize("stances", [(A, A), (A,), (A, A, C)])
@pytest.mark.parametrize("outcome", [NumberOutcome.CONFLICT, NumberOutcome.UPDATE])
def test_summary_tells_numbers_of_who_agrees(
    stances: tuple[Stance, ...], outcome: NumberOutcome
) -> None:
    """Who agrees but for a number is counted as agreeing, and the reader is told the number."""
    hurt = NumberComparison(
        outcome, "eleven people", 0, 13, "twelve people", 0, 13, "people injured",
        "The claim says 11 people were hurt; this passage says 12.",
    )  # fmt: skip
    rows = [
        evidence(
            article(f"a{i}", outlet=f"Outlet {i}"), stance, numbers=(hurt,) if stance is A else ()
        )
        for i, stance in enumerate(stances)
    ]
    found = conclude(Claim("It rained.", "It rained.", 0, 10), fold(rows, Wordings({})))
    assert found.verdict is finding(*stances).verdict
    told = f"{finding(*stances).summary} The claim says 11 people were hurt; Outlet 0 says 12."
    assert found.summary == told


def test_summary_tells_first_what_conflicts() -> None:
    """Of numbers on both sides, the one told is of the side that conflicts."""
    rows = [
        evidence(
            article(stance, outlet=stance.value.title()),
            stance,
            numbers=(
                NumberComparison(
                    NumberOutcome.CONFLICT, "11 people", 0, 9, "12 people", 0, 9, "people injured",
                    "The claim says 11 people were hurt; this passage says 12.",
                ),
            ),
        )
        for stance in (A, C)
    ]  # fmt: skip
    found = conclude(Claim("It rained.", "It rained.", 0, 10), fold(rows, Wordings({})))
    assert found.summary.endswith("11 people were hurt; Conflicts says 12.")
