"""The archive in SQLite: the truth that everything else is derived from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from corroborate.identity import version
from corroborate.types import Article, Change, Coverage, Outlet, SearchFilter
from indexer.embedded.database import AT_ONCE, Database
from indexer.embedded.feeds import SqliteFeeds
from indexer.records import failing, to_moment, to_text

_COLUMNS = (
    "id, outlet, outlet_name, family, title, text, url, authors, agency, published, day_only, "
    "modified, language, fetched, feed, content_hash"
)


class SqliteArchive:
    """See :class:`~corroborate.protocols.ArticleArchive`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, articles: Sequence[Article]) -> list[Change]:
        """Store articles and queue what is new or changed, all in one transaction."""
        with self._database.write() as connection:
            return [_put(connection, article) for article in articles]

    def get(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles of these ids; those that are unknown are left out."""
        wanted = list(dict.fromkeys(ids))
        rows = self._database.select("articles", "id", wanted)
        return {row["id"]: _article(row) for row in rows}

    def backlog(self, limit: int) -> list[Article]:
        """Return articles that are archived but not indexed, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM articles WHERE pending IS NOT NULL ORDER BY pending LIMIT ?",
                (limit,),
            )
            return [_article(row) for row in rows]

    def pending(self) -> int:
        """Return the length of the backlog."""
        with self._database.read() as connection:
            return int(
                connection.execute(
                    "SELECT count(*) FROM articles WHERE pending IS NOT NULL"
                ).fetchone()[0]
            )

    def indexed(self, versions: Sequence[tuple[str, str]]) -> None:
        """Take articles off the backlog, unless they changed since they were read from it."""
        with self._database.write() as connection:
            for one, indexed in versions:
                row = connection.execute(
                    "SELECT * FROM articles WHERE id = ? AND pending IS NOT NULL", (one,)
                ).fetchone()
                if row and version(_article(row)) == indexed:
                    connection.execute("UPDATE articles SET pending = NULL WHERE id = ?", (one,))

    def __iter__(self) -> Iterator[Article]:
        """Yield every article, in the order of their ids."""
        last = ""
        while True:
            with self._database.read() as connection:
                rows = connection.execute(
                    "SELECT * FROM articles WHERE id > ? ORDER BY id LIMIT ?", (last, AT_ONCE)
                ).fetchall()
            if not rows:
                return
            yield from map(_article, rows)
            last = rows[-1]["id"]

    def coverage(self, where: SearchFilter) -> Coverage:
        """Return articles and outlets that pass the filter, and feeds with their failures."""
        condition, values = _condition(where)
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT outlet, max(outlet_name) AS name, max(family) AS family, count(*) AS n "
                f"FROM articles WHERE {condition} GROUP BY outlet ORDER BY name",
                values,
            ).fetchall()
        feeds = SqliteFeeds(self._database).all()
        return Coverage(
            articles=sum(row["n"] for row in rows),
            outlets=tuple(Outlet(row["outlet"], row["name"], row["family"]) for row in rows),
            since=where.since,
            until=where.until,
            languages=tuple(sorted(where.languages)),
            feeds=len(feeds),
            failing=failing(feeds),
        )


def _put(connection: sqlite3.Connection, article: Article) -> Change:
    row = connection.execute("SELECT * FROM articles WHERE id = ?", (article.id,)).fetchone()
    if row and version(_article(row)) == version(article):
        return Change.UNCHANGED
    values = _values(article)
    marks = ", ".join("?" * len(values))
    updates = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[1:])
    connection.execute(
        f"INSERT INTO articles ({_COLUMNS}, pending) "
        f"VALUES ({marks}, (SELECT coalesce(max(pending), 0) + 1 FROM articles "
        # The index holds only these rows; without the condition the whole table is read.
        "WHERE pending IS NOT NULL)) "
        f"ON CONFLICT (id) DO UPDATE SET {updates}, pending = excluded.pending",
        values,
    )
    return Change.CHANGED if row else Change.ADDED


def _values(article: Article) -> tuple[object, ...]:
    return (
        article.id,
        article.outlet.id,
        article.outlet.name,
        article.outlet.family,
        article.title,
        article.text,
        article.url,
        json.dumps(article.authors, ensure_ascii=False),
        article.agency,
        to_text(article.published),
        article.day_only,
        to_text(article.modified),
        article.language,
        to_text(article.fetched),
        article.feed,
        article.content_hash,
    )


def _article(row: sqlite3.Row) -> Article:
    return Article(
        id=row["id"],
        outlet=Outlet(row["outlet"], row["outlet_name"], row["family"]),
        title=row["title"],
        text=row["text"],
        url=row["url"],
        authors=tuple(json.loads(row["authors"])),
        agency=row["agency"],
        published=to_moment(row["published"]),
        day_only=bool(row["day_only"]),
        modified=to_moment(row["modified"]),
        language=row["language"],
        fetched=to_moment(row["fetched"]),
        feed=row["feed"],
        content_hash=row["content_hash"],
    )


def _condition(where: SearchFilter) -> tuple[str, list[str]]:
    """Return the filter as SQL with its values."""
    parts, values = ["TRUE"], list[str]()
    for column, wanted, not_ in (
        ("outlet", where.outlets, ""),
        ("outlet", where.exclude_outlets, "NOT"),
        ("id", where.exclude_articles, "NOT"),
    ):
        if wanted:
            parts.append(f"{column} {not_} IN ({', '.join('?' * len(wanted))})")
            values += sorted(wanted)
    if where.languages:
        marks = ", ".join("?" * len(where.languages))
        parts.append(f"(language IS NULL OR language IN ({marks}))")
        values += sorted(where.languages)
    for day, sign in ((where.since, ">="), (where.until, "<=")):
        if day:
            parts.append(f"(published IS NULL OR substr(published, 1, 10) {sign} ?)")
            values.append(day.isoformat())
    return " AND ".join(parts), values
