"""From the setting that names a store to the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from corroborate.errors import StoreError

if TYPE_CHECKING:
    from corroborate.protocols import Store


def open_store(where: str) -> Store:
    """Return the store that a setting names: a folder.

    Raises:
        StoreError: It cannot be opened.
    """
    if "://" in where:
        raise StoreError(f"{where} is no store; CORROBORATE_STORE names a folder")
    from indexer.embedded.store import EmbeddedStore

    return EmbeddedStore(Path(where))
