"""``corroborate search``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corroborate.cli import common
from corroborate.errors import InputError

if TYPE_CHECKING:
    from corroborate.types import Hit


def search(
    query: Annotated[str, typer.Argument(help="Words, or a whole sentence.")],
    outlet: Annotated[
        list[str] | None, typer.Option(help="Only this outlet (name or domain); repeatable.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Published on this day or later, or without a date.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Published on this day or earlier, or without a date.")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Only this language (en, fr …); repeatable.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Passages, at most.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    server: Annotated[str | None, typer.Option(help=common.SERVER)] = None,
) -> None:
    """Search the index for passages."""
    from corroborate.types import SearchFilter
    from workers import outlets

    if not query.strip():
        raise InputError("the query is empty")
    days = common.parse_day(since, "--since"), common.parse_day(until, "--until")
    languages = common.languages(language)
    if server is not None:
        from corroborate.cli import remote

        hits = remote.search(
            server,
            {"q": query, "outlet": outlet, "language": sorted(languages),
             "since": str(days[0] or "") or None, "until": str(days[1] or "") or None,
             "limit": limit},
        )  # fmt: skip
    else:
        with common.engine() as parts:
            where = SearchFilter(
                outlets=outlets.ids(outlet or (), parts.store.articles),
                since=days[0],
                until=days[1],
                languages=languages,
            )
            hits = parts.searcher.search([query], where, limit)[0]
            if not hits:
                common.refuse_empty(parts)
            if gap := parts.unsearched():
                common.notices().print(f"Note: {gap}.")
    if as_json:
        out = common.stdout()
        for hit in hits:
            out.write(json.dumps(_plain(hit), ensure_ascii=False) + "\n")
        return
    _show(hits)


def _plain(hit: Hit) -> dict[str, Any]:
    return {
        "passage": hit.passage.text,
        "article_id": hit.passage.article_id,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "outlet": hit.outlet.name,
        "outlet_id": hit.outlet.id,
        "title": hit.title,
        "url": hit.url,
        "published": hit.published.isoformat() if hit.published else None,
        "day_only": hit.day_only,
        "scores": {"fused": hit.score, "lexical": hit.lexical, "dense": hit.dense},
    }


def _show(hits: list[Hit]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from corroborate.report import view

    console = common.output()
    if not hits:
        common.notices().print("Nothing found.")
    for number, hit in enumerate(hits, 1):
        head = Text(f"{number}. ")
        head.append(view.plain(hit.outlet.name), style="bold")
        head.append(f" · {view.day(hit.published)} · {view.plain(hit.title)}", style="dim")
        console.print(head)
        console.print(Padding(Text(" ".join(view.plain(hit.passage.text).split())), (0, 0, 0, 3)))
        if hit.url:
            console.print(Padding(Text(view.plain(hit.url), style="dim"), (0, 0, 0, 3)))
