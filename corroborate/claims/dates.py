"""Days that a sentence only hints at, spelt out from the day it was published.

A day is named only where it is beyond doubt which is meant: "on Friday" inside a quotation, in
"Black Friday" or in "the Friday session" stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from corroborate.claims.quotations import QUOTED
from corroborate.claims.tense import lies_ahead

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMBERS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
#: Months that are also words: they need a day, or "early" and the like, or to stand as in "closed
#: in March" and "In May,".
_WORDS = frozenset({"May", "March", "Mar", "Sep"})
#: A yearless month so many days ahead at most may be meant, without a verb that says so.
SOON = 60
#: Months ago within which "last April" may be this year's or the last one's.
LATELY = 2
_ALMOST_A_WEEK = 6
#: Sentences for which a year that was named may be meant.
TOLD = 6

_MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?+)"
_DAY = rf"(?:{'|'.join(_DAYS)})"

#: "last Friday (April 14th)": the bracket says which day, the rest adds nothing.
_GLOSSED = re.compile(
    rf"\b(?:(?:on|last|this|next)\s+)*{_DAY}\s*\((?P<day>{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?)\)"
)
#: "April 14th", "early April", "14 April", "last April", "April last year" without a year; not
#: "in April or early May of 2016", which has one.
_YEARLESS = re.compile(
    rf"(?<!\d\d\d\d )\b(?:(?P<which>last|next|this)\s+)?(?:(?P<part>early|mid|late)[- ])?"
    rf"(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})"
    r"(?:\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?\b)?+(?<=[\w.])(?P<year>\s+(?:of\s+)?last year)?"
    r"(?![\w’'-]|,?\s*\d|\s?[–]\s?\d|\s+(?:and|or|to)\s+\d|\s+of\b"
    r"|(?:\s?[–—-]\s?|\s+(?:and|or|to|through|until)\s+)(?:in\s+)?(?:(?:early|mid|late)[- ])?"
    rf"{_MONTH}(?:\s+\d{{1,2}})?(?:,?|\s+of)\s+\d{{4}}\b"
    r"|\s+(?:that|the same|the following|the previous) year|\s+(?:war|revolution|uprising)\b"
    r"|\s+(?:Fourth|Day)\b)"
)
#: What follows where "in March" is a month: not "in March for Peace", nor "in March Street".
_AS_A_MONTH = re.compile(r"\s+(?!for\b|on\b|of\b)[a-z]|[.,;:)”\"]|$")
_WITHIN = re.compile(r"\b(?:in|since|until|during)\s+$", re.IGNORECASE)
#: A weekday that stands for a day: "on Friday", "said Friday that".
_WEEKDAY = re.compile(
    rf"(?<!\bthat )\b(?P<lead>(?:(?i:on|last|this|next|since|until|by|before|after|from)\s+)*)"
    rf"(?P<day>{_DAY})\b(?:\s+(?P<part>morning|afternoon|evening|night)\b)?+"
    r"(?=[.;:!?)”\"]|,(?!\s*(?:\d|[A-Z][a-z]+\.? \d))|\s+(?:[a-z]|[-–—])|$)"
    rf"(?!\s+(?:to|through|[-–—])\s+{_DAY}|\s+week\b)"
    r"(?!\s+(?:sessions?|editions?|meetings?|shows?|briefings?|interviews?|prayers?|papers?|"
    r"newspapers?|services?|mass|sales|games?|matche?s?|night football)\b)"
)
#: "in June 1917", "On March 3, 1919": not what has been so since, nor "the returns of 1995".
_A_YEAR = re.compile(
    rf"\b(?i:in|on)\s+(?:(?:early|mid|late)[- ])?(?:{_MONTH}\s+)?(?:\d{{1,2}},?\s+)?"
    rf"(?:{_MONTH}\s+)?"
    r"(?P<year>(?:1[6-9]|20)\d\d)\b(?![,.]\d)"
)
#: What tells of the days of publication.
_THESE_DAYS = re.compile(
    rf"\b(?:{_DAY}|[Yy]esterday|[Tt]oday|[Tt]omorrow|[Tt]onight|(?:[Tt]his|[Ll]ast|[Nn]ext)\s+(?:week|month|year)"
    r"|[Nn]ow|[Cc]urrently|[Rr]ecently)\b"
)
#: A year, not "the last year", nor "this time last year".
_LAST_YEAR = re.compile(r"(?<!\btime )(?<!\ball )\b[Ll]ast year\b(?![’'-])")
_OF_SOMEBODY = re.compile(
    r"(?:\b(?:the|an?|his|her|its|their|our|my|your|every|each)|[’']s|s[’'])\s+$", re.IGNORECASE
)
#: "Wednesday is the deadline", "Last year was the worst": no "on" or "in" before it.
_SUBJECT = re.compile(
    r"\s+(?:is|was|will|would|has|had|may|could|can|marks|marked|promises|saw|brought)\b"
)
_BEGINS = re.compile(r"(?:^|[,;:—–]|\b(?:and|but|because|while|since|if))\s*$", re.IGNORECASE)
_AGO = re.compile(
    rf"\b(?P<n>{'|'.join(_NUMBERS)}|\d{{1,2}})\s+(?P<unit>days?|weeks?)\s+ago\b"
    r"(?!\s+(?:today|tomorrow|on|last)\b)"
)
_NEAR = re.compile(r"\b(?P<word>[Yy]esterday|[Tt]omorrow|[Tt]oday)\b(?![’'-])")
#: What stands before a day that is part of a longer phrase: "every Monday", "Keld's Friday".
_PHRASE = re.compile(
    r"(?:\b(?:an?|the|every|each|any|another|one|(?<!\bas )of|his|her|its|their|our|my|about|"
    r"nearly|almost|over|than)|[’']s|s[’'])\s+(?:(?:first|second|third|fourth|last|next|final|"
    r"following|previous|"
    r"same|early|late|usual|typical|busy|quiet|cold|hot|rainy|sunny|single|better|brighter)\s+)?$",
    re.IGNORECASE,
)
#: "two years ago on Monday", "the day before yesterday", "from Monday to Friday", "a week after the
#: port was closed on Monday".
_COUNTED = re.compile(
    r"(?:\bago|\bday (?:before|after)|day\s+(?:to|through|[-–—])"
    r"|\b(?:weeks?|months?)\s+(?:after|before)\b[^,;]{0,80})\s+$"
)
#: "adjourned to 9 April", "bailed until Monday", "for a hearing on Friday", "its forecast for
#: June": what was done lies behind, the day may lie ahead.
_PUT_OFF = re.compile(
    r"\b(?:adjourned|postponed|delayed|deferred|rescheduled|extended|moved|(?:pushed|put)\s+(?:back|off))"
    r"\b.*?\b(?:until|till|to|for)\s+(?:the\s+\w+\s+of\s+)?$"
    r"|\b(?:bailed|remanded|released|freed|listed|fixed|set|summoned|ordered|told)\b.*?"
    r"\b(?:until|till|for|ahead\s+of|pending|to\s+(?:appear|attend|return|face|stand|leave|be))\b"
    r"|\b(?:forecasts?|deadline|outlook)\b"
)
#: Characters before a day in which these are looked for.
_REACH = 120
#: "had met": before something else, so not on the day that has just begun.
_HAD = re.compile(r"\bhad\s+[a-z]+\b")
#: "born today": these days.
_BORN = re.compile(r"\b(?:born|alive|living)\s+$")
#: "did not speak until Monday"; "is closed until Monday" may be either.
_WAITED = re.compile(r"\b(?:was|were|had|did|didn[’']t)\b")
#: "Black Friday", "Russia Today": a name, unless someone speaks ("Keld Friday said").
_CAPITAL = re.compile(r"\b(?!(?:Early|Earlier|Late|Later)\s)[A-Z][\w’'.-]*\s+$")
_SPEECH = re.compile(r"\s+(?:said|told|says|announced|confirmed|denied|warned|added|called)\b")
#: Beside these no "on" is needed.
_PREPOSITION = re.compile(
    r"\b(?:on|in|at|for|into|to|between|through|than|as|during|around|past|following|until|since|by|"
    r"before|after|from|as of|between\s+[^,;]{1,40}\sand)\s+$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:–—]")
_PRESENT = re.compile(r"\b(?:is|are|has|have|do|does|says?)\b")
#: "is funded through September": may lie ahead whatever the verb.
_UP_TO = re.compile(r"\b(?:until|till|by|through)\s+(?:the\s+\w+\s+of\s+)?$", re.IGNORECASE)
_NOW = re.compile(r"\b(?:is|are|has|have|than|do|does|[’']re)\b(?!.*\b(?:said|told|[a-z]+ed)\b)")


@dataclass(slots=True)
class Past:
    """The earlier year that an article is telling of, where it is. Sentences are noted in order."""

    published: date | None
    year: int | None = None
    #: Sentences until it is forgotten.
    left: int = 0

    def note(self, sentence: str) -> None:
        """Take in a sentence: "in June 1917" leads into the past, "on Friday" out of it."""
        years = [int(year) for year in _A_YEAR.findall(sentence)]
        self.left -= 1
        if self.published is None or not self.left or _THESE_DAYS.search(sentence):
            self.year = None
        elif years:
            self.year = years[-1] if years[-1] < self.published.year else None
            self.left = TOLD


def spell_out(
    sentence: str, published: date | None, *, timed: bool = False, told_of: int | None = None
) -> str:
    """Return a sentence in which hinted days are named.

    Args:
        sentence: Any sentence.
        published: The day of the article, in UTC; without it no year is added, no day counted.
        timed: Whether it was published at an hour when the next day had begun somewhere. Then a
            weekday that was six days ago by UTC is that day; without it, it is doubtful.
        told_of: An earlier year that the sentences before tell of: "in August" may be that year's.
    """
    sentence = _GLOSSED.sub(lambda m: f"on {m['day']}", sentence)
    if published is None:
        return sentence

    named: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_YEARLESS, lambda m: _month(m, published, told_of)),
        (_LAST_YEAR, lambda m: _last_year(m, published, told_of)),
        (_AGO, lambda m: _ago(m, published)),
        (_NEAR, lambda m: _near(m, published)),
        (_WEEKDAY, lambda m: _weekday(m, published, timed=timed)),
    )
    for pattern, name in named:
        # The days of a quotation count from its own.
        quoted = [m.span() for m in QUOTED.finditer(sentence)]
        sentence = pattern.sub(_outside(quoted, name), sentence)
    return sentence


def _outside(
    quoted: list[tuple[int, int]], name: Callable[[re.Match[str]], str]
) -> Callable[[re.Match[str]], str]:
    return lambda m: m[0] if any(s <= m.start() < e for s, e in quoted) else name(m)


def _weekday(match: re.Match[str], published: date, *, timed: bool) -> str:
    words = set(match["lead"].lower().split())
    before, after = _before(match), match.string[match.end() :]
    named = not words and _CAPITAL.search(before) and not _SPEECH.match(after)
    subject = not words and _is_subject(match)
    if named or subject or _COUNTED.search(before) or _is_phrase(match):
        return match[0]
    back = (published.weekday() - _DAYS.index(match["day"])) % 7
    own = _own_clause(before)
    lead = "until " if "until" in words else ""
    ahead = None if _PUT_OFF.search(own + lead) else lies_ahead(before, after)
    if "last" in words:
        back = back or 7
    elif "next" in words:
        back -= 7
    elif "since" not in words and back:
        waited = "until" not in words or ahead or _WAITED.search(before)
        almost = back == _ALMOST_A_WEEK and not ahead
        if ahead is None or not waited or (almost and (not timed or _HAD.search(own))):
            return match[0]
        back -= 7 if ahead or almost else 0
    return _on(match, published - timedelta(days=back))


def _last_year(match: re.Match[str], published: date, told_of: int | None) -> str:
    before = _before(match)
    # On 1 January it may still be the year before somewhere.
    new = (published.month, published.day) == (1, 1)
    if told_of or new or _is_subject(match) or _OF_SOMEBODY.search(before):
        return match[0]
    stands = _PREPOSITION.search(before) or re.search(r"\b(?:of|with|over|throughout)\s+$", before)
    bare = stands and stands[0].strip().lower() not in {"than", "as"}
    named = f"{'' if bare else 'in '}{published.year - 1}"
    return named[0].upper() + named[1:] if match[0][0].isupper() else named


def _is_subject(match: re.Match[str]) -> bool:
    """Return whether a sentence tells of the day, or the year, itself."""
    begins = _BEGINS.search(_before(match))
    return begins is not None and _SUBJECT.match(match.string, match.end()) is not None


def _ago(match: re.Match[str], published: date) -> str:
    n = _NUMBERS.get(match["n"]) or int(match["n"])
    days = n * (7 if match["unit"].startswith("week") else 1)
    # "Three weeks ago" names no day.
    if days > 7 or _is_phrase(match):  # noqa: PLR2004
        return match[0]
    return _on(match, published - timedelta(days=days))


def _near(match: re.Match[str], published: date) -> str:
    word, before = match["word"], _before(match)
    named = word[0].isupper() and before.strip()
    nowadays = word.lower() == "today" and _is_nowadays(match)
    if named or nowadays or _COUNTED.search(before) or _is_phrase(match):
        return match[0]
    step = {"yesterday": -1, "today": 0, "tomorrow": 1}[word.lower()]
    return _on(match, published + timedelta(days=step))


def _is_nowadays(match: re.Match[str]) -> bool:
    """Return whether "today" may mean these days: no verb beside it tells of a deed or a plan."""
    own = _CLAUSE.split(_before(match))[-1]
    after = _CLAUSE.split(match.string[match.end() :].lstrip(" ,"), maxsplit=1)[0]
    if _NOW.search(own[-40:]) or _BORN.search(own) or lies_ahead(own, after) is None:
        return True
    return lies_ahead(own, "") is None and _PRESENT.search(after) is not None


def _month(match: re.Match[str], published: date, told_of: int | None) -> str:
    if told_of and not match["which"] and not match["year"]:
        return match[0]
    year = None if _is_name(match) else _year(match, published)
    if year is None:
        return match[0]
    which = match["which"] or ""
    end = match.start("year") if match["year"] else match.end()
    text = match.string[match.start() + len(which) : end].lstrip()
    preposition = "in " if which and not _PREPOSITION.search(_before(match)) else ""
    return f"{preposition}{text} {year}"


def _before(match: re.Match[str]) -> str:
    return match.string[: match.start()]


def _own_clause(before: str) -> str:
    """Return what stands before a day in its clause."""
    return _CLAUSE.split(before[-_REACH:])[-1]


def _is_phrase(match: re.Match[str]) -> bool:
    """Return whether a day is part of a longer phrase; one with a preposition is not."""
    lead = (match.groupdict().get("lead") or "").lower().split()
    return not set(lead) - {"last", "this", "next"} and _PHRASE.search(_before(match)) is not None


def _is_name(match: re.Match[str]) -> bool:
    """Return whether a month is part of a name ("April Jones", "Jan Egeland", "Sept. 11")."""
    before, month = _before(match), match["month"]
    if match["before"] or match["after"]:
        return month.startswith("Sep") and match["after"] == "11"
    if match["which"] or match["part"]:
        return False
    if month in _WORDS or month not in _MONTHS:
        after = match.string[match.end() :]
        within = month == "March" and _WITHIN.search(before) and _AS_A_MONTH.match(after)
        return not within and not (month == "May" and before == "In " and after.startswith(","))
    named = _CAPITAL.search(before) and not _PREPOSITION.search(before)
    followed = re.match(r"\s+[A-Z]", match.string[match.end() :])
    return bool(named or (followed and not _WITHIN.search(before)))


def _year(match: re.Match[str], published: date) -> int | None:
    """Return the year of a month that is named without one; None where that is in doubt.

    The last such day before publication, unless the verb beside it speaks of the future.
    """
    abbreviated = match["month"][:3]
    number = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(abbreviated))
    day = int(match["before"] or match["after"] or 0)
    gap = number - published.month or (day and day - published.day)
    which = match["which"]
    if match["year"]:
        return published.year - 1
    if which == "last" and -LATELY <= number - published.month < 0:
        return None  # "Last April" in May.
    if which:
        return published.year + {"last": -(gap >= 0), "this": 0, "next": gap <= 0}[which]
    before = _before(match)
    put_off = _PUT_OFF.search(_own_clause(before))
    ahead = None if put_off else lies_ahead(before, match.string[match.end() :])
    up_to = not ahead and _UP_TO.search(before)
    if gap <= 0:
        pending = ahead or (up_to and not _WAITED.search(before))
        return None if pending and gap < 0 else published.year
    soon = 31 * (number - published.month) + (day or 1) - published.day <= SOON
    if up_to or ahead is None or (not ahead and soon and _PHRASE.search(before)):
        return None  # "The June 8 election was called" in May.
    return published.year - (not ahead)


def _on(match: re.Match[str], day: date) -> str:
    lead = (match.groupdict().get("lead") or "").split()
    words = [word for word in lead if word.lower() not in {"last", "this", "next"}]
    # "Sworn in Tuesday": no day has "in" before it.
    stands = _PREPOSITION.search(_before(match))
    if not words and (stands is None or stands[0].strip().lower() in {"in", "at"}):
        words = ["on"]
    if part := match.groupdict().get("part"):
        words += ["the", part, "of"]
    named = " ".join([*words, f"{day.day} {_MONTHS[day.month - 1]} {day.year}"])
    return named[0].upper() + named[1:] if match[0][0].isupper() and not match.start() else named
