"""The texts that the network reads."""

from __future__ import annotations

from datetime import date

import pytest

from corroborate.judge.pairs import TITLE_LIMIT, pair_text
from corroborate.types import Pair

CLAIM = "Two people were hurt."
PASSAGE = "Nobody was hurt, police said."


def test_a_pair_without_context_is_left_as_it_is() -> None:
    """Plain inference pairs go through unchanged."""
    assert pair_text(Pair(claim=CLAIM, passage=PASSAGE)) == (PASSAGE, CLAIM)


def test_title_day_and_distance_precede_the_passage() -> None:
    """The reader's means to tell whether it is the same event are spelt out."""
    pair = Pair(
        claim=CLAIM,
        passage=PASSAGE,
        claim_date=date(2017, 4, 5),
        date=date(2017, 4, 7),
        outlet="The Harbour Gazette",
        title="Fire at  the mill",
    )
    assert pair_text(pair) == (
        f"Fire at the mill | Friday 7 April 2017, 2 days later | {PASSAGE}",
        f"Wednesday 5 April 2017 | {CLAIM}",
    )


@pytest.mark.parametrize(
    ("day", "gap"),
    [(5, "same day"), (4, "1 day earlier"), (6, "1 day later"), (1, "4 days earlier")],
)
def test_distance_is_seen_from_the_claim(day: int, gap: str) -> None:
    """A passage published after the claim is later."""
    premise, _ = pair_text(
        Pair(claim=CLAIM, passage=PASSAGE, claim_date=date(2017, 4, 5), date=date(2017, 4, day))
    )
    assert premise.split(" | ")[0].split(", ")[1] == gap


def test_what_is_missing_leaves_no_trace() -> None:
    """Each part of the context may be absent by itself."""
    assert pair_text(Pair(claim=CLAIM, passage=PASSAGE, title="", date=date(2017, 4, 7))) == (
        f"Friday 7 April 2017 | {PASSAGE}",
        CLAIM,
    )
    assert pair_text(Pair(claim=CLAIM, passage=PASSAGE, claim_date=date(2017, 4, 7))) == (
        PASSAGE,
        f"Friday 7 April 2017 | {CLAIM}",
    )


def test_long_titles_are_cut_at_a_word() -> None:
    """A headline that is a paragraph does not crowd out the passage."""
    premise, _ = pair_text(Pair(claim=CLAIM, passage=PASSAGE, title="word " * 100))
    title = premise.split(" | ")[0]
    assert title == " ".join(["word"] * (TITLE_LIMIT // len("word ")))
