"""What the books keep as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from corroborate.types import Entry, Feed, FeedKind
from indexer.elastic.documents import article, article_document
from indexer.records import dump_entry, dump_feed, failing, load_entry, load_feed, to_text
from tests.samples import article as sample

EVENING = datetime(2026, 3, 9, 23, 30, tzinfo=timezone(timedelta(hours=-5)))


def test_moments_of_all_zones_are_in_order() -> None:
    """Moments are compared as text, so all are written in UTC."""
    before = datetime(2026, 3, 10, 4, 29, tzinfo=UTC)
    texts = [to_text(before), to_text(EVENING)]
    assert texts == sorted(filter(None, texts))
    assert to_text(None) is None


def test_a_document_is_of_its_day_in_utc() -> None:
    """The day that searches filter by is that of the embedded store."""
    document = article_document(sample(published=EVENING), 1)
    assert document["day"] == "2026-03-10"
    assert article(document).published == EVENING


def test_feeds_and_entries_come_back() -> None:
    """What was written is what is read."""
    feed = Feed("https://a.example/feed", "Größe", kind=FeedKind.ATOM, added=EVENING, due=EVENING)
    entry = Entry("https://a.example/1", "One", published=EVENING)
    assert load_feed(dump_feed(feed)) == feed
    assert [load_entry(dump_entry(one)) for one in (entry, None)] == [entry, None]


def test_a_paused_feed_is_not_failing() -> None:
    """It is not polled, so no report needs to say that it is down."""
    down = Feed("https://a.example/feed", failures=2, error="status 500")
    assert [one.url for one in failing([down, replace(down, paused=True)])] == [down.url]
