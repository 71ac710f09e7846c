"""What holds for the passage index of every store. See ``contract_archive``."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
import pytest

from corroborate.errors import IndexMismatch
from corroborate.types import Entry, Outlet, PageRecord, Passage, SearchFilter
from indexer.indexing import index_backlog, reindex
from indexer.opening import open_store
from indexer.passages import passages
from indexer.search import StoreSearcher
from tests.embedders import WordEmbedder
from tests.indexer.contract_archive import HOSTILE
from tests.samples import MONDAY, article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from corroborate.protocols import PassageIndex, Store
    from corroborate.types import Article, Hit

ANY = SearchFilter()
#: Two passages.
VERSION = "V{0} of the port. It burns. It smokes. V{0} of it ends."


class BrittleEmbedder(WordEmbedder):
    """Hits a bug in some texts."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows."""
        if any("brittle" in text for text in texts):
            raise IndexError("out of range")
        return super().embed_passages(texts)


def fill(store: Store, embedder: WordEmbedder, *articles: Article) -> None:
    """Archive and index articles."""
    store.articles.put(articles)
    index_backlog(store, embedder)


def lexical(store: Store, query: str, where: SearchFilter = ANY, limit: int = 50) -> list[Hit]:
    """Return the lexical hits of one query."""
    return store.passages.lexical([query], where, limit)[0]


def dense(store: Store, query: str, where: SearchFilter = ANY, limit: int = 50) -> list[Hit]:
    """Return the dense hits of one query."""
    return store.passages.dense(WordEmbedder().embed_queries([query]), where, limit)[0]


def found(hits: list[Hit]) -> set[str]:
    """Return the articles that hits are of."""
    return {hit.passage.article_id for hit in hits}


def write(index: PassageIndex, *articles: Article) -> None:
    """Put articles into an index, past the archive."""
    cut = [passages(one) for one in articles]
    vectors = [WordEmbedder().embed_passages([p.text for p in some]) for some in cut]
    index.replace(articles, cut, vectors)


class IndexContract:
    """The index: :class:`~corroborate.protocols.PassageIndex`."""

    def test_a_hit_shows_its_article(self, store: Store, embedder: WordEmbedder) -> None:
        """Both sides return the passage, the outlet, the date and their own score."""
        outlet = Outlet("herald.example", "Herald", "Northern Press")
        source = article(outlet=outlet, day_only=True)
        rain = article("b2", title="Rain", text="It rained all the week.", language=None)
        fill(store, embedder, source, rain)
        first = lexical(store, "who died?")[0]
        text = source.text
        assert first.passage == Passage("a1", 0, len(text), text)
        assert (first.outlet, first.title, first.url) == (outlet, source.title, source.url)
        assert (first.published, first.day_only) == (MONDAY, True)
        assert (first.language, lexical(store, "rain")[0].language) == ("en", None)
        assert first.lexical == first.score
        assert first.dense is None
        near = dense(store, text)[0]
        assert near.passage == first.passage
        assert near.dense == near.score == pytest.approx(1.0, abs=0.01)
        assert near.lexical is None

    def test_similarities_are_cosines(self, store: Store, embedder: WordEmbedder) -> None:
        """What the dense search calls similar is the dot product of the unit vectors."""
        texts = [
            "Ships lay in the port.",
            "The port was shut to ships and lorries.",
            "A dog barked.",
        ]
        fill(store, embedder, *(article(f"a{i}", text=t) for i, t in enumerate(texts)))
        query = embedder.embed_queries(["ships in the port"])
        expected = sorted((embedder.embed_passages(texts) @ query[0]).tolist(), reverse=True)
        hits = store.passages.dense(query, ANY, 10)[0]
        assert [hit.dense for hit in hits] == pytest.approx(expected, abs=0.01)

    def test_the_cosine_of_any_passage_is_known(self, store: Store, embedder: WordEmbedder) -> None:
        """Each query asks about passages of its own; those that are not there are left out."""
        texts = ["Ships lay in the port.", "The port was shut to ships.", "A dog barked."]
        some = [article(f"a{i}", text=t) for i, t in enumerate(texts)]
        (ships,), (port,), (dog,) = (passages(one) for one in some)
        queries = embedder.embed_queries(["ships in the port", "a dog", "a cat"])
        assert store.passages.cosines(queries, [[ships], [dog], []]) == [{}, {}, {}]
        fill(store, embedder, *some)
        expected = embedder.embed_passages(texts) @ queries.T
        gone = Passage("a9", 0, 4, "Gone")
        first, second, third = store.passages.cosines(queries, [[dog, ships, gone], [port], []])
        assert first == pytest.approx({dog.id: expected[2, 0], ships.id: expected[0, 0]}, abs=0.01)
        assert second == pytest.approx({port.id: expected[1, 1]}, abs=0.01)
        assert third == {}

    def test_each_query_has_its_own_hits(self, store: Store, embedder: WordEmbedder) -> None:
        """Many queries at once find what each finds alone, in their order."""
        words = [f"word{i}" for i in range(40)]
        fill(store, embedder, *(article(w, text=f"Here is {w} alone.") for w in words))
        together = store.passages.lexical(words, ANY, 1)
        assert [found(hits) for hits in together] == [{w} for w in words]
        near = store.passages.dense(embedder.embed_queries(words), ANY, 3)
        assert near == [dense(store, word, limit=3) for word in words]

    def test_the_title_is_searched_too(self, store: Store, embedder: WordEmbedder) -> None:
        """A word that only the title has finds the article's passages."""
        fill(store, embedder, article(title="Calamity in Sessen"), article("b2"))
        assert found(lexical(store, "calamity")) == {"a1"}

    def test_hits_are_the_best_and_no_more_than_asked(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """The limit holds, and the best come first."""
        texts = ["ship", "ship ship ship", "a ship of the line", "a dog", "ship and ship and dog"]
        fill(store, embedder, *(article(str(i), text=t, title="") for i, t in enumerate(texts)))
        for side in (lexical, dense):
            scores = [hit.score for hit in side(store, "ship", limit=3)]
            assert len(scores) == 3
            assert scores == sorted(scores, reverse=True)

    def test_replacing_is_idempotent(self, store: Store, embedder: WordEmbedder) -> None:
        """An article indexed again has its passages once."""
        long = article(text="The ship sank in the bay. " * 30)
        fill(store, embedder, long, article("other"))
        before = lexical(store, "ship")
        write(store.passages, long)
        store.passages.settle()
        assert [hit.passage for hit in lexical(store, "ship")] == [hit.passage for hit in before]
        assert len(before) == 10

    def test_a_changed_article_has_only_its_new_passages(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """What it said before is found no more, whether it became longer or shorter."""
        fill(store, embedder, article(), article("other", text="A beaver."))
        for text, word, count in (("Walrus one. " * 21, "walrus", 7), ("Otter.", "otter", 1)):
            fill(store, embedder, article(text=text))
            assert len(lexical(store, word)) == count
            assert lexical(store, "fourteen walrus" if word == "otter" else "fourteen") == []
        fill(store, embedder, article(text=""))
        assert lexical(store, "otter") == []
        assert found(dense(store, "otter")) == {"other"}

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            (ANY, {"monday", "tuesday", "sunday", "undated"}),
            (SearchFilter(outlets=frozenset({"port-paper.example", "none"})), {"sunday"}),
            (
                SearchFilter(exclude_outlets=frozenset({"port-paper.example"})),
                {"monday", "tuesday", "undated"},
            ),
            (
                SearchFilter(exclude_articles=frozenset({"monday", "undated"})),
                {"tuesday", "sunday"},
            ),
            (SearchFilter(since=date(2026, 3, 10)), {"tuesday", "undated"}),
            (SearchFilter(until=date(2026, 3, 9)), {"monday", "sunday", "undated"}),
            (SearchFilter(since=date(2026, 3, 9), until=date(2026, 3, 9)), {"monday", "undated"}),
            (SearchFilter(languages=frozenset({"fr"})), {"tuesday", "undated"}),
            (SearchFilter(outlets=frozenset({HOSTILE})), set()),
            (
                SearchFilter(outlets=frozenset({"port-paper.example"}), since=date(2026, 3, 9)),
                set(),
            ),
        ],
    )
    def test_both_sides_hold_to_the_filter(
        self, store: Store, embedder: WordEmbedder, where: SearchFilter, expected: set[str]
    ) -> None:
        """All conditions hold together; undated articles and unknown languages pass."""
        fill(
            store,
            embedder,
            article("monday"),
            article("tuesday", published=MONDAY + timedelta(days=1), language="fr"),
            article("sunday", published=MONDAY - timedelta(days=1), outlet="Port Paper"),
            article("undated", published=None, language=None),
        )
        assert found(lexical(store, "port", where)) == expected
        assert found(dense(store, "port", where)) == expected

    def test_the_filter_comes_before_the_limit(self, store: Store, embedder: WordEmbedder) -> None:
        """One article that passes is found among many better ones that do not."""
        crowd = [article(f"n{i}", text="port port port") for i in range(60)]
        fill(store, embedder, *crowd, article("one", text="A port.", outlet="Port Paper"))
        where = SearchFilter(exclude_outlets=frozenset({"harbour-herald.example"}))
        assert found(lexical(store, "port", where, 1)) == {"one"}
        assert found(dense(store, "port", where, 1)) == {"one"}

    @pytest.mark.parametrize(
        "query",
        ["", "   ", '"', "port AND (", "port:~2^", "port* OR ?", "\\", "the of and", HOSTILE,
         "+port -port", "/po.*/", "port\x00", "x" * 5000, "port " * 2000],
    )  # fmt: skip
    def test_a_query_is_words_and_nothing_else(
        self, store: Store, embedder: WordEmbedder, query: str
    ) -> None:
        """Operators, quotes, nothing at all and far too much are no errors."""
        fill(store, embedder, article())
        assert found(lexical(store, query)) == ({"a1"} if "port" in query else set())

    def test_hostile_articles_are_found_and_filtered(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """Quotes and operators in ids, names and text are only characters."""
        odd = article(HOSTILE, outlet=Outlet(HOSTILE, HOSTILE), title=HOSTILE, text=HOSTILE)
        fill(store, embedder, odd, article("tame", text="The articles."))
        only = SearchFilter(outlets=frozenset({HOSTILE}))
        hits = lexical(store, "articles", only)
        assert [(h.passage.article_id, h.outlet.id, h.title) for h in hits] == [(HOSTILE,) * 3]
        rest = SearchFilter(exclude_articles=frozenset({HOSTILE}))
        assert found(dense(store, "articles", rest)) == {"tame"}

    def test_an_index_that_is_not_there_finds_nothing(self, store: Store) -> None:
        """Before anything was indexed each query has no hits."""
        assert store.passages.lexical(["a", "b"], ANY, 5) == [[], []]
        assert store.passages.dense(np.eye(2, 256, dtype=np.float32), ANY, 5) == [[], []]
        assert store.passages.embedder is None

    def test_no_queries_have_no_answers(self, store: Store, embedder: WordEmbedder) -> None:
        """Asking nothing is no error."""
        fill(store, embedder, article())
        assert store.passages.lexical([], ANY, 5) == []
        assert store.passages.dense(np.empty((0, 256), np.float32), ANY, 5) == []

    def test_articles_without_text_are_indexed_as_nothing(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """They leave the backlog and stop nobody."""
        fill(store, embedder, article("empty", text=""))
        fill(store, embedder, article("blank", text=" \n\n "), article())
        assert store.articles.pending() == 0
        assert found(dense(store, "port")) == {"a1"}

    def test_what_was_written_is_found_before_it_is_settled(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """A search sees a new article although housekeeping comes later."""
        fill(store, embedder, article())
        write(store.passages, article("new", text="A walrus swam by."))
        assert found(lexical(store, "walrus")) == {"new"}
        assert "new" in found(dense(store, "walrus"))

    def test_an_article_that_hits_a_bug_is_quarantined_and_holds_up_none(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """Nothing of its earlier version is found either; a reindex that takes it releases it."""
        fill(store, embedder, article("bad"))
        bad = article("bad", text="A brittle port.")
        store.articles.put([article("first"), bad, article("last")])
        assert index_backlog(store, BrittleEmbedder()) == 3
        assert store.articles.pending() == 0
        assert found(lexical(store, "port")) == {"first", "last"}
        (record,) = store.pages.quarantined(9)
        assert (record.url, record.article) == (bad.url, "bad")
        assert "unexpected: IndexError('out of range')" in (record.reason or "")
        reindex(store, BrittleEmbedder())
        assert [page.article for page in store.pages.quarantined(9)] == ["bad"]
        reindex(store, embedder)
        assert found(lexical(store, "port")) == {"first", "bad", "last"}
        assert store.pages.counts() == {"article": 1}

    def test_an_article_that_changes_so_that_it_can_be_indexed_is_released(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """A page that could not be fetched again stays in quarantine."""
        fill(store, BrittleEmbedder(), article("bad", text="A brittle port."))
        gone = article("gone")
        entry = Entry(gone.url or "")
        page = PageRecord(entry.url, "quarantined", MONDAY, article=gone.id, entry=entry)
        store.pages.put([page])
        fill(store, embedder, article("bad", text="A solid port."), gone)
        assert store.pages.quarantined(9) == [page]
        assert store.pages.counts() == {"article": 1, "quarantined": 1}

    def test_an_article_that_hits_a_bug_alone_is_quarantined(self, store: Store) -> None:
        """A backlog of one is no reason to try it for ever."""
        store.articles.put([article(text="A brittle port.")])
        assert index_backlog(store, BrittleEmbedder()) == 1
        assert [page.article for page in store.pages.quarantined(9)] == ["a1"]

    def test_a_bug_that_all_articles_hit_is_no_fault_of_theirs(self, store: Store) -> None:
        """They stay in the backlog, for when it is mended."""
        store.articles.put([article(n, text="A brittle port.") for n in "ab"])
        with pytest.raises(IndexError):
            index_backlog(store, BrittleEmbedder())
        assert store.articles.pending() == 2
        assert store.pages.quarantined(9) == []

    def test_a_changed_article_is_never_half_there(
        self, store: Store, embedder: WordEmbedder, place: str
    ) -> None:
        """While an article is replaced again and again, each search sees one version of it."""
        with closing(open_store(place)) as reader:
            over = Event()

            def watch() -> set[tuple[int, int]]:
                """Return how many passages and how many versions searches saw."""
                seen = set()
                while not over.is_set():
                    hits = reader.passages.lexical(["port"], ANY, 9)[0]
                    versions = {w for h in hits for w in h.passage.text.split() if w[0] == "V"}
                    seen.add((len(hits), len(versions)))
                return seen

            with ThreadPoolExecutor(1) as pool:
                store.articles.put([article(text=VERSION.format(0))])
                index_backlog(store, embedder)
                watching = pool.submit(watch)
                for number in range(1, 15):
                    store.articles.put([article(text=VERSION.format(number))])
                    index_backlog(store, embedder)
                over.set()
                assert watching.result() == {(2, 1)}


class GenerationsContract:
    """The next index is built beside the one that is searched."""

    def test_searches_stay_on_the_old_index_until_the_new_one_is_published(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """The change is from the old to the new, with nothing between."""
        both = ["walrus", "fourteen"]
        fill(store, embedder, article())
        following = store.passages.next("words-2", embedder.dim)
        write(following, article("new", text="A walrus swam by."))
        assert [found(h) for h in store.passages.lexical(both, ANY, 5)] == [set(), {"a1"}]
        assert store.passages.embedder == "words-1"
        following.settle()
        following.publish()
        assert [found(h) for h in store.passages.lexical(both, ANY, 5)] == [{"new"}, set()]
        assert store.passages.embedder == "words-2"

    def test_an_index_of_another_model_is_refused(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """Neither indexing nor search mixes models; what was archived is kept."""
        fill(store, embedder, article())
        other = WordEmbedder("words-2", 128)
        store.articles.put([article("later")])
        with pytest.raises(IndexMismatch, match=r"words-1.*words-2.*reindex"):
            index_backlog(store, other)
        with pytest.raises(IndexMismatch, match=r"words-1.*words-2.*reindex"):
            StoreSearcher(store, other).search(["port"], ANY, 5)
        assert store.articles.pending() == 1

    def test_reindexing_changes_the_model(self, store: Store, embedder: WordEmbedder) -> None:
        """Afterwards the whole archive is there, backlog included, under the new model."""
        fill(store, embedder, article())
        store.articles.put([article("later")])
        other = WordEmbedder("words-2", 128)
        assert reindex(store, other) == 2
        hits = StoreSearcher(store, other).search(["port"], ANY, 5)[0]
        assert found(hits) == {"a1", "later"}
        assert (store.passages.embedder, store.articles.pending()) == ("words-2", 0)
        assert store.overview().passages == 2

    def test_what_another_opener_writes_is_seen(
        self, store: Store, embedder: WordEmbedder, place: str
    ) -> None:
        """A store that was opened earlier searches what came later, a new generation too."""
        fill(store, embedder, article())
        assert found(lexical(store, "port")) == {"a1"}
        with closing(open_store(place)) as second:
            fill(second, embedder, article("b2"))
            assert found(lexical(store, "port")) == {"a1", "b2"}
            reindex(second, WordEmbedder("words-2"))
        assert found(lexical(store, "port")) == {"a1", "b2"}
        assert store.passages.embedder == "words-2"

    def test_one_indexes_at_a_time(self, store: Store, embedder: WordEmbedder, place: str) -> None:
        """While another holds the right to index, the backlog is left to it."""
        store.articles.put([article()])
        with closing(open_store(place)) as second, second.indexing() as theirs:
            assert theirs
            assert index_backlog(store, embedder) == 0
            assert store.articles.pending() == 1
        assert index_backlog(store, embedder) == 1
