"""A crawl within one process: every page once, and nothing lost when it is cut off."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from corroborate.errors import StoreUnavailable
from corroborate.protocols import Store
from corroborate.types import Article, Entry, Feed, FeedKind, Outlet, Page, PageRecord
from indexer.opening import open_store
from tests.workers.pages import PARAGRAPHS, html_page
from tests.workers.web import Answer, Web, settings
from workers import crawl as crawling
from workers import metrics
from workers.clean import clean
from workers.crawl import ATTEMPTS, LASTS, PUT_OFF, WAITS, Crawler, retry_quarantined
from workers.feeds import ReadFeed, read_listed
from workers.fetch import Fetcher
from workers.pace import NotYet, Pace
from workers.robots import UNANSWERED
from workers.rounds import ABREAST, Rounds, crawl, watch

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
UNREAD = "its robots.txt cannot be read: the server answered 500 Internal Server Error"
ARTICLE = Article("a1", Outlet("a.example", "A"), "On trains", "The trains run.", content_hash="1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Yield an empty store."""
    opened = open_store(str(tmp_path))
    yield opened
    opened.close()


def crawler(store: Store, after: timedelta = timedelta(0)) -> Crawler:
    """Return a crawler that hardly waits, as a new process would have it some time from now."""

    def now() -> datetime:
        return datetime.now(UTC) + after

    return Crawler(store, Fetcher(settings()), Pace(0.001), patience=0.01, now=now)


def news(web: Web, *paths: str, **headers: str) -> str:
    """Let a host have pages and a feed of them; return the feed's URL."""
    for path in paths:
        body = html_page(*PARAGRAPHS, f"This stands at {path}.", title=f"About {path}")
        web.put(web.url(path), Answer(body.encode()))
    links = "".join(f"<item><link>{web.url(path)}</link></item>" for path in paths)
    feed = f'<rss version="2.0"><channel><title>Herald</title>{links}</channel></rss>'
    return web.put(web.url("/feed"), Answer(feed.encode(), headers=headers))


def once(store: Store, after: timedelta = timedelta(0)) -> dict[str, int]:
    """Crawl all feeds once in a new process; return the pages by outcome."""
    return crawl(crawler(store, after), store.feeds.all()).pages


def test_new_pages_are_taken_once(web: Web, store: Store) -> None:
    """Later crawls ask for the feed only, and conditionally."""
    store.feeds.put([Feed(news(web, "/1", "/2", ETag='W/"7"'))])
    first = once(store)
    later = [once(store), once(store)]
    asked = [r.headers.get("If-None-Match") for r in web.asked(web.url("/feed"))]
    assert (first, later, asked) == ({"added": 2}, [{}, {}], [None, 'W/"7"', 'W/"7"'])
    assert [feed.articles for feed in store.feeds.all()] == [2]


def test_a_page_that_fails_is_tried_again_then_given_up(web: Web, store: Store) -> None:
    """The reason is kept, the others are unharmed, and it can be tried again for itself."""
    store.feeds.put([Feed(news(web, "/1", "/2", ETag='"7"'))])
    web.put(web.url("/2"), Answer(status=500))
    outcomes = [once(store), once(store)]
    outcomes += [once(store, n * timedelta(hours=2)) for n in range(1, ATTEMPTS + 1)]
    assert outcomes == [
        {"added": 1, "failed": 1}, {}, {"failed": 1}, {"quarantined": 1}, {}
    ]  # fmt: skip
    assert "500" in (store.pages.quarantined(9)[0].reason or "")
    assert len(web.asked(web.url("/2"))) == ATTEMPTS
    assert retry_quarantined(store) == 1
    news(web, "/2")
    assert [once(store), once(store)] == [{"added": 1}, {}]


def test_a_page_waits_though_its_feed_has_rolled_on(web: Web, store: Store) -> None:
    """It failed, or its host was not to be asked: it is taken when due, once, for its feed."""
    feed = news(web, "/1", "/2")
    store.feeds.put([Feed(feed)])
    web.put(web.url("/1"), Answer(status=503))
    elsewhere = web.put(web.url("/feed", "127.0.0.2"), web.answer(feed))
    assert once(store) == {"added": 1, "failed": 1}
    news(web, "/3")
    store.feeds.remove(feed)
    store.feeds.put([Feed(elsewhere)])
    web.put(web.url("/robots.txt"), Answer(status=500))
    web.put(elsewhere, web.answer(feed))
    assert once(store) == {"waiting": 1}
    web.put(elsewhere, Answer(b'<rss version="2.0"><channel/></rss>'))
    news(web, "/1")
    web.put(web.url("/robots.txt"), Answer(status=404))
    later = timedelta(hours=1)
    assert [once(store), once(store, later), once(store, later)] == [{}, {"added": 2}, {}]
    assert {a.feed for a in store.articles} == {feed, elsewhere}
    assert store.pages.counts() == {"article": 3}


def test_a_page_that_can_never_be_asked_for_is_given_up(web: Web, store: Store) -> None:
    """Its host's rules do not answer: after a week it is in quarantine, and can be released."""
    store.feeds.put([Feed(web.put(web.url("/feed", "127.0.0.2"), web.answer(news(web, "/1"))))])
    web.put(web.url("/robots.txt"), Answer(status=500))
    every = [timedelta(0), WAITS / 2, WAITS + timedelta(hours=1)]
    assert [once(store, after) for after in every] == [{"waiting": 1}] * 3
    (given_up,) = store.pages.quarantined(9)
    assert (given_up.attempts, given_up.reason) == (0, UNREAD)
    assert retry_quarantined(store) == 1
    web.put(web.url("/robots.txt"), Answer(status=404))
    assert once(store) == {"added": 1}


def test_what_a_cut_off_crawl_found_is_found_again(web: Web, store: Store) -> None:
    """A process that ends between the poll and the pages loses none of them."""
    store.feeds.put([Feed(news(web, "/1", "/2", ETag='"7"'))])
    cut_off = crawler(store)
    first, _ = cut_off.poll(store.feeds.all()[0]).pages
    outcomes = [cut_off.take(first.url, first.due) for _ in range(2)]
    news(web)
    assert (outcomes, once(store)) == (["added", "known"], {"added": 1})
    assert store.overview().articles == 2


def test_of_two_processes_one_finds_a_page_and_one_takes_it(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though both have read the book before either has written to it."""
    both = threading.Barrier(2, timeout=60)

    def meet(step: str) -> None:
        """Let both wait for each other before a step."""
        does = getattr(Crawler, step)

        def waits(*args: Any) -> Any:
            both.wait()
            return does(*args)

        monkeypatch.setattr(Crawler, step, waits)

    meet("_updated")  # of what was read of the pages that a feed led to
    meet("_take")  # of the page that was read
    news(web, "/1")
    stores = [open_store(str(tmp_path)) for _ in range(2)]
    crawlers = [crawler(store) for store in stores]
    with ThreadPoolExecutor(2) as pool:
        entries = [Entry(web.url("/1"))]
        found = [*pool.map(lambda one: one._find("feed", entries), crawlers)]
        ((page,),) = filter(None, found)
        outcomes = [*pool.map(lambda one: one.take(page.url, page.due), crawlers)]
    assert sorted(outcomes) == ["added", "known"]
    assert len(web.asked(page.url)) == 1
    for store in stores:
        store.close()


def test_a_page_that_was_taken_meanwhile_is_not_put_off(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not come back as one that waits."""
    now = datetime.now(UTC)
    page = PageRecord("https://a.example/1", "waiting", now, due=now)
    taken = PageRecord(page.url, "article", now, article="a1")
    store.pages.put([page])

    def later(read: PageRecord, **changes: Any) -> PageRecord:
        store.pages.put([taken])  # by another, after the book was read
        return replace(read, **changes)

    monkeypatch.setattr(crawling, "replace", later)
    crawler(store).put_off([page.url], NotYet(page.url, 90.0))
    assert store.pages.get([page.url]) == {page.url: taken}


def test_a_page_that_ends_its_worker_is_given_up(
    web: Web, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An attempt that was cut off counts, and is over before the next one begins."""
    store.feeds.put([Feed(news(web, "/1"))])

    def killed(_page: Page, **_hints: Any) -> Article:
        raise SystemExit

    monkeypatch.setattr(crawling, "clean", killed)
    (page,) = crawler(store).poll(store.feeds.all()[0]).pages
    for n in range(ATTEMPTS):
        with pytest.raises(SystemExit):
            crawler(store, n * LASTS).take(page.url, store.pages.get([page.url])[page.url].due)
        assert once(store, n * LASTS) == {}
    assert once(store, ATTEMPTS * LASTS) == {"quarantined": 1}
    assert store.pages.quarantined(9)[0].reason == "each attempt was cut off"


def test_a_page_that_leads_to_an_unknown_host_holds_up_no_other(web: Web, store: Store) -> None:
    """Only that page waits for the host that it redirects to."""
    store.feeds.put([Feed(news(web, "/1", "/2"))])
    away = {"Location": web.url("/away", "127.0.0.2")}
    web.put(web.url("/1"), Answer(status=302, headers=away))
    web.put(web.url("/robots.txt", "127.0.0.2"), Answer(status=500))
    assert once(store) == {"added": 1, "waiting": 1}


def test_a_page_that_was_never_asked_for_is_not_given_up(web: Web, store: Store) -> None:
    """Unknown rules of its host are no attempt; for a feed they are the reason why it fails."""
    store.feeds.put([Feed(web.put(web.url("/feed", "127.0.0.2"), web.answer(news(web, "/1"))))])
    web.put(web.url("/robots.txt"), Answer(status=500))
    waits = timedelta(seconds=2 * UNANSWERED)
    tries = ATTEMPTS + 1
    assert [once(store, n * waits) for n in range(tries)] == [{"waiting": 1}] * tries
    store.feeds.put([Feed(web.url("/feed"))])
    once(store)
    assert store.feeds.all()[1].error == UNREAD
    web.put(web.url("/robots.txt"), Answer(status=404))
    assert once(store, tries * waits)["added"] == 1


def test_a_bug_ends_one_page_or_one_feed(
    web: Web, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a stranger's bytes set off, the crawl goes on, and says where it was."""
    feed = news(web, "/1", "/2")
    store.feeds.put([Feed(feed), Feed(web.put(web.url("/bad"), Answer(b"{")))])

    def reads(page: Page, fetch: Callable[[str], Page]) -> ReadFeed:
        rss = page.url == feed
        return read_listed(page, fetch) if rss else ReadFeed(FeedKind.RSS, str(1 / 0), ())

    def cleans(page: Page, **hints: Any) -> Article:
        if page.url.endswith("/1"):
            raise ValueError("\ud800")
        return clean(page, **hints)

    monkeypatch.setattr(crawling, "read_listed", reads)
    monkeypatch.setattr(crawling, "clean", cleans)
    assert once(store) == {"added": 1, "quarantined": 1}
    assert store.pages.quarantined(9)[0].reason == "unexpected: ValueError('\\ud800')"
    assert "ZeroDivisionError" in (store.feeds.all()[1].error or "")


def test_a_sitemap_index_leads_to_the_pages_of_its_sitemaps(web: Web, store: Store) -> None:
    """Each poll reads them, whether or not the index says that it was modified."""
    sitemap = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
    index = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</sitemapindex>"
    news(web, "/1", "/2")
    child = web.url("/news-1.xml")
    listed = f"<sitemap><loc>{child}</loc></sitemap><sitemap><loc>/gone.xml</loc></sitemap>"
    feed = web.put(
        web.url("/news.xml"), Answer(index.format(listed).encode(), headers={"ETag": "1"})
    )
    store.feeds.put([Feed(feed)])
    found = []
    for path in ("/1", "/2"):
        entry = f"<url><loc>{web.url(path)}</loc></url>"
        web.put(child, Answer(sitemap.format(entry).encode()))
        found.append(once(store))
    assert found == [{"added": 1}, {"added": 1}]
    assert [(f.url, f.kind, f.failures) for f in store.feeds.all()] == [(feed, "sitemap", 0)]
    assert [r.headers.get("If-None-Match") for r in web.asked(feed)] == [None, None]


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(web: Web, store: Store) -> None:
    """301 changes the feed's URL; its settings stay."""
    new = news(web, "/1")
    old = web.put(web.url("/old"), Answer(status=301, headers={"Location": "/feed"}))
    store.feeds.put([Feed(old, outlet="Herald")])
    once(store)
    assert [(f.url, f.outlet) for f in store.feeds.all()] == [(new, "Herald")]


def test_a_feed_that_moved_onto_another_gives_way_to_it(web: Web, store: Store) -> None:
    """What its owner said of the other stays."""
    new = news(web, "/1")
    old = web.put(web.url("/old"), Answer(status=301, headers={"Location": "/feed"}))
    store.feeds.put([Feed(old, outlet="Old"), Feed(new, outlet="Herald", paused=True)])
    crawl(crawler(store), store.feeds.due(datetime.now(UTC)))
    assert [(f.url, f.outlet, f.paused) for f in store.feeds.all()] == [(new, "Herald", True)]


def test_a_move_that_is_cut_off_loses_no_feed(
    web: Web, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store goes away when the new address is stored: the old one is still asked."""
    new = news(web, "/1")
    old = web.put(web.url("/old"), Answer(status=301, headers={"Location": "/feed"}))
    store.feeds.put([Feed(old, outlet="Herald")])
    (feed,), put = store.feeds.all(), store.feeds.put

    def away(feeds: list[Feed]) -> int:
        if feeds[0].url == new:
            raise StoreUnavailable("it is away")
        return put(feeds)

    monkeypatch.setattr(store.feeds, "put", away)
    with pytest.raises(StoreUnavailable):
        crawler(store).poll(feed)
    assert [f.url for f in store.feeds.all()] == [old]
    monkeypatch.undo()
    crawler(store).poll(store.feeds.all()[0])
    assert [(f.url, f.outlet) for f in store.feeds.all()] == [(new, "Herald")]


def test_what_is_decided_during_a_poll_stays(web: Web, store: Store) -> None:
    """A feed that is paused or removed meanwhile is so afterwards."""
    asked = Feed(news(web, "/1"))
    crawler(store).poll(asked)
    assert store.feeds.all() == []
    store.feeds.put([replace(asked, paused=True)])
    crawler(store).poll(asked)
    assert store.feeds.all()[0].paused is True


@pytest.mark.parametrize("path", ["/feed", "/old"])
@pytest.mark.parametrize("fails", [None, NotYet("https://a.example/", 9.0), ValueError("a bug")])
def test_a_poll_that_was_overtaken_changes_nothing(
    web: Web, store: Store, monkeypatch: pytest.MonkeyPatch, path: str, fails: Exception | None
) -> None:
    """Its worker stood still until the feed was given to another, which has polled it since."""
    news(web, "/1")
    web.put(web.url("/old"), Answer(status=301, headers={"Location": "/feed"}))
    feed = Feed(web.url(path))
    store.feeds.put([feed])
    newer = replace(feed, polled=datetime.now(UTC) + timedelta(minutes=20), etag="newer")
    slow = crawler(store)
    ask = slow._fetcher.fetch

    def fetch(*asked: Any, **how: Any) -> Page:
        page = ask(*asked, **how)
        store.feeds.put([newer])
        if fails:
            raise fails
        return page

    monkeypatch.setattr(slow._fetcher, "fetch", fetch)
    with suppress(NotYet):
        slow.poll(feed)
    assert store.feeds.all() == [newer]


def test_articles_that_came_during_a_poll_count_at_the_new_address(
    web: Web, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers go on with the pages of a feed while it moves."""
    new = news(web, "/1")
    old = web.put(web.url("/old"), Answer(status=301, headers={"Location": "/feed"}))
    store.feeds.put([Feed(old)])
    mover = crawler(store)
    ask = mover._fetcher.fetch

    def fetch(*asked: Any, **how: Any) -> Page:
        store.feeds.count(old)
        return ask(*asked, **how)

    monkeypatch.setattr(mover._fetcher, "fetch", fetch)
    mover.poll(Feed(old))
    assert [(feed.url, feed.articles) for feed in store.feeds.all()] == [(new, 1)]


@pytest.mark.parametrize(
    ("published", "modified", "said", "again"),
    [
        (-1, 1, None, True),
        (-8, 1, None, False),
        (-1, None, None, False),
        (-1, 0, None, False),
        # Atom entries that say only when they were updated: the page's own date counts.
        (None, 1, -1, True),
        (None, 1, -8, False),
        (None, 1, None, False),
    ],
)
def test_an_article_is_fetched_again_while_it_is_young(
    store: Store, published: int | None, modified: int | None, said: int | None, *, again: bool
) -> None:
    """Its entry says that it was modified since, and less than 7 days after it was published.

    Days from when it was fetched: what the entry says of both, and what the page says.
    """

    def day(n: int | None) -> datetime | None:
        return None if n is None else NOW + timedelta(days=n)

    url = "https://a.example/1"
    store.articles.put([replace(ARTICLE, url=url, published=day(said))])
    store.pages.put([PageRecord(url, "article", NOW, article=ARTICLE.id)])
    found = crawler(store)._find("feed", [Entry(url, "", day(published), day(modified))])
    assert [page.url for page in found] == [url] * again


def test_what_failed_is_no_news(web: Web, store: Store) -> None:
    """A page that is tried again does not have its feed polled more often."""
    store.feeds.put([Feed(news(web, "/1"))])
    web.put(web.url("/1"), Answer(status=500))
    intervals = []
    for n in range(2):
        assert once(store, n * timedelta(hours=1)) == {"failed": 1}
        intervals.append(store.feeds.all()[0].interval)
    assert intervals == pytest.approx([3600 * 0.7, 3600 * 0.7 * 1.3])


def test_slow_hosts_hold_up_nobody(web: Web, store: Store) -> None:
    """However many there are: a host whose turn has come is asked."""
    slow = [web.url("/1", f"127.0.0.{n}") for n in range(2, 2 + ABREAST)]
    pages = [*slow, web.url("/1", "127.0.0.90")]
    for url in pages:
        web.put(url, Answer(html_page().encode()))
    links = "".join(f"<item><link>{url}</link></item>" for url in pages)
    feed = f'<rss version="2.0"><channel>{links}</channel></rss>'
    pace = Pace(0.001)
    for url in slow:
        pace.slow_down(url, 50.0)
    store.feeds.put([Feed(web.put(web.url("/feed"), Answer(feed.encode())))])
    with Rounds(Crawler(store, Fetcher(settings(timeout=30.0)), pace)) as rounds:
        rounds.start(store.feeds.all())
        end = time.monotonic() + 40.0
        while not rounds.pages and time.monotonic() < end:
            time.sleep(0.05)
    assert rounds.pages == {"added": 1}


def test_a_page_that_is_left_for_the_next_poll_is_counted(web: Web, store: Store) -> None:
    """Its host asked for more time than a crawl waits."""
    store.feeds.put([Feed(web.put(web.url("/feed", "127.0.0.2"), web.answer(news(web, "/1"))))])
    pace = Pace(0.001)
    pace.slow_down(web.url("/1"), 2 * PUT_OFF)
    counter = metrics.PAGES.labels("waiting")
    before = counter._value.get()
    crawl(Crawler(store, Fetcher(settings()), pace), store.feeds.all())
    assert counter._value.get() - before == 1


def test_a_watch_answers_prometheus(store: Store) -> None:
    """At the port that the settings name."""
    stop = threading.Event()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told: list[str] = []

    def index() -> None:
        told.append(httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text)
        stop.set()

    watch(crawler(store), index=index, stop=stop, look=0.05, metrics_port=port)
    assert "corroborate_feeds 0.0" in told[0]


def test_a_watch_polls_what_is_due_and_stops_when_told(web: Web, store: Store) -> None:
    """It indexes meanwhile."""
    store.feeds.put([Feed(news(web, "/1"))])
    stop = threading.Event()

    def index() -> None:
        if store.articles.pending():
            stop.set()

    watch(crawler(store), index=index, stop=stop, look=0.05)
    assert store.overview().articles == 1
