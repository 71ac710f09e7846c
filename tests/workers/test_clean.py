"""From a page to an article, or a counted outcome."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corroborate.errors import NoArticleError
from corroborate.types import Article, Entry, Feed
from tests.workers.pages import FETCHED, PARAGRAPHS, URL, html_page, news, page
from workers.clean import Outcome, PageWithoutArticle, clean
from workers.markup import decode


def outcome_of(html: str | bytes, **changes: Any) -> Outcome:
    """Return the outcome that cleaning a page ends with; fail if it gives an article."""
    with pytest.raises(PageWithoutArticle) as caught:
        clean(page(html, **changes))
    assert "\n" not in str(caught.value)
    return caught.value.outcome


def test_article_with_all_that_the_page_says() -> None:
    """Body, title, authors, times, outlet, language and canonical URL are read."""
    head = '<link rel="canonical" href="/news/bridge-reopens?utm_source=feed">'
    article = clean(page(html_page(about=news(), head=head), url=f"{URL}?ref=home#top"))
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert article.title == "Bridge over the Sarn reopens"
    assert article.authors == ("Mara Lund",)
    assert article.published == datetime(2026, 3, 10, 5, 30, tzinfo=UTC)
    assert article.modified == datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
    assert not article.day_only
    assert (article.outlet.id, article.outlet.name) == ("harbour-herald.com", "Harbour Herald")
    assert article.language == "en"
    assert article.url == URL
    assert article.fetched == FETCHED


def test_same_story_at_two_addresses_is_one_article() -> None:
    """Tracking parameters and an AMP copy do not make another article."""
    html = html_page(about=news())
    ids = {clean(page(html, url=u)).id for u in (URL, f"{URL}?utm_medium=rss", f"{URL}/amp")}
    assert len(ids) == 1


def test_meta_elements_stand_in_for_json_ld() -> None:
    """OpenGraph and meta elements are read where there is no JSON-LD."""
    head = (
        '<meta property="og:site_name" content="Harbour Herald">'
        '<meta property="article:published_time" content="2026-03-10">'
        '<meta name="author" content="By Mara Lund">'
    )
    article = clean(page(html_page(head=head)))
    assert article.published == datetime(2026, 3, 10, tzinfo=UTC)
    assert article.day_only
    assert article.authors == ("Mara Lund",)


def test_finer_of_two_times_of_one_day() -> None:
    """A day in the JSON-LD takes its hour from a meta element of the same day."""
    head = '<meta property="article:published_time" content="2026-03-10T09:15:00Z">'
    article = clean(page(html_page(head=head, about=news(datePublished="2026-03-10"))))
    assert article.published == datetime(2026, 3, 10, 9, 15, tzinfo=UTC)
    assert not article.day_only


def test_markup_in_titles_is_plain_text() -> None:
    """No element of a hostile title survives."""
    about = news(headline="Bridge <script>alert(1)</script><b>reopens</b> &amp; stays")
    html = html_page(about=None).replace("h1>", "h3>")
    script = json.dumps(about).replace("<", "\\u003c")
    html = html.replace("</head>", f'<script type="application/ld+json">{script}</script></head>')
    assert clean(page(html)).title == "Bridge reopens & stays"


def test_feed_and_entry_fill_gaps() -> None:
    """What the page does not say comes from the entry that led to it."""
    when = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    feed = Feed(url="https://feeds.example/rss", outlet="Herald on the Quay")
    article = clean(page(html_page()), feed=feed, entry=Entry(URL, published=when))
    assert article.published == when
    assert article.feed == feed.url
    assert article.outlet.name == "Herald on the Quay"


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("<p>Last updated: March 5, 2026</p>", 10),
        ("<div><time datetime='2026-03-04T08:00:00Z'>A story beside it</time></div>", 10),
        ("<time itemprop='datePublished' datetime='2026-03-09T08:00:00Z'>Monday</time>", 9),
    ],
)
def test_the_feed_knows_better_than_a_date_that_stands_somewhere(body: str, day: int) -> None:
    """Only what the page marks as its own time of publication comes first."""
    when = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    article = clean(page(html_page(body=body)), entry=Entry(URL, published=when))
    assert article.published == datetime(2026, 3, day, 8, 0, tzinfo=UTC)


def test_a_day_in_a_feed_is_no_midnight() -> None:
    """A news sitemap may give a day alone."""
    day = datetime(2026, 3, 10, tzinfo=UTC)
    article = clean(page(html_page()), entry=Entry(URL, published=day))
    assert (article.published, article.day_only) == (day, True)


def test_of_times_that_are_not_marked_the_articles_own_comes_before_the_headers() -> None:
    """In the site's header stands today's date."""
    html = html_page(body="<time datetime='2026-03-10T08:00:00Z'>Tuesday</time>")
    today = "<body><header><time datetime='2026-03-12'>Thursday</time></header>"
    article = clean(page(html.replace("<body>", today)))
    assert article.published == datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


def test_agency_credit_in_dateline_and_byline() -> None:
    """A dateline or an agency among the authors is a credit."""
    wire = (f"SARN (Reuters) - {PARAGRAPHS[0]}", *PARAGRAPHS[1:])
    assert clean(page(html_page(*wire))).agency == "Reuters"
    by = news(author=[{"name": "Mara Lund"}, {"name": "Associated Press"}])
    assert clean(page(html_page(about=by))).agency == "Associated Press"
    assert clean(page(html_page(about=news()))).agency is None


def test_furniture_and_boxes_are_left_out() -> None:
    """Captions, related links, newsletter boxes and social posts are no part of the body."""
    more = (
        "<figure><img src='x'><figcaption>The bridge in winter, seen from the quay</figcaption>"
        "</figure><p>READ MORE: Ten bridges you must see</p>"
        "<div class='newsletter-signup'><p>Get our letter every morning in your inbox</p></div>"
        "<blockquote class='twitter-tweet'><p>What a day for the bridge</p></blockquote>"
    )
    assert clean(page(html_page(body=more))).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        "<p>MORE: Ten bridges you must see</p>",
        "<p>Got a story? Write to us at desk@harbour-herald.example.</p>",
        "<p>Read all about roads by signing up to our free weekly newsletter.</p>",
        "<p>We chose these ourselves, and may earn a commission when you buy.</p>",
        "<p>Mara Lund writes about roads. Follow her on Bluesky.</p>",
        "<p>___</p>",
        "<p><a href='/ten'><strong>TEN BRIDGES YOU MUST SEE</strong></a></p>",
        "<p><a href='/ten'>Which bridge is the longest?</a></p>",
        "<div class='Pullquote-text'><p>We kept our word, if not our budget</p></div>",
        "<div class='image_widget image'><img src='x'><p>The bridge in winter.</p></div>",
    ],
)
def test_lines_that_lead_elsewhere(line: str) -> None:
    """Links, invitations, quotations pulled out and captions are no part of the body."""
    html = html_page().replace("Engineers", f"</p>{line}<p>Engineers", 1)
    article = clean(page(html.replace("<p></p>", "")))
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_sentences_made_of_links_are_kept() -> None:
    """A sentence that names its sources with links is the article's."""
    linked = "<p>The <a href='/a'>roads office</a> and <a href='/b'>the port agreed to it</a>.</p>"
    html = html_page().replace("<p>Engineers", f"{linked}<p>Engineers", 1)
    expected = (PARAGRAPHS[0], "The roads office and the port agreed to it.", *PARAGRAPHS[1:])
    assert clean(page(html)).text == "\n\n".join(expected)


@pytest.mark.parametrize("label", ["ROADS AND HARBOURS", "By Mara Lund", "Sarn bridge: it is open"])
def test_what_stands_above_the_first_sentence(label: str) -> None:
    """Sections, bylines and other wordings of the title are no part of the body."""
    about = news(headline="Sarn bridge: it is open")
    assert clean(page(html_page(label, *PARAGRAPHS, about=about))).text == "\n\n".join(PARAGRAPHS)


def test_credit_above_the_first_sentence() -> None:
    """An agency's byline stays, and is read."""
    article = clean(page(html_page("By Reuters", *PARAGRAPHS)))
    assert article.agency == "Reuters"


def test_article_body_in_markdown() -> None:
    """Links, marks and templates' attributes of a Markdown ``articleBody`` are taken out."""
    rest = "\n\n".join(f"{p} (continued)" for p in PARAGRAPHS)
    body = (
        "+++dropcap\n\nThe [old bridge](https://harbour-herald.example/bridge) of *Sarn*"
        f"{{: .small}} reopened, 5 * 4 years on.\n\n+++\n\n{rest}"
    )
    text = clean(page(html_page(PARAGRAPHS[0], about=news(articleBody=body)))).text
    assert text == f"The old bridge of Sarn reopened, 5 * 4 years on.\n\n{rest}"


def test_article_body_of_the_json_ld_replaces_a_partial_extraction() -> None:
    """Text that the markup scatters is taken from ``articleBody``."""
    body = "\n\n".join((*PARAGRAPHS, *(f"{p} (continued)" for p in PARAGRAPHS)))
    article = clean(page(html_page(PARAGRAPHS[0], PARAGRAPHS[1], about=news(articleBody=body))))
    assert article.text == body


def test_language_is_read_off_the_text_where_a_template_says_english() -> None:
    """A template's ``lang=en`` does not make German English."""
    german = (
        (
            "Die alte Brücke über den Fluss ist am Dienstag wieder für den Verkehr geöffnet "
            "worden, elf Monate nachdem ein Lastkahn einen ihrer Pfeiler gerammt hatte."
        ),
        (
            "Ingenieure ersetzten 340 Tonnen Stahl und beide Lager des beschädigten Feldes. Die "
            "Arbeiten kosteten 18 Millionen Kronen und damit vier Millionen mehr als geplant."
        ),
    )
    html = html_page(*german, title="Brücke wieder offen").replace("<html>", '<html lang="en">')
    assert clean(page(html)).language == "de"


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "cp1252"), ("iso-8859-1", "utf-8"), ("no-such-charset", "cp1252"), ("gbk", "utf-8")],
)
def test_wrong_charset(declared: str, encoding: str) -> None:
    """Curly quotes survive a charset that the server gets wrong."""
    article = clean(
        page(
            html_page().encode(encoding),
            headers={"content-type": f"text/html; charset={declared}"},
        )
    )
    assert article.text.endswith(
        "“We kept our word, if not our budget,” said Ilse Tamm, who heads the roads office."
    )


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("gb2312", "gb18030", "朱镕基总理在北京发表讲话"),
        ("Shift_JIS", "cp932", "東京で①地震がありました。髙橋さん"),
        ("euc-kr", "cp949", "서울에서 똠방각하를 펲시"),
        ("big5", "big5hkscs", "香港九龍油塘邨嘅消息"),
        ("tis-620", "cp874", "ข่าว “กรุงเทพ”"),
        ("latin1", "cp1252", "“Quoted” – at 5 €"),
    ],
)
def test_an_encoding_is_read_as_the_web_means_it(declared: str, encoding: str, text: str) -> None:
    """Pages that name a small encoding hold letters of the larger one that grew from it."""
    assert decode(text.encode(encoding), {"content-type": f"text/html; charset={declared}"}) == text


def test_a_broken_byte_does_not_spoil_a_page() -> None:
    """One that its encoding does not have is lost, not the alphabet."""
    body = b"<meta charset=windows-1251>" + "Мост открыт. ".encode("cp1251") * 100 + b"\x98"
    assert decode(body, {}).endswith("Мост открыт. �")


@pytest.mark.parametrize(
    "body",
    [b"", b"   \n", b"\x00\x01\x02" * 500, b"%PDF-1.7 \xff\xfe", b"{}", b"<html></html>"],
)
def test_no_article(body: bytes) -> None:
    """Empty, binary and textless answers are one outcome."""
    assert outcome_of(body) is Outcome.NO_ARTICLE


def test_other_kinds_of_content_are_no_article() -> None:
    """A picture is refused by its content type, whatever its bytes are."""
    headers = {"content-type": "image/jpeg"}
    assert outcome_of(html_page(), headers=headers) is Outcome.NO_ARTICLE


def test_nul_bytes_do_not_cut_a_page_short() -> None:
    """Text after a NUL byte is read."""
    html = html_page().encode().replace(b"<article>", b"<article>\x00")
    assert clean(page(html)).text == "\n\n".join(PARAGRAPHS)


def test_paywall_stub() -> None:
    """A few lines and an invitation to subscribe are a stub; a whole text is an article."""
    stub = (PARAGRAPHS[0], "Subscribe to continue reading this article.")
    assert outcome_of(html_page(*stub)) is Outcome.PAYWALL
    closed = news(isAccessibleForFree="False")
    assert outcome_of(html_page(*PARAGRAPHS[:2], about=closed)) is Outcome.PAYWALL
    whole = tuple(f"{p} Part {n}." for n in range(4) for p in PARAGRAPHS)
    assert clean(page(html_page(*whole, about=closed))).text == "\n\n".join(whole)


def test_live_blog_until_it_is_over() -> None:
    """A live blog is none while it is written, and an article days after its last update."""
    live = news(**{"@type": "LiveBlogPosting", "dateModified": "2026-03-12T08:55:00Z"})
    assert outcome_of(html_page(about=live)) is Outcome.LIVE_BLOG
    over = {**live, "dateModified": "2026-03-08T22:00:00Z"}
    assert clean(page(html_page(about=over))).text == "\n\n".join(PARAGRAPHS)


def test_video_page() -> None:
    """A player with a line of text is a video page; an article that has a video is not."""
    video: dict[str, object] = {"@type": "VideoObject", "name": "Bridge opens"}
    assert outcome_of(html_page(PARAGRAPHS[0], about=video)) is Outcome.VIDEO
    both: dict[str, object] = {"@graph": [news(), video]}
    assert clean(page(html_page(about=both))).text == "\n\n".join(PARAGRAPHS)


def test_words_in_scripts_are_no_paywall() -> None:
    """No reader of this page meets them; nor do long scripts hide those that stand there."""
    script = "<script>var gate = 'Subscribe to continue reading';</script>"
    assert clean(page(html_page(head=script))).text == "\n\n".join(PARAGRAPHS)
    long = f"<script>{'let a = 1; ' * 20_000}</script>"
    stub = (PARAGRAPHS[0], "Subscribe to continue reading this article.")
    assert outcome_of(html_page(*stub, head=long)) is Outcome.PAYWALL


def test_a_brief_with_a_number_in_front_is_no_error_page() -> None:
    """The number may be a status of HTTP."""
    brief = PARAGRAPHS[:2]
    assert clean(page(html_page(*brief, title="500 lorries wait at the bridge"))).title


@pytest.mark.parametrize(
    "title",
    ["404 - Page not found", "403 Forbidden", "410 Gone", "Access Denied", "Just a moment..."],
)
def test_error_page_that_answers_with_200(title: str) -> None:
    """A page that says it is an error is one, whatever its status."""
    assert outcome_of(html_page("Try the search instead.", title=title)) is Outcome.ERROR_PAGE


def test_error_status() -> None:
    """An error's body is not an article."""
    assert outcome_of(html_page(), status=503) is Outcome.ERROR_PAGE


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 60_000 + "deep" + "</div>" * 60_000,
        "<p>" * 300_000,
        "<html><body>" + "<a href=x>" * 50_000,
        "<html><title>" + "long " * 300_000 + "</title><p>short</p>",
        '<html><script type="application/ld+json">' + "[" * 100_000 + "</script><p>x</p></html>",
        '<html><script type="application/ld+json">{"@graph":' + "[{}," * 9_000 + "</script>",
        "<!doctype html><!ENTITY a 'aaa'><html><p>&a;&a;&a;</p></html>",
    ],
)
def test_hostile_markup_is_no_article(html: str) -> None:
    """Deep, endless and broken markup ends in an outcome."""
    assert outcome_of(html) in {Outcome.NO_ARTICLE, Outcome.ERROR_PAGE}


def test_absurd_dates_are_left_out() -> None:
    """Years 0 and 9999 and nonsense leave an article undated."""
    for date in ("0000-00-00", "9999-12-31", "soon", "", 3, None, {"a": 1}, ["2026-03-10"]):
        article = clean(page(html_page(about=news(datePublished=date, dateModified=date))))
        assert (article.published, article.modified) == (None, None)


_FIELDS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "@type", "@graph", "url", "headline", "author"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["@type", "headline", "datePublished", "dateModified", "author", "publisher", "url",
             "articleBody", "isAccessibleForFree", "inLanguage", "mainEntityOfPage", "@graph"]
        ),
        _FIELDS,
    )
)  # fmt: skip
def test_any_json_ld(about: dict[str, object]) -> None:
    """Whatever the JSON-LD holds, there is an article or an outcome."""
    script = json.dumps({"@type": "NewsArticle", **about}).replace("<", "\\u003c")
    html = html_page(head=f'<script type="application/ld+json">{script}</script>')
    try:
        article = clean(page(html))
    except NoArticleError:
        return
    assert isinstance(article, Article)
    assert article.title


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 1200), st.sampled_from(["", "utf-16", "gbk"]))
def test_any_bytes_in_a_page(noise: bytes, where: int, charset: str) -> None:
    """Whatever bytes a page has, there is an article or an outcome."""
    whole = html_page(about=news()).encode()
    body = whole[:where] + noise + whole[where:]
    try:
        article = clean(page(body, headers={"content-type": f"text/html; charset={charset}"}))
    except NoArticleError:
        return
    assert "\x00" not in article.text + article.title


def test_compressed_bytes_are_no_article() -> None:
    """A body that was not decompressed is junk."""
    assert outcome_of(gzip.compress(html_page().encode())) is Outcome.NO_ARTICLE
