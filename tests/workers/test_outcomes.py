"""How a poll or a page ended is noted and told once, whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from corroborate.errors import StoreUnavailable
from corroborate.protocols import Store
from corroborate.types import Feed, FeedKind
from tests.workers.misbehaving import listing
from tests.workers.pages import html_page
from tests.workers.web import Answer, Web
from workers import crawl as crawling
from workers.crawl import UNFINISHED, Crawler
from workers.feeds import ReadFeed
from workers.pace import NotYet
from workers.schedule import SHORTEST


def raising(error: BaseException) -> Callable[..., Any]:
    """Return something that fails whatever it is given."""

    def fail(*_args: Any, **_options: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        (200, "read", None),
        (203, "read", None),
        (304, "unchanged", None),
        (202, "failed", "the server answered 202 instead of a feed"),
        (204, "failed", "the server answered 204 instead of a feed"),
        (206, "failed", "the server answered 206 instead of a feed"),
        (410, "gone", "gone (410): the publisher has withdrawn this feed"),
    ],
)
def test_only_an_answer_with_a_feed_or_an_unchanged_one_is_a_success(
    web: Web, store: Store, crawler: Crawler, status: int, outcome: str, reason: str | None
) -> None:
    """What a wall against robots answers (202, 204) is a failure, and says so."""
    body = b"" if status in {204, 304} else listing([])
    feed = Feed(web.put(web.url("/feed"), Answer(body, status)))
    store.feeds.put([feed])
    poll = crawler.poll(feed)
    (kept,) = store.feeds.all()
    assert (poll.outcome, kept.error, kept.failures) == (outcome, reason, reason is not None)


@pytest.mark.parametrize(
    ("answer", "bug", "outcome", "level"),
    [
        (Answer(listing([])), None, "read", "info"),
        (Answer(status=500), None, "failed", "info"),
        (Answer(listing([])), ValueError("\ud800"), "failed", "error"),
    ],
)
def test_a_poll_is_told_in_one_line(
    web: Web,
    store: Store,
    crawler: Crawler,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    bug: Exception | None,
    outcome: str,
    level: str,
) -> None:
    """Success, failure or a bug, which has its traceback there."""
    feed = Feed(web.put(web.url("/feed"), answer))
    store.feeds.put([feed])
    if bug:
        monkeypatch.setattr(crawling, "read_listed", raising(bug))
    with capture_logs() as lines:
        crawler.poll(feed)
    (line,) = lines
    told = (line["event"], line["outcome"], line["log_level"], line.get("exc_info"))
    assert told == ("feed", outcome, level, bug)


@pytest.mark.parametrize(
    ("answer", "bug", "outcome", "level"),
    [
        (Answer(html_page().encode()), None, "added", "info"),
        (Answer(status=500), None, "failed", "info"),
        (Answer(html_page().encode()), ValueError("\ud800"), "quarantined", "error"),
    ],
)
def test_a_page_is_told_in_one_line(
    web: Web,
    crawler: Crawler,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    bug: Exception | None,
    outcome: str,
    level: str,
) -> None:
    """Success, failure or a bug, which has its traceback there."""
    web.put(web.url("/1"), answer)
    feed = Feed(web.put(web.url("/feed"), Answer(listing([web.url("/1")]))))
    (page,) = crawler.poll(feed).pages
    if bug:
        monkeypatch.setattr(crawling, "clean", raising(bug))
    with capture_logs() as lines:
        crawler.take(page.url, page.due)
    (line,) = lines
    told = (line["event"], line["outcome"], line["log_level"], line.get("exc_info"))
    assert told == ("page", outcome, level, bug)


def test_what_the_store_cannot_take_of_a_feed_is_that_feeds_failure(
    web: Web, store: Store, crawler: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A title that is no text ends neither the poll nor the crawl."""
    feed = Feed(web.put(web.url("/feed"), Answer(listing([]))))
    store.feeds.put([feed])
    read = ReadFeed(FeedKind.RSS, "\ud800", ())
    monkeypatch.setattr(crawling, "read_listed", lambda *_: read)
    assert crawler.poll(feed).outcome == "failed"
    assert "UnicodeEncodeError" in (store.feeds.all()[0].error or "")


def test_a_feed_that_ends_its_worker_slows_down(
    web: Web, store: Store, crawler: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not due at once, each time later, and shown as failing when it did so twice."""
    url = web.put(web.url("/feed"), Answer(listing([])))
    store.feeds.put([Feed(url, interval=SHORTEST)])
    with monkeypatch.context() as patch:
        patch.setattr(crawling, "read_listed", raising(SystemExit()))
        seen = []
        for n in range(1, 4):
            begun = datetime.now(UTC)
            with pytest.raises(SystemExit):
                crawler.poll(store.feeds.all()[0])
            assert store.feeds.due(begun + timedelta(seconds=SHORTEST * 2**n - 1)) == []
            (feed,) = store.feeds.all()
            seen.append((feed.failures, feed.error, feed.polled is not None))
    assert seen == [(n, UNFINISHED, True) for n in range(3)]
    crawler.poll(feed)
    assert [(f.failures, f.error) for f in store.feeds.all()] == [(0, None)]


@pytest.mark.parametrize("away", [NotYet("http://a.example/", 90.0), StoreUnavailable("away")])
def test_a_poll_that_was_not_made_leaves_the_feed_as_it_was(
    web: Web, store: Store, crawler: Crawler, monkeypatch: pytest.MonkeyPatch, away: Exception
) -> None:
    """The message that asked for it is for this feed still."""
    feed = Feed(web.url("/feed"), due=datetime.now(UTC), failures=2, error="no answer")
    store.feeds.put([feed])
    monkeypatch.setattr(crawler._fetcher, "fetch", raising(away))
    with pytest.raises(type(away)):
        crawler.poll(feed)
    assert store.feeds.all() == [feed]
