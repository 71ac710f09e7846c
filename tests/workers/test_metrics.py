"""Prometheus reads what workers did and what the store holds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from corroborate.types import Feed, PageRecord
from indexer.opening import open_store
from workers import metrics

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


def test_the_store_is_read_whenever_prometheus_asks(tmp_path: Path) -> None:
    """Feeds, failing ones, backlog and pages by outcome are as they are now."""
    store = open_store(str(tmp_path))
    registry = CollectorRegistry()
    registry.register(metrics.StoreGauges(store))
    assert "corroborate_feeds 0.0" in generate_latest(registry).decode()
    store.feeds.put([Feed("https://a.example/rss"), Feed("https://b.example/rss", failures=2)])
    store.pages.put([PageRecord("https://a.example/1", "paywall stub", NOW)])
    lines = generate_latest(registry).decode().splitlines()
    assert {
        "corroborate_feeds 2.0",
        "corroborate_feeds_failing 1.0",
        "corroborate_articles 0.0",
        "corroborate_backlog 0.0",
        'corroborate_pages_known{outcome="paywall stub"} 1.0',
    } <= set(lines)


def test_polls_and_pages_are_counted_by_outcome() -> None:
    """The counters have the names that the docs give."""
    metrics.FEEDS.labels("read").inc(0)
    metrics.PAGES.labels("no article").inc(0)
    text = generate_latest(metrics.REGISTRY).decode()
    assert 'corroborate_polls_total{outcome="read"}' in text
    assert 'corroborate_pages_total{outcome="no article"}' in text
