"""A feed's entry as JSON text, as the books of all stores keep it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from corroborate.types import Entry


def dump_entry(entry: Entry | None) -> str | None:
    """Return an entry as JSON text."""
    return json.dumps(asdict(entry), default=datetime.isoformat) if entry else None


def load_entry(text: str | None) -> Entry | None:
    """Return the entry that :func:`dump_entry` wrote."""
    if text is None:
        return None
    values = json.loads(text)
    for name in ("published", "modified"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    return Entry(**values)
