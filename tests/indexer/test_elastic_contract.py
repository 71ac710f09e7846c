"""The store on Elasticsearch keeps the contract of all stores, on a real server."""

from __future__ import annotations

from tests.indexer.contract_archive import ArchiveContract, CoverageContract, FeedsContract
from tests.indexer.contract_index import GenerationsContract, IndexContract
from tests.indexer.contract_search import SearchContract


class TestArchive(ArchiveContract):
    """The articles."""


class TestCoverage(CoverageContract):
    """Counting."""


class TestFeeds(FeedsContract):
    """The feeds."""


class TestIndex(IndexContract):
    """The passages."""


class TestGenerations(GenerationsContract):
    """Indices behind an alias that follow one another."""


class TestSearch(SearchContract):
    """Search over both."""
