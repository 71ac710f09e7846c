"""The embedded store keeps the contract of all stores."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from corroborate.types import PageRecord
from indexer.embedded.archive import SqliteArchive
from indexer.embedded.database import Database
from indexer.embedded.store import EmbeddedStore
from indexer.opening import open_store
from tests.indexer.contract_archive import (
    ArchiveContract,
    CoverageContract,
    FeedsContract,
    PagesContract,
)
from tests.indexer.contract_index import GenerationsContract, IndexContract
from tests.indexer.contract_search import SearchContract
from tests.samples import MONDAY, article

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Return a folder that is not there yet."""
    return str(tmp_path / "store")


class TestArchive(ArchiveContract):
    """The SQLite archive."""

    def test_putting_does_not_read_the_whole_table(self, tmp_path: Path) -> None:
        """What a new article costs does not grow with those that are stored."""
        database = Database(tmp_path / "archive.sqlite")
        done: list[str] = []
        try:
            with database.read() as connection:
                connection.set_trace_callback(done.append)
                SqliteArchive(database).put([article()])
                connection.set_trace_callback(None)
                plans = [
                    row["detail"]
                    for statement in done
                    if "articles" in statement
                    for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
                ]
        finally:
            database.close()
        tables = [plan for plan in plans if "articles" in plan]
        assert tables
        assert [plan for plan in tables if "INDEX" not in plan] == []

    def test_a_thread_that_ends_leaves_no_file_open(self, place: str) -> None:
        """A server that makes threads as they are needed runs for months."""
        with closing(open_store(place)) as store:
            assert isinstance(store, EmbeddedStore)
            for _ in range(5):
                with ThreadPoolExecutor(1) as pool:
                    assert pool.submit(store.articles.pending).result() == 0
            assert len(store._database._all) == 1
            assert store.articles.pending() == 0


class TestCoverage(CoverageContract):
    """Counting in SQLite."""


class TestFeeds(FeedsContract):
    """The feeds in SQLite."""


class TestPages(PagesContract):
    """What became of pages, in SQLite."""

    def test_pages_of_the_first_version_are_due(self, place: str, tmp_path: Path) -> None:
        """An archive made before it was known when they are is read and written as ever."""
        open_store(place).close()
        with closing(sqlite3.connect(tmp_path / "store" / "archive.sqlite")) as old:
            old.executescript(
                "DROP INDEX pages_due; ALTER TABLE pages DROP COLUMN due; "
                "ALTER TABLE pages DROP COLUMN feed; ALTER TABLE pages DROP COLUMN entry; "
                "PRAGMA user_version = 1; "
                "INSERT INTO pages (url, outcome, attempts, fetched) VALUES "
                f"('a', 'failed', 1, '{MONDAY.isoformat()}'), "
                f"('b', 'article', 0, '{MONDAY.isoformat()}')"
            )
        for _ in range(2):
            with closing(open_store(place)) as store:
                due = store.pages.due(MONDAY, 9)
                assert due == [PageRecord("a", "failed", MONDAY, 1, due=MONDAY)]
                store.pages.put(due)


class TestIndex(IndexContract):
    """The passages in LanceDB."""


class TestGenerations(GenerationsContract):
    """Tables of LanceDB that follow one another."""


class TestSearch(SearchContract):
    """Search over both."""
