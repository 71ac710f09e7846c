"""Passages are whole sentences, verbatim, in order; what is too long is cut between words."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.passages import MOST_WORDS, SENTENCES, passages
from tests.samples import article


def texts(text: str) -> list[str]:
    """Return the texts of an article's passages."""
    return [passage.text for passage in passages(article(text=text))]


def test_passages_are_runs_of_sentences() -> None:
    """So many sentences each, the last with what is left, none twice."""
    sentences = [f"Ship {i} has left the port." for i in range(SENTENCES + 1)]
    assert texts(" ".join(sentences)) == [" ".join(sentences[:SENTENCES]), sentences[-1]]


def test_long_sentences_close_a_passage_early() -> None:
    """A passage has at most so many words."""
    long = " ".join(["word"] * (MOST_WORDS - 2)) + "."
    assert texts(f"It rained. {long} It snowed.") == [f"It rained. {long}", "It snowed."]


def test_a_table_is_cut_between_words() -> None:
    """What has no full stops becomes several passages, and loses no word."""
    words = [f"cell{i}" for i in range(2 * MOST_WORDS + 1)]
    cut = texts(" ".join(words))
    assert [len(text.split()) for text in cut] == [MOST_WORDS, MOST_WORDS, 1]
    assert " ".join(cut).split() == words


def test_text_without_spaces_is_cut_too() -> None:
    """Base64, or a language without spaces, is neither lost nor one endless passage."""
    cut = texts("x" * 50_000)
    assert "".join(cut) == "x" * 50_000
    assert max(map(len, cut)) == 200 * MOST_WORDS


@given(st.text(alphabet="aB .!?\n\"'1\u00e9\u3002\t", max_size=400))
@settings(max_examples=60, deadline=None)
def test_passages_are_verbatim_and_cover_every_word(text: str) -> None:
    """Offsets point at the text, passages do not overlap, and every letter is in one."""
    found = passages(article(text=text))
    assert [text[p.start : p.end] for p in found] == [p.text for p in found]
    assert all(a.end <= b.start for a, b in pairwise(found))
    letters = [c for c in text if c.isalnum()]
    assert [c for p in found for c in p.text if c.isalnum()] == letters
