"""Both stores side by side: the same passages loaded and searched, in one run.

    ./run elasticsearch start
    ./run bench stores STORE --elasticsearch http://127.0.0.1:9200 --passages 100000

``STORE`` is a folder that is filled already. Its passages are loaded into a new folder and into
Elasticsearch, repeated with a little noise in their vectors where they are too few. Prints the
rate of loading, bytes on disk, latencies under the filter of a check with the raw library's own
time for the same query beside them, recall@20 against exact search, and the memory that this
process took for the folder and Elasticsearch for its heap. Times are wall-clock.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
from rich.console import Console
from rich.table import Table

from corroborate.types import Article, Passage, SearchFilter
from indexer.elastic.index import ElasticIndex
from indexer.embedded import rows as embedded_rows
from indexer.embedder import open_embedder
from indexer.opening import open_store
from indexer.search import StoreSearcher

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from corroborate.protocols import PassageIndex

    Batch = list[tuple[Article, list[Passage], NDArray[np.float32]]]

#: Articles of one write, as the indexer has it.
AT_ONCE = 64
#: Hits on each side of a search, after they were fused, and of those compared with exact search.
CANDIDATES, WANTED, NEAREST = 100, 24, 20
#: Length of the noise beside a vector of length one.
NOISE = 0.1
ANY = SearchFilter()
FILTER = SearchFilter(
    exclude_outlets=frozenset({"cnn.com"}),
    since=date(2017, 3, 31),
    until=date(2017, 4, 28),
    languages=frozenset({"en"}),
)


def source(folder: str) -> Batch:
    """Return the articles of a filled store with their passages and vectors."""
    with closing(open_store(folder)) as store:
        articles = {a.id: a for a in store.articles}
        index: Any = store.passages
        table = index._lance.open_table(index._generation().table).to_arrow()
    vectors = np.stack(table["vector"].to_numpy(zero_copy_only=False)).astype(np.float32)
    rows: dict[str, list[int]] = {}
    for i, one in enumerate(table["article_id"].to_pylist()):
        rows.setdefault(one, []).append(i)
    starts, ends = table["start"].to_pylist(), table["end"].to_pylist()
    texts = table["text"].to_pylist()
    return [
        (articles[a], [Passage(a, starts[i], ends[i], texts[i]) for i in which], vectors[which])
        for a, which in rows.items()
    ]


def copies(batch: Batch, count: int) -> Iterator[tuple[Article, list[Passage], Any]]:
    """Yield articles until they have so many passages, later rounds with noise."""
    rng, done, turn = np.random.default_rng(7), 0, 0
    while done < count:
        for article, passages, vectors in batch:
            if turn:
                name = f"{article.id}~{turn}"
                noise = rng.normal(size=vectors.shape).astype(np.float32)
                moved = vectors + NOISE * noise / np.sqrt(vectors.shape[1])
                vectors = moved / np.linalg.norm(moved, axis=1, keepdims=True)  # noqa: PLW2901
                passages = [replace(p, article_id=name) for p in passages]  # noqa: PLW2901
                article = replace(article, id=name)  # noqa: PLW2901
            yield article, passages, vectors
            done += len(passages)
            if done >= count:
                return
        turn += 1


def load(index: PassageIndex, rows: Batch) -> float:
    """Write all rows and settle; return the seconds that took."""
    begun = time.perf_counter()
    for start in range(0, len(rows), AT_ONCE):
        articles, passages, vectors = zip(*rows[start : start + AT_ONCE], strict=True)
        index.replace(articles, passages, vectors)
    index.settle()
    return time.perf_counter() - begun


def spent(ask: Callable[[int], object], count: int) -> tuple[float, float]:
    """Return median and 95th percentile of what so many questions take, in milliseconds."""
    ask(0)
    times = []
    for i in range(count):
        begun = time.perf_counter()
        ask(i)
        times.append(1000 * (time.perf_counter() - begun))
    return median(times), quantiles(times, n=20, method="inclusive")[-1]


def lexical(index: PassageIndex, claims: list[str], i: int) -> object:
    """Ask one claim by its words."""
    return index.lexical([claims[i]], FILTER, CANDIDATES)


def dense(index: PassageIndex, vectors: NDArray[np.float32], i: int) -> object:
    """Ask one claim by its vector."""
    return index.dense(vectors[i : i + 1], FILTER, CANDIDATES)


def hybrid(searcher: StoreSearcher, claims: list[str], i: int) -> object:
    """Ask one claim as a check does: embedded, by both sides, fused."""
    return searcher.search([claims[i]], FILTER, WANTED)


def raw(
    index: Any, claims: list[str], vectors: NDArray[np.float32]
) -> tuple[Callable[[int], object], Callable[[int], object]]:
    """Return the lexical and the dense question as they are put to the library itself.

    With the filter and the limit of our own, and all that a hit shows; what is left out is the
    way to the question and back from the answer.
    """
    if isinstance(index, ElasticIndex):
        words, near = recorded(index, claims, vectors)
        return (
            lambda i: index._client.msearch(searches=words[i]),
            lambda i: index._client.msearch(searches=near[i]),
        )
    from lancedb.query import MultiMatchQuery

    table = index._lance.open_table(index._generation().table)
    condition = embedded_rows.condition(FILTER)
    shown = list(embedded_rows.SHOWN)

    def lexical(i: int) -> object:
        words: Any = MultiMatchQuery(claims[i], ["text", "title"])  # type: ignore[call-arg]
        found = table.search(words, query_type="fts").select([*shown, "_score"])
        return found.limit(CANDIDATES).where(condition, prefilter=True).to_list()

    def dense(i: int) -> object:
        found = table.search(vectors[i], vector_column_name="vector").distance_type("cosine")
        found = found.bypass_vector_index().select([*shown, "_distance"])
        return found.limit(CANDIDATES).where(condition, prefilter=True).to_list()

    return lexical, dense


def recorded(
    index: ElasticIndex, claims: list[str], vectors: NDArray[np.float32]
) -> tuple[list[list[Any]], list[list[Any]]]:
    """Return the bodies that the index sends for each claim, lexical and dense."""
    client, sent = index._client, list[list[Any]]()

    class Recorder:
        """Passes everything on, and keeps the searches."""

        def __getattr__(self, name: str) -> Any:
            return getattr(client, name)

        def msearch(self, searches: list[Any]) -> Any:
            sent.append(searches)
            return client.msearch(searches=searches)

    index._client = Recorder()
    for i in range(len(claims)):
        lexical(index, claims, i)
        dense(index, vectors, i)
    index._client = client
    return sent[::2], sent[1::2]


def memory() -> int:
    """Return the most memory that this process has held, in bytes."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def recall(index: PassageIndex, rows: Batch, vectors: NDArray[np.float32]) -> float:
    """Return the share of the exact nearest passages that are found, mean of all questions."""
    every = np.concatenate([some for _, _, some in rows])
    names = [p.id for _, passages, _ in rows for p in passages]
    hits = index.dense(vectors, ANY, NEAREST)
    shares = []
    for vector, found in zip(vectors, hits, strict=True):
        nearest = np.argpartition(-(every @ vector), NEAREST)[:NEAREST]
        shares.append(len({names[i] for i in nearest} & {h.passage.id for h in found}) / NEAREST)
    return float(np.mean(shares))


def main() -> None:
    """Load and search both stores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", help="a folder that is filled already")
    parser.add_argument("--elasticsearch", default="http://127.0.0.1:9200")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=50)
    given = parser.parse_args()
    out, embedder = Console(highlight=False), open_embedder()
    batch = source(given.store)
    rows = list(copies(batch, given.passages))
    count = sum(len(passages) for _, passages, _ in rows)
    claims = [p[0].text for _, p, _ in batch[:: max(1, len(batch) // given.questions)]]
    vectors = embedder.embed_queries(claims)
    table = Table(
        "store", "load/s", "bytes each", "lexical p50 p95 ms", "raw", "dense p50 p95 ms", "raw",
        "hybrid p50 p95 ms", "recall@20", box=None,
    )  # fmt: skip
    out.print(f"{count:,} passages, {len(claims)} questions")
    before = memory()
    prefix = f"bench-{uuid4().hex[:6]}"
    with tempfile.TemporaryDirectory() as scratch:
        for name, where in (("embedded", scratch), ("elastic", f"{given.elasticsearch}/{prefix}")):
            with closing(open_store(where)) as store:
                index = store.passages.next(embedder.name, embedder.dim)
                seconds = load(index, rows)
                index.publish()
                index = store.passages
                words = spent(partial(lexical, index, claims), len(claims))
                near = spent(partial(dense, index, vectors), len(claims))
                both = spent(partial(hybrid, StoreSearcher(store, embedder), claims), len(claims))
                raw_words, raw_near = raw(index, claims, vectors)
                words_itself, _ = spent(raw_words, len(claims))
                near_itself, _ = spent(raw_near, len(claims))
                if name == "embedded":
                    grown = memory() - before
                size = store.overview().size or 0
                table.add_row(
                    name, f"{count / seconds:,.0f}", f"{size / count:,.0f}",
                    f"{words[0]:.0f} {words[1]:.0f}", f"{words_itself:.0f}",
                    f"{near[0]:.0f} {near[1]:.0f}", f"{near_itself:.0f}",
                    f"{both[0]:.0f} {both[1]:.0f}", f"{recall(index, rows, vectors):.3f}",
                )  # fmt: skip
    out.print(table)
    out.print(f"The folder's memory, in this process at most: {grown / 1e6:,.0f} MB")
    from elasticsearch import Elasticsearch

    with closing(Elasticsearch(given.elasticsearch)) as client:
        nodes = client.nodes.stats(metric="jvm")["nodes"].values()
        heap = max(node["jvm"]["mem"]["heap_used_in_bytes"] for node in nodes)
        out.print(f"Elasticsearch's heap: {heap / 1e6:,.0f} MB")
        client.indices.delete(index=list(client.indices.get(index=f"{prefix}-*")))


if __name__ == "__main__":
    main()
