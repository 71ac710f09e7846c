"""Logs: one line per outcome, on standard error, readable or JSON."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from corroborate.settings import masked

if TYPE_CHECKING:
    from structlog.typing import EventDict


def configure(level: str) -> None:
    """Send structlog's lines to standard error: for people on a terminal, else as JSON.

    Args:
        level: Least severe level that is written: "debug", "info", "warning", "error".
    """
    import structlog

    people = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask,
            structlog.dev.ConsoleRenderer() if people else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        # Asked anew for each line: who has replaced standard error may have closed theirs.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _mask(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Leave passwords and keys of URLs out of a line."""
    return {name: masked(value) for name, value in event.items()}
