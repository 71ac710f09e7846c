"""Days that a sentence only hints at, spelt out from the day it was published."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMBERS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_MONTH = rf"(?:{'|'.join(_MONTHS)}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
_DAY = rf"(?:{'|'.join(_DAYS)})"

#: "last Friday (April 14th)": the bracket says which day, the rest adds nothing.
_GLOSSED = re.compile(
    rf"\b(?:(?:on|last|this|next)\s+)*{_DAY}\s*\((?P<day>{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?)\)"
)
#: "April 14th", "early April", "14 April" without a year.
_YEARLESS = re.compile(
    rf"\b(?:(?P<part>early|mid|late)[- ])?(?:(?P<before>\d{{1,2}})\s+)?(?P<month>{_MONTH})"
    r"(?:\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?)?\b(?!,?\s*\d)(?![\w’'])"
)
#: A weekday that stands for a day: "on Friday", "said Friday that", not "the Friday session".
_WEEKDAY = re.compile(
    rf"(?<!\bthe )(?<!\bof )(?<!\bevery )(?<!\beach )(?<!\bthat )(?<!\ba )"
    rf"\b(?:(?i:on|last|this|next|since|until|by|before|after|from)\s+)*(?P<day>{_DAY})\b"
    r"(?:\s+(?P<part>morning|afternoon|evening|night))?"
    r"(?=[.;:!?)”\"]|,(?!\s*(?:\d|[A-Z][a-z]+\.? \d))|\s+[a-z]|$)"
    r"(?!\s+(?:session|edition|meeting|show|briefing|interview|night football))"
)
_AGO = re.compile(rf"\b(?P<n>{'|'.join(_NUMBERS)}|\d{{1,2}})\s+(?P<unit>days?|weeks?)\s+ago\b")
_NEAR = re.compile(r"\b(?P<word>[Yy]esterday|[Tt]omorrow|[Tt]oday)\b(?!['’]s)")
_AHEAD = re.compile(r"\b(?:will|next|to be|due|plans?|expected|scheduled|set to)\b", re.IGNORECASE)


def spell_out(sentence: str, published: date | None) -> str:
    """Return a sentence in which hinted days are named.

    Args:
        sentence: Any sentence.
        published: The day of the article; without it no year is added and no day counted.
    """
    sentence = _GLOSSED.sub(lambda m: f"on {m['day']}", sentence)
    if published is None:
        return sentence
    ahead = _AHEAD.search(sentence) is not None

    def weekday(match: re.Match[str]) -> str:
        back = (published.weekday() - _DAYS.index(match["day"])) % 7
        if "last" in match[0].lower().split() and back == 0:
            back = 7
        day = published - timedelta(days=back)
        if "next" in match[0].lower().split() or (ahead and back > 0):
            day += timedelta(days=7)
        return _on(match, day)

    def ago(match: re.Match[str]) -> str:
        n = _NUMBERS.get(match["n"]) or int(match["n"])
        days = n * (7 if match["unit"].startswith("week") else 1)
        if days > 7:  # noqa: PLR2004 - "three weeks ago" names no day
            return match[0]
        return _on(match, published - timedelta(days=days))

    def near(match: re.Match[str]) -> str:
        step = {"yesterday": -1, "today": 0, "tomorrow": 1}[match["word"].lower()]
        return _on(match, published + timedelta(days=step))

    def year(match: re.Match[str]) -> str:
        if match["month"] in {"May", "March", "Mar", "Sep"} and not (
            match["before"] or match["after"] or match["part"]
        ):
            return match[0]
        return f"{match[0]} {_year(match['month'], published)}"

    sentence = _YEARLESS.sub(year, sentence)
    sentence = _AGO.sub(ago, sentence)
    sentence = _NEAR.sub(near, sentence)
    return _WEEKDAY.sub(weekday, sentence)


def _on(match: re.Match[str], day: date) -> str:
    words = match[0].lower().split()
    word = words[0] if words[0] in {"since", "until", "by", "before", "after", "from"} else "on"
    word = word.capitalize() if match.start() == 0 and match[0][0].isupper() else word
    part = match.groupdict().get("part")
    word = f"{word} the {part} of" if part else word
    return f"{word} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _year(month: str, published: date) -> int:
    """Return the year of a month that is named without one: the nearest to publication."""
    number = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(month.rstrip(".")[:3]))
    gap = number - published.month
    half = 6
    return published.year - (gap > half) + (gap < -half)
