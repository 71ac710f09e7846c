"""What Celery tasks add to the plain functions: which messages they send, and when."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from corroborate.types import Entry, Feed, PageRecord
from indexer.opening import open_store
from tests.workers.pages import html_page
from tests.workers.web import Answer, Web, settings
from workers.crawl import ATTEMPTS, Crawler, retry_quarantined
from workers.fetch import Fetcher
from workers.pace import Pace

FEED = "https://a.example/feed"


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the tasks over an empty store, and note their messages instead of sending them."""
    monkeypatch.setenv("CORROBORATE_REDIS", "redis://127.0.0.1:1/0")
    from workers import tasks

    crawler = Crawler(open_store(str(tmp_path)), Fetcher(settings()), Pace(0.001))
    monkeypatch.setattr(tasks, "_crawler", lambda: crawler)
    monkeypatch.setattr(tasks, "sent", [], raising=False)
    for task in (tasks.take, tasks.poll):

        def send(args: Any = (), countdown: float = 0.0, **_options: object) -> None:
            tasks.sent.append((args, countdown))  # type: ignore[attr-defined]

        monkeypatch.setattr(task, "apply_async", send)
        monkeypatch.setattr(task, "delay", lambda *args: send(args))
    return tasks


def leased(tasks: Any, *urls: str) -> tuple[list[str], str]:
    """Have pages found and sent to a worker; return the message."""
    crawler = tasks._crawler()
    crawler._find(FEED, [Entry(url) for url in urls])
    tasks.dispatch()
    ((message, _countdown),) = tasks.sent
    tasks.sent.clear()
    return message  # type: ignore[no-any-return]


def test_a_host_has_one_message(tasks: Any) -> None:
    """All its pages are in it, and while they are leased they are not sent again."""
    urls = [f"https://{host}.example/{n}" for host in "ab" for n in range(3)]
    tasks._crawler()._find(FEED, [Entry(url) for url in urls])
    tasks.dispatch()
    tasks.dispatch()
    assert [args[0] for args, _ in tasks.sent] == [urls[:3], urls[3:]]


def test_a_page_that_was_taken_meanwhile_is_not_sent(
    tasks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it come back as one that waits."""
    crawler = tasks._crawler()
    (page,) = crawler._find(FEED, [Entry("https://a.example/1")])
    taken = PageRecord(page.url, "article", page.fetched, article="a1")

    def host(_page: PageRecord) -> str:
        crawler.store.pages.put([taken])  # by another, after the book was read
        return "a.example"

    monkeypatch.setattr(tasks, "host", host)
    tasks.dispatch()
    assert tasks.sent == []
    assert crawler.store.pages.get([page.url]) == {page.url: taken}


def test_a_feed_that_changes_while_others_are_sent_stays_as_it_is_then(
    tasks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was paused, removed or polled after the book was read."""
    feeds, now = tasks._crawler().store.feeds, tasks._crawler().now()
    first, paused, gone, polled = (Feed(f"https://a.example/{n}") for n in range(4))
    feeds.put([first, paused, gone, polled])
    meanwhile = [
        replace(paused, paused=True),
        replace(polled, polled=now, due=now + timedelta(hours=1), etag="newer"),
    ]

    def send(url: str, _stamp: str | None) -> None:
        tasks.sent.append(url)
        feeds.put(meanwhile)
        feeds.remove(gone.url)

    monkeypatch.setattr(tasks.poll, "delay", send)
    tasks.dispatch()
    assert tasks.sent == [first.url]
    assert feeds.all()[1:] == meanwhile


@pytest.mark.parametrize(
    ("queue", "contact", "told"),
    [("crawl", "", 1), ("index", "", 0), ("crawl", "https://a.example", 0)],
)
def test_a_crawl_worker_without_a_contact_says_so_at_its_start(
    tasks: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    queue: str,
    contact: str,
    told: int,
) -> None:
    """Once; sites can only block whom they cannot write to."""
    monkeypatch.setattr(tasks, "settings", settings(contact=contact))
    monkeypatch.setattr(tasks.app.amqp.queues, "_consume_from", {queue: None})
    tasks._ready()
    assert capsys.readouterr().err.count("CORROBORATE_CONTACT") == told


def test_a_message_that_comes_twice_does_nothing(tasks: Any, web: Web) -> None:
    """Its pages were taken, or were given to another once the lease was over."""
    url = web.put(web.url("/1"), Answer(html_page().encode()))
    urls, lease = leased(tasks, url)
    store = tasks._crawler().store
    page = store.pages.get([url])[url]
    store.pages.put([replace(page, due=page.due + timedelta(hours=1))])
    tasks.take(urls, lease)
    assert web.asked(url) == []
    store.pages.put([page])
    tasks.take(urls, lease)
    tasks.take(urls, lease)
    assert len(web.asked(url)) == 1


def test_a_feed_that_ended_its_worker_is_not_polled_for_the_same_message(
    tasks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis gives it out again and again; the feed is due later instead."""
    store, asked = tasks._crawler().store, []
    store.feeds.put([Feed(FEED)])
    tasks.dispatch()
    ((message, _countdown),) = tasks.sent

    def killed(url: str, **_options: Any) -> None:
        asked.append(url)
        raise SystemExit

    monkeypatch.setattr(tasks._crawler()._fetcher, "fetch", killed)
    with pytest.raises(SystemExit):
        tasks.poll(*message)
    tasks.poll(*message)
    assert asked == [FEED]


def test_a_slow_host_holds_no_worker(tasks: Any, web: Web) -> None:
    """The message comes back at the host's turn, without the page that was taken."""
    urls = [web.put(web.url(f"/{n}"), Answer(html_page().encode())) for n in range(3)]
    web.put(web.url("/robots.txt"), Answer(b"User-agent: *\nCrawl-delay: 30\n"))
    message = leased(tasks, *urls)
    start = time.monotonic()
    tasks.take(*message)
    (rest, _) = tasks.sent.pop()
    tasks.take(*rest)
    ((same, countdown),) = tasks.sent
    assert (rest, same) == ((urls[1:], message[1]), rest)
    assert 20 < countdown <= 30
    assert time.monotonic() - start < 10


def test_pages_of_a_host_whose_turn_is_far_off_are_left_in_the_book(tasks: Any, web: Web) -> None:
    """No message is held back for long: Redis would give it out a second time."""
    urls = [web.put(web.url(f"/{n}"), Answer(html_page().encode())) for n in range(2)]
    message = leased(tasks, *urls)
    tasks._crawler()._fetcher._pace.slow_down(urls[0], 3600.0)
    tasks.take(*message)
    now, store = tasks._crawler().now(), tasks._crawler().store
    assert tasks.sent == []
    assert store.pages.due(now + timedelta(minutes=59), 9) == []
    assert {page.url for page in store.pages.due(now + timedelta(hours=1), 9)} == set(urls)


def test_a_released_page_is_sent_once(tasks: Any) -> None:
    """By the next look, whether or not a feed leads to it."""
    store, url = tasks._crawler().store, "https://a.example/1"
    store.pages.put([PageRecord(url, "quarantined", tasks._crawler().now(), ATTEMPTS, "404")])
    tasks.dispatch()
    assert tasks.sent == []
    retry_quarantined(store)
    tasks.dispatch()
    tasks.dispatch()
    assert [args[0] for args, _ in tasks.sent] == [[url]]
