"""Crawling within one process: once round the feeds that are due, or for ever.

Many hosts are asked side by side, each by one thread at a time. A thread does not wait for a
host's turn: the host is put off until then, so that slow hosts never hold up others.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Self

import structlog

from corroborate.errors import CorroborateError, IndexMismatch, ModelError, SettingsError
from corroborate.types import Feed, PageRecord
from workers import metrics
from workers.crawl import KNOWN, LISTED, PUT_OFF, WAITING, Crawler, host
from workers.pace import NotYet

#: Hosts that are asked side by side.
ABREAST = 16
#: Seconds between two looks for feeds that have fallen due.
LOOK = 10.0
#: Most seconds that a watch waits after something went wrong.
LONGEST = 300.0

log = structlog.get_logger()

Progress = Callable[[int, int], None]
_Job = Callable[[], None]


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """What a crawl did."""

    #: Feeds that answered, and those that did not.
    feeds: int = 0
    failed: int = 0
    #: Pages by outcome: "added", "changed", "unchanged", "no article", "blocked", "waiting" …
    pages: dict[str, int] = field(default_factory=dict)


class Rounds:
    """Polls feeds and takes their pages in a pool of threads. A context manager.

    Args:
        crawler: Does the work.
        progress: Called with pages done and pages found so far.
    """

    def __init__(self, crawler: Crawler, progress: Progress = lambda _done, _total: None) -> None:
        self._crawler = crawler
        self._progress = progress
        self._change = threading.Condition()
        #: Monotonic seconds, a number that keeps the order, what is to be done then.
        self._jobs: list[tuple[float, int, _Job]] = []
        self._numbers = count()
        self._threads = [
            threading.Thread(target=self._work, name=f"crawl-{n}") for n in range(ABREAST)
        ]
        self._hosts: dict[str, deque[PageRecord]] = {}
        #: URLs of the pages in these queues.
        self._queued: set[str] = set()
        #: URLs of feeds that are being polled; "" while the pages that are due are listed.
        self._busy: set[str] = set()
        self._stopped = False
        self._error: BaseException | None = None
        self._found = 0
        self.polls: Counter[str] = Counter()
        self.pages: Counter[str] = Counter()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        with self._change:
            self._stopped = True
            self._change.notify_all()
        for thread in self._threads:
            thread.join()

    def start(self, feeds: Sequence[Feed]) -> None:
        """Poll feeds, and take what they lead to and all pages that are due.

        What is under way already goes on.
        """
        jobs: dict[str, _Job] = {feed.url: partial(self._poll, feed) for feed in feeds}
        with self._change:
            for url, job in {"": self._list, **jobs}.items():
                if url not in self._busy:
                    self._busy.add(url)
                    self._do(job)

    def drain(self) -> None:
        """Wait until all is done.

        Raises:
            CorroborateError: The store failed on the way.
        """
        with self._change:
            self._change.wait_for(lambda: not (self._busy or self._queued) or self._error)
        self.check()

    def check(self) -> None:
        """Raise what went wrong in a thread, if something did."""
        if self._error:
            raise self._error

    def _poll(self, feed: Feed) -> None:
        try:
            poll = self._crawler.poll(feed)
        except NotYet as exc:
            if exc.seconds <= PUT_OFF:
                self._do(partial(self._poll, feed), exc.seconds)
            else:
                self._finished(feed.url)
            return
        with self._change:
            self.polls[poll.outcome] += 1
        self._add(poll.pages)
        self._finished(feed.url)

    def _list(self) -> None:
        """Queue the pages that are due by the book."""
        with self._change:
            queued = len(self._queued)
        # Those that are queued are due as well.
        self._add(self._crawler.store.pages.due(self._crawler.now(), LISTED + queued))
        self._finished("")

    def _add(self, pages: Sequence[PageRecord]) -> None:
        with self._change:
            for page in pages:
                if page.url not in self._queued:
                    self._queued.add(page.url)
                    self._found += 1
                    self._queue(page)
        self._report()

    def _queue(self, page: PageRecord) -> None:
        name = host(page)
        if name not in self._hosts:
            self._hosts[name] = deque()
            self._do(partial(self._take, name))
        self._hosts[name].append(page)

    def _take(self, name: str) -> None:
        """Take the next of a host's pages."""
        with self._change:
            if not self._hosts[name]:
                del self._hosts[name]
                return
            page = self._hosts[name][0]
        try:
            outcome = self._crawler.take(page.url, page.due)
        except NotYet as exc:
            if exc.seconds <= PUT_OFF:
                self._do(partial(self._take, name), exc.seconds)
                return
            self._put_off(name, exc)
        else:
            self._taken(name, 1, outcome)
        self._do(partial(self._take, name))

    def _put_off(self, name: str, why: NotYet) -> None:
        """Leave all pages of a host for later."""
        with self._change:
            urls = [page.url for page in self._hosts[name]]
        self._crawler.put_off(urls, why)
        self._taken(name, len(urls), WAITING)

    def _taken(self, name: str, number: int, outcome: str) -> None:
        """Take the first pages of a host off its queue."""
        with self._change:
            for _ in range(number):
                self._queued.remove(self._hosts[name].popleft().url)
            self.pages[outcome] += number
            self._change.notify_all()
        self._report()

    def _finished(self, url: str) -> None:
        with self._change:
            self._busy.discard(url)
            self._change.notify_all()

    def _report(self) -> None:
        self._progress(self.pages.total(), self._found)

    def _do(self, job: _Job, after: float = 0.0) -> None:
        """Have something done by a thread, after so many seconds."""
        with self._change:
            heappush(self._jobs, (time.monotonic() + after, next(self._numbers), job))
            self._change.notify_all()

    def _work(self) -> None:
        while job := self._next():
            try:
                job()
            except BaseException as exc:  # noqa: BLE001  the main thread raises it
                with self._change:
                    self._error = self._error or exc
                    self._change.notify_all()

    def _next(self) -> _Job | None:
        """Wait for something to do; None: there will be no more."""
        with self._change:
            while not self._stopped:
                wait = self._jobs[0][0] - time.monotonic() if self._jobs else None
                if wait is not None and wait <= 0:
                    return heappop(self._jobs)[2]
                self._change.wait(wait)
        return None


def crawl(
    crawler: Crawler,
    feeds: Sequence[Feed],
    *,
    progress: Progress = lambda _done, _total: None,
) -> CrawlSummary:
    """Poll feeds and take their new pages, many hosts side by side, each at its pace.

    Args:
        crawler: Does the work.
        feeds: The feeds to poll.
        progress: Called with pages done and pages found.

    Raises:
        StoreError: The store failed; what was archived until then stays.
    """
    with Rounds(crawler, progress) as rounds:
        rounds.start(feeds)
        rounds.drain()
    failed = rounds.polls["failed"] + rounds.polls["gone"]
    pages = {outcome: n for outcome, n in rounds.pages.items() if outcome != KNOWN}
    return CrawlSummary(rounds.polls.total() - failed, failed, pages)


def watch(
    crawler: Crawler,
    *,
    index: Callable[[], object],
    stop: threading.Event,
    look: float = LOOK,
    metrics_port: int = 0,
) -> None:
    """Poll feeds as they fall due, take their pages and index them, until told to stop.

    A store that is away is waited for, and a bug is logged: neither ends it.

    Args:
        crawler: Does the work.
        index: Indexes what is archived; called again and again, by one thread.
        stop: Set it to stop; what is under way is finished first. It is set afterwards.
        look: Seconds between two looks for feeds that have fallen due.
        metrics_port: Port that answers Prometheus; 0 for none.

    Raises:
        SettingsError, IndexMismatch, ModelError: What is set up is wrong, which time does not
            mend.
        StoreError: The store failed when the last articles were to be indexed; they stay in
            the backlog.
    """
    if metrics_port:
        metrics.serve(metrics_port, crawler.store)
    with ThreadPoolExecutor(1, "index") as indexer:
        indexing = indexer.submit(_keep_at, "index", index, stop, look)
        indexing.add_done_callback(lambda _: stop.set())
        try:
            _keep_at("crawl", partial(_follow, crawler, stop, look), stop, look)
        finally:
            stop.set()
    indexing.result()
    index()


def _follow(crawler: Crawler, stop: threading.Event, look: float) -> None:
    """Poll feeds as they fall due and take their pages, until told to stop."""
    with Rounds(crawler) as rounds:
        while not stop.is_set():
            rounds.start(crawler.store.feeds.due(crawler.now()))
            stop.wait(look)
            rounds.check()


def _keep_at(what: str, do: Callable[[], object], stop: threading.Event, look: float) -> None:
    """Do something at each look until told to stop, and less and less often while it fails.

    Args:
        what: What it is called in the log.
        do: Does it.
        stop: Set to stop.
        look: Seconds between two looks.

    Raises:
        SettingsError, IndexMismatch, ModelError: As in :func:`watch`.
    """
    wait = look
    while not stop.is_set():
        begun = time.monotonic()
        try:
            do()
            wait = look
        except (SettingsError, IndexMismatch, ModelError):
            raise
        except Exception as exc:  # noqa: BLE001  whatever it is, the next try may go well
            went_on = time.monotonic() - begun > LONGEST
            wait = look if went_on else min(2 * wait, LONGEST)
            tell = log.warning if isinstance(exc, CorroborateError) else log.exception
            tell("watch", doing=what, reason=str(exc), again=wait)
        stop.wait(wait)
