"""An article's claims."""

from __future__ import annotations

import re

from corroborate.claims.checkable import why_not
from corroborate.claims.clauses import take_apart
from corroborate.claims.dates import Past, spell_out
from corroborate.claims.leftovers import is_byline, is_caption, is_title, without_leftovers
from corroborate.claims.quotations import attributed, posted_by, unsigned, within
from corroborate.claims.references import Mentions
from corroborate.sentences import split
from corroborate.types import Article, Claim, Skipped

#: All but four are part of the sentence where no comma follows ("Besides Talvia", "So far").
_CONNECTIVE = re.compile(
    r"^(?:(?:(?i:but|and|yet|meanwhile)\b,?(?!\s+for\b)|(?i:so|still|however|moreover|furthermore|"
    r"nevertheless|nonetheless|instead|indeed|also|thus|therefore|then(?!, as now\b)|besides|"
    r"additionally|in addition|by contrast|in fact|at the same time|for example|for instance|"
    r"as a result|on the other hand),(?:\s+though,)?)\s+)+(?=\S)"
)
#: ", two people close to him told this newspaper.": others cannot report that it was them.
#: What follows a name, "Keld, a sailor …, previously said.", means one, "…, she said", or is no
#: speech, "…, only to be told so", stays.
_NAMELESS = re.compile(
    r"(?<=\w),\s+(?!(?:he|she|they|it|\w+ly|later|once|has|had|which|who|only|saying|as|and|or|but)\s|"
    r"\w+ing\s|un\w+\s)"
    r"(?:[a-z][\w’'-]*\s+){1,6}(?:said|told\s+(?:[a-z][\w’'-]*\s*){1,4})"
    r"(?:\s+on\s+\w+day)?\.$"
)

#: Marks of a quotation, within a quotation.
_SINGLE = str.maketrans('"“”', "'‘’")

#: Characters of a title or a sentence that are read; what is longer is a table, or hostile.
LONGEST = 1_000
#: Hour, in UTC, from which the next day has begun somewhere.
EARLIEST = 10


def extract(article: Article) -> tuple[list[Claim], list[Skipped]]:
    """Return an article's claims and the sentences that are none, both in order.

    A claim keeps its sentence and span; its text is restated so that it stands alone: days
    are named from the article's own day, "he" or "the ministry" by what was said before.
    """
    claims: list[Claim] = []
    skipped: list[Skipped] = []
    title = article.title[:LONGEST]
    mentions = Mentions()
    mentions.note_title(title)
    published = article.published
    day = published.date() if published else None
    past = Past(day)
    timed = bool(published and not article.day_only and published.hour >= EARLIEST)
    stated_before: set[str] = set()
    for start, end in split(article.text, article.language):
        raw = article.text[start:end]
        if len(raw) > LONGEST:
            skipped.append(Skipped(start, end, "too long"))
            continue
        sentence, reason = _read(article.text, start, end, title)
        if not reason and _plain(sentence) in stated_before:
            reason = "said before"
        if reason:
            skipped.append(Skipped(start, end, reason))
        else:
            stated = spell_out(
                mentions.resolve(_bare(sentence)), day, timed=timed, told_of=past.year
            )
            claims += [
                Claim(" ".join(part.split()), raw, start, end) for part in take_apart(stated)
            ]
            stated_before.add(_plain(sentence))
        # Who posted something is not whom the next paragraph speaks of.
        mentions.note(raw if posted_by(article.text, start, end) else sentence)
        past.note(sentence)
    return claims, skipped


def _read(text: str, start: int, end: int, title: str) -> tuple[str, str | None]:
    """Return the sentence text[start:end] as it is meant, and why it is no claim, if it is none."""
    raw = text[start:end]
    sentence = without_leftovers(raw, title)
    if is_title(raw, title):
        return sentence, "headline"
    if is_byline(raw):
        return sentence, "byline"
    if is_caption(text, start, end):
        return sentence, "caption"
    if who := posted_by(text, start, end):
        post = unsigned(sentence)
        return f"{who} tweeted: “{post.translate(_SINGLE)}”", why_not(post)
    opening = within(text, start, end)
    if opening is None:
        return sentence, why_not(sentence)
    reason = why_not(sentence.rstrip('"”'))
    quoted = attributed(text, opening, start, end)
    return (quoted, reason) if quoted else (sentence, "quotation without a speaker")


def _bare(sentence: str) -> str:
    """Return a sentence without leading connectives and nameless sources."""
    bare = _NAMELESS.sub(".", _CONNECTIVE.sub("", sentence))
    return bare[0].upper() + bare[1:] if bare else sentence


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
