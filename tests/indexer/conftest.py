"""What the tests of all stores share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from corroborate.errors import StoreUnavailable
from indexer.opening import open_store
from tests.elasticsearch import installed, provide, scratch

if TYPE_CHECKING:
    from pathlib import Path

    from elasticsearch import Elasticsearch

    from corroborate.protocols import Store

#: Of the indices of the tests.
PREFIX = "corroborate-tests"

pytest.register_assert_rewrite(
    "tests.indexer.contract_archive",
    "tests.indexer.contract_index",
    "tests.indexer.contract_search",
)


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """Return the store under test, empty; ``place`` is each backend's own fixture."""
    with closing(open_store(place)) as opened:
        yield opened


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """Yield the URL of a real server; one is started where none is named."""
    if url := os.environ.get("ELASTICSEARCH_URL"):
        yield url
        return
    with scratch() as folder:
        with needed():
            server = provide(folder)
        yield server.url
        server.kill()


@pytest.fixture(scope="session")
def installation() -> Path:
    """Return the folder of the server, for tests that start one of their own, or kill it."""
    with needed():
        home, _ = installed()
    return home


@contextmanager
def needed() -> Iterator[None]:
    """Skip the test where no server can be had, and fail it in CI."""
    try:
        yield
    except StoreUnavailable as exc:
        if os.environ.get("CI"):
            pytest.fail(f"in CI this has to run: {exc}")
        pytest.skip(str(exc))


@pytest.fixture(scope="session")
def elasticsearch(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """Yield the raw client of the server."""
    from elasticsearch import Elasticsearch

    with closing(Elasticsearch(elasticsearch_url, request_timeout=60)) as client:
        yield client


@pytest.fixture
def place(elasticsearch: Elasticsearch, elasticsearch_url: str) -> Iterator[str]:
    """Yield a store on Elasticsearch; it is emptied afterwards, which is quicker than a new one."""
    yield f"{elasticsearch_url}/{PREFIX}"
    if passages := elasticsearch.indices.get(index=f"{PREFIX}-passages-*"):
        elasticsearch.indices.delete(index=list(passages))
    # A query finds only what was there at the last refresh.
    elasticsearch.indices.refresh(index=f"{PREFIX}-*")
    elasticsearch.delete_by_query(
        index=f"{PREFIX}-*", query={"match_all": {}}, refresh=True, conflicts="proceed"
    )
