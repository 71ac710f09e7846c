"""One of a page's wordings of its title is chosen, without the outlet's name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.pages import html_page, news, page
from workers.clean import clean
from workers.titles import choose

SITE = "Harbour Herald"
REOPENS = "Bridge over the Sarn reopens"


def test_heading_that_another_place_confirms() -> None:
    """What a reader sees wins over other wordings, however many places have those."""
    titles = {
        "heading": REOPENS,
        "json-ld": "Sarn bridge: when does it open?",
        "opengraph": "You will not believe this bridge",
        "twitter": "You will not believe this bridge",
        "title": f"{REOPENS} | {SITE}",
    }
    assert choose(titles, SITE) == REOPENS


def test_case_and_typography_confirm() -> None:
    """Quotes and case differ between the places of one title; the heading's are kept."""
    titles = {"heading": "‘No toll’ on Sarn bridge", "json-ld": "'No Toll' On Sarn Bridge"}
    assert choose(titles, SITE) == "‘No toll’ on Sarn bridge"


@pytest.mark.parametrize("heading", [f"Analysis {REOPENS}", f"{REOPENS} Subscribers only"])
def test_labels_inside_a_heading(heading: str) -> None:
    """A heading that nobody confirms gives way to a wording that two other places share."""
    titles = {"heading": heading, "json-ld": REOPENS, "title": f"{REOPENS} - {SITE}"}
    assert choose(titles, SITE) == REOPENS


def test_opengraph_and_twitter_are_one_voice() -> None:
    """A wording for social media is not confirmed by its own copy."""
    titles = {
        "heading": "The bridge over the Sarn is open again",
        "opengraph": "The Sarn bridge is open again, at last",
        "twitter": "The Sarn bridge is open again, at last",
    }
    assert choose(titles, SITE) == titles["heading"]


@pytest.mark.parametrize("end", ["…", "...", " ..."])
def test_title_that_is_cut_short(end: str) -> None:
    """A title cut short confirms the heading, and is never taken where there is another."""
    cut = f"Bridge over the Sa{end}"
    titles = {"heading": REOPENS, "opengraph": cut, "title": cut}
    assert choose(titles, SITE) == REOPENS
    assert choose({**titles, "heading": f"Travel {REOPENS}"}, SITE) == f"Travel {REOPENS}"


def test_finished_live_blog() -> None:
    """A heading that still says "LIVE" gives way to the OpenGraph title."""
    titles = {"heading": "Sarn bridge LIVE: first cars", "opengraph": REOPENS}
    assert choose(titles, SITE, live=True) == REOPENS


def test_heading_of_something_else() -> None:
    """A log-in box's heading is no title."""
    assert choose({"heading": "Welcome back", "opengraph": REOPENS}, SITE) == REOPENS
    assert choose({"heading": REOPENS}, SITE) == REOPENS
    assert choose({"heading": "", "title": ""}, SITE) == ""


@pytest.mark.parametrize(
    "title",
    [
        f"{REOPENS} | {SITE}",
        f"{REOPENS} - The Harbour Herald",
        f"{REOPENS} – HarbourHerald",
        f"{REOPENS} — Harbour Herald Online",
        f"{REOPENS} | Roads | Harbour Herald",
        f"{REOPENS} - harbour-herald.com",
        f"{REOPENS} | Roads",
        f"{SITE} | {REOPENS}",
    ],
)
def test_name_of_the_outlet(title: str) -> None:
    """It is taken off either end, with the sections beside it."""
    assert choose({"title": title}, SITE) == REOPENS


@pytest.mark.parametrize(
    ("title", "site"),
    [
        ("Voters are tired – and it is time to listen", "TIME"),
        ("Ministers divided – a report", "RT"),
        ("Which vitamin do you need - C", "Harbour Herald"),
        ("Sarn bridge - a chronicle", "Harbour Herald"),
        ("Tunnel or bridge - !", "Harbour Herald"),
        ("Sarn bridge | a chronicle of eleven months", ""),
    ],
)
def test_end_of_a_headline_is_not_an_outlet(title: str, site: str) -> None:
    """What merely holds an outlet's letters, or one of its words, stays."""
    assert choose({"title": title}, site) == title


def test_bar_in_a_headline() -> None:
    """A newsroom's own bar stays: only metadata puts sections behind bars."""
    title = "Sarn bridge reopens after eleven months | Analysis"
    assert choose({"heading": title}, SITE) == title


def test_title_of_a_page() -> None:
    """The whole way, from a page with a label in its heading."""
    html = html_page(about=news()).replace("<h1>", "<h1><span>Roads</span> ")
    assert clean(page(html)).title == REOPENS


@given(
    st.dictionaries(
        st.sampled_from(["heading", "json-ld", "opengraph", "twitter", "title"]), st.text()
    ),
    st.text(),
)
def test_any_titles(titles: dict[str, str], site: str) -> None:
    """The title is part of a wording, and there is one if there are wordings."""
    title = choose(titles, site)
    assert any(title in wording for wording in titles.values()) or not title
    assert bool(title) == any(titles.values())
