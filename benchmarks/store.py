"""A store's speed: how fast articles come in, how big they are, how fast claims are answered.

    python -m benchmarks.store --data ../shared/data

Archives and indexes the articles of ``articles/`` with the shipped embedder (``--articles``: only
so many of them), then asks the claims of ``gold/dev.jsonl``: one at a time and thirty at once, on
any day and under the filter of a check. ``--store`` names a store that is filled already; filling
it is left out then. Times are wall-clock; ``cpu`` is this process's, all threads together.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from corroborate.types import Article, SearchFilter
from indexer.embedder import open_embedder
from indexer.indexing import index_backlog
from indexer.opening import open_store
from indexer.search import StoreSearcher
from workers.importing import read_rows

if TYPE_CHECKING:
    from corroborate.protocols import Embedder, Store

    Ask = Callable[[Sequence[str]], object]

#: Claims of one check, hits on each side, rounds of the questions.
AT_ONCE = 30
CANDIDATES = 100
ROUNDS = 5
#: As for the claims of an article of 14 April 2017.
FILTER = SearchFilter(
    exclude_outlets=frozenset({"cnn.com"}), since=date(2017, 3, 31), until=date(2017, 4, 28)
)


@dataclass(slots=True)
class Spent:
    """Seconds of wall-clock and of processor time."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def clock() -> Iterator[Spent]:
    """Measure what happens inside."""
    spent = Spent(-time.perf_counter(), -time.process_time())
    yield spent
    spent.wall += time.perf_counter()
    spent.cpu += time.process_time()


def fill(store: Store, embedder: Embedder, data: Path, count: int, out: Console) -> None:
    """Archive and index the articles, and print the rates."""
    files = sorted((data / "articles").glob("*.jsonl"))
    read = (row for row in read_rows(files) if isinstance(row, Article))
    articles = list(islice(read, count))
    with clock() as archiving:
        for start in range(0, len(articles), 256):
            store.articles.put(articles[start : start + 256])
    with clock() as indexing:
        done = index_backlog(store, embedder)
    passages = store.overview().passages
    out.print(f"archived  {len(articles) / archiving.wall:9,.0f} articles/s")
    out.print(
        f"indexed   {done / indexing.wall:9.1f} articles/s wall, {done / indexing.cpu:.1f} per "
        f"processor second; {passages / indexing.wall:,.0f} passages/s"
    )


def size(store: Store, out: Console) -> None:
    """Print how big the store is."""
    held = store.overview()
    out.print(f"holds     {held.articles:,} articles, {held.passages:,} passages")
    if held.size:
        each = held.size / max(held.passages, 1)
        out.print(f"on disk   {held.size / 1e6:,.0f} MB, {each:,.0f} bytes a passage")


def latencies(ask: Ask, batches: Sequence[list[str]]) -> list[Spent]:
    """Return what each batch of claims takes; the first, which warms up, is left out."""
    ask(batches[0])
    spent = []
    for batch in batches:
        with clock() as one:
            ask(batch)
        spent.append(one)
    return spent


def sides(store: Store, embedder: Embedder, where: SearchFilter) -> list[tuple[str, Ask]]:
    """Return the ways to search, by name."""
    index, searcher = store.passages, StoreSearcher(store, embedder)
    return [
        ("lexical", lambda claims: index.lexical(claims, where, CANDIDATES)),
        ("dense", lambda claims: index.dense(embedder.embed_queries(claims), where, CANDIDATES)),
        ("hybrid", lambda claims: searcher.search(claims, where, 12)),
    ]


def questions(store: Store, embedder: Embedder, claims: list[str], out: Console) -> None:
    """Ask each side and both together, and print the times."""
    table = Table("search", "claims", "filter", "p50 ms", "p95 ms", "cpu ms", box=None)
    thirties = [claims[i : i + AT_ONCE] for i in range(0, ROUNDS * AT_ONCE, AT_ONCE)]
    for name, where in (("any", SearchFilter()), ("check's", FILTER)):
        for side, ask in sides(store, embedder, where):
            for batches in ([[claim] for claim in claims[:AT_ONCE]], thirties):
                spent = latencies(ask, batches)
                walls = [1000 * one.wall for one in spent]
                table.add_row(
                    side, str(len(batches[0])), name, f"{median(walls):.0f}",
                    f"{quantiles(walls, n=20, method='inclusive')[-1]:.0f}",
                    f"{1000 * median(one.cpu for one in spent):.0f}",
                )  # fmt: skip
    out.print(table)


def start_up(where: str, claim: str, out: Console) -> None:
    """Print what ``corroborate search`` takes from its start to its end."""
    command = [str(Path(sys.executable).with_name("corroborate")), "search", claim]
    environment = {**os.environ, "CORROBORATE_STORE": where}
    times = []
    for _ in range(ROUNDS):
        with clock() as one:
            subprocess.run(command, env=environment, capture_output=True, check=True)
        times.append(one.wall)
    out.print(f"corroborate search, start-up included: {min(times):.2f} s (best of {ROUNDS})")


def main() -> None:
    """Measure one store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--store", help="a store that is filled already")
    parser.add_argument("--articles", type=int, help="fill with so many articles only")
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args()
    out, embedder = Console(highlight=False), open_embedder(threads=given.threads)
    lines = (given.data / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    claims = [json.loads(line)["claim"] for line in lines[: ROUNDS * AT_ONCE]]
    with tempfile.TemporaryDirectory() as scratch:
        where = given.store or scratch
        with closing(open_store(where)) as store:
            if not given.store:
                fill(store, embedder, given.data, given.articles, out)
            size(store, out)
            questions(store, embedder, claims, out)
        start_up(where, claims[0], out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out.print(f"peak memory of this process: {peak:,.0f} MB")


if __name__ == "__main__":
    main()
