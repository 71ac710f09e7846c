"""``corroborate reindex``, ``status`` and ``settings``."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from corroborate.cli import common

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
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
        return
    from rich.table import Table

    table = Table("setting", "value", "from", "what it is", box=None, pad_edge=False)
    for setting in found:
        shown = "(set)" if setting.secret and setting.value else str(setting.value)
        table.add_row(
            f"CORROBORATE_{setting.name.upper()}", shown, setting.source, setting.description
        )
    common.output().print(table)
