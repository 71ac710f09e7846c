"""The feeds in SQLite: each as a JSON document, with what is queried beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from corroborate.types import FailingFeed, Feed, FeedKind
from indexer.embedded.database import Database, to_moment, to_text

_TIMES = frozenset(f.name for f in fields(Feed) if "datetime" in str(f.type))


class SqliteFeeds:
    """See :class:`~corroborate.protocols.FeedBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Feed]:
        """Return every feed, in the order they were added."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT state FROM feeds ORDER BY position")
            return [_load(row["state"]) for row in rows]

    def get(self, url: str) -> Feed | None:
        """Return the feed at a URL; None if it is not known."""
        with self._database.read() as connection:
            row = connection.execute("SELECT state FROM feeds WHERE url = ?", (url,)).fetchone()
        return _load(row["state"]) if row else None

    def due(self, now: datetime) -> list[Feed]:
        """Return the feeds that are not paused and due, longest overdue first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT state FROM feeds WHERE due IS NULL OR due <= ? ORDER BY due, position",
                (to_text(now),),
            )
            return [feed for row in rows if not (feed := _load(row["state"])).paused]

    def put(self, feeds: Sequence[Feed]) -> int:
        """Add or update feeds by URL; return how many were new."""
        with self._database.write() as connection:
            before = connection.execute("SELECT count(*) FROM feeds").fetchone()[0]
            connection.executemany(
                "INSERT INTO feeds (url, due, state) VALUES (?, ?, ?) "
                "ON CONFLICT (url) DO UPDATE SET due = excluded.due, state = json_set("
                "excluded.state, '$.articles', json_extract(feeds.state, '$.articles'))",
                [(feed.url, to_text(feed.due), _dump(feed)) for feed in feeds],
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


def failing(database: Database) -> tuple[int, tuple[FailingFeed, ...]]:
    """Return how many feeds there are, and those whose last poll failed."""
    feeds = SqliteFeeds(database).all()
    down = [
        FailingFeed(f.url, f.title, f.error or "failing", f.succeeded) for f in feeds if f.failures
    ]
    return len(feeds), tuple(down)


def _dump(feed: Feed) -> str:
    values = asdict(feed)
    return json.dumps(
        {name: to_text(v) if name in _TIMES else v for name, v in values.items()},
        ensure_ascii=False,
    )


def _load(state: str) -> Feed:
    values: dict[str, Any] = json.loads(state)
    values.update({name: to_moment(values[name]) for name in _TIMES if values.get(name)})
    values["kind"] = FeedKind(values["kind"]) if values.get("kind") else None
    return Feed(**values)
