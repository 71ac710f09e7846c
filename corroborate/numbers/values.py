"""What two values say of one another, whatever they count: equal, rounded, or at odds."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from corroborate.numbers.measures import TOLLS
from corroborate.numbers.quantity import Kind, Quantity
from corroborate.types import NumberOutcome

#: Values closer than this are one value in two spellings (miles and kilometres).
CLOSE = 0.02
#: Unqualified figures from here on may be rounded ("1.2 million" for 1,234,000).
ROUND_FROM = 1000.0
#: Counts from here on may be written to the nearest ten.
TENS_FROM = 100.0
#: Significant digits that a rounded figure has at most.
ROUND_DIGITS = 3
#: Python rounds halves to even, news rounds them up (2.5 % is 3 %).
HALF_UP = 1 + 1e-9
#: Share of a figure by which rounding moves it at most: 14,000 is not 10,000.
MOST_ROUNDED = 0.05
#: "At least 58" stands for a number at most this share above it.
NEAR = 0.2


def equal(ours: Quantity, theirs: Quantity) -> bool:
    """Return whether both say one number; the middle of a range is nobody's number."""
    if ours.ranged or theirs.ranged:
        return (ours.low, ours.high) == (theirs.low, theirs.high)
    return ours.value == theirs.value


def consistent(ours: Quantity, theirs: Quantity) -> bool:
    """Return whether one true value could be behind both."""
    if ours.kind is Kind.DATE:
        ours, theirs = aligned(ours, theirs)
    if ours.low <= theirs.high and theirs.low <= ours.high:
        return True
    greater = max(ours.value, theirs.value)
    exact = ours.kind in {Kind.COUNT, Kind.DATE, Kind.PERCENT}
    if not exact and abs(ours.value - theirs.value) <= CLOSE * greater:
        return True
    return _rounds_to(ours, theirs) or _rounds_to(theirs, ours)


def agreement(ours: Quantity, theirs: Quantity) -> NumberOutcome:
    """Return how two values that one true value could be behind relate."""
    if near(ours, theirs):
        same = equal(*aligned(ours, theirs))
        return NumberOutcome.SAME if same else NumberOutcome.ROUNDED
    # "At least 18" leaves room for 31, but does not say it.
    return NumberOutcome.UPDATE if ours.state in TOLLS else NumberOutcome.OTHER_SCOPE


def near(ours: Quantity, theirs: Quantity) -> bool:
    """Return whether two consistent values stand for one another, not merely leave room."""
    if ours.ranged != theirs.ranged and (ours.bounded or theirs.bounded):
        # "At least 58" are dozens; who counts more than 100 says hundreds.
        vague, limit = (ours, theirs) if ours.ranged else (theirs, ours)
        if vague.low <= limit.value < vague.high / 2:
            return True
    greater = max(ours.value, theirs.value)
    open_ended = ours.bounded or theirs.bounded
    if ours.bounded and theirs.bounded and not equal(ours, theirs):
        # Two different limits are two statements, unless one is the other rounded.
        return (ours.high == inf) == (theirs.high == inf) and _rounder(ours, theirs)
    return not open_ended or abs(ours.value - theirs.value) <= NEAR * greater


def aligned(ours: Quantity, theirs: Quantity) -> tuple[Quantity, Quantity]:
    """Drop the year of a date where the other has none."""
    if {ours.unit, theirs.unit} != {"day", "day of the year"}:
        return ours, theirs
    short = [
        replace(q, value=q.value % 10000, low=q.low % 10000, high=q.high % 10000, unit="day")
        for q in (ours, theirs)
    ]
    return short[0], short[1]


def _rounds_to(exact: Quantity, rounded: Quantity) -> bool:
    """Return whether a figure, to the other's significant digits, is the other."""
    if exact.kind is Kind.DATE or rounded.value <= 0 or exact.value <= 0:
        return False
    if _tens(exact, rounded):
        return True
    if rounded.value < ROUND_FROM and rounded.kind is not Kind.PERCENT:
        return False
    digits, value = _digits(rounded.value), exact.value * HALF_UP
    if rounded.kind is Kind.PERCENT:
        return rounded.value == round(value) != exact.value
    if abs(exact.value - rounded.value) > MOST_ROUNDED * exact.value:
        return False
    return len(digits) <= ROUND_DIGITS and float(f"{value:.{len(digits)}g}") == rounded.value


def _tens(exact: Quantity, rounded: Quantity) -> bool:
    """Return whether a count of three figures was written to the nearest ten (160 for 161)."""
    if rounded.kind is not Kind.COUNT or rounded.value < TENS_FROM or rounded.value % 10:
        return False
    return round(exact.value * HALF_UP, -1) == rounded.value and exact.value % 10 != 0


def _rounder(ours: Quantity, theirs: Quantity) -> bool:
    """Return whether one of two limits is the other without its last digits (60 for 61)."""
    lower, higher = sorted((ours.value, theirs.value))
    moved = higher - lower <= MOST_ROUNDED * higher
    return moved and len(_digits(lower)) < len(_digits(higher))


def _digits(value: float) -> str:
    """Return the significant digits of a value."""
    return f"{value:.10g}".replace(".", "").strip("0") or "0"
