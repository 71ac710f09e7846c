"""The web under load: clients that search all the time, alone and while articles are checked.

    python -m benchmarks.web --passages 100000 --clients 50 --seconds 30

Fills a store with generated articles (words of a Zipf-like vocabulary; their vectors are random
unit rows, which costs a search as much as real ones, so the filling takes a minute and not an
hour), or takes ``--store``, a copy of which nothing is changed in but its checks. Starts
``corroborate serve`` as a process of its own, and lets each client send its next query when the
last was answered; queries are made beforehand, embedded by the shipped model, and none comes twice.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

import httpx
import numpy as np
from numpy.typing import NDArray

from corroborate.identity import content_hash
from corroborate.types import Article, Outlet
from indexer.embedder import open_embedder
from indexer.indexing import index_backlog
from indexer.opening import open_store

#: Passages of a generated article, sentences of a passage, words of a sentence.
PASSAGES, SENTENCES, WORDS = 10, 3, 18
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or")]
#: Queries a second that are made ready: more than any server here answers.
MOST = 500
#: Longest that a client waits, seconds.
PATIENCE = 60.0


class Words:
    """A made-up language.

    Args:
        seed: Two with the same seed say the same.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        made = random.Random(0)
        self._words = ["".join(made.choices(SYLLABLES, k=made.randint(2, 4))) for _ in range(30000)]
        self._weights = np.cumsum(1 / np.arange(10, 30010)).tolist()

    def some(self, count: int) -> str:
        """Return so many words, frequent ones more often."""
        return " ".join(self.random.choices(self._words, cum_weights=self._weights, k=count))

    def text(self, passages: int) -> str:
        """Return so many passages of whole sentences."""
        count = passages * SENTENCES
        return " ".join(f"{self.some(WORDS).capitalize()}." for _ in range(count))


class RandomVectors:
    """An embedder that gives any text some vector, under the name of another embedder."""

    def __init__(self, name: str, dim: int) -> None:
        self.name, self.dim = name, dim
        self._random = np.random.default_rng(7)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows."""
        rows = self._random.standard_normal((len(texts), self.dim), dtype=np.float32)
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    embed_queries = embed_passages


def fill(folder: Path, passages: int) -> None:
    """Make a store of so many passages."""
    shipped = open_embedder("shipped", 1)
    words = Words(1)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with closing(open_store(str(folder))) as store:
        for first in range(0, passages // PASSAGES, 500):
            batch = []
            for n in range(first, min(first + 500, passages // PASSAGES)):
                title, text = words.some(8), words.text(PASSAGES)
                batch.append(
                    Article(
                        id=f"generated{n}", outlet=Outlet(f"o{n % 80}.example", f"Outlet {n % 80}"),
                        title=title, text=text, url=f"https://o{n % 80}.example/{n}",
                        published=start + timedelta(hours=n % 2000), language="en",
                        fetched=start, content_hash=content_hash(title, text),
                    )
                )  # fmt: skip
            store.articles.put(batch)
        index_backlog(store, RandomVectors(shipped.name, shipped.dim))


@dataclass(slots=True)
class Seen:
    """What the clients saw."""

    #: Seconds of each answer.
    took: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def row(self, name: str, seconds: float) -> str:
        """Return it as a line."""
        cuts = quantiles(self.took, n=100) if len(self.took) > 1 else [0.0] * 99
        return (
            f"{name}: {len(self.took)} answers, {len(self.took) / seconds:.1f} a second, p50 "
            f"{cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, most "
            f"{max(self.took, default=0.0) * 1000:.0f} ms; errors: {dict(self.errors) or 'none'}"
        )


def asked(seconds: float) -> tuple[Iterator[str], Iterator[str], Iterator[str]]:
    """Return the queries of two rounds and the articles to check, all made before the load."""
    words = Words(2)
    queries = [words.some(6) for _ in range(2 * round(MOST * seconds))]
    texts = [
        f"{words.text(4)} Fourteen people died in {words.some(1)} on Monday."
        for _ in range(round(MOST * seconds / 50))
    ]
    half = len(queries) // 2
    return iter(queries[:half]), iter(queries[half:]), iter(texts)


async def load(url: str, clients: int, seconds: float, queries: Iterator[str]) -> Seen:
    """Return what so many clients see that search one after the other."""
    seen = Seen()
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)

    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, limits=limits) as client:
        end = time.monotonic() + seconds

        async def visit() -> None:
            while time.monotonic() < end:
                query = next(queries)
                began = time.perf_counter()
                try:
                    answer = await client.get("/api/v1/search", params={"q": query})
                except httpx.HTTPError as exc:
                    seen.errors[type(exc).__name__] += 1
                    continue
                took = time.perf_counter() - began
                if answer.status_code == httpx.codes.OK and answer.json():
                    seen.took.append(took)
                else:
                    seen.errors[f"status {answer.status_code}"] += 1

        await asyncio.gather(*(visit() for _ in range(clients)))
    return seen


async def check(url: str, seconds: float, texts: Iterator[str]) -> int:
    """Have articles checked one after the other; return how many were done."""
    done = 0
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=PATIENCE) as client:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = next(texts)
            place = (await client.post("/checks", json={"source": text})).headers["location"]
            while time.monotonic() < end:
                state = (await client.get(f"{url}{place}")).json()["state"]
                if state in {"done", "failed"}:
                    done += state == "done"
                    break
                await asyncio.sleep(0.2)
    return done


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start a server; return it and its URL once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "CORROBORATE_STORE": str(folder), "CORROBORATE_SUBMISSIONS": "999"}
    command = [str(Path(sys.executable).with_name("corroborate")), "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    while server.poll() is None:
        try:
            httpx.get(f"{url}/readyz").raise_for_status()
            httpx.get(f"{url}/api/v1/search?q=warm", timeout=PATIENCE).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return server, url
    raise SystemExit("the server ended before it answered")


async def measure(url: str, clients: int, seconds: float) -> None:
    """Print what the clients see, alone and beside checks."""
    name = f"{clients} clients, {seconds:.0f} s"
    first, second, texts = asked(seconds)
    print((await load(url, clients, seconds, first)).row(name, seconds), flush=True)
    seen, done = await asyncio.gather(
        load(url, clients, seconds, second), check(url, seconds, texts)
    )
    print(seen.row(f"{name}, articles being checked ({done} done)", seconds))


def main() -> None:
    """Fill, serve, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--store", type=Path, help="a filled store, which is copied")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        began = time.perf_counter()
        if asked.store:
            shutil.copytree(asked.store, store)
        else:
            fill(store, asked.passages)
        server, url = serve(store)
        try:
            count = httpx.get(f"{url}/api/v1/status").json()["passages"]
            print(f"{count:,} passages, filled in {time.perf_counter() - began:.0f} s", flush=True)
            asyncio.run(measure(url, asked.clients, asked.seconds))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
