"""Search: lexical and dense side by side under one filter, fused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from indexer.indexing import check_match

if TYPE_CHECKING:
    from corroborate.protocols import Embedder, Store
    from corroborate.types import Article, Coverage, Hit, SearchFilter

#: Candidates asked of each side, at least.
CANDIDATES = 100
#: Share of the lexical score in the fused one; the dense score has the rest. Measured beside
#: reciprocal rank fusion and other shares: ``./run bench retrieval``.
LEXICAL = 0.6
#: Passages of one article among the hits of a query, at most: two cost 2 to 3 points of
#: recall, none at all lets one long article fill the list.
PER_ARTICLE = 3


class StoreSearcher:
    """Searches a store. See :class:`~corroborate.protocols.Searcher`."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder

    @property
    def embedder(self) -> str:
        """Identity of the embedding model that searches."""
        return self._embedder.name

    def search(self, queries: Sequence[str], where: SearchFilter, limit: int) -> list[list[Hit]]:
        """Return at most ``limit`` hits for each query, best first.

        Raises:
            IndexMismatch: The index was made with another embedding model.
        """
        check_match(self._store, self._embedder)
        if not queries:
            return []
        index, candidates = self._store.passages, max(CANDIDATES, 2 * limit)
        vectors = self._embedder.embed_queries(queries)
        lexical = index.lexical(queries, where, candidates)
        dense = index.dense(vectors, where, candidates)
        found = [fuse(*lists)[:limit] for lists in zip(lexical, dense, strict=True)]
        cosines = index.cosines(
            vectors, [[hit.passage for hit in hits if hit.dense is None] for hits in found]
        )
        return [
            [h if h.dense is not None else replace(h, dense=near.get(h.passage.id)) for h in hits]
            for hits, near in zip(found, cosines, strict=True)
        ]

    def articles(self, ids: Iterable[str]) -> Mapping[str, Article]:
        """Return the stored articles of these ids; those that are gone are left out."""
        return self._store.articles.get(ids)

    def coverage(self, where: SearchFilter) -> Coverage:
        """Return what a search with this filter can see, and what it cannot."""
        return self._store.articles.coverage(where)


def fuse(lexical: Sequence[Hit], dense: Sequence[Hit]) -> list[Hit]:
    """Return the hits of both lists, best first, with fused scores in [0, 1].

    Each list's scores are stretched to [0, 1] (min-max) and added up with the weights of
    :data:`LEXICAL`; a hit that one list lacks has 0 there (Bruch, Gai and Ingber, "An
    analysis of fusion functions for hybrid retrieval", 2023).
    """
    found: dict[str, Hit] = {}
    for hits, share in ((lexical, LEXICAL), (dense, 1 - LEXICAL)):
        scores = [hit.score for hit in hits]
        low, high = min(scores, default=0.0), max(scores, default=0.0)
        for hit in hits:
            known = found.get(hit.passage.id)
            part = share * ((hit.score - low) / (high - low) if high > low else 1.0)
            if known is None:
                found[hit.passage.id] = replace(hit, score=part)
            else:
                found[hit.passage.id] = replace(
                    known, score=known.score + part, dense=hit.dense, lexical=known.lexical
                )
    ranked = sorted(found.values(), key=lambda hit: (-hit.score, hit.passage.id))
    taken: Counter[str] = Counter()
    kept = []
    for hit in ranked:
        taken[hit.passage.article_id] += 1
        if taken[hit.passage.article_id] <= PER_ARTICLE:
            kept.append(hit)
    return kept
