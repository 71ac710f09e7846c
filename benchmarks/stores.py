"""Both stores side by side: the same passages loaded and searched, in one run.

    ./run bench retrieval --data ../shared/data      (fills its store, once)
    ./run elasticsearch start
    ./run bench stores benchmarks/work/retrieval-* --passages 100000

The passages of a filled folder are loaded into a new folder and into Elasticsearch, repeated with
a little noise in their vectors where they are too few. Questions are sentences of them, one at a
time, under the filter of a check; right after each the raw library is asked the same. Recall is
that of dense search against exact search. Both are measured when they are at rest: small files
merged, and old versions gone. Times are wall-clock; loading ends when all is found. Memory is what
is resident after the searches: what this process took since before it opened the folder, and all
of Elasticsearch's process, where that runs on this machine.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn
from rich.table import Table

from corroborate.sentences import split
from corroborate.types import Article, Passage, SearchFilter
from indexer.elastic.index import ElasticIndex
from indexer.embedded import rows as embedded_rows
from indexer.embedder import open_embedder
from indexer.opening import open_store
from indexer.search import StoreSearcher

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from corroborate.protocols import Embedder, PassageIndex, Store

    Row = tuple[Article, list[Passage], NDArray[np.float32]]
    Ask = Callable[[int], object]

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


def source(folder: str) -> list[Row]:
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


def copies(rows: Sequence[Row], count: int) -> Iterator[Row]:
    """Yield articles until they have so many passages, later rounds with noise; always the same."""
    rng, done, turn = np.random.default_rng(7), 0, 0
    while done < count:
        for article, passages, vectors in rows:
            if turn:
                name = f"{article.id}~{turn}"
                noise = rng.standard_normal(vectors.shape, np.float32)
                moved = vectors + NOISE * noise / np.sqrt(vectors.shape[1])
                vectors = moved / np.linalg.norm(moved, axis=1, keepdims=True)  # noqa: PLW2901
                passages = [replace(p, article_id=name) for p in passages]  # noqa: PLW2901
                article = replace(article, id=name)  # noqa: PLW2901
            yield article, passages, vectors
            done += len(passages)
            if done >= count:
                return
        turn += 1


class Nearest:
    """Exact search under a filter, of passages that come a few at a time.

    Args:
        vectors: Of the questions, unit rows.
        where: The filter.
    """

    def __init__(self, vectors: NDArray[np.float32], where: SearchFilter) -> None:
        self._vectors = vectors
        self._where = where
        self._scores = np.empty((len(vectors), 0), np.float32)
        #: For each question the ids of the passages found so far.
        self.ids: list[list[str]] = [[] for _ in vectors]
        #: How many passages passed the filter.
        self.passing = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Search these as well."""
        through = [row for row in rows if self._passes(row[0])]
        if not through:
            return
        new = [p.id for _, passages, _ in through for p in passages]
        self.passing += len(new)
        near = self._vectors @ np.concatenate([unit for _, _, unit in through]).T
        scores = np.concatenate([self._scores, near], axis=1)
        best = np.argsort(-scores, axis=1)[:, :NEAREST]
        self._scores = np.take_along_axis(scores, best, axis=1)
        names = [[*old, *new] for old in self.ids]
        self.ids = [[some[i] for i in which] for some, which in zip(names, best, strict=True)]

    def _passes(self, article: Article) -> bool:
        """Return whether an article passes what the filters here ask for."""
        where, day = self._where, article.published.date() if article.published else None
        return (
            article.outlet.id not in where.exclude_outlets
            and (not where.languages or article.language in {None, *where.languages})
            and (not day or (where.since or day) <= day <= (where.until or day))
        )


@dataclass(frozen=True, slots=True)
class Questions:
    """What both stores are asked."""

    claims: list[str]
    #: Of the claims, unit rows.
    vectors: NDArray[np.float32]
    #: What exact search finds, of all passages and under the filter.
    nearest: dict[SearchFilter, Nearest]


def questions(rows: Sequence[Row], count: int, asked: int, embedder: Embedder) -> Questions:
    """Return sentences of some articles, and what exact search finds for them."""
    some = [passages[0].text for _, passages, _ in rows[:: max(1, len(rows) // asked)]]
    claims = [text[slice(*split(text)[0])] for text in some]
    vectors = embedder.embed_queries(claims)
    nearest = {where: Nearest(vectors, where) for where in (ANY, FILTER)}
    for batch in batches(shown(copies(rows, count), "exact search", count)):
        for one in nearest.values():
            one.add(batch)
    return Questions(claims, vectors, nearest)


def batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Yield as many rows as are written at once."""
    while batch := list(islice(rows, AT_ONCE)):
        yield batch


def shown(rows: Iterator[Row], what: str, count: int) -> Iterator[Row]:
    """Yield rows, and show how many passages that was."""
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as bar:
        task = bar.add_task(what, total=count)
        for row in rows:
            yield row
            bar.advance(task, len(row[1]))


def load(index: PassageIndex, rows: Iterator[Row]) -> float:
    """Write all rows and settle; return the seconds that took."""
    begun = time.perf_counter()
    for batch in batches(rows):
        index.replace(*zip(*batch, strict=True))
    index.settle()
    return time.perf_counter() - begun


def spent(count: int, *asks: Ask) -> list[tuple[float, float]]:
    """Return median and 95th percentile of what questions take, in milliseconds.

    Args:
        count: Of the questions.
        asks: Ways to put a question; each is put in one way after the other.
    """
    times: list[list[float]] = [[] for _ in asks]
    for i in (0, *range(count)):
        for ask, taken in zip(asks, times, strict=True):
            begun = time.perf_counter()
            ask(i)
            taken.append(1000 * (time.perf_counter() - begun))
    # The first warms up.
    return [(median(t[1:]), quantiles(t[1:], n=20, method="inclusive")[-1]) for t in times]


def lexical(index: PassageIndex, asked: Questions, i: int) -> object:
    """Ask one claim by its words."""
    return index.lexical([asked.claims[i]], FILTER, CANDIDATES)


def dense(index: PassageIndex, asked: Questions, i: int) -> object:
    """Ask one claim by its vector."""
    return index.dense(asked.vectors[i : i + 1], FILTER, CANDIDATES)


def raw(index: Any, asked: Questions) -> tuple[Ask, Ask]:
    """Return the lexical and the dense question as they are put to the library itself.

    With the filter and the limit of our own, and all that a hit shows; what is left out is the
    way to the question and back from the answer.
    """
    if isinstance(index, ElasticIndex):
        words, near = recorded(index, asked)
        return (
            lambda i: index._client.msearch(searches=words[i]),
            lambda i: index._client.msearch(searches=near[i]),
        )
    from lancedb.query import MultiMatchQuery

    table = index._lance.open_table(index._generation().table)
    condition = embedded_rows.condition(FILTER)
    shown = list(embedded_rows.SHOWN)

    def lexical(i: int) -> object:
        words: Any = MultiMatchQuery(asked.claims[i], ["text", "title"])  # type: ignore[call-arg]
        found = table.search(words, query_type="fts").select([*shown, "_score"])
        return found.limit(CANDIDATES).where(condition, prefilter=True).to_list()

    def dense(i: int) -> object:
        found = table.search(asked.vectors[i], vector_column_name="vector")
        found = found.distance_type("cosine").bypass_vector_index().select([*shown, "_distance"])
        return found.limit(CANDIDATES).where(condition, prefilter=True).to_list()

    return lexical, dense


def recorded(index: ElasticIndex, asked: Questions) -> tuple[list[list[Any]], list[list[Any]]]:
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
    for i in range(len(asked.claims)):
        lexical(index, asked, i)
        dense(index, asked, i)
    index._client = client
    return sent[::2], sent[1::2]


def recall(index: PassageIndex, asked: Questions, where: SearchFilter) -> float:
    """Return the share of the exact nearest passages that are found, mean of all questions."""
    hits = index.dense(asked.vectors, where, NEAREST)
    shares = [
        len(set(exact) & {hit.passage.id for hit in found}) / len(exact)
        for exact, found in zip(asked.nearest[where].ids, hits, strict=True)
    ]
    return float(np.mean(shares))


def rest(index: Any) -> None:
    """Wait until small files are merged and old versions gone."""
    if not isinstance(index, ElasticIndex):
        index._lance.open_table(index._generation().table).optimize(
            cleanup_older_than=timedelta(seconds=1)
        )
        return
    stats = partial(index._client.indices.stats, index=index._alias, metric="merge")
    while stats()["_all"]["total"]["merges"]["current"]:
        time.sleep(1)


def resident(process: int | str = "self") -> int:
    """Return the bytes of a process of this machine that are in memory; 0 if there is none."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def memory(index: Any, before: int) -> str:
    """Return what a store holds in memory, in megabytes."""
    if not isinstance(index, ElasticIndex):
        return f"{(resident() - before) / 1e6:,.0f}"
    nodes = list(index._client.nodes.info(metric="process")["nodes"].values())
    stats = index._client.nodes.stats(metric="jvm")["nodes"].values()
    heap = sum(node["jvm"]["mem"]["heap_used_in_bytes"] for node in stats)
    held = sum(resident(node["process"]["id"]) for node in nodes)
    return f"{held / 1e6:,.0f}, of it heap {heap / 1e6:,.0f}"


def measure(
    store: Store, rows: Iterator[Row], asked: Questions, embedder: Embedder
) -> Iterator[tuple[str, str]]:
    """Load and search a store; yield what it costs, by name and in words."""
    before = resident()
    new = store.passages.next(embedder.name, embedder.dim)
    seconds = load(new, rows)
    new.publish()
    index, count = store.passages, asked.nearest[ANY].passing
    yield "passages loaded a second", f"{count / seconds:,.0f}"
    rest(index)
    yield "bytes a passage", f"{(store.overview().size or 0) / count:,.0f}"
    searcher = StoreSearcher(store, embedder)
    raw_lexical, raw_dense = raw(index, asked)
    ways: dict[str, list[Ask]] = {
        "lexical": [partial(lexical, index, asked), raw_lexical],
        "dense": [partial(dense, index, asked), raw_dense],
        "hybrid with embedding": [lambda i: searcher.search([asked.claims[i]], FILTER, WANTED)],
    }
    for way, asks in ways.items():
        for whose, times in zip(("", ", raw"), spent(len(asked.claims), *asks), strict=False):
            yield f"{way}{whose}: p50, p95 ms", "{:.0f}, {:.0f}".format(*times)
    yield f"recall@{NEAREST}", f"{recall(index, asked, ANY):.3f}"
    yield f"recall@{NEAREST} under the filter", f"{recall(index, asked, FILTER):.3f}"
    yield "memory, MB", memory(index, before)


def main() -> None:
    """Load and search both stores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", help="a folder that is filled already")
    parser.add_argument("--elasticsearch", default="http://127.0.0.1:9200")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=50)
    given = parser.parse_args()
    out, embedder = Console(highlight=False), open_embedder()
    rows = source(given.store)
    asked = questions(rows, given.passages, given.questions, embedder)
    every, filtered = (nearest.passing for nearest in asked.nearest.values())
    out.print(f"{every:,} passages, {filtered:,} pass the filter; {len(asked.claims)} questions")
    prefix = f"bench-{uuid4().hex[:6]}"
    figures: dict[str, dict[str, str]] = {"folder": {}, "Elasticsearch": {}}
    with tempfile.TemporaryDirectory() as scratch:
        places = {"folder": scratch, "Elasticsearch": f"{given.elasticsearch}/{prefix}"}
        for name, where in places.items():
            try:
                with closing(open_store(where)) as store:
                    passages = shown(copies(rows, given.passages), name, given.passages)
                    for what, figure in measure(store, passages, asked, embedder):
                        out.print(f"{name}: {what}: {figure}")
                        figures[name][what] = figure
            except Exception as exc:  # noqa: BLE001 - what was measured is shown all the same
                out.print(f"{name} failed: {type(exc).__name__}: {exc}")
    table = Table("", *figures, box=None)
    for what in max(figures.values(), key=len):
        table.add_row(what, *(measured.get(what, "") for measured in figures.values()))
    out.print(table)
    clean_up(given.elasticsearch, prefix)


def clean_up(url: str, prefix: str) -> None:
    """Remove the indices of a store, if the server is there."""
    from elasticsearch import Elasticsearch, TransportError

    with closing(Elasticsearch(url)) as client, suppress(TransportError):
        if there := list(client.indices.get(index=f"{prefix}-*")):
            client.indices.delete(index=there)


if __name__ == "__main__":
    main()
