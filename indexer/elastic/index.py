"""The passage index in Elasticsearch: BM25 and quantised vectors, one index a generation."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

import numpy as np

from corroborate.errors import IndexMismatch, StoreError
from corroborate.types import Article, Hit, Passage, SearchFilter
from indexer.elastic import documents, indices
from indexer.elastic.bulk import write
from indexer.elastic.client import error, mapped
from indexer.elastic.lock import Lock
from indexer.elastic.table import Document, Table
from indexer.elastic.words import matches

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Searches of one request.
TOGETHER = 32
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


class _Missed(threading.local):
    """What the searches of each thread did not see, in words."""

    def __init__(self) -> None:
        self.gaps: set[str] = set()


class ElasticIndex:
    """See :class:`~corroborate.protocols.PassageIndex`.

    Args:
        client: Of the cluster.
        prefix: Of the names of the indices.
        place: Name of the cluster, for errors.
        lock: The right to index.
        generation: The generation this object stands for; None: the one that is searched.
    """

    def __init__(
        self,
        client: Any,
        prefix: str,
        place: str,
        lock: Lock,
        generation: Generation | None = None,
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._alias = f"{prefix}-passages"
        self._place = place
        self._lock = lock
        self._own = generation
        self._missed = _Missed()

    @property
    def embedder(self) -> str | None:
        """Identity of the model that made the vectors; None while there is no index."""
        generation = self._generation()
        return generation.embedder if generation else None

    def next(self, embedder: str, dim: int) -> Self:
        """Return a new, empty generation; searches stay on the old one until it is published."""
        present = self._generation()
        number = _number(present.index) + 1 if present else 1
        # Nobody who stood still in the middle of a reindexing finds his index under this name.
        generation = Generation(f"{self._alias}-v{number}-{uuid4().hex[:8]}", embedder, dim)
        with mapped(self._place):
            indices.put_passages_template(self._client, self._prefix)
            self._client.indices.create(
                index=generation.index,
                # Passages are seen when replacing them is done, not every second in between.
                settings={"auto_expand_replicas": "0-1", "refresh_interval": "-1"},
                mappings={
                    **indices.mappings(indices.passages(dim), embedder=embedder, dim=dim),
                    # Searched, never shown; without them a document is a tenth.
                    "_source": {"excludes": ["vector", "prose"]},
                },
            )
        return type(self)(self._client, self._prefix, self._place, self._lock, generation)

    def publish(self) -> None:
        """Make this generation the one that is searched, and drop the others, in one step."""
        if self._own is None:
            raise StoreError("only a new generation can be published")
        with self._fenced():
            self._make_only(self._own.index)

    def take_over(self) -> None:
        """Shut out whoever held the lock before, and may only have stood still.

        What they still send is for an alias or a generation that is gone, and is refused.
        """
        present = self._generation()
        with mapped(self._place):
            self._make_only(present.index if present else None)

    def _make_only(self, index: str | None) -> None:
        """Search one generation, write it under our own name, and drop the others, in one step.

        Nothing is done if it is gone. What another process makes that takes the lock after it
        was checked is none of those that are dropped, and no index of another application is.
        """
        there = self._client.indices.get(index=f"{self._alias}-v*", expand_wildcards="open")
        self._lock.check()
        ours = [i for i, made in there.items() if "embedder" in made["mappings"].get("_meta", {})]
        actions: list[Document] = [{"remove_index": {"index": i}} for i in ours if i != index]
        if index:
            actions.append({"add": {"index": index, "alias": self._alias, "is_write_index": True}})
        if index and self._lock.owner:
            others = {"index": index, "alias": f"{self._alias}-by-*", "must_exist": False}
            actions += [{"remove": others}, {"add": {"index": index, "alias": self._writer}}]
        if actions:
            self._client.indices.update_aliases(actions=actions)

    @property
    def _writer(self) -> str:
        """The name that only this process writes under, while it holds the lock."""
        return f"{self._alias}-by-{self._lock.owner}"

    @contextmanager
    def _fenced(self) -> Iterator[None]:
        """Map errors, and say so where they come of another process having taken over."""
        try:
            with mapped(self._place):
                yield
        except StoreError:
            self._lock.check()
            raise

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
        self._lock.check()
        with self._fenced():
            return self._replace(articles, passages, vectors)

    def _replace(
        self,
        articles: Sequence[Article],
        passages: Sequence[Sequence[Passage]],
        vectors: Sequence[NDArray[np.float32]],
    ) -> dict[str, str]:
        table = Table(self._client, self._present().index, self._place)
        # A process that was killed may have left what no search has seen yet.
        table.refresh()
        query: Document = {"terms": {"article_id": [a.id for a in articles]}}
        stale = {
            f"{d['article_id']}:{d['start']}-{d['end']}": d["article_id"]
            for d in table.each(
                query, [{"article_id": "asc"}, {"start": "asc"}, {"end": "asc"}], without=["text"]
            )
        }
        owners: dict[str, str] = {}
        actions: list[Document] = []
        for article, some, rows in zip(articles, passages, vectors, strict=True):
            for passage, row in zip(some, rows, strict=True):
                stale.pop(passage.id, None)
                owners[passage.id] = article.id
                source = documents.passage_document(article, passage, row)
                actions.append({"_id": passage.id, "routing": article.id, "_source": source})
        refused = {owners[i]: why for i, why in self._write([*actions, *_deletions(stale)]).items()}
        if refused:
            half = {one: owner for one, owner in owners.items() if owner in refused}
            self._write(_deletions(half))
        table.refresh()
        return refused

    def _write(self, actions: Sequence[Document]) -> dict[str, str]:
        """Carry out actions on passages; return why the server refuses some, by their ids."""
        alias = self._own is None and self._lock.owner is not None
        index = self._writer if alias else self._present().index
        return write(self._client, actions, index, self._place, alias=alias).refused

    def lexical(self, queries: Sequence[str], where: SearchFilter, limit: int) -> list[list[Hit]]:
        """Return hits by BM25 over title and text, read as each passage's language."""
        if not queries:
            return []
        condition = documents.condition(where)["bool"]
        languages = documents.languages(where) or self._languages()
        parts = [(i, m) for i, query in enumerate(queries) for m in matches(query, languages)]
        answers = self._ask(
            [{"query": {"bool": {**condition, "must": [m]}}} for _, m in parts], limit
        )
        hits: list[list[Hit]] = [[] for _ in queries]
        for (i, _), answer in zip(parts, answers, strict=True):
            hits[i] += [documents.hit(d, lexical=score) for d, score in answer]
        return [sorted(some, key=lambda hit: -hit.score)[:limit] for some in hits]

    def dense(
        self, vectors: NDArray[np.float32], where: SearchFilter, limit: int
    ) -> list[list[Hit]]:
        """Return hits by cosine to each row."""
        condition = documents.condition(where)
        return self._near([_nearest(vector, condition, limit) for vector in vectors], limit)

    def cosines(
        self, vectors: NDArray[np.float32], passages: Sequence[Collection[Passage]]
    ) -> list[dict[str, float]]:
        """Return the cosine of each row to passages of its own, by their ids."""
        limit = max(map(len, passages), default=0)
        asked = [i for i, some in enumerate(passages) if some]
        conditions = [{"ids": {"values": [p.id for p in passages[i]]}} for i in asked]
        answers = self._near(
            [_nearest(vectors[i], c, limit) for i, c in zip(asked, conditions, strict=True)], limit
        )
        cosines: list[dict[str, float]] = [{} for _ in passages]
        for i, hits in zip(asked, answers, strict=True):
            cosines[i] = {hit.passage.id: hit.score for hit in hits}
        return cosines

    def settle(self) -> None:
        """Do nothing: Elasticsearch merges by itself."""

    def count(self) -> int:
        """Return the number of passages."""
        generation = self._generation()
        if generation is None:
            return 0
        return Table(self._client, generation.index, self._place).count({"match_all": {}})

    def gaps(self) -> tuple[str, ...]:
        """Return what searches of this thread did not see since it last asked, or would not now."""
        self._ask([{}], 0)
        gaps = tuple(sorted(self._missed.gaps))
        self._missed.gaps.clear()
        return gaps

    def _near(self, searches: Sequence[Document], limit: int) -> list[list[Hit]]:
        """Return hits by cosine for each search; Elasticsearch scores by (1 + cosine) / 2."""
        return [
            [documents.hit(d, dense=max(-1.0, min(1.0, 2 * score - 1))) for d, score in hits]
            for hits in self._ask(searches, limit)
        ]

    def _ask(self, searches: Sequence[Document], limit: int) -> list[list[tuple[Document, float]]]:
        """Return documents with their scores for each search; nothing while there is no index."""
        found: list[list[tuple[Document, float]]] = []
        for start in range(0, len(searches), TOGETHER):
            some = [
                {
                    **search,
                    "size": limit,
                    "_source": list(documents.SHOWN),
                    "track_total_hits": False,
                }
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
                if fault := answer.get("error"):
                    if fault["type"] == "index_not_found_exception":
                        self._missed.gaps.add("there is no index; 'corroborate reindex' makes one")
                        return [[] for _ in searches]
                    reason = str((fault.get("root_cause") or [fault])[0].get("reason"))
                    raise error(self._place, answer["status"], fault["type"], reason)
                if missing := _missing(answer):
                    total = answer["_shards"]["total"]
                    self._missed.gaps.add(
                        f"{missing} of {total} shards of the index did not answer"
                    )
                found.append([(h["_source"], h["_score"]) for h in answer["hits"]["hits"]])
        return found

    def _languages(self) -> list[str]:
        """Return the languages that passages are under; fields without any cost a search time."""
        from elasticsearch import ApiError

        with mapped(self._place):
            for wait in WAITS:
                try:
                    return self._spoken()
                except ApiError as exc:
                    # The next generation was published, and this one dropped, meanwhile: there
                    # is none of that name, or the server falls over one that is half gone.
                    if exc.status_code not in (404, 500):
                        raise
                    time.sleep(wait)
            return self._spoken()

    def _spoken(self) -> list[str]:
        fields = self._client.field_caps(
            index=self._searched,
            fields="prose.*.*",
            filters="-parent",
            include_empty_fields=False,
            ignore_unavailable=True,
        )["fields"]
        return sorted({field.split(".")[1] for field in fields}) or [indices.OTHER]

    def _answers(self, searches: Sequence[Document]) -> list[Document]:
        """Return the answer, or the error, of each search."""
        lines = [line for search in searches for line in ({"index": self._searched}, search)]
        with mapped(self._place):
            answers: list[Document] = self._client.msearch(searches=lines)["responses"]
        return answers

    @property
    def _searched(self) -> str:
        return self._own.index if self._own else self._alias

    def _generation(self) -> Generation | None:
        from elasticsearch import NotFoundError

        if self._own:
            return self._own
        with mapped(self._place):
            try:
                there = self._client.indices.get_mapping(index=self._alias)
            except NotFoundError:
                return None
        # More than one only where another application's is among them.
        return [
            Generation(index, *indices.noted(index, made, embedder=str, dim=int))
            for index, made in there.items()
        ].pop()

    def _present(self) -> Generation:
        generation = self._generation()
        if generation is None:
            raise IndexMismatch("there is no index yet; 'corroborate reindex' makes one")
        return generation


def _nearest(vector: NDArray[np.float32], condition: Document, limit: int) -> Document:
    """Return the search for the passages nearest to a vector among those that pass a filter."""
    return {
        "knn": {
            "field": "vector",
            "query_vector": vector.tolist(),
            "k": limit,
            "num_candidates": max(LEAST_CANDIDATES, CANDIDATES * limit),
            "rescore_vector": {"oversample": OVERSAMPLE},
            "filter": condition,
        }
    }


def _whole(answer: Document) -> bool:
    """Return whether every shard answered a search."""
    return "error" not in answer and not _missing(answer)


def _missing(answer: Document) -> int:
    """Return how many shards did not answer a search."""
    return int(answer["_shards"]["total"] - answer["_shards"]["successful"])


def _number(index: str) -> int:
    """Return which generation an index is, of its name ``…-passages-v12-0a1b2c3d``."""
    return int(index.rpartition("-passages-v")[2].partition("-")[0])


def _deletions(passages: Mapping[str, str]) -> list[Document]:
    """Return the actions that take passages away, of ids with the article that each is of."""
    return [{"_op_type": "delete", "_id": one, "routing": owner} for one, owner in passages.items()]
