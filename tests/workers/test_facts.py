"""What pages say of themselves is read, whatever they say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.workers.pages import html_page, news, page
from workers.clean import clean

#: Halves of surrogate pairs too, which JSON can hold and nothing can store.
ANY = st.text(st.characters(exclude_categories=()), max_size=20)
KEYS = st.sampled_from(
    ["@type", "@graph", "name", "url", "headline", "author", "publisher", "datePublished",
     "dateModified", "inLanguage", "articleBody", "mainEntityOfPage"]
)  # fmt: skip
VALUES = st.recursive(
    ANY | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def nested(depth: int) -> Any:
    """Return a name that lies deep in lists."""
    value: Any = {"name": "Mara Lund"}
    for _ in range(depth):
        value = [value]
    return value


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(KEYS.filter(lambda key: key != "@type"), VALUES, max_size=5))
@example({"headline": "x\ud800", "url": "/\ud800", "articleBody": "\ud800 and so on" * 100})
@example({"publisher": {"name": "\ud800"}, "inLanguage": "\ud800", "author": ["\ud800"]})
def test_any_json_ld_is_read(about: dict[str, Any]) -> None:
    """The page is cleaned, and its article can be stored."""
    article = clean(page(html_page(about=news(**about))))
    said = (article.id, article.title, article.text, article.url, article.outlet, article.authors)
    "".join(map(str, (*said, article.language, article.agency))).encode()


def test_names_are_found_a_few_levels_deep() -> None:
    """In a person, in lists of persons; how deep a stranger nests them breaks nothing."""
    found = [clean(page(html_page(about=news(author=nested(n))))).authors for n in (2, 600)]
    assert found == [("Mara Lund",), ()]


def test_author_by_reference() -> None:
    """A JSON-LD author that is only an "@id" is the page's object of that name."""
    person = {"@type": "Person", "@id": "/#/person/1", "name": "Mara Lund"}
    graph: dict[str, object] = {"@graph": [news(author={"@id": "/#/person/1"}), person]}
    assert clean(page(html_page(about=graph))).authors == ("Mara Lund",)


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Mara Lund and Ilse Tamm", ("Mara Lund", "Ilse Tamm")),
        ("Mara Lund, Jon Berg, and Ilse Tamm", ("Mara Lund", "Jon Berg", "Ilse Tamm")),
        ("Mara Lund & Jon Berg", ("Mara Lund", "Jon Berg")),
        ("Mara Lund, Transport Correspondent", ("Mara Lund, Transport Correspondent",)),
        ("Lund and Sons", ("Lund and Sons",)),
        ("Office of Roads and Harbours Sarn", ("Office of Roads and Harbours Sarn",)),
    ],
)
def test_several_authors_in_one_line(line: str, authors: tuple[str, ...]) -> None:
    """Persons are parted, offices and firms are not."""
    assert clean(page(html_page(about=news(author=line)))).authors == authors


def test_author_named_twice() -> None:
    """A name and the same as part of an address are one author."""
    about = news(author=[{"name": "Mara Lund"}, {"name": "mara-lund"}])
    assert clean(page(html_page(about=about))).authors == ("Mara Lund",)


def test_an_outlet_may_be_named_elsewhere_in_the_page() -> None:
    """Its publisher refers to another object of the JSON-LD."""
    outlet = {"@type": "Organization", "@id": "#us", "name": "Herald on the Quay"}
    about: dict[str, object] = {"@graph": [news(publisher={"@id": "#us"}), outlet]}
    assert clean(page(html_page(about=about))).outlet.name == "Herald on the Quay"
