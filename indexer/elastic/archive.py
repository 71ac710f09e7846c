"""The archive in Elasticsearch: the truth that the index is derived from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from corroborate.types import Article, Change, Coverage, FailingFeed, Outlet, SearchFilter
from indexer.elastic import documents
from indexer.elastic.table import Document, Stored, Table

_PENDING: Document = {"exists": {"field": "pending"}}


class ElasticArchive:
    """See :class:`~corroborate.protocols.ArticleArchive`.

    Args:
        table: The articles.
        feeds: Returns how many feeds there are, and those that fail.
        gaps: Returns what a search cannot see just now, in words.
    """

    def __init__(
        self,
        table: Table,
        feeds: Callable[[], tuple[int, tuple[FailingFeed, ...]]],
        gaps: Callable[[], tuple[str, ...]],
    ) -> None:
        self._table = table
        self._feeds = feeds
        self._gaps = gaps

    def put(self, articles: Sequence[Article]) -> list[Change]:
        """Store articles and queue what is new or changed."""
        known = self._table.get(list({a.id for a in articles}), fields=["content_hash"])
        hashes = {i: stored.source["content_hash"] for i, stored in known.items()}
        changes: list[Change] = []
        latest: dict[str, Document] = {}
        # A clock that counts nanoseconds gives an order without a shared counter.
        turn = time.time_ns()
        for i, article in enumerate(articles):
            before = hashes.get(article.id)
            if before == article.content_hash:
                changes.append(Change.UNCHANGED)
                continue
            changes.append(Change.CHANGED if before is not None else Change.ADDED)
            hashes[article.id] = article.content_hash
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
            documents.article(d) for d in self._table.find(_PENDING, [{"pending": "asc"}], limit)
        ]

    def pending(self) -> int:
        """Return the length of the backlog."""
        self._table.refresh()
        return self._table.count(_PENDING)

    def indexed(self, versions: Sequence[tuple[str, str]]) -> None:
        """Take articles off the backlog, unless they changed since they were read from it."""
        hashes = dict(versions)

        def off(one: str, stored: Stored | None) -> Document | None:
            if stored is None or stored.source["content_hash"] != hashes[one]:
                return None
            return {**stored.source, "pending": None}

        self._table.change(list(hashes), off)

    def __iter__(self) -> Iterator[Article]:
        """Yield every article, in the order of their ids."""
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
        feeds, failing = self._feeds()
        return Coverage(
            articles=articles,
            outlets=tuple(
                Outlet(i, name, family or None)
                for i, (name, family) in sorted(outlets.items(), key=lambda o: o[1][0])
            ),
            since=where.since,
            until=where.until,
            languages=tuple(sorted(where.languages)),
            feeds=feeds,
            failing=failing,
            gaps=self._gaps(),
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
        rows: dict[tuple[str, str], int] = {}
        for document in self._table.each(query, [{"day": "asc"}]):
            key = (document["outlet_name"], document["day"])
            rows[key] = rows.get(key, 0) + 1
        ordered = sorted(rows.items(), key=lambda row: (-row[1], row[0][0]))
        ordered.sort(key=lambda row: row[0][1], reverse=True)
        return [(outlet, day, count) for (outlet, day), count in ordered]

    def _day(self, order: str) -> str | None:
        query: Document = {"exists": {"field": "day"}}
        found = self._table.find(query, [{"day": order}], 1, without=["text"])
        return str(found[0]["day"]) if found else None
