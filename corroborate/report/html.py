"""A report as one self-contained HTML file: no script, no request, fit to be mailed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from corroborate.report import view
from corroborate.types import Report, Stance, Verdict

if TYPE_CHECKING:
    from jinja2 import Environment

#: Templates that the web pages use as well: ``_report.html`` holds the macros.
TEMPLATES = Path(__file__).with_name("templates")


def render(report: Report) -> str:
    """Return a report as an HTML document."""
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return _environment().get_template("report.html").render(report=report, style=style)


def furnish(environment: Environment, *, stored: str = "") -> Environment:
    """Give a Jinja environment what the report's macros call, and return it.

    Args:
        environment: To be furnished.
        stored: What a link to a stored article begins with; empty: there are none.
    """
    environment.globals.update(view=view, Stance=Stance, Verdict=Verdict, stored=stored)
    environment.filters.update(plain=view.plain, weblink=_weblink)
    return environment


def _weblink(url: str | None) -> str:
    """Return an http(s) URL as it is, and nothing for any other."""
    return url if url and url.lower().startswith(("http://", "https://")) else ""


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return furnish(
        Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
    )
