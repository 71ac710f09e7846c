"""A web on loopback, and a Redis, for each test of crawling that asks for them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workers.redis_server import RedisServer
from tests.workers.web import Web


@pytest.fixture
def web() -> Iterator[Web]:
    """Yield a web of loopback hosts."""
    with Web() as started:
        yield started


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
