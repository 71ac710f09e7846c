"""Crawling within one process: once round the feeds that are due, or for ever.

Many hosts are asked side by side, each by one thread at a time: waiting for one host's turn
never holds up another.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self, TypeVar
from urllib.parse import urlsplit

from corroborate.types import Feed
from workers.crawl import WAITING, Crawler, Find
from workers.pace import NotYet

#: Hosts that are asked side by side.
ABREAST = 16
#: Seconds between two looks for feeds that have fallen due.
LOOK = 10.0

Progress = Callable[[int, int], None]
_Work = TypeVar("_Work")


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

    #: URL that was polled.
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
        self._pool = ThreadPoolExecutor(ABREAST, thread_name_prefix="crawl")
        self._change = threading.Condition()
        self._hosts: dict[str, deque[tuple[Find, _Round]]] = {}
        self._busy: set[str] = set()
        self._stopped = False
        self._error: BaseException | None = None
        self._found = 0
        self.polls: Counter[str] = Counter()
        self.pages: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with self._change:
            self._stopped = True
        self._pool.shutdown(cancel_futures=True)

    def start(self, feed: Feed) -> None:
        """Poll a feed and take what it leads to, unless that is under way already."""
        with self._change:
            if feed.url not in self._busy:
                self._busy.add(feed.url)
                self._submit(self._poll, feed)

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
        except NotYet:
            self._finished(feed.url)
            return
        with self._change:
            self.polls[poll.outcome] += 1
            self._found += len(poll.finds)
            round_ = _Round(feed.url, len(poll.finds))
            for find in poll.finds:
                self._queue(find, round_)
        self._report()
        if not poll.finds:
            self._finished(feed.url)

    def _queue(self, find: Find, round_: _Round) -> None:
        host = urlsplit(find.entry.url).netloc
        if host not in self._hosts:
            self._hosts[host] = deque()
            self._submit(self._take_host, host)
        self._hosts[host].append((find, round_))

    def _take_host(self, host: str) -> None:
        """Take a host's pages, one after the other, until there are no more."""
        while True:
            with self._change:
                if self._stopped or not self._hosts[host]:
                    del self._hosts[host]
                    return
                find, round_ = self._hosts[host].popleft()
            try:
                outcome = self._crawler.take(find)
            except NotYet:
                outcome = WAITING
            self._taken(round_, outcome)

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

    def _submit(self, work: Callable[[_Work], None], what: _Work) -> None:
        def run() -> None:
            try:
                work(what)
            except BaseException as exc:  # noqa: BLE001  the main thread raises it
                with self._change:
                    self._error = self._error or exc
                    self._change.notify_all()

        self._pool.submit(run)


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
        for feed in feeds:
            rounds.start(feed)
        rounds.drain()
    failed = rounds.polls["failed"] + rounds.polls["gone"]
    return CrawlSummary(rounds.polls.total() - failed, failed, dict(rounds.pages))


def watch(
    crawler: Crawler,
    *,
    index: Callable[[], object],
    stop: threading.Event,
    look: float = LOOK,
) -> None:
    """Poll feeds as they fall due, take their pages and index them, until told to stop.

    Args:
        crawler: Does the work.
        index: Indexes what is archived; called between two looks.
        stop: Set it to stop; what is under way is finished first.
        look: Seconds between two looks for feeds that have fallen due.

    Raises:
        StoreError: The store failed; what was archived until then stays.
    """
    with Rounds(crawler) as rounds:
        while not stop.is_set():
            for feed in crawler.store.feeds.due(crawler.now()):
                rounds.start(feed)
            stop.wait(look)
            rounds.check()
            index()
    index()
