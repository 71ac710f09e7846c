"""What the tests of all stores share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from indexer.opening import open_store

if TYPE_CHECKING:
    from corroborate.protocols import Store

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
