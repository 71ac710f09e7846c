"""Real Redis, real Celery workers and beat: killed and restarted, nothing lost, nothing double."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from corroborate.protocols import Store
from corroborate.types import Feed
from indexer.opening import open_store
from tests.workers import misbehaving
from tests.workers.pages import PARAGRAPHS, html_page
from tests.workers.redis_server import RedisServer
from tests.workers.web import Answer, Web

#: Pages that a crawl worker has under way at most.
SLOTS = 4
HOSTS = [f"127.0.0.{n}" for n in range(11, 17)]
#: Last parts of the first address of hosts with a bad page, and with a bad feed.
BAD, WORSE = 41, 81
PAGES = 4
PACE = 0.5
#: Seconds by which a request may arrive later after its turn than the one after it.
LATER = 0.15


class Cluster:
    """Processes of one cluster, started and killed by the test."""

    def __init__(self, folder: Path, redis: RedisServer) -> None:
        self.folder = folder
        self.redis = redis
        self.started: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "CORROBORATE_REDIS": redis.url,
            "CORROBORATE_STORE": str(folder / "store"),
            "CORROBORATE_ALLOW_PRIVATE": "true",
            "CORROBORATE_PACE": str(PACE),
            "CORROBORATE_LOST_AFTER": "5",
            "CORROBORATE_LOG_LEVEL": "info",
            "CORROBORATE_TIMEOUT": str(misbehaving.TIMEOUT),
            "CORROBORATE_MAX_PAGE_BYTES": str(misbehaving.MAX_BYTES),
        }

    def celery(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a Celery process."""
        command = [sys.executable, "-m", "celery", "-A", "workers.app", *words]
        with (self.folder / f"log-{len(self.started)}").open("wb") as out:
            process = subprocess.Popen(command, env=self.environment, stdout=out, stderr=out)
        self.started.append(process)
        return process

    def crawler(self, slots: int = SLOTS) -> subprocess.Popen[bytes]:
        """Start a crawl worker."""
        name = f"crawl{len(self.started)}@local"
        return self.celery("worker", "-Q", "crawl", "-P", "threads", "-c", str(slots), "-n", name)


@pytest.fixture
def cluster(tmp_path: Path, redis_server: RedisServer) -> Iterator[Cluster]:
    """Yield a cluster; end its processes afterwards."""
    made = Cluster(tmp_path, redis_server)
    yield made
    for process in made.started:
        process.kill()
        process.wait()


def until(holds: Callable[[], bool], cluster: Cluster, seconds: float = 120.0) -> None:
    """Wait until something holds; show the logs if it never does."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            logs = "\n".join(f.read_text()[-3000:] for f in sorted(cluster.folder.glob("log-*")))
            pytest.fail(f"still waiting; the processes said:\n{logs}")
        time.sleep(0.2)


@contextmanager
def polls_every(seconds: float, store: Store) -> Iterator[None]:
    """Have the feeds fall due sooner than they would.

    A message on its way to a worker that is killed just then is gone.
    """
    done = threading.Event()

    def fall_due() -> None:
        while not done.wait(seconds):
            store.feeds.put([replace(feed, due=None) for feed in store.feeds.all()])

    thread = threading.Thread(target=fall_due)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def became(store: Store, urls: Collection[str]) -> dict[str, str | None]:
    """Return what became of some pages; None: not yet asked for, or under way."""
    known = store.pages.get(urls)
    outcomes = {url: known[url].outcome if url in known else "waiting" for url in urls}
    return {url: None if outcome == "waiting" else outcome for url, outcome in outcomes.items()}


def shortest_gap(web: Web) -> float:
    """Return the least seconds between two requests to one host."""
    by_host: defaultdict[str, list[float]] = defaultdict(list)
    for request in web.requests:
        by_host[request.host].append(request.time)
    return min(b - a for times in by_host.values() for a, b in pairwise(sorted(times)))


def test_each_article_arrives_once_through_kills_and_restarts(cluster: Cluster, web: Web) -> None:
    """A worker dies mid-crawl, Redis restarts, hosts misbehave; pace and robots.txt are kept."""
    store = open_store(cluster.environment["CORROBORATE_STORE"])
    for host in HOSTS:
        web.put(web.url("/robots.txt", host), Answer(b"User-agent: *\nDisallow: /private\n"))
        paths = [f"/news/{n}" for n in range(PAGES)] + ["/private/1"]
        for path in paths:
            body = html_page(*PARAGRAPHS, f"This was written at {host}{path}.", title=f"On {path}")
            web.put(web.url(path, host), Answer(body.encode()))
        links = "".join(f"<item><link>{web.url(p, host)}</link></item>" for p in paths)
        feed = f'<rss version="2.0"><channel><title>{host}</title>{links}</channel></rss>'
        store.feeds.put([Feed(web.put(web.url("/feed", host), Answer(feed.encode())))])
    bad = misbehaving.pages(web, BAD)
    for url, (answer, _) in bad.items():
        web.put(url, answer)
    listed = Answer(misbehaving.listing(list(bad)))
    store.feeds.put([Feed(web.put(web.url("/feed"), listed))])
    worse = misbehaving.feeds(web, WORSE)
    store.feeds.put([Feed(web.put(url, answer)) for url, answer in worse.items()])
    cluster.redis.start()
    doomed, _ = cluster.crawler(), cluster.crawler()
    cluster.celery("beat", "-s", str(cluster.folder / "beat"))
    until(lambda: store.overview().articles >= 3, cluster)
    doomed.send_signal(signal.SIGKILL)
    cluster.redis.stop()
    cluster.redis.start()
    cluster.crawler()
    cluster.celery("worker", "-Q", "index", "-P", "solo", "-n", "index@local")
    good = dict.fromkeys(HOSTS, PAGES) | {
        urlsplit(url).netloc.rpartition(":")[0]: 1
        for url, (_, outcomes) in bad.items()
        if "article" in outcomes
    }
    with polls_every(20, store):
        until(lambda: store.overview().articles == sum(good.values()), cluster)
        until(lambda: None not in became(store, bad).values(), cluster)
    until(lambda: (o := store.overview()).passages > 0 and not o.backlog, cluster)
    until(lambda: store.pages.counts()["blocked"] == len(HOSTS), cluster)
    assert Counter(a.outlet.id for a in store.articles) == good
    told = became(store, bad)
    assert [url for url, (_, outcomes) in bad.items() if told[url] not in outcomes] == []
    failing = {feed.url for feed in store.feeds.all() if feed.failures}
    assert failing == set(worse)
    assert [r.path for r in web.requests if r.path.startswith("/private")] == []
    # Only what was under way in a worker as it was killed, or as Redis was away, is asked again.
    taken = Counter((r.host, r.path) for r in web.requests if r.path.startswith("/news/"))
    assert set(taken.values()) <= {1, 2}
    assert taken.total() - len(taken) <= 2 * SLOTS
    assert shortest_gap(web) >= PACE - LATER
    store.close()


def test_one_slot_takes_the_pages_of_slow_hosts_and_of_feeds_that_rolled_on(
    cluster: Cluster, web: Web
) -> None:
    """It waits for no host's turn; a page that failed is taken when due, each page once."""
    cluster.environment["CORROBORATE_LOST_AFTER"] = "60"
    store = open_store(cluster.environment["CORROBORATE_STORE"])
    slow, *fast = HOSTS[:4]
    web.put(web.url("/robots.txt", slow), Answer(b"User-agent: *\nCrawl-delay: 8\n"))
    pages = {host: [web.url(f"/{n}", host) for n in range(3)] for host in (slow, *fast)}
    for host, urls in pages.items():
        for url in urls:
            web.put(url, Answer(html_page(*PARAGRAPHS, f"At {url}.", title=f"On {url}").encode()))
        feed = web.url("/feed", host)
        web.put(feed, Answer(misbehaving.listing(urls)), Answer(misbehaving.listing([])))
        store.feeds.put([Feed(feed)])
    flaky = pages[fast[0]][0]
    web.put(flaky, Answer(status=500), web.answer(flaky))
    cluster.redis.start()
    cluster.crawler(slots=1)
    cluster.celery("beat", "-s", str(cluster.folder / "beat"))
    until(lambda: became(store, [flaky]) == {flaky: "failed"}, cluster)
    failed = store.pages.get([flaky])[flaky]
    store.pages.put([replace(failed, due=failed.fetched)])
    with polls_every(5, store):
        until(lambda: store.overview().articles == 12, cluster)
    assert store.pages.counts() == {"article": 12}
    asked = {url: [r.time for r in web.asked(url)] for urls in pages.values() for url in urls}
    assert {url for url, times in asked.items() if len(times) != 1 + (url == flaky)} == set()
    second, third = sorted(asked[url][0] for url in pages[slow])[1:]
    assert max(asked[url][0] for host in fast for url in pages[host]) < second
    assert third - second >= 8 - LATER
    assert shortest_gap(web) >= PACE - LATER
    store.close()


def test_a_worker_without_redis_says_what_it_needs() -> None:
    """Whoever starts one without naming a Redis reads one line, not a traceback."""
    environment = {k: v for k, v in os.environ.items() if k != "CORROBORATE_REDIS"}
    command = [sys.executable, "-m", "celery", "-A", "workers.app", "worker"]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "corroborate: workers need Redis: set CORROBORATE_REDIS, like redis://localhost:6379/0"
    ]
