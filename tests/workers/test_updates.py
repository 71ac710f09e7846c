"""An article that changes after it was fetched is fetched again by the rule, and reindexed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corroborate.protocols import Store
from corroborate.types import Feed, SearchFilter
from indexer.indexing import index_backlog
from indexer.opening import open_store
from tests.embedders import WordEmbedder
from tests.workers.pages import PARAGRAPHS, html_page
from tests.workers.web import Answer, Web, settings
from workers.crawl import YOUNG, Crawler
from workers.fetch import Fetcher
from workers.pace import Pace
from workers.rounds import crawl

BEFORE, AFTER = "Fourteen ferries were cancelled.", "Nineteen trams were derailed."
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Yield an empty store."""
    opened = open_store(str(tmp_path))
    yield opened
    opened.close()


def publish(web: Web, text: str, published: datetime, modified: datetime | None = None) -> str:
    """Let a host have a page, and a feed that tells of it; return the page's URL."""
    url = web.put(web.url("/1"), Answer(html_page(*PARAGRAPHS, text).encode()))
    times = f"<published>{published.isoformat()}</published>"
    times += f"<updated>{modified.isoformat()}</updated>" if modified else ""
    entry = f"<entry><title>Bridge</title><link href='{url}'/>{times}</entry>"
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Herald</title>{entry}</feed>"
    web.put(web.url("/feed"), Answer(feed.encode()))
    return url


def once(store: Store, embedder: WordEmbedder, ago: timedelta = timedelta(0)) -> dict[str, int]:
    """Crawl and index, as a new process did some time ago; return the pages by outcome."""

    def now() -> datetime:
        return datetime.now(UTC) - ago

    crawler = Crawler(store, Fetcher(settings()), Pace(0.001), now=now)
    pages = crawl(crawler, store.feeds.all()).pages
    index_backlog(store, embedder)
    return pages


def found(store: Store, words: str) -> list[str]:
    """Return the passages that have these words."""
    (hits,) = store.passages.lexical([words], SearchFilter(), 9)
    return [hit.passage.text for hit in hits if words in hit.passage.text]


def test_a_changed_article_is_fetched_again_and_its_passages_are_replaced(
    web: Web, store: Store, embedder: WordEmbedder
) -> None:
    """Once for each time that its feed says so; what it said before is found no more."""
    published = datetime.now(UTC) - 3 * HOUR
    url = publish(web, BEFORE, published, published)
    store.feeds.put([Feed(web.url("/feed"))])
    assert [once(store, embedder, HOUR), once(store, embedder, HOUR)] == [{"added": 1}, {}]
    assert len(found(store, BEFORE)) == 1
    passages = store.overview().passages
    publish(web, AFTER, published, datetime.now(UTC) - HOUR / 2)
    assert [once(store, embedder), once(store, embedder)] == [{"changed": 1}, {}]
    assert len(web.asked(url)) == 2
    assert (found(store, BEFORE), len(found(store, AFTER))) == ([], 1)
    about = store.overview()
    assert (about.articles, about.passages, about.backlog) == (1, passages, 0)


def test_an_article_that_is_only_said_to_have_changed_is_left_as_it_is(
    web: Web, store: Store, embedder: WordEmbedder
) -> None:
    """Its page is fetched again, and nothing is indexed again."""
    published = datetime.now(UTC) - 3 * HOUR
    url = publish(web, BEFORE, published)
    store.feeds.put([Feed(web.url("/feed"))])
    once(store, embedder, HOUR)
    publish(web, BEFORE, published, datetime.now(UTC) - HOUR / 2)
    assert once(store, embedder) == {"unchanged": 1}
    assert (len(web.asked(url)), len(found(store, BEFORE))) == (2, 1)


@pytest.mark.parametrize(("age", "says_so"), [(YOUNG + HOUR, True), (3 * HOUR, False)])
def test_a_change_that_the_rule_leaves_out_is_not_fetched(
    web: Web, store: Store, embedder: WordEmbedder, age: timedelta, *, says_so: bool
) -> None:
    """The article is not young any more, or its feed does not say that it was modified."""
    published = datetime.now(UTC) - age
    url = publish(web, BEFORE, published)
    store.feeds.put([Feed(web.url("/feed"))])
    once(store, embedder, HOUR)
    publish(web, AFTER, published, datetime.now(UTC) - HOUR / 2 if says_so else None)
    assert once(store, embedder) == {}
    assert len(web.asked(url)) == 1
    assert (len(found(store, BEFORE)), found(store, AFTER)) == (1, [])
