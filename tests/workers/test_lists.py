"""Lists of feeds: OPML in and out, and the feeds to start with."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from corroborate.errors import InputError
from corroborate.types import Feed
from workers.default_feeds import default_feeds
from workers.opml import read_opml, write_opml


def test_what_is_written_is_read() -> None:
    """Addresses and titles come back, with what XML has to escape."""
    feeds = [Feed("https://a.example/rss?x=1&y=2", title='Herald & "Post" <London>')]
    assert read_opml(write_opml(feeds).encode()) == feeds


def test_folders_are_read_and_a_feed_counts_once() -> None:
    """Outlines may be nested; those without an address of the web are left out."""
    text = b"""<opml version="2.0"><body><outline text="World">
<outline text="Herald" xmlUrl="https://a.example/rss"/>
<outline text="Herald again" xmlUrl=" https://a.example/rss "/>
<outline text="Local" xmlUrl="file:///etc/passwd"/><outline text="None"/></outline></body></opml>"""
    assert [feed.url for feed in read_opml(text)] == ["https://a.example/rss"]


@pytest.mark.parametrize("name", ["xmlUrl", "xmlurl", "xmlURL", "XMLURL"])
def test_an_address_is_read_however_its_attribute_is_spelt(name: str) -> None:
    """Programs differ in its case."""
    text = f'<opml><body><outline text="Herald" {name}="https://a.example/rss"/></body></opml>'
    assert read_opml(text.encode()) == [Feed("https://a.example/rss", "Herald")]


@pytest.mark.parametrize("text", [b"", b"no XML", b"<opml><body/></opml>", b"\x00\xff"])
def test_a_file_without_feeds_is_an_error(text: bytes) -> None:
    """It is refused in one line."""
    with pytest.raises(InputError):
        read_opml(text)


def test_an_external_entity_is_not_read() -> None:
    """OPML of a stranger cannot read our files."""
    text = b"""<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/hostname">]><opml><body>
<outline text="a&x;b" xmlUrl="https://a.example/rss"/></body></opml>"""
    assert [feed.title for feed in read_opml(text)] == ["ab"]


@examples(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_an_error(text: bytes) -> None:
    """Nothing else comes out of a file that someone chose."""
    try:
        assert read_opml(b"<opml><body>" + text)
    except InputError:
        return


def test_the_default_feeds_are_many_outlets_of_the_web() -> None:
    """Each has a name and an address, and none is there twice."""
    feeds = default_feeds()
    assert len({feed.url for feed in feeds}) == len(feeds) >= 50
    assert all(feed.title and urlsplit(feed.url).netloc for feed in feeds)
