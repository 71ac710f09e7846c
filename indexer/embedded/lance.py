"""LanceDB itself: importing it without what we never use, connecting, mapping its errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from corroborate.errors import StoreError

#: Client of a remote catalogue that LanceDB imports and a folder never asks. Importing it
#: costs 0.5 s, a quarter of what ``corroborate search`` may take.
_UNUSED = "lance_namespace_urllib3_client.api"


def connect(folder: Path) -> Any:
    """Return a connection to the tables in a folder; it sees what other processes write.

    Raises:
        StoreError: The folder cannot be used.
    """
    with mapped():
        return _lancedb().connect(folder, read_consistency_interval=timedelta(0))


@contextmanager
def mapped() -> Iterator[None]:
    """Map LanceDB's errors to :class:`~corroborate.errors.StoreError`."""
    try:
        yield
    except StoreError:
        raise
    except Exception as exc:  # LanceDB raises RuntimeError, ValueError, OSError and more
        line = " ".join(str(exc).split())[:200] or type(exc).__name__
        raise StoreError(
            f"the passage index does not answer; 'corroborate reindex' rebuilds it ({line})"
        ) from exc


@cache
def _lancedb() -> ModuleType:
    # Its notices about new tables are nothing that a user should see.
    os.environ.setdefault("LANCEDB_LOG", "error")
    finder = _Unused()
    sys.meta_path.insert(0, finder)
    try:
        import lancedb
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.startswith(_UNUSED)]:
            if isinstance(sys.modules[name], _Empty):
                del sys.modules[name]
    module: ModuleType = lancedb
    return module


class _Empty(ModuleType):
    """A module in which every name is an empty class."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


class _Unused(MetaPathFinder, Loader):
    """Finds an empty module wherever one that is not used is asked for."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        ours = fullname.startswith(_UNUSED)
        return ModuleSpec(fullname, self, is_package=True) if ours else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module empty."""
        del module
