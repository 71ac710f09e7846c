"""One index as a table of documents: read by id, changed safely, gone through in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corroborate.errors import StoreError, StoreUnavailable
from indexer.elastic.bulk import AT_ONCE, write
from indexer.elastic.client import mapped

#: Tries at a change that another process was quicker with.
TRIES = 20
#: How long a reading of many pages keeps its view of the index.
VIEW = "2m"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A document with what tells whether it changed since."""

    source: Document
    seq_no: int
    primary_term: int


class Table:
    """An index, by its alias.

    Reading by id sees every write at once. What asks by query calls :meth:`refresh` first
    where it must see all that was written; writing itself refreshes nothing.
    """

    def __init__(self, client: Any, alias: str, place: str) -> None:
        self.client = client
        self.alias = alias
        self.place = place

    def refresh(self) -> None:
        """Let queries see all that was written."""
        with mapped(self.place):
            self.client.indices.refresh(index=self.alias)

    def get(self, ids: Sequence[str], *, fields: Sequence[str] | None = None) -> dict[str, Stored]:
        """Return the documents of these ids; those that are unknown are left out."""
        found: dict[str, Stored] = {}
        for start in range(0, len(ids), AT_ONCE):
            some = list(ids[start : start + AT_ONCE])
            with mapped(self.place):
                docs = self.client.mget(index=self.alias, ids=some, source=fields or True)["docs"]
            for doc in docs:
                if doc.get("found"):
                    stored = Stored(doc["_source"], doc["_seq_no"], doc["_primary_term"])
                    found[doc["_id"]] = stored
        return found

    def put(self, documents: Mapping[str, Document]) -> None:
        """Write documents by id, whatever was there."""
        self.bulk({"_op_type": "index", "_id": i, "_source": d} for i, d in documents.items())

    def change(
        self, ids: Sequence[str], change: Callable[[str, Stored | None], Document | None]
    ) -> None:
        """Change documents, each against what is there when it is written.

        Args:
            ids: Of the documents.
            change: Gets an id and what is stored; returns the new document, or None to leave it.
        """
        left = list(ids)
        for _ in range(TRIES):
            stored = self.get(left)
            actions = []
            for one in left:
                before = stored.get(one)
                if (document := change(one, before)) is None:
                    continue
                action: Document = {"_op_type": "index", "_id": one, "_source": document}
                if before:
                    action["if_seq_no"] = before.seq_no
                    action["if_primary_term"] = before.primary_term
                else:
                    action["_op_type"] = "create"
                actions.append(action)
            left = self.bulk(actions)
            if not left:
                return
        raise StoreUnavailable(f"{self.alias} is being changed by too many at once")

    def bulk(self, actions: Iterable[Document]) -> list[str]:
        """Carry out actions; return ids of conflicts.

        Raises:
            StoreUnavailable: The cluster takes no writes.
            StoreError: It refuses a document.
        """
        unwritten = write(self.client, actions, self.alias, self.place, alias=True)
        for one, reason in unwritten.refused.items():
            raise StoreError(f"Elasticsearch at {self.place} refuses {one}: {reason}"[:300])
        return unwritten.conflicts

    def find(
        self,
        query: Document,
        sort: Sequence[Document],
        limit: int,
        *,
        without: Sequence[str] = (),
    ) -> list[Document]:
        """Return at most ``limit`` documents that match, in order."""
        found: list[Document] = []
        for document in self.each(query, sort, without=without, at_once=min(limit, AT_ONCE)):
            found.append(document)
            if len(found) == limit:
                break
        return found

    def each(
        self,
        query: Document,
        sort: Sequence[Document],
        *,
        without: Sequence[str] = (),
        at_once: int = AT_ONCE,
    ) -> Iterator[Document]:
        """Yield the documents that match, in order, from one view of the index."""
        if not at_once:
            return
        with mapped(self.place):
            view = self.client.open_point_in_time(index=self.alias, keep_alive=VIEW)["id"]
        try:
            after = None
            while True:
                with mapped(self.place):
                    answer = self.client.search(
                        pit={"id": view, "keep_alive": VIEW},
                        query=query,
                        sort=list(sort),
                        search_after=after,
                        size=at_once,
                        source_excludes=list(without) or None,
                        track_total_hits=False,
                    )
                hits = answer["hits"]["hits"]
                yield from (hit["_source"] for hit in hits)
                if len(hits) < at_once:
                    return
                after = hits[-1]["sort"]
        finally:
            with mapped(self.place):
                self.client.close_point_in_time(id=view)

    def groups(self, query: Document, *fields: str) -> Iterator[tuple[tuple[Any, ...], int]]:
        """Yield the values of some fields that occur together, and in how many documents."""
        sources = [{f: {"terms": {"field": f, "missing_bucket": True}}} for f in fields]
        after: Document | None = None
        while True:
            composite: Document = {"size": 1000, "sources": sources}
            if after:
                composite["after"] = after
            with mapped(self.place):
                answer = self.client.search(
                    index=self.alias,
                    size=0,
                    query=query,
                    aggregations={"groups": {"composite": composite}},
                )
            groups = answer["aggregations"]["groups"]
            for bucket in groups["buckets"]:
                yield tuple(bucket["key"][f] for f in fields), bucket["doc_count"]
            if not (after := groups.get("after_key")):
                return

    def count(self, query: Document) -> int:
        """Return how many documents match."""
        with mapped(self.place):
            return int(self.client.count(index=self.alias, query=query)["count"])
