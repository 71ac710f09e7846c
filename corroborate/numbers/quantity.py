"""What a quantity is: a value with its bounds, its unit, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing a number tells."""

    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    DURATION = "duration"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number in a text. Offsets are characters of that text; the qualifier is included."""

    kind: Kind
    #: In ``unit``; of a date its year or its day as ``yyyymmdd``.
    value: float
    #: Least and greatest value that the words allow; ``inf`` where they set no limit.
    low: float
    high: float
    #: Whether the words say that the value is not exact ("about", "nearly", "dozens").
    approximate: bool = False
    #: Base unit: ISO 4217 code, "percent", "percentage points", "days", "metres", "year", "day" …
    unit: str = ""
    #: Factor that was written as a word or suffix (1,000,000 for "1.2 million").
    scale: float = 1.0
    #: Head of what is counted, singular or a class of people ("missile", "people", "children").
    head: str = ""
    #: What befell or was done to it ("killed", "injured", "fired"), where the text says so.
    state: str = ""
    #: Words between the number and the head, in lower case.
    modifiers: frozenset[str] = frozenset()
    #: Whether it is part of a whole or comes on top ("six of the", "another 20", "20 more").
    partial: bool = False
    text: str
    start: int
    end: int
    #: Whether it is a range, whose middle ``value`` stands nowhere in the text.
    ranged: bool = False
    #: Whether it is what a value was before it changed ("rose from 72").
    former: bool = False

    @property
    def measure(self) -> str:
        """What is measured, in words ("people killed", "missile fired", "percent")."""
        if self.kind is Kind.COUNT:
            return " ".join(part for part in (plural(self.head), self.state) if part)
        return self.unit

    @property
    def bounded(self) -> bool:
        """Whether only one side is limited ("at least 20", "fewer than 200")."""
        return self.high == float("inf") or (self.low == 0 < self.value and not self.approximate)


#: Plurals that are not the singular with an "s".
PLURALS = {"people": "people", "children": "children", "women": "women", "men": "men"}


def plural(noun: str) -> str:
    """Return the plural of a head noun, as a reader would write it."""
    if not noun or noun in PLURALS or noun.endswith(("s", "police")):
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("ch", "sh", "x")) else f"{noun}s"
