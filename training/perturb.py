"""Contradictions made by rule: a sentence restated so that one detail of it is wrong.

Each rule changes what the sentence asserts and nothing else: a number, a weekday or month, a
place, a name, or its polarity. :func:`compressed` shortens a sentence without changing it, and is
applied to true and false versions alike, so that brevity gives nothing away.
"""

# ruff: noqa: SIM905 - word lists read better as text

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Rule = Callable[[str, random.Random], "str | None"]

NUMBER = re.compile(
    r"(?<![\w.,/-])\d{1,3}(?:,\d{3})+(?![\w/-])|(?<![\w.,/-])\d{1,4}(?![\w,./-]*\d)"
)
WORDS = "two three four five six seven eight nine ten eleven twelve".split()
NUMBER_WORD = re.compile(rf"\b({'|'.join(WORDS)})\b", re.IGNORECASE)
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April June July August September October November".split()
DAY = re.compile(rf"\b({'|'.join(WEEKDAYS + MONTHS)})\b")
PLACES = (
    "Syria Iraq Iran Turkey Russia Lebanon Jordan Israel Egypt China Germany France Britain "
    "Canada Mexico Japan India Ukraine Yemen Libya Afghanistan Pakistan Poland Italy Spain "
    "Florida Texas California Ohio Georgia Virginia Alabama Arizona Michigan Pennsylvania "
    "Washington London Paris Berlin Moscow Damascus Aleppo Homs Idlib Hama Raqqa Baghdad "
    "Beirut Ankara Tehran Geneva Brussels Chicago Houston Boston"
).split()
PLACE = re.compile(rf"\b({'|'.join(PLACES)})\b(?! (?:Post|Times|Street|University))")
FIRST_NAMES = (
    "John Michael Mike Paul James Jim David Robert Bob Jeff Steve Stephen Sean Mitch Chuck Bernie "
    "Kevin Rex Jared Mark Richard Tom Thomas William Bill George Joe Joseph Andrew Peter Daniel "
    "Nancy Hillary Susan Sarah Elizabeth Angela Theresa Marine Kellyanne Mary Barack Donald "
    "Emmanuel Vladimir Bashar Sergei Ahmed Mohammed Ali Hassan"
).split()
NAME = re.compile(rf"\b(?:{'|'.join(FIRST_NAMES)}) [A-Z][a-z]{{2,}}\b")
AUXILIARY = re.compile(r"\b(was|were|is|are|has|have|had|will|would|could|should)\b(?! not|n't)")
OPPOSITES = (
    ("rose", "fell"), ("increased", "decreased"), ("approved", "rejected"), ("won", "lost"),
    ("accepted", "refused"), ("confirmed", "denied"), ("supported", "opposed"),
    ("arrested", "released"), ("began", "ended"), ("more than", "fewer than"),
    ("at least", "at most"), ("before", "after"), ("allowed", "forbade"), ("praised", "criticized"),
    ("agreed to", "refused to"), ("joined", "left"), ("higher", "lower"), ("first", "last"),
    ("increase", "decrease"), ("support", "oppose"), ("all", "none"),
    ("Republican", "Democratic"), ("Republicans", "Democrats"),
    ("killed", "rescued"), ("men", "women"), ("majority", "minority"), ("north", "south"),
    ("eastern", "western"), ("northern", "southern"), ("former", "current"), ("early", "late"),
)  # fmt: skip
OPPOSITE = {a: b for pair in OPPOSITES for a, b in (pair, pair[::-1])}
OPPOSED = re.compile(rf"\b({'|'.join(sorted(OPPOSITE, key=len, reverse=True))})\b")
ATTRIBUTION = re.compile(
    r",? (?:according to [^,.]{3,60}|(?:he|she|they|officials?|police|activists?) (?:said|added))"
    r"(?=[.,]|$)"
)
ASIDE = re.compile(r" \([^)]*\)")
OPENING = re.compile(r"^(?:On \w+|However|Meanwhile|In addition|Earlier|Also|But|And), ?")


@dataclass(frozen=True, slots=True)
class Twist:
    """A sentence with one detail made wrong."""

    text: str
    #: "number", "detail" or "denial", as in the gold set.
    kind: str


def compressed(sentence: str) -> str:
    """Return the sentence without asides, attribution and opening words that assert nothing."""
    text = OPENING.sub("", ATTRIBUTION.sub("", ASIDE.sub("", sentence)))
    return text[:1].upper() + text[1:]


def twisted(sentence: str, names: Sequence[str], rng: random.Random) -> Twist | None:
    """Return the sentence with one detail made wrong, or None where no rule applies.

    Args:
        sentence: A statement.
        names: Names that may stand in for one in the sentence.
        rng: Source of chance.
    """
    rules: list[tuple[str, Rule]] = [
        ("number", _number),
        ("number", _number_word),
        ("detail", _day),
        ("detail", _place),
        ("detail", lambda text, rng: _name(text, names, rng)),
        ("denial", _opposite),
        ("denial", _negated),
    ]
    rng.shuffle(rules)
    for kind, rule in rules:
        text = rule(sentence, rng)
        if text is not None and text != sentence:
            return Twist(text, kind)
    return None


def _replaced(
    pattern: re.Pattern[str], text: str, rng: random.Random, new: Callable[[str], str | None]
) -> str | None:
    """Return the text with one match, drawn at random, replaced; None where there is none."""
    matches = list(pattern.finditer(text))
    if not matches:
        return None
    match = rng.choice(matches)
    replacement = new(match[0])
    return (
        None if replacement is None else text[: match.start()] + replacement + text[match.end() :]
    )


def _number(text: str, rng: random.Random) -> str | None:
    def new(old: str) -> str | None:
        value = int(old.replace(",", ""))
        if 1900 <= value <= 2100 and "," not in old:
            return str(value + rng.choice((-3, -2, -1, 1, 2, 3)))
        if value < 2:
            return None
        other = max(2, round(value * rng.choice((0.3, 0.5, 0.7, 1.3, 1.6, 2, 3))))
        other = other + 1 if other == value else other
        return f"{other:,}" if "," in old else str(other)

    return _replaced(NUMBER, text, rng, new)


def _number_word(text: str, rng: random.Random) -> str | None:
    def new(old: str) -> str:
        other = rng.choice([word for word in WORDS if word != old.lower()])
        return other.capitalize() if old[0].isupper() else other

    return _replaced(NUMBER_WORD, text, rng, new)


def _day(text: str, rng: random.Random) -> str | None:
    def new(old: str) -> str:
        names = WEEKDAYS if old in WEEKDAYS else MONTHS
        return rng.choice([name for name in names if name != old])

    return _replaced(DAY, text, rng, new)


def _place(text: str, rng: random.Random) -> str | None:
    return _replaced(PLACE, text, rng, lambda _: rng.choice([p for p in PLACES if p not in text]))


def _name(text: str, names: Sequence[str], rng: random.Random) -> str | None:
    others = [name for name in names if name not in text]
    return _replaced(NAME, text, rng, lambda _: rng.choice(others) if others else None)


def _opposite(text: str, rng: random.Random) -> str | None:
    return _replaced(OPPOSED, text, rng, OPPOSITE.get)


def _negated(text: str, rng: random.Random) -> str | None:
    # With several auxiliaries the negated one may sit in a side clause.
    if len(AUXILIARY.findall(text)) != 1 or '"' in text or "“" in text:
        return None
    return _replaced(AUXILIARY, text, rng, lambda old: f"{old} not")
