"""Whether the numbers of a claim and a passage say the same, where they measure the same."""

from __future__ import annotations

import math
from datetime import date

from corroborate.numbers.parse import Kind, Quantity, quantities
from corroborate.types import NumberComparison, NumberOutcome

#: Counts that grow while an event unfolds.
GROWING = frozenset({"people killed", "people injured", "people arrested", "people displaced"})
#: Beyond this ratio two figures hardly measure the same thing, whatever the words say.
FAR = 20.0
#: The better an outcome explains a pair of numbers, the earlier it comes.
_ORDER = list(NumberOutcome)


def compare(
    claim: str, passage: str, *, claim_date: date | None = None, passage_date: date | None = None
) -> list[NumberComparison]:
    """Return, for each quantity of the claim, the quantity of the passage to set beside it.

    Quantities that measure different things are not compared. Where the passage has several
    of the same measure, the one that fits best is taken.

    Args:
        claim: A claim.
        passage: A passage.
        claim_date: Day of the article that the claim is from, if known.
        passage_date: Day of the article that the passage is from, if known.
    """
    later = claim_date is not None and passage_date is not None and claim_date != passage_date
    theirs = quantities(passage)
    found = []
    for mine in quantities(claim):
        outcomes = [(_outcome(mine, other, later=later), other) for other in theirs]
        fitting = [(o, q) for o, q in outcomes if o is not NumberOutcome.NOT_COMPARABLE]
        if fitting:
            outcome, other = min(fitting, key=lambda pair: _ORDER.index(pair[0]))
            found.append(_comparison(mine, other, outcome))
    return found


def _outcome(mine: Quantity, other: Quantity, *, later: bool) -> NumberOutcome:
    grows = mine.measure in GROWING and (later or _leaves_room(mine, other))
    rules = (
        (not _same_measure(mine, other), NumberOutcome.NOT_COMPARABLE),
        (mine.subset != other.subset, NumberOutcome.OTHER_SCOPE),
        (mine.value == other.value and mine.exact == other.exact, NumberOutcome.SAME),
        (_overlap(mine, other), NumberOutcome.ROUNDED),
        # An article gives many periods, seldom of the same thing.
        (mine.kind is Kind.DURATION, NumberOutcome.NOT_COMPARABLE),
        (_ratio(mine.value, other.value) > FAR, NumberOutcome.NOT_COMPARABLE),
        (grows, NumberOutcome.UPDATE),
    )
    return next((outcome for holds, outcome in rules if holds), NumberOutcome.CONFLICT)


def _same_measure(mine: Quantity, other: Quantity) -> bool:
    if mine.kind is not other.kind:
        return False
    if mine.measure == other.measure and mine.measure:
        # Money and shares need a common noun as well: "$3 million in fines", "of voters".
        return mine.kind is Kind.COUNT or bool(mine.nouns & other.nouns)
    if mine.measure in GROWING or other.measure in GROWING:
        return False
    return mine.kind is Kind.COUNT and (mine.measure in other.nouns or other.measure in mine.nouns)


def _overlap(mine: Quantity, other: Quantity) -> bool:
    """Whether one value may be meant by both; "at least 50" does not reach to 500."""
    reach = 1.5
    highs = [q.value * reach if math.isinf(q.high) else q.high for q in (mine, other)]
    return mine.low <= highs[1] and other.low <= highs[0]


def _leaves_room(mine: Quantity, other: Quantity) -> bool:
    """Whether the lesser figure is a lower bound that the greater one does not deny."""
    lesser, greater = sorted((mine, other), key=lambda q: q.value)
    return lesser.least and greater.value > lesser.value


def _ratio(one: float, other: float) -> float:
    least, most = sorted((abs(one), abs(other)))
    return most / least if least else math.inf


def _comparison(mine: Quantity, other: Quantity, outcome: NumberOutcome) -> NumberComparison:
    return NumberComparison(
        outcome=outcome,
        claim_text=mine.text,
        claim_start=mine.start,
        claim_end=mine.end,
        passage_text=other.text,
        passage_start=other.start,
        passage_end=other.end,
        measure=_name(mine),
        explanation=_explain(mine, other, outcome),
    )


def _name(quantity: Quantity) -> str:
    if quantity.kind is Kind.COUNT and quantity.measure not in GROWING:
        return {"person": "people", "child": "children"}.get(
            quantity.measure, f"{quantity.measure}s"
        )
    return quantity.measure or quantity.kind.value


def _explain(mine: Quantity, other: Quantity, outcome: NumberOutcome) -> str:
    name = _name(mine) if mine.kind is Kind.COUNT else ""
    said = f"The claim says {mine.text.lower()} {name}".rstrip()
    theirs = f"this passage says {other.text.lower()}"
    match outcome:
        case NumberOutcome.SAME:
            return f"Claim and passage both say {mine.text.lower()} {name}".rstrip() + "."
        case NumberOutcome.ROUNDED:
            return f"{said}, {theirs}: the same figure, rounded."
        case NumberOutcome.UPDATE:
            return f"{said}; {theirs}. Such counts change with time, so both may be right."
        case NumberOutcome.OTHER_SCOPE:
            return f"{said}; {theirs}, but counts other people."
        case _:
            return f"{said}; {theirs}."
