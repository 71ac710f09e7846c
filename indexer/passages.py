"""An article's passages: windows of whole sentences."""

from __future__ import annotations

from collections.abc import Iterator

from corroborate.sentences import split
from corroborate.types import Article, Passage

#: Sentences in a passage: enough to say what happened, few enough to judge.
SENTENCES = 3
#: Words from which a passage is closed early, and over-long sentences are cut.
MOST_WORDS = 100


def passages(article: Article) -> list[Passage]:
    """Return an article's passages in order; they do not overlap."""
    spans = [
        piece
        for start, end in split(article.text, article.language)
        for piece in _pieces(article.text, start, end)
    ]
    return [
        Passage(article.id, window[0][0], window[-1][1], article.text[window[0][0] : window[-1][1]])
        for window in _windows(article.text, spans)
    ]


def _windows(text: str, spans: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    window: list[tuple[int, int]] = []
    words = 0
    for start, end in spans:
        length = len(text[start:end].split())
        if window and (len(window) == SENTENCES or words + length > MOST_WORDS):
            yield window
            window, words = [], 0
        window.append((start, end))
        words += length
    if window:
        yield window


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a sentence that is too long (a table, a list without full stops) between words."""
    while len(text[start:end].split()) > MOST_WORDS:
        head = text[start:end].split(None, MOST_WORDS)
        cut = end - len(head[-1])
        yield start, start + len(text[start:cut].rstrip())
        start = cut
    if end - start > MOST_WORDS * 40:
        # No white space to cut at: such text is in no language that the models know.
        end = start + MOST_WORDS * 40
    yield start, end
