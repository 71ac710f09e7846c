"""``corroborate import`` and ``corroborate crawl``."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corroborate.cli import common
from corroborate.errors import InputError

if TYPE_CHECKING:
    from corroborate.assembly import Engine
    from corroborate.types import Feed
    from workers.importing import ImportSummary

#: Bad rows that are named one by one.
NAMED = 20


def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…",
            help="JSON Lines (title, text, outlet, published, url …), saved HTML pages, or "
            "folders of either; .gz as well.",
        ),
    ],
    outlet: Annotated[
        str, typer.Option(help="Who published the rows and pages that do not say so.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Archive and index articles from files."""
    from workers.importing import import_paths

    with common.engine() as parts:
        with common.progress("Archiving") as move:
            summary = import_paths(paths, parts.store.articles, outlet=outlet, progress=move)
        indexed = 0
        try:
            with common.progress("Indexing") as move:
                indexed = parts.index(move)
        finally:
            _tell(summary, indexed, as_json=as_json)
    if summary.rows == len(summary.bad):
        raise InputError("nothing could be imported: no row or page there holds an article")
    if summary.bad:
        raise typer.Exit(1)


def _tell(summary: ImportSummary, indexed: int, *, as_json: bool) -> None:
    """Print what an import did, the bad rows by name."""
    if as_json:
        counts = {**asdict(summary), "indexed": indexed}
        common.stdout().write(json.dumps(counts, ensure_ascii=False) + "\n")
    notes = common.notices()
    for row in summary.bad[:NAMED]:
        notes.print(f"skipped {row.place}: {row.reason}", markup=False, soft_wrap=True)
    if len(summary.bad) > NAMED:
        notes.print(f"… and {len(summary.bad) - NAMED} more rows")
    notes.print(
        f"{summary.added:,} added, {summary.changed:,} changed, {summary.unchanged:,} unchanged, "
        f"{summary.repeated:,} repeated, "
        f"{len(summary.bad):,} bad rows skipped; {indexed:,} indexed"
    )


def crawl(
    feed: Annotated[
        list[str] | None, typer.Option(help="Only this feed, due or not; repeatable.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Poll every feed that is not paused, due or not.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on for ever, polling feeds as they fall due.")
    ] = False,
) -> None:
    """Poll the feeds that are due; fetch, archive and index new articles, and pages that waited."""
    import threading

    from workers.crawl import NO_CONTACT
    from workers.rounds import watch as go_on

    if watch and (feed or everything):
        raise InputError("--watch polls every feed as it falls due; leave --feed and --all out")
    with common.engine() as parts:
        if not parts.store.feeds.all():
            raise InputError(
                "no feeds are configured; add some with 'corroborate feeds add URL' or "
                "'corroborate feeds defaults'"
            )
        if not parts.settings.contact:
            common.notices().print(NO_CONTACT, soft_wrap=True)
        if watch:
            port = parts.settings.metrics_port
            go_on(parts.crawler, index=parts.index, stop=threading.Event(), metrics_port=port)
        else:
            _crawl_once(parts, _due(parts, feed or [], everything=everything))


def _due(parts: Engine, urls: list[str], *, everything: bool) -> list[Feed]:
    if not urls:
        feeds = parts.store.feeds
        if everything:
            return [feed for feed in feeds.all() if not feed.paused]
        return feeds.due(datetime.now(UTC))
    known = {feed.url: feed for feed in parts.store.feeds.all()}
    for url in urls:
        if url not in known:
            raise InputError(f"{url} is not a configured feed; see 'corroborate feeds list'")
    return [known[url] for url in urls]


def _crawl_once(parts: Engine, feeds: list[Feed]) -> None:
    from rich.text import Text

    from corroborate.report import view
    from workers.rounds import crawl as run

    with common.progress("Crawling") as move:
        summary = run(parts.crawler, feeds, progress=move)
    with common.progress("Indexing") as move:
        indexed = parts.index(move)
    notes = common.notices()
    before = {feed.url: feed.failures for feed in feeds}
    for feed in parts.store.feeds.all():
        if feed.failures > before.get(feed.url, feed.failures):
            notes.print(Text(view.plain(f"failing: {feed.url}: {feed.error}")), soft_wrap=True)
    pages = ", ".join(f"{n:,} {outcome}" for outcome, n in sorted(summary.pages.items()))
    notes.print(
        f"{summary.feeds:,} feeds read, {summary.failed:,} failing; "
        f"pages: {pages or 'none new'}; {indexed:,} indexed"
    )
    if summary.failed and not summary.feeds:
        raise typer.Exit(1)
