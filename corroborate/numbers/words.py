"""The words that the number rooms know."""

from __future__ import annotations

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

NUMBER_WORDS: dict[str, float] = {
    **{word: i for i, word in enumerate(_ONES)},
    **{word: 10 * i for i, word in enumerate(_TENS, 2)},
    "dozen": 12,
    "hundred": 100,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
}
SCALES: dict[str, float] = {
    "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "dozen": 12, "k": 1e3, "m": 1e6, "bn": 1e9, "tn": 1e12,
}  # fmt: skip
#: "dozens": least value, and how many times that it may be.
VAGUE: dict[str, tuple[float, float]] = {
    "dozens": (24, 4.1),
    "scores": (40, 2.5),
    "hundreds": (200, 4.9),
    "thousands": (2e3, 4.9),
    "tens of thousands": (2e4, 4.9),
    "hundreds of thousands": (2e5, 4.9),
    "millions": (2e6, 4.9),
}
VAGUE = dict(sorted(VAGUE.items(), key=lambda item: -len(item[0])))
CURRENCIES = {"US$": "dollar", "$": "dollar", "£": "pound", "€": "euro", "¥": "yen"}
UNITS = frozenset({"second", "minute", "hour", "day", "week", "month", "year", "decade"})

#: What happened to the people that are counted. The first that fits decides, so the dead
#: are never compared with the wounded.
MEASURES = {
    "people killed": (
        r"(?:were |was |have been |had been |been |are |being |reportedly )*"
        r"(?:killed|dead|died|dies|deaths?|fatalities|slain|murdered|executed|lost their lives|"
        r"among the dead|lives lost|killing|killed at least|killing at least|left dead|bodies)"
    ),
    "people injured": (
        r"(?:were |was |have been |had been |been |are |being |reportedly |severely |seriously )*"
        r"(?:injured|wounded|hurt|injuries|casualties|suffocated|hospitali[sz]ed|injuring|wounding)"
    ),
    "people arrested": (
        r"(?:were |was |have been |been )*(?:arrested|detained|arrests|arresting|detaining)"
    ),
    "people displaced": (
        r"(?:were |was |have been |been )*"
        r"(?:displaced|homeless|evacuated|fled|displacing|evacuating)"
    ),
}
#: Parts of all people: counts of these are of another scope than counts of people.
SUBSETS = frozenset(
    {
        "child", "woman", "man", "girl", "boy", "baby", "infant", "civilian", "soldier",
        "policeman", "officer", "rebel", "militant", "fighter", "terrorist", "journalist",
        "student", "worker", "firefighter", "troop", "guard", "doctor", "passenger", "prisoner",
        "refugee",
    }
)  # fmt: skip
#: Words that end what a number counts.
STOP = frozenset(
    """
    a an the this that these those of in on at to for from by with within between among against into
    over under after before during since until about as than per and or but nor while when where who
    whom whose which what is are was were be been being has have had will would can could may might
    must shall should do does did said says say told tells killed dead died wounded injured hurt not
    no more others other including according there here it its he his she her they their we our you
    your i my me him them us if because so then also only just still even all both each every some
    any out up down off near across left taken sent fired launched reported arrested detained
    """.split()  # noqa: SIM905
)
_IRREGULAR = {
    "people": "person", "children": "child", "men": "man", "women": "woman",
    "policemen": "policeman", "troops": "troop", "lives": "life", "countries": "country",
    "babies": "baby",
}  # fmt: skip


def singular(word: str) -> str:
    """Return the singular of an English noun, well enough to compare two of them."""
    word = word.lower().removesuffix("’s").removesuffix("'s")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004
        return f"{word[:-3]}y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
