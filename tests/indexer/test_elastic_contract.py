"""The store on Elasticsearch keeps the contract of all stores, on a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corroborate.types import SearchFilter
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


class TestGenerations(GenerationsContract):
    """Indices behind an alias that follow one another."""


class TestSearch(SearchContract):
    """Search over both."""
