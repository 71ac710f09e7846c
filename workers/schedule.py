"""When to poll a feed next. Pure decisions; nothing here asks, stores or sleeps."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import datetime, timedelta

from corroborate.errors import CorroborateError, FetchError
from corroborate.types import Feed, Page
from workers.feeds import ReadFeed

#: Seconds between polls of one feed: least, most.
SHORTEST, LONGEST = 600.0, 86_400.0
#: Factors on the interval after a poll with something new, with nothing new, that failed.
NEWS, QUIET, FAILED = 0.7, 1.3, 2.0
#: Share by which an interval is varied at most, so that feeds do not come in step.
JITTER = 0.1
#: Without validators at least so often: some servers keep a stale ETag for ever.
UNCONDITIONAL = timedelta(days=7)
#: Seconds until a page is tried again after its first, its second … failure.
AGAIN = (600.0, 3_600.0)
#: A feed that was handed to a worker is not handed out again before this is over.
LEASE = timedelta(minutes=15)
#: A feed that answered 410 is gone: asked about once a day, and shown as failing.
GONE = "gone (410): the publisher has withdrawn this feed"

_MAX_AGE = re.compile(r"max-age\s*=\s*(\d{1,9})", re.IGNORECASE)


def validators(feed: Feed, now: datetime) -> dict[str, str]:
    """Return the headers of a conditional request; none when an unconditional one is due."""
    if feed.unconditional is None or now - feed.unconditional >= UNCONDITIONAL:
        return {}
    headers = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {name: value for name, value in headers.items() if value}


def leased(feed: Feed, now: datetime) -> Feed:
    """Return a feed that is handed to a worker, due again should that one be lost."""
    return replace(feed, due=now + LEASE)


def after_answer(
    feed: Feed,
    page: Page,
    read: ReadFeed | None,
    *,
    new: int,
    conditional: bool,
    now: datetime,
) -> Feed:
    """Return a feed after a poll that was answered.

    Args:
        feed: The feed before.
        page: The answer.
        read: What was in it; None: not modified.
        new: Entries that are new or were modified.
        conditional: Whether the request carried validators.
        now: When it was answered.
    """
    interval = feed.interval * (NEWS if new else QUIET)
    age = _MAX_AGE.search(page.headers.get("cache-control", ""))
    floor = min(float(age[1]), LONGEST) if age else 0.0
    interval = min(max(interval, SHORTEST, floor), LONGEST)
    after = replace(
        feed,
        polled=now,
        succeeded=now,
        unconditional=feed.unconditional if conditional else now,
        due=now + _varied(interval, floor),
        interval=interval,
        failures=0,
        error=None,
    )
    if read is None:
        return after
    return replace(
        after,
        title=read.title or feed.title,
        kind=read.kind,
        etag=page.headers.get("etag") if read.whole else None,
        last_modified=page.headers.get("last-modified") if read.whole else None,
    )


def after_failure(feed: Feed, error: CorroborateError, now: datetime) -> Feed:
    """Return a feed after a poll that failed: slower, with the reason, never forgotten."""
    interval = min(max(feed.interval * FAILED, SHORTEST), LONGEST)
    asked = error.retry_after if isinstance(error, FetchError) else None
    floor = min(asked or 0.0, LONGEST)
    reason = getattr(error, "reason", str(error))
    return replace(
        feed,
        polled=now,
        due=now + _varied(max(interval, floor), floor),
        interval=interval,
        failures=feed.failures + 1,
        error=reason,
    )


def after_gone(feed: Feed, now: datetime) -> Feed:
    """Return a feed that answered 410."""
    return replace(
        feed,
        polled=now,
        due=now + _varied(LONGEST),
        interval=LONGEST,
        failures=feed.failures + 1,
        error=GONE,
    )


def again(failures: int, now: datetime) -> datetime:
    """Return when to try a page again that failed so many times in a row."""
    return now + _varied(AGAIN[min(failures, len(AGAIN)) - 1])


def _varied(seconds: float, floor: float = 0.0) -> timedelta:
    """Return an interval made a little longer by chance, or a little shorter near the longest.

    Args:
        seconds: The interval.
        floor: Seconds that the host asked for: never earlier than that.
    """
    most = min(seconds * (1 + JITTER), LONGEST)
    return timedelta(seconds=random.uniform(max(most / (1 + JITTER), floor), most))  # noqa: S311
