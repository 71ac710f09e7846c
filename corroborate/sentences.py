"""Where sentences begin and end."""

from __future__ import annotations

import re

_PARAGRAPH = re.compile(r"[^\n]+")


def split(text: str, language: str | None = None) -> list[tuple[int, int]]:
    """Return the sentences of a text as (start, end) offsets, in order.

    A line break always ends a sentence. Between sentences nothing is visible.

    Args:
        text: Any text.
        language: ISO 639-1 code; the rules are made for European languages and are the
            same for all of them.

    The rules are syntok's (https://github.com/fnl/syntok): quotations, abbreviations,
    initials, dates and decimals.
    """
    del language
    return [
        span
        for paragraph in _PARAGRAPH.finditer(text)
        for span in _sentences(paragraph[0], paragraph.start())
    ]


def _sentences(paragraph: str, offset: int) -> list[tuple[int, int]]:
    from syntok import segmenter
    from syntok.tokenizer import Tokenizer

    tokens = Tokenizer(emit_hyphen_or_underscore_sep=True, replace_not_contraction=False)
    spans = []
    for sentence in segmenter.split(tokens.tokenize(paragraph)):
        if sentence:
            first, last = sentence[0], sentence[-1]
            spans.append((offset + first.offset, offset + last.offset + len(last.value)))
    return spans
