"""Compares the quantities of a claim with those of a passage that measure the same thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from math import inf

from corroborate.numbers.ballots import SIDES
from corroborate.numbers.context import share, stems, told
from corroborate.numbers.explain import explain
from corroborate.numbers.measures import PERSONS, TOLLS
from corroborate.numbers.quantity import Kind, Quantity
from corroborate.numbers.side import SOURCES, Side, weekdays
from corroborate.numbers.subject import opposite, other_subject
from corroborate.numbers.values import agreement, aligned, consistent, equal, near
from corroborate.types import NumberComparison, NumberOutcome

#: Least shared stems, and least share of the poorer window, that make two of them the same.
#: Dates need most: an article is full of them.
LEAST_STEMS = {
    Kind.MONEY: 2,
    Kind.PERCENT: 2,
    Kind.DURATION: 2,
    Kind.MEASURE: 2,
    Kind.DATE: 3,
}
LEAST_SHARE = 0.4
#: Least share of the claim's names that a passage has whose numbers can be at odds with it.
LEAST_NAMES = 0.5
#: Or so large a share of all its words.
MOST_WORDS = 0.6
#: Tolls further apart than this factor do not count the same.
FAR = 20.0
#: Tolls from here on tell one event from another of the same day.
TELLING = 20
#: The same of counts of anything: from here on, told so many days apart at most.
LARGE, DAYS = 100, 3
#: What the two counts of the result of a vote are in.
BALLOTS = frozenset(SIDES.values())
_TOTALS = re.compile(
    r"\bsince (?:the|its|it|a|\w+ \d{4}|\d{4}|january|february|march|april|may|june|july|august|"
    r"september|october|november|december)\b|\b(?:overall|in total|so far this year|this year|"
    r"last year|per (?:day|week|month|year)|(?:a|each|every) (?:day|week|month|year)|daily|"
    r"annual(?:ly)?|during the (?:war|conflict)|in the past (?:\w+ )?"
    r"(?:days|weeks|months|years))\b",
    re.IGNORECASE,
)
#: "Prosecutors had sought 15 years", "60% of the votes counted": neither is what came of it.
_SOUGHT = re.compile(
    r"\b(?:sought|seek(?:s|ing)?|(?:ask|call)(?:s|ed|ing)? for|demand\w*|request\w*|recommend\w*|"
    r"fac(?:e|es|ed|ing)|maximum|want(?:s|ed))\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:votes?|ballots?|precincts?|polling stations?|districts?|results?)\s+"
    r"(?:(?:has|have|had|were|was|been|already|now)\s+)*(?:counted|reporting|tallied)\b",
    re.IGNORECASE,
)
#: "In February", not a day, which may be the one on which it was told.
_MONTH = re.compile(
    r"(?<!\d\s)\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"(?!\s+\d{1,2}\b)"
)
#: Who votes.
_CHAMBER = re.compile(
    r"\b(?:Senate|House|Commons|Lords|Assembly|Bundestag|Bundesrat|(?i:council|committee))\b"
)


def compare(
    claim: str,
    passage: str,
    claim_date: date | None = None,
    passage_date: date | None = None,
    title: str | None = None,
) -> list[NumberComparison]:
    """Return for each quantity of the claim how the passage's closest counterpart relates to it.

    Quantities without a counterpart that measures the same thing are left out. A number never
    conflicts unless the texts share names or subject matter: see :func:`_same_matter`.

    Args:
        claim: The claim's text.
        passage: The passage's text.
        claim_date: Day the claim was published; with the passage's it tells an update.
        passage_date: Day the passage was published.
        title: Title of the passage's article; helps to tell what it is about.
    """
    ours = Side(claim, claim_date)
    if not ours.quantities:
        return []
    theirs = Side(passage, passage_date, title or "")
    candidates = [
        _candidates(quantity, theirs.quantities, ours, theirs) for quantity in ours.quantities
    ]
    # A number of the passage that one of the claim's repeats is not held against another.
    same = {
        best.other
        for found in candidates
        if (best := max(found, default=None, key=_rank)) and best.outcome is NumberOutcome.SAME
    }
    comparisons = []
    for quantity, found in zip(ours.quantities, candidates, strict=True):
        left = [c for c in found if c.outcome is NumberOutcome.SAME or c.other not in same]
        if best := max(left, default=None, key=_rank):
            comparisons.append(_comparison(quantity, best.other, best.outcome, ours, theirs))
    return comparisons


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A quantity of the passage that one of the claim's may be compared with."""

    rank: tuple[int, int, int]
    other: Quantity
    outcome: NumberOutcome


def _rank(candidate: _Candidate) -> tuple[int, int, int]:
    return candidate.rank


def _candidates(
    quantity: Quantity, others: Sequence[Quantity], ours: Side, theirs: Side
) -> list[_Candidate]:
    found = []
    for other in others:
        same_scope = _same_scope(quantity, other, ours, theirs)
        if same_scope is not None and not _loose(quantity, other, ours, theirs):
            shared = len(ours.stems & stems(theirs.sentence(other)))
            # Before words in common: that it fits, and that it does not merely leave room.
            fits = consistent(quantity, other)
            rank = (int(same_scope), int(fits) + int(fits and near(quantity, other)), shared)
            outcome = _outcome(quantity, other, ours, theirs, same_scope=same_scope)
            found.append(_Candidate(rank, other, outcome))
    return found


def _comparison(
    ours: Quantity, theirs: Quantity, outcome: NumberOutcome, claim: Side, passage: Side
) -> NumberComparison:
    days = (passage.day - claim.day).days if passage.day and claim.day else None
    return NumberComparison(
        outcome=outcome,
        claim_text=ours.text,
        claim_start=ours.start,
        claim_end=ours.end,
        passage_text=theirs.text,
        passage_start=theirs.start,
        passage_end=theirs.end,
        measure=ours.measure,
        explanation=explain(outcome, ours, theirs, days),
    )


def _same_scope(ours: Quantity, theirs: Quantity, claim: Side, passage: Side) -> bool | None:
    """Return whether two quantities measure the same, or one a part of the other; None: neither."""
    if ours.kind is not theirs.kind or ours.former != theirs.former:
        return None
    if ours.kind is Kind.COUNT:
        return _same_count(ours, theirs)
    if ours.kind is Kind.DATE:
        if claim.is_dateline(ours) or passage.is_dateline(theirs):
            return None
        ours, theirs = aligned(ours, theirs)
    if ours.unit != theirs.unit:
        return None
    mine, other = claim.window(ours), passage.window(theirs)
    shared, poorer = len(mine & other), min(len(mine), len(other))
    # The same unusual figure with the same unit needs less to be taken for the same thing.
    if shared and equal(ours, theirs):
        return True
    return True if shared >= LEAST_STEMS[ours.kind] and shared >= LEAST_SHARE * poorer else None


def _same_count(ours: Quantity, theirs: Quantity) -> bool | None:
    persons = ours.head in PERSONS or theirs.head in PERSONS
    if ours.state != theirs.state:
        if persons or (ours.state and theirs.state):
            return None
        # One side of a vote is neither the votes that it takes nor the margin.
        if {ours.state, theirs.state} & BALLOTS and not equal(ours, theirs):
            return None
    if ours.head != theirs.head:
        # "Border troops" may be "border policemen" to another, if it is the same number of them.
        alike = persons and equal(ours, theirs) and ours.modifiers & theirs.modifiers
        nested = persons and "people" in {ours.head, theirs.head}
        if not alike:
            return False if nested and ours.state else None
    if not ours.head:
        return None
    named = bool(ours.modifiers and theirs.modifiers)
    if not persons and named and not ours.modifiers & theirs.modifiers:
        return None
    return ours.partial == theirs.partial


def _outcome(
    ours: Quantity, theirs: Quantity, claim: Side, passage: Side, *, same_scope: bool
) -> NumberOutcome:
    fits = consistent(ours, theirs)
    if (
        not (
            _same_matter(claim, passage)
            or _same_toll(ours, theirs, claim, passage)
            or _same_crowd(ours, theirs, claim, passage)
        )
        or not (fits or _same_place(claim, passage))
        or _of_another(ours, theirs, claim, passage, fits=fits)
    ):
        return NumberOutcome.NOT_COMPARABLE
    if not same_scope:
        return NumberOutcome.OTHER_SCOPE
    if fits:
        return agreement(ours, theirs)
    if _other_scope(ours, theirs, claim, passage):
        return NumberOutcome.OTHER_SCOPE
    if ours.state in TOLLS and _may_have_changed(ours, theirs, claim, passage):
        return NumberOutcome.UPDATE
    return NumberOutcome.CONFLICT


def _of_another(
    ours: Quantity, theirs: Quantity, claim: Side, passage: Side, *, fits: bool
) -> bool:
    """Return whether two shares, sums or spans are of different things, or one up and one down."""
    if ours.kind is Kind.DURATION:
        return not fits and not claim.same_anchor(ours, passage, theirs)
    if ours.kind not in {Kind.PERCENT, Kind.MONEY}:
        return False
    if opposite(claim.before(ours), passage.before(theirs)):
        return True
    return not fits and other_subject(claim.sentence(ours), passage.sentence(theirs))


def _loose(ours: Quantity, theirs: Quantity, claim: Side, passage: Side) -> bool:
    """Return whether two counts of one noun differ and share no word around them."""
    if ours.kind is not Kind.COUNT or ours.state or consistent(ours, theirs):
        return False
    return not claim.window(ours) & passage.window(theirs)


def _same_matter(claim: Side, passage: Side) -> bool:
    """Return whether two texts share enough to speak of one event at all: a name, or words."""
    if claim.names and told(claim.names, passage.whole) > 0:
        return True
    return share(passage.stems, claim.matter) >= LEAST_SHARE


def _same_toll(ours: Quantity, theirs: Quantity, claim: Side, passage: Side) -> bool:
    """Return whether two tolls of one weekday agree: those of two events seldom do."""
    if ours.state not in TOLLS or min(ours.value, theirs.value) < TELLING:
        return False
    days = weekdays(claim.sentence(ours), claim.day)
    same_day = days & weekdays(passage.sentence(theirs), passage.day)
    return bool(same_day) and consistent(ours, theirs) and near(ours, theirs)


def _same_crowd(ours: Quantity, theirs: Quantity, claim: Side, passage: Side) -> bool:
    """Return whether two large counts of one kind of people or things, told days apart, agree."""
    if ours.kind is not Kind.COUNT or ours.head != theirs.head or ours.head == "people":
        return False
    if min(ours.value, theirs.value) < LARGE or claim.day is None or passage.day is None:
        return False
    if abs((claim.day - passage.day).days) > DAYS:
        return False
    return consistent(ours, theirs) and near(ours, theirs)


def _same_place(claim: Side, passage: Side) -> bool:
    """Return whether the passage has half of the claim's names, those of sources left out.

    Two reports of one monitor on two raids share its name and all the words of a raid.
    """
    names = claim.names - SOURCES
    if names and told(names, passage.whole) >= LEAST_NAMES:
        return True
    return share(passage.stems, claim.matter - SOURCES) >= MOST_WORDS


def _other_scope(ours: Quantity, theirs: Quantity, claim: Side, passage: Side) -> bool:
    """Return whether two counts are of different periods, days or orders of magnitude."""
    mine, other = claim.sentence(ours), passage.sentence(theirs)
    if bool(_TOTALS.search(mine)) != bool(_TOTALS.search(other)):
        return True
    if ours.kind is Kind.COUNT and ours.state in TOLLS:
        low, high = sorted((max(ours.value, 1.0), max(theirs.value, 1.0)))
        if high / low > FAR and not (ours.approximate or theirs.approximate):
            return True
    if ours.kind is not Kind.DATE and _apart(claim.years(ours), passage.years(theirs)):
        return True
    if _other_part(ours, theirs, claim, passage):
        return True
    return _apart(weekdays(mine, claim.day), weekdays(other, passage.day))


def _other_part(ours: Quantity, theirs: Quantity, claim: Side, passage: Side) -> bool:
    """Return whether two figures are of different months, stages or chambers."""
    mine, other = claim.sentence(ours), passage.sentence(theirs)
    if ours.state in BALLOTS:
        return _apart(_chamber(ours, claim), _chamber(theirs, passage))
    # A toll may be told in another month than it was counted in.
    if ours.kind in {Kind.PERCENT, Kind.MONEY} and _apart(
        {*_MONTH.findall(mine)}, {*_MONTH.findall(other)}
    ):
        return True
    if ours.kind is Kind.PERCENT and bool(_COUNTED.search(mine)) != bool(_COUNTED.search(other)):
        return True
    sought = (_SOUGHT.search(side.before(q)) for side, q in ((claim, ours), (passage, theirs)))
    stages = {found is not None for found in sought}
    return ours.kind in {Kind.DURATION, Kind.MONEY, Kind.PERCENT} and len(stages) > 1


def _chamber(quantity: Quantity, side: Side) -> set[str]:
    """Return which chamber's vote a result is of: the last that is named before it, or the next."""
    before = _CHAMBER.findall(side.before(quantity))
    named = before[-1:] or _CHAMBER.findall(side.sentence(quantity))[:1]
    return {chamber.lower() for chamber in named}


def _apart(some: AbstractSet[object], others: AbstractSet[object]) -> bool:
    """Return whether both texts name times, and none that the other names."""
    return bool(some and others and not some & others)


def _may_have_changed(ours: Quantity, theirs: Quantity, claim: Side, passage: Side) -> bool:
    """Return whether a toll may have grown from one text to the other."""
    if claim.day is None or passage.day is None:
        return False
    lower, higher = sorted((ours, theirs), key=lambda q: q.value)
    if claim.day == passage.day:
        return lower.high == inf  # "At least" leaves room for more the same day.
    earlier = ours if claim.day < passage.day else theirs
    return earlier is lower or lower.high == inf or higher.low == 0
