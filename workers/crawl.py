"""Crawling: poll a feed, take its pages. Plain functions behind the CLI and the Celery tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from corroborate.errors import BlockedError, CorroborateError, FeedError, FetchError, StoreError
from corroborate.types import Change, Entry, Feed, Page, PageRecord
from workers import metrics, schedule
from workers.canonical import canonical_url
from workers.clean import PageWithoutArticle, clean
from workers.feeds import ReadFeed, read_feed
from workers.pace import NotYet, Pace
from workers.polite import PoliteFetcher
from workers.robots import RulesUnknown

if TYPE_CHECKING:
    from corroborate.protocols import Store
    from workers.fetch import Fetcher
    from workers.robots import RobotsTexts

#: Attempts at a page before it is given up.
ATTEMPTS = 3
#: Seconds after which an attempt that was begun is surely over.
LASTS = 120.0
#: Seconds to wait for a host's turn; until a later one there is something else to do.
PATIENCE = 1.0
#: An article is fetched again when its feed says that it was modified, but only while it is
#: this young: later changes are mostly to what stands around it.
YOUNG = timedelta(days=7)

#: Outcomes of a page that is still to be taken: its turn was too far off, or it failed.
WAITING, FAILED = "waiting", "failed"
QUARANTINED = "quarantined"
ARTICLE = "article"
#: Pages that are released from quarantine at once, at most.
RELEASED = 1_000
#: The page had been taken before, and there is no reason to ask again.
KNOWN = "known"
#: Outcomes after which the page is to be asked for again.
UNFINISHED = frozenset({WAITING, FAILED})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Find:
    """A feed's entry that is to be fetched; without a feed: a page that was given up once."""

    feed: Feed | None
    entry: Entry


@dataclass(frozen=True, slots=True)
class Poll:
    """What polling a feed led to."""

    #: The feed afterwards, as it is stored.
    feed: Feed
    #: "read", "unchanged", "moved", "gone" or "failed".
    outcome: str
    finds: tuple[Find, ...] = ()


class Crawler:
    """Polls feeds and takes pages, politely. Threads may share it.

    Args:
        store: Where feeds, pages and articles are kept.
        fetcher: The guarded way to the web.
        pace: Whose turn it is.
        texts: Where robots.txt are remembered; within this process by default.
        patience: Seconds to wait for a host's turn.
        now: The present moment, UTC.
    """

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        pace: Pace,
        *,
        texts: RobotsTexts | None = None,
        patience: float = PATIENCE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.store = store
        self.now = now
        self._fetcher = PoliteFetcher(fetcher, pace, texts)
        self._patience = patience

    def poll(self, feed: Feed) -> Poll:
        """Poll one feed and note how that went.

        An error is noted with the feed, not raised. The caller takes the finds, or hands them
        on; those that get lost on the way are found again by the next poll.

        Raises:
            NotYet: The host's turn is too far off; nothing was noted.
            StoreError: The store or the turns are away; nothing was noted.
        """
        done = self._poll(feed)
        self._keep(feed.url, done.feed)
        metrics.FEEDS.labels(done.outcome).inc()
        log.info(
            "feed",
            url=feed.url,
            outcome=done.outcome,
            new=len(done.finds),
            reason=done.feed.error,
            due=done.feed.due and done.feed.due.isoformat(timespec="seconds"),
        )
        return done

    def _keep(self, url: str, after: Feed) -> None:
        """Store a feed after a poll, but for what its owner has decided meanwhile."""
        feeds = self.store.feeds
        meanwhile = feeds.get(url)
        if meanwhile is None:
            return
        if after.url != url:
            feeds.remove(url)
            if feeds.get(after.url):  # it moved to where another feed is
                return
        feeds.put([replace(after, paused=meanwhile.paused, outlet=meanwhile.outlet)])

    def _poll(self, feed: Feed) -> Poll:
        headers = schedule.validators(feed, self.now())
        try:
            page = self._fetcher.fetch(feed.url, headers=headers, patience=self._patience)
            read = read_feed(page) if page.status == 200 else None  # noqa: PLR2004
            if page.status == 410:  # noqa: PLR2004
                return Poll(schedule.after_gone(feed, self.now()), "gone")
            return self._answered(feed, page, read, conditional=bool(headers))
        except RulesUnknown as exc:
            return Poll(schedule.after_failure(feed, exc, self.now()), "failed")
        except (NotYet, StoreError):
            raise
        except CorroborateError as exc:
            return Poll(schedule.after_failure(feed, exc, self.now()), "failed")
        # What a stranger sent has hit a bug: that is this feed's failure, not the crawl's end.
        except Exception as exc:
            log.exception("feed", url=feed.url)
            error = FeedError(feed.url, _unexpected(exc))
            return Poll(schedule.after_failure(feed, error, self.now()), "failed")

    def _answered(
        self, feed: Feed, page: Page, read: ReadFeed | None, *, conditional: bool
    ) -> Poll:
        wanted, new = self._wanted(read.entries) if read else ([], 0)
        after = schedule.after_answer(
            feed, page, read, new=new, left=len(wanted), conditional=conditional, now=self.now()
        )
        outcome = "read" if read else "unchanged"
        if page.moved and read:
            after, outcome = replace(after, url=page.final_url), "moved"
        return Poll(after, outcome, tuple(Find(after, entry) for entry in wanted))

    def _wanted(self, entries: Iterable[Entry]) -> tuple[list[Entry], int]:
        """Return the entries whose page is to be taken, and how many the last poll did not see."""
        by_url = {_key(entry): entry for entry in reversed(list(entries))}
        known = self.store.pages.get(by_url)
        wanted = {url: e for url, e in by_url.items() if is_wanted(e, known.get(url))}
        new = sum(url not in known or known[url].outcome == ARTICLE for url in wanted)
        return list(wanted.values())[::-1], new

    def take(self, find: Find) -> str:
        """Fetch, clean and archive one page; return the outcome, which is noted as well.

        The same find again does nothing. A page that hits a bug is put in quarantine.

        Raises:
            NotYet: The host's turn is too far off; the page is noted as waiting, if it is new.
            StoreError: The store or the turns are away; that is no attempt.
        """
        try:
            return self._take(find)
        except (NotYet, StoreError):
            raise
        except Exception as exc:
            log.exception("page", url=find.entry.url)
            return self._note(_key(find.entry), QUARANTINED, _unexpected(exc), ATTEMPTS)

    def _take(self, find: Find) -> str:
        url = _key(find.entry)
        before = self.store.pages.get([url]).get(url)
        if not is_wanted(find.entry, before):
            return KNOWN
        tried = before.attempts if before and before.outcome in UNFINISHED else 0
        if before and tried >= ATTEMPTS:
            # The last attempt may still be going on, for a message that came twice.
            wait = LASTS - (self.now() - before.fetched).total_seconds()
            if before.outcome == WAITING and wait > 0:
                raise NotYet(url, wait)
            reason = before.reason
            return self._note(url, QUARANTINED, reason or "each attempt was cut off", tried)
        # Noted beforehand, so that a page which ends its worker is not tried for ever.
        self.store.pages.put(PageRecord(url, WAITING, self.now(), tried + 1))
        try:
            page = self._fetcher.fetch(find.entry.url, patience=self._patience)
            article = clean(page, feed=find.feed, entry=find.entry)
        except (NotYet, StoreError):
            self.store.pages.put(before or PageRecord(url, WAITING, self.now()))
            raise
        except PageWithoutArticle as exc:
            return self._note(url, exc.outcome.value, exc.detail)
        except BlockedError as exc:
            return self._note(url, "blocked", exc.reason)
        except FetchError as exc:
            last = not exc.retry or tried + 1 >= ATTEMPTS or not find.feed
            return self._note(url, QUARANTINED if last else FAILED, exc.reason, tried + 1)
        (change,) = self.store.articles.put([article])
        if change is Change.ADDED and find.feed:
            self.store.feeds.count(find.feed.url)
        self.store.pages.put(PageRecord(url, ARTICLE, self.now(), article=article.id))
        self._log(url, change.value, None)
        return change.value

    def released(self) -> list[Find]:
        """Return the pages that :func:`retry_quarantined` released and nobody has taken yet."""
        records = self.store.pages.quarantined(RELEASED)
        return [Find(None, Entry(r.url)) for r in records if is_wanted(Entry(r.url), r)]

    def left(self, find: Find, why: NotYet) -> str:
        """Say that a page is left for the next poll; return the outcome.

        A page that no feed leads to goes back to quarantine.
        """
        if find.feed is None:
            return self._note(_key(find.entry), QUARANTINED, why.reason, ATTEMPTS)
        self._log(_key(find.entry), WAITING, why.reason)
        return WAITING

    def _note(self, url: str, outcome: str, reason: str | None, attempts: int = 0) -> str:
        self.store.pages.put(PageRecord(url, outcome, self.now(), attempts, reason))
        self._log(url, outcome, reason)
        return outcome

    def _log(self, url: str, outcome: str, reason: str | None) -> None:
        metrics.PAGES.labels(outcome).inc()
        log.info("page", url=url, outcome=outcome, reason=reason)


def is_wanted(entry: Entry, known: PageRecord | None) -> bool:
    """Return whether an entry's page is to be fetched, given what became of it before.

    A page that gave an article is fetched again when its entry says that it was modified
    since, while the article is :data:`YOUNG`. Pages without an article, blocked ones and
    those in quarantine are left alone, unless they were released.
    """
    if known is None or known.outcome in UNFINISHED:
        return True
    if known.outcome == QUARANTINED:
        return not known.attempts
    if known.outcome != ARTICLE or entry.modified is None or entry.published is None:
        return False
    return entry.modified > known.fetched and entry.modified - entry.published < YOUNG


def retry_quarantined(store: Store) -> int:
    """Release the pages that were given up last, for the next look; return how many."""
    given_up = store.pages.quarantined(RELEASED)
    for record in given_up:
        store.pages.put(replace(record, attempts=0))
    return len(given_up)


def _unexpected(error: Exception) -> str:
    """Return a reason in ASCII: what broke us may be in the error's text."""
    return f"unexpected: {error!a}"


def _key(entry: Entry) -> str:
    return canonical_url(entry.url) or entry.url
