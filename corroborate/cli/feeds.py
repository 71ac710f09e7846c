"""The commands of ``corroborate feeds``."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corroborate.cli import common
from corroborate.errors import InputError

if TYPE_CHECKING:
    from corroborate.protocols import FeedBook

_Urls = Annotated[
    list[str], typer.Argument(metavar="URL…", help="Feeds, as 'corroborate feeds list' has them.")
]

app = typer.Typer(help="The feeds that are crawled.", no_args_is_help=True)


@app.command()
def add(
    urls: Annotated[
        list[str],
        typer.Argument(metavar="URL…", help="Feeds, or sites whose feeds are to be found."),
    ],
    outlet: Annotated[str, typer.Option(help="Outlet name, where the pages do not say.")] = "",
) -> None:
    """Add feeds, each fetched once to see that it is one."""
    from corroborate.report import view
    from workers.discover import discover

    notes = common.notices()
    with common.engine() as parts:
        for url in urls:
            added = datetime.now(UTC)
            found = [replace(f, outlet=outlet, added=added) for f in discover(url, parts.fetcher)]
            known = {feed.url for feed in parts.store.feeds.all()}
            parts.store.feeds.put([feed for feed in found if feed.url not in known])
            for feed in found:
                word = "already there" if feed.url in known else "added"
                said = view.plain(f"{word}: {feed.title or feed.url} ({feed.url})")
                notes.print(said, markup=False, soft_wrap=True)


@app.command()
def defaults() -> None:
    """Add a list of public news feeds of many countries and leanings."""
    from workers.default_feeds import default_feeds

    with common.engine() as parts:
        known = {feed.url for feed in parts.store.feeds.all()}
        new = [replace(f, added=datetime.now(UTC)) for f in default_feeds() if f.url not in known]
        parts.store.feeds.put(new)
    common.notices().print(f"{len(new)} feeds added; crawl them with 'corroborate crawl'")


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List feeds, and how polling them has gone."""
    with common.engine() as parts:
        feeds = parts.store.feeds.all()
    if as_json:
        out = common.stdout()
        for feed in feeds:
            out.write(json.dumps(asdict(feed), ensure_ascii=False, default=str) + "\n")
        return
    if not feeds:
        common.notices().print("No feeds yet: 'corroborate feeds add URL', or 'feeds defaults'.")
        return
    from rich.padding import Padding
    from rich.text import Text

    from corroborate.report import view

    console = common.output()
    for feed in feeds:
        state = "paused" if feed.paused else feed.error or ("ok" if feed.succeeded else "new")
        good = f"last good {view.day(feed.succeeded)}" if feed.succeeded else "never read"
        facts = (feed.title, state, good, view.count(feed.articles, "article"))
        # Whole, however long: "feeds remove" has to be given it.
        console.print(Text(view.plain(feed.url)), soft_wrap=True)
        console.print(Padding(Text(view.plain(" · ".join(filter(None, facts)))), (0, 0, 0, 2)))


@app.command()
def remove(urls: _Urls) -> None:
    """Remove feeds; their articles stay."""
    with common.engine() as parts:
        _known(parts.store.feeds, urls)
        for url in urls:
            parts.store.feeds.remove(url)


@app.command()
def pause(urls: _Urls) -> None:
    """Stop polling feeds, for now."""
    with common.engine() as parts:
        _set_paused(parts.store.feeds, urls, paused=True)


@app.command()
def resume(urls: _Urls) -> None:
    """Poll paused feeds again."""
    with common.engine() as parts:
        _set_paused(parts.store.feeds, urls, paused=False)


@app.command("import")
def import_(
    path: Annotated[
        Path, typer.Argument(metavar="FILE.opml", help="Outlines with the feed's URL as xmlUrl.")
    ],
) -> None:
    """Add the feeds of an OPML file."""
    from workers.opml import read_opml

    try:
        found = read_opml(path.read_bytes())
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}") from exc
    with common.engine() as parts:
        known = {feed.url for feed in parts.store.feeds.all()}
        new = [replace(f, added=datetime.now(UTC)) for f in found if f.url not in known]
        parts.store.feeds.put(new)
    common.notices().print(f"{len(new)} feeds added, {len(found) - len(new)} already there")


@app.command()
def export() -> None:
    """Write the feeds as OPML to standard output.

    It has their addresses and titles; outlet names, and which feeds are paused, are left out.
    """
    from workers.opml import write_opml

    with common.engine() as parts:
        common.stdout().write(write_opml(parts.store.feeds.all()))


def _known(feeds: FeedBook, urls: list[str]) -> None:
    known = {feed.url for feed in feeds.all()}
    for url in urls:
        if url not in known:
            raise InputError(f"{url} is not a configured feed; see 'corroborate feeds list'")


def _set_paused(feeds: FeedBook, urls: list[str], *, paused: bool) -> None:
    _known(feeds, urls)
    feeds.put([replace(f, paused=paused) for f in feeds.all() if f.url in urls])
