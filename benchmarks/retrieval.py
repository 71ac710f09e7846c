"""How well search finds the passages that speak to a claim: lexical, dense, and fused.

    python -m benchmarks.retrieval --data ../shared/data

Queries are the claims of ``gold/dev.jsonl`` that some passage agrees or conflicts with; what is
to be found is that passage, among all others of the articles in ``articles/``. "natural" claims
are sentences of articles and search other outlets, within the product's days or on any day;
"written" ones have no date. A hit finds a gold passage when they share half of the shorter one.

The store is kept in ``benchmarks/work`` and used again; ``--articles`` makes the haystack smaller.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from corroborate.settings import Settings
from corroborate.types import Article, SearchFilter
from indexer.embedder import open_embedder
from indexer.indexing import index_backlog
from indexer.opening import open_store
from indexer.search import CANDIDATES, StoreSearcher
from workers.importing import read_rows

if TYPE_CHECKING:
    from corroborate.protocols import Embedder, Store
    from corroborate.types import Hit

DEPTHS = (12, 20)
#: The constant of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009).
RANK_CONSTANT = 60


@dataclass(frozen=True, slots=True)
class Query:
    """A claim, where it may be looked for, and what is to be found."""

    claim: str
    part: str
    where: SearchFilter
    #: Article id, start, end.
    gold: tuple[tuple[str, int, int], ...]


def load(data: Path) -> tuple[list[Article], list[dict[str, Any]]]:
    """Return the articles, and the gold rows whose passage speaks to its claim."""
    articles = [row for row in read_rows([data / "articles"]) if isinstance(row, Article)]
    lines = (data / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return articles, [row for row in rows if row["stance"] != "unrelated"]


def queries(
    articles: Sequence[Article], rows: Sequence[dict[str, Any]], days: int
) -> tuple[list[Query], int]:
    """Return the queries, and how many gold passages are in no article."""
    at = defaultdict(list)
    for article in articles:
        at[article.title, _day(article)].append(article)
    gold: dict[tuple[str, str, SearchFilter], list[tuple[str, int, int]]] = defaultdict(list)
    missing = 0
    for row in rows:
        place = _locate(row["passage"], at[row["title"], date.fromisoformat(row["date"])])
        if place is None:
            missing += 1
            continue
        where, part = SearchFilter(), row["part"]
        if part != "written":
            part, day = "natural", date.fromisoformat(row["claim_date"])
            span = timedelta(days=days)
            outlets = {a.outlet.id for a in at[row["claim_title"], day]}
            where = SearchFilter(
                exclude_outlets=frozenset(outlets), since=day - span, until=day + span
            )
        gold[row["claim"], part, where].append(place)
    found = [Query(*key, tuple(places)) for key, places in gold.items()]
    undated = [
        replace(q, part="natural, any day", where=replace(q.where, since=None, until=None))
        for q in found
        if q.part == "natural"
    ]
    return found + undated, missing


def _day(article: Article) -> date | None:
    return article.published.date() if article.published else None


def _locate(passage: str, articles: Sequence[Article]) -> tuple[str, int, int] | None:
    words = re.compile(r"\s+".join(map(re.escape, passage.split())))
    for article in articles:
        if match := words.search(article.text):
            return article.id, match.start(), match.end()
    return None


def fill(store: Store, articles: Sequence[Article], embedder: Embedder) -> None:
    """Put articles in a store and index them, and say how quickly."""
    start = time.perf_counter()
    store.articles.put(articles)
    done = index_backlog(store, embedder)
    seconds = time.perf_counter() - start
    if done:
        print(f"archived and indexed {done} articles, {done / seconds:.1f} a second")


def reciprocal(lexical: Sequence[Hit], dense: Sequence[Hit]) -> list[Hit]:
    """Return the hits of both lists by reciprocal rank fusion, to compare with."""
    scores: dict[str, float] = defaultdict(float)
    for hits in (lexical, dense):
        for rank, hit in enumerate(hits, 1):
            scores[hit.passage.id] += 1 / (RANK_CONSTANT + rank)
    known = {hit.passage.id: hit for hit in (*dense, *lexical)}
    return [known[i] for i in sorted(scores, key=lambda i: (-scores[i], i))]


def methods(store: Store, embedder: Embedder) -> dict[str, Callable[[Query], Sequence[Hit]]]:
    """Return the ways to search, by name."""
    index, searcher = store.passages, StoreSearcher(store, embedder)

    def lexical(query: Query) -> list[Hit]:
        return index.lexical([query.claim], query.where, CANDIDATES)[0]

    def dense(query: Query) -> list[Hit]:
        return index.dense(embedder.embed_queries([query.claim]), query.where, CANDIDATES)[0]

    return {
        "lexical": lexical,
        "dense": dense,
        "reciprocal rank": lambda query: reciprocal(lexical(query), dense(query)),
        "search": lambda query: searcher.search([query.claim], query.where, max(DEPTHS))[0],
    }


def scores(query: Query, hits: Sequence[Hit]) -> list[float]:
    """Return the recall at each of :data:`DEPTHS`, and the nDCG at 10 with binary gains."""
    ranks = [
        next((rank for rank, hit in enumerate(hits) if _finds(hit, place)), None)
        for place in query.gold
    ]
    recalls = [mean(rank is not None and rank < depth for rank in ranks) for depth in DEPTHS]
    gains = sum(1 / np.log2(rank + 2) for rank in ranks if rank is not None and rank < 10)
    ideal = sum(1 / np.log2(rank + 2) for rank in range(min(10, len(ranks))))
    return [*recalls, min(1.0, float(gains / ideal))]


def _finds(hit: Hit, place: tuple[str, int, int]) -> bool:
    article, start, end = place
    passage = hit.passage
    shared = min(end, passage.end) - max(start, passage.start)
    shorter = min(end - start, passage.end - passage.start)
    return passage.article_id == article and shared >= shorter / 2


def main() -> None:
    """Print recall and nDCG of each way to search."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--articles", type=int, default=0, help="besides gold ones; 0: all")
    parser.add_argument("--embedder", default="shipped")
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args()
    embedder = open_embedder(arguments.embedder, arguments.threads)
    articles, rows = load(arguments.data)
    asked, missing = queries(articles, rows, Settings.model_fields["window_days"].default)
    wanted = {article for query in asked for article, _, _ in query.gold}
    rest = [article for article in articles if article.id not in wanted]
    if arguments.articles:
        rest = random.Random(1).sample(rest, min(arguments.articles, len(rest)))
    haystack = [article for article in articles if article.id in wanted] + rest
    folder = Path("benchmarks", "work", f"retrieval-{len(haystack)}-{embedder.name}")
    console = Console()
    table = Table("claims", "search", *(f"recall@{d}" for d in DEPTHS), "nDCG@10")
    with closing(open_store(str(folder))) as store:
        fill(store, haystack, embedder)
        ways = methods(store, embedder)
        for part in dict.fromkeys(query.part for query in asked):
            some = [query for query in asked if query.part == part]
            for name, way in ways.items():
                progress = track(some, name, transient=True, disable=not console.is_terminal)
                rows_of = [scores(q, way(q)) for q in progress]
                means = [f"{mean(column):.3f}" for column in zip(*rows_of, strict=True)]
                table.add_row(f"{part} ({len(some)})", name, *means)
    console = Console()
    console.print(f"{len(haystack)} articles; {missing} gold passages are in none; {embedder.name}")
    console.print(table)


if __name__ == "__main__":
    main()
