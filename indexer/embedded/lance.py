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

#: What LanceDB imports and a folder of tables never uses: the client of a remote catalogue, and
#: Arrow's datasets, which bring in pandas where it is installed. Without them ``import
#: lancedb`` takes 0.4 s in place of 1.2 s, and ``corroborate search`` has 2 s in all.
UNUSED = ("lance_namespace_urllib3_client", "pyarrow.dataset")


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
    with _without(UNUSED):
        import lancedb
    module: ModuleType = lancedb
    return module


@contextmanager
def _without(names: Sequence[str]) -> Iterator[None]:
    """Let modules, and all in them, be found empty, unless they were imported before."""
    finder = _EmptyFinder(tuple(name for name in names if name not in sys.modules))
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name, m in sys.modules.items() if isinstance(m, _Empty)]:
            # Whoever else asks gets the real one.
            del sys.modules[name]
            parent, _, child = name.rpartition(".")
            if parent in sys.modules:
                delattr(sys.modules[parent], child)


class _Empty(ModuleType):
    """A module in which every name is an empty class."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        setattr(self, name, type(name, (), {}))
        made: type = self.__dict__[name]
        return made


class _EmptyFinder(MetaPathFinder, Loader):
    """Finds an empty module wherever one of these names is asked for."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        ours = any(fullname == name or fullname.startswith(name + ".") for name in self._names)
        return ModuleSpec(fullname, self, is_package=True) if ours else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module empty."""
        del module
