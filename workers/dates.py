"""Times as publishers write them, made aware UTC datetimes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

#: News is not older than the first weekly papers, and not much younger than now.
_FIRST_YEAR = 1600
_AHEAD = timedelta(days=2)

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})$")
#: A day and a time without anything in between, which could pass for milliseconds in 1976.
_COMPACT_TIME = re.compile(
    r"((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"((?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)(?!\d)"
)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?$|\d{12,13}$")
_MAIL = re.compile(
    r"(?:[A-Za-z]{3,9}, ?)?\d{1,2} [A-Za-z]{3} (?:\d\d|[12]\d{3}) \d\d:\d\d(?::\d\d)? [-+A-Z]"
    # What JavaScript and Java make of a date, which the library reads as well.
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d (?:\d{4} )?\d\d:\d\d:\d\d [A-Z]{1,4}\b"
)

#: Zone names in bylines, hours east of Greenwich. IST is India's, CST and BST as in news
#: of the United States and Britain.
_ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "SAST": 2, "MSK": 3, "IST": 5.5, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AWST": 8,
    "ACST": 9.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "NST": -3.5, "AST": -4,
    "ADT": -3, "EDT": -4, "EST": -5, "ET": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7,
    "PDT": -7, "PST": -8, "PT": -8, "AKST": -9, "HST": -10,
}  # fmt: skip

_ZONE = re.compile(rf"\b(?:{'|'.join(_ZONES)})\b")
_AFTER_TIME = re.compile(rf"(?<=\d)\s?({'|'.join(_ZONES)})\b(?P<more>[+-]\d{{4}}\b)?")
_YEAR_FIRST = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:(?:[:.h](?P<minute>\d\d))(?::\d\d)?\s?(?:(?P<half>[ap])\.?m\b)?"
    r"|\s?(?P<half2>[ap])\.?m\b)",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
# In ASCII: else a dotless i or a long s would match where case does not count.
_MONTH = f"(?a:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_IN_TEXT = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<m1>{_MONTH})\.?,?\s(?P<y1>(?:19|20)\d\d)"
    rf"|(?P<m2>{_MONTH})\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y2>(?:19|20)\d\d)"
    r"|(?P<y3>(?:19|20)\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d))\b",
    re.IGNORECASE,
)
_NAMED_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WEEKDAY_AND_DAY = re.compile(
    r"\b(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day),?\s\(?"
    rf"(?P<month>{_MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,?\s(?:19|20)\d\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as precisely as it was given."""

    #: UTC; midnight where only the day is known.
    time: datetime
    day_only: bool


def parse_moment(value: object) -> Moment | None:
    """Return the moment that a publisher's string or number means, or None.

    Reads ISO 8601 (also without its "T", or with "/" or "." in its day), RFC 2822, Unix times
    (seconds or milliseconds) and English dates. A time without a zone is taken as UTC;
    midnight to the second, in whatever zone, is how publishing systems write a day. Days in
    figures that could be read two ways ("12/03/2017"), times before 1600 and more than two
    days ahead are none.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = " ".join(str(value)[:200].split())[:80]
    if compact := _COMPACT_TIME.match(text):
        text = f"{compact[1]}T{compact[2]}{text[compact.end() :]}"
    elif day := _YEAR_FIRST.match(text):
        text = f"{day[1]}-{day[3]:0>2}-{day[4]:0>2}{text[day.end() :]}"
    moment = _day(text) or _epoch(text) or _iso(text) or _mail(text) or _english(text)
    if moment is None or not _plausible(moment.time):
        return None
    return moment


def dates_in(text: str) -> list[tuple[int, date]]:
    """Return every full date in English text with its offset ("14 April 2017")."""
    found = []
    for match in _IN_TEXT.finditer(text):
        part = {name[0]: value for name, value in match.groupdict().items() if value}
        month = _MONTHS.get(part["m"].lower()) or int(part["m"])
        try:
            found.append((match.start(), date(int(part["y"]), month, int(part["d"]))))
        except ValueError:
            continue
    return found


def possible_days(text: str, today: date) -> list[date]:
    """Return the days that a text may mean by weekday and day of the month, newest first.

    "Last Friday (April 14th)" was in 2017 and 2023, not in between; a year that the text
    names elsewhere rules out those before it. For articles that do not give their date.
    """
    named = [int(year) for year in _NAMED_YEAR.findall(text)]
    first = max((year for year in named if year <= today.year), default=today.year - 30)
    found: set[date] = set()
    for match in _WEEKDAY_AND_DAY.finditer(text):
        month = match["month"].lower()
        for year in range(first, today.year + 1):
            try:
                day = date(year, _MONTHS[month], int(match["day"]))
            except ValueError:
                continue
            if day <= today and day.strftime("%A").lower() == match["weekday"].lower():
                found.add(day)
    return sorted(found, reverse=True)


def _plausible(moment: datetime) -> bool:
    return moment.year >= _FIRST_YEAR and moment <= datetime.now(UTC) + _AHEAD


def _day(text: str) -> Moment | None:
    match = _DAY.match(text) or _COMPACT_DAY.match(text)
    if match is None:
        return None
    try:
        year, month, day = map(int, match.groups())
        return Moment(datetime(year, month, day, tzinfo=UTC), day_only=True)
    except ValueError:
        return None


def _epoch(text: str) -> Moment | None:
    if not _EPOCH.match(text):
        return None
    seconds = float(text)
    seconds /= 1000 if seconds > 1e11 else 1  # noqa: PLR2004  milliseconds
    return Moment(datetime.fromtimestamp(seconds, UTC), day_only=False)


def _iso(text: str) -> Moment | None:
    # What stands between day and time may be any character to Python, also a figure.
    if re.match(r"\d{9}", text):
        return None
    # A zone may stand apart or be named: "2024-05-02 07:01:00 +0000", "… UTC".
    text = re.sub(r"\s([+-]\d\d:?\d\d)$", r"\1", _AFTER_TIME.sub(_in_figures, text))
    try:
        return _aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _mail(text: str) -> Moment | None:
    if not _MAIL.match(text):
        return None
    try:
        return _aware(parsedate_to_datetime(_AFTER_TIME.sub(_in_figures, text)))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _in_figures(zone: re.Match[str]) -> str:
    """Return a named zone ("BST", "GMT+0100") as " +0100"."""
    offset = timezone(timedelta(hours=_ZONES[zone[1]]))
    return f" {zone['more'] or time(tzinfo=offset).strftime('%z')}"


def _english(text: str) -> Moment | None:
    """Read "Apr. 5, 2017 2:30 pm EDT", "10:04, 5 April 2017" and the like."""
    days = dates_in(text)
    if len(days) != 1:
        return None
    day = days[0][1]
    clock = _CLOCK.search(text)
    if clock is None:
        return Moment(datetime(day.year, day.month, day.day, tzinfo=UTC), day_only=True)
    hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
    half = clock["half"] or clock["half2"]
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    zone = _ZONE.search(text)
    offset = _ZONES[zone[0]] if zone else 0
    try:
        return _aware(
            datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
            - timedelta(hours=offset)
        )
    except (ValueError, OverflowError):
        return None


def _aware(moment: datetime) -> Moment | None:
    try:
        if moment.time() == time(0):
            return Moment(moment.replace(tzinfo=UTC), day_only=True)
        known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return Moment(known.astimezone(UTC), day_only=False)
    except (ValueError, OverflowError):
        return None
