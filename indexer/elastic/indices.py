"""The indices: what they are named, what is in them, and how they come to be."""

from __future__ import annotations

from typing import Any

from corroborate.errors import StoreError

#: Goes up with each change of what is in :data:`BOOKS`; later books are refused, and earlier
#: ones given the fields that were added.
VERSION = 2
_WORD = {"type": "keyword", "ignore_above": 8191}
#: Kept and given back, but not searched.
_KEPT = {"type": "keyword", "index": False, "doc_values": False}
_DAY = {"type": "date", "format": "strict_date"}
_NUMBER = {"type": "long"}
_FLAG = {"type": "boolean"}

#: The built-in analyzer of each language (ISO 639-1) that has one.
ANALYZERS = {
    "ar": "arabic", "bg": "bulgarian", "bn": "bengali", "ca": "catalan", "cs": "czech",
    "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french",
    "ga": "irish", "gl": "galician", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "ja": "cjk", "ko": "cjk", "lt": "lithuanian",
    "lv": "latvian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "th": "thai", "tr": "turkish", "zh": "cjk",
}  # fmt: skip
#: Where text is searched whose language is unknown or has no analyzer.
OTHER = "other"

#: Fields that a passage has of its article: to filter by and to show.
_SHARED = {
    "outlet": _WORD,
    "outlet_name": _WORD,
    "family": _WORD,
    "url": _KEPT,
    "language": _WORD,
    "published": _KEPT,
    "day": _DAY,
    "day_only": _FLAG,
}
ARTICLES = {
    **_SHARED,
    "id": _WORD,
    "title": _KEPT,
    "text": _KEPT,
    "authors": _KEPT,
    "agency": _KEPT,
    "modified": _KEPT,
    "fetched": _KEPT,
    "feed": _KEPT,
    "content_hash": _KEPT,
    "pending": _NUMBER,
}
FEEDS = {"url": _WORD, "position": _NUMBER, "due": _WORD, "paused": _FLAG, "state": _KEPT}
PAGES = {
    "url": _WORD,
    "outcome": _WORD,
    "fetched": _WORD,
    "attempts": _NUMBER,
    "reason": _KEPT,
    "article": _KEPT,
    "due": _WORD,
    "feed": _KEPT,
    "entry": _KEPT,
}
CHECKS = {
    "id": _WORD,
    "state": _WORD,
    "created": _WORD,
    "title": _KEPT,
    "source": _KEPT,
    "stage": _KEPT,
    "done": _NUMBER,
    "total": _NUMBER,
    "error": _KEPT,
    "report": _KEPT,
}
LOCKS = {"owner": _WORD, "until": {"type": "double"}}
BOOKS = {"articles": ARTICLES, "feeds": FEEDS, "pages": PAGES, "checks": CHECKS, "locks": LOCKS}


def put_passages_template(client: Any, prefix: str) -> None:
    """Have each generation of the passages be made by us alone, never by a write to its name.

    A template of the operator's own for the same names has a priority of 1 or more.
    """
    client.indices.put_index_template(
        name=f"{prefix}-passages",
        index_patterns=[f"{prefix}-passages-v*"],
        # What is in one depends on its model, and comes with the request that makes it.
        template={},
        allow_auto_create=False,
        priority=0,
    )


def passages(dim: int) -> dict[str, Any]:
    """Return the fields of a passage with vectors of this length."""
    return {
        **_SHARED,
        "article_id": _WORD,
        "start": _NUMBER,
        "end": _NUMBER,
        "title": _KEPT,
        "text": _KEPT,
        # What is searched: a passage is under its own language only.
        "prose": {
            "properties": {
                language: {"properties": {"title": _prose(analyzer), "text": _prose(analyzer)}}
                for language, analyzer in {**ANALYZERS, OTHER: "standard"}.items()
            }
        },
        "vector": {
            "type": "dense_vector",
            "dims": dim,
            "similarity": "cosine",
            "index_options": {"type": "int8_hnsw", "m": 16, "ef_construction": 100},
        },
    }


def _prose(analyzer: str) -> dict[str, Any]:
    return {"type": "text", "analyzer": analyzer}


def mappings(fields: dict[str, Any], **meta: Any) -> dict[str, Any]:
    """Return strict mappings: a field that is not named here is an error."""
    return {"dynamic": "strict", "properties": fields, "_meta": meta}


def noted(name: str, made: dict[str, Any], **what: type) -> list[Any]:
    """Return what Corroborate noted of an index when it made it.

    Args:
        name: Of the index.
        made: What the cluster says of it.
        what: What to return, and the type of each.

    Raises:
        StoreError: Another application made it.
    """
    meta = made["mappings"].get("_meta", {})
    if not all(isinstance(meta.get(one), type_) for one, type_ in what.items()):
        raise StoreError(
            f"{name} was made by another application: name another prefix in CORROBORATE_STORE"
        )
    return [meta[one] for one in what]


def make(client: Any, prefix: str) -> None:
    """Make the indices of the archive and the books that are not there yet.

    Raises:
        StoreError: Those that are there were made by a later version of Corroborate, or by
            another application.
    """
    from elasticsearch import BadRequestError

    names = [f"{prefix}-{name}" for name in BOOKS]
    there = client.indices.get_mapping(index=names, ignore_unavailable=True)
    versions = {name: noted(name, made, version=int)[0] for name, made in there.items()}
    for name, version in versions.items():
        if version > VERSION:
            raise StoreError(
                f"{name} was made by another version of Corroborate: use that one, or name "
                "another prefix in CORROBORATE_STORE"
            )
    earlier = any(version < VERSION for version in versions.values())
    if len(versions) == len(BOOKS) and not earlier:
        return
    for name, fields in BOOKS.items():
        client.indices.put_index_template(
            name=f"{prefix}-{name}",
            index_patterns=[f"{prefix}-{name}-v*"],
            template={
                "settings": {"auto_expand_replicas": "0-1"},
                "mappings": mappings(fields, version=VERSION),
                "aliases": {f"{prefix}-{name}": {}},
            },
            version=VERSION,
        )
        try:
            client.indices.create(index=f"{prefix}-{name}-v1", wait_for_active_shards=1)
        except BadRequestError as exc:
            # An earlier version made it, or another process was quicker.
            if exc.error != "resource_already_exists_exception":
                raise
    if earlier:
        _upgrade(client, prefix)


def _upgrade(client: Any, prefix: str) -> None:
    """Give books of version 1, which did not know when a page is due, what version 2 has."""
    pages = f"{prefix}-pages"
    client.indices.put_mapping(index=pages, properties=PAGES)
    client.update_by_query(
        index=pages,
        query={
            "bool": {
                "filter": [{"terms": {"outcome": ["waiting", "failed"]}}],
                "must_not": [{"exists": {"field": "due"}}],
            }
        },
        script={"source": "ctx._source.due = ctx._source.fetched"},
        refresh=True,
        conflicts="proceed",
    )
    for name in BOOKS:
        client.indices.put_mapping(index=f"{prefix}-{name}", meta={"version": VERSION})
