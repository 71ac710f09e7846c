"""What stands in quotation marks."""

from __future__ import annotations

import re

#: Characters within which a quotation that goes on must have begun and must end.
REACH = 2000

#: A straight mark that closes: behind a word or its punctuation, before a space; not an inch.
_CLOSING = r"(?:”|(?<=[^\W\d_.,!?…])\"(?=\s|$)|(?<=[.,!?…]['’])\"(?=\s|$)|(?<=[.,!?…])\"(?=\s|$))"
#: A quotation; one that began in an earlier sentence, or goes on in the next, as well.
QUOTED = re.compile(rf"^[^\"“”]*{_CLOSING}|[\"“][^\"”]*(?:[\"”]|$)")
_MARK = re.compile(r"[\"“”]")
_OPENS = re.compile(r"“|\"(?=\S)(?<![\w.,!?…’']\")")
_CLOSES = re.compile(_CLOSING)
#: A quotation that the next paragraph goes on with.
_RESUMED = re.compile(r"\s*[\"“]")
#: "— Anton Keld (@keld) March 9, 2026": who posted what stands before it.
_SIGNED = re.compile(r"(?:^|\s)[—–-]\s(?P<who>[^()\n]{2,50}) \(@\w+\) [A-Z][a-z]+ \d{1,2}, \d{4}$")

#: "Anton Keld said in a statement: “": what comes before a quotation and says whose it is.
_WHOSE = re.compile(
    r"(?!(?:He|She|They|It|We|I)\s)[A-Z][^.?!\"“”]{3,120}(?<!\bhe\s)(?<!\bthey\s)\b(?:said|says|wrote|tweeted|added|stated|declared|"
    r"posted)\b[^.?!\"“”]{0,60}[,:]\s+$"
)


def within(text: str, start: int, end: int) -> int | None:
    """Return where the quotation begins that all of text[start:end] is a later part of.

    The mark before it in its paragraph opens one, and the next mark, behind it or at its end,
    closes one.
    """
    first = max(text.rfind("\n", 0, start) + 1, start - REACH)
    opening = max(text.rfind(mark, first, start) for mark in '"“”')
    stop = text.find("\n", end, end + REACH)
    closing = _MARK.search(text, start, end + REACH if stop < 0 else stop)
    if opening < 0 or not _OPENS.match(text, opening):
        return None
    if closing is None:
        return opening if stop >= 0 and _RESUMED.match(text, stop) else None
    ends = closing.end() >= end and _CLOSES.match(text, closing.start())
    return opening if ends else None


def posted_by(text: str, start: int, end: int) -> str | None:
    """Return who posted the paragraph that text[start:end] says something in, by its end."""
    stop = text.find("\n", start)
    paragraph = text[text.rfind("\n", 0, start) + 1 : stop if stop >= 0 else len(text)]
    match = _SIGNED.search(paragraph) if len(paragraph) < REACH else None
    return match["who"] if match and unsigned(text[start:end]) else None


def unsigned(sentence: str) -> str:
    """Return a sentence of a post without who posted it when."""
    return _SIGNED.sub("", sentence).strip()


def attributed(text: str, opening: int, start: int, end: int) -> str | None:
    """Return text[start:end], a later part of a quotation, with whose it is.

    None where what stands before the quotation, in its sentence, does not say so.
    """
    before = text[max(text.rfind("\n", 0, opening) + 1, opening - REACH) : opening]
    *_, whose = re.split(r"(?<=[.?!”\"])\s+(?=[A-Z“])", before)
    part = text[start:end].rstrip('"”').strip()
    return f"{whose}“{part}”" if _WHOSE.match(whose) else None
