"""What holds for search over every store. See ``contract_archive``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corroborate.types import SearchFilter
from indexer.search import PER_ARTICLE, StoreSearcher
from tests.indexer.contract_index import ANY, fill, found
from tests.samples import article

if TYPE_CHECKING:
    from corroborate.protocols import Store
    from tests.embedders import WordEmbedder


class SearchContract:
    """The searcher: :class:`~corroborate.protocols.Searcher`."""

    def test_both_sides_add_up(self, store: Store, embedder: WordEmbedder) -> None:
        """What is best on both sides is first with a score of 1, and shows both scores."""
        fill(
            store,
            embedder,
            article("best", text="A walrus swam into the port.", title=""),
            article("some", text="The port was shut.", title=""),
            article("none", text="It rained.", title=""),
        )
        hits = StoreSearcher(store, embedder).search(["walrus in the port"], ANY, 10)[0]
        assert [hit.passage.article_id for hit in hits] == ["best", "some", "none"]
        assert hits[0].score == pytest.approx(1)
        assert hits[0].lexical is not None
        assert hits[0].dense is not None
        assert hits[2].lexical is None
        assert all(0 <= hit.score <= 1 for hit in hits)

    def test_what_only_words_found_has_a_cosine_too(
        self, store: Store, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """How near in meaning a hit is, is known whichever side found it."""
        monkeypatch.setattr("indexer.search.CANDIDATES", 1)
        text = "A walrus that nobody had ever seen before swam round all ships of this old port."
        ports = (article(f"port{i}", title="", text="A port.") for i in range(2))
        fill(store, embedder, article("walrus", title="", text=text), *ports)
        hits = StoreSearcher(store, embedder).search(["walrus port"], ANY, 1)[0]
        assert [hit.passage.article_id for hit in hits] == ["walrus"]
        (query,), (passage,) = (
            embedder.embed_queries(["walrus port"]),
            embedder.embed_passages([text]),
        )
        assert hits[0].dense == pytest.approx(float(query @ passage), abs=0.01)

    def test_no_article_fills_the_list(self, store: Store, embedder: WordEmbedder) -> None:
        """Of one article only so many passages are hits."""
        fill(store, embedder, article(text="The port burns. " * 60), article("other"))
        hits = StoreSearcher(store, embedder).search(["the port burns"], ANY, 10)[0]
        counts = [hit.passage.article_id for hit in hits]
        assert (counts.count("a1"), counts.count("other")) == (PER_ARTICLE, 1)

    def test_each_query_has_at_most_so_many_hits(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """One list for each query, in order; no queries, no lists."""
        fill(store, embedder, *(article(f"n{i}") for i in range(9)))
        searcher = StoreSearcher(store, embedder)
        assert [len(h) for h in searcher.search(["port", "fire"], ANY, 4)] == [4, 4]
        assert searcher.search([], ANY, 4) == []

    def test_search_holds_to_the_filter(self, store: Store, embedder: WordEmbedder) -> None:
        """Only other outlets answer, and coverage counts the same articles."""
        fill(store, embedder, article(), article("other", outlet="Port Paper"))
        searcher = StoreSearcher(store, embedder)
        where = SearchFilter(exclude_outlets=frozenset({"harbour-herald.example"}))
        assert found(searcher.search(["port"], where, 5)[0]) == {"other"}
        assert [outlet.name for outlet in searcher.coverage(where).outlets] == ["Port Paper"]
        assert set(searcher.articles(["other", "gone"])) == {"other"}
