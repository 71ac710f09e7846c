"""An article's passages: windows of whole sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corroborate.sentences import split
from corroborate.types import Article, Passage

#: Sentences in a passage: enough to say what happened, few enough to judge.
SENTENCES = 3
#: Words from which a passage is closed early, and over-long sentences are cut.
MOST_WORDS = 100

# Where nothing is between words (Thai, a line of base64), a run of this length counts as one.
_WORD = re.compile(r"\S{1,200}")


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
        length = len(_WORD.findall(text, start, end))
        if window and (len(window) == SENTENCES or words + length > MOST_WORDS):
            yield window
            window, words = [], 0
        window.append((start, end))
        words += length
    if window:
        yield window


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a sentence that is too long (a table, a list without full stops) between words."""
    words = [match.span() for match in _WORD.finditer(text, start, end)]
    for first in range(0, len(words), MOST_WORDS):
        some = words[first : first + MOST_WORDS]
        yield some[0][0], some[-1][1]
