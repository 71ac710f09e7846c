"""The passage index in Elasticsearch: BM25 and quantised vectors, one index a generation."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from corroborate.errors import IndexMismatch, StoreError
from corroborate.types import Article, Hit, Passage, SearchFilter
from indexer.elastic import documents, indices
from indexer.elastic.bulk import write
from indexer.elastic.client import mapped
from indexer.elastic.table import Document, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Searches of one request.
TOGETHER = 32
#: Words of a query that are searched; the rest of one so long adds nothing.
WORDS = 256
#: Neighbours that each shard looks at for each hit that is wanted, and at least.
CANDIDATES, LEAST_CANDIDATES = 4, 200
#: Neighbours compared again by their full vectors, for each hit that is wanted.
OVERSAMPLE = 2.0
#: Seconds before a search that failed is tried again, each time.
WAITS = (0.05, 0.2, 0.8)


@dataclass(frozen=True, slots=True)
class Generation:
    """One index of passages, and the model its vectors are of."""

    index: str
    embedder: str
    dim: int


class ElasticIndex:
    """See :class:`~corroborate.protocols.PassageIndex`.

    Args:
        client: Of the cluster.
        prefix: Of the names of the indices.
        place: Name of the cluster, for errors.
        generation: The generation this object stands for; None: the one that is searched.
    """

    def __init__(
        self, client: Any, prefix: str, place: str, generation: Generation | None = None
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._alias = f"{prefix}-passages"
        self._place = place
        self._own = generation

    @property
    def embedder(self) -> str | None:
        """Identity of the model that made the vectors; None while there is no index."""
        generation = self._generation()
        return generation.embedder if generation else None

    def next(self, embedder: str, dim: int) -> Self:
        """Return a new, empty generation; searches stay on the old one until it is published."""
        present = self._generation()
        number = int(present.index.rpartition("v")[2]) + 1 if present else 1
        generation = Generation(f"{self._alias}-v{number}", embedder, dim)
        with mapped(self._place):
            indices.put_passages_template(self._client, self._prefix)
            # A reindexing that was cut off may have left one.
            self._client.indices.delete(index=generation.index, ignore_unavailable=True)
            self._client.indices.create(
                index=generation.index,
                settings={"auto_expand_replicas": "0-1"},
                mappings={
                    **indices.mappings(indices.passages(dim), embedder=embedder, dim=dim),
                    # Searched, never shown; without them a document is a tenth.
                    "_source": {"excludes": ["vector", "prose"]},
                },
            )
        return type(self)(self._client, self._prefix, self._place, generation)

    def publish(self) -> None:
        """Make this generation the one that is searched, and drop the others, in one step."""
        if self._own is None:
            raise StoreError("only a new generation can be published")
        with mapped(self._place):
            there = self._client.indices.get(index=f"{self._alias}-v*", expand_wildcards="open")
            old = [name for name in there if name != self._own.index]
            actions: list[Document] = [{"remove_index": {"index": name}} for name in old]
            add = {"index": self._own.index, "alias": self._alias, "is_write_index": True}
            self._client.indices.update_aliases(actions=[*actions, {"add": add}])

    def replace(
        self,
        articles: Sequence[Article],
        passages: Sequence[Sequence[Passage]],
        vectors: Sequence[NDArray[np.float32]],
    ) -> dict[str, str]:
        """Make these the only passages of these articles; return those it refuses, and why.

        All passages of an article are on one shard, and one refresh shows the new ones and
        takes the old ones away, so that no search sees half of each. Of an article with a
        passage that is refused, none stays.
        """
        if not articles:
            return {}
        index = self._present().index
        table = Table(self._client, index, self._place)
        query: Document = {"terms": {"article_id": [a.id for a in articles]}}
        stale = {
            f"{d['article_id']}:{d['start']}-{d['end']}": d["article_id"]
            for d in table.each(query, [{"article_id": "asc"}, {"start": "asc"}])
        }
        owners: dict[str, str] = {}
        actions: list[Document] = []
        for article, some, rows in zip(articles, passages, vectors, strict=True):
            for passage, row in zip(some, rows, strict=True):
                stale.pop(passage.id, None)
                owners[passage.id] = article.id
                source = documents.passage_document(article, passage, row)
                actions.append({"_id": passage.id, "routing": article.id, "_source": source})
        unwritten = write(
            self._client, [*actions, *_deletions(stale)], index, self._place, alias=False
        )
        refused = {owners[one]: reason for one, reason in unwritten.refused.items()}
        if refused:
            half = {one: owner for one, owner in owners.items() if owner in refused}
            write(self._client, _deletions(half), index, self._place, alias=False)
        table.refresh()
        return refused

    def lexical(self, queries: Sequence[str], where: SearchFilter, limit: int) -> list[list[Hit]]:
        """Return hits by BM25 over title and text, read as each passage's language."""
        condition, fields = documents.condition(where)["bool"], documents.prose(where)

        def search(query: str) -> Document:
            match = {
                "query": " ".join(query.split()[:WORDS]),
                "fields": fields,
                "type": "most_fields",
            }
            return {"query": {"bool": {**condition, "must": [{"multi_match": match}]}}}

        answers = self._ask([search(query) for query in queries], limit)
        return [[documents.hit(d, lexical=score) for d, score in hits] for hits in answers]

    def dense(
        self, vectors: NDArray[np.float32], where: SearchFilter, limit: int
    ) -> list[list[Hit]]:
        """Return hits by cosine to each row."""
        condition = documents.condition(where)
        candidates = max(LEAST_CANDIDATES, CANDIDATES * limit)

        def search(vector: NDArray[np.float32]) -> Document:
            return {
                "knn": {
                    "field": "vector",
                    "query_vector": vector.tolist(),
                    "k": limit,
                    "num_candidates": candidates,
                    "rescore_vector": {"oversample": OVERSAMPLE},
                    "filter": condition,
                }
            }

        answers = self._ask([search(vector) for vector in vectors], limit)
        # Elasticsearch gives (1 + cosine) / 2.
        return [
            [documents.hit(d, dense=max(-1.0, min(1.0, 2 * score - 1))) for d, score in hits]
            for hits in answers
        ]

    def settle(self) -> None:
        """Do nothing: Elasticsearch merges by itself."""

    def count(self) -> int:
        """Return the number of passages."""
        generation = self._generation()
        if generation is None:
            return 0
        return Table(self._client, generation.index, self._place).count({"match_all": {}})

    def gaps(self) -> tuple[str, ...]:
        """Return what a search cannot see just now, in words."""
        if self._generation() is None:
            return ()
        with mapped(self._place):
            shards = self._client.search(index=self._alias, size=0)["_shards"]
        if missing := shards["total"] - shards["successful"]:
            return (f"{missing} of {shards['total']} shards of the index did not answer",)
        return ()

    def _ask(self, searches: Sequence[Document], limit: int) -> list[list[tuple[Document, float]]]:
        """Return documents with their scores for each search; nothing while there is no index."""
        found: list[list[tuple[Document, float]]] = []
        for start in range(0, len(searches), TOGETHER):
            some = [
                {**search, "size": limit, "_source": list(documents.SHOWN)}
                for search in searches[start : start + TOGETHER]
            ]
            answers = self._answers(some)
            for wait in WAITS:
                # The next generation may have been published while this one was searched, or
                # a node been lost: a replica is taken instead of it within moments.
                if all(_whole(answer) for answer in answers) or not self._generation():
                    break
                time.sleep(wait)
                answers = self._answers(some)
            for answer in answers:
                if error := answer.get("error"):
                    if error.get("type") == "index_not_found_exception":
                        return [[] for _ in searches]
                    reason = (error.get("root_cause") or [error])[0].get("reason")
                    raise StoreError(f"Elasticsearch at {self._place} refused a search: {reason}")
                found.append([(h["_source"], h["_score"]) for h in answer["hits"]["hits"]])
        return found

    def _answers(self, searches: Sequence[Document]) -> list[Document]:
        """Return the answer, or the error, of each search."""
        index = self._own.index if self._own else self._alias
        lines = [line for search in searches for line in ({"index": index}, search)]
        with mapped(self._place):
            answers: list[Document] = self._client.msearch(searches=lines)["responses"]
        return answers

    def _generation(self) -> Generation | None:
        from elasticsearch import NotFoundError

        if self._own:
            return self._own
        with mapped(self._place):
            try:
                there = self._client.indices.get_mapping(index=self._alias)
            except NotFoundError:
                return None
        ((index, found),) = there.items()
        meta = found["mappings"]["_meta"]
        return Generation(index, meta["embedder"], meta["dim"])

    def _present(self) -> Generation:
        generation = self._generation()
        if generation is None:
            raise IndexMismatch("there is no index yet; 'corroborate reindex' makes one")
        return generation


def _whole(answer: Document) -> bool:
    """Return whether every shard answered a search."""
    return "error" not in answer and not answer["_shards"]["failed"]


def _deletions(passages: Mapping[str, str]) -> list[Document]:
    """Return the actions that take passages away, of ids with the article that each is of."""
    return [{"_op_type": "delete", "_id": one, "routing": owner} for one, owner in passages.items()]
