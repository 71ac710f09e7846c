"""A lock that all processes of a cluster see, and that a process which dies does not keep."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from corroborate.errors import StoreError
from indexer.elastic.table import Document, Stored, Table

#: Seconds that a lock is held for without a sign of life, and between two signs.
LEASE, SIGN = 30.0, 10.0


@contextmanager
def held(table: Table, name: str) -> Iterator[bool]:
    """Hold a lock by a lease that is renewed in the background; yields False if another has it."""
    owner = uuid4().hex
    if not _take(table, name, owner):
        yield False
        return
    over = threading.Event()
    renewing = threading.Thread(target=_renew, args=(table, name, owner, over), daemon=True)
    renewing.start()
    try:
        yield True
    finally:
        over.set()
        renewing.join()
        _end(table, name, owner)


def _take(table: Table, name: str, owner: str) -> bool:
    mine = False

    def take(_: str, stored: Stored | None) -> Document | None:
        nonlocal mine
        now = time.time()
        mine = not stored or stored.source["until"] < now or stored.source["owner"] == owner
        return {"owner": owner, "until": now + LEASE} if mine else None

    table.change([name], take)
    return mine


def _renew(table: Table, name: str, owner: str, over: threading.Event) -> None:
    while not over.wait(SIGN):
        try:
            _take(table, name, owner)
        except StoreError:
            # The cluster is away; who works under the lock meets that as well.
            continue


def _end(table: Table, name: str, owner: str) -> None:
    def end(_: str, stored: Stored | None) -> Document | None:
        theirs = stored is None or stored.source["owner"] != owner
        return None if theirs else {"owner": owner, "until": 0.0}

    table.change([name], end)
