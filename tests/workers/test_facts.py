"""What pages say of themselves is read, whatever they say."""

from __future__ import annotations

from typing import Any

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
