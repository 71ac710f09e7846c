"""The feeds of a site, from the address that a user gives."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from corroborate.errors import CorroborateError, FeedError, FetchError, InputError
from corroborate.types import Feed, Page
from workers.feeds import read_listed
from workers.markup import decode, looks_like_html, parse
from workers.pace import Pace
from workers.polite import PoliteFetcher

if TYPE_CHECKING:
    from corroborate.protocols import Fetches
    from workers.fetch import Fetcher

#: Media types of feeds in a page's ``<link rel="alternate">``.
_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"}
)
#: Feeds of one site that are taken, at most.
MOST = 3
#: News sitemaps that robots.txt names are tried, at most so many.
SITEMAPS = 3
#: Seconds between two requests to the site: a person waits for these few.
PACE = 1.0


def discover(url: str, fetcher: Fetcher) -> list[Feed]:
    """Return the feed at a URL, or those of the site that is there, as its robots.txt allows.

    Raises:
        InputError: It is no URL of the web.
        FetchError: It cannot or must not be fetched.
        FeedError: There is neither a feed nor a link to one.
    """
    if not url.startswith(("http://", "https://")):
        raise InputError(f"'{url}' is not a URL that begins with http:// or https://")
    polite = PoliteFetcher(fetcher, Pace(PACE))
    page = polite.fetch(url)
    try:
        return [_feed(page, polite)]
    except FeedError:
        feeds = _readable(_linked(page), polite) or _readable(_sitemaps(page, polite), polite)
        if not feeds:
            raise FeedError(url, "no feed is there, and the page links to none") from None
        return feeds


def _feed(page: Page, fetcher: Fetches) -> Feed:
    read = read_listed(page, fetcher.fetch)
    return Feed(url=page.final_url, title=read.title, kind=read.kind)


def _linked(page: Page) -> list[str]:
    """Return the feeds that a page names in its head."""
    text = decode(page.body, page.headers)
    tree = parse(text) if looks_like_html(text) else None
    if tree is None:
        return []
    links = (
        link
        for link in tree.iter("link")
        if "alternate" in (link.get("rel") or "").lower()
        and (link.get("type") or "").partition(";")[0].strip().lower() in _TYPES
    )
    urls = []
    for link in links:
        with suppress(ValueError):  # a stranger's address may be none
            urls.append(urljoin(page.final_url, link.get("href") or ""))
    # Comment feeds are what readers write, not the outlet.
    return [u for u in dict.fromkeys(urls) if "comments" not in u]


def _sitemaps(page: Page, fetcher: Fetches) -> list[str]:
    """Return the news sitemaps, and the indexes of such, that the site's robots.txt names."""
    try:
        robots = fetcher.fetch(urljoin(page.final_url, "/robots.txt"))
    except FetchError:
        return []
    lines = decode(robots.body, robots.headers).splitlines()
    named = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap")]
    # The host's own name may have it: then it tells one from another only behind that.
    for skipped in (3, 0):
        news = [url for url in named if "news" in "".join(url.lower().split("/")[skipped:])]
        if news:
            return news[:SITEMAPS]
    return []


def _readable(urls: list[str], fetcher: Fetches) -> list[Feed]:
    feeds = []
    for url in urls[:MOST]:
        try:
            feeds.append(_feed(fetcher.fetch(url), fetcher))
        except CorroborateError:
            continue
    return feeds
