"""What several commands share: settings, progress on standard error, dates."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from corroborate.errors import InputError

#: What the option of two commands says.
SERVER = "Ask the Corroborate server at this URL, not a store of this machine."
#: What is said of a store that holds nothing.
EMPTY = "holds no articles; fill it with 'corroborate import PATH' or 'corroborate crawl'"

if TYPE_CHECKING:
    from rich.console import Console

    from corroborate.assembly import Engine


@contextmanager
def engine(**overrides: object) -> Iterator[Engine]:
    """Yield the parts, put together from the settings in force; close them afterwards.

    Args:
        overrides: Settings given on the command line; None means not given.
    """
    from corroborate.assembly import Engine
    from corroborate.logs import configure
    from corroborate.settings import load

    settings = load(**overrides)
    configure(settings.log_level)
    with Engine(settings) as parts:
        yield parts


def refuse_empty(parts: Engine) -> None:
    """Refuse a store that holds nothing.

    Raises:
        InputError: It holds no articles.
    """
    from corroborate.settings import masked

    if not parts.store.overview().articles:
        raise InputError(f"the store {masked(parts.settings.store)} {EMPTY}")


def stdout() -> TextIO:
    """Return standard output: UTF-8 in a file or pipe; a terminal replaces what it lacks."""
    if isinstance(sys.stdout, TextIOWrapper):
        encoding = None if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="replace")
    return sys.stdout


def output() -> Console:
    """Return the console for results."""
    from rich.console import Console

    return Console(file=stdout(), highlight=False, soft_wrap=False)


def notices() -> Console:
    """Return the console for progress and notices: standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error; yield the function that moves it: ``(done, total)``."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=notices(),
        transient=True,
    )
    with bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


@contextmanager
def stages() -> Iterator[Callable[[str, int, int], None]]:
    """Show which stage of a check is under way; yield ``(stage, done, total)``."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    with notices().status("Reading …") as status:

        def move(stage: str, done: int, total: int) -> None:
            far = f" {done} of {total}" if total > 1 else ""
            status.update(f"{stage.capitalize()}{far} …")

        yield move


def parse_day(text: str | None, option: str) -> date | None:
    """Return a day given on the command line.

    Raises:
        InputError: It is not a day.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{option}: '{text}' is not a day like 2017-04-14") from None


def parse_moment(text: str | None, option: str) -> tuple[datetime | None, bool]:
    """Return a moment given on the command line, UTC, and whether only its day is known.

    Raises:
        InputError: It is neither a day nor a time.
    """
    if text is None:
        return None, False
    try:
        moment = datetime.fromisoformat(text)
        utc = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(
            f"{option}: '{text}' is neither a day like 2017-04-14 nor a time like "
            "2017-04-14T09:30+03:00"
        ) from None
    return utc, len(text) <= len("2017-04-14")


def languages(given: list[str] | None) -> frozenset[str]:
    """Return the languages given on the command line as ISO 639-1 codes.

    Raises:
        InputError: One is not a code.
    """
    from workers.language import codes

    try:
        return codes(given or ())
    except InputError as exc:
        raise InputError(f"--language: {exc}") from None
