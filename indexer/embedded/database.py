"""The SQLite file of a store folder: connections, schema, errors."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakSet

from corroborate.errors import StoreError, StoreUnavailable

#: Raised when the tables change in a way that older code cannot read.
VERSION = 2
#: Seconds to wait for another process that is writing.
PATIENCE = 60.0
#: SQLite takes only so many values in one statement.
AT_ONCE = 500

SCHEMA = """
CREATE TABLE articles (
  id TEXT PRIMARY KEY,
  outlet TEXT NOT NULL, outlet_name TEXT NOT NULL, family TEXT,
  title TEXT NOT NULL, text TEXT NOT NULL, url TEXT, authors TEXT NOT NULL, agency TEXT,
  published TEXT, day_only INTEGER NOT NULL, modified TEXT, language TEXT,
  fetched TEXT, feed TEXT, content_hash TEXT NOT NULL,
  -- Place in the backlog; NULL once it is indexed.
  pending INTEGER
) STRICT;
CREATE INDEX articles_pending ON articles (pending) WHERE pending IS NOT NULL;
CREATE INDEX articles_outlet_day ON articles (outlet, substr(published, 1, 10));
CREATE TABLE feeds (
  position INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, due TEXT, state TEXT NOT NULL
) STRICT;
CREATE TABLE pages (
  url TEXT PRIMARY KEY, outcome TEXT NOT NULL, reason TEXT, article TEXT,
  attempts INTEGER NOT NULL, fetched TEXT NOT NULL, due TEXT, feed TEXT, entry TEXT
) STRICT;
CREATE INDEX pages_outcome ON pages (outcome, fetched);
CREATE INDEX pages_due ON pages (due) WHERE due IS NOT NULL;
CREATE TABLE checks (
  id TEXT PRIMARY KEY, state TEXT NOT NULL, created TEXT NOT NULL, title TEXT NOT NULL,
  source TEXT NOT NULL, stage TEXT NOT NULL, done INTEGER NOT NULL, total INTEGER NOT NULL,
  error TEXT, report TEXT
) STRICT;
CREATE INDEX checks_created ON checks (created);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""
#: What makes version 2 of version 1, which did not know when a page is due.
UPGRADE = """
ALTER TABLE pages ADD COLUMN due TEXT;
ALTER TABLE pages ADD COLUMN feed TEXT;
ALTER TABLE pages ADD COLUMN entry TEXT;
CREATE INDEX pages_due ON pages (due) WHERE due IS NOT NULL;
UPDATE pages SET due = fetched WHERE outcome IN ('waiting', 'failed');
"""


class _Held:
    """A thread's connection, which ends with the thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Database:
    """One SQLite file, with a connection for each thread.

    Args:
        path: The file; it is made if it is not there.

    Raises:
        StoreError: The file is not an archive, or a newer Corroborate made it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._all: WeakSet[_Held] = WeakSet()
        self._lock = threading.Lock()
        with self.write() as connection:
            self._prepare(connection)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise StoreError(f"{self.path} was made by a newer Corroborate; upgrade to read it")
        if version < VERSION:
            for statement in (UPGRADE if version else SCHEMA).split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")

    def _connection(self) -> sqlite3.Connection:
        held: _Held | None = getattr(self._local, "held", None)
        if held is None:
            connection = sqlite3.connect(
                self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            held = _Held(connection)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            # With WAL, NORMAL survives a killed process; FULL survives a power cut as well.
            connection.execute("PRAGMA synchronous = FULL")
            self._local.held = held
            with self._lock:
                self._all.add(held)
        return held.connection

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection to read from; map SQLite's errors to :class:`StoreError`."""
        try:
            yield self._connection()
        except sqlite3.OperationalError as exc:
            raise StoreUnavailable(f"{self.path}: {exc}") from exc
        except sqlite3.DatabaseError as exc:
            raise StoreError(f"{self.path} is not a Corroborate archive: {exc}") from exc

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection inside one transaction, rolled back on any error."""
        with self.read() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # On a full disk SQLite has already done so.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def select(self, table: str, column: str, values: Sequence[str]) -> list[sqlite3.Row]:
        """Return the rows of a table whose column has one of these values."""
        rows: list[sqlite3.Row] = []
        with self.read() as connection:
            for start in range(0, len(values), AT_ONCE):
                some = values[start : start + AT_ONCE]
                marks = ", ".join("?" * len(some))
                rows += connection.execute(
                    f"SELECT * FROM {table} WHERE {column} IN ({marks})", tuple(some)
                )
        return rows

    def fact(self, name: str) -> str | None:
        """Return a remembered fact about the store."""
        with self.read() as connection:
            row = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row["value"]) if row else None

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for held in list(self._all):
                held.connection.close()
            self._all.clear()
        self._local = threading.local()
