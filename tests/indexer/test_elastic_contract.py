"""The store on Elasticsearch keeps the contract of all stores, on a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corroborate.types import SearchFilter
from indexer.elastic.indices import ANALYZERS
from indexer.elastic.words import WORDS
from tests.indexer.contract_archive import ArchiveContract, CoverageContract, FeedsContract
from tests.indexer.contract_index import (
    GenerationsContract,
    IndexContract,
    fill,
    found,
    lexical,
)
from tests.indexer.contract_search import SearchContract
from tests.samples import article

if TYPE_CHECKING:
    from corroborate.protocols import Store
    from tests.embedders import WordEmbedder


class TestArchive(ArchiveContract):
    """The articles."""


class TestCoverage(CoverageContract):
    """Counting."""


class TestFeeds(FeedsContract):
    """The feeds."""


class TestIndex(IndexContract):
    """The passages."""

    def test_words_are_read_as_their_language_has_them(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """A plural finds a singular in French, and in a language nobody knows the word itself."""
        french = article("fr", text="La grève des cheminots est suspendue.", language="fr")
        unknown = article("unknown", text="Der Streik der grèves is over.", language=None)
        fill(store, embedder, french, unknown)
        languages = SearchFilter(languages=frozenset({"fr"}))
        assert found(lexical(store, "les grèves", languages)) == {french.id, unknown.id}
        assert found(lexical(store, "cheminot", languages)) == {french.id}
        assert found(lexical(store, "streiken")) == set()

    def test_many_words_are_searched_in_many_languages(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """A query of 256 words finds the passages of every language, the best first."""
        spoken = [*ANALYZERS, None]
        fill(store, embedder, *(article(f"in-{one}", language=one) for one in spoken))
        query = " ".join(["port", *(f"word{i}" for i in range(WORDS - 1))])
        hits = lexical(store, query)
        assert found(hits) == {f"in-{one}" for one in spoken}
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert len(lexical(store, query, limit=3)) == 3

    def test_a_query_without_spaces_is_no_single_word(
        self, store: Store, embedder: WordEmbedder
    ) -> None:
        """Where analyzers make a word of two characters each, these are what is counted."""
        chinese = article(text="港口起火，十四人死亡。", language="zh")
        fill(store, embedder, chinese, article("b2"))
        other = "".join(chr(0x4E00 + i) for i in range(3000))
        assert found(lexical(store, "港口起火" + other)) == {"a1"}


class TestGenerations(GenerationsContract):
    """Indices behind an alias that follow one another."""


class TestSearch(SearchContract):
    """Search over both."""
