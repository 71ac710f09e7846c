"""What Prometheus is told: counters of this process, and gauges read from the store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from corroborate.protocols import Store

REGISTRY = CollectorRegistry()
FEEDS = Counter("corroborate_polls", "Feeds polled, by outcome.", ["outcome"], registry=REGISTRY)
PAGES = Counter("corroborate_pages", "Pages taken, by outcome.", ["outcome"], registry=REGISTRY)


class StoreGauges(Collector):
    """Reads the store whenever Prometheus asks.

    Args:
        store: The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterable[Metric]:
        """Yield how much the store holds, and how its feeds fare."""
        overview, feeds = self._store.overview(), self._store.feeds.all()
        values = {
            "articles": ("Articles archived.", overview.articles),
            "backlog": ("Articles archived but not indexed.", overview.backlog),
            "feeds": ("Feeds that are configured.", len(feeds)),
            "feeds_failing": ("Feeds whose last poll failed.", sum(f.failing for f in feeds)),
        }
        for name, (what, value) in values.items():
            yield GaugeMetricFamily(f"corroborate_{name}", what, value=value)
        pages = GaugeMetricFamily(
            "corroborate_pages_known", "Pages that feeds led to, by outcome.", labels=["outcome"]
        )
        for outcome, count in self._store.pages.counts().items():
            pages.add_metric([outcome], count)
        yield pages


def serve(port: int, store: Store) -> None:
    """Answer Prometheus on a port of all addresses, in a thread of its own."""
    REGISTRY.register(StoreGauges(store))
    start_http_server(port, registry=REGISTRY)
