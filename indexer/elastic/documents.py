"""An article and a passage as documents, and back; a filter as a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from corroborate.types import Article, Hit, Outlet, Passage, SearchFilter
from indexer.elastic.indices import ANALYZERS, OTHER
from indexer.records import to_moment, to_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Fields that a hit is made of.
SHOWN = (
    "article_id", "start", "end", "text", "title", "outlet", "outlet_name", "family", "url",
    "published", "day_only", "language",
)  # fmt: skip


def _shared(article: Article) -> dict[str, Any]:
    published = to_text(article.published)
    return {
        "outlet": article.outlet.id,
        "outlet_name": article.outlet.name,
        "family": article.outlet.family,
        "title": article.title,
        "url": article.url,
        "language": article.language,
        "published": published,
        "day": published[:10] if published else None,
        "day_only": article.day_only,
    }


def article_document(article: Article, pending: int) -> dict[str, Any]:
    """Return an article as a document, at this place in the backlog."""
    return {
        **_shared(article),
        "id": article.id,
        "text": article.text,
        "authors": list(article.authors),
        "agency": article.agency,
        "modified": to_text(article.modified),
        "fetched": to_text(article.fetched),
        "feed": article.feed,
        "content_hash": article.content_hash,
        "pending": pending,
    }


def article(document: Mapping[str, Any]) -> Article:
    """Return the article of a document."""
    return Article(
        id=document["id"],
        outlet=_outlet(document),
        title=document["title"],
        text=document["text"],
        url=document["url"],
        authors=tuple(document["authors"]),
        agency=document["agency"],
        published=to_moment(document["published"]),
        day_only=document["day_only"],
        modified=to_moment(document["modified"]),
        language=document["language"],
        fetched=to_moment(document["fetched"]),
        feed=document["feed"],
        content_hash=document["content_hash"],
    )


def passage_document(
    article: Article, passage: Passage, vector: NDArray[np.float32]
) -> dict[str, Any]:
    """Return a passage as a document, with what it has of its article."""
    return {
        **_shared(article),
        "article_id": article.id,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "prose": {
            _analyzed(article.language): {"title": article.title, "text": passage.text},
        },
        "vector": vector.tolist(),
    }


def languages(where: SearchFilter) -> list[str]:
    """Return the languages under which a filter's passages are; empty: all that there are."""
    return sorted({OTHER, *map(_analyzed, where.languages)}) if where.languages else []


def _analyzed(language: str | None) -> str:
    return language if language in ANALYZERS else OTHER


def hit(
    document: Mapping[str, Any], *, lexical: float | None = None, dense: float | None = None
) -> Hit:
    """Return a passage as a hit with one of the two scores."""
    passage = Passage(document["article_id"], document["start"], document["end"], document["text"])
    return Hit(
        passage=passage,
        outlet=_outlet(document),
        title=document["title"],
        url=document["url"],
        published=to_moment(document["published"]),
        day_only=document["day_only"],
        score=(lexical if lexical is not None else dense) or 0.0,
        lexical=lexical,
        dense=dense,
        language=document["language"],
    )


def condition(where: SearchFilter, *, article_id: str = "article_id") -> dict[str, Any]:
    """Return a filter as a query; ``article_id`` is the field with the article's id."""
    must: list[dict[str, Any]] = []
    must_not: list[dict[str, Any]] = []
    if where.outlets:
        must.append({"terms": {"outlet": sorted(where.outlets)}})
    if where.exclude_outlets:
        must_not.append({"terms": {"outlet": sorted(where.exclude_outlets)}})
    if where.exclude_articles:
        must_not.append({"terms": {article_id: sorted(where.exclude_articles)}})
    if where.languages:
        must.append(_or_unknown("language", {"terms": {"language": sorted(where.languages)}}))
    for day, sign in ((where.since, "gte"), (where.until, "lte")):
        if day:
            must.append(_or_unknown("day", {"range": {"day": {sign: day.isoformat()}}}))
    return {"bool": {"filter": must, "must_not": must_not}}


def _or_unknown(field: str, query: dict[str, Any]) -> dict[str, Any]:
    unknown = {"bool": {"must_not": [{"exists": {"field": field}}]}}
    return {"bool": {"should": [query, unknown], "minimum_should_match": 1}}


def _outlet(document: Mapping[str, Any]) -> Outlet:
    return Outlet(document["outlet"], document["outlet_name"], document["family"])
