"""A web on loopback, and a Redis, for each test of crawling that asks for them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from corroborate.protocols import Store
from indexer.opening import open_store
from tests.workers.redis_server import RedisServer
from tests.workers.web import Web, settings
from workers.crawl import Crawler
from workers.fetch import Fetcher
from workers.pace import Pace


@pytest.fixture
def web() -> Iterator[Web]:
    """Yield a web of loopback hosts."""
    with Web() as started:
        yield started


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Yield an empty store."""
    opened = open_store(str(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def crawler(store: Store) -> Crawler:
    """Return a crawler that hardly waits."""
    return Crawler(store, Fetcher(settings()), Pace(0.001), patience=0.01)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """Yield a Redis that is yet to be started; end it afterwards."""
    if shutil.which("redis-server") is None:
        if os.environ.get("CI"):
            pytest.fail("redis-server is not installed, and in CI this test must run")
        pytest.skip("redis-server is not installed (Debian, Ubuntu: apt-get install redis-server)")
    server = RedisServer(tmp_path)
    yield server
    server.stop()
