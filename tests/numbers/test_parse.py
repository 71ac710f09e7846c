"""Finding quantities in news English."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corroborate.numbers.parse import quantities
from corroborate.numbers.quantity import Kind

#: Pieces that news texts are made of, so that random texts hit the grammar's corners.
PIECES = st.sampled_from(
    [
        "at least", "about", "58", "1.2", "1,200", "two dozen", "a hundred and five", "million",
        "$", "£3bn", "%", "percent", "people", "missiles", "killed", "were", "and", "to", "-",
        "between", "14", "April", "2017", "including", "11 children", ".", "\n", "é", "half a",
        "hundreds of thousands", "of", "Boeing", "the death toll", "another", "or more", "°", "一",
    ]
)  # fmt: skip


def _counts(text: str) -> list[tuple[float, str]]:
    return [(q.value, q.measure) for q in quantities(text) if q.kind is Kind.COUNT]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At least 58 people were killed in Exford.", [(58, "people killed")]),
        ("The blast killed 12 and wounded 40.", [(12, "people killed"), (40, "people injured")]),
        ("Ten dead, 30 wounded in Exford", [(10, "people killed"), (30, "people injured")]),
        (
            "The fire killed 70 people including 11 children and 9 women and injured 20 others.",
            [
                (70, "people killed"),
                (11, "children killed"),
                (9, "women killed"),
                (20, "people injured"),
            ],
        ),
        ("Medics put the death toll at 86.", [(86, "people killed")]),
        ("The toll reached 330 overnight.", [(330, "people killed")]),
        ("It left about 90 people, mostly farmers, among the dead.", [(90, "people killed")]),
        ("The navy fired 59 Falcon missiles.", [(59, "missiles fired")]),
        ("Two dozen soldiers surrendered.", [(24, "soldiers")]),
        ("More than a hundred buses left.", [(100, "buses")]),
        ("Two hundred and five votes were cast.", [(205, "votes")]),
        ("Hundreds of thousands of homes lost power.", [(200_000, "homes")]),
        ("The toll rose from 72 to 86.", [(86, "people killed")]),
        ("It won 120 of the 349 seats.", [(120, "seats"), (349, "seats")]),
        ("In Exford 11 people died.", [(11, "people killed")]),
        ("Exford has just over quarter of a million voters.", [(250_000, "voters")]),
        ("1.2 million people fled.", [(1_200_000, "people displaced")]),
        ("Ann was killed. 20 women sang.", [(20, "women")]),
        ("The toll has in the past 24 hours reached 20.", [(20, "people killed")]),
        ("20 people, few of them cooks, died in the fire.", [(20, "people killed")]),
        ("Eight people, half of them cooks, died.", [(8, "people killed")]),
        (
            "Eight people, two of them cooks, died.",
            [(8, "people killed"), (2, "cooks killed")],
        ),
        ("Half of the eight boats sank.", [(4, "boats"), (8, "boats")]),
        ("It won a quarter of a million votes.", [(250_000, "votes")]),
    ],
)
def test_counts(text: str, expected: list[tuple[float, str]]) -> None:
    """A count has its value, whom or what it counts, and what befell them."""
    assert expected == _counts(text)


@pytest.mark.parametrize(
    "text",
    [
        "A Boeing 737 landed in Exford.",
        "Article 5 of the treaty was invoked.",
        "The Group of 7 met.",
        "An 8-year-old boy sang.",
        "Ann Poe, 34, sang.",
        "Children aged 12 sang.",
        "It began at 10:30 and ended at 5 pm.",
        "The F-16 and the G7 of the 1990s.",
        "Exford won 3-1 on Sunday.",
        "They voted from 10 to 12 a.m.",
        "No one died.",
        "One of them sang.",
        "The 3rd of its kind.",
    ],
)
def test_not_counts(text: str) -> None:
    """Names, ages, times, ordinals and scores are not counts."""
    assert _counts(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The bill passed the senate 52-48.",
        "The senate approved it on a vote of 52 to 48.",
        "By 52 votes to 48, lawmakers adopted it.",
    ],
)
def test_votes(text: str) -> None:
    """The result of a vote is two counts."""
    assert [(q.value, q.measure) for q in quantities(text)] == [
        (52, "votes in favour"),
        (48, "votes against"),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("It cost $3bn.", Kind.MONEY, 3e9, "USD"),
        ("It cost £4.5 million.", Kind.MONEY, 4.5e6, "GBP"),
        ("It cost 5 million US dollars.", Kind.MONEY, 5e6, "USD"),
        ("It was 104 degrees Fahrenheit.", Kind.MEASURE, 40, "degrees Celsius"),
        ("It cooled by 9 °F.", Kind.MEASURE, 5, "degrees Celsius"),
        ("It cost 20 euros.", Kind.MONEY, 20, "EUR"),
        ("It cost 5 million pounds.", Kind.MONEY, 5e6, "GBP"),
        ("It weighs 10 pounds.", Kind.MEASURE, 4.536, "kilograms"),
        ("It rose 3.5 per cent.", Kind.PERCENT, 3.5, "percent"),
        ("One in five people sang.", Kind.PERCENT, 20, "percent"),
        ("One in five Exford farmers sang.", Kind.PERCENT, 20, "percent"),
        ("One in five of the farmers sang.", Kind.PERCENT, 20, "percent"),
        ("Two-thirds of Exford sang.", Kind.PERCENT, 200 / 3, "percent"),
        ("Nearly a quarter of its farmers sang.", Kind.PERCENT, 25, "percent"),
        ("More than half the farmers sang.", Kind.PERCENT, 50, "percent"),
        ("It rose from 21 to 35 percent.", Kind.PERCENT, 35, "percent"),
        ("It rose two percentage points.", Kind.PERCENT, 2, "percentage points"),
        ("It was 40C.", Kind.MEASURE, 40, "degrees Celsius"),
        ("It had a magnitude of 6.3.", Kind.MEASURE, 6.3, "magnitude"),
        ("A 12-day strike ended.", Kind.DURATION, 12, "days"),
        ("It is 5 km away.", Kind.MEASURE, 5000, "metres"),
        ("It was a magnitude 6.3 tremor.", Kind.MEASURE, 6.3, "magnitude"),
        ("It lasted two weeks.", Kind.DURATION, 14, "days"),
        ("It was on 14 April 2017.", Kind.DATE, 20170414, "day"),
        ("It was on April 14th.", Kind.DATE, 414, "day of the year"),
        ("It began in 1963.", Kind.DATE, 1963, "year"),
    ],
)
def test_kinds(text: str, kind: Kind, value: float, unit: str) -> None:
    """Money, percent, measures, spans of time and dates have a kind and a base unit."""
    (found,) = quantities(text)
    assert (kind, unit) == (found.kind, found.unit)
    assert pytest.approx(value) == found.value


@pytest.mark.parametrize(
    ("words", "low", "high", "approximate"),
    [
        ("at least 20", 20, inf, False),
        ("20 or more", 20, inf, False),
        ("up to 20", 0, 20, False),
        ("fewer than 20", 0, 20, False),
        ("nearly 20", 17, 20, True),
        ("about 20", 17, 23, True),
        ("between 10 and 20", 10, 20, True),
        ("10 to 20", 10, 20, True),
        ("20", 20, 20, False),
    ],
)
def test_bounds(words: str, low: float, high: float, approximate: bool) -> None:  # noqa: FBT001
    """Qualifiers and ranges say which values are possible."""
    (found,) = quantities(f"There were {words} boats.")
    assert approximate == found.approximate
    assert pytest.approx(low) == found.low
    assert pytest.approx(high) == found.high


@pytest.mark.parametrize("piece", ["second half", "eastern half", "other half"])
def test_halves_that_are_no_shares(piece: str) -> None:
    """A half that is one of two is no share."""
    assert quantities(f"They sang in the {piece} of the match.") == []


def test_a_sum_is_spread_over_years() -> None:
    """Behind a number, "over five years" are five, not more."""
    years = [q.high for q in quantities("It cost $500 million over five years.")][1]
    assert years == pytest.approx(5 * 365.25)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map(" ".join)))
def test_offsets(text: str) -> None:
    """Any text can be parsed; offsets are exact, ordered, and values lie within their bounds."""
    found = quantities(text)
    assert [q.text for q in found] == [text[q.start : q.end] for q in found]
    assert [q.start for q in found] == sorted(q.start for q in found)
    assert all(q.low <= q.value <= q.high for q in found)
