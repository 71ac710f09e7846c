"""The store on Elasticsearch keeps the contract of all stores, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.indexer.contract_archive import ArchiveContract, CoverageContract, FeedsContract
from tests.indexer.contract_index import GenerationsContract, IndexContract
from tests.indexer.contract_search import SearchContract

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch


@pytest.fixture
def place(elasticsearch: Elasticsearch, elasticsearch_url: str) -> Iterator[str]:
    """Yield indices of a name of their own, which are dropped afterwards."""
    prefix = f"test-{uuid4().hex[:8]}"
    yield f"{elasticsearch_url}/{prefix}"
    there = elasticsearch.indices.get(index=f"{prefix}-*", expand_wildcards="all")
    if there:
        elasticsearch.indices.delete(index=list(there))
    elasticsearch.indices.delete_index_template(name=f"{prefix}-*")


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
