"""Crawling: poll a feed, take its pages. Plain functions behind the CLI and the Celery tasks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from corroborate.errors import BlockedError, CorroborateError, FetchError
from corroborate.types import Change, Entry, Feed, PageRecord
from workers import schedule
from workers.canonical import canonical_url
from workers.clean import PageWithoutArticle, clean
from workers.feeds import read_feed
from workers.pace import Pace
from workers.robots import Robots

if TYPE_CHECKING:
    from corroborate.protocols import Fetches, Store

#: Hosts that are asked side by side.
ABREAST = 16
#: Attempts at a page before it is given up.
ATTEMPTS = 3
#: An article is fetched again when its feed says that it was modified, but only while it is
#: this young: later changes are mostly to what stands around it.
YOUNG = timedelta(days=7)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Find:
    """A feed's entry that is to be fetched."""

    feed: Feed
    entry: Entry


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """What a crawl did."""

    #: Feeds that answered, and those that did not.
    feeds: int = 0
    failed: int = 0
    #: Pages by outcome: "added", "changed", "unchanged", "no article", "blocked" …
    pages: dict[str, int] = field(default_factory=dict)


class Crawler:
    """Polls feeds and takes pages, politely. Threads may share it.

    Args:
        store: Where feeds, pages and articles are kept.
        fetcher: The way to the web.
        pace: Whose turn it is.
        now: The present moment, UTC.
    """

    def __init__(
        self,
        store: Store,
        fetcher: Fetches,
        pace: Pace,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._pace = pace
        self._robots = Robots(fetcher)
        self._now = now

    def poll(self, feed: Feed) -> list[Find]:
        """Poll one feed, note how that went, and return the entries to fetch.

        An error is noted with the feed, not raised.
        """
        headers = schedule.validators(feed, self._now())
        try:
            self._robots.check(feed.url)
            self._pace.wait(feed.url, self._robots.delay(feed.url))
            page = self._fetcher.fetch(feed.url, headers=headers)
            read = read_feed(page) if page.status == 200 else None  # noqa: PLR2004
        except CorroborateError as exc:
            self._slow_down(feed.url, exc)
            after = schedule.after_failure(feed, exc, self._now())
            self._store.feeds.put([after])
            log.info("feed", url=feed.url, outcome="failed", reason=after.error)
            return []
        if page.status == 410:  # noqa: PLR2004
            self._store.feeds.put([schedule.after_gone(feed, self._now())])
            log.info("feed", url=feed.url, outcome="gone")
            return []
        wanted = self._wanted(read.entries) if read else []
        after = schedule.after_answer(
            feed, page, read, new=len(wanted), conditional=bool(headers), now=self._now()
        )
        self._store.feeds.put([after])
        log.info("feed", url=feed.url, outcome="read" if read else "unchanged", new=len(wanted))
        return [Find(after, entry) for entry in wanted]

    def _wanted(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return the entries whose page is new, was modified, or failed before."""
        by_url = {canonical_url(e.url) or e.url: e for e in entries}
        known = self._store.pages.get(by_url)
        return [e for url, e in by_url.items() if _is_wanted(e, known.get(url))]

    def take(self, find: Find) -> str:
        """Fetch, clean and archive one page; return the outcome, which is noted as well."""
        url = canonical_url(find.entry.url) or find.entry.url
        before = self._store.pages.get([url]).get(url)
        attempts = (before.attempts if before else 0) + 1
        try:
            self._robots.check(find.entry.url)
            self._pace.wait(find.entry.url, self._robots.delay(find.entry.url))
            page = self._fetcher.fetch(find.entry.url)
            article = clean(page, feed=find.feed, entry=find.entry)
        except PageWithoutArticle as exc:
            return self._note(url, exc.outcome.value, exc.detail)
        except BlockedError as exc:
            return self._note(url, "blocked", exc.reason)
        except FetchError as exc:
            self._slow_down(find.entry.url, exc)
            last = not exc.retry or attempts >= ATTEMPTS
            return self._note(url, "quarantined" if last else "failed", exc.reason, attempts)
        (change,) = self._store.articles.put([article])
        if change is Change.ADDED:
            self._store.feeds.count(find.feed.url)
        self._note(url, "article", None, article=article.id)
        log.info("page", url=url, outcome=change.value)
        return change.value

    def _note(
        self,
        url: str,
        outcome: str,
        reason: str | None,
        attempts: int = 0,
        article: str | None = None,
    ) -> str:
        record = PageRecord(url, outcome, self._now(), attempts, reason, article)
        self._store.pages.put(record)
        if article is None:
            log.info("page", url=url, outcome=outcome, reason=reason)
        return outcome

    def failing(self, feeds: Iterable[Feed]) -> int:
        """Return how many of these feeds failed when they were last polled."""
        urls = {feed.url for feed in feeds}
        return sum(f.url in urls and f.failures > 0 for f in self._store.feeds.all())

    def _slow_down(self, url: str, error: CorroborateError) -> None:
        if isinstance(error, FetchError) and error.retry:
            self._pace.slow_down(url, error.retry_after)


def crawl(
    crawler: Crawler,
    feeds: Sequence[Feed],
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> CrawlSummary:
    """Poll feeds and take their new pages, many hosts side by side, each at its pace.

    Args:
        crawler: Does the work.
        feeds: The feeds to poll.
        progress: Called with pages done and pages found.
    """
    outcomes: Counter[str] = Counter()
    with ThreadPoolExecutor(ABREAST) as pool:
        finds = [find for some in pool.map(crawler.poll, feeds) for find in some]
        progress(0, len(finds))
        # A thread for each host: waiting for one host's turn never holds up another.
        for done in pool.map(lambda group: _take_all(crawler, group), _by_host(finds)):
            outcomes.update(done)
            progress(outcomes.total(), len(finds))
    failed = crawler.failing(feeds)
    return CrawlSummary(len(feeds) - failed, failed, dict(outcomes))


def _take_all(crawler: Crawler, finds: Sequence[Find]) -> list[str]:
    return [crawler.take(find) for find in finds]


def _by_host(finds: Iterable[Find]) -> list[list[Find]]:
    """Return the finds by host, each page once though several feeds may lead to it."""
    hosts: defaultdict[str, dict[str, Find]] = defaultdict(dict)
    for find in finds:
        hosts[urlsplit(find.entry.url).netloc].setdefault(find.entry.url, find)
    return [list(some.values()) for some in hosts.values()]


def _is_wanted(entry: Entry, known: PageRecord | None) -> bool:
    if known is None or known.outcome == "failed":
        return True
    if known.outcome != "article" or entry.modified is None:
        return False
    born = entry.published or entry.modified
    return entry.modified > known.fetched and known.fetched - born < YOUNG
