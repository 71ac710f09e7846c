"""Shares told as people tell them: "one in five", "two out of every three"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corroborate.numbers.numerals import spelt
from corroborate.numbers.quantity import Kind, Quantity

_SMALL = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
_RATIO = re.compile(
    rf"(?<![\w.,/-])(?P<part>{_SMALL})\s+(?:in|out\s+of)\s+(?:every\s+)?"
    rf"(?P<whole>{_SMALL}|\d{{2,3}})(?=\s+of\s+(?:the|its|their|all)\b"
    r"|(?:\s+[a-z]+)??\s+(?:[a-z]+s|people|women|men|children)\b)",
    re.IGNORECASE,
)
#: How exact such a share is.
SLACK = 0.1


def ratios(text: str) -> Iterator[Quantity]:
    """Yield the shares of a text that are told as ratios, in percent."""
    for match in _RATIO.finditer(text):
        part, whole = _value(match["part"]), _value(match["whole"])
        if 0 < part < whole:
            value = 100 * part / whole
            yield Quantity(
                kind=Kind.PERCENT,
                value=value,
                low=value * (1 - SLACK),
                high=value * (1 + SLACK),
                approximate=True,
                unit="percent",
                scale=1.0,
                head="",
                state="",
                modifiers=frozenset(),
                partial=False,
                text=match[0],
                start=match.start(),
                end=match.end(),
            )


def _value(word: str) -> float:
    return float(word) if word.isdigit() else spelt(word)
