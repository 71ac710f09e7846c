"""Celery tasks: each wraps a plain function; messages carry URLs and ids.

A message that comes twice does nothing the second time. Pages that failed come back later,
each time later, until :class:`Crawler` puts them in quarantine; a store or a Redis that is
away is waited for, see :class:`workers.kept.KeptTask`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import redis
from celery.signals import worker_ready

from corroborate.logs import configure
from corroborate.types import Entry, Feed, PageRecord
from indexer.opening import open_store
from workers import metrics, schedule
from workers.app import app, settings
from workers.crawl import FAILED, WAITING, Crawler, Find
from workers.fetch import Fetcher
from workers.kept import AWAY, KeptTask
from workers.pace import NotYet, Pace
from workers.robots import RulesUnknown
from workers.shared import RedisTexts, RedisTurns

if TYPE_CHECKING:
    from corroborate.protocols import Embedder, Store

#: Seconds before a page that failed is tried again: at random between the two.
AGAIN = (60.0, 600.0)


@cache
def _store() -> Store:
    return open_store(settings.store)


@cache
def _crawler() -> Crawler:
    client = redis.Redis.from_url(settings.redis)
    pace = Pace(settings.pace, RedisTurns(client))
    return Crawler(_store(), Fetcher(settings), pace, texts=RedisTexts(client))


@cache
def _embedder() -> Embedder:
    from indexer.embedder import open_embedder

    return open_embedder(settings.embedder, settings.threads)


@worker_ready.connect  # type: ignore[untyped-decorator]
def _ready(**_kwargs: object) -> None:
    configure(settings.log_level)
    if settings.metrics_port:
        metrics.serve(settings.metrics_port, _store())


@app.task(base=KeptTask)  # type: ignore[untyped-decorator]
def dispatch() -> None:
    """Send a message for each feed that is due, and each page that was released."""
    crawler = _crawler()
    for feed in crawler.store.feeds.due(crawler.now()):
        crawler.store.feeds.put([schedule.leased(feed, crawler.now())])
        poll.delay(feed.url, _stamp(feed))
    for find in crawler.released():
        take.delay(None, [_dump(find.entry)])
        crawler.store.pages.put(PageRecord(find.entry.url, WAITING, crawler.now()))


@app.task(base=KeptTask)  # type: ignore[untyped-decorator]
def poll(url: str, stamp: str | None) -> None:
    """Poll a feed, unless that was done since the message was sent; send on what it found."""
    crawler = _crawler()
    feed = crawler.store.feeds.get(url)
    if feed is None or _stamp(feed) != stamp:
        return
    try:
        done = crawler.poll(feed)
    except NotYet as exc:
        poll.apply_async((url, stamp), countdown=_countdown(exc.seconds))
        return
    hosts: defaultdict[str, list[dict[str, str | None]]] = defaultdict(list)
    for find in done.finds:
        hosts[urlsplit(find.entry.url).netloc].append(_dump(find.entry))
    try:
        for entries in hosts.values():
            take.delay(done.feed.url, entries)
    except AWAY:
        crawler.store.feeds.put([feed])
        raise


@app.task(base=KeptTask)  # type: ignore[untyped-decorator]
def take(feed_url: str | None, entries: Sequence[dict[str, str | None]]) -> None:
    """Take the first of a host's pages that is to be taken; send on the rest."""
    crawler = _crawler()
    feed = (crawler.store.feeds.get(feed_url) or Feed(feed_url)) if feed_url else None
    first, *rest = entries
    try:
        outcome = crawler.take(Find(feed, _load(first)))
    except RulesUnknown as exc:
        # The next poll leads to them again; a host that is gone for good has no messages.
        for entry in entries:
            crawler.left(Find(feed, _load(entry)), exc)
        return
    except NotYet as exc:
        take.apply_async((feed_url, entries), countdown=_countdown(exc.seconds))
        return
    if outcome == FAILED:
        wait = _countdown(random.uniform(*AGAIN))  # noqa: S311
        take.apply_async((feed_url, [first]), countdown=wait)
    if rest:
        take.delay(feed_url, rest)


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


def _dump(entry: Entry) -> dict[str, str | None]:
    """Return an entry as a message carries it: no words, but where to look, and when."""
    times = {"published": entry.published, "modified": entry.modified}
    return {"url": entry.url, **{name: t.isoformat() if t else None for name, t in times.items()}}


def _load(values: dict[str, str | None]) -> Entry:
    times = (values["published"], values["modified"])
    published, modified = (datetime.fromisoformat(t) if t else None for t in times)
    return Entry(values["url"] or "", "", published, modified)
