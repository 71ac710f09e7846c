"""Celery tasks: each wraps a plain function; messages carry URLs and ids.

A message that comes twice does nothing the second time: feeds and pages are leased to the
message, which says so by a time that the store has as well. Once the lease is over they are
given to another. No worker waits for a slow host: the message comes back when it is its turn.
A store or a Redis that is away is waited for, see :class:`workers.kept.KeptTask`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import redis
import structlog
from celery.signals import worker_ready

from corroborate.logs import configure
from corroborate.types import Feed, PageRecord
from indexer.opening import open_store
from workers import metrics, schedule
from workers.app import app, settings
from workers.crawl import LASTS, LISTED, NO_CONTACT, PUT_OFF, Crawler, host
from workers.fetch import Fetcher
from workers.kept import KeptTask
from workers.pace import NotYet, Pace
from workers.shared import RedisTexts, RedisTurns

if TYPE_CHECKING:
    from corroborate.protocols import Embedder, Store

log = structlog.get_logger()


@cache
def _store() -> Store:
    return open_store(settings.store)


@cache
def _crawler() -> Crawler:
    client = redis.Redis.from_url(settings.redis)
    pace = Pace(settings.pace, RedisTurns(client))
    lasts = min(LASTS, timedelta(seconds=settings.lost_after))
    return Crawler(_store(), Fetcher(settings), pace, texts=RedisTexts(client), lasts=lasts)


@cache
def _embedder() -> Embedder:
    from indexer.embedder import open_embedder

    return open_embedder(settings.embedder, settings.threads)


@worker_ready.connect  # type: ignore[untyped-decorator]
def _ready(**_kwargs: object) -> None:
    configure(settings.log_level)
    if not settings.contact and "crawl" in app.amqp.queues.consume_from:
        log.warning("contact", reason=NO_CONTACT)
    if settings.metrics_port:
        metrics.serve(settings.metrics_port, _store())


@app.task(base=KeptTask)  # type: ignore[untyped-decorator]
def dispatch() -> None:
    """Send a message for each feed that is due, and each host that has pages which are."""
    crawler = _crawler()
    store, now = crawler.store, crawler.now()
    for feed in store.feeds.due(now):
        # If its owner or another worker has changed it since, the next look sees to it.
        if store.feeds.get(feed.url) == feed:
            store.feeds.put([schedule.leased(feed, now)])
            poll.delay(feed.url, _stamp(feed))
    lease = now + timedelta(seconds=settings.lost_after)
    hosts: defaultdict[str, list[PageRecord]] = defaultdict(list)
    for page in store.pages.due(now, LISTED):
        hosts[host(page)].append(page)
    for pages in hosts.values():
        leased = store.pages.swap([(page, replace(page, due=lease)) for page in pages])
        if leased:
            take.delay([page.url for page in leased], lease.isoformat())


@app.task(base=KeptTask)  # type: ignore[untyped-decorator]
def poll(url: str, stamp: str | None) -> None:
    """Poll a feed, unless that was done since the message was sent."""
    crawler = _crawler()
    feed = crawler.store.feeds.get(url)
    if feed is None or _stamp(feed) != stamp:
        return
    try:
        crawler.poll(feed)
    except NotYet as exc:
        poll.apply_async((url, stamp), countdown=_countdown(exc.seconds))


@app.task(base=KeptTask)  # type: ignore[untyped-decorator]
def take(urls: Sequence[str], lease: str) -> None:
    """Take the first of a host's pages; send on the rest.

    Args:
        urls: The pages.
        lease: When their lease is over.
    """
    crawler = _crawler()
    first, *rest = urls
    try:
        crawler.take(first, datetime.fromisoformat(lease))
    except NotYet as exc:
        if exc.seconds > PUT_OFF:
            crawler.put_off(urls, exc)
        else:
            take.apply_async((urls, lease), countdown=_countdown(exc.seconds))
        return
    if rest:
        take.delay(rest, lease)


@app.task(base=KeptTask)  # type: ignore[untyped-decorator]
def index() -> int:
    """Index what is archived; return how many articles that was."""
    from indexer.indexing import index_backlog

    return index_backlog(_store(), _embedder()) if _store().articles.pending() else 0


def _countdown(seconds: float) -> float:
    """Return how long to hold a message back: beyond the visibility timeout it would run twice."""
    return min(seconds, settings.lost_after / 3)


def _stamp(feed: Feed) -> str | None:
    """Return what tells one poll of a feed from the next."""
    return feed.polled.isoformat() if feed.polled else None
