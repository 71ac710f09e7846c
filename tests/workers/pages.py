"""Pages of an invented outlet, for the tests of cleaning and reading."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape
from typing import Any

from corroborate.types import Page

FETCHED = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
URL = "https://www.harbour-herald.com/news/bridge-reopens"
PARAGRAPHS = (
    (
        "The old bridge over the Sarn reopened to traffic on Tuesday, eleven months after a barge "
        "struck one of its piers, the city's roads office said."
    ),
    (
        "Engineers replaced 340 tonnes of steel and both bearings of the damaged span. The work "
        "cost 18 million crowns, four million more than was planned."
    ),
    (
        "Lorries of more than 20 tonnes must still use the northern ring road until the autumn, "
        "when a second inspection is due."
    ),
    "“We kept our word, if not our budget,” said Ilse Tamm, who heads the roads office.",
)


def html_page(
    *paragraphs: str,
    title: str = "Bridge over the Sarn reopens",
    head: str = "",
    about: dict[str, object] | None = None,
    body: str = "",
) -> str:
    """Return a page; ``about`` is its JSON-LD, ``body`` more markup after the paragraphs."""
    script = f'<script type="application/ld+json">{json.dumps(about)}</script>' if about else ""
    text = "".join(f"<p>{escape(p)}</p>" for p in paragraphs or PARAGRAPHS)
    return (
        f"<!doctype html><html><head><title>{escape(title)} | Harbour Herald</title>"
        f"{head}{script}</head><body><nav><a href='/'>Home</a><a href='/sport'>Sport</a></nav>"
        f"<main><article><h1>{escape(title)}</h1>{text}{body}</article></main>"
        "<footer>Harbour Herald, 3 Quay Street</footer></body></html>"
    )


def page(html: str | bytes, url: str = URL, **changes: Any) -> Page:
    """Return a page as a fetcher would."""
    body = html.encode() if isinstance(html, str) else html
    values: dict[str, Any] = {
        "status": 200,
        "headers": {"content-type": "text/html; charset=utf-8"},
        "fetched": FETCHED,
        **changes,
    }
    return Page(url=url, final_url=url, body=body, **values)


def news(**more: object) -> dict[str, object]:
    """Return JSON-LD of a news article."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Bridge over the Sarn reopens",
        "datePublished": "2026-03-10T07:30:00+02:00",
        "dateModified": "2026-03-10T12:00:00+02:00",
        "author": [{"@type": "Person", "name": "Mara Lund"}],
        "publisher": {"@type": "Organization", "name": "Harbour Herald"},
        **more,
    }
