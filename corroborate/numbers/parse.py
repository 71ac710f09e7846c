"""Finds the quantities of a text: counts, money, percent, dates, durations and measures."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from corroborate.numbers.ballots import ballots
from corroborate.numbers.context import sentences
from corroborate.numbers.measures import GROUP, PERSONS, STOPS, Counted, counted, part_of, singular
from corroborate.numbers.numerals import Numeral, is_former, numerals
from corroborate.numbers.quantity import Kind, Quantity
from corroborate.numbers.ratios import ratios
from corroborate.numbers.words import CURRENCY_SIGNS, CURRENCY_WORDS, DURATIONS, MEASURES, MONTHS

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?"
    rf"|(?P<month2>{_MONTH})\b\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]))"
    rf"(?:,?\s+(?P<year>(?:19|20)\d\d)\b)?"
    r"|\b(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b",
    re.IGNORECASE,
)
#: Figures that are no quantity: times, "1990s", "1st", "F-16", "3/4", "10:30", "9/11".
_NOT = re.compile(
    r"\bno[- ]one\b|\d+(?:st|nd|rd|th|s)\b|\d{1,2}[:.]\d\d\s?(?:[ap]\.?m\b|GMT|hrs)"
    r"|\d{1,2}\s?[ap]\.?m\b"
    r"|\d+[:/]\d+|\b\d{1,3}(?:[-–]year)?[- –]years?[- –]olds?\b"
    r"|\b(?:aged?|ages|age of|under the age of|below)\s+\d{1,3}\b(?:\s+(?:and|to)\s+\d{1,3}\b)?"
    r"|(?<=[a-z]),\s\d{1,2},|\bhttps?://\S+|\b\d+(?:\.\d+){2,}",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\s?-?\s?(°|[a-z]+(?:/h)?)(?![\w])", re.IGNORECASE)
_PERCENT = re.compile(r"\s?(?:%|per\s?cent\b|pc\b)|[- ](percentage[- ]points?)\b", re.IGNORECASE)
_DOLLARS = re.compile(r"\s(US|U\.S\.|American|Australian|Canadian)\s+dollars?\b")
_WHOSE = {"US": "US$", "U.": "US$", "Am": "US$", "Au": "A$", "Ca": "C$"}
_DEGREES = re.compile(
    r"[\s-]?(?:°|degrees?\b)(?:\s?(C(?:elsius|entigrade)?\b|F(?:ahrenheit)?\b))?|((?-i:[CF])\b)",
    re.IGNORECASE,
)
#: A difference of temperatures, not a temperature.
_BY = re.compile(r"\b(?:by|(?:rise|increase|drop|fall|warming) of)\s+$", re.IGNORECASE)
#: Fahrenheit.
FREEZING = 32
#: "$500 million over five years": not more than five.
_SPREAD = re.compile(r"\d[^.;]{0,30}\sover\s+$", re.IGNORECASE)
_NAMED = re.compile(r"(?:^|[^\w])([A-Z][\w’'-]*\.?)\s+$")
#: Capitalised words that may stand before a number without naming it.
_HEADLINE = re.compile(
    r"(?:kill|injur|wound|hurt|leav|arrest|detain|free|evacuat|launch|fire|about|nearly|some|over|"
    r"most|and|or|the|of|in|with|at|by|to|another|meanwhile|only|just|all|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday|by|including|earlier|activists|officials|but|"
    r"those|these|when|after|while|as|since|between|from|for|more|than|least|claim|destroy|an?$)",
    re.IGNORECASE,
)
_OF = re.compile(r"\s+(?:out\s+)?of\s+(?:the\s+|its\s+|their\s+|all\s+)?", re.IGNORECASE)
_OF_THEM = re.compile(r"\s+of\s+(?:them|whom)\b", re.IGNORECASE)
_NAMER = re.compile(
    r"\b(?:group of|number|no\.|route|page|chapter|line|gate|room|part)\s*$", re.IGNORECASE
)
#: "5 million pounds" are money, "5 pounds" may be weight.
STERLING = 1e3
FIRST_YEAR, LAST_YEAR = 1800, 2100
#: How far before and after a number the words that say what it counts may stand.
REACH = 170


@dataclass(frozen=True, slots=True)
class _Clause:
    """A numeral with the stretch of text that belongs to it alone."""

    numeral: Numeral
    left: int
    right: int


def quantities(text: str) -> list[Quantity]:
    """Return the quantities of a text, in order of their offsets.

    Ages, clock times, ordinals, scores of games, and numbers that are part of a name are left out.
    """
    shares = list(ratios(text))
    sure = [*_dates(text), *ballots(text)]
    taken = [(q.start, q.end) for q in [*sure, *shares]] + [
        found.span() for found in _NOT.finditer(text)
    ]
    free = [n for n in numerals(text) if not any(n.figure < e and s < n.end for s, e in taken)]
    # What a value was before stands between its verb and what it is now.
    former = {n.start for n in free if is_former(text, n.start)}
    # "Eight, half of them women, died": a share or a part parts no number from its words.
    edges = set(taken) - {(q.start, q.end) for q in shares}
    edges |= {(n.start, n.end) for n in free if n.start not in former}
    # "The toll has in 24 hours reached 20": nor does a span of time from those before it.
    spans = {n.end for n in free if _is_span(text, n)}
    ends = [end for _, end in edges if end not in spans]
    starts = [start for start, end in edges if not _OF_THEM.match(text, end)]
    found = [q for n in free if (q := _quantity(text, _clause(text, n, ends, starts)))]
    found = [replace(q, former=q.start in former and q.kind is not Kind.DATE) for q in found]
    found = _of_wholes(text, free, found)
    shares, found = _shares_of(text, shares, found)
    return sorted([*sure, *shares, *_shared(text, found)], key=lambda q: (q.start, q.end))


def _is_span(text: str, numeral: Numeral) -> bool:
    unit = _UNIT.match(text, numeral.end)
    return unit is not None and singular(unit[1].lower()) in DURATIONS


def _shares_of(
    text: str, shares: list[Quantity], found: list[Quantity]
) -> tuple[list[Quantity], list[Quantity]]:
    """Let "half of the eight boats" count four boats, and eight as the whole."""
    counts = {q.start: q for q in found if q.head}
    nameless = [q for q in found if not q.head]
    left = []
    for share in shares:
        of = _OF.match(text, share.end)
        whole = counts.get(of.end()) if of else None
        if whole is None:
            left.append(share)
            continue
        people = whole.head in PERSONS
        value, low, high = (whole.value * q / 100 for q in (share.value, share.low, share.high))
        counts[share.start] = replace(
            share,
            kind=Kind.COUNT,
            value=value,
            low=low,
            high=high,
            unit="",
            head=whole.head,
            state=whole.state,
            modifiers=whole.modifiers,
            partial=people,
        )
        counts[whole.start] = replace(whole, partial=whole.partial or not people)
    return left, sorted([*nameless, *counts.values()], key=lambda q: q.start)


def _of_wholes(text: str, free: list[Numeral], found: list[Quantity]) -> list[Quantity]:
    """Let "120 of the 349 seats" count seats, and 349 as the whole; of people it is a part."""
    counts = {q.start: q for q in found}
    for part, numeral in pairwise(free):
        whole = counts.get(numeral.start)
        of = part.value > 1 and _OF.fullmatch(text, part.end, numeral.start)
        if not of or not whole or not whole.head:
            continue
        people = whole.head in PERSONS
        what = Counted(whole.head, "", whole.modifiers, partial=people, end=part.end)
        counts[part.start] = _made(text, part, Kind.COUNT, "", part.end, 1.0, what)
        counts[whole.start] = replace(whole, partial=whole.partial or not people)
    return sorted(counts.values(), key=lambda q: q.start)


def _shared(text: str, found: list[Quantity]) -> list[Quantity]:
    """Let a number and its parts share what befell them ("58 people including 11 children")."""
    shared = list(found)
    inside = False
    for i in range(1, len(shared)):
        whole, part = shared[i - 1], shared[i]
        between = text[whole.end : part.start]
        inside = part_of(text, whole.end, part.start) or (inside and between.strip() == "and")
        if inside and part.kind is whole.kind is Kind.COUNT:
            shared[i - 1] = replace(whole, state=whole.state or part.state)
            shared[i] = replace(part, state=part.state or whole.state)
        elif part.text.lower().endswith("others") and any(
            q.state == part.state for q in shared[:i]
        ):
            shared[i] = replace(part, partial=True)
    return shared


def _clause(text: str, numeral: Numeral, ends: list[int], starts: list[int]) -> _Clause:
    left = max([end for end in ends if end <= numeral.start], default=0)
    right = min([start for start in starts if start >= numeral.end], default=len(text))
    left, right = max(left, numeral.start - REACH), min(right, numeral.end + REACH)
    left = max(left, *(start for start, _ in sentences(text) if start <= numeral.start), 0)
    breaks = [m.end() for m in re.finditer(r"[.;!?]\s+(?=[A-Z\"“])|\n", text[left : numeral.start])]
    left += breaks[-1] if breaks else 0
    ended = re.search(r"[.;!?](?:\s|$)|\n", text[numeral.end : right])
    return _Clause(numeral, left, numeral.end + ended.start() if ended else right)


def _quantity(text: str, clause: _Clause) -> Quantity | None:
    numeral = clause.numeral
    unit = _UNIT.match(text, numeral.end, clause.right)
    word = unit[1].lower() if unit else ""
    end = unit.end() if unit else numeral.end
    sure = _percent(text, clause) or _money(text, numeral, word, end)
    if sure is not None:
        return sure
    if _is_year(text, numeral, word):
        return _made(text, numeral, Kind.DATE, "year", numeral.end, 1.0)
    if _part_of_name(text, clause):
        return None
    return _measure(text, numeral, word, end) or _count(text, clause)


def _money(text: str, numeral: Numeral, word: str, end: int) -> Quantity | None:
    if found := _DOLLARS.match(text, numeral.end):
        dollars = CURRENCY_SIGNS[_WHOSE[found[1][:2]]]
        return _made(text, numeral, Kind.MONEY, dollars, found.end(), 1.0)
    currency = CURRENCY_WORDS.get(word)
    if word == "pounds" and numeral.scale >= STERLING:
        currency = "GBP"
    if currency:
        return _made(text, numeral, Kind.MONEY, currency, end, 1.0)
    if currency := CURRENCY_SIGNS.get(numeral.sign):
        return _made(text, numeral, Kind.MONEY, currency, numeral.end, 1.0)
    return None


def _measure(text: str, numeral: Numeral, word: str, end: int) -> Quantity | None:
    if found := _DEGREES.match(text, numeral.end):
        return _degrees(text, numeral, found)
    for kind, table in ((Kind.DURATION, DURATIONS), (Kind.MEASURE, MEASURES)):
        name = word if word in table else singular(word)
        if name in table:
            base, factor = table[name]
            if kind is Kind.DURATION and _SPREAD.search(text, 0, numeral.figure):
                numeral = replace(
                    numeral, low=numeral.value, high=numeral.value, start=numeral.figure
                )
            return _made(text, numeral, kind, base, end, factor)
    if text[: numeral.start].lower().endswith(("magnitude ", "magnitude of ")):
        return _made(text, numeral, Kind.MEASURE, "magnitude", numeral.end, 1.0)
    return None


def _degrees(text: str, numeral: Numeral, found: re.Match[str]) -> Quantity:
    """Return a temperature in degrees Celsius; one whose scale is not named in its own unit."""
    scale = (found[1] or found[2] or "")[:1].upper()
    unit = "degrees Celsius" if scale else "degrees"
    if scale != "F":
        return _made(text, numeral, Kind.MEASURE, unit, found.end(), 1.0)
    offset = 0 if _BY.search(text, 0, numeral.start) else FREEZING
    value, low, high = (
        (number - offset) * 5 / 9 for number in (numeral.value, numeral.low, numeral.high)
    )
    celsius = replace(numeral, value=value, low=low, high=high)
    return _made(text, celsius, Kind.MEASURE, unit, found.end(), 1.0)


def _percent(text: str, clause: _Clause) -> Quantity | None:
    found = _PERCENT.match(text, clause.numeral.end)
    if not found:
        return None
    unit = "percentage points" if found[1] else "percent"
    return _made(text, clause.numeral, Kind.PERCENT, unit, found.end(), 1.0)


def _is_year(text: str, numeral: Numeral, following: str) -> bool:
    if not numeral.bare or not FIRST_YEAR <= numeral.value < LAST_YEAR:
        return False
    digits = text[numeral.figure : numeral.end].strip()
    if len(digits) != 4:  # noqa: PLR2004 -- figures of a year
        return False
    before = text[: numeral.figure].rstrip().rsplit(" ", 1)[-1].lower().strip(".,")
    if before in {"in", "since", "by", "until", "of", "early", "late", "mid", *MONTHS}:
        return True
    return not following or following in STOPS


def _part_of_name(text: str, clause: _Clause) -> bool:
    """Return whether a number belongs to a name ("Boeing 737", "Group of 7", "Article 5")."""
    numeral = clause.numeral
    if numeral.start != numeral.figure or numeral.scale != 1:
        return False
    following = re.match(r"\s([a-z]+)", text[numeral.end :])
    if following and following[1] in GROUP:  # "In Exford 11 people …"
        return False
    before = text[clause.left : numeral.start]
    if _NAMER.search(before):
        return True
    named = _NAMED.search(before)
    if not named or not text[numeral.figure].isdigit() or _HEADLINE.match(named[1]):
        return False
    return named[1].rstrip(".").lower() not in MONTHS


def _count(text: str, clause: _Clause) -> Quantity | None:
    numeral = clause.numeral
    what = counted(text, numeral.start, numeral.end, clause.left, clause.right)
    if numeral.value == 1 and not what.state:  # "one" is mostly a pronoun.
        return None
    if not what.head and not what.state:
        return None
    if numeral.end < len(text) and text[numeral.end] in "-–" and not what.head:
        return None
    return _made(text, numeral, Kind.COUNT, "", numeral.end, 1.0, what)


_NOTHING = Counted("", "", frozenset(), partial=False, end=0)


def _made(
    text: str,
    numeral: Numeral,
    kind: Kind,
    unit: str,
    end: int,
    factor: float,
    what: Counted = _NOTHING,
) -> Quantity:
    end = max(end, what.end)
    return Quantity(
        kind=kind,
        value=numeral.value * factor,
        low=numeral.low * factor,
        high=numeral.high * factor,
        approximate=numeral.approximate,
        unit=unit,
        scale=numeral.scale,
        head=what.head,
        state=what.state,
        modifiers=what.modifiers,
        partial=what.partial,
        text=text[numeral.start : end],
        start=numeral.start,
        end=end,
        ranged=numeral.ranged,
    )


def _dates(text: str) -> list[Quantity]:
    found = []
    for match in _DATE.finditer(text):
        if match["iso"]:
            year, month, day = (int(part) for part in match["iso"].split("-"))
        else:
            month = MONTHS[(match["month"] or match["month2"]).lower()]
            day, year = int(match["day"] or match["day2"]), int(match["year"] or 0)
        if not 1 <= day <= 31 or not 1 <= month <= 12:  # noqa: PLR2004 -- the calendar
            continue
        # "may 5" is mostly a verb; months are names.
        if not match["iso"] and not (match["month"] or match["month2"])[0].isupper():
            continue
        value = float(year * 10000 + month * 100 + day)
        # "on 14 May.": the full stop is the sentence's.
        written = match[0].removesuffix(".")
        found.append(
            Quantity(
                kind=Kind.DATE,
                value=value,
                low=value,
                high=value,
                unit="day" if year else "day of the year",
                text=written,
                start=match.start(),
                end=match.start() + len(written),
            )
        )
    return found
