"""A claim or a passage as the comparison of numbers sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from corroborate.numbers.context import TEXTS, names, sentences, stems
from corroborate.numbers.measures import BEFALLEN
from corroborate.numbers.parse import quantities
from corroborate.numbers.quantity import Quantity
from corroborate.numbers.words import WEEKDAYS

#: Words on either side of a quantity that say what a sum, a share or a span is of.
WINDOW = 8
#: Stems of words that name who reports, not what happened.
SOURCES = stems(
    "Reuters AFP AP SANA Xinhua TASS Sputnik Observatory Human Rights Monitor Agency News Press "
    "Associated France Media Ministry Britain British UK Network Tags"
)
#: Characters before a date in which the verb that tells it is looked for.
_REACH = 60
#: What stands before a dateline.
PUBLISHED = (
    "published", "updated", "publication", "last updated at", *WEEKDAYS,
    *(day[:3] for day in WEEKDAYS),
)  # fmt: skip
#: "according to the civil defence": who counted, not what.
_ATTRIBUTION = re.compile(r",?\s*\b(?:according to|as reported by)\b[^,.;]*", re.IGNORECASE)
#: "said on 5 April", "On 5 April the ministry said": when it was told, not when it happened.
_SAID = (
    r"(?:said|says|told|reported|announced|added|confirmed|denied|stated|wrote|tweeted|warned|claimed|"
    r"insisted)"
)
_TOLD_ON = re.compile(
    rf"(?:\b{_SAID}(?:\s+\w+){{0,3}}?|\b(?:statement|interview|report))\s+(?:late\s+|early\s+)?on$",
    re.IGNORECASE,
)
_ON_WHICH_TOLD = re.compile(rf"(?:(?<!\d)\.)?,?(?:\s+\w+){{1,4}}\s+{_SAID}\b")
#: "Two days later", "a week after the vote": from when a span of time is told.
_ANCHOR = re.compile(r"[\s-]+(later|earlier|ago|after|before|prior to)\b([^,.;:]*)", re.IGNORECASE)
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b", re.IGNORECASE)


@lru_cache(maxsize=TEXTS)
def _quantities(text: str) -> tuple[Quantity, ...]:
    return tuple(quantities(text))


@dataclass(frozen=True)
class Side:
    """A text with its quantities and the day it was published."""

    text: str
    day: date | None
    title: str = ""

    @property
    def whole(self) -> str:
        """Title and text."""
        return f"{self.title} . {self.text}"

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """What the text counts and measures."""
        return _quantities(self.text)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Offsets of its sentences."""
        return sentences(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """What the text and its title are about."""
        return stems(self.whole)

    @cached_property
    def matter(self) -> frozenset[str]:
        """What the text is about, beside people, what befell them, and who says so."""
        return stems(BEFALLEN.sub(" ", self._told))

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of what the text tells; those of the passage are looked up among its stems."""
        return names(self._told)

    @cached_property
    def _told(self) -> str:
        return _ATTRIBUTION.sub(" ", self.text)

    def _around(self, quantity: Quantity) -> tuple[int, int]:
        """Return the offsets of the sentence a quantity is in."""
        return next(
            ((s, e) for s, e in self.sentences if s <= quantity.start < e), (0, len(self.text))
        )

    def sentence(self, quantity: Quantity) -> str:
        """Return the sentence a quantity is in."""
        start, end = self._around(quantity)
        return self.text[start:end]

    def years(self, quantity: Quantity) -> set[float]:
        """Return the years that the sentence of a quantity names."""
        start, end = self._around(quantity)
        return {q.value for q in self.quantities if q.unit == "year" and start <= q.start < end}

    def before(self, quantity: Quantity) -> str:
        """Return what stands before a quantity in its clause."""
        return re.split(r"[.;\n]\s|\band\b|\bwhile\b|\bbut\b", self.text[: quantity.start])[-1]

    def same_anchor(self, quantity: Quantity, side: Side, other: Quantity) -> bool:
        """Return whether two spans of time are told from the same moment, or from none."""
        ours = _ANCHOR.match(self.text, quantity.end)
        theirs = _ANCHOR.match(side.text, other.end)
        if ours is None or theirs is None:
            return ours is theirs
        if ours[1].lower() != theirs[1].lower():
            return False
        if ours[1].lower() == "ago":
            return self.day is not None and self.day == side.day
        # What "later" is later than, another sentence says.
        named = ours[1].lower() not in {"later", "earlier"}
        return named and not stems(ours[2]).isdisjoint(stems(theirs[2]))

    def is_dateline(self, quantity: Quantity) -> bool:
        """Return whether a date says when something was published or told, as datelines do."""
        before = self.text[: quantity.start].rstrip(" (:,").lower()
        if before[-1:] in {"", ".", "\n", "|", ")"} or before.endswith(PUBLISHED):
            return True
        if _TOLD_ON.search(before[-_REACH:]):
            return True
        opens = re.search(r"(?:^|[.\n]\s*)on$", before[-4:]) is not None
        return opens and _ON_WHICH_TOLD.match(self.text, quantity.end) is not None

    def window(self, quantity: Quantity) -> frozenset[str]:
        """Return the stems of the words around a quantity, within its sentence."""
        start, end = self._around(quantity)
        before = self.text[start : quantity.start].split()[-WINDOW:]
        after = self.text[quantity.end : end].split()[:WINDOW]
        return stems(" ".join([*before, *after, *quantity.modifiers]))


def weekdays(sentence: str, published: date | None) -> set[date]:
    """Return the days that a sentence's weekdays are, the last ones before publication."""
    if published is None:
        return set()
    found = {WEEKDAYS.index(name[0].lower()) for name in _WEEKDAY.finditer(sentence)}
    return {published - timedelta(days=(published.weekday() - day) % 7) for day in found}
