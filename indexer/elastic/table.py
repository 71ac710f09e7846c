"""One index as a table of documents: read by id, changed safely, gone through in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corroborate.errors import StoreError, StoreUnavailable
from indexer.elastic.bulk import AT_ONCE, reason, write
from indexer.elastic.client import mapped

#: Tries at a change that another process was quicker with.
TRIES = 20

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
        """Return the documents of these ids; those that are unknown are left out.

        Raises:
            StoreUnavailable: Whether one is there cannot be told, as its shard is away.
        """
        found: dict[str, Stored] = {}
        for start in range(0, len(ids), AT_ONCE):
            some = list(ids[start : start + AT_ONCE])
            with mapped(self.place):
                docs = self.client.mget(index=self.alias, ids=some, source=fields or True)["docs"]
            for doc in docs:
                # The whole answer has status 200 all the same.
                if error := doc.get("error"):
                    raise StoreUnavailable(
                        f"Elasticsearch at {self.place} cannot read {self.alias}: {reason(error)}"
                    )
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
        for start in range(0, len(ids), AT_ONCE):
            left = list(ids[start : start + AT_ONCE])
            for _ in range(TRIES):
                if not (left := self._change(left, change)):
                    break
            else:
                raise StoreUnavailable(f"{self.alias} is being changed by too many at once")

    def _change(
        self, ids: Sequence[str], change: Callable[[str, Stored | None], Document | None]
    ) -> list[str]:
        """Try to change documents; return those that another process was quicker with."""
        stored = self.get(ids)
        actions: list[Document] = []
        for one in ids:
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
        return self.bulk(actions)

    def bulk(self, actions: Iterable[Document]) -> list[str]:
        """Carry out actions; return ids of conflicts.

        Raises:
            StoreUnavailable: The cluster takes no writes.
            StoreError: It refuses a document.
        """
        unwritten = write(self.client, actions, self.alias, self.place, alias=True)
        for one, why in unwritten.refused.items():
            raise StoreError(f"Elasticsearch at {self.place} refuses {one}: {why}"[:300])
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
        """Yield the documents that match, in order.

        Nothing is held on the server, so that whoever asks may take as long as they like
        between two documents. What is written meanwhile is seen or not.

        Args:
            query: What has to match.
            sort: The order; no two documents are equal in it.
            without: Fields to leave out.
            at_once: Documents of one request.
        """
        if not at_once:
            return
        after = None
        while True:
            answer = self._search(
                query=query,
                sort=list(sort),
                search_after=after,
                size=at_once,
                source_excludes=list(without) or None,
            )
            hits = answer["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < at_once:
                return
            after = hits[-1]["sort"]

    def groups(self, query: Document, *fields: str) -> Iterator[tuple[tuple[Any, ...], int]]:
        """Yield the values of some fields that occur together, and in how many documents."""
        sources = [{f: {"terms": {"field": f, "missing_bucket": True}}} for f in fields]
        after: Document | None = None
        while True:
            composite: Document = {"size": 1000, "sources": sources}
            if after:
                composite["after"] = after
            answer = self._search(
                query=query, size=0, aggregations={"groups": {"composite": composite}}
            )
            groups = answer["aggregations"]["groups"]
            for bucket in groups["buckets"]:
                yield tuple(bucket["key"][f] for f in fields), bucket["doc_count"]
            if not (after := groups.get("after_key")):
                return

    def count(self, query: Document) -> int:
        """Return how many documents match."""
        answer = self._search(query=query, size=0, track_total_hits=True)
        return int(answer["hits"]["total"]["value"])

    def _search(self, *, track_total_hits: bool = False, **body: Any) -> Any:
        """Return the answer of all shards: one that is away is an error, not fewer documents."""
        with mapped(self.place):
            return self.client.search(
                index=self.alias,
                allow_partial_search_results=False,
                track_total_hits=track_total_hits,
                **body,
            )
