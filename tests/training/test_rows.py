"""Labelled pairs: how they are cleaned and varied."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import pytest

from corroborate.types import Pair
from training.rows import detokenised, inference_examples, stance_examples, varied


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("He came , she said .", "He came, she said."),
        ("The state 's law -LRB- passed in 1861 -RRB- .", "The state's law (passed in 1861)."),
        ("It is `` quite good '' .", 'It is "quite good".'),
        ("They do n't pay $ 5 .", "They don't pay $5."),
        ("well - known", "well-known"),
    ],
)
def test_treebank_tokens_become_printed_text(tokens: str, text: str) -> None:
    """Spaces, brackets and quotes end up as a newspaper prints them."""
    assert detokenised(tokens) == text


def test_two_way_rows_keep_what_they_know_and_leftovers_go(tmp_path: Path) -> None:
    """A row that does not agree may be either of the other two; headings are dropped."""
    file = tmp_path / "two_way.jsonl"
    rows = [
        {"premise": "The cat sat down.", "hypothesis": "It stood up.", "label": "not_entailment"},
        {"premise": "The cat sat down.", "hypothesis": "The cat sat.", "label": "entailment"},
        {"premise": "Contents", "hypothesis": "The cat sat.", "label": "neutral"},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert [example.label for example in inference_examples(file)] == [3, 0]


def test_unsure_rows_count_half(tmp_path: Path) -> None:
    """What the annotator doubted weighs less."""
    row = {"claim": "a", "passage": "b", "stance": "conflicts", "date": "2017-04-05", "title": "t"}
    file = tmp_path / "rows.jsonl"
    file.write_text(
        "\n".join(json.dumps(row | {"sure": sure}) for sure in (True, False)), encoding="utf-8"
    )
    assert [example.weight for example in stance_examples(file, 2.0)] == [2.0, 1.0]


def test_plain_pairs_are_never_given_context() -> None:
    """An inference row has no title or day to vary."""
    pair = Pair(claim="a", passage="b")
    assert varied(pair, random.Random(1), natural=False) == pair


def test_a_written_claim_is_not_always_dated_like_its_passage() -> None:
    """Otherwise "same day" would tell written rows, often conflicts, from natural ones."""
    pair = Pair(claim="a", passage="b", date=date(2017, 4, 5), title="t")
    rng = random.Random(1)
    days = {varied(pair, rng, natural=False).claim_date for _ in range(200)}
    assert {None, date(2017, 4, 5), date(2017, 4, 7)} <= days


def test_a_natural_claim_keeps_its_own_day() -> None:
    """Its distance to the passage is a fact."""
    pair = Pair(
        claim="a", passage="b", claim_date=date(2017, 4, 1), date=date(2017, 4, 5), title="t"
    )
    rng = random.Random(1)
    days = {varied(pair, rng, natural=True).claim_date for _ in range(100)}
    assert days == {None, date(2017, 4, 1)}


def test_a_line_may_hold_many_claims(tmp_path: Path) -> None:
    """A passage is written once; written rows count as they are told to."""
    claims = [{"claim": "b was seen", "stance": "agrees"}, {"claim": "c", "stance": "unrelated"}]
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"passage": "b", "claims": claims}), encoding="utf-8")
    examples = stance_examples(file, 2.0, written=1.0)
    assert [(e.pair.claim, e.pair.passage, e.label, e.weight) for e in examples] == [
        ("b was seen", "b", 0, 1.0),
        ("c", "b", 2, 1.0),
    ]
