"""Hosts that do what hosts should not, for the test of the whole crawl."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler

from tests.workers.pages import PARAGRAPHS, html_page
from tests.workers.web import Answer, Web

#: Of the workers that meet these hosts.
TIMEOUT, MAX_BYTES = 2, 300_000
BOMB = gzip.compress(b"<p>boom</p>" * 2_000_000)
PACKED = {"Content-Encoding": "gzip"}


def drip(web: Web) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return an answer whose body comes byte by byte, and never ends."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not web.closing.wait(0.1):
            handler.wfile.write(b"x")

    return answer


def flood(web: Web) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return an answer whose body never ends."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not web.closing.is_set():
            handler.wfile.write(b"x" * 65_536)

    return answer


def pages(web: Web, first: int) -> dict[str, tuple[Answer, set[str]]]:
    """Return pages by URL, each at a host of its own, and what may become of each."""
    stub = html_page(PARAGRAPHS[0], "Subscribe to continue reading this article.")
    live: dict[str, object] = {"@type": "LiveBlogPosting", "dateModified": "2199-01-01T00:00:00Z"}
    video: dict[str, object] = {"@type": "VideoObject", "name": "Bridge opens"}
    curly = html_page(*PARAGRAPHS, title="Straße “zu”").encode("cp1252")
    wrong = {"Content-Type": "text/html; charset=utf-8"}
    failed = {"failed", "quarantined"}
    bad = [
        (Answer(html_page(title="<b>Bridge</b> <script>alert(1)</script>").encode()), {"article"}),
        (Answer(curly, headers=wrong), {"article"}),
        (Answer(html_page(title="x" * 100_000).encode()), {"article"}),
        (Answer(stub.encode()), {"paywall stub"}),
        (Answer(html_page(about=live).encode()), {"live blog"}),
        (Answer(html_page(PARAGRAPHS[0], about=video).encode()), {"video page"}),
        (Answer(b"<html></html>"), {"no article"}),
        (Answer(html_page("Sorry.", title="404 - Page not found").encode()), {"error page"}),
        (Answer(status=404), {"quarantined"}),
        (Answer(status=503, headers={"Retry-After": "1"}), failed),
        (Answer(status=302, headers={"Location": "/page"}), failed),
        (Answer(BOMB, headers=PACKED), failed),
        (Answer(b"no gzip", headers=PACKED), failed),
        (Answer(raw=drip(web)), failed),
        (Answer(raw=flood(web)), failed),
    ]
    return {web.url("/page", f"127.0.0.{first + i}"): one for i, one in enumerate(bad)}


def listing(urls: Sequence[str]) -> bytes:
    """Return a feed of these pages whose entries are as bad as they come."""
    days = ["0000-00-00T00:00:00Z", "9999-12-31T23:59:59+14:00", "yesterday", ""]
    items = [
        "<item><title>Nowhere</title></item>",
        f"<item><title>{'y' * 1_000}</title><link>javascript:alert(1)</link></item>",
        *(
            f"<item><guid>same</guid><title>&lt;b&gt;{i}</title><link>{url}</link>"
            f"<pubDate>{days[i % len(days)]}</pubDate></item>"
            for i, url in enumerate([*urls, *urls])
        ),
    ]
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom"}">' for n in range(9))
    return (
        f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]><rss version="2.0"><channel>'
        f"<title>&e8;</title>{''.join(items)}</channel></rss>"
    ).encode()


def feeds(web: Web, first: int) -> dict[str, Answer]:
    """Return feeds by URL of which none can be read, each at a host of its own."""
    bad = [
        Answer(BOMB, headers=PACKED),
        Answer(html_page().encode()),
        Answer(raw=drip(web)),
        Answer(status=410),
        Answer(status=429, headers={"Retry-After": "3600"}),
        Answer(status=301, headers={"Location": "/feed"}),
    ]
    return {web.url("/feed", f"127.0.0.{first + i}"): answer for i, answer in enumerate(bad)}
