"""The books in Elasticsearch: feeds, pages and checks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime

from corroborate.types import Check, CheckState, Feed, PageRecord
from indexer.elastic.table import Document, Stored, Table
from indexer.records import dump_entry, dump_feed, load_entry, load_feed, to_moment, to_text

_ALL: Document = {"match_all": {}}


class ElasticFeeds:
    """See :class:`~corroborate.protocols.FeedBook`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self) -> list[Feed]:
        """Return every feed, in the order they were added."""
        self._table.refresh()
        return [_feed(d) for d in self._table.each(_ALL, [{"position": "asc"}, {"url": "asc"}])]

    def get(self, url: str) -> Feed | None:
        """Return the feed at a URL; None if it is not known."""
        found = self._table.get([key(url)])
        return _feed(found[key(url)].source) if found else None

    def due(self, now: datetime) -> list[Feed]:
        """Return the feeds that are not paused and due, longest overdue first."""
        self._table.refresh()
        never: Document = {"bool": {"must_not": [{"exists": {"field": "due"}}]}}
        past: Document = {"range": {"due": {"lte": to_text(now)}}}
        query: Document = {
            "bool": {
                "filter": [{"term": {"paused": False}}],
                "should": [never, past],
                "minimum_should_match": 1,
            }
        }
        order: list[Document] = [
            {"due": {"order": "asc", "missing": "_first"}},
            {"position": "asc"},
            {"url": "asc"},
        ]
        return [_feed(d) for d in self._table.each(query, order)]

    def put(self, feeds: Sequence[Feed]) -> int:
        """Add or update feeds by URL; return how many were new."""
        latest = {key(feed.url): feed for feed in feeds}
        places = {one: time.time_ns() + i for i, one in enumerate(latest)}
        new: set[str] = set()

        def put(one: str, stored: Stored | None) -> Document:
            if stored is None:
                new.add(one)
                return _feed_document(latest[one], places[one])
            new.discard(one)
            known = replace(latest[one], articles=_feed(stored.source).articles)
            return _feed_document(known, stored.source["position"])

        self._table.change(list(latest), put)
        return len(new)

    def count(self, url: str) -> None:
        """Add one to the articles that a feed led to."""

        def count(_: str, stored: Stored | None) -> Document | None:
            if stored is None:
                return None
            feed = _feed(stored.source)
            counted = replace(feed, articles=feed.articles + 1)
            return _feed_document(counted, stored.source["position"])

        self._table.change([key(url)], count)

    def remove(self, url: str) -> bool:
        """Forget a feed; return whether it was known."""
        known = bool(self._table.get([key(url)]))
        self._table.bulk([{"_op_type": "delete", "_id": key(url)}])
        return known


def _feed_document(feed: Feed, position: int) -> Document:
    return {
        "url": feed.url,
        "position": position,
        "due": to_text(feed.due),
        "paused": feed.paused,
        "state": dump_feed(feed),
    }


def _feed(document: Document) -> Feed:
    return load_feed(document["state"])


class ElasticPages:
    """See :class:`~corroborate.protocols.PageBook`."""

    _GIVEN_UP: Document = {"term": {"outcome": "quarantined"}}  # noqa: RUF012

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, urls: Iterable[str]) -> dict[str, PageRecord]:
        """Return the records of these URLs; those that are unknown are left out."""
        wanted = {key(url): url for url in urls}
        found = self._table.get(list(wanted))
        return {wanted[i]: _record(stored.source) for i, stored in found.items()}

    def put(self, records: Sequence[PageRecord]) -> None:
        """Add or update the records of URLs."""
        self._table.put({key(record.url): _page_document(record) for record in records})

    def swap(self, changes: Sequence[tuple[PageRecord | None, PageRecord]]) -> list[PageRecord]:
        """Put each record only if the book holds the one that it is to replace."""
        wanted = {key(after.url): (before, after) for before, after in changes}
        # Asked again after a conflict: then the book holds another.
        put: dict[str, bool] = {}

        def swap(one: str, stored: Stored | None) -> Document | None:
            before, after = wanted[one]
            put[one] = (_record(stored.source) if stored else None) == before
            return _page_document(after) if put[one] else None

        self._table.change(list(wanted), swap)
        return [after for one, (_, after) in wanted.items() if put[one]]

    def due(self, now: datetime, limit: int) -> list[PageRecord]:
        """Return pages that are due, longest overdue first."""
        self._table.refresh()
        query: Document = {"range": {"due": {"lte": to_text(now)}}}
        found = self._table.find(query, [{"due": "asc"}, {"url": "asc"}], limit)
        return [_record(d) for d in found]

    def quarantined(self, limit: int) -> list[PageRecord]:
        """Return pages that were given up, latest first."""
        self._table.refresh()
        found = self._table.find(self._GIVEN_UP, [{"fetched": "desc"}, {"url": "asc"}], limit)
        return [_record(d) for d in found]

    def counts(self) -> dict[str, int]:
        """Return how many pages had which outcome."""
        self._table.refresh()
        return {outcome: n for (outcome,), n in self._table.groups(_ALL, "outcome")}


def key(url: str) -> str:
    """Return the id of a URL's record: an id has 512 bytes at most, a URL may have more."""
    from hashlib import sha256

    return sha256(url.encode()).hexdigest()


def _page_document(record: PageRecord) -> Document:
    return {
        **{f.name: getattr(record, f.name) for f in fields(PageRecord)},
        "fetched": to_text(record.fetched),
        "due": to_text(record.due),
        "entry": dump_entry(record.entry),
    }


def _record(document: Document) -> PageRecord:
    fetched, due = document["fetched"], to_moment(document.get("due"))
    values = {"fetched": datetime.fromisoformat(fetched), "due": due}
    return PageRecord(**{**document, **values, "entry": load_entry(document.get("entry"))})


class ElasticChecks:
    """See :class:`~corroborate.protocols.CheckBook`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, check: Check) -> None:
        """Add or update a check."""
        document = {**asdict(check), "state": check.state.value, "created": to_text(check.created)}
        self._table.put({check.id: document})

    def get(self, check_id: str) -> Check | None:
        """Return a check, if it is known."""
        found = self._table.get([check_id])
        return _check(found[check_id].source) if found else None

    def recent(self, limit: int) -> list[Check]:
        """Return the latest checks, newest first, without their reports."""
        self._table.refresh()
        found = self._table.find(
            _ALL, [{"created": "desc"}, {"id": "asc"}], limit, without=["report"]
        )
        return [_check(d) for d in found]

    def unfinished(self) -> list[Check]:
        """Return the checks that are queued or running, oldest first."""
        self._table.refresh()
        query: Document = {"terms": {"state": ["queued", "running"]}}
        return [_check(d) for d in self._table.each(query, [{"created": "asc"}, {"id": "asc"}])]


def _check(document: Document) -> Check:
    state, created = document["state"], datetime.fromisoformat(document["created"])
    return Check(**{**document, "state": CheckState(state), "created": created})
