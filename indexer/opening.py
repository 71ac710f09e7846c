"""From the setting that names a store to the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corroborate.protocols import Store


def open_store(where: str) -> Store:
    """Return the store that a setting names: a folder, or the URL of Elasticsearch.

    Raises:
        StoreError: It cannot be opened.
    """
    if "://" in where:
        from indexer.elastic.store import ElasticStore

        return ElasticStore(where)
    from indexer.embedded.store import EmbeddedStore

    return EmbeddedStore(Path(where))
