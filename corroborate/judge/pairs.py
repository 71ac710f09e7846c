"""The two texts the network reads for a pair. Training and the product both come through here.

The outlet's name is left out on purpose: who says it must not sway what it is taken to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from corroborate.types import Pair

# Spelt out, because strftime's names follow the process's locale and the network knows these.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
#: Characters of a title that are kept; the rest seldom says more about the event.
TITLE_LIMIT = 120


def pair_text(pair: Pair) -> tuple[str, str]:
    """Return (premise, hypothesis): the passage in its context, and the claim with its date.

    The passage is preceded by its article's title and day and by how many days lie between it
    and the claim, as far as each is known; without any of them both texts are left as they are.
    """
    context = [part for part in (_title(pair.title), _when(pair)) if part]
    premise = f"{' | '.join(context)} | {pair.passage}" if context else pair.passage
    claim = f"{_day(pair.claim_date)} | {pair.claim}" if pair.claim_date else pair.claim
    return premise, claim


def _title(title: str | None) -> str:
    words = " ".join((title or "").split())
    if len(words) <= TITLE_LIMIT:
        return words
    return words[:TITLE_LIMIT].rsplit(" ", 1)[0]


def _day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def _when(pair: Pair) -> str:
    if pair.date is None:
        return ""
    day = _day(pair.date)
    # The network cannot subtract dates, so the difference is spelt out.
    return day if pair.claim_date is None else f"{day}, {_gap((pair.date - pair.claim_date).days)}"


def _gap(days: int) -> str:
    if days == 0:
        return "same day"
    unit = "day" if abs(days) == 1 else "days"
    return f"{abs(days)} {unit} {'later' if days > 0 else 'earlier'}"
