"""Shares told as people tell them: "one in five", "two out of every three", "a third of"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corroborate.numbers.numerals import QUALIFIER, bounds, spelt
from corroborate.numbers.quantity import Kind, Quantity

_SMALL = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
_RATIO = re.compile(
    rf"(?<![\w.,/-])(?P<part>{_SMALL})\s+(?:in|out\s+of)\s+(?:every\s+)?"
    rf"(?P<whole>{_SMALL}|\d{{2,3}})(?=\s+of\s+(?:the|its|their|all)\b"
    r"|(?:\s+[a-z]+)??\s+(?:[a-z]+s|people|women|men|children)\b)",
    re.IGNORECASE,
)
_OF = r"\s+of\s+(?!an?\b|\d)"
_FRACTION = re.compile(
    rf"(?<![\w.,/-])(?:(?P<qualifier>{QUALIFIER})\s+)?(?:(?P<part>an?|one|two|three|four|nine)[ -]"
    rf"(?P<nth>third|quarter|fifth|tenth)s?(?={_OF})|half(?={_OF}|\s+(?:the|its|their)\b))",
    re.IGNORECASE,
)
_NTHS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
#: "The first half of", "its eastern half": a piece, not a share.
_PIECE = re.compile(r"\b(?:the|an?|this|that|its|their)\s+(?:[\w-]+\s+)?$", re.IGNORECASE)
#: How exact such a share is.
SLACK = 0.1


def ratios(text: str) -> Iterator[Quantity]:
    """Yield the shares of a text that are told as ratios, in percent."""
    for match in _RATIO.finditer(text):
        part, whole = _value(match["part"]), _value(match["whole"])
        if 0 < part < whole:
            yield _share(match, 100 * part / whole)
    for match in _FRACTION.finditer(text):
        if match["nth"]:
            yield _share(match, 100 * _value(match["part"]) / _NTHS[match["nth"].lower()])
        elif match["qualifier"] or not _PIECE.search(text[: match.start()]):
            yield _share(match, 50.0)


def _share(match: re.Match[str], value: float) -> Quantity:
    low, high = value * (1 - SLACK), value * (1 + SLACK)
    if qualifier := match.groupdict().get("qualifier"):
        low, high, _ = bounds(value, qualifier, None)
    return Quantity(
        kind=Kind.PERCENT,
        value=value,
        low=low,
        high=high,
        approximate=True,
        unit="percent",
        text=match[0],
        start=match.start(),
        end=match.end(),
    )


def _value(word: str) -> float:
    return float(word) if word.isdigit() else spelt(word)
