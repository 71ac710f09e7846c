"""``corroborate reindex``, ``status`` and ``settings``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from corroborate.cli import common
from corroborate.types import Feed

if TYPE_CHECKING:
    from rich.table import Table

_Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


def reindex() -> None:
    """Rebuild the index from the archive, for instance after changing the embedder."""
    from indexer.indexing import reindex as rebuild

    with common.engine() as parts, common.progress("Indexing") as move:
        count = rebuild(parts.store, parts.embedder, progress=move)
    common.notices().print(f"Indexed {count:,} articles with {parts.embedder.name}.")


def settings(as_json: _Json = False) -> None:
    """Print the settings in force, and where each value came from."""
    from corroborate.settings import explain, load

    found = explain(load())
    if as_json:
        rows = [{"name": s.name, "value": s.value, "source": s.source} for s in found]
        common.stdout().write(json.dumps(rows, indent=2, default=str) + "\n")
        return
    from rich.table import Column, Table
    from rich.text import Text

    table = Table(
        Column("setting", no_wrap=True), Column("value", overflow="fold"),
        Column("from", overflow="fold"), Column("what it is", overflow="fold"),
        box=None, pad_edge=False,
    )  # fmt: skip
    for setting in found:
        cells = (f"CORROBORATE_{setting.name.upper()}", str(setting.value), setting.source)
        table.add_row(*map(Text, cells), setting.description)
    common.output().print(table)


def status(
    as_json: _Json = False,
    days: Annotated[int, typer.Option(min=0, help="Count articles for so many days.")] = 7,
) -> None:
    """Print what the store holds: articles, backlog, feeds, failures."""
    from corroborate.settings import masked

    with common.engine() as parts:
        overview = parts.store.overview(days=days)
        where = masked(parts.settings.store)
        feeds = parts.store.feeds.all()
        pages = parts.store.pages.counts()
        given_up = parts.store.pages.quarantined(10)
    if as_json:
        data = {
            "store": where,
            **asdict(overview),
            "feeds": [
                {
                    "url": f.url,
                    "title": f.title,
                    "succeeded": f.succeeded,
                    "failures": f.failures,
                    "reason": f.error,
                }
                for f in feeds
            ],
            "pages": pages,
            "quarantined": [asdict(record) for record in given_up],
        }
        text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
        common.stdout().write(f"{text}\n")
        return
    from rich.table import Column, Table
    from rich.text import Text

    from corroborate.report import view

    console = common.output()
    table = Table("", Column(overflow="fold"), box=None, show_header=False, pad_edge=False)
    rows = {
        "store": where,
        "articles": f"{overview.articles:,} of {overview.outlets:,} outlets",
        "published": f"{view.day(overview.first)} to {view.day(overview.last)}"
        if overview.first
        else "no dates yet",
        "passages": f"{overview.passages:,}",
        "backlog": f"{overview.backlog:,} articles not indexed yet",
        "embedder": overview.embedder or "none yet",
        "on disk": f"{(overview.size or 0) / 1e6:,.1f} MB",
        "feeds": f"{len(feeds):,}, {sum(feed.failing for feed in feeds):,} failing",
        "pages": ", ".join(f"{n:,} {name}" for name, n in sorted(pages.items())) or "none yet",
    }
    for name, value in rows.items():
        table.add_row(name, Text(value))
    for name, day, n in overview.daily:
        table.add_row(f"{day}", Text(f"{n:,} {view.plain(name)}"))
    console.print(table)
    if feeds:
        console.print(_fared(feeds))
    for record in given_up:
        console.print(Text(f"given up: {view.plain(record.url)}: {record.reason}"))


def _fared(feeds: list[Feed]) -> Table:
    """Return a table of when each feed last answered well, those that fail first, and why."""
    from rich.table import Column, Table
    from rich.text import Text

    from corroborate.report import view

    table = Table(
        Column("last good", no_wrap=True), Column("feed", overflow="fold"),
        Column("failing", overflow="fold"), box=None, pad_edge=False,
    )  # fmt: skip
    for feed in sorted(feeds, key=lambda f: not f.failing):
        last = f"{feed.succeeded:%Y-%m-%d %H:%M} UTC" if feed.succeeded else "never"
        why = f"{feed.failures:,} in a row: {feed.error}" if feed.failing else ""
        cells = (last, feed.title or feed.url, why)
        table.add_row(*(Text(view.plain(cell)) for cell in cells))
    return table


def retry() -> None:
    """Try pages again that were given up."""
    from workers.crawl import retry_quarantined

    with common.engine() as parts:
        count = retry_quarantined(parts.store)
    what = "1 page" if count == 1 else f"{count:,} pages"
    common.notices().print(f"{what} will be tried again by the next crawl.")
