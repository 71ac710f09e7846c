"""A web on loopback for each test of crawling."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.workers.web import Web


@pytest.fixture
def web() -> Iterator[Web]:
    """Yield a web of loopback hosts."""
    with Web() as started:
        yield started
