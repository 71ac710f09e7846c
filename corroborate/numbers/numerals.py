"""Finds numerals: figures and number words, with scale, qualifier and range."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

from corroborate.numbers.words import (
    ABOUT,
    CURRENCY_SIGNS,
    LEAST,
    LESS,
    MORE,
    MOST,
    NEARLY,
    SCALES,
    SUFFIXES,
    TENS,
    UNITS,
    VAGUE,
)

#: How far "about" and an unqualified round figure reach.
SLACK = 0.15


#: "rose from": what follows was so before, and the number behind it is so now.
_CHANGE = re.compile(
    r"\b(?:r[oi]se[sn]?|rising|gr[eo]w\w*|increas\w+|climb\w*|jump\w*|soar\w*|surg\w+|rais\w+|lift\w*"
    r"|boost\w*|swell\w*|expand\w*|f[ae]ll\w*|drop\w*|declin\w+|decreas\w+|cut\w*|reduc\w+|lower\w*"
    r"|slash\w*|slip\w*|slid|shr[aiu]nk\w*|chang\w+|mov\w+|went|revis\w+|up|down)\b"
    r"[^;!?\n]{0,60}\bfrom\s+$",
    re.IGNORECASE,
)
#: How far before a number that may begin.
_REACH = 90


def is_former(text: str, start: int) -> bool:
    """Return whether the number that starts there is what a value was before it changed."""
    return _CHANGE.search(text[max(0, start - _REACH) : start]) is not None


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


_SMALL = rf"(?:(?:{_either(TENS)})(?:[- ](?:{_either(tuple(UNITS)[1:10])}))?|(?:{_either(UNITS)}))"
_WORDS = (
    rf"(?:half a (?:million|billion|dozen)|(?:a )?quarter of a (?:million|billion)"
    rf"|(?:an?|{_SMALL})(?:[ -](?:{_either(SCALES)}))+"
    rf"(?:(?: and |[ -]){_SMALL}(?:[ -](?:{_either(SCALES)}))*)*|{_SMALL})"
)
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_QUALIFIERS = (*LEAST, *MORE, *MOST, *LESS, *NEARLY, *ABOUT)
#: Pattern of the words that may stand before a number.
QUALIFIER = rf"(?:{_either(_QUALIFIERS)})"
_SIGNS = _either(CURRENCY_SIGNS)


def _one(which: str) -> str:
    """Return the pattern of one figure with its sign and scale; its groups end in ``which``."""
    return (
        rf"(?P<sign{which}>{_SIGNS})?\s?(?P<figure{which}>{_FIGURE})"
        rf"(?:\s?(?P<suffix{which}>(?:k|m|mn|bn|b|tn)(?![\w-]))"
        rf"|[ -](?P<scale{which}>(?:{_either(SCALES)}))(?!\w))?"
    )


NUMERAL = re.compile(
    rf"(?<![\w.,/:-])(?P<qualifier>{QUALIFIER}\s+(?:an?\s+(?=\d))?)?"
    rf"(?:(?:between\s+|from\s+)?{_one('1')}(?:\s?[-–]\s?|\s+(?:to|and)\s+)"
    rf"{_one('2')}(?![\w])|{_one('')}"
    rf"|(?P<vague>(?:{_either(VAGUE)})(?!\w))|(?P<words>{_WORDS})(?!\w))"
    rf"(?P<after>\s+or\s+(?:more|so|fewer)\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as it is written, before it is known what it measures."""

    value: float
    low: float
    high: float
    approximate: bool
    scale: float
    #: Sign of money before it, if any.
    sign: str
    #: Whether it is a bare figure without comma, point, scale or qualifier, as years are.
    bare: bool
    start: int
    #: Where the figure or the number word itself begins.
    figure: int
    end: int
    #: Whether it is a range, whose value stands nowhere in the text.
    ranged: bool = False


def numerals(text: str) -> Iterator[Numeral]:
    """Yield the numerals of a text in order."""
    position = 0
    while found := NUMERAL.search(text, position):
        numeral = _range(found) if found["figure1"] else _single(found)
        if numeral is None:  # Not a range after all ("52-48", "between Homs and 3 …").
            position = found.end()
            continue
        yield numeral
        position = numeral.end


def _range(found: re.Match[str]) -> Numeral | None:
    between = found.string[found.end(f"{_last(found)}1") : found.start("figure2")]
    scale = _scale(found, "2")
    high = _figure(found["figure2"]) * scale
    low = _figure(found["figure1"]) * (_scale(found, "1") if _scaled(found, "1") else scale)
    opens = found[0].lower().startswith(("between", "from"))
    if "and" in between.lower() and not opens:
        return _first(found, found.start())
    begin = found.start("sign1" if found["sign1"] else "figure1")
    if is_former(found.string, begin):
        return _first(found, begin)
    if low >= high:
        return None
    return Numeral(
        value=(low + high) / 2,
        low=low,
        high=high,
        approximate=True,
        scale=scale,
        sign=(found["sign1"] or found["sign2"] or "").upper(),
        bare=False,
        start=found.start(),
        figure=found.start("figure1"),
        end=found.end(),
        ranged=True,
    )


def _first(found: re.Match[str], start: int) -> Numeral:
    """Return the first of two numbers that are no range; the second is found next."""
    name = _last(found)
    value = _figure(found["figure1"]) * _scale(found, "1")
    low, high, approximate = bounds(value, found["qualifier"], None)
    return Numeral(
        value=value,
        low=low,
        high=high,
        approximate=approximate,
        scale=_scale(found, "1"),
        sign=(found["sign1"] or "").upper(),
        bare=found["figure1"].isdigit() and not _scaled(found, "1") and not found["qualifier"],
        start=start,
        figure=found.start("figure1"),
        end=found.end(f"{name}1"),
    )


def _last(found: re.Match[str]) -> str:
    return next(n for n in ("suffix", "scale", "figure") if found[f"{n}1"])


def _single(found: re.Match[str]) -> Numeral:
    scale = 1.0
    if found["vague"]:
        value, low, high = VAGUE[" ".join(found["vague"].lower().split())]
        approximate, begin = True, found.start("vague")
    else:
        if found["words"]:
            value, begin = spelt(found["words"]), found.start("words")
        else:
            scale = _scale(found, "")
            value, begin = _figure(found["figure"]) * scale, found.start("figure")
        low, high, approximate = bounds(value, found["qualifier"], found["after"])
    return Numeral(
        value=value,
        low=low,
        high=high,
        approximate=approximate,
        scale=scale,
        sign=(found["sign"] or "").upper(),
        bare=bool(found["figure"])
        and found["figure"].isdigit()
        and not _scaled(found, "")
        and not found["qualifier"],
        start=found.start(),
        figure=begin,
        end=found.end(),
        ranged=bool(found["vague"]),
    )


def _figure(written: str) -> float:
    return float(written.replace(",", ""))


def _scaled(found: re.Match[str], which: str) -> bool:
    return bool(found[f"suffix{which}"] or found[f"scale{which}"])


def _scale(found: re.Match[str], which: str) -> float:
    if suffix := found[f"suffix{which}"]:
        return SUFFIXES[suffix.lower()]
    return SCALES[scale.lower()] if (scale := found[f"scale{which}"]) else 1.0


def spelt(words: str) -> float:
    """Return the value of number words ("two hundred and five", "a dozen", "half a million")."""
    total, group = 0.0, 0.0
    parts = re.split(r"[\s-]+", words.lower())
    if parts[0] == "half":
        return SCALES[parts[2]] / 2
    if "quarter" in parts:
        return SCALES[parts[-1]] / 4
    for part in parts:
        if part in {"a", "an"}:
            group = 1
        elif part in UNITS or part in TENS:
            group += UNITS.get(part, 0) + TENS.get(part, 0)
        elif part in SCALES and SCALES[part] < SCALES["thousand"]:
            group = max(group, 1) * SCALES[part]
        elif part in SCALES:
            total, group = total + max(group, 1) * SCALES[part], 0
    return total + group


def bounds(value: float, before: str | None, after: str | None) -> tuple[float, float, bool]:
    """Return least and greatest value and whether it is approximate, as the qualifiers say."""
    words = " ".join((before or "").lower().split()).removesuffix(" a").removesuffix(" an")
    tail = (after or "").lower()
    if words in (*LEAST, *MORE) or "more" in tail:
        return value, inf, False
    if words in (*MOST, *LESS) or "fewer" in tail:
        return 0.0, value, False
    if words in NEARLY:
        return value * (1 - SLACK), value, True
    if words in ABOUT or "so" in tail:
        return value * (1 - SLACK), value * (1 + SLACK), True
    return value, value, False
