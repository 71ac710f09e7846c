"""When feeds are polled next: adaptive, polite, and never never."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corroborate.errors import FeedError, FetchError
from corroborate.types import Feed, FeedKind, Page
from workers import schedule
from workers.feeds import ReadFeed

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
FEED = Feed("https://a.example/feed", interval=3600.0)
READ = ReadFeed(FeedKind.RSS, "Herald", ())


def answered(feed: Feed = FEED, *, new: int = 0, conditional: bool = False, **headers: str) -> Feed:
    """Return a feed after a poll that was answered well."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    page = Page(feed.url, feed.url, 200, names, b"", NOW)
    return schedule.after_answer(feed, page, READ, new=new, conditional=conditional, now=NOW)


def wait(feed: Feed) -> float:
    """Return the seconds until a feed is due."""
    assert feed.due is not None
    return (feed.due - NOW).total_seconds()


def test_a_feed_with_news_is_polled_sooner_and_a_quiet_one_later() -> None:
    """The interval follows how often the feed changes."""
    assert answered(new=1).interval < FEED.interval < answered(new=0).interval


@given(st.lists(st.integers(0, 3), max_size=60))
def test_intervals_stay_between_ten_minutes_and_a_day(news: list[int]) -> None:
    """Whatever happens, and with jitter."""
    feed = FEED
    for new in news:
        failed = schedule.after_failure(feed, FeedError(feed.url, "x"), NOW)
        feed = failed if new == 3 else answered(feed, new=new)
        assert 600 <= feed.interval <= 86_400
        assert 600 <= wait(feed) <= 86_400


def test_validators_are_sent_back_verbatim() -> None:
    """Byte by byte as they came, weak ones and odd dates too."""
    etag, modified = "W/\"67ab 'c'\"", "Thu, 12 Mar 26 9:00 GMT"
    feed = answered(etag=etag, last_modified=modified)
    assert schedule.validators(feed, NOW) == {
        "If-None-Match": etag,
        "If-Modified-Since": modified,
    }


def test_now_and_then_a_feed_is_asked_without_validators() -> None:
    """A server with a stale ETag is found out within a week."""
    feed = answered(etag='"a"')
    feed = answered(feed, conditional=True, etag='"a"')
    assert schedule.validators(feed, NOW + timedelta(days=6)) != {}
    assert schedule.validators(feed, NOW + timedelta(days=7)) == {}


def test_a_page_is_tried_again_each_time_later() -> None:
    """A server that is down for a moment is asked soon, one that stays down is not."""
    waits = [(schedule.again(n, NOW) - NOW).total_seconds() for n in (1, 2)]
    assert 600 <= waits[0] <= 660
    assert 3_600 <= waits[1] <= 3_960


@pytest.mark.parametrize(
    ("header", "least"), [("max-age=7200", 7200), ("public, Max-Age = 86400", 86_400), ("x", 600)]
)
def test_cache_control_is_honoured(header: str, least: int) -> None:
    """No poll while the last answer is fresh."""
    assert wait(answered(replace(FEED, interval=600.0), cache_control=header)) >= least


@pytest.mark.parametrize("asked", [30_000, 80_000, 86_400])
def test_retry_after_is_honoured(asked: float) -> None:
    """A feed that answered 503 is not asked before it said."""
    error = FetchError(FEED.url, "503", retry=True, retry_after=asked)
    assert asked <= wait(schedule.after_failure(FEED, error, NOW)) <= 86_400


@pytest.mark.parametrize("asked", [1.0, 600.0])
def test_a_short_retry_after_does_not_keep_a_failing_feed_fast(asked: float) -> None:
    """A host that asks for little each time is asked ever more slowly all the same."""
    feed, waits = FEED, []
    for _ in range(30):
        error = FetchError(feed.url, "503", retry=True, retry_after=asked)
        feed = schedule.after_failure(feed, error, NOW)
        waits.append(wait(feed))
    assert waits[0] >= 7_200
    assert feed.interval == 86_400
    assert min(waits[4:]) >= 86_400 / 1.1


@pytest.mark.parametrize(
    ("interval", "least", "most"), [(3_600, 4_680, 5_148), (86_400, 86_400 / 1.1, 86_400)]
)
def test_feeds_do_not_come_in_step(interval: float, least: float, most: float) -> None:
    """A hundred quiet feeds wait for different times within a tenth, at the longest too."""
    waits = [wait(answered(replace(FEED, interval=interval))) for _ in range(100)]
    assert least - 1 <= min(waits) < max(waits) <= most + 1
    assert len(set(waits)) == 100
    assert max(waits) - min(waits) > (most - least) / 2


def test_a_failing_feed_slows_down_and_never_vanishes() -> None:
    """After a hundred failures it is still polled daily, and says why it fails."""
    feed = FEED
    for _ in range(100):
        feed = schedule.after_failure(feed, FetchError(feed.url, "no answer"), NOW)
    assert (feed.interval, feed.failures, feed.error, wait(feed) <= 86_400) == (
        86_400,
        100,
        "no answer",
        True,
    )


def test_a_feed_that_recovers_is_well() -> None:
    """One good answer clears its failures."""
    feed = answered(schedule.after_failure(FEED, FeedError(FEED.url, "broken"), NOW))
    assert (feed.failures, feed.error, feed.succeeded) == (0, None, NOW)


def test_a_withdrawn_feed_is_shown_as_gone() -> None:
    """410: asked once a day, shown with the reason."""
    feed = schedule.after_gone(FEED, NOW)
    assert (feed.interval, feed.error) == (86_400, schedule.GONE)
