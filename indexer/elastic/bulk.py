"""Writing many documents at once, and what becomes of those that were not written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from corroborate.errors import StoreError, StoreUnavailable
from indexer.elastic.client import BUSY, mapped

#: Documents of one request.
AT_ONCE = 500
#: Back-off of writes that the cluster has no room for now: tries, seconds before the first and
#: the longest wait.
RETRIES, FIRST_WAIT, LONGEST_WAIT = 6, 0.5, 20.0
#: Errors that are about this one document: the same document would be refused again.
_REFUSED = frozenset(
    {"document_parsing_exception", "mapper_parsing_exception", "illegal_argument_exception"}
)
_MISSING, _CONFLICT = 404, 409


@dataclass(frozen=True, slots=True)
class Unwritten:
    """The documents that were not written, by id."""

    #: Another process was quicker.
    conflicts: list[str] = field(default_factory=list)
    #: Why the server refuses them, in one line each.
    refused: dict[str, str] = field(default_factory=dict)


def write(
    client: Any, actions: Iterable[dict[str, Any]], index: str, place: str, *, alias: bool
) -> Unwritten:
    """Carry out actions, those answered with 429 again after a growing wait.

    Args:
        client: Of the cluster.
        actions: As the bulk helpers have them.
        index: Where to, or an alias.
        place: Name of the cluster, for errors.
        alias: Whether ``index`` has to be an alias, so that no index is made by a slip.

    Raises:
        StoreUnavailable: The cluster takes no writes; later it may.
        StoreError: It refuses what no document is to blame for, such as an index that is gone.
    """
    from elasticsearch.helpers import streaming_bulk

    unwritten = Unwritten()
    with mapped(place):
        for well, item in streaming_bulk(
            client,
            actions,
            index=index,
            chunk_size=AT_ONCE,
            raise_on_error=False,
            max_retries=RETRIES,
            initial_backoff=FIRST_WAIT,
            max_backoff=LONGEST_WAIT,
            require_alias=alias,
        ):
            if not well:
                _classify(next(iter(item.values())), place, unwritten)
    return unwritten


def _classify(item: Mapping[str, Any], place: str, unwritten: Unwritten) -> None:
    """Note an item that was not written, or raise what concerns all of them."""
    status, error = item.get("status", 0), item.get("error") or {}
    if status == _MISSING and not error:
        return  # What was to be deleted is not there.
    if status == _CONFLICT:
        unwritten.conflicts.append(str(item["_id"]))
        return
    kind, why = error.get("type", ""), reason(error)
    line = f"Elasticsearch at {place} could not write {item['_id']}: {why}"[:300]
    if status in BUSY or "cluster_block" in kind:
        raise StoreUnavailable(line)
    if kind not in _REFUSED:
        raise StoreError(line)
    unwritten.refused[str(item["_id"])] = why


def reason(error: Mapping[str, Any]) -> str:
    """Return what the innermost cause says, in one line."""
    while error.get("caused_by"):
        error = error["caused_by"]
    return " ".join(str(error.get("reason", "refused")).split())[:200]
