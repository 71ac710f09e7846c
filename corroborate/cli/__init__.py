"""The command line. Each file here is a group of commands; none holds any logic."""

from __future__ import annotations

import os
import sys

from corroborate.errors import CorroborateError

#: Exit status of a command that was interrupted.
INTERRUPTED = 130


def main() -> None:
    """Run the command line; every expected error is one line and exit status 1.

    An interrupt is one line too, and :data:`INTERRUPTED`.
    """
    from corroborate.cli.app import app

    try:
        app()
    except CorroborateError as exc:
        print(f"corroborate: {' '.join(str(exc).split())}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except SystemExit as exc:
        # Typer has made this of an interrupt.
        if exc.code == INTERRUPTED:
            print("corroborate: stopped; what was archived is kept", file=sys.stderr)  # noqa: T201
        raise
    except BrokenPipeError:
        # The reader of our output has gone ("| head"): say no more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
