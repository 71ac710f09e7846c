"""The indices: what they are named, what is in them, and how they come to be."""

from __future__ import annotations

from typing import Any

from corroborate.errors import StoreError

#: Goes up with each change of what is in :data:`BOOKS`; books of another version are refused.
VERSION = 1
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


def make(client: Any, prefix: str) -> None:
    """Make the indices of the archive and the books that are not there yet.

    Raises:
        StoreError: Those that are there were made by another version of Corroborate.
    """
    from elasticsearch import BadRequestError

    names = [f"{prefix}-{name}" for name in BOOKS]
    there = client.indices.get_mapping(index=names, ignore_unavailable=True)
    for name, made in there.items():
        if made["mappings"]["_meta"]["version"] != VERSION:
            raise StoreError(
                f"{name} was made by another version of Corroborate: use that one, or name "
                "another prefix in CORROBORATE_STORE"
            )
    if len(there.body) == len(BOOKS):
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
            client.indices.create(index=f"{prefix}-{name}-v{VERSION}", wait_for_active_shards=1)
        except BadRequestError as exc:
            # Another process was quicker.
            if exc.error != "resource_already_exists_exception":
                raise
