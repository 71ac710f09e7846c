"""What became of the URLs that feeds led to, in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from corroborate.types import PageRecord
from indexer.embedded.database import Database
from indexer.records import dump_entry, load_entry, to_moment, to_text

_PUT = (
    "INSERT OR REPLACE INTO pages "
    "(url, outcome, fetched, attempts, reason, article, due, feed, entry) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class SqlitePages:
    """See :class:`~corroborate.protocols.PageBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, urls: Iterable[str]) -> dict[str, PageRecord]:
        """Return the records of these URLs; those that are unknown are left out."""
        rows = self._database.select("pages", "url", list(dict.fromkeys(urls)))
        return {row["url"]: _record(row) for row in rows}

    def put(self, records: Sequence[PageRecord]) -> None:
        """Add or update the records of URLs, all in one transaction."""
        with self._database.write() as connection:
            connection.executemany(_PUT, map(_values, records))

    def swap(self, changes: Sequence[tuple[PageRecord | None, PageRecord]]) -> list[PageRecord]:
        """Put each record only if the book holds the one that it is to replace."""
        with self._database.write() as connection:
            # The transaction has the file for itself from its beginning: nobody writes meanwhile.
            held = self.get(after.url for _, after in changes)
            put = [after for before, after in changes if held.get(after.url) == before]
            connection.executemany(_PUT, map(_values, put))
        return put

    def due(self, now: datetime, limit: int) -> list[PageRecord]:
        """Return pages that are due, longest overdue first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM pages WHERE due <= ? ORDER BY due LIMIT ?", (to_text(now), limit)
            )
            return [_record(row) for row in rows]

    def quarantined(self, limit: int) -> list[PageRecord]:
        """Return pages that were given up, latest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM pages WHERE outcome = 'quarantined' ORDER BY fetched DESC LIMIT ?",
                (limit,),
            )
            return [_record(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """Return how many pages had which outcome."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT outcome, count(*) AS n FROM pages GROUP BY outcome")
            return {row["outcome"]: row["n"] for row in rows}


def _values(record: PageRecord) -> tuple[object, ...]:
    return (
        record.url,
        record.outcome,
        to_text(record.fetched),
        record.attempts,
        record.reason,
        record.article,
        to_text(record.due),
        record.feed,
        dump_entry(record.entry),
    )


def _record(row: sqlite3.Row) -> PageRecord:
    return PageRecord(
        url=row["url"],
        outcome=row["outcome"],
        fetched=datetime.fromisoformat(row["fetched"]),
        attempts=row["attempts"],
        reason=row["reason"],
        article=row["article"],
        due=to_moment(row["due"]),
        feed=row["feed"],
        entry=load_entry(row["entry"]),
    )
