"""Every feed of the shared data, well-formed or not, is read or refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from corroborate.errors import FeedError
from corroborate.types import Page
from workers.feeds import MOST_TITLE, read_feed

FOLDER = Path(__file__).parents[3] / "shared/data/feeds"
FETCHED = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
URL = "https://www.harbour-herald.example/feed"


@pytest.mark.skipif(not FOLDER.is_dir(), reason="needs ../shared/data/feeds")
def test_every_real_and_malformed_feed_is_read_or_refused() -> None:
    """Entries have web addresses, one line as title and sane times; errors are FeedErrors."""
    files = sorted(file for file in FOLDER.rglob("*") if file.is_file())
    assert len(files) > 500
    read = 0
    for file in files:
        try:
            got = read_feed(Page(URL, URL, 200, {}, file.read_bytes(), FETCHED))
        except FeedError:
            continue
        read += 1
        for entry in got.entries:
            assert entry.url.startswith(("http://", "https://")), file
            assert entry.title == " ".join(entry.title.split())[:MOST_TITLE], file
            times = [t for t in (entry.published, entry.modified) if t]
            assert all(t.tzinfo and 1990 <= t.year <= 2026 for t in times), file
    assert read > 200
