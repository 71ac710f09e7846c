"""What the rooms of the house expect of each other.

**Threads.** Everything here may be called from several threads, and several processes may
open the same store at once, one of them writing.

**Lifecycle.** Whoever opens a store closes it. Models are loaded on first use.

**Errors.** Stores raise :class:`~corroborate.errors.StoreError` and its children, models
:class:`~corroborate.errors.ModelError`; no library's own exception comes through.

**Times** are aware UTC datetimes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from corroborate.types import (
        Article,
        Change,
        Check,
        Coverage,
        Feed,
        Hit,
        Judgement,
        Overview,
        Page,
        PageRecord,
        Pair,
        Passage,
        SearchFilter,
    )


class Embedder(Protocol):
    """Turns text into vectors whose cosine says how close in meaning two texts are."""

    @property
    def name(self) -> str:
        """Identity, with a hash of the weights; an index remembers which one made it."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape ``(len(texts), dim)``, for texts that ask."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape ``(len(texts), dim)``, for texts that answer."""
        ...


class StanceNetwork(Protocol):
    """A cross-encoder over pairs of texts."""

    @property
    def name(self) -> str:
        """Identity, with a hash of the weights."""
        ...

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return logits, shape ``(len(pairs), 3)``: agrees, conflicts, unrelated.

        Args:
            pairs: (premise, hypothesis), that is (passage, claim).
        """
        ...


class Judge(Protocol):
    """Decides what passages do to claims."""

    @property
    def name(self) -> str:
        """Identity of the network behind it."""
        ...

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Least probability at which a stance is asserted, by stance."""
        ...

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Return a judgement for each pair, in order."""
        ...


class Searcher(Protocol):
    """What the matcher asks of the index: the only thing it knows of it."""

    @property
    def embedder(self) -> str:
        """Identity of the embedding model that searches."""
        ...

    def search(self, queries: Sequence[str], where: SearchFilter, limit: int) -> list[list[Hit]]:
        """Return at most ``limit`` hits for each query, best first, lexical and dense fused.

        Each has its ``dense`` set, also where only words found it.
        """
        ...

    def articles(self, ids: Iterable[str]) -> Mapping[str, Article]:
        """Return the stored articles of these ids; those that are gone are left out."""
        ...

    def coverage(self, where: SearchFilter) -> Coverage:
        """Return what a search with this filter can see, and what it cannot."""
        ...


class ArticleArchive(Protocol):
    """The truth: every article, kept before anything is derived from it."""

    def put(self, articles: Sequence[Article]) -> list[Change]:
        """Store articles in one transaction and put what is new or changed in the backlog.

        An article that is there in the same :func:`~corroborate.identity.version` changes
        nothing.
        """
        ...

    def get(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles of these ids; those that are unknown are left out."""
        ...

    def backlog(self, limit: int) -> list[Article]:
        """Return at most ``limit`` articles that are archived but not indexed, oldest first."""
        ...

    def pending(self) -> int:
        """Return the length of the backlog."""
        ...

    def indexed(self, versions: Sequence[tuple[str, str]]) -> None:
        """Take articles off the backlog, unless they changed since they were read from it.

        Args:
            versions: For each article its id and the
                :func:`~corroborate.identity.version` that was indexed.
        """
        ...

    def __iter__(self) -> Iterator[Article]:
        """Yield every article."""
        ...

    def coverage(self, where: SearchFilter) -> Coverage:
        """Return articles and outlets that pass the filter, and feeds with their failures."""
        ...


class PassageIndex(Protocol):
    """Derived from the archive: passages with their vectors, searchable both ways."""

    @property
    def embedder(self) -> str | None:
        """Identity of the model that made the vectors; None while the index is empty."""
        ...

    def replace(
        self,
        articles: Sequence[Article],
        passages: Sequence[Sequence[Passage]],
        vectors: Sequence[NDArray[np.float32]],
    ) -> dict[str, str]:
        """Make these the only passages of these articles.

        Returns the articles that the index refuses and would refuse again, each with the
        reason; none of their passages are in it.

        Args:
            articles: The articles.
            passages: For each article its passages.
            vectors: For each article unit rows, shape ``(len(passages), dim)``.
        """
        ...

    def lexical(self, queries: Sequence[str], where: SearchFilter, limit: int) -> list[list[Hit]]:
        """Return hits by BM25 over title and text, ``lexical`` and ``score`` set to it."""
        ...

    def dense(
        self, vectors: NDArray[np.float32], where: SearchFilter, limit: int
    ) -> list[list[Hit]]:
        """Return hits by cosine to each row, ``dense`` and ``score`` set to it."""
        ...

    def cosines(
        self, vectors: NDArray[np.float32], passages: Sequence[Collection[Passage]]
    ) -> list[dict[str, float]]:
        """Return the cosine of each row to passages of its own, by their ids.

        Args:
            vectors: Unit rows, shape ``(n, dim)``.
            passages: For each row its passages; those that the index has not are left out.
        """
        ...

    def next(self, embedder: str, dim: int) -> PassageIndex:
        """Return a new, empty index for vectors of this model; searches stay on the old one."""
        ...

    def publish(self) -> None:
        """Make this index, which :meth:`next` returned, the one that is searched."""
        ...

    def settle(self) -> None:
        """Do the housekeeping that makes what was written quick to search."""
        ...


class Fetches(Protocol):
    """The way to the web."""

    def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Page:
        """Return the page at a URL; 304 and 410 are pages too.

        Raises:
            BlockedError: The URL is not to be asked.
            FetchError: There is no page.
        """
        ...


class PageBook(Protocol):
    """What became of the URLs that feeds led to."""

    def get(self, urls: Iterable[str]) -> dict[str, PageRecord]:
        """Return the records of these URLs; those that are unknown are left out."""
        ...

    def put(self, records: Sequence[PageRecord]) -> None:
        """Add or update the records of URLs."""
        ...

    def swap(self, changes: Sequence[tuple[PageRecord | None, PageRecord]]) -> list[PageRecord]:
        """Put each record only if the book holds the one that it is to replace.

        Of several processes that replace the same record, one succeeds.

        Args:
            changes: The record that was read of a URL, None if there was none, and the one to
                put in its place; no URL twice.

        Returns:
            The records that were put.
        """
        ...

    def due(self, now: datetime, limit: int) -> list[PageRecord]:
        """Return at most ``limit`` pages that are due at ``now``, longest overdue first."""
        ...

    def quarantined(self, limit: int) -> list[PageRecord]:
        """Return pages that were given up, latest first."""
        ...

    def counts(self) -> dict[str, int]:
        """Return how many pages had which outcome."""
        ...


class CheckBook(Protocol):
    """The checks that were submitted."""

    def put(self, check: Check) -> None:
        """Add or update a check."""
        ...

    def get(self, check_id: str) -> Check | None:
        """Return a check, if it is known."""
        ...

    def recent(self, limit: int) -> list[Check]:
        """Return the latest checks, newest first, without their reports."""
        ...

    def unfinished(self) -> list[Check]:
        """Return the checks that are queued or running, oldest first."""
        ...


class FeedBook(Protocol):
    """The feeds we poll, and how polling them has gone."""

    def all(self) -> list[Feed]:
        """Return every feed, in the order they were added."""
        ...

    def due(self, now: datetime) -> list[Feed]:
        """Return the feeds that are not paused and due at ``now``, longest overdue first."""
        ...

    def get(self, url: str) -> Feed | None:
        """Return the feed at a URL; None if it is not known."""
        ...

    def put(self, feeds: Sequence[Feed]) -> int:
        """Add or update feeds by URL; return how many were new.

        The number of articles of a known feed stays as it is: only :meth:`count` changes it.
        """
        ...

    def count(self, url: str) -> None:
        """Add one to the articles that a feed led to."""
        ...

    def remove(self, url: str) -> bool:
        """Forget a feed; its articles stay. Return whether it was known."""
        ...


class Store(Protocol):
    """One place that keeps everything: a folder on this machine, or a cluster."""

    @property
    def articles(self) -> ArticleArchive:
        """The archive."""
        ...

    @property
    def passages(self) -> PassageIndex:
        """The index."""
        ...

    @property
    def feeds(self) -> FeedBook:
        """The feeds."""
        ...

    @property
    def pages(self) -> PageBook:
        """What became of the URLs that feeds led to."""
        ...

    @property
    def checks(self) -> CheckBook:
        """The checks that were submitted."""
        ...

    def indexing(self) -> AbstractContextManager[bool]:
        """Hold the right to write the index; yields False if another process holds it."""
        ...

    def overview(self, *, days: int = 0) -> Overview:
        """Return what the store holds; with ``days``, articles per outlet for so many days."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...
