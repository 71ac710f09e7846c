"""Feeds: RSS, Atom, JSON Feed, news sitemaps and indexes of those, from whoever sends them.

Everything in a feed is a stranger's: an entry without a usable link is left out, an
impossible date is no date, and what is no feed at all is a :class:`FeedError`.
"""

from __future__ import annotations

import calendar
import io
import json
import re
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from corroborate.errors import FeedError, FetchError
from corroborate.identity import ascii_host
from corroborate.types import Entry, FeedKind, Page
from workers.dates import parse_moment

#: Entries that are taken of one feed, at most: the first ones.
MOST_ENTRIES = 500
MOST_TITLE = 500
MOST_URL = 2_000
#: Sitemaps that are read of a sitemap index, at most: the latest.
MOST_SITEMAPS = 3
#: Bytes of a feed that is a gzip file; the rest is cut off.
MOST_UNPACKED = 20_000_000

#: What may stand before the document type, and that. Anchored, so that it is found in one go.
_DOCTYPE = re.compile(
    rb"\A((?:\s++|<\?.*?\?>|<!--.*?-->)*+)<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*+)?>",
    re.DOTALL | re.IGNORECASE,
)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
#: Ends at the next one that is opened, so that no text takes long; "< 5 %" is none.
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
#: Control characters, some of which a terminal obeys and XML does not allow, and halves of
#: surrogate pairs.
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """What a feed's document says."""

    kind: FeedKind
    title: str
    #: In the order of the document, each URL once.
    entries: tuple[Entry, ...]
    #: Whether the document holds them itself: if not, they change and it does not.
    whole: bool = True


def read_listed(page: Page, fetch: Callable[[str], Page]) -> ReadFeed:
    """Return the feed in a document; of a sitemap index, what its latest sitemaps hold.

    Args:
        page: The document.
        fetch: Fetches a sitemap of an index, of the same host. One that cannot be fetched or
            read is left out.

    Raises:
        FeedError: It is none, or no sitemap of it can be read.
    """
    with _readable(page):
        urls = _listed(page)
    if not urls:
        return read_feed(page)
    sitemaps, reason = [], ""
    for url in urls:
        try:
            sitemaps.append(read_feed(fetch(url)))
        except (FeedError, FetchError) as exc:
            reason = str(exc)
    if not sitemaps:
        raise FeedError(page.url, f"none of its sitemaps can be read: {reason}")
    entries = _newest(entry for read in sitemaps for entry in read.entries)
    return replace(sitemaps[0], entries=tuple(_once(entries, page.fetched)), whole=False)


def read_feed(page: Page) -> ReadFeed:
    """Return the feed in a fetched document.

    Raises:
        FeedError: It is none.
    """
    with _readable(page):
        body = _body(page)
        if body[:1] == b"{":
            kind, title, entries = _json_feed(body, page)
        elif _begins(body, b"urlset"):
            kind, title, entries = _sitemap(body, page)
        else:
            kind, title, entries = _xml_feed(body, page)
        return ReadFeed(kind, _line(title, MOST_TITLE), tuple(_once(entries, page.fetched)))


@contextmanager
def _readable(page: Page) -> Iterator[None]:
    """Map whatever goes wrong with a document to :class:`FeedError`."""
    try:
        yield
    except FeedError:
        raise
    # Whatever makes a parser fail on a stranger's bytes, it is the feed that cannot be read.
    except Exception as exc:
        raise FeedError(page.url, f"it cannot be read ({type(exc).__name__})") from exc


def _body(page: Page) -> bytes:
    """Return a document; a gzip file ("news.xml.gz") is unpacked, up to a bound."""
    body = page.body
    if body.startswith(b"\x1f\x8b"):
        body = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, MOST_UNPACKED)
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")


def _begins(body: bytes, root: bytes) -> bool:
    """Return whether a document's root element has this name."""
    return bool(re.search(rb"<(?:\w{1,20}:)?" + root + rb"\b", body[:2000]))


def _xml_feed(body: bytes, page: Page) -> tuple[FeedKind, str, Iterator[Entry]]:
    import feedparser

    # Without a document type there are no entities to blow up.
    body = _DOCTYPE.sub(rb"\1", body)
    headers = {"content-location": page.final_url}
    if not body.isascii() and _is_utf8(body):
        # Servers and documents mistake their encoding more often than bytes are that by chance.
        headers["content-type"] = "application/xml; charset=utf-8"
    elif "content-type" in page.headers:
        headers["content-type"] = page.headers["content-type"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False)
    version = parsed.get("version") or ""
    if not version and not parsed.entries:
        raise FeedError(page.url, "this is neither RSS, Atom, JSON Feed nor a news sitemap")
    kind = FeedKind.ATOM if version.startswith("atom") else FeedKind.RSS
    return kind, parsed.feed.get("title") or "", _xml_entries(parsed.entries, kind, page)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _xml_entries(entries: Iterable[Any], kind: FeedKind, page: Page) -> Iterator[Entry]:
    for item in entries:
        guid = item.get("id")
        # feedparser hands out a permanent GUID as the link itself.
        link = item.get("link") or (guid if str(guid).startswith("http") else None)
        published, modified = _time(item, "published"), _time(item, "updated")
        if kind is FeedKind.RSS:  # whose dc:date is when it was published
            published = published or modified
        yield from _entry(page, link, item.get("title"), published, modified, guid)


def _time(item: Any, name: str) -> datetime | None:
    """Return a time of one of feedparser's entries, which can read some that we cannot."""
    # Not item.get: feedparser would fall back from one time to the other.
    if moment := _moment(dict.get(item, name)):
        return moment
    parsed: Any = dict.get(item, f"{name}_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), tz=UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _json_feed(body: bytes, page: Page) -> tuple[FeedKind, str, Iterator[Entry]]:
    data = json.loads(body.decode("utf-8", "replace"))
    if "jsonfeed.org" not in str(data.get("version")):
        raise FeedError(page.url, "this JSON is not a JSON Feed")
    items = data.get("items")
    entries = (
        entry
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict)
        for entry in _entry(
            page,
            item.get("url") or item.get("external_url") or item.get("id"),
            item.get("title"),
            _moment(item.get("date_published")),
            _moment(item.get("date_modified")),
            item.get("id"),
        )
    )
    return FeedKind.JSON, str(data.get("title") or ""), entries


def _sitemap(body: bytes, page: Page) -> tuple[FeedKind, str, Iterator[Entry]]:
    root = _root(body, page)
    # Whatever their namespaces, which many spell with "https" or leave out.
    entries = (
        entry
        for item in root.iter("{*}url")
        for entry in _entry(
            page,
            item.findtext("{*}loc"),
            item.findtext("{*}news/{*}title"),
            _moment(item.findtext("{*}news/{*}publication_date")),
            _moment(item.findtext("{*}lastmod")),
            None,
        )
    )
    # Some list the oldest first, and have more than are taken.
    name = root.findtext(".//{*}news/{*}publication/{*}name")
    return FeedKind.SITEMAP, name or "", _newest(entries)


def _listed(page: Page) -> list[str]:
    """Return the latest sitemaps of a sitemap index, those of its own host; [] if it is none."""
    body = _body(page)
    if not _begins(body, b"sitemapindex"):
        return []
    entries = (
        entry
        for item in _root(body, page).iter("{*}sitemap")
        for entry in _entry(
            page,
            item.findtext("{*}loc"),
            None,
            None,
            _moment(item.findtext("{*}lastmod")),
            None,
        )
    )
    urls = (entry.url for entry in _once(_newest(entries), page.fetched))
    return [url for url in urls if _host(url) == _host(page.final_url)][:MOST_SITEMAPS]


def _host(url: str) -> str:
    """Return the host of an address, the same in its own letters and in punycode."""
    return ascii_host(urlsplit(url).hostname or "")


def _root(body: bytes, page: Page) -> Any:
    """Return the root element of a sitemap."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, recover=True, load_dtd=False
    )
    root = etree.fromstring(_DOCTYPE.sub(rb"\1", body), parser)
    if root is None:
        raise FeedError(page.url, "the sitemap is not XML")
    return root


def _newest(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield entries newest first, in their own order where they do not say when."""
    return iter(sorted(entries, key=lambda e: e.published or e.modified or _LONG_AGO, reverse=True))


def _entry(
    page: Page,
    link: object,
    title: object,
    published: datetime | None,
    modified: datetime | None,
    guid: object,
) -> Iterator[Entry]:
    """Yield an entry if its link is one of the web."""
    if not isinstance(link, str) or len(link) > MOST_URL:
        return
    try:
        url = urljoin(page.final_url, link.strip())
        url.encode()  # half a surrogate pair, which JSON can hold, is in no address
        parts = urlsplit(url)
    except ValueError:
        return
    if parts.scheme in {"http", "https"} and parts.hostname:
        text = _line(title, MOST_TITLE)
        yield Entry(url, text, published, modified, _line(guid, MOST_URL) or None)


def _once(entries: Iterable[Entry], fetched: datetime) -> Iterator[Entry]:
    """Yield at most :data:`MOST_ENTRIES` entries, each URL once, without impossible times."""
    seen: set[str] = set()
    for entry in entries:
        if entry.url in seen:
            continue
        seen.add(entry.url)
        published, modified = (_possible(t, fetched) for t in (entry.published, entry.modified))
        yield Entry(entry.url, entry.title, published, modified, entry.guid)
        if len(seen) == MOST_ENTRIES:
            return


def _possible(time: datetime | None, fetched: datetime) -> datetime | None:
    """Return a time unless it lies before the web or in the future."""
    if time is None or time.year < 1990 or time > fetched + timedelta(days=2):  # noqa: PLR2004
        return None
    return time


def _moment(value: object) -> datetime | None:
    moment = parse_moment(value)
    return moment.time if moment else None


def _line(value: object, most: int) -> str:
    """Return a stranger's text as one line without markup and control characters."""
    if not isinstance(value, str):
        return ""
    # Unescaped after the markup is gone: "&lt;" is a sign that the title has.
    text = unescape(_TAG.sub(" ", value[: 4 * most]))
    return " ".join(_NOT_TEXT.sub("", text).split())[:most]
