"""The words of numbers, units and money."""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    """Return the words of a list that is written as running text."""
    return frozenset(text.split())


UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALES = {
    "dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9,
    "trillion": 1e12,
}  # fmt: skip
#: Suffixes of figures; the single letters only count after a sign of money.
SUFFIXES = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
#: "Dozens", "a few hundred" and the like, with the range a reader takes them for.
VAGUE = {
    "dozens": (24.0, 24.0, 200.0),
    "scores": (40.0, 40.0, 200.0),
    "hundreds": (200.0, 200.0, 2e3),
    "thousands": (2e3, 2e3, 2e5),
    "tens of thousands": (2e4, 2e4, 2e5),
    "hundreds of thousands": (2e5, 2e5, 2e6),
    "millions": (2e6, 2e6, 2e8),
} | {
    f"{few} {name}": (3 * scale, 2 * scale, 10 * scale)
    for few in ("several", "a few")
    for name, scale in SCALES.items()
}

#: Qualifiers before a number, by what they do to it.
LEAST = (
    "at least", "no fewer than", "no less than", "not less than", "a minimum of", "upwards of",
)  # fmt: skip
MORE = ("more than", "over", "above", "exceeding", "in excess of", "greater than", "well over")
MOST = ("up to", "as many as", "as much as", "at most", "no more than", "a maximum of")
LESS = ("fewer than", "less than", "under", "below")
NEARLY = ("nearly", "almost", "close to", "just under", "some way short of")
ABOUT = (
    "about", "around", "some", "roughly", "approximately", "an estimated", "estimated", "circa",
    "approx.", "in the region of",
)  # fmt: skip

#: Signs and words of money.
CURRENCY_SIGNS = {
    "US$": "USD", "A$": "AUD", "C$": "CAD", "$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY",
    "₹": "INR", "₽": "RUB", "₺": "TRY", "₪": "ILS",
}  # fmt: skip
CURRENCY_WORDS = {
    "dollars": "USD", "dollar": "USD", "euros": "EUR", "euro": "EUR", "yen": "JPY",
    "rubles": "RUB", "roubles": "RUB", "rupees": "INR", "yuan": "CNY", "lira": "TRY",
    "francs": "CHF", "shekels": "ILS", "rand": "ZAR", "usd": "USD", "eur": "EUR",
}  # fmt: skip

#: Units of time and of measure: (base unit, factor).
DURATIONS = {
    "second": ("days", 1 / 86400), "minute": ("days", 1 / 1440), "hour": ("days", 1 / 24),
    "day": ("days", 1.0), "week": ("days", 7.0), "fortnight": ("days", 14.0),
    "month": ("days", 30.44), "year": ("days", 365.25), "decade": ("days", 3652.5),
}  # fmt: skip
MEASURES = {
    "km": ("metres", 1e3), "kilometre": ("metres", 1e3), "kilometer": ("metres", 1e3),
    "kms": ("metres", 1e3), "mile": ("metres", 1609.34), "metre": ("metres", 1.0),
    "meter": ("metres", 1.0), "feet": ("metres", 0.3048), "foot": ("metres", 0.3048),
    "centimetre": ("metres", 0.01), "centimeter": ("metres", 0.01), "cm": ("metres", 0.01),
    "inch": ("metres", 0.0254), "inche": ("metres", 0.0254),
    "kg": ("kilograms", 1.0), "kilogram": ("kilograms", 1.0), "kilo": ("kilograms", 1.0),
    "tonne": ("kilograms", 1e3), "ton": ("kilograms", 1e3), "pound": ("kilograms", 0.4536),
    "litre": ("litres", 1.0), "liter": ("litres", 1.0), "gallon": ("litres", 3.785),
    "barrel": ("barrels", 1.0), "hectare": ("hectares", 1.0), "acre": ("hectares", 0.4047),
    "mph": ("km/h", 1.609), "km/h": ("km/h", 1.0), "kph": ("km/h", 1.0),
    "megawatt": ("megawatts", 1.0), "gigawatt": ("megawatts", 1e3), "mw": ("megawatts", 1.0),
    "degree": ("degrees", 1.0), "magnitude": ("magnitude", 1.0),
}  # fmt: skip
MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7,
    "august": 8, "september": 9, "october": 10, "november": 11, "december": 12, "jan": 1,
    "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "oct": 10,
    "nov": 11, "dec": 12,
}  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
