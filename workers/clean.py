"""From a fetched page to an article, or the reason why there is none."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from enum import StrEnum

from corroborate.agencies import canonical_name, credit, of_domain
from corroborate.errors import NoArticleError
from corroborate.identity import article_id, content_hash
from corroborate.types import Article, Entry, Feed, Outlet, Page
from workers import language
from workers.body import extract_body
from workers.canonical import trusted_canonical
from workers.dates import Moment
from workers.facts import Facts, plain, read_facts
from workers.markup import decode, looks_like_html, parse
from workers.outlets import outlet
from workers.rows import MAX_TEXT
from workers.titles import choose


class Outcome(StrEnum):
    """Why a page gave no article."""

    NO_ARTICLE = "no article"
    PAYWALL = "paywall stub"
    LIVE_BLOG = "live blog"
    VIDEO = "video page"
    ERROR_PAGE = "error page"


class PageWithoutArticle(NoArticleError):
    """A page was read, and has no article.

    Args:
        page: Where it came from: its URL, or a few words.
        outcome: Which kind of page it is instead.
        detail: What shows that, as a clause.
    """

    def __init__(self, page: str, outcome: Outcome, detail: str) -> None:
        super().__init__(f"{page}: {outcome.value} ({detail})")
        self.outcome = outcome
        self.detail = detail


#: Shorter texts are no article; shorter ones behind a paywall are its stub; and how little
#: stands beside a video.
_SHORTEST = 250
_STUB = 1_200
_BESIDE_VIDEO = 600
#: A live blog that has not moved for so long is finished, hence an article.
_LIVE = timedelta(days=2)

_STATUS = r"(?:40[134]|410|429|50\d)"
_ERROR_TITLE = re.compile(
    # "500 dead" is news.
    rf"(?i)^\W*(?:error\W{{0,3}}{_STATUS}\b|{_STATUS}(?:\W*$|\s*[|:–—]|\s-|\sgone\W*$"
    r"|\s.{0,20}\b(?:error|not found|forbidden|unauthori[sz]ed|unavailable|gateway|too many)))"
    r"|page (?:not|could not be) found|^not found\b"
    r"|access (?:is )?denied|just a moment|attention required|are you (?:a robot|human)"
    r"|unusual (?:traffic|activity)|\bcaptcha\b|security check|enable (?:javascript|cookies)"
    r"|service unavailable|something went wrong|temporarily (?:down|unavailable)|site maintenance"
)
#: What a reader may see of a page: scripts hold words for readers whom they never meet.
_SHOWN = "//text()[not(parent::script or parent::style)]"
_PAYWALL = re.compile(
    r"(?i)subscribe (?:now |today )?to (?:continue|read|unlock|keep)|already a subscriber"
    r"|(?:this|full) (?:article|story|content) is (?:only )?(?:for|available to|exclusive|reserved)"
    r"|(?:log|sign) in to (?:continue|read)|to continue reading|subscribers?[- ]only"
    r"|unlock (?:this|the full) (?:article|story)|become a (?:member|subscriber) to"
)


def clean(
    page: Page,
    *,
    feed: Feed | None = None,
    entry: Entry | None = None,
    outlet_name: str = "",
) -> Article:
    """Return the article of a page.

    Args:
        page: What was fetched. An empty URL means a saved page: its own word is then all
            that is known of its address.
        feed: The feed that led to it; its outlet's name is used where the page has none.
        entry: The feed's entry; its title and times are used where the page has none.
        outlet_name: Used where neither page nor feed tells the outlet.

    Raises:
        PageWithoutArticle: There is no article in it; ``outcome`` says what it is instead.
    """
    where = page.final_url or page.url or "the page"
    if page.status >= 400:  # noqa: PLR2004
        raise PageWithoutArticle(where, Outcome.ERROR_PAGE, f"status {page.status}")
    tree = parse(_html(page, where))
    if tree is None:
        raise PageWithoutArticle(where, Outcome.NO_ARTICLE, "nothing in it can be parsed")
    facts = read_facts(tree, _from_entry(entry.published if entry else None))
    url = trusted_canonical(page.final_url, facts.link)
    live = "liveblogposting" in facts.types
    title = choose(facts.titles, facts.site, live=live) or (plain(entry.title) if entry else "")
    shown = " ".join(tree.xpath(_SHOWN))[:200_000] if facts.free is not False else ""
    text = extract_body(tree, facts, title)[:MAX_TEXT]
    _refuse(where, title, text, facts, shown, page.fetched)
    name = facts.site or (feed.outlet if feed else "") or outlet_name
    publisher = outlet(name, url or page.final_url or None)
    return _article(page, publisher, url, title, text, facts, feed, entry)


def _html(page: Page, where: str) -> str:
    kind = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and not re.search(r"html|xml|text/plain|octet-stream", kind):
        raise PageWithoutArticle(where, Outcome.NO_ARTICLE, f"it is {kind[:60]}, not HTML")
    text = decode(page.body, page.headers)
    if not text.strip():
        raise PageWithoutArticle(where, Outcome.NO_ARTICLE, "it is empty")
    if not looks_like_html(text):
        raise PageWithoutArticle(where, Outcome.NO_ARTICLE, "it is not HTML")
    return text


def _refuse(where: str, title: str, text: str, facts: Facts, shown: str, fetched: datetime) -> None:
    """Raise where a page is none of an article's kind."""
    article = any(kind.endswith(("article", "posting")) for kind in facts.types)
    if len(text) < _BESIDE_VIDEO and _ERROR_TITLE.search(title):
        raise PageWithoutArticle(where, Outcome.ERROR_PAGE, f"it says '{title[:80]}'")
    if "liveblogposting" in facts.types and not _is_over(facts.live_until, fetched):
        raise PageWithoutArticle(where, Outcome.LIVE_BLOG, "it is still being written")
    video = any(kind.startswith("og:video") for kind in facts.types) or (
        "videoobject" in facts.types and not article
    )
    if video and len(text) < _BESIDE_VIDEO:
        raise PageWithoutArticle(where, Outcome.VIDEO, "a video with little text")
    closed = facts.free is False or bool(_PAYWALL.search(shown))
    if closed and len(text) < _STUB:
        raise PageWithoutArticle(where, Outcome.PAYWALL, f"{len(text):,} characters are shown")
    if len(text) < _SHORTEST and not (article and len(text) >= _SHORTEST // 2):
        detail = f"{len(text):,} characters of text" if text else "no text of its own"
        raise PageWithoutArticle(where, Outcome.NO_ARTICLE, detail)


def _is_over(last: Moment | None, fetched: datetime) -> bool:
    return last is not None and fetched - last.time > _LIVE


def _article(
    page: Page,
    publisher: Outlet,
    url: str | None,
    title: str,
    text: str,
    facts: Facts,
    feed: Feed | None,
    entry: Entry | None,
) -> Article:
    published = facts.published
    modified = facts.modified or _from_entry(entry.modified if entry else None)
    authors = tuple(name for name in facts.authors if name.casefold() != facts.site.casefold())
    own = of_domain(publisher.id)
    named = next(filter(None, map(canonical_name, facts.authors)), None)
    return Article(
        id=article_id(
            url=url,
            outlet=publisher.id,
            title=title,
            published=published.time if published else None,
            text=text,
        ),
        outlet=publisher,
        title=title,
        text=text,
        url=url,
        authors=authors,
        agency=credit(text, authors) or named or own,
        published=published.time if published else None,
        day_only=bool(published and published.day_only),
        modified=modified.time if modified and _later(modified, published) else None,
        language=_language(facts, text),
        fetched=page.fetched,
        feed=feed.url if feed else None,
        content_hash=content_hash(title, text),
    )


def _from_entry(moment: datetime | None) -> Moment | None:
    """Return the moment of a feed's time: midnight stands for a day."""
    return Moment(moment, day_only=moment.time() == time(0)) if moment else None


def _later(modified: Moment, published: Moment | None) -> bool:
    return published is None or modified.time > published.time


def _language(facts: Facts, text: str) -> str | None:
    """Return the text's language; templates often declare English for texts in another."""
    said = language.code(facts.language)
    if said is None or said == "en":
        return language.detect(text) or said
    return said
