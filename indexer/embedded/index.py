"""The passage index in LanceDB: vectors and BM25 in one table, one table for each generation."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from corroborate.errors import IndexMismatch, StoreError
from corroborate.types import Article, Hit, Passage, SearchFilter
from indexer.embedded import rows
from indexer.embedded.database import Database
from indexer.embedded.lance import connect, mapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Lexical queries that run side by side; LanceDB leaves Python's lock while it works.
ABREAST = 4
#: Vectors that are searched in one scan of the table.
TOGETHER = 32
#: Old versions of a table are kept for readers that are still on them.
KEEP = timedelta(minutes=10)

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Generation:
    """One table of passages, and the model its vectors are of."""

    table: str
    embedder: str
    dim: int


class LanceIndex:
    """See :class:`~corroborate.protocols.PassageIndex`.

    Args:
        folder: Where LanceDB keeps its tables.
        database: Remembers which generation is searched.
        generation: The generation this object stands for; None: the one that is searched.
    """

    def __init__(
        self, folder: Path, database: Database, generation: Generation | None = None
    ) -> None:
        self._folder = folder
        self._database = database
        self._own = generation

    @property
    def embedder(self) -> str | None:
        """Identity of the model that made the vectors; None while there is no index."""
        generation = self._generation()
        return generation.embedder if generation else None

    def next(self, embedder: str, dim: int) -> Self:
        """Return a new, empty generation; searches stay on the old one until it is published."""
        lance, present = self._lance, self._generation()
        from lancedb.index import FTS, Bitmap, BTree

        number = int(present.table.rpartition("v")[2]) + 1 if present else 1
        generation = Generation(f"passages_v{number}", embedder, dim)
        with mapped():
            table = lance.create_table(generation.table, schema=rows.schema(dim), mode="overwrite")
            for column in ("text", "title"):
                table.create_index(column, config=FTS(language="English", max_token_length=40))
            # Without those that are filtered by, a search reads every row's.
            for column in ("article_id", "day"):
                table.create_index(column, config=BTree())
            for column in ("outlet", "language"):
                table.create_index(column, config=Bitmap())
        return type(self)(self._folder, self._database, generation)

    def publish(self) -> None:
        """Make this generation the one that is searched, and drop the others."""
        if self._own is None:
            raise StoreError("only a new generation can be published")
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO facts (name, value) VALUES ('index', ?)",
                (json.dumps(asdict(self._own)),),
            )
        with mapped():
            for folder in self._folder.glob("*.lance"):
                if folder.stem != self._own.table:
                    self._lance.drop_table(folder.stem)

    def replace(
        self,
        articles: Sequence[Article],
        passages: Sequence[Sequence[Passage]],
        vectors: Sequence[NDArray[np.float32]],
    ) -> dict[str, str]:
        """Make these the only passages of these articles, in one commit; it refuses none."""
        import pyarrow as pa

        if not articles:
            return {}
        generation = self._present()
        data = pa.Table.from_batches(
            [
                rows.batch(article, some, unit, generation.dim)
                for article, some, unit in zip(articles, passages, vectors, strict=True)
            ]
        )
        mine = f"article_id IN ({rows.literals(a.id for a in articles)})"
        with mapped():
            table = self._lance.open_table(generation.table)
            if table.count_rows(mine):
                merge = table.merge_insert("id").when_matched_update_all()
                merge = merge.when_not_matched_insert_all()
                merge.when_not_matched_by_source_delete(mine).execute(data)
            elif data.num_rows:
                table.add(data)
        return {}

    def lexical(self, queries: Sequence[str], where: SearchFilter, limit: int) -> list[list[Hit]]:
        """Return hits by BM25 over title and text."""

        def ask(table: Any) -> list[list[Hit]]:
            from lancedb.query import MultiMatchQuery

            def one(query: str) -> list[Hit]:
                # A query of its own type: nothing in the words is an operator.
                words: Any = MultiMatchQuery(query, ["text", "title"])  # type: ignore[call-arg]
                found = _found(table.search(words, query_type="fts"), "_score", where, limit)
                return [rows.hit(row, lexical=row["_score"]) for row in found]

            with ThreadPoolExecutor(ABREAST) as pool:
                return list(pool.map(one, queries))

        return self._ask(ask) or [[] for _ in queries]

    def dense(
        self, vectors: NDArray[np.float32], where: SearchFilter, limit: int
    ) -> list[list[Hit]]:
        """Return hits by cosine to each row."""

        def ask(table: Any) -> list[list[Hit]]:
            hits: list[list[Hit]] = [[] for _ in vectors]
            for start in range(0, len(vectors), TOGETHER):
                some = [row.tolist() for row in vectors[start : start + TOGETHER]]
                search = table.search(some, query_type="vector", vector_column_name="vector")
                search = search.distance_type("cosine").bypass_vector_index()
                for row in _found(search, "_distance", where, limit):
                    hit = rows.hit(row, dense=max(-1.0, min(1.0, 1 - row["_distance"])))
                    hits[start + row.get("query_index", 0)].append(hit)
            return hits

        return self._ask(ask) or [[] for _ in vectors]

    def cosines(
        self, vectors: NDArray[np.float32], passages: Sequence[Collection[Passage]]
    ) -> list[dict[str, float]]:
        """Return the cosine of each row to passages of its own, by their ids."""
        wanted = {p.id: p.article_id for p in chain.from_iterable(passages)}

        def ask(table: Any) -> list[dict[str, float]]:
            # Only the articles' ids have an index.
            mine = f"article_id IN ({rows.literals(set(wanted.values()))})"
            search = table.search().where(f"{mine} AND id IN ({rows.literals(wanted)})")
            found = search.select(["id", "vector"]).limit(len(wanted)).to_arrow()
            units = np.stack(found["vector"].to_numpy()) if len(found) else np.empty((0, 0))
            places = {one: i for i, one in enumerate(found["id"].to_pylist())}
            return [
                {p.id: float(units[places[p.id]] @ row) for p in some if p.id in places}
                for row, some in zip(vectors, passages, strict=True)
            ]

        return (self._ask(ask) if wanted else []) or [{} for _ in passages]

    def settle(self) -> None:
        """Bring the text indexes up to date and merge small files."""
        with mapped():
            self._lance.open_table(self._present().table).optimize(cleanup_older_than=KEEP)

    def count(self) -> int:
        """Return the number of passages."""
        return sum(self._ask(lambda table: [int(table.count_rows())]))

    def _ask(self, ask: Callable[[Any], list[_Answer]]) -> list[_Answer]:
        """Return what the searched table answers; nothing while there is none."""
        while generation := self._generation():
            try:
                with mapped():
                    return ask(self._lance.open_table(generation.table))
            except StoreError:
                # Another process may have published the next generation and dropped this one.
                if generation == self._generation():
                    raise
        return []

    @cached_property
    def _lance(self) -> Any:
        return connect(self._folder)

    def _generation(self) -> Generation | None:
        if self._own:
            return self._own
        fact = self._database.fact("index")
        return Generation(**json.loads(fact)) if fact else None

    def _present(self) -> Generation:
        generation = self._generation()
        if generation is None:
            raise IndexMismatch("there is no index yet; 'corroborate reindex' makes one")
        return generation


def _found(search: Any, score: str, where: SearchFilter, limit: int) -> list[dict[str, Any]]:
    """Run a search under a filter and return its rows."""
    search = search.select([*rows.SHOWN, score]).limit(limit)
    if condition := rows.condition(where):
        search = search.where(condition, prefilter=True)
    found: list[dict[str, Any]] = search.to_list()
    return found
