"""Crawling: poll a feed, take its pages. Plain functions behind the CLI and the Celery tasks.

The book of pages is the queue: a poll notes what it found as due, and whoever takes a page
notes what became of it, or when it is due again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from corroborate.errors import BlockedError, CorroborateError, FeedError, FetchError, StoreError
from corroborate.types import Change, Entry, Feed, Page, PageRecord
from workers import metrics, schedule
from workers.canonical import canonical_url
from workers.clean import PageWithoutArticle, clean
from workers.feeds import ReadFeed, read_listed
from workers.pace import NotYet, Pace, host_of
from workers.polite import PoliteFetcher
from workers.robots import RulesUnknown

if TYPE_CHECKING:
    from corroborate.protocols import Store
    from workers.fetch import Fetcher
    from workers.robots import RobotsTexts

#: Attempts at a page before it is given up.
ATTEMPTS = 3
#: Time after which an attempt that was begun is surely over.
LASTS = timedelta(minutes=2)
#: Seconds to wait for a host's turn; until a later one there is something else to do.
PATIENCE = 1.0
#: Seconds until a host's turn for which its pages are held ready; if it is farther off, they
#: are left in the book until then.
PUT_OFF = 60.0
#: A page that could not be asked for is given up after so long.
WAITS = timedelta(days=7)
#: An article is fetched again when its feed says that it was modified, but only while it is
#: this young: later changes are mostly to what stands around it.
YOUNG = timedelta(days=7)
#: Answers that carry a feed; the second by way of a proxy that changed it (RFC 9110, 15.3.4).
CARRYING = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION})
#: What is noted with a feed while it is polled, and stays if that ends its worker.
UNFINISHED = "its last poll has not ended"

#: What whoever crawls without a contact is told.
NO_CONTACT = (
    "no contact is set, so sites that mind being crawled can only block you: set "
    "CORROBORATE_CONTACT to your web or mail address"
)

#: Outcomes of a page that is still to be taken: it was not asked for yet, or it failed.
WAITING, FAILED = "waiting", "failed"
QUARANTINED = "quarantined"
ARTICLE = "article"
#: Nothing was done: the page was taken, or is being taken, by somebody else.
KNOWN = "known"
#: Pages that are listed, or released from quarantine, at once, at most.
LISTED = 1_000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Poll:
    """What polling a feed led to."""

    #: The feed afterwards, as it is stored.
    feed: Feed
    #: "read", "unchanged", "moved", "gone" or "failed".
    outcome: str
    #: Pages that are new or were modified; the book has them as due.
    pages: tuple[PageRecord, ...] = ()


class Crawler:
    """Polls feeds and takes pages, politely. Threads may share it.

    Args:
        store: Where feeds, pages and articles are kept.
        fetcher: The guarded way to the web.
        pace: Whose turn it is.
        texts: Where robots.txt are remembered; within this process by default.
        patience: Seconds to wait for a host's turn.
        lasts: Time after which an attempt that was begun is surely over.
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
        lasts: timedelta = LASTS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.store = store
        self.now = now
        self._fetcher = PoliteFetcher(fetcher, pace, texts)
        self._patience = patience
        self._lasts = lasts

    def poll(self, feed: Feed) -> Poll:
        """Poll one feed, note its new pages as due, and note how that went.

        An error is noted with the feed, not raised.

        Raises:
            NotYet: The host's turn is too far off; nothing was noted.
            StoreError: The store or the turns are away; the feed is as it was if the store
                takes that, else as after a failure.
        """
        # Noted beforehand, so that a feed which ends its worker is not polled at once for ever.
        begun = _begun(feed, self.now())
        self._keep(feed.url, begun)
        bug = None
        try:
            done = self._poll(feed)
            self._keep(feed.url, done.feed, begun)
        except (NotYet, StoreError):
            self._keep(feed.url, feed, begun)
            raise
        # What a stranger sent has hit a bug: that is this feed's failure, not the crawl's end.
        except Exception as exc:  # noqa: BLE001  it is told below
            bug = exc
            error = FeedError(feed.url, _unexpected(exc))
            done = Poll(schedule.after_failure(feed, error, self.now()), "failed")
            self._keep(feed.url, done.feed, begun)
        metrics.FEEDS.labels(done.outcome).inc()
        _tell(
            "feed",
            bug,
            url=feed.url,
            outcome=done.outcome,
            new=len(done.pages),
            reason=done.feed.error,
            due=done.feed.due and done.feed.due.isoformat(timespec="seconds"),
        )
        return done

    def _keep(self, url: str, after: Feed, begun: Feed | None = None) -> None:
        """Store a feed after a poll, but for what its owner has decided meanwhile.

        Nothing is stored if another has begun to poll it since, as after a lost lease.

        Args:
            url: Of the feed before.
            after: The feed afterwards.
            begun: The feed as it was noted when the poll began.
        """
        feeds = self.store.feeds
        meanwhile = feeds.get(url)
        if meanwhile is None or (begun and _is_later(meanwhile, begun)):
            return
        # Unless it moved to where another feed is.
        if after.url == url or not feeds.get(after.url):
            paused, outlet, articles = meanwhile.paused, meanwhile.outlet, meanwhile.articles
            feeds.put([replace(after, paused=paused, outlet=outlet, articles=articles)])
        if after.url != url:
            feeds.remove(url)  # last: what ends this in between loses no feed

    def _poll(self, feed: Feed) -> Poll:
        headers = schedule.validators(feed, self.now())
        try:
            page = self._fetcher.fetch(feed.url, headers=headers, patience=self._patience)
            if page.status == HTTPStatus.GONE:
                return Poll(schedule.after_gone(feed, self.now()), "gone")
            if page.status not in CARRYING | {HTTPStatus.NOT_MODIFIED}:
                reason = f"the server answered {page.status} instead of a feed"
                raise FetchError(feed.url, reason, status=page.status)
            read = read_listed(page, self._fetcher.fetch) if page.status in CARRYING else None
            return self._answered(feed, page, read, conditional=bool(headers))
        except RulesUnknown as exc:
            return Poll(schedule.after_failure(feed, exc, self.now()), "failed")
        except (NotYet, StoreError):
            raise
        except CorroborateError as exc:
            return Poll(schedule.after_failure(feed, exc, self.now()), "failed")

    def _answered(
        self, feed: Feed, page: Page, read: ReadFeed | None, *, conditional: bool
    ) -> Poll:
        url = page.final_url if page.moved and read else feed.url
        pages = self._find(url, read.entries) if read else []
        after = schedule.after_answer(
            feed, page, read, new=len(pages), conditional=conditional, now=self.now()
        )
        outcome = "unchanged" if read is None else "read" if url == feed.url else "moved"
        return Poll(replace(after, url=url), outcome, tuple(pages))

    def _find(self, feed: str, entries: Iterable[Entry]) -> list[PageRecord]:
        """Note the pages that are new or were modified as due; return them."""
        by_url: dict[str, Entry] = {}
        for entry in entries:
            by_url.setdefault(_key(entry), entry)
        now = self.now()
        known = self.store.pages.get(by_url)
        updated = self._updated(by_url, known)
        found = [
            PageRecord(url, WAITING, now, article=updated.get(url), due=now, feed=feed, entry=e)
            for url, e in by_url.items()
            if url not in known or url in updated
        ]
        # Two feeds may lead to the same page at the same time: then one has found it.
        return self.store.pages.swap([(known.get(p.url), p) for p in found]) if found else []

    def _updated(
        self, entries: dict[str, Entry], known: dict[str, PageRecord]
    ) -> dict[str, str | None]:
        """Return the URLs of articles that are to be fetched again, with the articles' ids."""
        taken = {
            url: record.article
            for url, record in known.items()
            if record.outcome == ARTICLE and is_modified(entries[url], record.fetched)
        }
        # Atom entries need not say when they were published; the page may have.
        undated = [one for url, one in taken.items() if one and not entries[url].published]
        dates = {one: found.published for one, found in self.store.articles.get(undated).items()}
        return {
            url: one
            for url, one in taken.items()
            if is_young(entries[url], dates.get(one) if one else None)
        }

    def take(self, url: str, due: datetime | None) -> str:
        """Fetch, clean and archive one page; return the outcome, which is noted as well.

        A page that hits a bug is put in quarantine.

        Args:
            url: Which page of the book.
            due: When it is due, as whoever takes it has read. If the book says otherwise by
                now, somebody else takes it or has done so, and this does nothing.

        Raises:
            NotYet: The host's turn is too far off; nothing was noted.
            StoreError: The store or the turns are away; that is no attempt.
        """
        page = self.store.pages.get([url]).get(url)
        if page is None or page.due is None or page.due != due:
            return KNOWN
        try:
            return self._take(page)
        except (NotYet, StoreError):
            raise
        except Exception as exc:  # noqa: BLE001  it is told with the outcome
            return self._note(_ended(page, QUARANTINED, _unexpected(exc), self.now()), exc)

    def _take(self, page: PageRecord) -> str:
        if page.attempts >= ATTEMPTS:
            reason = page.reason or "each attempt was cut off"
            return self._note(_ended(page, QUARANTINED, reason, self.now()))
        now = self.now()
        # Noted beforehand, so that a page which ends its worker is not tried for ever.
        begun = replace(page, fetched=now, attempts=page.attempts + 1, due=now + self._lasts)
        if not self.store.pages.swap([(page, begun)]):
            return KNOWN
        feed = (self.store.feeds.get(page.feed) or Feed(page.feed)) if page.feed else None
        try:
            answer = self._fetcher.fetch(_link(page), patience=self._patience)
            article = clean(answer, feed=feed, entry=page.entry)
        except (NotYet, StoreError) as exc:
            self.store.pages.put([page])
            if isinstance(exc, NotYet) and host_of(exc.url) != host_of(_link(page)):
                # The host of the others has its turn: only this page leads elsewhere.
                self.put_off([page.url], exc)
                return WAITING
            raise
        except (PageWithoutArticle, FetchError) as exc:
            return self._note(_without(begun, exc, self.now()))
        (change,) = self.store.articles.put([article])
        if change is Change.ADDED and feed:
            self.store.feeds.count(feed.url)
        self.store.pages.put([PageRecord(page.url, ARTICLE, self.now(), article=article.id)])
        self._log(page.url, change.value, None)
        return change.value

    def put_off(self, urls: Iterable[str], why: NotYet) -> None:
        """Leave a host's pages in the book until its turn; give up those that wait too long."""
        now = self.now()
        later = now + timedelta(seconds=why.seconds)
        pages = [
            (
                page,
                replace(page, due=later)
                if now - page.fetched < WAITS
                else _ended(page, QUARANTINED, why.reason, now),
            )
            for page in self.store.pages.get(urls).values()
            if page.due
        ]
        for page in self.store.pages.swap(pages):
            self._log(page.url, WAITING if page.due else QUARANTINED, why.reason)

    def _note(self, page: PageRecord, bug: Exception | None = None) -> str:
        self.store.pages.put([page])
        self._log(page.url, page.outcome, page.reason, bug)
        return page.outcome

    def _log(
        self, url: str, outcome: str, reason: str | None, bug: Exception | None = None
    ) -> None:
        metrics.PAGES.labels(outcome).inc()
        _tell("page", bug, url=url, outcome=outcome, reason=reason)


def is_modified(entry: Entry, fetched: datetime) -> bool:
    """Return whether an entry says that its page was modified since it was fetched."""
    return entry.modified is not None and entry.modified > fetched


def is_young(entry: Entry, published: datetime | None) -> bool:
    """Return whether a modification came while the article was :data:`YOUNG`.

    Args:
        entry: The entry.
        published: What the article says of itself, for entries that do not.
    """
    published = entry.published or published
    return bool(entry.modified and published and entry.modified - published < YOUNG)


def retry_quarantined(store: Store) -> int:
    """Make the pages that were given up last due; return how many.

    What the index refuses is left alone: no feed's entry leads to it.
    """
    now = datetime.now(UTC)
    released = [
        (page, replace(page, outcome=WAITING, attempts=0, reason=None, fetched=now, due=now))
        for page in store.pages.quarantined(LISTED)
        if page.entry or not page.article
    ]
    return len(store.pages.swap(released))


def host(page: PageRecord) -> str:
    """Return the host that a page is asked from."""
    return urlsplit(_link(page)).netloc


def _tell(event: str, bug: Exception | None, **facts: object) -> None:
    """Write the one line of an outcome; if that was a bug, as an error with its traceback."""
    if bug:
        log.error(event, exc_info=bug, **facts)
    else:
        log.info(event, **facts)


def _begun(feed: Feed, now: datetime) -> Feed:
    """Return a feed whose poll begins: should that end its worker, it slows down as if it failed.

    Only the next poll counts that as a failure: whoever looks during a poll sees this record.
    """
    slower = schedule.after_failure(feed, FeedError(feed.url, UNFINISHED), now)
    failures = feed.failures + (feed.error == UNFINISHED)
    return replace(slower, failures=failures, error=feed.error or UNFINISHED)


def _is_later(one: Feed, other: Feed) -> bool:
    return bool(one.polled and other.polled and one.polled > other.polled)


def _without(page: PageRecord, error: PageWithoutArticle | FetchError, now: datetime) -> PageRecord:
    """Return a page after an attempt that gave no article."""
    if isinstance(error, PageWithoutArticle):
        return _ended(page, error.outcome.value, error.detail, now)
    if isinstance(error, BlockedError):
        return _ended(page, "blocked", error.reason, now)
    if not error.retry or page.attempts >= ATTEMPTS:
        return _ended(page, QUARANTINED, error.reason, now)
    due = schedule.again(page.attempts, now)
    return replace(page, outcome=FAILED, reason=error.reason, due=due)


def _ended(page: PageRecord, outcome: str, reason: str, now: datetime) -> PageRecord:
    """Return a page that is done with; one in quarantine keeps what a retry needs."""
    if outcome != QUARANTINED:
        return PageRecord(page.url, outcome, now, reason=reason)
    return replace(page, outcome=outcome, reason=reason, fetched=now, due=None)


def _unexpected(error: Exception) -> str:
    """Return a reason in ASCII: what broke us may be in the error's text."""
    return f"unexpected: {error!a}"


def _key(entry: Entry) -> str:
    return canonical_url(entry.url) or entry.url


def _link(page: PageRecord) -> str:
    """Return the address of a page as its feed has it: the canonical one is partly a guess."""
    return page.entry.url if page.entry else page.url
