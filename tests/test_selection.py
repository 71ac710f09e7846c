"""Which hits are judged: the first ones, and those behind them that may change the verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from corroborate.selection import select
from corroborate.types import Hit, Outlet, Passage
from tests.samples import WIRE

CLAIM = "The fire in Sessen killed 40 people on Tuesday night."
DAY = date(2026, 3, 10)


def hits(*texts: str) -> list[Hit]:
    """Return hits with these texts, each of another article."""
    return [
        Hit(
            passage=Passage(f"a{i}", 0, len(text), text),
            outlet=Outlet(f"paper{i}.example", f"Paper {i}"),
            title="Fire in Sessen",
            url=None,
            published=None,
            day_only=False,
            score=1.0,
        )
        for i, text in enumerate(texts)
    ]


def selected(*texts: str, claim: str = CLAIM, most: int = 2) -> list[int]:
    """Return the positions of the texts that are judged."""
    return [int(hit.passage.article_id[1:]) for hit in select(claim, hits(*texts), most, DAY)]


def test_the_first_are_judged_and_no_more() -> None:
    """Passages that say nothing new are not judged beyond the limit."""
    assert selected(*(f"Witness {i * 'x'} heard the sirens in Sessen." for i in range(5))) == [0, 1]


def test_what_is_far_from_the_claim_is_not_judged() -> None:
    """In a small store the first hits may be of anything; one that is not known to be far stays."""
    near, far, words = hits("The sirens were heard.", "The fair lasts three days.", "A siren.")
    found = [replace(near, dense=0.5), replace(far, dense=0.1), words]
    assert select(CLAIM, found, 3, DAY) == [found[0], words]


def test_what_shares_no_words_is_judged_only_where_it_is_close_in_meaning() -> None:
    """Between far and close in meaning, words that claim and passage share decide."""
    (hit,) = hits("The mayor opened the regatta.")
    other = replace(hit, title="Regatta", dense=0.5)
    assert select(CLAIM, [other], 3, DAY) == []
    (told,) = hits("The fair goes on. The fire killed 40 people on Tuesday night. Bands will play.")
    near = (replace(other, dense=0.7), replace(other, title="Deadly fire in Sessen"))
    for hit in (*near, replace(told, dense=0.2)):
        assert select(CLAIM, [hit], 3, DAY) == [hit]


def test_one_wording_is_judged_twice() -> None:
    """Copies of one story do not crowd out the rest."""
    assert selected(WIRE, WIRE, WIRE, "A witness heard the sirens.", most=3) == [0, 1, 3]


def test_other_figures_are_judged_each_once() -> None:
    """Counts of the same thing that only later hits state are seen, up to half as many."""
    tolls = ("40", "40", "40", "40", "58", "58", "61", "70", "84")
    texts = (
        f"Reporter {i * 'x'} writes: at least {n} people were killed in the fire in Sessen."
        for i, n in enumerate(tolls)
    )
    assert selected(*texts, most=4) == [0, 1, 2, 3, 4, 6]


def test_a_count_of_something_else_is_no_other_figure() -> None:
    """Only what the claim counts is compared with it."""
    texts = [f"Firefighter {i * 'x'} came to Sessen with 7 engines." for i in range(3)]
    assert selected(*texts) == [0, 1]


def test_a_denial_further_down_is_judged() -> None:
    """A denial stands behind what repeats the claim's words."""
    texts = [f"Witness {i * 'x'} saw the fire in Sessen." for i in range(4)]
    denial = "The mayor of Sessen rejected the reports: nobody had died."
    assert selected(*texts, denial, most=4) == [0, 1, 2, 3, 4]
    assert selected("A siren was heard in Sessen.", *texts, denial, most=4) == [0, 1, 2, 3, 5]


def test_a_denial_of_another_place_is_not() -> None:
    """What has none of the claim's names denies something else."""
    texts = [f"Witness {i * 'x'} saw the fire in Sessen." for i in range(4)]
    claim = "The fire at the Hotel Arden near Velmar killed 40 people."
    denial = "The minister denied that he had resigned."
    assert selected(*texts, denial, claim=claim, most=4) == [0, 1, 2, 3]
