"""A lock that all processes of a cluster see, and that a process which dies does not keep."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from corroborate.errors import StoreError, StoreUnavailable
from indexer.elastic.table import Document, Stored, Table

#: Seconds that a lock is held for without a sign of life, and between two signs.
LEASE, SIGN = 30.0, 10.0


class Lock:
    """A lock by a lease, which is renewed in the background while it is held.

    Args:
        table: The locks.
        name: Of this one.
    """

    def __init__(self, table: Table, name: str) -> None:
        self._table = table
        self._name = name
        #: Of the lease that this process has; None without.
        self.owner: str | None = None

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Hold the lock; yields False if another has it."""
        owner = uuid4().hex
        if not self._write(owner, LEASE, _is_free):
            yield False
            return
        self.owner = owner
        over = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(owner, over), daemon=True)
        renewing.start()
        try:
            yield True
        finally:
            over.set()
            renewing.join()
            self.owner = None
            self._write(owner, 0.0, lambda lock: _is_of(lock, owner))

    def check(self) -> None:
        """Refuse to go on under a lock that another process took since it was ours.

        So a process that stood still for longer than its lease does not undo the work of the
        one that took over. Without the lock, in a process of one's own, anything goes.

        Raises:
            StoreUnavailable: Another took it.
        """
        owner = self.owner
        if owner and not self._write(owner, LEASE, lambda lock: _is_of(lock, owner)):
            raise StoreUnavailable(
                f"this process stood still for more than {LEASE:.0f} seconds, and another took "
                f"over the {self._name}"
            )

    def _renew(self, owner: str, over: threading.Event) -> None:
        while not over.wait(SIGN):
            try:
                self._write(owner, LEASE, lambda lock: _is_of(lock, owner))
            except StoreError:
                # The cluster is away; who works under the lock meets that as well.
                continue

    def _write(self, owner: str, seconds: float, may: Callable[[Stored | None], bool]) -> bool:
        """Write down who has the lock for how long, if what is there allows it."""
        written = False

        def write(_: str, lock: Stored | None) -> Document | None:
            nonlocal written
            written = may(lock)
            until = time.time() + seconds if seconds else 0.0
            return {"owner": owner, "until": until} if written else None

        self._table.change([self._name], write)
        return written


def _is_free(lock: Stored | None) -> bool:
    return lock is None or bool(lock.source["until"] < time.time())


def _is_of(lock: Stored | None, owner: str) -> bool:
    """Return whether nobody took the lock since; one that has run out may still be renewed."""
    return lock is not None and lock.source["owner"] == owner
