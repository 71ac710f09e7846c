"""Moments, entries and feeds as text, as the books of all stores keep them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from corroborate.types import Entry, FailingFeed, Feed, FeedKind

_TIMES = frozenset(f.name for f in fields(Feed) if "datetime" in str(f.type))


def to_text(moment: datetime | None) -> str | None:
    """Return a moment as sortable text, UTC."""
    return moment.astimezone(UTC).isoformat() if moment else None


def to_moment(text: str | None) -> datetime | None:
    """Return the moment that :func:`to_text` wrote."""
    return datetime.fromisoformat(text) if text else None


def dump_entry(entry: Entry | None) -> str | None:
    """Return an entry as JSON text."""
    return json.dumps(asdict(entry), default=to_text) if entry else None


def load_entry(text: str | None) -> Entry | None:
    """Return the entry that :func:`dump_entry` wrote."""
    if text is None:
        return None
    values: dict[str, Any] = json.loads(text)
    values.update({name: to_moment(values[name]) for name in ("published", "modified")})
    return Entry(**values)


def dump_feed(feed: Feed) -> str:
    """Return a feed as JSON text."""
    return json.dumps(asdict(feed), default=to_text, ensure_ascii=False)


def load_feed(text: str) -> Feed:
    """Return the feed that :func:`dump_feed` wrote."""
    values: dict[str, Any] = json.loads(text)
    values.update({name: to_moment(values[name]) for name in _TIMES if values.get(name)})
    values["kind"] = FeedKind(values["kind"]) if values.get("kind") else None
    return Feed(**values)


def failing(feeds: Sequence[Feed]) -> tuple[FailingFeed, ...]:
    """Return the feeds that are failing, as a report's coverage names them."""
    return tuple(
        FailingFeed(f.url, f.title, f.error or "failing", f.succeeded) for f in feeds if f.failing
    )
