"""The store on Elasticsearch keeps the contract of all stores, on a real server."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from corroborate.types import PageRecord, SearchFilter
from indexer.elastic.books import key
from indexer.elastic.indices import ANALYZERS, BOOKS, mappings
from indexer.elastic.words import WORDS
from indexer.opening import open_store
from tests.indexer.contract_archive import (
    ArchiveContract,
    CoverageContract,
    FeedsContract,
    PagesContract,
)
from tests.indexer.contract_index import (
    GenerationsContract,
    IndexContract,
    fill,
    found,
    lexical,
)
from tests.indexer.contract_search import SearchContract
from tests.samples import MONDAY, article

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from corroborate.protocols import Store
    from tests.embedders import WordEmbedder

#: Fields of pages that the first version did not have.
NEW = {"due", "feed", "entry"}


class TestArchive(ArchiveContract):
    """The articles."""


class TestCoverage(CoverageContract):
    """Counting."""


class TestFeeds(FeedsContract):
    """The feeds."""


class TestPages(PagesContract):
    """What became of pages."""

    def test_pages_of_the_first_version_are_due(
        self, elasticsearch: Elasticsearch, elasticsearch_url: str
    ) -> None:
        """Books made before it was known when they are get what is new, and keep what they have."""
        prefix = "corroborate-tests-first"
        names = [f"{prefix}-{name}-v1" for name in BOOKS]
        elasticsearch.indices.delete(index=names, ignore_unavailable=True)
        for name, fields in BOOKS.items():
            first = {k: v for k, v in fields.items() if name != "pages" or k not in NEW}
            elasticsearch.indices.create(
                index=f"{prefix}-{name}-v1",
                mappings=mappings(first, version=1),
                aliases={f"{prefix}-{name}": {}},
            )
        page = {"fetched": MONDAY.isoformat(), "attempts": 0, "reason": None, "article": None}
        for url, outcome in (("a", "failed"), ("b", "article")):
            document = {**page, "url": url, "outcome": outcome}
            elasticsearch.index(index=f"{prefix}-pages", id=key(url), document=document)
        elasticsearch.indices.refresh(index=f"{prefix}-pages")
        try:
            for _ in range(2):
                with closing(open_store(f"{elasticsearch_url}/{prefix}")) as store:
                    due = store.pages.due(MONDAY, 9)
                    assert due == [PageRecord("a", "failed", MONDAY, due=MONDAY)]
                    store.pages.put(due)
        finally:
            elasticsearch.indices.delete(index=names)


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
