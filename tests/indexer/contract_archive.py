"""What holds for the archive and the feeds of every store.

A backend's tests inherit these classes and give a fixture ``place``: what names an empty store.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from corroborate.identity import version
from corroborate.types import (
    Change,
    Entry,
    FailingFeed,
    Feed,
    FeedKind,
    Outlet,
    PageRecord,
    SearchFilter,
)
from indexer.indexing import index_backlog
from tests.samples import MONDAY, article

if TYPE_CHECKING:
    from corroborate.protocols import Store
    from corroborate.types import Article
    from tests.embedders import WordEmbedder

HOSTILE = "O'Neil \"; DROP TABLE articles; -- \\ %_*? \u202e<b>né\u0301e</b> \U0001f525 Ⅸ"


def ids(articles: list[Article]) -> list[str]:
    """Return the ids of articles."""
    return [one.id for one in articles]


class ArchiveContract:
    """The archive: :class:`~corroborate.protocols.ArticleArchive`."""

    def test_an_article_comes_back_as_it_was_put(self, store: Store) -> None:
        """Every field survives, also those that are seldom there."""
        full = article(
            "full",
            outlet=Outlet("herald.example", "Herald", "Northern Press"),
            authors=("Ada Byron", "J. O'Neil"),
            agency="Reuters",
            day_only=True,
            modified=MONDAY + timedelta(hours=1),
            feed="https://herald.example/feed",
        )
        bare = article("bare", url=None, published=None, language=None, fetched=None, title="")
        assert store.articles.put([full, bare]) == [Change.ADDED, Change.ADDED]
        assert store.articles.get(["bare", "full", "unknown"]) == {"full": full, "bare": bare}

    def test_the_same_article_again_changes_nothing(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """Nor does when and how it came; nothing is put in the backlog."""
        store.articles.put([article()])
        index_backlog(store, embedder)
        later = MONDAY + timedelta(days=1)
        again = article(fetched=later, feed="https://b.example/feed", modified=later)
        assert store.articles.put([article(), again]) == [Change.UNCHANGED] * 2
        assert store.articles.pending() == 0

    def test_a_changed_article_replaces_the_old_one(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """Its new text is the only one, and it waits to be indexed again."""
        store.articles.put([article()])
        index_backlog(store, embedder)
        changed = article(text="Fifteen people died in the port.")
        assert store.articles.put([changed]) == [Change.CHANGED]
        assert store.articles.get(["a1"]) == {"a1": changed}
        assert store.articles.backlog(10) == [changed]

    @pytest.mark.parametrize(
        "correction",
        [
            {"title": "A blaze in the port"},
            {"published": MONDAY - timedelta(days=1)},
            {"day_only": True},
            {"outlet": Outlet("harbour-herald.example", "Herald", "Northern Press")},
            {"agency": "Reuters"},
            {"authors": ("Ada Byron",)},
            {"language": None},
        ],
        ids="".join,
    )
    def test_a_correction_of_what_is_said_of_an_article_counts(
        self, store: Store, embedder: WordEmbedder, correction: dict[str, object]
    ) -> None:
        """Its text is the same: it is in the archive and in the index, and no passage is twice."""
        store.articles.put([article()])
        index_backlog(store, embedder)
        corrected = article(**correction)  # type: ignore[arg-type]
        assert store.articles.put([corrected]) == [Change.CHANGED]
        store.articles.indexed([("a1", version(article()))])
        assert store.articles.backlog(9) == [corrected]
        index_backlog(store, embedder)
        assert store.articles.get(["a1"]) == {"a1": corrected}
        ((hit,),) = store.passages.lexical(["port"], SearchFilter(), 9)
        shown = (hit.title, hit.published, hit.day_only, hit.outlet)
        assert shown == (
            corrected.title, corrected.published, corrected.day_only, corrected.outlet
        )  # fmt: skip

    def test_one_article_twice_in_a_batch(self, store: Store) -> None:
        """The second is compared with the first."""
        second = article(text="Another text.")
        changes = store.articles.put([article(), article(), second])
        assert changes == [Change.ADDED, Change.UNCHANGED, Change.CHANGED]
        assert list(store.articles) == [second]

    def test_the_backlog_is_worked_off_oldest_first(self, store: Store) -> None:
        """Articles leave it only by :meth:`indexed`, in the order they came."""
        for name in ("c", "a", "b"):
            store.articles.put([article(name)])
        assert ids(store.articles.backlog(2)) == ["c", "a"]
        store.articles.indexed([("c", version(article("c")))])
        assert ids(store.articles.backlog(9)) == ["a", "b"]
        assert store.articles.pending() == 2

    def test_an_article_that_changed_while_it_was_indexed_stays(self, store: Store) -> None:
        """What was indexed is the old text; the new one still waits."""
        store.articles.put([article()])
        store.articles.put([article(text="Fifteen people died.")])
        store.articles.indexed([("a1", version(article()))])
        assert ids(store.articles.backlog(9)) == ["a1"]

    def test_every_article_is_listed_once(self, store: Store) -> None:
        """Iterating gives the whole archive, whatever its size."""
        names = {f"n{i}" for i in range(1203)}
        store.articles.put([article(name) for name in sorted(names)])
        listed = [one.id for one in store.articles]
        assert len(listed) == 1203
        assert set(listed) == names
        assert set(store.articles.get(names)) == names

    def test_hostile_text_is_only_text(self, store: Store) -> None:
        """Quotes, operators and odd characters come back verbatim, and filter like any other."""
        outlet = Outlet(HOSTILE, HOSTILE, HOSTILE)
        odd = article(HOSTILE, outlet=outlet, title=HOSTILE, text=HOSTILE, authors=(HOSTILE,))
        store.articles.put([odd, article("tame")])
        assert store.articles.get([HOSTILE]) == {HOSTILE: odd}
        only = store.articles.coverage(SearchFilter(outlets=frozenset({HOSTILE})))
        assert (only.articles, only.outlets) == (1, (outlet,))


class CoverageContract:
    """What a search could see."""

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            (SearchFilter(), 4),
            (SearchFilter(outlets=frozenset({"port-paper.example"})), 1),
            (SearchFilter(exclude_outlets=frozenset({"port-paper.example"})), 3),
            (SearchFilter(exclude_articles=frozenset({"monday", "undated"})), 2),
            (SearchFilter(since=date(2026, 3, 10)), 2),
            (SearchFilter(until=date(2026, 3, 9)), 3),
            (SearchFilter(since=date(2026, 3, 9), until=date(2026, 3, 9)), 2),
            (SearchFilter(languages=frozenset({"fr"})), 2),
        ],
    )
    def test_articles_that_pass_are_counted(
        self, store: Store, where: SearchFilter, expected: int
    ) -> None:
        """All conditions hold together; undated and unknown languages pass."""
        store.articles.put(
            [
                article("monday"),
                article("tuesday", published=MONDAY + timedelta(days=1), language="fr"),
                article("sunday", published=MONDAY - timedelta(days=1), outlet="Port Paper"),
                article("undated", published=None, language=None),
            ]
        )
        assert store.articles.coverage(where).articles == expected

    def test_failing_feeds_are_named(self, store: Store) -> None:
        """The feeds whose last poll failed, why, and when they last answered."""
        down = Feed("https://down.example/feed", "Down", failures=2, error="no answer")
        store.feeds.put([Feed("https://up.example/feed"), replace(down, succeeded=MONDAY)])
        coverage = store.articles.coverage(SearchFilter(languages=frozenset({"fr", "en"})))
        assert coverage.feeds == 2
        assert coverage.failing == (
            FailingFeed("https://down.example/feed", "Down", "no answer", MONDAY),
        )
        assert coverage.languages == ("en", "fr")

    def test_the_overview_counts(self, store: Store, embedder: WordEmbedder) -> None:
        """Articles, passages, backlog, outlets, days and the model are those of the store."""
        empty = store.overview()
        assert (empty.articles, empty.passages, empty.embedder) == (0, 0, None)
        store.articles.put([article("a"), article("b", outlet="Port Paper", published=None)])
        index_backlog(store, embedder)
        later = datetime(2026, 3, 12, tzinfo=UTC)
        store.articles.put([article("c", published=later)])
        seen = store.overview(days=3)
        assert (seen.articles, seen.passages, seen.backlog, seen.outlets) == (3, 2, 1, 2)
        assert (seen.first, seen.last) == (date(2026, 3, 9), date(2026, 3, 12))
        assert seen.embedder == embedder.name
        assert seen.daily == (("Harbour Herald", date(2026, 3, 12), 1),)


class FeedsContract:
    """The feeds: :class:`~corroborate.protocols.FeedBook`."""

    def test_a_feed_comes_back_as_it_was_put(self, store: Store) -> None:
        """Every field survives, and the feeds keep the order in which they were added."""
        full = Feed(
            HOSTILE, HOSTILE, "Herald", FeedKind.ATOM, added=MONDAY, etag='W/"x"',
            last_modified="Mon, 09 Mar 2026 18:30:00 GMT", polled=MONDAY, succeeded=MONDAY,
            unconditional=MONDAY, due=MONDAY, interval=900.0, failures=3, error="no", articles=7,
        )  # fmt: skip
        assert store.feeds.put([full, Feed("https://b.example/")]) == 2
        assert store.feeds.put([full, Feed("https://a.example/")]) == 1
        expected = [full, Feed("https://b.example/"), Feed("https://a.example/")]
        assert store.feeds.all() == expected

    def test_the_longest_overdue_feed_is_first(self, store: Store) -> None:
        """Never polled comes before long ago; paused and later ones are not due."""
        early, late = MONDAY - timedelta(hours=2), MONDAY + timedelta(seconds=1)
        store.feeds.put(
            [
                Feed("now", due=MONDAY),
                Feed("late", due=late),
                Feed("early", due=early),
                Feed("paused", paused=True),
                Feed("new"),
            ]
        )
        assert [feed.url for feed in store.feeds.due(MONDAY)] == ["new", "early", "now"]

    def test_a_url_may_be_long(self, store: Store) -> None:
        """A feed of a search with many words is one like any other."""
        url = "https://feeds.example/?q=" + "word+" * 500
        assert store.feeds.put([Feed(url)]) == 1
        store.feeds.count(url)
        assert store.feeds.get(url) == Feed(url, articles=1)
        assert store.feeds.remove(url) is True
        assert store.feeds.get(url) is None

    def test_a_removed_feed_is_gone(self, store: Store) -> None:
        """Removing tells whether there was anything to remove."""
        store.feeds.put([Feed("a"), Feed("b")])
        assert [store.feeds.remove("a"), store.feeds.remove("a")] == [True, False]
        assert store.feeds.all() == [Feed("b")]


class PagesContract:
    """What became of pages: :class:`~corroborate.protocols.PageBook`."""

    def test_a_page_comes_back_as_it_was_put(self, store: Store) -> None:
        """Every field survives; a later record of a URL takes the place of the one before."""
        entry = Entry(HOSTILE, HOSTILE, MONDAY, MONDAY + timedelta(hours=1), HOSTILE)
        full = PageRecord(
            "https://a.example/1", "failed", MONDAY, 2, HOSTILE, "a1", MONDAY, HOSTILE, entry
        )
        bare = PageRecord("https://a.example/?q=" + "word+" * 500, "waiting", MONDAY)
        store.pages.put([replace(full, outcome="waiting"), bare])
        store.pages.put([full])
        expected = {page.url: page for page in (full, bare)}
        assert store.pages.get([*expected, "unknown"]) == expected
        assert store.pages.counts() == {"failed": 1, "waiting": 1}

    def test_a_page_is_swapped_only_for_the_one_that_was_read(self, store: Store) -> None:
        """Whatever is in it; what another has put meanwhile stays, and is not returned."""
        entry = Entry(HOSTILE, HOSTILE, MONDAY, None, HOSTILE)
        read = PageRecord("a", "failed", MONDAY, 2, HOSTILE, "a1", MONDAY, HOSTILE, entry)
        found = PageRecord("b", "waiting", MONDAY, due=MONDAY)
        taken = PageRecord("c", "article", MONDAY, article="c1")
        store.pages.put([read, taken])
        begun = replace(read, attempts=3, due=MONDAY + timedelta(minutes=2))
        again = PageRecord("c", "waiting", MONDAY, due=MONDAY)
        late = replace(taken, fetched=MONDAY + timedelta(days=1))
        unknown = PageRecord("d", "waiting", MONDAY)
        changes = [(read, begun), (None, found), (None, again), (unknown, unknown)]
        assert store.pages.swap(changes) == [begun, found]
        assert store.pages.swap([(read, read), (None, found), (late, again)]) == []
        assert store.pages.swap([]) == []
        assert store.pages.get("abcd") == {"a": begun, "b": found, "c": taken}

    def test_of_many_that_swap_a_page_at_once_one_succeeds(self, store: Store) -> None:
        """Whether there was a page or none; it is the one that the book holds."""
        many = 8
        start = threading.Barrier(many, timeout=60)

        def swap(before: PageRecord | None, n: int) -> list[PageRecord]:
            start.wait()
            return store.pages.swap([(before, PageRecord("a", "waiting", MONDAY, n))])

        before = None
        with ThreadPoolExecutor(many) as pool:
            for _ in range(5):
                first = before.attempts + 1 if before else 0
                tries = [pool.submit(swap, before, first + n) for n in range(many)]
                (before,) = (put for one in tries for put in one.result())
                assert store.pages.get(["a"]) == {"a": before}

    def test_the_longest_overdue_page_is_first(self, store: Store) -> None:
        """Those that are done with or due later are not listed, and no more than are wanted."""
        dues = {
            "now": MONDAY,
            "late": MONDAY + timedelta(microseconds=1),
            "moment": MONDAY - timedelta(microseconds=1),
            "early": MONDAY - timedelta(days=365),
            "done": None,
        }
        store.pages.put([PageRecord(u, "waiting", MONDAY, due=due) for u, due in dues.items()])
        assert [page.url for page in store.pages.due(MONDAY, 9)] == ["early", "moment", "now"]
        assert [page.url for page in store.pages.due(MONDAY, 2)] == ["early", "moment"]
        store.pages.put([PageRecord("early", "article", MONDAY)])
        assert [page.url for page in store.pages.due(MONDAY, 1)] == ["moment"]

    def test_what_was_given_up_last_is_first(self, store: Store) -> None:
        """Only pages in quarantine are listed."""
        times = {name: MONDAY + timedelta(hours=n) for n, name in enumerate("abc")}
        store.pages.put([PageRecord(url, "quarantined", at, 3) for url, at in times.items()])
        store.pages.put([PageRecord("d", "failed", MONDAY)])
        assert [page.url for page in store.pages.quarantined(2)] == ["c", "b"]
