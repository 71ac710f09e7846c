"""The demonstration: crawl the local web, check an article against it, write the report.

python -m corroborate.demo
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from corroborate.assembly import Engine
from corroborate.demo.web import LocalWeb
from corroborate.logs import configure
from corroborate.report import html, terminal
from corroborate.settings import load
from corroborate.types import Feed
from workers.reading import read_input
from workers.rounds import crawl

#: The article that is checked; no feed has it.
INPUT = ("evening-lantern.example", "/night-of-fire-in-velmar")


def main() -> None:
    """Run the demonstration."""
    parser = argparse.ArgumentParser(description=main.__doc__, prog="./run demo")
    parser.add_argument("--output", type=Path, default=Path("demo-report.html"))
    options = parser.parse_args()
    configure("warning")
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory() as folder, LocalWeb() as web:
        # Only this process, and only the demo's names, may reach the loopback address.
        settings = load(
            store=folder, allow_private=True, pace=0.05, window_days=14, log_level="warning"
        )
        with Engine(settings, resolve=lambda host: [web.address] if host in web.sites else []) as e:
            feeds = [Feed(url=url, added=datetime.now(UTC)) for url in web.feeds()]
            e.store.feeds.put(feeds)
            console.print(f"Crawling {len(feeds)} invented outlets on {web.address}:{web.port} …")
            summary = crawl(e.crawler, feeds)
            pages = ", ".join(f"{n} {name}" for name, n in sorted(summary.pages.items()))
            console.print(f"Pages: {pages}; {e.index()} articles indexed.")
            url = web.url(*INPUT)
            console.print(f"Checking {url}\n")
            report = e.check(read_input(url, e.fetcher, stdin=sys.stdin.buffer))
        terminal.show(report, console)
        options.output.write_text(html.render(report), encoding="utf-8")
    console.print(f"\nThe same as a page: {options.output.resolve()}")


if __name__ == "__main__":
    main()
