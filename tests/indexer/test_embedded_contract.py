"""The embedded store keeps the contract of all stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.indexer.contract_archive import ArchiveContract, CoverageContract, FeedsContract
from tests.indexer.contract_index import GenerationsContract, IndexContract
from tests.indexer.contract_search import SearchContract

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Return a folder that is not there yet."""
    return str(tmp_path / "store")


class TestArchive(ArchiveContract):
    """The SQLite archive."""


class TestCoverage(CoverageContract):
    """Counting in SQLite."""


class TestFeeds(FeedsContract):
    """The feeds in SQLite."""


class TestIndex(IndexContract):
    """The passages in LanceDB."""


class TestGenerations(GenerationsContract):
    """Tables of LanceDB that follow one another."""


class TestSearch(SearchContract):
    """Search over both."""
