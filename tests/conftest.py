"""Fixtures that tests of several rooms share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

from tests.embedders import WordEmbedder


@pytest.fixture
def embedder() -> WordEmbedder:
    """Return an embedder that needs no model."""
    return WordEmbedder()


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Leave the logs as they were: a command that runs in the process configures them."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
