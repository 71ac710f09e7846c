"""Contradictions made by rule."""

from __future__ import annotations

import random

import pytest

from training.perturb import compressed, twisted


@pytest.mark.parametrize(
    ("sentence", "kind", "kept"),
    [
        ("The blast injured 1,250 dockers.", "number", "The blast injured {} dockers."),
        ("The crew saw seven whales.", "number", "The crew saw {} whales."),
        ("The crew met the mayor Tuesday.", "detail", "The crew met the mayor {}."),
        ("The ship anchored near Beirut.", "detail", "The ship anchored near {}."),
        ("Prices rose.", "denial", "Prices {}."),
        ("The bridge was closed.", "denial", "The bridge was{} closed."),
    ],
)
def test_one_detail_is_made_wrong(sentence: str, kind: str, kept: str) -> None:
    """Everything but the detail stays as it was, and the kind says what it was."""
    twist = twisted(sentence, [], random.Random(3))
    assert twist is not None
    before, after = kept.split("{}")
    assert (twist.kind, twist.text.startswith(before), twist.text.endswith(after)) == (
        kind,
        True,
        True,
    )
    assert twist.text != sentence


def test_a_name_gives_way_to_another() -> None:
    """Only the names that were handed in stand in for one."""
    twist = twisted("The letter praised Mary Holt.", ["John Reed"], random.Random(1))
    assert twist is not None
    assert twist.text in {"The letter praised John Reed.", "The letter criticized Mary Holt."}


def test_a_sentence_without_detail_is_left_alone() -> None:
    """No rule applies: no row."""
    assert twisted("Ferries kept running.", [], random.Random(1)) is None


def test_compression_drops_what_asserts_nothing() -> None:
    """Asides, attribution and opening words go."""
    sentence = "On Tuesday, the bridge (built in 1931) was closed, officials said."
    assert compressed(sentence) == "The bridge was closed."
