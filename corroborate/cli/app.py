"""The Typer application that the commands hang on."""

from __future__ import annotations

from typing import Annotated

import typer

from corroborate import __version__
from corroborate.cli import checking, collecting, feeds, keeping, searching, serving

app = typer.Typer(
    help="Which other sources agree with a news article, which conflict, claim by claim.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"corroborate {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Take what is common to all commands."""


app.command("check")(checking.check)
app.command("judge")(checking.judge)
app.command("search")(searching.search)
app.command("serve")(serving.serve)
app.command("import")(collecting.import_)
app.command("crawl")(collecting.crawl)
app.add_typer(feeds.app, name="feeds")
app.command("status")(keeping.status)
app.command("retry")(keeping.retry)
app.command("reindex")(keeping.reindex)
app.command("settings")(keeping.settings)
