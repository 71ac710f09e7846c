"""``corroborate check`` and ``corroborate judge``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corroborate.cli import common
from corroborate.errors import InputError

if TYPE_CHECKING:
    from corroborate.assembly import Engine
    from corroborate.matcher import Options
    from corroborate.types import Article, Pair, Report


class Format(StrEnum):
    """How a report is written."""

    TERMINAL = "terminal"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


def check(
    source: Annotated[
        str,
        typer.Argument(metavar="PATH|URL|-", help="Text, HTML, a URL, or - for standard input."),
    ],
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How to write the report.")
    ] = Format.TERMINAL,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the report to this file.")
    ] = None,
    published: Annotated[
        str | None,
        typer.Option("--date", help="When the article was published, if it does not say."),
    ] = None,
    outlet: Annotated[
        str | None, typer.Option(help="Who published it: that outlet's articles do not count.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its title, if it does not say.")] = None,
    window: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=36_500,
            help="Days around publication that are searched; 0: any day. "
            "Articles without a date are searched too.",
        ),
    ] = None,
    hits: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=200,
            help="Passages judged for each claim, at most; more only with other figures or "
            "denials.",
        ),
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(help="Only passages in this language (en, fr …); repeatable."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Print unrelated passages too.")
    ] = False,
    server: Annotated[str | None, typer.Option(help=common.SERVER)] = None,
    again: Annotated[
        bool, typer.Option("--again", help="With --server: anew, if it was checked before.")
    ] = False,
) -> None:
    """Check an article: which other sources agree with each of its claims, which conflict."""
    if output is not None and (output.is_dir() or not output.parent.is_dir()):
        raise InputError(f"--output: {output} cannot be written: it has to be a file in a folder")
    if server is not None:
        from corroborate.cli import remote

        own = {
            "--date": published, "--outlet": outlet, "--title": title, "--window": window,
            "--hits": hits, "--language": language,
        }  # fmt: skip
        given = [name for name, value in own.items() if value is not None]
        if given:
            raise InputError(f"{given[0]} is for checks on this machine; leave it or --server out")
        with common.stages() as move:
            report = remote.check(server, source, again=again, progress=move)
        _write(report, format_, output, everything=everything)
        return
    if again:
        raise InputError("--again is for --server; a check on this machine is always anew")
    with common.engine() as parts:
        if parts.store.articles.pending():
            with common.progress("Finishing the index") as move:
                parts.index(move)
        common.refuse_empty(parts)
        with common.stages() as move:
            article = _read(source, parts, published, outlet, title)
            options = _options(parts, window, hits, language)
            report = parts.check(article, options, move)
    _write(report, format_, output, everything=everything)


def _read(
    source: str, parts: Engine, published: str | None, outlet: str | None, title: str | None
) -> Article:
    from corroborate.identity import content_hash
    from workers.outlets import outlet as known_outlet
    from workers.reading import read_input

    article = read_input(source, parts.fetcher, stdin=sys.stdin.buffer)
    moment, day_only = common.parse_moment(published, "--date")
    if moment:
        article = replace(article, published=moment, day_only=day_only)
    if outlet:
        article = replace(article, outlet=known_outlet(outlet))
    if title:
        article = replace(article, title=title, content_hash=content_hash(title, article.text))
    return article


def _options(
    parts: Engine, window: int | None, hits: int | None, language: list[str] | None
) -> Options:
    options = parts.options
    return replace(
        options,
        window_days=options.window_days if window is None else window,
        hits=hits or options.hits,
        languages=common.languages(language),
    )


def _write(report: Report, format_: Format, output: Path | None, *, everything: bool) -> None:
    match format_:
        case Format.JSON:
            from corroborate.report.document import dumps

            text = dumps(report)
        case Format.MARKDOWN:
            from corroborate.report.markdown import render as as_markdown

            text = as_markdown(report)
        case Format.HTML:
            from corroborate.report.html import render as as_html

            text = as_html(report)
        case Format.TERMINAL:
            from corroborate.report.terminal import show

            if output is None:
                show(report, common.output(), everything=everything)
                return
            from rich.console import Console

            page = StringIO()
            show(report, Console(file=page, width=100), everything=everything)
            text = page.getvalue()
    if output is None:
        common.stdout().write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise InputError(f"--output: {output} cannot be written: {exc.strerror}") from exc


def judge(
    pairs: Annotated[
        str,
        typer.Argument(
            metavar="PAIRS.jsonl",
            help="Rows with claim and passage, optionally claim_date, date, title, "
            "claim_outlet, outlet; - for standard input.",
        ),
    ],
) -> None:
    """Judge pairs of claim and passage; write the rows with stance and probabilities."""
    rows = list(_rows(pairs))
    if not rows:
        raise InputError(f"{pairs} is empty: there is nothing to judge")
    out = common.stdout()
    # In a terminal the rows show how far it is, and a bar would stand in the first one.
    bar = nullcontext(lambda _done, _total: None) if out.isatty() else common.progress("Judging")
    with common.engine() as parts, bar as move:
        for start in range(0, len(rows), 128):
            batch = rows[start : start + 128]
            judgements = parts.judge.judge([pair for _, pair in batch])
            for (row, _), judgement in zip(batch, judgements, strict=True):
                row["stance"] = judgement.stance.value
                row["probabilities"] = {
                    "agrees": round(judgement.probabilities.agrees, 4),
                    "conflicts": round(judgement.probabilities.conflicts, 4),
                    "unrelated": round(judgement.probabilities.unrelated, 4),
                }
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            move(start + len(batch), len(rows))


def _rows(source: str) -> Iterator[tuple[dict[str, Any], Pair]]:
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except FileNotFoundError:
        raise InputError(f"{source}: there is no such file") from None
    except OSError as exc:
        raise InputError(f"{source} cannot be read: {exc.strerror}") from exc
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.strip():
            yield _row(line, f"{source}:{number}")


def _row(line: bytes, place: str) -> tuple[dict[str, Any], Pair]:
    from corroborate.types import Pair
    from workers.rows import RowError, read_object

    try:
        row = read_object(line)
        json.dumps(row, ensure_ascii=False).encode()
    except RowError as exc:
        raise InputError(f"{place}: {exc}") from exc
    except UnicodeEncodeError:
        raise InputError(f"{place}: half of a surrogate pair is no character") from None
    for name in ("claim", "passage"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise InputError(f"{place}: '{name}' is missing or empty")
    for name in ("title", "outlet", "claim_outlet"):
        if not isinstance(row.get(name) or "", str):
            raise InputError(f"{place}: '{name}' is not a string")
    return row, Pair(
        claim=row["claim"],
        passage=row["passage"],
        claim_date=_day(row.get("claim_date"), place),
        claim_outlet=row.get("claim_outlet") or None,
        date=_day(row.get("date"), place),
        outlet=row.get("outlet") or None,
        title=row.get("title") or None,
    )


def _day(value: Any, place: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise InputError(f"{place}: '{value}' is not a day like 2017-04-14") from None
