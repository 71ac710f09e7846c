"""The archive in Elasticsearch: the truth that the index is derived from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from corroborate.identity import version
from corroborate.types import Article, Change, Coverage, Feed, Outlet, SearchFilter
from indexer.elastic import documents
from indexer.elastic.table import Document, Stored, Table
from indexer.records import failing

_PENDING: Document = {"exists": {"field": "pending"}}


class ElasticArchive:
    """See :class:`~corroborate.protocols.ArticleArchive`.

    Args:
        table: The articles.
        feeds: Returns all feeds.
        gaps: Returns what searches did not see, in words.
        check: Raises if the right to index went to another process.
    """

    def __init__(
        self,
        table: Table,
        feeds: Callable[[], Sequence[Feed]],
        gaps: Callable[[], tuple[str, ...]],
        check: Callable[[], None],
    ) -> None:
        self._table = table
        self._feeds = feeds
        self._gaps = gaps
        self._check = check

    def put(self, articles: Sequence[Article]) -> list[Change]:
        """Store articles and queue what is new or changed."""
        known = self._table.get(list({a.id for a in articles}))
        versions = {i: _version(stored) for i, stored in known.items()}
        changes: list[Change] = []
        latest: dict[str, Document] = {}
        # A clock that counts nanoseconds gives an order without a shared counter.
        turn = time.time_ns()
        for i, article in enumerate(articles):
            before, now = versions.get(article.id), version(article)
            if before == now:
                changes.append(Change.UNCHANGED)
                continue
            changes.append(Change.CHANGED if before is not None else Change.ADDED)
            versions[article.id] = now
            latest[article.id] = documents.article_document(article, turn + i)
        self._table.put(latest)
        return changes

    def get(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles of these ids; those that are unknown are left out."""
        found = self._table.get(list(dict.fromkeys(ids)))
        return {i: documents.article(stored.source) for i, stored in found.items()}

    def backlog(self, limit: int) -> list[Article]:
        """Return articles that are archived but not indexed, oldest first."""
        self._table.refresh()
        return [
            documents.article(d)
            for d in self._table.find(_PENDING, [{"pending": "asc"}, {"id": "asc"}], limit)
        ]

    def pending(self) -> int:
        """Return the length of the backlog."""
        self._table.refresh()
        return self._table.count(_PENDING)

    def indexed(self, versions: Sequence[tuple[str, str]]) -> None:
        """Take articles off the backlog, unless they changed since they were read from it."""
        self._check()
        indexed = dict(versions)

        def off(one: str, stored: Stored | None) -> Document | None:
            if stored is None or _version(stored) != indexed[one]:
                return None
            return {**stored.source, "pending": None}

        self._table.change(self._waiting(list(indexed)), off)

    def _waiting(self, ids: Sequence[str]) -> list[str]:
        """Return those in the backlog: of a whole archive few, and only they are read in full."""
        known = self._table.get(ids, fields=["pending"])
        return [one for one in ids if one in known and known[one].source["pending"] is not None]

    def __iter__(self) -> Iterator[Article]:
        """Yield every article, in the order of their ids; those that come meanwhile, or not."""
        self._table.refresh()
        for document in self._table.each({"match_all": {}}, [{"id": "asc"}]):
            yield documents.article(document)

    def coverage(self, where: SearchFilter) -> Coverage:
        """Return articles and outlets that pass the filter, feeds that fail, shards that miss."""
        self._table.refresh()
        query = documents.condition(where, article_id="id")
        articles, outlets = 0, dict[str, tuple[str, str]]()
        for (outlet, name, family), count in self._table.groups(
            query, "outlet", "outlet_name", "family"
        ):
            articles += count
            outlets[outlet] = max(outlets.get(outlet, ("", "")), (name or "", family or ""))
        feeds = self._feeds()
        return Coverage(
            articles=articles,
            outlets=tuple(
                Outlet(i, name, family or None)
                for i, (name, family) in sorted(outlets.items(), key=lambda o: o[1][0])
            ),
            since=where.since,
            until=where.until,
            languages=tuple(sorted(where.languages)),
            feeds=len(feeds),
            failing=failing(feeds),
            # Of an empty archive there is no index, and nothing is missing.
            gaps=self._gaps() if self._table.count({"match_all": {}}) else (),
        )

    def summary(self) -> dict[str, Any]:
        """Return counts: articles, outlets, and the first and last day."""
        self._table.refresh()
        return {
            "articles": self._table.count({"match_all": {}}),
            "outlets": sum(1 for _ in self._table.groups({"match_all": {}}, "outlet")),
            "first": self._day("asc"),
            "last": self._day("desc"),
        }

    def daily(self, since: str) -> list[tuple[str, str, int]]:
        """Return outlet, day and number of articles from a day on, latest and most first."""
        query: Document = {"range": {"day": {"gte": since}}}
        rows = [
            (outlet, str(datetime.fromtimestamp(day / 1000, UTC).date()), count)
            for (outlet, day), count in self._table.groups(query, "outlet_name", "day")
        ]
        rows.sort(key=lambda row: (-row[2], row[0]))
        return sorted(rows, key=lambda row: row[1], reverse=True)

    def _day(self, order: str) -> str | None:
        query: Document = {"exists": {"field": "day"}}
        found = self._table.find(query, [{"day": order}], 1, without=["text"])
        return str(found[0]["day"]) if found else None


def _version(stored: Stored) -> str:
    return version(documents.article(stored.source))
