"""The feeds of a site are found from its address, and lists of feeds go in and out."""

from __future__ import annotations

from itertools import pairwise

import pytest

from corroborate.errors import BlockedError, FeedError, InputError
from corroborate.types import FeedKind
from tests.workers.test_feeds import sitemap_index
from tests.workers.web import Answer, Web, settings
from workers.discover import discover
from workers.fetch import Fetcher

RSS = b"""<rss version="2.0"><channel><title>Harbour Herald</title><item><title>Ferry</title>
<link>https://www.harbour-herald.example/ferry</link></item></channel></rss>"""
SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>
<loc>https://www.harbour-herald.example/ferry</loc><news:news><news:publication>
<news:name>Harbour Herald</news:name></news:publication><news:title>Ferry</news:title>
<news:publication_date>2026-03-11</news:publication_date></news:news></url></urlset>"""
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture(autouse=True)
def pace(monkeypatch: pytest.MonkeyPatch) -> float:
    """Ask quickly; return the seconds between two requests."""
    monkeypatch.setattr("workers.discover.PACE", 0.1)
    return 0.1


def test_the_address_of_a_feed_is_that_feed(web: Web) -> None:
    """A URL that answers with a feed is taken as it is."""
    url = web.put(web.url("/rss"), Answer(RSS))
    (feed,) = discover(url, Fetcher(settings()))
    assert (feed.url, feed.title, feed.kind) == (url, "Harbour Herald", FeedKind.RSS)


def test_a_site_names_its_feeds_in_its_head(web: Web) -> None:
    """Relative links count; comment feeds, broken ones and other alternates do not."""
    feed = web.put(web.url("/news.xml"), Answer(RSS))
    web.put(web.url("/comments/feed"), Answer(RSS))
    page = b"""<html><head>
<link rel="alternate" type="application/rss+xml" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" href="/away.xml">
<link rel="alternate" type="application/rss+xml" href="http://[broken/feed">
<link rel="alternate" hreflang="cy" href="/cy">
<link rel="alternate" type="application/rss+xml; charset=utf-8" href="news.xml"></head></html>"""
    site = web.put(web.url("/"), Answer(page, headers=HTML))
    assert [f.url for f in discover(site, Fetcher(settings()))] == [feed]


def test_a_site_without_feeds_has_the_news_sitemap_of_its_robots_txt(web: Web) -> None:
    """Sitemaps of news are tried; others list all pages that ever were."""
    site = web.put(web.url("/"), Answer(b"<html><body>Welcome</body></html>", headers=HTML))
    sitemap = web.put(web.url("/news-sitemap.xml"), Answer(SITEMAP))
    every = web.put(web.url("/all.xml"), Answer(SITEMAP))
    web.put(web.url("/robots.txt"), Answer(f"Sitemap: {every}\nSitemap: {sitemap}\n".encode()))
    assert [f.url for f in discover(site, Fetcher(settings()))] == [sitemap]
    assert web.asked(every) == []


def test_the_name_of_the_host_makes_no_news_sitemap(web: Web) -> None:
    """Unless it has no other."""
    host = "dailynews.example"
    fetcher = Fetcher(settings(), resolve=lambda _host: ["127.0.0.1"])
    site = web.put(web.url("/", host), Answer(b"<html><body>Welcome</body></html>", headers=HTML))
    every = web.put(web.url("/all.xml", host), Answer(SITEMAP))
    sitemap = web.put(web.url("/news.xml", host), Answer(SITEMAP))
    robots = web.url("/robots.txt", host)
    web.put(robots, Answer(f"Sitemap: {every}\nSitemap: {sitemap}\n".encode()))
    assert [f.url for f in discover(site, fetcher)] == [sitemap]
    web.put(robots, Answer(f"Sitemap: {every}\n".encode()))
    assert [f.url for f in discover(site, fetcher)] == [every]


def test_an_index_of_news_sitemaps_is_a_feed(web: Web) -> None:
    """Its title is that of its latest sitemap; the index is what will be polled."""
    site = web.put(web.url("/"), Answer(b"<html><body>Welcome</body></html>", headers=HTML))
    child = web.put(web.url("/news-2026-03.xml"), Answer(SITEMAP))
    index = web.put(web.url("/news-index.xml"), Answer(sitemap_index((child, "2026-03-12"))))
    web.put(web.url("/robots.txt"), Answer(f"Sitemap: {index}\n".encode()))
    (feed,) = discover(site, Fetcher(settings()))
    assert (feed.url, feed.title, feed.kind) == (index, "Harbour Herald", FeedKind.SITEMAP)
    assert discover(index, Fetcher(settings())) == [feed]


def test_a_site_without_any_feed_is_an_error_that_names_it(web: Web) -> None:
    """There is one line to read."""
    site = web.put(web.url("/"), Answer(b"<html><body>Welcome</body></html>", headers=HTML))
    with pytest.raises(FeedError, match="links to none") as caught:
        discover(site, Fetcher(settings()))
    assert site in str(caught.value)


def test_a_site_is_asked_by_its_rules_and_one_thing_at_a_time(web: Web, pace: float) -> None:
    """Also before it is one of those that are crawled."""
    allowed, forbidden = web.url("/rss"), web.url("/private/rss")
    web.put(web.url("/robots.txt"), Answer(b"User-agent: *\nDisallow: /private\n"))
    head = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{web.put(url, Answer(RSS))}">'
        for url in (forbidden, allowed)
    )
    site = web.put(web.url("/"), Answer(f"<html><head>{head}</head></html>".encode(), headers=HTML))
    assert [f.url for f in discover(site, Fetcher(settings()))] == [allowed]
    times = [r.time for r in web.requests]
    assert min(later - earlier for earlier, later in pairwise(times)) > pace / 2
    with pytest.raises(BlockedError):
        discover(forbidden, Fetcher(settings()))


@pytest.mark.parametrize("url", ["harbour-herald.example", "ftp://a.example/", "file:///etc/hosts"])
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    """Only http and https are asked."""
    with pytest.raises(InputError, match="begins with http"):
        discover(url, Fetcher(settings()))
