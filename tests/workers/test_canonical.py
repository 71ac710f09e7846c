"""One URL for one article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.canonical import canonical_url, trusted_canonical

STORY = "https://herald.example.com/news/bridge-reopens"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Herald.Example.COM:443/news/bridge-reopens#top", STORY),
        (f"{STORY}?utm_source=x&UTM_Medium=y&fbclid=z&ref=home", STORY),
        (f"{STORY}?id=7&utm_source=x&page=2", f"{STORY}?id=7&page=2"),
        (f"{STORY}/amp", STORY),
        (f"{STORY}?outputType=amp", STORY),
        (f"{STORY}?outputType=print", f"{STORY}?outputType=print"),
        (f"{STORY}.amp.html", f"{STORY}.html"),
        ("https://www.google.com/amp/s/herald.example.com/news/bridge-reopens", STORY),
        (
            "https://herald-example-com.cdn.ampproject.org/c/s/herald.example.com/a",
            "https://herald.example.com/a",
        ),
        ("https://reader:secret@herald.example.com/a/../b/./c", "https://herald.example.com/b/c"),
        ("http://herald.example.com:8080", "http://herald.example.com:8080/"),
        (
            "https://herald.example.com/caf\u00e9 one%2ftwo",
            "https://herald.example.com/caf%C3%A9%20one%2Ftwo",
        ),
        ("https://www.B\u00fccher.example/a", "https://www.xn--bcher-kva.example/a"),
        ("https://www.bu\u0308cher.example./a", "https://www.xn--bcher-kva.example/a"),
        ("https://www.XN--BCHER-KVA.example/a", "https://www.xn--bcher-kva.example/a"),
        ("https://\u2764.example/a", "https://\u2764.example/a"),
        ("http://[2001:db8::1]:80/a", "http://[2001:db8::1]/a"),
        (" https://herald.example.com/\nnews/bridge-reopens ", STORY),
    ],
)
def test_canonical_form(url: str, expected: str) -> None:
    """Case, script, ports, fragments, user names, tracking and AMP make no difference."""
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    "url",
    ["", "news/a", "//host/a", "ftp://host/a", "javascript:alert(1)", "http://", "http://[::1",
     "http://host:99999/", "http://ho st/", "data:text/html,x", "http://host/" + "a" * 3000,
     "http://host/\ud800"],
)  # fmt: skip
def test_what_is_no_web_address(url: str) -> None:
    """Other schemes, relative and broken addresses are none."""
    assert canonical_url(url) is None


@pytest.mark.parametrize(
    ("page", "link", "expected"),
    [
        (f"{STORY}?x=1", STORY, STORY),
        (f"{STORY}/amp", "/news/bridge-reopens", STORY),
        (f"{STORY}/2", STORY, STORY),
        ("https://m.herald.example.com/a", STORY, STORY),
        (STORY, "https://herald.example.com/", STORY),
        (STORY, "https://herald.example.com/news", STORY),
        (STORY, "https://thief.example.org/news/bridge-reopens", STORY),
        (
            "https://mallory.blogspot.com/a",
            "https://herald.blogspot.com/a",
            "https://mallory.blogspot.com/a",
        ),
        (STORY, "https://www.herald.example.com/a", "https://www.herald.example.com/a"),
        (STORY, "javascript:alert(1)", STORY),
        (STORY, "http://[", STORY),
        (STORY, None, STORY),
        ("", STORY, STORY),
        ("", "https://herald.example.com/", None),
        ("", "/news/bridge-reopens", None),
        ("https://herald.example.com/?p=12", STORY, STORY),
        ("https://herald.example.com/?p=12", "/", "https://herald.example.com/?p=12"),
    ],
)
def test_own_word_is_believed_within_reason(
    page: str, link: str | None, expected: str | None
) -> None:
    """``rel=canonical`` counts on its own host, unless it leads home or to a section."""
    assert trusted_canonical(page, link) == expected


@given(st.text(max_size=60))
def test_canonical_form_is_final(text: str) -> None:
    """Whatever the text, its canonical form is its own canonical form."""
    once = canonical_url(f"https://herald.example.com/{text}")
    if once is not None:
        assert canonical_url(once) == once
