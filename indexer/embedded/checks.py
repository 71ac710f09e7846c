"""Submitted checks in SQLite: they survive a restart of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corroborate.types import Check, CheckState
from indexer.embedded.database import Database
from indexer.records import to_moment, to_text

if TYPE_CHECKING:
    import sqlite3

_COLUMNS = "id, state, created, title, source, stage, done, total, error, report"


class SqliteChecks:
    """See :class:`~corroborate.protocols.CheckBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, check: Check) -> None:
        """Add or update a check."""
        values = (
            check.id, check.state.value, to_text(check.created), check.title, check.source,
            check.stage, check.done, check.total, check.error, check.report,
        )  # fmt: skip
        marks = ", ".join("?" * len(values))
        with self._database.write() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO checks ({_COLUMNS}) VALUES ({marks})", values
            )

    def get(self, check_id: str) -> Check | None:
        """Return a check, if it is known."""
        rows = self._database.select("checks", "id", [check_id])
        return _check(rows[0]) if rows else None

    def recent(self, limit: int) -> list[Check]:
        """Return the latest checks, newest first, without their reports."""
        columns = _COLUMNS.replace(", report", ", NULL AS report")
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {columns} FROM checks ORDER BY created DESC LIMIT ?", (limit,)
            )
            return [_check(row) for row in rows]

    def unfinished(self) -> list[Check]:
        """Return the checks that are queued or running, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM checks WHERE state IN ('queued', 'running') ORDER BY created"
            )
            return [_check(row) for row in rows]


def _check(row: sqlite3.Row) -> Check:
    created = to_moment(row["created"])
    assert created is not None
    return Check(
        id=row["id"],
        state=CheckState(row["state"]),
        created=created,
        title=row["title"],
        source=row["source"],
        stage=row["stage"],
        done=row["done"],
        total=row["total"],
        error=row["error"],
        report=row["report"],
    )
