"""Quantities in English news text: how much, of what, how exactly.

Libraries for this (quantulum3, text2num) know physical units or digits, but not what news
counts: the dead apart from the wounded, "at least" apart from "nearly".
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from corroborate.numbers.words import (
    CURRENCIES,
    MEASURES,
    NUMBER_WORDS,
    SCALES,
    STOP,
    SUBSETS,
    UNITS,
    VAGUE,
    singular,
)


class Kind(StrEnum):
    """What sort of quantity it is."""

    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text."""

    kind: Kind
    value: float
    #: Least and greatest value that the words allow.
    low: float
    high: float
    #: What is measured: "people killed", "missile"; the currency for money.
    measure: str
    #: Words around the noun ("tomahawk", "cruise"), singular, lower case.
    nouns: frozenset[str]
    #: The part of all people that is counted ("child", "soldier"), if the words say so.
    subset: str | None
    #: The number with what qualifies it ("at least 58"), and its offsets in the text.
    text: str
    start: int
    end: int

    @property
    def exact(self) -> bool:
        """Whether the words name one value."""
        return self.low == self.high

    @property
    def least(self) -> bool:
        """Whether the words only give a lower bound."""
        return math.isinf(self.high)


_WORDS = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
_VAGUE = "|".join(VAGUE).replace(" ", r"\s+")
_QUALIFIER = (
    r"(?P<least>at least|more than|over|no fewer than|no less than|upwards? of|in excess of)"
    r"|(?P<most>up to|at most|as many as|no more than|fewer than|less than|under|below)"
    r"|(?P<nearly>nearly|almost|close to|just under)"
    r"|(?P<about>about|around|approximately|roughly|some|an estimated|estimated)"
).replace(" ", r"\s+")
_NUMBER = re.compile(
    rf"""(?:\b(?:{_QUALIFIER})\s+)?(?P<core>
      (?P<currency>US\$|[$£€¥])\s?(?P<amount>\d[\d,]*(?:\.\d+)?)
        (?:[\s-]?(?P<money_scale>{_SCALE})\b)?
    | (?<![\w.,:/#$£€¥-])(?P<digits>\d[\d,]*(?:\.\d+)?)(?![\w:/]|[.,]\d)
        (?:[\s-](?P<scale>{_SCALE})\b)?
    | (?<![\w-])(?P<short>\d[\d,]*(?:\.\d+)?)(?P<letter>k|m|bn|tn)\b
    | \b(?P<words>(?:a\s+(?=hundred|thousand|million|dozen))?
        (?:{_WORDS})(?:[\s-](?:and\s)?(?:{_WORDS}))*)\b
    | \b(?P<vague>{_VAGUE})\b
    )(?P<percent>\s?%|\s+per\s?cent(?:age\s+points?)?\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE_BEFORE = re.compile(rf"{_MONTH}\s*$")
_DATE_AFTER = re.compile(rf"^(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b")
_AGE_AFTER = re.compile(r"^[\s-]years?[\s-]old\b|^\s*(?:[ap]\.?m\b|o[’']clock)")
_NAME_BEFORE = re.compile(
    r"(?:\b(?:aged?|No\.|number|article|section|chapter|flight|room|page|resolution|route|highway|"
    r"group|phase|level|category|channel|article|day|week|at)\s+|[A-Z][\w’'-]*\s+)$"
)
_VAGUE_BEFORE = re.compile(r"\b(?:half|several|a few|many|every|each)\s+$", re.IGNORECASE)
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_TOKEN = re.compile(r"[A-Za-z][\w’'-]*|[^\w\s]")
#: Where what is said of one number ends: a stop, the next number, a part of the whole.
_CLAUSE_END = re.compile(
    rf"[.;:]|,\s+including|\b(?:and|while|but)\s+(?=\S*\d|(?:{_WORDS})\b|\w+\s+(?:others?|more)\b)"
)
_TOLL = re.compile(
    r"\b(?:death toll|toll|number of (?:dead|deaths|victims))\b[^.;]{0,50}$", re.IGNORECASE
)


def quantities(text: str) -> list[Quantity]:
    """Return the quantities of a text, in order.

    Left out are years, dates, times, ages, ordinals and numbers that are part of a name.
    """
    found = []
    for match in _NUMBER.finditer(text):
        quantity = _quantity(text, match)
        if quantity is not None:
            found.append(quantity)
    return found


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    core = match.start("core"), match.end("core")
    value, spread = _value(match)
    if value is None:
        return None
    after, before = text[match.end() :], text[: match.start()]
    kind, measure, nouns, subset = _measured(match, before, after)
    if kind is Kind.COUNT and (not measure or _is_no_count(match, before, after)):
        return None
    low, high = _bounds(match, value, spread)
    end = match.end() if match["percent"] else core[1]
    return Quantity(
        kind, value, low, high, measure, nouns, subset, text[match.start() : end],
        match.start(), end,
    )  # fmt: skip


def _value(match: re.Match[str]) -> tuple[float | None, float]:
    """Return the number and, for "dozens", by how much it may be greater."""
    if match["vague"]:
        return VAGUE[match["vague"].lower()]
    if match["words"]:
        return _spelt(match["words"].lower()), 1.0
    digits = match["amount"] or match["digits"] or match["short"]
    scale = (match["money_scale"] or match["scale"] or match["letter"] or "").lower()
    return float(digits.replace(",", "")) * SCALES.get(scale, 1), 1.0


def _spelt(words: str) -> float | None:
    """Return the value of number words ("two hundred and five")."""
    total = current = 0.0
    for word in re.findall(r"[a-z]+", words):
        if word in {"a", "and"}:
            continue
        value = NUMBER_WORDS[word]
        if value >= NUMBER_WORDS["hundred"] or word == "dozen":
            current = max(current, 1) * value
            if value >= NUMBER_WORDS["thousand"]:
                total, current = total + current, 0.0
        else:
            current += value
    value = total + current
    # "one of them", "the two": too often not a count at all.
    return value if value > 1 else None


def _bounds(match: re.Match[str], value: float, spread: float) -> tuple[float, float]:
    if match["least"]:
        return value, math.inf
    if match["most"]:
        return 0.0 if match["most"].lower() != "as many as" else value, value
    if match["nearly"]:
        return value * 0.93, value
    if match["about"]:
        return value * 0.9, value * 1.1 * spread
    return value, value * spread


def _measured(
    match: re.Match[str], before: str, after: str
) -> tuple[Kind, str, frozenset[str], str | None]:
    """Return kind, measure, nouns and subset of a number from the words around it."""
    words = _following(after)
    nouns = frozenset(singular(w) for w in words)
    if match["percent"]:
        return Kind.PERCENT, _measure_of_share(after), nouns, None
    if match["currency"]:
        return Kind.MONEY, CURRENCIES[match["currency"].upper()], nouns, None
    head = singular(words[-1]) if words else ""
    if head in CURRENCIES.values():
        return Kind.MONEY, head, nouns, None
    if head in UNITS:
        return Kind.DURATION, head, nouns, None
    subset = next((w for w in (singular(w) for w in words) if w in SUBSETS), None)
    return Kind.COUNT, _casualties(before, after) or head, nouns, subset


def _following(after: str) -> list[str]:
    """Return the words that the number counts: at most four, up to a verb or preposition."""
    words: list[str] = []
    for token in _TOKEN.findall(after[:80]):
        word = token.lower()
        if word in STOP or not word[0].isalpha():
            if word in {"other", "more", "of", "the", "others"} and len(words) < 2:  # noqa: PLR2004
                continue
            break
        words.append(word)
        if len(words) == 4:  # noqa: PLR2004
            break
    return words


def _casualties(before: str, after: str) -> str:
    """Return "people killed", "people injured" … if that is what the number counts."""
    clause = re.split(
        r"[.;:]|\b(?:and|while|but)\s+(?=\S*\d|\w+\s+(?:others?|more)\b)", after[:90]
    )[0]
    clause = clause.split(", including")[0]
    for measure, pattern in MEASURES.items():
        if re.search(rf"^(?:[\w’'-]+,?\s+){{0,7}}?(?:{pattern})\b", clause.lstrip(), re.IGNORECASE):
            return measure
    if _TOLL.search(before[-70:]):
        return "people killed"
    near = before[-30:]
    for measure, pattern in MEASURES.items():
        if re.search(
            rf"\b(?:{pattern})\s+(?:of\s+)?(?:at least\s+|about\s+|some\s+|more than\s+)?$",
            near,
            re.IGNORECASE,
        ):
            return measure
    return ""


def _measure_of_share(after: str) -> str:
    """Return what a percentage is of ("of voters" → "voter"), or nothing."""
    match = re.match(r"\s+of\s+(?:the\s+|all\s+|its\s+|their\s+)?([\w’'-]+)", after)
    return singular(match[1].lower()) if match else ""


def _is_no_count(match: re.Match[str], before: str, after: str) -> bool:
    core = match["core"]
    qualified = match.start() != match.start("core")
    return bool(
        (_YEAR.match(core) and not qualified)
        or _DATE_BEFORE.search(before)
        or _DATE_AFTER.match(after)
        or _AGE_AFTER.match(after)
        or _VAGUE_BEFORE.search(before)
        or (not qualified and match["digits"] and _NAME_BEFORE.search(before[-30:]))
    )
