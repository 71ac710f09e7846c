"""Feeds of every kind are read, and nothing a stranger sends breaks the reader."""

from __future__ import annotations

import gzip
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corroborate.errors import FeedError, FetchError
from corroborate.types import Entry, FeedKind, Page
from workers.feeds import MOST_ENTRIES, MOST_TITLE, ReadFeed, read_feed, read_listed

FETCHED = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
URL = "https://www.harbour-herald.com/feed"
MORNING = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)


def read(body: str | bytes, **headers: str) -> ReadFeed:
    """Return the feed in a body."""
    raw = body if isinstance(body, bytes) else body.encode()
    return read_feed(Page(URL, URL, 200, headers, raw, FETCHED))


def rss(*items: str, title: str = "Harbour Herald") -> str:
    """Return an RSS feed."""
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>'
        f"{''.join(f'<item>{i}</item>' for i in items)}</channel></rss>"
    )


def test_rss_is_read() -> None:
    """Link, title, time in UTC and GUID of each item."""
    item = (
        "<title>Bridge &amp;amp; ferry reopen</title><link>/bridge</link>"
        "<guid isPermaLink='false'>b-1</guid>"
        "<pubDate>Wed, 11 Mar 2026 08:30:00 +0200</pubDate>"
    )
    entry = Entry(
        "https://www.harbour-herald.com/bridge", "Bridge & ferry reopen", MORNING, None, "b-1"
    )
    assert read(rss(item)) == ReadFeed(FeedKind.RSS, "Harbour Herald", (entry,))


def test_atom_is_read() -> None:
    """Published and updated are kept apart."""
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Herald</title><entry><id>tag:1</id>'
        '<title type="html">&lt;b&gt;Bridge&lt;/b&gt; reopens</title>'
        '<link href="https://a.example/1"/><published>2026-03-11T06:30:00Z</published>'
        "<updated>2026-03-11T07:30:00Z</updated></entry></feed>"
    )
    updated = MORNING.replace(hour=7)
    entry = Entry("https://a.example/1", "Bridge reopens", MORNING, updated, "tag:1")
    assert read(feed) == ReadFeed(FeedKind.ATOM, "Herald", (entry,))


def test_an_updated_time_is_not_made_up() -> None:
    """Where a feed gives one time only, the other is unknown."""
    item = "<link>https://a.example/1</link><pubDate>Wed, 11 Mar 2026 06:30:00 GMT</pubDate>"
    (entry,) = read(rss(item)).entries
    assert (entry.published, entry.modified) == (MORNING, None)


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("<pubDate>Wed, 11 Mar 2026 07:30:00 CET</pubDate>", MORNING),
        ("<pubDate>March 11, 2026 2:30 am EDT</pubDate>", MORNING),
        ("<pubDate>2026/03/11 06:30</pubDate>", MORNING),
        ("<pubDate>Wed, 11 Mar 2026 00:00:00 +0530</pubDate>", MORNING.replace(hour=0, minute=0)),
        ("<pubDate>Wed, 11 March, 2026 06:30:00 GMT</pubDate>", MORNING),
        ("<dc:date>2026-03-11T06:30:00Z</dc:date>", MORNING),
    ],
)
def test_times_of_items_are_read_as_those_of_pages_are(date: str, published: datetime) -> None:
    """With their zones; midnight stands for its day; the Dublin Core's time is one as well."""
    feed = rss(f"<link>/1</link>{date}").replace(
        "<rss", "<rss xmlns:dc='http://purl.org/dc/elements/1.1/'", 1
    )
    assert read(feed).entries[0].published == published


def test_json_feed_is_read() -> None:
    """https://www.jsonfeed.org/version/1.1/."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Herald",
        "items": [
            {
                "id": "7",
                "url": "https://a.example/7",
                "title": "Bridge reopens",
                "date_published": "2026-03-11T08:30:00+02:00",
            },
            "not an item",
            {"id": "8"},
        ],
    }
    entry = Entry("https://a.example/7", "Bridge reopens", MORNING, None, "7")
    got = read(json.dumps(feed))
    assert (got.kind, got.title, got.entries[0]) == (FeedKind.JSON, "Herald", entry)


def sitemap(*urls: str) -> str:
    """Return a news sitemap."""
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">' + "".join(urls) + "</urlset>"
    )


def test_a_news_sitemap_is_read_newest_first() -> None:
    """https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap."""
    news = [
        f"<url><loc>https://a.example/{day}</loc><news:news><news:publication><news:name>Herald"
        f"</news:name></news:publication><news:publication_date>2026-03-{day}T06:30:00Z"
        f"</news:publication_date><news:title>Day {day}</news:title></news:news></url>"
        for day in (10, 11)
    ]
    got = read(sitemap(*news))
    assert (got.kind, got.title, [e.title for e in got.entries]) == (
        FeedKind.SITEMAP,
        "Herald",
        ["Day 11", "Day 10"],
    )


@pytest.mark.parametrize(
    ("sitemap", "news"),
    [
        ("https://www.sitemaps.org/schemas/sitemap/0.9", "https://www.google.com/sitemap-news/0.9"),
        ("http://www.google.com/schemas/sitemap/0.84", "http://www.google.com/sitemap-news/0.9/"),
        ("", "http://www.google.com/schemas/sitemap-news/0.9"),
    ],
)
def test_a_sitemap_is_read_whatever_its_namespaces(sitemap: str, news: str) -> None:
    """Many give them in another spelling than the standard's; a picture's title is none."""
    text = (
        f"<urlset xmlns='{sitemap}' xmlns:news='{news}'><url><image:image xmlns:image='i'><image:loc>https://a.example/i.jpg"
        "</image:loc><image:title>A crane</image:title></image:image>"
        "<loc>https://a.example/1</loc><news:news><news:title>Bridge reopens</news:title>"
        "<news:publication_date>2026-03-11T06:30:00Z</news:publication_date></news:news>"
        "</url></urlset>"
    )
    entry = Entry("https://a.example/1", "Bridge reopens", MORNING, None, None)
    assert read(text) == ReadFeed(FeedKind.SITEMAP, "", (entry,))


def sitemap_index(*sitemaps: tuple[str, str]) -> bytes:
    """Return an index of sitemaps, each with when it was last modified."""
    listed = "".join(
        f"<sitemap><loc>{url}</loc><lastmod>{time}</lastmod></sitemap>" for url, time in sitemaps
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<sitemapindex xmlns="{space}">{listed}</sitemapindex>'.encode()


def test_the_latest_sitemaps_of_an_index_are_read() -> None:
    """Of its own host, a few, no index again; those that cannot be read are left out."""
    root = "https://www.harbour-herald.com"
    days = [f"2026-03-{day:02}" for day in range(1, 13)]
    elsewhere = ("https://other.example/news.xml", days[-1])
    index = sitemap_index(*((f"/news-{day}.xml", day) for day in days), elsewhere)
    asked: list[str] = []

    def fetch(url: str) -> Page:
        asked.append(url)
        if url.endswith("12.xml"):
            raise FetchError(url, "away")
        entry = f"<url><loc>{root}/{url[-6:-4]}</loc><lastmod>{url[-14:-4]}</lastmod></url>"
        body = index if url.endswith("11.xml") else sitemap(entry).encode()
        return Page(url, url, 200, {}, body, FETCHED)

    page = Page(URL, URL, 200, {}, gzip.compress(index), FETCHED)
    got = read_listed(page, fetch)
    assert asked == [f"{root}/news-2026-03-{day}.xml" for day in (12, 11, 10)]
    assert (got.kind, [e.url for e in got.entries]) == (FeedKind.SITEMAP, [f"{root}/10"])
    assert not got.whole


@pytest.mark.parametrize("host", ["bücher.example", "xn--bcher-kva.example"])
def test_an_index_lists_sitemaps_of_its_host_however_that_is_spelt(host: str) -> None:
    """In its own letters or in punycode."""
    entry = sitemap("<url><loc>https://a.example/1</loc></url>").encode()
    index = sitemap_index(("https://bücher.example/1.xml", ""))
    page = Page(URL, f"https://{host}/index.xml", 200, {}, index, FETCHED)
    got = read_listed(page, lambda url: Page(url, url, 200, {}, entry, FETCHED))
    assert [e.url for e in got.entries] == ["https://a.example/1"]


def test_an_index_without_a_sitemap_that_can_be_read_is_an_error() -> None:
    """It names the index, and what was wrong with the last one."""

    def fetch(url: str) -> Page:
        raise FetchError(url, "away")

    index = sitemap_index(("/1.xml", ""), ("/2.xml", ""))
    with pytest.raises(FeedError, match=r"/feed: none of its sitemaps .*/2\.xml: away"):
        read_listed(Page(URL, URL, 200, {}, index, FETCHED), fetch)


def test_a_feed_may_be_a_gzip_file() -> None:
    """As sitemaps often are; how much is unpacked is bounded, and what is broken is an error."""
    packed = gzip.compress(sitemap("<url><loc>https://a.example/1</loc></url>").encode())
    assert [e.url for e in read(packed).entries] == ["https://a.example/1"]
    for broken in (packed[:20], gzip.compress(bytes(100_000_000))):
        with pytest.raises(FeedError):
            read(broken)


@pytest.mark.parametrize(
    "date",
    [
        "Sat, 01 Jan 0000 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "0000-00-00T00:00:00Z",
        "9999-12-31T23:59:59+23:59",
        "Wed, 32 Foo 20x6",
        "-1",
        "99999999999999999999",
        "yesterday",
    ],
)
def test_an_impossible_date_is_no_date(date: str) -> None:
    """The entry stays; its time is unknown."""
    item = f"<link>https://a.example/1</link><pubDate>{date}</pubDate>"
    assert read(rss(item)).entries == (Entry("https://a.example/1"),)


def test_entries_without_a_link_are_left_out() -> None:
    """No link, a link of another scheme, or one that is no URL."""
    items = [
        "<title>no link</title>",
        "<link>javascript:alert(1)</link>",
        "<link>http://[</link>",
        "<link>mailto:a@b.example</link>",
        '<guid isPermaLink="false">17</guid>',
        "<link>https://a.example/1</link>",
    ]
    assert [e.url for e in read(rss(*items)).entries] == ["https://a.example/1"]


def test_duplicate_guids_do_not_hide_pages() -> None:
    """Some publishers give all items one GUID: each page counts, once."""
    items = [f"<link>https://a.example/{n}</link><guid>same</guid>" for n in (1, 2, 1)]
    assert [e.url for e in read(rss(*items)).entries] == [
        "https://a.example/1",
        "https://a.example/2",
    ]


def test_a_megabyte_title_is_cut() -> None:
    """Of a title only a line is kept."""
    (entry,) = read(
        rss(f"<link>https://a.example/1</link><title>{'x' * 1_000_000}</title>")
    ).entries
    assert entry.title == "x" * MOST_TITLE


def test_titles_and_ids_of_signs_only_are_read_at_once() -> None:
    """A thousand of them take no minutes."""
    item = {"url": "https://a.example/", "title": "<" * MOST_TITLE, "id": "<" * 8_000}
    items = [{**item, "url": f"https://a.example/{n}"} for n in range(MOST_ENTRIES)]
    begun = time.process_time()
    read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    assert time.process_time() - begun < 10


def test_less_than_and_more_than_in_a_title_are_no_markup() -> None:
    """Only what begins like a tag is taken out."""
    item = "<link>/1</link><title>&lt;b&gt;Rates&lt;/b&gt; &lt; 5 % here, &gt; 3 % there</title>"
    assert read(rss(item)).entries[0].title == "Rates < 5 % here, > 3 % there"


def test_titles_hold_no_control_characters() -> None:
    """A terminal would obey them, and no list of feeds in XML may hold them."""
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "\x1b]0;Ha\x07rb\x9bour\tNews"}
    assert read(json.dumps(feed)).title == "]0;Harbour News"


def test_a_feed_without_end_is_cut() -> None:
    """So many entries are taken, the first ones."""
    items = [f"<link>https://a.example/{n}</link>" for n in range(MOST_ENTRIES + 9)]
    assert len(read(rss(*items)).entries) == MOST_ENTRIES


def bomb(root: str) -> str:
    """Return a document whose entities would expand to gigabytes."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom"}">' for n in range(12))
    return f'<?xml version="1.0"?><!-- a --><!DOCTYPE x [{entities}]>{root}'


@pytest.mark.parametrize(
    "feed",
    [
        rss("<title>&e11;</title><link>https://a.example/1</link>").partition("?>")[2],
        sitemap("<url><loc>https://a.example/1</loc></url>").partition("?>")[2],
    ],
)
def test_an_xml_bomb_does_not_go_off(feed: str) -> None:
    """Entities of the document are not expanded; the rest is read."""
    assert [e.url for e in read(bomb(feed)).entries] == ["https://a.example/1"]


def test_an_external_entity_is_not_fetched() -> None:
    """No file of ours gets into a title."""
    feed = (
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + rss("<title>a &x; b</title><link>https://a.example/1</link>").partition("?>")[2]
    )
    assert all("root" not in e.title for e in read(feed).entries)


def test_a_document_of_document_types_is_read_in_one_go() -> None:
    """Hostile repetition costs no more than its length."""
    with pytest.raises(FeedError):
        read("<!DOCTYPE" * 500_000)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig"])
def test_encodings_are_understood(encoding: str) -> None:
    """The document says its encoding, or its first bytes do."""
    declared = encoding.removesuffix("-sig")
    text = rss("<link>https://a.example/1</link><title>Brücke</title>").replace(
        '"1.0"', f'"1.0" encoding="{declared}"'
    )
    assert [e.title for e in read(text.encode(encoding)).entries] == ["Brücke"]


@pytest.mark.parametrize(
    "headers", [{}, {"content-type": "text/xml; charset=iso-8859-1"}, {"content-type": "text/xml"}]
)
def test_what_is_utf_8_is_read_as_such_whatever_is_said_of_it(headers: dict[str, str]) -> None:
    """Servers and documents name another encoding by mistake."""
    text = rss("<link>https://a.example/1</link><title>Brücke &#8211; gesperrt</title>").replace(
        '"1.0"', '"1.0" encoding="iso-8859-1"'
    )
    assert [e.title for e in read(text, **headers).entries] == ["Brücke – gesperrt"]


@pytest.mark.parametrize(
    "body",
    ["", "hello", "<html><body>no feed</body></html>", "{", "[]", '{"version": 3}', "\0" * 9],
)
def test_what_is_no_feed_is_an_error(body: str) -> None:
    """One that names the URL."""
    with pytest.raises(FeedError, match="harbour-herald"):
        read(body)


PIECES = st.sampled_from(
    [
        b'<?xml version="1.0"?>', b'<rss version="2.0">', b"<channel>", b"<item>", b"</item>",
        b"<link>https://a.example/1</link>", b"<pubDate>Sat, 01 Jan 0000 00:00:00 +9999</pubDate>",
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>", b"<url><loc>",
        b"</urlset>", b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>",
        b"<sitemap><loc>/a.xml</loc>",
        b'<feed xmlns="http://www.w3.org/2005/Atom">', b"<entry>", b"<updated>9999-99-99</updated>",
        b'{"version":"https://jsonfeed.org/version/1","items":[', b'{"url":', b"[[[[", b"]}",
        b"null",
        b"<![CDATA[", b"]]>", b"<!DOCTYPE", b"[", b"<!ENTITY a '&a;'>", b"&a;", b"&#0;",
        b"&#x110000;",
        b"<title type='xhtml'>", b"<div>", b"\xff\xfe", b"\x00", b"xml:base='http://['",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=12), max_size=25).map(b"".join))
def test_any_bytes_are_a_feed_or_an_error(body: bytes) -> None:
    """Whatever arrives: entries with web addresses and sane times, or a FeedError."""
    page = Page(URL, URL, 200, {}, body, FETCHED)
    try:
        got = read_listed(page, lambda _url: page)
    except FeedError:
        return
    for entry in got.entries:
        assert entry.url.startswith(("http://", "https://"))
        assert all(
            t is None or t.year in range(1990, 2027) for t in (entry.published, entry.modified)
        )


#: Halves of surrogate pairs too, which JSON can hold and nothing can store.
ANY = st.text(st.characters(exclude_categories=()))


@settings(max_examples=100, deadline=None)
@given(title=ANY, date=ANY, link=ANY)
@example(title="x\ud800", date="", link="https://a.example/1")
@example(title="", date="", link="https://a.example/\ud800")
def test_any_json_values_are_a_feed(title: str, date: str, link: str) -> None:
    """Items of a JSON Feed with any values are read, so that they can be stored, or left out."""
    item = {"url": link, "title": title, "date_published": date, "id": title}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": [item]}
    got = read(json.dumps(feed))
    assert len(got.entries) <= 1
    for entry in got.entries:
        f"{got.title}{entry.url}{entry.title}{entry.guid}".encode()
