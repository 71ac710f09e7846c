"""The feeds in SQLite: each as a JSON document, with what is queried beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from corroborate.types import Feed
from indexer.embedded.database import Database
from indexer.records import dump_feed, load_feed, to_text


class SqliteFeeds:
    """See :class:`~corroborate.protocols.FeedBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Feed]:
        """Return every feed, in the order they were added."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT state FROM feeds ORDER BY position")
            return [load_feed(row["state"]) for row in rows]

    def get(self, url: str) -> Feed | None:
        """Return the feed at a URL; None if it is not known."""
        with self._database.read() as connection:
            row = connection.execute("SELECT state FROM feeds WHERE url = ?", (url,)).fetchone()
        return load_feed(row["state"]) if row else None

    def due(self, now: datetime) -> list[Feed]:
        """Return the feeds that are not paused and due, longest overdue first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT state FROM feeds WHERE due IS NULL OR due <= ? ORDER BY due, position",
                (to_text(now),),
            )
            return [feed for row in rows if not (feed := load_feed(row["state"])).paused]

    def put(self, feeds: Sequence[Feed]) -> int:
        """Add or update feeds by URL; return how many were new."""
        with self._database.write() as connection:
            before = connection.execute("SELECT count(*) FROM feeds").fetchone()[0]
            connection.executemany(
                "INSERT INTO feeds (url, due, state) VALUES (?, ?, ?) "
                "ON CONFLICT (url) DO UPDATE SET due = excluded.due, state = json_set("
                "excluded.state, '$.articles', json_extract(feeds.state, '$.articles'))",
                [(feed.url, to_text(feed.due), dump_feed(feed)) for feed in feeds],
            )
            after = connection.execute("SELECT count(*) FROM feeds").fetchone()[0]
        return int(after - before)

    def count(self, url: str) -> None:
        """Add one to the articles that a feed led to."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE feeds SET state = "
                "json_set(state, '$.articles', json_extract(state, '$.articles') + 1) "
                "WHERE url = ?",
                (url,),
            )

    def remove(self, url: str) -> bool:
        """Forget a feed; return whether it was known."""
        with self._database.write() as connection:
            return connection.execute("DELETE FROM feeds WHERE url = ?", (url,)).rowcount > 0
