"""What Celery tasks add to the plain functions: which messages they send, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corroborate.types import PageRecord
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


def message(url: str) -> dict[str, str | None]:
    """Return an entry as messages carry it."""
    return {"url": url, "published": None, "modified": None}


def test_no_message_is_held_back_beyond_the_visibility_timeout(tasks: Any, web: Web) -> None:
    """Redis would give it out a second time."""
    url = web.put(web.url("/1"), Answer(html_page().encode()))
    tasks._crawler()._fetcher._pace.slow_down(url, 3600.0)
    tasks.take(FEED, [message(url)])
    assert tasks.sent == [((FEED, [message(url)]), tasks.settings.lost_after / 3)]


def test_pages_of_a_host_without_rules_are_left_to_the_next_poll(tasks: Any, web: Web) -> None:
    """A host that is gone for good leaves no message that goes round for ever."""
    web.put(web.url("/robots.txt"), Answer(status=500))
    tasks.take(FEED, [message(web.url("/1")), message(web.url("/2"))])
    assert tasks.sent == []
    assert tasks._crawler().store.pages.counts() == {"waiting": 1}


def test_a_released_page_is_sent_once(tasks: Any) -> None:
    """By the next look, whether or not a feed leads to it."""
    store, url = tasks._crawler().store, "https://a.example/1"
    store.pages.put(PageRecord(url, "quarantined", tasks._crawler().now(), ATTEMPTS, "404"))
    tasks.dispatch()
    retry_quarantined(store)
    tasks.dispatch()
    tasks.dispatch()
    assert tasks.sent == [((None, [message(url)]), 0.0)]
