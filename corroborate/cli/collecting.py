"""``corroborate import`` and ``corroborate crawl``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from corroborate.cli import common
from corroborate.errors import InputError

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
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Archive and index articles from files."""
    from workers.importing import import_paths

    with common.engine() as parts:
        with common.progress("Archiving") as move:
            summary = import_paths(paths, parts.store.articles, progress=move)
        with common.progress("Indexing") as move:
            indexed = parts.index(move)
    if as_json:
        counts = {**asdict(summary), "indexed": indexed}
        sys.stdout.write(json.dumps(counts, ensure_ascii=False) + "\n")
    notes = common.notices()
    for row in summary.bad[:NAMED]:
        notes.print(f"skipped {row.place}: {row.reason}", markup=False)
    if len(summary.bad) > NAMED:
        notes.print(f"… and {len(summary.bad) - NAMED} more rows")
    notes.print(
        f"{summary.added:,} added, {summary.changed:,} changed, {summary.unchanged:,} unchanged, "
        f"{len(summary.bad):,} bad rows skipped; {indexed:,} indexed"
    )
    if summary.bad and not (summary.added or summary.changed or summary.unchanged):
        raise InputError("nothing could be imported")
