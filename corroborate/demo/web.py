"""Serve the invented outlets of ``articles.toml`` on loopback, each under its own name.

The names end in ``.example`` (RFC 2606), so none of them exists on the real web; whoever
fetches from here resolves them to :attr:`LocalWeb.address`.
"""

from __future__ import annotations

import json
import threading
import tomllib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

_FEED_PATH = {"rss": "/feed.xml", "atom": "/atom.xml", "json": "/feed.json"}
_FEED_TYPE = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class Story:
    """An invented article."""

    outlet: str
    slug: str
    title: str
    published: datetime
    text: str
    #: Whether the outlet's feed has it.
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Site:
    """An invented outlet."""

    host: str
    name: str
    #: "rss", "atom" or "json".
    feed: str
    stories: tuple[Story, ...]


def sites() -> list[Site]:
    """Return the invented outlets with their articles."""
    path = Path(__file__).with_name("articles.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    stories = [
        Story(**{**row, "published": datetime.fromisoformat(row["published"])})
        for row in data["article"]
    ]
    return [
        Site(**row, stories=tuple(s for s in stories if s.outlet == row["host"]))
        for row in data["outlet"]
    ]


class LocalWeb:
    """A server for all the outlets, told apart by the Host header. A context manager."""

    #: Where the names resolve to.
    address = "127.0.0.1"

    def __init__(self) -> None:
        self.sites = {site.host: site for site in sites()}
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = (self.headers.get("Host") or "").partition(":")[0]
                answer = web.answer(host, self.path)
                status, kind, body = answer or (404, "text/plain", "Not found.")
                self.send_response(status)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args: object) -> None:
                del args

        self._server = ThreadingHTTPServer((self.address, 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        """The port that all the outlets answer on."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, host: str, path: str) -> str:
        """Return the URL of a path of an outlet."""
        return f"http://{host}:{self.port}{path}"

    def feeds(self) -> list[str]:
        """Return the URLs of all feeds."""
        return [self.url(s.host, _FEED_PATH[s.feed]) for s in self.sites.values()]

    def answer(self, host: str, path: str) -> tuple[int, str, str] | None:
        """Return status, media type and body for a path of an outlet; None: not found."""
        site = self.sites.get(host)
        if site is None:
            return None
        if path == "/robots.txt":
            return 200, "text/plain", "User-agent: *\nAllow: /\n"
        if path == _FEED_PATH[site.feed]:
            return 200, _FEED_TYPE[site.feed], self._feed(site)
        for story in site.stories:
            if path == f"/{story.slug}":
                return 200, "text/html", self._page(site, story)
        return None

    def _feed(self, site: Site) -> str:
        stories = [s for s in site.stories if s.listed]
        home, links = self.url(site.host, "/"), [self.url(site.host, f"/{s.slug}") for s in stories]
        if site.feed == "json":
            items = [
                {"id": u, "url": u, "title": s.title, "date_published": s.published.isoformat()}
                for s, u in zip(stories, links, strict=True)
            ]
            version = "https://jsonfeed.org/version/1.1"
            return json.dumps({"version": version, "title": site.name, "items": items})
        if site.feed == "atom":
            entries = "".join(
                f'<entry><id>{u}</id><title>{escape(s.title)}</title><link href="{u}"/>'
                f"<updated>{s.published.isoformat()}</updated></entry>"
                for s, u in zip(stories, links, strict=True)
            )
            return (
                f'<feed xmlns="http://www.w3.org/2005/Atom"><id>{home}</id>'
                f"<title>{escape(site.name)}</title>{entries}</feed>"
            )
        items_ = "".join(
            f"<item><title>{escape(s.title)}</title><link>{u}</link><guid>{u}</guid>"
            f"<pubDate>{format_datetime(s.published)}</pubDate></item>"
            for s, u in zip(stories, links, strict=True)
        )
        return (
            f'<rss version="2.0"><channel><title>{escape(site.name)}</title><link>{home}</link>'
            f"<description>News</description>{items_}</channel></rss>"
        )

    def _page(self, site: Site, story: Story) -> str:
        about = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": story.title,
            "datePublished": story.published.isoformat(),
            "publisher": {"@type": "Organization", "name": site.name},
        }
        body = "".join(f"<p>{escape(p)}</p>" for p in story.text.strip().split("\n\n"))
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f"<title>{escape(story.title)} | {escape(site.name)}</title>"
            f'<meta property="og:site_name" content="{escape(site.name)}">'
            f'<link rel="canonical" href="{self.url(site.host, "/" + story.slug)}">'
            f'<script type="application/ld+json">{json.dumps(about)}</script></head><body>'
            f"<nav><a href='/'>Home</a> <a href='/about'>About</a></nav><main><article>"
            f"<h1>{escape(story.title)}</h1>{body}</article></main>"
            f"<footer>© {escape(site.name)}. All rights reserved.</footer></body></html>"
        )
