"""The embedded store: one folder with a SQLite archive and a LanceDB index."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from corroborate.errors import StoreError
from corroborate.types import Overview
from indexer.embedded.archive import SqliteArchive
from indexer.embedded.checks import SqliteChecks
from indexer.embedded.database import Database
from indexer.embedded.feeds import SqliteFeeds
from indexer.embedded.index import LanceIndex
from indexer.embedded.pages import SqlitePages


class EmbeddedStore:
    """See :class:`~corroborate.protocols.Store`.

    Args:
        folder: Where everything is kept; it is made if it is not there.

    Raises:
        StoreError: The folder cannot be used, or something else lies in it.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise StoreError(f"the store {folder} cannot be made: {exc.strerror}") from exc
        self._folder = folder
        self._database = Database(folder / "archive.sqlite")
        self.articles = SqliteArchive(self._database)
        self.passages = LanceIndex(folder / "passages", self._database)
        self.feeds = SqliteFeeds(self._database)
        self.pages = SqlitePages(self._database)
        self.checks = SqliteChecks(self._database)

    @contextmanager
    def indexing(self) -> Iterator[bool]:
        """Hold the right to write the index; yields False if another process holds it."""
        from filelock import FileLock, Timeout

        lock = FileLock(self._folder / "indexing.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def overview(self, *, days: int = 0) -> Overview:
        """Return what the store holds; with ``days``, articles per outlet for so many days."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT count(*) AS articles, count(DISTINCT outlet) AS outlets, "
                "count(pending) AS backlog, min(substr(published, 1, 10)) AS first, "
                "max(substr(published, 1, 10)) AS last FROM articles"
            ).fetchone()
        last = _day(row["last"])
        return Overview(
            articles=row["articles"],
            passages=self.passages.count(),
            backlog=row["backlog"],
            outlets=row["outlets"],
            first=_day(row["first"]),
            last=last,
            embedder=self.passages.embedder,
            size=_size(self._folder),
            daily=self._daily(last, days) if last and days else (),
        )

    def _daily(self, last: date, days: int) -> tuple[tuple[str, date, int], ...]:
        since = last - timedelta(days=days - 1)
        with self._database.read() as connection:
            rows: list[Any] = connection.execute(
                "SELECT outlet_name, substr(published, 1, 10) AS day, count(*) AS n "
                "FROM articles WHERE published >= ? GROUP BY outlet_name, day "
                "ORDER BY day DESC, n DESC, outlet_name",
                (since.isoformat(),),
            ).fetchall()
        return tuple((r["outlet_name"], date.fromisoformat(r["day"]), r["n"]) for r in rows)

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def _size(folder: Path) -> int:
    """Return the bytes of all files in a folder; those that go away meanwhile do not count."""
    size = 0
    # It goes on where a folder is gone, which Path.rglob does not.
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += Path(where, name).stat().st_size
    return size


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
