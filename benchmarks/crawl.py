"""Throughput of crawling on loopback: ``python -m benchmarks.crawl --data ../shared/data``.

The real pages of ``pages/`` are served by a process of its own as sixteen hosts, each with a
feed. Measured are fetching, cleaning and archiving them, without a pace, and in the same run
what trafilatura alone takes for the same pages. The ratio is of processor time, hence the
same on a busy machine; it is what the rest of the work costs.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.cleaning import pages
from corroborate.logs import configure
from corroborate.settings import Settings
from corroborate.types import Feed, Page
from indexer.opening import open_store
from workers.clean import clean
from workers.crawl import Crawler
from workers.fetch import Fetcher
from workers.pace import Pace
from workers.rounds import CrawlSummary, crawl

HOSTS = 16


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve a folder on all loopback addresses; yield the port."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--directory", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        line = server.stdout.readline() if server.stdout else ""
        port = re.search(r"port (\d+)", line)
        if not port:
            raise SystemExit(f"the local web did not start: {line}")
        yield int(port[1])
    finally:
        server.terminate()
        server.wait()


def publish(folder: Path, bodies: Sequence[bytes], copies: int, port: int) -> list[Feed]:
    """Write pages and feeds into a folder; return the feeds, one a host."""
    feeds = []
    for host in range(1, HOSTS + 1):
        own = list(enumerate(bodies))[host - 1 :: HOSTS]
        root = f"http://127.0.0.{host}:{port}"
        items = []
        for number, body in own:
            for copy in range(copies):
                (folder / f"{number}-{copy}.html").write_bytes(body)
                items.append(f"<item><link>{root}/{number}-{copy}.html</link></item>")
        rss = f'<rss version="2.0"><channel><title>{host}</title>{"".join(items)}</channel></rss>'
        (folder / f"{host}.xml").write_text(rss, encoding="utf-8")
        feeds.append(Feed(f"{root}/{host}.xml"))
    return feeds


def crawled(feeds: Sequence[Feed], store: Path) -> tuple[CrawlSummary, float, float]:
    """Crawl into a new store; return what was done, and seconds of time and of processor."""
    settings = Settings(allow_private=True, pace=0.001)  # type: ignore[call-arg]
    opened = open_store(str(store))
    opened.feeds.put(feeds)
    start, cpu = time.perf_counter(), time.process_time()
    summary = crawl(Crawler(opened, Fetcher(settings), Pace(settings.pace)), feeds)
    return summary, time.perf_counter() - start, time.process_time() - cpu


def extracted(bodies: Sequence[bytes]) -> float:
    """Return the seconds of processor that trafilatura alone takes."""
    from trafilatura import extract

    start = time.process_time()
    for body in bodies:
        extract(body, include_comments=False, deduplicate=False)
    return time.process_time() - start


def main() -> None:
    """Crawl, extract, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds pages/")
    parser.add_argument("--copies", type=int, default=3, help="times that each page is published")
    arguments = parser.parse_args()
    bodies = [html for _, html, _ in pages(arguments.data)]
    if not bodies:
        parser.error(f"no pages in {arguments.data}")
    configure("warning")
    # What is imported and compiled once is no page's cost.
    extracted(bodies[:2])
    clean(Page("", "", 200, {}, bodies[0], datetime.now(UTC)))
    work = Path(tempfile.mkdtemp())
    try:
        (work / "web").mkdir()
        with served(work / "web") as port:
            feeds = publish(work / "web", bodies, arguments.copies, port)
            summary, seconds, cpu = crawled(feeds, work / "store")
    finally:
        shutil.rmtree(work)
    count = sum(summary.pages.values())
    alone = extracted(bodies) / len(bodies)
    print(f"pages                 {count}: {summary.pages}")
    print(f"pages a second        {count / seconds:.1f}")
    print(f"processor ms a page   {1000 * cpu / count:.1f}")
    print(f"  trafilatura alone   {1000 * alone:.1f}")
    print(f"ratio                 {cpu / count / alone:.2f}")


if __name__ == "__main__":
    main()
