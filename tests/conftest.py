"""Fixtures that tests of several rooms share."""

from __future__ import annotations

import pytest

from tests.embedders import WordEmbedder


@pytest.fixture
def embedder() -> WordEmbedder:
    """Return an embedder that needs no model."""
    return WordEmbedder()
