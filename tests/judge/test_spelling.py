"""Claims are read in the passage's spelling."""

from __future__ import annotations

import pytest

from corroborate.judge.spelling import align


@pytest.mark.parametrize(
    ("claim", "context", "expected"),
    [
        ("It hit Khan Velmaroun.", "In Velmarhun nobody slept.", "It hit Khan Velmarhun."),
        ("The navy lunched a rocket.", "A rocket was launched.", "The navy launched a rocket."),
        ("Sessenn mourns.", "The mayor of Sessen left.", "Sessen mourns."),
        ("Two centres burnt.", "Fire in two centers.", "Two centers burnt."),
        ("A quiet neighborhood.", "No neighbourhood slept.", "A quiet neighbourhood."),
        ("Hizbollah left.", "What Hezbollah says.", "Hezbollah left."),
    ],
)
def test_another_spelling_is_taken_over(claim: str, context: str, expected: str) -> None:
    """Names and long words with the same consonants are one word."""
    assert align(claim, context) == expected


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("Sweden", "Sudan"),
        ("Munich", "Monaco"),
        ("Homs", "Hamas"),
        ("Niger", "Nigeria"),
        ("Dallas", "Dulles"),
        ("Martin", "Morton"),
        ("Syrian", "Sarin"),
        ("founded", "funded"),
        ("adopted", "adapted"),
        ("tourist", "terrorist"),
        ("months", "minutes"),
        ("Sweden's", "Sudan's"),
        ("defused", "diffused"),
        ("fourth", "forth"),
    ],
)
def test_another_word_is_no_spelling(word: str, other: str) -> None:
    """What is a word of its own is never read as the other, either way round."""
    assert align(f"It was {word}.", f"It was {other}.") == f"It was {word}."
    assert align(f"It was {other}.", f"It was {word}.") == f"It was {other}."


@pytest.mark.parametrize(
    ("claim", "context"),
    [
        ("Austria voted.", "Australia voted."),
        ("Iran won.", "Iraq won."),
        ("The law is legal.", "The law is illegal."),
        ("Women left.", "A woman left."),
        ("Talvia and Talvio met.", "Talvia and Talvio met."),
        ("He met Marin.", "Morin met Maron."),
    ],
)
def test_other_words_stay(claim: str, context: str) -> None:
    """Different consonants, short words, words that the context has, and two that fit."""
    assert align(claim, context) == claim
