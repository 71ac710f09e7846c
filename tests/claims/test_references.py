"""Who "he", "she" or "the bank" is, from what was said before."""

from __future__ import annotations

import pytest

from corroborate.claims.references import Mentions


def _resolved(first: str, second: str) -> str:
    mentions = Mentions()
    mentions.note(first)
    return mentions.resolve(second)


def test_a_sole_full_name_is_meant() -> None:
    """A sentence that begins with a full name, and names nobody else, says who "she" is."""
    assert _resolved("Ruta Lind spoke in Velmar on Monday.", "She said that it rained.") == (
        "Ruta Lind said that it rained."
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ruta Lind said the suspect had fled.", "She added that it rained."),
        ("Ruta Lind, the mayor of Velmar, said so.", "She left for Sessen."),
        ("Ruta Lind was the first mayor of Velmar.", "She left for Sessen."),
    ],
)
def test_a_speaker_goes_on(first: str, second: str) -> None:
    """Who speaks of somebody without a name speaks on; an own office is nobody else."""
    assert _resolved(first, second) == second.replace("She", "Ruta Lind")


@pytest.mark.parametrize(
    "first",
    [
        "President Ruta Lind ordered the strike on Friday.",
        "Prime Minister Ruta Lind ordered the strike on Friday.",
        "Defense Secretary Ruta Lind ordered the strike on Friday.",
        "Defense Secretary Ruta Lind said on Friday that it rained.",
        "Secretary of State Ruta Lind left on Friday.",
        "Former Talvian President Ruta Lind left on Friday.",
        "Sen. Ruta Lind left on Friday.",
        "Port minister Ruta Lind has resigned, two people close to her said.",
        "Chief fire inspector Ruta Lind left on Friday.",
    ],
)
def test_a_person_is_found_behind_a_title(first: str) -> None:
    """An office before a full name is no part of it."""
    assert _resolved(first, "She said that it rained.") == "Ruta Lind said that it rained."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("President Ruta Lind’s army left for Sessen.", "She said that it rained."),
        ("President Ruta Lind met Anton Keld on Friday.", "She said that it rained."),
        ("Unlike President Ruta Lind the mayor left.", "She said that it rained."),
        ("Unlike president Ruta Lind the mayor left.", "She said that it rained."),
        ("Police chief Ruta Lind’s car was found.", "She said that it rained."),
        ("Vice President Lind left for Sessen.", "She said that it rained."),
        ("Ruta Lind said she had spoken to Anton Keld.", "He promised to come."),
        ("President Lind fired the inspector Anton Keld.", "He had led the brigade."),
        ("Ruta Lind said she was ill.", "He left for Sessen."),
        ("Mr Keld said the port was lost.", "She left for Sessen."),
        ("Explaining Keld’s plan has taken a year.", "He left for Sessen."),
        ("Anton Keld hit a cyclist with his car.", "He died in Sessen."),
        ("Anton Keld asked the judge for mercy.", "He sent him to prison."),
        ("Ruta Lind said the suspect had been found.", "She was arrested."),
        ("Ruta Lind said her deputy’s house was searched.", "She was arrested."),
    ],
)
def test_a_name_in_doubt_is_not_taken(first: str, second: str) -> None:
    """Somebody else is named, or the pronoun does not fit."""
    assert _resolved(first, second) == second


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The Sessen Council met the Velmar Council.", "The council closed the port."),
        ("The Velmar Council met on Monday.", "The council leaders closed the port."),
        ("The Velmar Police and the navy met.", "The police and the navy closed the port."),
        ("The Velmar Liberation group left.", "The group said that it counts the ships."),
    ],
)
def test_a_body_in_doubt_is_not_taken(first: str, second: str) -> None:
    """There were two of the kind, or the sentence is about something else."""
    assert _resolved(first, second) == second


def test_a_body_named_long_ago_is_not_taken() -> None:
    """Others may have been meant since, by names that do not say what they are."""
    mentions = Mentions()
    mentions.note("The Velmar Council met on Monday.")
    second = "The council closed the port."
    assert mentions.resolve(second) == "The Velmar Council closed the port."
    for _ in range(3):
        mentions.note("It rained on the quay.")
    assert mentions.resolve(second) == second


def test_a_body_may_have_a_fuller_name() -> None:
    """The longer of two names of one body is taken."""
    mentions = Mentions()
    mentions.note("The Talvia Ports Committee met on Monday.")
    mentions.note("The Ports Committee heard Anton Keld.")
    assert mentions.resolve("The committee closed the port.") == (
        "The Talvia Ports Committee closed the port."
    )


def test_a_day_is_no_part_of_a_body() -> None:
    """Nobody is called "On Monday police"."""
    second = "The police arrested 12 people."
    assert _resolved("On Monday police raided a house.", second) == second


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (
            "A gas explosion in the town of Sessen woke the province.",
            "The gas explosion left 12 people dead.",
            "The gas explosion in the town of Sessen left 12 people dead.",
        ),
        (
            "A gas explosion in Sessen followed another gas explosion in Velmar.",
            "The gas explosion left 12 people dead.",
            "The gas explosion left 12 people dead.",
        ),
        (
            "A gas explosion in Sessen woke the province.",
            "The explosion on the ferry left 12 people dead.",
            "The explosion on the ferry left 12 people dead.",
        ),
        (
            "The election in Sessen was close.",
            "The election results were read on Monday.",
            "The election results were read on Monday.",
        ),
        (
            "The raid at Keld’s house was quick.",
            "The raid was ordered by a judge.",
            "The raid was ordered by a judge.",
        ),
        (
            "Fires broke out after the attack in April.",
            "The attack left 12 people dead.",
            "The attack left 12 people dead.",
        ),
    ],
)
def test_where_the_event_was_is_told(first: str, second: str, expected: str) -> None:
    """An event is at the one place that was named with the same words, or at none."""
    assert _resolved(first, second) == expected


def test_a_title_says_where_the_event_was() -> None:
    """Its capitals and its quotation marks are no part of what happened."""
    mentions = Mentions()
    mentions.note_title("Ministry Calls “Gas Explosion” in Sessen an Accident")
    assert mentions.resolve("The gas explosion left 12 people dead.") == (
        "The gas explosion in Sessen left 12 people dead."
    )


def test_a_last_name_that_two_have_says_neither() -> None:
    """The name may be Anton or Ruta; alone, it is the one whose name was heard."""
    mentions = Mentions()
    mentions.note("Anton Keld said on Monday that it rained.")
    mentions.note("Keld left for the port.")
    assert mentions.resolve("He bought a boat.") == "Anton Keld bought a boat."
    mentions.note("Ruta Keld said on Monday that it rained.")
    mentions.note("Keld left for the port.")
    assert mentions.resolve("He bought a boat.") == "Keld bought a boat."
