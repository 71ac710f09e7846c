"""From the archive's backlog to the index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from corroborate.errors import CorroborateError, IndexMismatch, StoreError
from corroborate.identity import version
from corroborate.types import PageRecord, SearchFilter
from indexer.passages import passages

if TYPE_CHECKING:
    from corroborate.protocols import Embedder, PassageIndex, Store
    from corroborate.types import Article

#: Articles embedded and committed together: passages of like length share a batch, and what
#: a killed process has to do again is little.
AT_ONCE = 64
#: Outcome of a page whose article the index refuses.
QUARANTINED = "quarantined"
#: Articles after which the index is settled in between: a search reads what is not settled
#: word for word, so that it slows down in the course of a long import.
SETTLE_EVERY = 1024

Progress = Callable[[int, int], None]


def index_backlog(
    store: Store, embedder: Embedder, *, progress: Progress = lambda _done, _total: None
) -> int:
    """Index every article in the backlog; return how many that was.

    While another process is at it, it is left to that one, which looks again before it ends.

    Raises:
        IndexMismatch: The index was made with another embedding model.
    """
    done = 0

    def move(step: int, pending: int) -> None:
        progress(done + step, done + step + pending)

    while store.articles.pending():
        with store.indexing() as mine:
            if not mine:
                break
            done += _drain(store, embedder, move)
    return done


def reindex(
    store: Store, embedder: Embedder, *, progress: Progress = lambda _done, _total: None
) -> int:
    """Build the index anew from the archive; return how many articles that was.

    Searches stay on the old index until the new one is whole. What is archived meanwhile
    stays in the backlog and is indexed at the end.

    Raises:
        StoreError: Another process is indexing.
    """
    with store.indexing() as mine:
        if not mine:
            raise StoreError("another process is indexing; try again when it is done")
        total = store.articles.coverage(SearchFilter()).articles
        written: list[tuple[str, str]] = []
        readmitted: list[tuple[PageRecord, PageRecord]] = []
        index = store.passages.next(embedder.name, embedder.dim)
        for batch in _batches(store.articles):
            refused = _write(store, index, batch, embedder)
            readmitted += _readmitted(store, batch, refused)
            written += _versions(batch)
            progress(len(written), max(total, len(written)))
        index.settle()
        index.publish()
        # Not before: an article taken off the backlog must be in the index that is searched.
        store.articles.indexed(written)
        store.pages.swap(readmitted)
    return len(written) + index_backlog(store, embedder)


def check_match(store: Store, embedder: Embedder) -> None:
    """Refuse an index that another model made.

    Raises:
        IndexMismatch: It did.
    """
    made_by = store.passages.embedder
    if made_by is not None and made_by != embedder.name:
        raise IndexMismatch(
            f"the index was made with {made_by}, the settings name {embedder.name}; run "
            "'corroborate reindex', or set CORROBORATE_EMBEDDER back"
        )


def _drain(store: Store, embedder: Embedder, progress: Progress) -> int:
    """Index the backlog until it is empty; ``progress`` gets what is done and what is left."""
    done = unsettled = 0
    while articles := store.articles.backlog(AT_ONCE):
        index = _matching(store, embedder)
        refused = _write(store, index, articles, embedder)
        store.articles.indexed(_versions(articles))
        store.pages.swap(_readmitted(store, articles, refused))
        done += len(articles)
        unsettled += len(articles)
        progress(done, store.articles.pending())
        if unsettled >= SETTLE_EVERY:
            index.settle()
            unsettled = 0
    if unsettled:
        store.passages.settle()
    return done


def _matching(store: Store, embedder: Embedder) -> PassageIndex:
    """Return the index that is searched, made first if there is none."""
    if store.passages.embedder is None:
        store.passages.next(embedder.name, embedder.dim).publish()
    check_match(store, embedder)
    return store.passages


def _write(
    store: Store, index: PassageIndex, articles: Sequence[Article], embedder: Embedder
) -> Collection[str]:
    """Write articles to the index; those that cannot be are quarantined, for status to show.

    Returns:
        The ids of those that were refused.
    """
    try:
        refused = _replace(index, articles, embedder)
    except CorroborateError:
        raise
    # What a stranger wrote has hit a bug: that is one article's failure, not the backlog's end.
    except Exception as exc:  # noqa: BLE001  it is kept as the reason, or raised again
        refused = _one_by_one(index, articles, embedder, exc)
    for article in articles:
        if reason := refused.get(article.id):
            why = f"the index refuses it; 'corroborate reindex' tries again: {reason}"
            url, now = _place(article), datetime.now(UTC)
            store.pages.put([PageRecord(url, QUARANTINED, now, reason=why, article=article.id)])
    return refused


def _readmitted(
    store: Store, articles: Sequence[Article], refused: Collection[str]
) -> list[tuple[PageRecord, PageRecord]]:
    """Return the records of articles that were refused before, each with what it is to become.

    Args:
        store: Whose book names them.
        articles: What was written.
        refused: Ids of those of them that were refused again.
    """
    places = {_place(article): article.id for article in articles if article.id not in refused}
    return [
        (page, replace(page, outcome="article", reason=None))
        for url, page in store.pages.get(places).items()
        # A page that could not be fetched has the entry that led to it.
        if page.outcome == QUARANTINED and page.article == places[url] and not page.entry
    ]


def _place(article: Article) -> str:
    """Return what the book of pages names an article by that the index refuses."""
    return article.url or article.id


def _replace(
    index: PassageIndex, articles: Sequence[Article], embedder: Embedder
) -> dict[str, str]:
    """Cut, embed and write articles; return those that the index refuses, and why."""
    cut = [passages(article) for article in articles]
    vectors = embedder.embed_passages([p.text for some in cut for p in some])
    ends = np.cumsum([len(some) for some in cut])[:-1]
    return index.replace(articles, cut, np.split(vectors, ends))


def _one_by_one(
    index: PassageIndex, articles: Sequence[Article], embedder: Embedder, error: Exception
) -> dict[str, str]:
    """Write articles that have hit a bug together; return those that do so alone, and why.

    None of their passages stay: those of an earlier version would not be in the archive.

    Raises:
        Exception: What they hit together, if several do so and no other is written: then it is
            no fault of theirs.
    """
    refused: dict[str, str] = {}
    failing: list[Article] = []
    for article in articles:
        try:
            refused |= _replace(index, [article], embedder)
        except CorroborateError:
            raise
        except Exception as exc:  # noqa: BLE001  it is the reason
            failing.append(article)
            refused[article.id] = f"unexpected: {exc!a}"
    if len(failing) == len(articles) > 1:
        raise error
    nothing = np.empty((0, embedder.dim), np.float32)
    index.replace(failing, [[] for _ in failing], [nothing for _ in failing])
    return refused


def _versions(articles: Iterable[Article]) -> list[tuple[str, str]]:
    return [(article.id, version(article)) for article in articles]


def _batches(articles: Iterable[Article]) -> Iterable[list[Article]]:
    rest = iter(articles)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch
