"""A crawl worker holds no model: neither the embedder's nor what would run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from corroborate.types import Feed
from indexer.opening import open_store
from tests.workers.pages import html_page
from tests.workers.redis_server import RedisServer
from tests.workers.web import Answer, Web

#: What a crawl worker does, from one look of beat to an archived page.
WORK = """
import sys
from workers import tasks
from workers.crawl import LISTED

crawler = tasks._crawler()
for feed in crawler.store.feeds.all():
    tasks.poll(feed.url, None)
for page in crawler.store.pages.due(crawler.now(), LISTED):
    tasks.take([page.url], page.due.isoformat())
tasks.dispatch()
print(crawler.store.overview().articles, *sys.modules)
"""
MODELS = {
    "corroborate.models.runtime",
    "indexer.embedder",
    "onnxruntime",
    "sentence_transformers",
    "tokenizers",
    "torch",
}


def test_a_crawl_worker_loads_no_model(web: Web, redis_server: RedisServer, tmp_path: Path) -> None:
    """It polls a feed and archives a page with neither; only indexing needs the embedder."""
    redis_server.start()
    folder = tmp_path / "store"
    page = web.put(web.url("/1"), Answer(html_page().encode()))
    listed = f'<rss version="2.0"><channel><item><link>{page}</link></item></channel></rss>'
    store = open_store(str(folder))
    store.feeds.put([Feed(web.put(web.url("/feed"), Answer(listed.encode())))])
    store.close()
    environment = {
        **os.environ,
        "CORROBORATE_REDIS": redis_server.url,
        "CORROBORATE_STORE": str(folder),
        "CORROBORATE_ALLOW_PRIVATE": "true",
        "CORROBORATE_PACE": "0.01",
    }
    done = subprocess.run(
        [sys.executable, "-c", WORK],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    articles, *loaded = done.stdout.splitlines()[-1].split()
    assert articles == "1"
    assert {"trafilatura", "workers.clean"} <= set(loaded)
    assert MODELS.intersection(loaded) == set()
