"""The store on Elasticsearch: one cluster with the archive, the index and the books."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from corroborate.types import Overview
from indexer.elastic import indices
from indexer.elastic.archive import ElasticArchive
from indexer.elastic.books import ElasticChecks, ElasticFeeds, ElasticPages
from indexer.elastic.client import connect, mapped, read_place
from indexer.elastic.index import ElasticIndex
from indexer.elastic.lock import Lock
from indexer.elastic.table import Table


class ElasticStore:
    """See :class:`~corroborate.protocols.Store`.

    Args:
        where: The cluster, see :func:`~indexer.elastic.client.read_place`.

    Raises:
        StoreUnavailable: It does not answer.
        StoreError: It cannot be used.
    """

    def __init__(self, where: str) -> None:
        self._place = read_place(where)
        self._client = connect(self._place)
        with mapped(self._place.name):
            indices.make(self._client, self._place.prefix)
        self.feeds = ElasticFeeds(self._table("feeds"))
        self.pages = ElasticPages(self._table("pages"))
        self.checks = ElasticChecks(self._table("checks"))
        self._lock = Lock(self._table("locks"), "indexing")
        self.passages = ElasticIndex(self._client, self._place.prefix, self._place.name, self._lock)
        self.articles = ElasticArchive(
            self._table("articles"), self.feeds.all, self.passages.gaps, self._lock.check
        )

    def _table(self, name: str) -> Table:
        return Table(self._client, f"{self._place.prefix}-{name}", self._place.name)

    @contextmanager
    def indexing(self) -> Iterator[bool]:
        """Hold the right to write the index; yields False if another process holds it."""
        with self._lock.held() as mine:
            if mine:
                self.passages.take_over()
            yield mine

    def overview(self, *, days: int = 0) -> Overview:
        """Return what the store holds; with ``days``, articles per outlet for so many days."""
        summary = self.articles.summary()
        first, last = (
            date.fromisoformat(d) if (d := summary[n]) else None for n in ("first", "last")
        )
        with mapped(self._place.name):
            stats = self._client.indices.stats(index=f"{self._place.prefix}-*", metric="store")
        since = last - timedelta(days=days - 1) if last and days else None
        return Overview(
            articles=summary["articles"],
            passages=self.passages.count(),
            backlog=self.articles.pending(),
            outlets=summary["outlets"],
            first=first,
            last=last,
            embedder=self.passages.embedder,
            size=stats["_all"]["total"]["store"]["size_in_bytes"],
            daily=tuple(
                (outlet, date.fromisoformat(day), count)
                for outlet, day, count in (self.articles.daily(since.isoformat()) if since else ())
            ),
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
