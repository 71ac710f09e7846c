"""Says in a sentence how two numbers relate."""

from __future__ import annotations

import re

from corroborate.numbers.quantity import Kind, Quantity, plural
from corroborate.types import NumberOutcome


def explain(outcome: NumberOutcome, ours: Quantity, theirs: Quantity, days: int | None) -> str:
    """Return one sentence about a quantity of the claim and one of the passage.

    Args:
        outcome: How they relate.
        ours: The claim's quantity.
        theirs: The passage's quantity.
        days: Days from the claim to the passage, if known.
    """
    mine, other = phrase(ours), phrase(theirs)
    if outcome is NumberOutcome.SAME:
        return (
            f"Both say {other}."
            if mine.lower() == other.lower()
            else (f"The claim says {mine}; this passage says the same: {other}.")
        )
    said = f"The claim says {mine}; this passage{_when(outcome, days)} says {other}"
    return f"{said}{_ENDING[outcome]}."


_ENDING = {
    NumberOutcome.ROUNDED: ", which fits: one number is less exact",
    NumberOutcome.UPDATE: "; such counts change as news comes in, so both may be right",
    NumberOutcome.OTHER_SCOPE: ", but the two do not count quite the same",
    NumberOutcome.CONFLICT: "",
    NumberOutcome.NOT_COMPARABLE: "; it is not clear that both speak of the same thing",
}


def _when(outcome: NumberOutcome, days: int | None) -> str:
    if outcome is not NumberOutcome.UPDATE or not days:
        return ""
    unit = "day" if abs(days) == 1 else "days"
    return f", {abs(days)} {unit} {'later' if days > 0 else 'earlier'},"


def phrase(quantity: Quantity) -> str:
    """Return a quantity as a reader would say it ("about 100 people killed")."""
    words = " ".join(quantity.text.split())
    if quantity.kind is not Kind.DATE and re.match(r"[A-Z][a-z]|A ", words):
        words = words[0].lower() + words[1:]  # A sentence may have begun with it.
    if quantity.kind is not Kind.COUNT:
        return words
    if quantity.head and not re.search(r"[^\W\d]$", words.removesuffix("more").rstrip()):
        words = f"{words} {plural(quantity.head)}"
    return (
        words
        if not quantity.state or quantity.state in words.lower()
        else (f"{words} {quantity.state}")
    )
