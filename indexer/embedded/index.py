"""The passage index in LanceDB: vectors and BM25 in one table, one table for each generation."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from corroborate.errors import IndexMismatch, StoreError
from corroborate.types import Article, Hit, Outlet, Passage, SearchFilter
from indexer.embedded.database import Database, to_moment, to_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Queries that run side by side; LanceDB leaves Python's lock while it works.
ABREAST = 4
#: Old versions of a table are kept for readers that are still on them.
KEEP = timedelta(minutes=10)

_SHOWN = (
    "article_id", "start", "end", "text", "title", "outlet", "outlet_name", "family", "url",
    "published", "day_only",
)  # fmt: skip


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
        present = self._generation()
        number = int(present.table.rpartition("v")[2]) + 1 if present else 1
        generation = Generation(f"passages_v{number}", embedder, dim)
        with _mapped():
            self._lance.create_table(generation.table, schema=_schema(dim), mode="overwrite")
        return type(self)(self._folder, self._database, generation)

    def publish(self) -> None:
        """Make this generation the one that is searched, and drop the others."""
        if self._own is None:
            raise StoreError("only a new generation can be published")
        own = self._own
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO facts (name, value) VALUES ('index', ?)",
                (json.dumps({"table": own.table, "embedder": own.embedder, "dim": own.dim}),),
            )
        with _mapped():
            for name in self._lance.list_tables().tables:
                if name != own.table:
                    self._lance.drop_table(name)

    def replace(
        self,
        articles: Sequence[Article],
        passages: Sequence[Sequence[Passage]],
        vectors: Sequence[NDArray[np.float32]],
    ) -> None:
        """Make these the only passages of these articles, in one commit."""
        import pyarrow as pa

        if not articles:
            return
        table, dim = self._table(), self._present().dim
        data = pa.Table.from_batches(
            [
                _batch(article, some, rows, dim)
                for article, some, rows in zip(articles, passages, vectors, strict=True)
            ]
        )
        mine = f"article_id IN ({_literals(a.id for a in articles)})"
        with _mapped():
            if table.count_rows(mine):
                merge = table.merge_insert("id").when_matched_update_all()
                merge = merge.when_not_matched_insert_all()
                merge.when_not_matched_by_source_delete(mine).execute(data)
            else:
                table.add(data)

    def lexical(self, queries: Sequence[str], where: SearchFilter, limit: int) -> list[list[Hit]]:
        """Return hits by BM25 over title and text."""
        from lancedb.query import MultiMatchQuery

        def search(table: Any, query: str) -> Any:
            words: Any = MultiMatchQuery(query, ["text", "title"])  # type: ignore[call-arg]
            return table.search(words, query_type="fts")

        return self._search(queries, search, where, limit, "_score")

    def dense(
        self, vectors: NDArray[np.float32], where: SearchFilter, limit: int
    ) -> list[list[Hit]]:
        """Return hits by cosine to each row."""

        def search(table: Any, vector: NDArray[np.float32]) -> Any:
            found = table.search(vector, query_type="vector", vector_column_name="vector")
            return found.distance_type("cosine").bypass_vector_index()

        return self._search(list(vectors), search, where, limit, "_distance")

    def settle(self) -> None:
        """Bring the text indexes up to date and merge small files."""
        table = self._table()
        with _mapped():
            if not table.count_rows():
                return
            present = {name for index in table.list_indices() for name in index.columns}
            for column in {"text", "title"} - present:
                table.create_fts_index(column, language="English", max_token_length=40)
            if "article_id" not in present:
                table.create_scalar_index("article_id", index_type="BTREE")
            table.optimize(cleanup_older_than=KEEP)

    def count(self) -> int:
        """Return the number of passages."""
        with _mapped():
            return int(self._table().count_rows()) if self._generation() else 0

    def _search(
        self,
        queries: Sequence[Any],
        search: Callable[[Any, Any], Any],
        where: SearchFilter,
        limit: int,
        score: str,
    ) -> list[list[Hit]]:
        if self._generation() is None:
            return [[] for _ in queries]
        table, condition = self._table(), _condition(where)
        columns = [*_SHOWN, score]

        def run(query: Any) -> list[Hit]:
            found = search(table, query).select(columns).limit(limit)
            if condition:
                found = found.where(condition, prefilter=True)
            return [_hit(row, score) for row in found.to_list()]

        with _mapped():
            if not table.count_rows() or (score == "_score" and not table.list_indices()):
                return [[] for _ in queries]
            with ThreadPoolExecutor(ABREAST) as pool:
                return list(pool.map(run, queries))

    @cached_property
    def _lance(self) -> Any:
        # Its notices about new tables are nothing that a user should see.
        os.environ.setdefault("LANCEDB_LOG", "error")
        import lancedb

        with _mapped():
            return lancedb.connect(self._folder, read_consistency_interval=timedelta(0))

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

    def _table(self) -> Any:
        name = self._present().table
        with _mapped():
            return self._lance.open_table(name)


@contextmanager
def _mapped() -> Iterator[None]:
    """Map LanceDB's errors to :class:`StoreError`."""
    try:
        yield
    except StoreError:
        raise
    except Exception as exc:  # LanceDB raises RuntimeError, ValueError, OSError and more
        line = str(exc).strip().split("\n")[0][:300]
        raise StoreError(f"the passage index does not answer: {line}") from exc


def _schema(dim: int) -> Any:
    import pyarrow as pa

    words = dict.fromkeys(
        ("id", "article_id", "text", "title", "outlet", "outlet_name", "family", "url",
         "language", "published", "day"),
        pa.string(),
    )  # fmt: skip
    return pa.schema(
        {
            **words,
            "start": pa.int32(),
            "end": pa.int32(),
            "day_only": pa.bool_(),
            "vector": pa.list_(pa.float32(), dim),
        }
    )


def _batch(
    article: Article, passages: Sequence[Passage], vectors: NDArray[np.float32], dim: int
) -> Any:
    """Return an article's passages as an Arrow record batch."""
    import pyarrow as pa

    n = len(passages)
    published = to_text(article.published)
    same = {
        "article_id": article.id,
        "title": article.title,
        "outlet": article.outlet.id,
        "outlet_name": article.outlet.name,
        "family": article.outlet.family,
        "url": article.url,
        "language": article.language,
        "published": published,
        "day": published[:10] if published else None,
        "day_only": article.day_only,
    }
    columns: dict[str, Any] = {name: [value] * n for name, value in same.items()}
    flat = np.asarray(vectors, dtype=np.float32).reshape(n * dim)
    columns |= {
        "id": [p.id for p in passages],
        "text": [p.text for p in passages],
        "start": [p.start for p in passages],
        "end": [p.end for p in passages],
        "vector": pa.FixedSizeListArray.from_arrays(pa.array(flat), dim),
    }
    return pa.RecordBatch.from_pydict(columns, schema=_schema(dim))


def _hit(row: Mapping[str, Any], score: str) -> Hit:
    value = 1 - row[score] if score == "_distance" else row[score]
    return Hit(
        passage=Passage(row["article_id"], row["start"], row["end"], row["text"]),
        outlet=Outlet(row["outlet"], row["outlet_name"], row["family"]),
        title=row["title"],
        url=row["url"],
        published=to_moment(row["published"]),
        day_only=row["day_only"],
        score=value,
        lexical=value if score == "_score" else None,
        dense=value if score == "_distance" else None,
    )


def _condition(where: SearchFilter) -> str:
    """Return the filter as SQL for LanceDB."""
    parts = []
    if where.outlets:
        parts.append(f"outlet IN ({_literals(where.outlets)})")
    if where.exclude_outlets:
        parts.append(f"outlet NOT IN ({_literals(where.exclude_outlets)})")
    if where.exclude_articles:
        parts.append(f"article_id NOT IN ({_literals(where.exclude_articles)})")
    if where.languages:
        parts.append(f"(language IS NULL OR language IN ({_literals(where.languages)}))")
    parts += [
        f"(day IS NULL OR day {sign} '{day.isoformat()}')"
        for sign, day in ((">=", where.since), ("<=", where.until))
        if isinstance(day, date)
    ]
    return " AND ".join(parts)


def _literals(values: Iterable[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values))
