"""A passage as a row of LanceDB, and back as a hit; a filter as its SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corroborate.types import Article, Hit, Outlet, Passage, SearchFilter
from indexer.records import to_moment, to_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Columns that a hit is made of.
SHOWN = (
    "article_id", "start", "end", "text", "title", "outlet", "outlet_name", "family", "url",
    "published", "day_only", "language",
)  # fmt: skip


def schema(dim: int) -> Any:
    """Return the Arrow schema of a table for vectors of this length."""
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


def batch(
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
    return pa.RecordBatch.from_pydict(columns, schema=schema(dim))


def hit(row: Mapping[str, Any], *, lexical: float | None = None, dense: float | None = None) -> Hit:
    """Return a row as a hit with one of the two scores."""
    return Hit(
        passage=Passage(row["article_id"], row["start"], row["end"], row["text"]),
        outlet=Outlet(row["outlet"], row["outlet_name"], row["family"]),
        title=row["title"],
        url=row["url"],
        published=to_moment(row["published"]),
        day_only=row["day_only"],
        score=(lexical if lexical is not None else dense) or 0.0,
        lexical=lexical,
        dense=dense,
        language=row["language"],
    )


def condition(where: SearchFilter) -> str:
    """Return a filter as SQL; empty where everything passes."""
    parts = []
    if where.outlets:
        parts.append(f"outlet IN ({literals(where.outlets)})")
    if where.exclude_outlets:
        parts.append(f"outlet NOT IN ({literals(where.exclude_outlets)})")
    if where.exclude_articles:
        parts.append(f"article_id NOT IN ({literals(where.exclude_articles)})")
    if where.languages:
        parts.append(f"(language IS NULL OR language IN ({literals(where.languages)}))")
    if where.since:
        parts.append(f"(day IS NULL OR day >= '{where.since.isoformat()}')")
    if where.until:
        parts.append(f"(day IS NULL OR day <= '{where.until.isoformat()}')")
    return " AND ".join(parts)


def literals(values: Iterable[str]) -> str:
    """Return strings as a list of SQL literals."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values))
