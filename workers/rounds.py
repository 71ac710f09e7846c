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
from urllib.parse import urlsplit

from corroborate.types import Feed
from workers import metrics
from workers.crawl import Crawler, Find
from workers.pace import NotYet

#: Hosts that are asked side by side.
ABREAST = 16
#: Seconds between two looks for feeds that have fallen due.
LOOK = 10.0
#: Seconds that a page or a poll is put off at most; if its host's turn is farther off, it is left
#: for the next poll.
PUT_OFF = 60.0

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


@dataclass(slots=True)
class _Round:
    """The finds of one poll that are not taken yet."""

    #: URL that was polled; empty for pages that were released from quarantine.
    url: str
    left: int


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
        self._hosts: dict[str, deque[tuple[Find, _Round]]] = {}
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
        """Poll feeds and take what they lead to, and what was released from quarantine.

        What is under way already goes on.
        """
        jobs: dict[str, _Job] = {feed.url: partial(self._poll, feed) for feed in feeds}
        with self._change:
            for url, job in {"": self._release, **jobs}.items():
                if url not in self._busy:
                    self._busy.add(url)
                    self._do(job)

    def drain(self) -> None:
        """Wait until all is done.

        Raises:
            CorroborateError: The store failed on the way.
        """
        with self._change:
            self._change.wait_for(lambda: not self._busy or self._error)
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
        self._add(feed.url, poll.finds)

    def _release(self) -> None:
        self._add("", self._crawler.released())

    def _add(self, url: str, finds: Sequence[Find]) -> None:
        """Queue what was found at a URL."""
        with self._change:
            self._found += len(finds)
            round_ = _Round(url, len(finds))
            for find in finds:
                self._queue(find, round_)
        self._report()
        if not finds:
            self._finished(url)

    def _queue(self, find: Find, round_: _Round) -> None:
        host = urlsplit(find.entry.url).netloc
        if host not in self._hosts:
            self._hosts[host] = deque()
            self._do(partial(self._take, host))
        self._hosts[host].append((find, round_))

    def _take(self, host: str) -> None:
        """Take the next of a host's pages."""
        with self._change:
            if not self._hosts[host]:
                del self._hosts[host]
                return
            find, round_ = self._hosts[host].popleft()
        try:
            outcome = self._crawler.take(find)
        except NotYet as exc:
            if exc.seconds <= PUT_OFF:
                with self._change:
                    self._hosts[host].appendleft((find, round_))
                self._do(partial(self._take, host), exc.seconds)
                return
            outcome = self._crawler.left(find, exc)
        self._taken(round_, outcome)
        self._do(partial(self._take, host))

    def _taken(self, round_: _Round, outcome: str) -> None:
        with self._change:
            self.pages[outcome] += 1
            round_.left -= 1
            last = not round_.left
        if last:
            self._finished(round_.url)
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
    return CrawlSummary(rounds.polls.total() - failed, failed, dict(rounds.pages))


def watch(
    crawler: Crawler,
    *,
    index: Callable[[], object],
    stop: threading.Event,
    look: float = LOOK,
    metrics_port: int = 0,
) -> None:
    """Poll feeds as they fall due, take their pages and index them, until told to stop.

    Args:
        crawler: Does the work.
        index: Indexes what is archived; called again and again, by one thread.
        stop: Set it to stop; what is under way is finished first.
        look: Seconds between two looks for feeds that have fallen due.
        metrics_port: Port that answers Prometheus; 0 for none.

    Raises:
        StoreError: The store failed; what was archived until then stays.
    """
    if metrics_port:
        metrics.serve(metrics_port, crawler.store)
    with Rounds(crawler) as rounds, ThreadPoolExecutor(1, "index") as indexer:
        indexing = indexer.submit(index)
        while not stop.is_set():
            rounds.start(crawler.store.feeds.due(crawler.now()))
            stop.wait(look)
            rounds.check()
            if indexing.done():
                indexing.result()
                indexing = indexer.submit(index)
    indexing.result()
    index()
