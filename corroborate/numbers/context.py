"""What words of a text say what it is about: content stems and names."""

from __future__ import annotations

import re
from functools import lru_cache

from corroborate.numbers.words import words_of
from corroborate.sentences import split

#: Texts whose analysis is kept: an article's claims meet a dozen passages each, and again.
TEXTS = 1024

_WORD = re.compile(r"[^\W_][\w’'-]*")
#: Words that say nothing of the event.
STOP = words_of("""
a about above according after again against all also although always am among an and another
any are aren around as at away back be became because become been before began being below
between both but by came can could day days did do does doing don down during each earlier
early even ever every few first five for four from further get give go got had has have having
he her here hers him his how however i if in including into is it its itself just know last
late later least less made make many may me might month months more most much must my nearly
new news next no nor not now of off on once one only or other others our out over own part per
reported reportedly reports s said same say saying says second see seven several she should
since six so some still such t take ten than that the their them then there these they third
this those three through time to today told too took toward towards two under until up upon us
use used very via was we week weeks well were what when where whether which while who whom
whose why will with within without would year years yesterday yet you your monday tuesday
wednesday thursday friday saturday sunday date publication published updated mr mrs ms dr
""")
_ENDINGS = ("ations", "ation", "ings", "ing", "ements", "ement", "edly", "ies", "ied", "ers", "er",
            "ed", "es", "ly", "s")  # fmt: skip
SHORTEST_STEM = 3


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return a word without its commonest endings, in lower case."""
    word = word.lower().replace("’", "'").removesuffix("'s").strip("'")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > SHORTEST_STEM else word


@lru_cache(maxsize=TEXTS)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return the offsets of a text's sentences."""
    return tuple(split(text))


@lru_cache(maxsize=TEXTS)
def stems(text: str) -> frozenset[str]:
    """Return the stems of the words that say what a text is about; numbers are left out."""
    words = (found[0] for found in _WORD.finditer(text))
    return frozenset(
        stem(word)
        for word in words
        if word.lower() not in STOP and len(word) > 1 and not word[0].isdigit()
    )


@lru_cache(maxsize=TEXTS)
def names(text: str) -> frozenset[str]:
    """Return the words written with a capital that do not open a sentence, in lower case."""
    found = set()
    for match in _WORD.finditer(text):
        word = match[0].replace("’", "'").removesuffix("'s")
        before = text[: match.start()].rstrip(" \"“'‘(")
        opens = not before or before[-1] in ".!?:|\n"
        if word[0].isupper() and word.lower() not in STOP and (not opens or word.isupper()):
            found.add(stem(word))
    return frozenset(found)


def share(some: frozenset[str], of: frozenset[str]) -> float:
    """Return which share of ``of`` is among ``some``; 0 where there is nothing to share."""
    return len(some & of) / len(of) if of else 0.0


def told(some: frozenset[str], text: str) -> float:
    """Return which share of some names a text has, however it spells them (1 for no names).

    Names from other scripts are spelt in many ways ("Sheikhun", "Shaykhoun"): what stays is the
    order of their hard consonants.
    """
    if not some:
        return 1.0
    words = stems(text)
    spelt = {_consonants(word) for word in _CAPITAL.findall(text)} - {""}
    return sum(name in words or _consonants(name) in spelt for name in some) / len(some)


_CAPITAL = re.compile(r"\b[A-Z][^\W\d_’']+")
_SOFT = re.compile(r"[^bcdfgjklmnpqrstvxz]")
#: Fewer consonants make too many names one.
LEAST_CONSONANTS = 3


def _consonants(name: str) -> str:
    """Return the hard consonants of a name, each run of one but once; "" for too few."""
    hard = re.sub(r"(.)\1+", r"\1", _SOFT.sub("", name.lower()).replace("q", "k"))
    return hard if len(hard) >= LEAST_CONSONANTS else ""
