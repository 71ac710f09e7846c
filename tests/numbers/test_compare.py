"""Comparing the numbers of a claim and a passage."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corroborate.numbers.compare import compare
from corroborate.types import NumberOutcome

APRIL_4 = date(2031, 4, 4)
APRIL_5 = date(2031, 4, 5)


def _outcomes(
    claim: str, passage: str, claim_date: date | None = None, passage_date: date | None = None
) -> list[NumberOutcome]:
    return [n.outcome for n in compare(claim, passage, claim_date, passage_date)]


@pytest.mark.parametrize(
    ("claim", "passage", "outcome"),
    [
        ("Exford fired 59 missiles.", "59 missiles were fired at Exford.", NumberOutcome.SAME),
        ("Exford fired 59 missiles.", "58 missiles were fired at Exford.", NumberOutcome.CONFLICT),
        ("Exford fired 59 missiles.", "About 60 missiles hit Exford.", NumberOutcome.ROUNDED),
        (
            "The fire in Exford killed 20 children.",
            "The fire killed 20 people in Exford.",
            NumberOutcome.OTHER_SCOPE,
        ),
        ("Exford has 161 mills.", "There are 160 mills in Exford.", NumberOutcome.ROUNDED),
        (
            "In Exford 15 people died.",
            "In Exford 15 people died and six others were killed.",
            NumberOutcome.SAME,
        ),
        (
            "In Exford 6 people died.",
            "In Exford mines fell in, and 3 died and 6 others were killed.",
            NumberOutcome.CONFLICT,
        ),
        ("Exford has 1,234,000 voters.", "Exford has 1.2 million voters.", NumberOutcome.ROUNDED),
        (
            "The new bridge in Exford will cost $40 million.",
            "Officials said the bridge will cost $55 million.",
            NumberOutcome.CONFLICT,
        ),
        (
            "It was 40 degrees Celsius in the mills of Exford.",
            "In the mills of Exford it was 104 degrees Fahrenheit.",
            NumberOutcome.SAME,
        ),
        ("Several hundred Exford boats sank.", "300 Exford boats sank.", NumberOutcome.ROUNDED),
        ("Dozens of boats sank in Exford.", "24 boats sank in Exford.", NumberOutcome.ROUNDED),
        ("Dozens of boats sank in Exford.", "In Exford dozens of boats sank.", NumberOutcome.SAME),
        ("Dozens of boats sank in Exford.", "At least 58 boats sank.", NumberOutcome.ROUNDED),
        ("A few hundred boats sank in Exford.", "12 boats sank in Exford.", NumberOutcome.CONFLICT),
        ("Exford has 12,000 voters.", "Exford has 10,000 voters.", NumberOutcome.CONFLICT),
        ("Exford has 1,500 mills.", "There are 2,000 mills in Exford.", NumberOutcome.CONFLICT),
        ("Exford has 5,150 mills.", "There are 5,000 mills in Exford.", NumberOutcome.ROUNDED),
        (
            "The new bridge in Exford will cost $1.4 billion.",
            "Officials said the bridge will cost $1 billion.",
            NumberOutcome.CONFLICT,
        ),
        ("Exford is 10 km away from the coast.", "Exford is 6.2 miles from the coast.",
         NumberOutcome.ROUNDED),
        (
            "The Exford mill opened its doors in 1978.",
            "The Exford mill opened its doors in 1963.",
            NumberOutcome.CONFLICT,
        ),
    ],
)  # fmt: skip
def test_outcomes(claim: str, passage: str, outcome: NumberOutcome) -> None:
    """Quantities that measure the same thing are the same, rounded, of other scope or at odds."""
    assert [outcome] == _outcomes(claim, passage)


@pytest.mark.parametrize(
    ("claim", "passage", "outcomes"),
    [
        (
            "Exford raised the tax from 21 to 35 percent.",
            "Exford raised the tax to 28 percent.",
            [NumberOutcome.CONFLICT],
        ),
        ("Exford's toll rose from 72 to 86.", "Exford's toll rose to 86.", [NumberOutcome.SAME]),
        (
            "The jobless rate in Exford rose from 2.1 percent to 2.9 percent.",
            "The jobless rate in Exford rose to 2.9 percent.",
            [NumberOutcome.SAME],
        ),
        (
            "The jobless rate in Exford rose to 2.9 percent, up from 2.1 percent.",
            "The jobless rate in Exford rose to 2.9 percent from 2.5 percent.",
            [NumberOutcome.SAME, NumberOutcome.CONFLICT],
        ),
        ("Between 10 and 20 Exford boats sank.", "15 Exford boats sank.", [NumberOutcome.ROUNDED]),
    ],
)
def test_from_and_to(claim: str, passage: str, outcomes: list[NumberOutcome]) -> None:
    """What a value was is compared with what it was; the middle of a range is no number."""
    assert _outcomes(claim, passage) == outcomes


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("rents in Exford rose by 2.5 percent", "rents in Exford rose by 3 percent"),
        ("the Exford flood destroyed 165 houses", "the Exford flood destroyed 170 houses"),
        ("the Exford flood displaced 12,450 people", "the Exford flood displaced 12,500 people"),
    ],
)
def test_halves_are_rounded_up(exact: str, rounded: str) -> None:
    """A figure just between two round ones may have been written as the higher."""
    assert _outcomes(f"Last year {exact}.", f"Last year {rounded}.") == [NumberOutcome.ROUNDED]


@pytest.mark.parametrize(
    ("claim", "passage", "outcomes"),
    [
        (
            "The party won 120 of 349 seats in Exford.",
            "In Exford the party won 107 of the 349 seats.",
            [NumberOutcome.CONFLICT, NumberOutcome.SAME],
        ),
        (
            "The party won 120 seats in Exford.",
            "The party won 120 of the 349 seats in Exford.",
            [NumberOutcome.SAME],
        ),
        (
            "In Exford 58 people died.",
            "12 of the 58 dead in Exford were named.",
            [NumberOutcome.SAME],
        ),
        (
            "One in five people in Exford owns a boat.",
            "One in four people in Exford owns a boat.",
            [NumberOutcome.CONFLICT],
        ),
        (
            "One in five people in Exford owns a boat.",
            "20 percent of people in Exford own a boat.",
            [NumberOutcome.SAME],
        ),
        (
            "Two thirds of the people in Exford own a boat.",
            "67 percent of people in Exford own a boat.",
            [NumberOutcome.ROUNDED],
        ),
        (
            "More than half of the people in Exford own a boat.",
            "A quarter of the people in Exford own a boat.",
            [NumberOutcome.CONFLICT],
        ),
        (
            "Half of the eight boats in Exford sank.",
            "In Exford four boats sank.",
            [NumberOutcome.SAME],
        ),
    ],
)
def test_parts_of_wholes(claim: str, passage: str, outcomes: list[NumberOutcome]) -> None:
    """The part is compared with the part, the whole with the whole, a share with a share."""
    assert _outcomes(claim, passage) == outcomes


def test_one_number_is_held_against_one() -> None:
    """A number that the claim repeats is not held against another of the claim's."""
    claim = "Exford fired 59 missiles on Monday and 12 missiles on Friday."
    assert _outcomes(claim, "Exford fired 12 missiles.") == [NumberOutcome.SAME]


def test_votes_are_compared_side_by_side() -> None:
    """Those in favour with those in favour, those against with those against."""
    passage = "The plan passed Exford's council by 8 votes to 4."
    outcomes = [NumberOutcome.CONFLICT, NumberOutcome.SAME]
    assert _outcomes("Exford's council passed the plan 9-4.", passage) == outcomes


@pytest.mark.parametrize(
    ("claim", "outcomes"),
    [
        ("The plan got 8 votes in Exford's council.", [NumberOutcome.SAME]),
        ("The plan needs 10 votes in Exford's council.", []),
        ("The plan passed Exford's council by 5 votes.", []),
    ],
)
def test_votes_that_are_no_side(claim: str, outcomes: list[NumberOutcome]) -> None:
    """A side of a vote is neither the margin nor the votes that are needed."""
    assert _outcomes(claim, "The plan passed Exford's council 8-4.") == outcomes


@pytest.mark.parametrize(
    "margin", ["won by 20 seats", "is 20 seats short", "lost by about 20 seats"]
)
def test_margins(margin: str) -> None:
    """A margin is not at odds with a whole, but with another margin."""
    claim = f"The party {margin} in Exford."
    whole = "The party has 71 seats in Exford."
    assert _outcomes(claim, whole) == [NumberOutcome.OTHER_SCOPE]
    other = "The party won by 30 seats in Exford."
    assert _outcomes(claim, other) == [NumberOutcome.CONFLICT]


def test_other_years() -> None:
    """Numbers of two years are not at odds; the years are two numbers of their own."""
    claim = "Exford's tax will cost farmers $15 million in 2031."
    found = compare(claim, "Exford's tax will cost farmers $22 million in 2039.")
    assert (found[0].measure, found[0].outcome) == ("USD", NumberOutcome.OTHER_SCOPE)


@pytest.mark.parametrize(
    ("claim", "passage", "outcome"),
    [
        (
            "Unemployment in Exford was 5.2% in February.",
            "Exford's unemployment rate was 4.9% in January.",
            NumberOutcome.OTHER_SCOPE,
        ),
        (
            "Unemployment in Exford was 5.2%, it was said on 9 March 2031.",
            "Exford's unemployment rate was 4.9% in February.",
            NumberOutcome.CONFLICT,
        ),
        (
            "Keld won 52% of the vote in Exford.",
            "With 60% of the votes counted, Keld led in Exford.",
            NumberOutcome.OTHER_SCOPE,
        ),
        (
            "Keld was sentenced in Exford to 12 years in prison.",
            "Prosecutors in Exford had sought 15 years in prison for Keld.",
            NumberOutcome.OTHER_SCOPE,
        ),
        (
            "Keld was sentenced in Exford to 12 years in prison.",
            "Keld was sentenced to 15 years in prison in Exford.",
            NumberOutcome.CONFLICT,
        ),
    ],
)
def test_other_months_and_stages(claim: str, passage: str, outcome: NumberOutcome) -> None:
    """A rate is of its month; what was sought, or counted so far, is not what came of it."""
    assert _outcomes(claim, passage, APRIL_4, APRIL_4) == [outcome]


@pytest.mark.parametrize(
    ("passage", "outcome"),
    [
        ("The House passed the Exford bill 217-213.", NumberOutcome.OTHER_SCOPE),
        ("The Exford bill passed the Senate 53-46.", NumberOutcome.CONFLICT),
    ],
)
def test_votes_of_two_chambers(passage: str, outcome: NumberOutcome) -> None:
    """The votes of one chamber are not those of the other."""
    assert _outcomes("The Senate passed the Exford bill 54-45.", passage) == [outcome] * 2


def test_dates_of_messages() -> None:
    """A date behind a name in brackets says when a message was sent."""
    sent = "The new Exford bridge will open, says the council."
    claim = f"{sent} (@exford) March 30, 2031"
    assert _outcomes(claim, f"{sent} (@exford) March 23, 2031") == []


def test_tolls_grow() -> None:
    """A toll that rose from one day to the next is an update, on one day a conflict."""
    claim, passage = "The fire in Exford killed 58 people.", "The Exford fire killed 70 people."
    assert _outcomes(claim, passage, APRIL_4, APRIL_5) == [NumberOutcome.UPDATE]
    assert _outcomes(passage, claim, APRIL_5, APRIL_4) == [NumberOutcome.UPDATE]
    assert _outcomes(claim, passage, APRIL_4, APRIL_4) == [NumberOutcome.CONFLICT]
    assert _outcomes(passage, claim, APRIL_4, APRIL_5) == [NumberOutcome.CONFLICT]


def test_least_leaves_room() -> None:
    """A toll of "at least" some number does not contradict a higher one."""
    outcome = _outcomes(
        "About 100 people died in Exford.", "At least 58 people died in Exford.", APRIL_4, APRIL_4
    )
    assert outcome == [NumberOutcome.UPDATE]


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The fire in Exford killed 20 people.", "The fire in Exford injured 30 people."),
        ("The fire in Exford killed 20 people.", "The fire in Exford burnt 30 houses."),
        ("Exford hired 20 traffic officers.", "Exford hired 30 border officials."),
        ("Exford spent $20 on bread.", "Exford spent 30 percent on bread."),
        (
            "Lind said on 5 April that the Exford raid was over.",
            "The Exford raid was over on 4 April.",
        ),
        (
            "On 5 April the Exford council said that the raid was over.",
            "The Exford raid was over on 4 April, it was said.",
        ),
        ("There was fraud in 12 cases in Exford.", "In Exford 30 people were infected."),
        ("The fire in Exford killed many.", "The fire in Exford killed 30 people."),
    ],
)
def test_never_compared(claim: str, passage: str) -> None:
    """The dead are not compared with the wounded, nor people with houses, nor money with shares."""
    assert _outcomes(claim, passage) == []


def test_other_event() -> None:
    """Numbers of texts that share no subject are not comparable, whatever they count."""
    found = _outcomes("The fire in Exford killed 20 people.", "A flood in Wyeham killed 30 people.")
    assert found == [NumberOutcome.NOT_COMPARABLE]


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        (
            "Keld won 34 percent in the run-off in Exford.",
            "Lind won Exford's run-off with 66 percent.",
        ),
        ("Profits of Exford mills rose 5 percent.", "Profits of Exford mills fell 5 percent."),
    ],
)
def test_shares_of_others(claim: str, passage: str) -> None:
    """What another won is another number, and what rose is not the same as what fell."""
    assert _outcomes(claim, passage) == [NumberOutcome.NOT_COMPARABLE]


def test_counts_of_others() -> None:
    """Counts of one noun that differ and share no word around them are not compared."""
    claim = "Keld named five judges in Exford."
    passage = "Exford is old. Two judges sang on the bridge."
    assert _outcomes(claim, passage) == []
    passage = "Exford is old. Keld has named two judges."
    assert _outcomes(claim, passage) == [NumberOutcome.CONFLICT]


@pytest.mark.parametrize(
    ("claim", "passage", "outcome"),
    [
        ("over 80 people", "at least 82 people", NumberOutcome.ROUNDED),
        ("at least 3,150 people", "more than 3,100 people", NumberOutcome.ROUNDED),
        ("up to 80 people", "as many as 82 people", NumberOutcome.ROUNDED),
        ("over 80 people", "at least 95 people", NumberOutcome.UPDATE),
        ("more than 3,200 people", "more than 3,100 people", NumberOutcome.UPDATE),
        ("over 80 people", "up to 82 people", NumberOutcome.UPDATE),
    ],
)
def test_two_limits(claim: str, passage: str, outcome: NumberOutcome) -> None:
    """A limit that is the other one rounded is the same; otherwise the two are two statements."""
    found = _outcomes(f"The fire in Exford killed {claim}.", f"Exford's fire killed {passage}.")
    assert found == [outcome]


def test_the_one_that_agrees() -> None:
    """Of several numbers of the passage, the one that agrees is meant, not the nearest in words."""
    claim = "The Exford raid killed 34 border troops, the Exford hospital said."
    passage = (
        "34 border policemen were killed. The Exford hospital said that 16 farmers were killed."
    )
    assert _outcomes(claim, passage) == [NumberOutcome.SAME]
    claim = "The toll of the fire in Exford reached 34, the Exford hospital said."
    passage = (
        "In Exford 34 people were killed. The Exford hospital gave a toll of at least 16 dead."
    )
    assert _outcomes(claim, passage) == [NumberOutcome.SAME]


def test_tolls_that_agree() -> None:
    """Tolls of one weekday that agree are of one event, though nothing else tells so."""
    claim = "Close to 60 people, few of them farmers, have died in the fire since Friday."
    passage = 'The clinic said "at least 58 people", most of them cooks, were killed since Friday.'
    assert _outcomes(claim, passage, APRIL_5, APRIL_5) == [NumberOutcome.ROUNDED]
    passage = passage.replace("58", "12")
    assert _outcomes(claim, passage, APRIL_5, APRIL_5) == [NumberOutcome.NOT_COMPARABLE]


def test_large_counts_that_agree() -> None:
    """So do large counts of one thing that are told within days; small ones are chance."""
    claim = "More than 200 firefighters fought the flames until dawn."
    passage = "Some 220 firefighters were needed to bring the blaze under control."
    assert _outcomes(claim, passage, APRIL_5, APRIL_5) == [NumberOutcome.ROUNDED]
    assert _outcomes(claim, passage, APRIL_5, None) == [NumberOutcome.NOT_COMPARABLE]
    passage = passage.replace("220", "340")
    assert _outcomes(claim, passage, APRIL_5, APRIL_5) == [NumberOutcome.NOT_COMPARABLE]


@pytest.mark.parametrize(
    ("claim", "passage", "outcome"),
    [
        ("three days later", "five days later", NumberOutcome.NOT_COMPARABLE),
        ("three days later", "three days later", NumberOutcome.SAME),
        ("three days after the flood", "five days before the flood", NumberOutcome.NOT_COMPARABLE),
        ("three days after the flood", "five days after the wedding", NumberOutcome.NOT_COMPARABLE),
        ("three days after the flood", "five days after the great flood", NumberOutcome.CONFLICT),
        ("three days ago", "five days ago", NumberOutcome.CONFLICT),
        ("for three days", "for five days", NumberOutcome.CONFLICT),
    ],
)
def test_since_when(claim: str, passage: str, outcome: NumberOutcome) -> None:
    """Spans of time differ only if they are told from the same moment."""
    told = "Keld closed the old mill in Exford"
    assert _outcomes(f"{told} {claim}.", f"{told} {passage}.", APRIL_4, APRIL_4) == [outcome]


def test_days_ago_of_two_days() -> None:
    """What was three days ago on one day was four days ago on the next."""
    told = "Keld closed the old mill in Exford"
    found = _outcomes(f"{told} three days ago.", f"{told} four days ago.", APRIL_4, APRIL_5)
    assert found == [NumberOutcome.NOT_COMPARABLE]


def test_spelling_of_names() -> None:
    """A name spelt in another way is the same name."""
    claim, passage = "The raid on Tel Shaykhun killed 20 people.", "Raiders killed 30 in Sheikhoun."
    assert _outcomes(claim, passage) == [NumberOutcome.CONFLICT]


def test_explanation() -> None:
    """A difference is explained in words, with both spans."""
    claim, passage = "Exford fired 59 missiles.", "They say that 58 missiles were fired at Exford."
    (found,) = compare(claim, passage)
    assert found.explanation == (
        "The claim says 59 missiles fired; this passage says 58 missiles fired."
    )
    assert claim[found.claim_start : found.claim_end] == found.claim_text == "59 missiles"
    assert passage[found.passage_start : found.passage_end] == found.passage_text == "58 missiles"


@pytest.mark.parametrize(
    ("claim", "passage", "explanation"),
    [
        (
            "In Exford the court will hear the case of the mayor on 14 May.",
            "The court of Exford will hear the case of the mayor on 16 Sept.",
            "The claim says 14 May; this passage says 16 Sept.",
        ),
        (
            "A dozen boats sank in Exford.",
            "Fifteen boats sank in Exford.",
            "The claim says a dozen boats; this passage says fifteen boats.",
        ),
    ],
)
def test_explanation_of_the_ends_of_sentences(claim: str, passage: str, explanation: str) -> None:
    """A sentence's full stop is no part of a date, nor its capital of a number."""
    assert [n.explanation for n in compare(claim, passage)] == [explanation]


def test_a_unit_ends_with_its_word() -> None:
    """The span of "10 degrees in Exford" has no space behind it."""
    (found,) = compare("It was 10 degrees in Exford.", "Exford had 10 degrees on Monday.")
    assert (found.claim_text, found.passage_text) == ("10 degrees", "10 degrees")


@given(st.text(), st.text())
def test_any_text(claim: str, passage: str) -> None:
    """Any two texts can be compared, and spans are those of the texts."""
    for found in compare(claim, passage):
        assert claim[found.claim_start : found.claim_end] == found.claim_text
        assert passage[found.passage_start : found.passage_end] == found.passage_text
