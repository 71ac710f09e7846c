"""Where sentences begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PARAGRAPH = re.compile(r"[^\n]+")
#: Titles and places that syntok takes for the last word of a sentence.
_TITLE = re.compile(
    r"\b(?:Sens?|Reps?|Govs?|Lt|Gens?|Sgt|Det|Rev|Maj|Cpl|Pvt|Capt|Cmdr|Adm|Pres|Atty|Insp|Hon|Supt"
    r"|Ft|Mt)\.$"
)
#: "D-Ore." and "Mobile, Ala.", where the sentence goes on, and "Oct.", where a day follows.
_STATE = re.compile(r"(?:\b[DRI]-|, )(?:[A-Z][a-z]*\.)+\)?$")
#: "Velmar, Calif.", where "Mayor Keld" follows.
_PLACE = re.compile(r"(?:[A-Z][\w’'-]*\s){0,2}[A-Z][\w’'-]*, (?:[A-Z][a-z]*\.)+")
_GOES_ON = re.compile(r"[a-z,–—-]")
_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$")
#: Characters of the longest of these.
_REACH = 12
#: "“Who will pay?” Senator Keld asked on Friday."
_SPEAKER = re.compile(
    r"(?!(?:He|She|They|We|I|It)\s)(?:[A-Z][\w.’'-]*\s+){1,6}(?:asked|said|asks|says|wrote|tweeted)"
    r"(?=[.,]|\s+(?:on|in|at|during|after)\s|\s+\w+day\b)"
)
#: Ends that syntok takes for a number or an abbreviation in mid-sentence.
_END = re.compile(
    r"(?<=\d)[.,]\d+%?\.\s+(?=[\"“‘]?[A-Z])"
    r"|(?<=\bU)\.[KNS]\.\s+(?=(?:He|She|It|They|We|The|This|An?|In|On|At|But|And)\s)"
    r"|(?<=[a-z][\s-])cap\.\s+(?=[A-Z])"
)


def split(text: str, language: str | None = None) -> list[tuple[int, int]]:
    """Return the sentences of a text as (start, end) offsets, in order.

    A line break always ends a sentence. Between sentences nothing is visible.

    Args:
        text: Any text.
        language: ISO 639-1 code; the rules are made for European languages and are the
            same for all of them.

    The rules are syntok's (https://github.com/fnl/syntok): quotations, abbreviations,
    initials, dates and decimals. Added are the titles of American English.
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
    spans: list[tuple[int, int]] = []
    for sentence in segmenter.split(tokens.tokenize(paragraph)):
        if sentence:
            start, end = sentence[0].offset, sentence[-1].offset + len(sentence[-1].value)
            if spans and _is_cut(paragraph, *spans[-1], start):
                start = spans.pop()[0]
            spans.append((start, end))
    return [
        (offset + start, offset + end) for span in spans for start, end in _apart(paragraph, *span)
    ]


def _apart(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of what syntok takes for one."""
    for match in _END.finditer(text, start, end):
        if " " in text[start : match.start()]:
            yield start, match.start() + len(match[0].rstrip())
            start = match.end()
    yield start, end


def _is_cut(text: str, begin: int, end: int, start: int) -> bool:
    """Return whether text[begin:end] and what starts behind it are one sentence."""
    if _PLACE.fullmatch(text, begin, end):
        return True
    if text.endswith(("?”", '?"', "!”", '!"'), 0, end):
        return _SPEAKER.match(text, start) is not None
    if not text.endswith((".", ".)"), 0, end):
        return False
    tail = text[max(0, end - _REACH) : end]
    return (
        _TITLE.search(tail) is not None
        or (_GOES_ON.match(text, start) is not None and _STATE.search(tail) is not None)
        or (text[start].isdigit() and _MONTH.search(tail) is not None)
    )
