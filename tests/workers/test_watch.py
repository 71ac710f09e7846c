"""A watch runs for months: what goes wrong is logged and waited for."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from corroborate.errors import (
    CorroborateError,
    IndexMismatch,
    ModelError,
    SettingsError,
    StoreUnavailable,
)
from corroborate.protocols import Store
from corroborate.types import Feed
from tests.workers.misbehaving import listing
from tests.workers.pages import html_page
from tests.workers.web import Answer, Web
from workers import rounds
from workers.crawl import Crawler
from workers.rounds import watch


def test_a_watch_outlives_a_store_that_is_away(
    web: Web, store: Store, crawler: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a look, in a thread that takes a page, and while indexing; the article arrives."""
    page = web.put(web.url("/1"), Answer(html_page().encode()))
    store.feeds.put([Feed(web.put(web.url("/feed"), Answer(listing([page]))))])
    stop, failures = threading.Event(), {"due": 2, "take": 1, "index": 1}
    due, take = store.feeds.due, crawler.take

    def fail(what: str) -> None:
        failures[what] -= 1
        if failures[what] >= 0:
            raise StoreUnavailable(f"{what}: away")

    def failing_due(now: datetime) -> list[Feed]:
        fail("due")
        return due(now)

    def failing_take(*args: Any) -> str:
        fail("take")
        return take(*args)

    def index() -> None:
        fail("index")
        if store.articles.pending():
            stop.set()

    monkeypatch.setattr(store.feeds, "due", failing_due)
    monkeypatch.setattr(crawler, "take", failing_take)
    with capture_logs() as lines:
        watch(crawler, index=index, stop=stop, look=0.05)
    told = [(line["doing"], line["reason"]) for line in lines if line["event"] == "watch"]
    expected = ["due: away", "due: away", "take: away"]
    assert [reason for doing, reason in told if doing == "crawl"] == expected
    assert [reason for doing, reason in told if doing == "index"] == ["index: away"]
    assert store.overview().articles == 1


def test_a_watch_waits_longer_while_it_goes_on_failing(
    crawler: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to a bound, with the traceback of a bug; what goes well starts anew."""
    monkeypatch.setattr(rounds, "LONGEST", 0.04)
    stop, bug = threading.Event(), ZeroDivisionError("no")
    results = [bug, bug, bug, None, bug]

    def index() -> None:
        if not results:
            stop.set()
        elif error := results.pop(0):
            raise error

    with capture_logs() as lines:
        watch(crawler, index=index, stop=stop, look=0.01)
    told = [(line["again"], line["exc_info"]) for line in lines if line["event"] == "watch"]
    assert told == [(wait, True) for wait in (0.02, 0.04, 0.04, 0.02)]


@pytest.mark.parametrize("kind", [SettingsError, IndexMismatch, ModelError])
def test_what_time_does_not_mend_ends_a_watch(
    crawler: Crawler, kind: type[CorroborateError]
) -> None:
    """Whoever started it reads what to do."""

    def index() -> None:
        raise kind("wrong")

    with pytest.raises(kind):
        watch(crawler, index=index, stop=threading.Event(), look=0.05)
