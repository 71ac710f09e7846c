"""What a page says of itself: JSON-LD, OpenGraph, meta elements, headings.

Formats: https://schema.org/NewsArticle, https://ogp.me/, https://microformats.org/wiki/rel-author.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from workers.dates import Moment, parse_moment
from workers.markup import Element
from workers.rows import tidy_line

_ARTICLE = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|Report|Review|AnalysisNewsArticle)$")
_PUBLISHED = (
    "article:published_time", "article:published", "og:published_time",
    "og:article:published_time", "parsely-pub-date", "datepublished", "publish-date",
    "publish_date", "publishdate", "pubdate", "article.published", "dc.date.issued",
    "dcterms.created", "dcterms.issued", "dc.date", "dcterms.date", "sailthru.date",
    "cxenseparse:recs:publishtime", "citation_publication_date", "article_date_original",
    "originalpublicationdate", "date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "article:modified", "datemodified",
    "last-modified", "lastmod", "dcterms.modified", "dc.date.modified",
)  # fmt: skip
#: Where a page's time of publication is marked as such.
_MARKED = (
    "//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content"
    " | //time[@pubdate]/@datetime"
)
#: Where else it may stand: last in the site's header, which may have today's.
_TIMES = ("//article//time/@datetime | //main//time/@datetime", "//header//time/@datetime")
#: Longer texts, characters, are taken as they are.
_LONGEST_MARKDOWN = 200_000
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\((?:https?:|/)[^()\s]{0,500}\)")
#: Largest JSON-LD block, characters; and how many objects of it are looked at.
_BLOCK = 2_000_000
_OBJECTS = 3_000
_AUTHORS = (
    "author", "parsely-author", "article:author", "sailthru.author", "byl", "dc.creator",
)  # fmt: skip
#: How deep a name may lie in lists and objects.
_DEEP = 4


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of itself, as it says it."""

    #: Title by source: "heading", "json-ld", "opengraph", "twitter", "title".
    titles: Mapping[str, str]
    authors: tuple[str, ...]
    published: Moment | None
    modified: Moment | None
    #: Language tag ("en-GB").
    language: str | None
    #: Outlet's name.
    site: str
    #: ``rel=canonical``, else ``og:url``, else the JSON-LD's ``url``.
    link: str | None
    #: JSON-LD types, and the OpenGraph type ("og:article"), in lower case.
    types: frozenset[str]
    #: JSON-LD ``articleBody`` as plain text.
    body: str
    #: JSON-LD ``isAccessibleForFree``.
    free: bool | None
    #: When coverage ends or was last changed, where the page is a live blog.
    live_until: Moment | None


def read_facts(tree: Element, listed: Moment | None = None) -> Facts:
    """Return what a page's markup says of it.

    Args:
        tree: The page.
        listed: When it was published, by the feed that led to it; comes before times of
            which the page does not say what they are.
    """
    objects = list(_json_ld(tree))
    meta = _meta(tree)
    main = _main(objects)
    links = [tree.xpath("//link[@rel='canonical']/@href"), [meta.get("og:url")], [main.get("url")]]
    publisher = _names(_looked_up(main.get("publisher"), objects))
    site = meta.get("og:site_name") or publisher or meta.get("application-name")
    return Facts(
        titles=_titles(tree, meta, main),
        authors=_authors(tree, meta, main, objects),
        published=_first_moment(
            main.get("datePublished"),
            *(meta.get(name) for name in _PUBLISHED),
            main.get("dateCreated"),
            *(o.get("datePublished") for o in objects if "WebPage" in _type_names(o)),
        )
        or _time_at(tree, _MARKED)
        or listed
        or _time_at(tree, *_TIMES)
        or _shown_date(tree),
        modified=_first_moment(main.get("dateModified"), *(meta.get(n) for n in _MODIFIED)),
        language=_language(tree, meta, main),
        site=plain(site[0] if isinstance(site, list) else site or ""),
        link=next((str(v) for values in links for v in values if isinstance(v, str) and v), None),
        types=_types(objects, meta),
        body=_body(objects),
        free=_free(main),
        live_until=_first_moment(main.get("coverageEndTime"), main.get("dateModified")),
    )


def plain(value: object) -> str:
    """Return a value of someone's metadata as one line of plain text, markup taken out."""
    if not isinstance(value, str):
        return ""
    text = html.unescape(html.unescape(value[:20_000]))
    text = re.sub(r"(?is)<(script|style)\b.*?(?:</\1\s*>|$)", " ", text)
    return tidy_line(re.sub(r"</?[a-zA-Z!][^<>]{0,500}>", "", text))


def _line(element: Element) -> str:
    """Return the text of an element; words stay whole across inline markup."""
    for split in element.iter("br", "p", "div"):
        split.tail = f" {split.tail or ''}"
    return plain("".join(element.itertext()))


def _meta(tree: Element) -> dict[str, str]:
    """Return ``content`` by ``name``, ``property`` or ``itemprop`` in lower case; first wins."""
    found: dict[str, str] = {}
    for element in tree.iterfind(".//meta[@content]"):
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if name and element.get("content").strip():
                found.setdefault(name, element.get("content").strip())
    return found


def _json_ld(tree: Element) -> Iterator[dict[str, Any]]:
    """Yield every object of the page's JSON-LD, outermost first."""
    left = _OBJECTS
    for block in tree.xpath("//script[contains(@type, 'ld+json')]"):
        text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*$", "", block.text or "")
        if len(text) > _BLOCK:
            continue
        try:
            # Publishers leave raw line breaks in strings and semicolons after objects.
            pending = [json.loads(text.strip().rstrip(";"), strict=False)]
        except (ValueError, RecursionError):
            continue
        while pending and left:
            left -= 1
            value = pending.pop(0)
            if isinstance(value, list):
                pending = value[:_OBJECTS] + pending
            elif isinstance(value, dict):
                yield value
                nested = (value.get(k) for k in ("@graph", "mainEntity", "mainEntityOfPage"))
                pending += [v for v in nested if isinstance(v, list | dict)]


def _type_names(thing: Mapping[str, Any]) -> list[str]:
    value = thing.get("@type")
    names = value if isinstance(value, list) else [value]
    return [str(name).rsplit("/", 1)[-1] for name in names if isinstance(name, str)]


def _main(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the object that is the article; else one that is dated; else an empty one."""
    articles = [o for o in objects if any(map(_ARTICLE.search, _type_names(o)))]
    told = [o for o in articles if o.get("headline") and o.get("datePublished")]
    dated = [o for o in objects if o.get("datePublished") and "WebPage" in _type_names(o)]
    return next(iter(told + articles + dated), {})


def _titles(tree: Element, meta: Mapping[str, str], main: Mapping[str, Any]) -> dict[str, str]:
    titles = {
        "json-ld": plain(main.get("headline") or main.get("name")),
        "opengraph": plain(meta.get("og:title")),
        "twitter": plain(meta.get("twitter:title")),
        "title": plain(tree.findtext(".//head/title") or tree.findtext(".//title")),
    }
    headings = [_line(h) for h in tree.xpath("//h1")[:20]]
    told = [title for title in titles.values() if title]
    best = max(headings, key=lambda h: max((alike(h, t) for t in told), default=0.0), default="")
    return {"heading": best, **titles}


def alike(one: str, other: str) -> float:
    """Return how many words two lines share, 0 to 1: the Dice coefficient of their words."""
    first, second = (set(re.findall(r"\w+", line.lower())) for line in (one, other))
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def _names(value: object, deep: int = _DEEP) -> list[str]:
    """Return the names in a JSON-LD person, organisation, string, or list of them."""
    if not deep:
        return []
    if isinstance(value, list):
        return [name for item in value[:20] for name in _names(item, deep - 1)]
    if isinstance(value, dict):
        return _names(value.get("name"), deep - 1)
    name = plain(value)
    return [name] if name else []


def _authors(
    tree: Element, meta: Mapping[str, str], main: Mapping[str, Any], objects: list[dict[str, Any]]
) -> tuple[str, ...]:
    told = (
        _names(_looked_up(main.get("author"), objects))
        or _names(_looked_up(main.get("creator"), objects))
        or [plain(meta.get(name)) for name in _AUTHORS]
    )
    if not any(told):
        told = [_line(a) for a in tree.xpath("//a[@rel='author']")[:5]]
    found: dict[str, str] = {}
    for line in told:
        for name in _persons(re.sub(r"(?i)^by[:\s]+", "", line)):
            if "://" not in name and 1 < len(name) <= 120:  # noqa: PLR2004
                # Some name their authors twice, as "Mara Lund" and as "mara-lund".
                found.setdefault(re.sub(r"[\W_]+", " ", name).strip().casefold(), name)
    return tuple(found.values())


def _looked_up(value: object, objects: list[dict[str, Any]]) -> list[object]:
    """Return JSON-LD values; those that only refer to a named object by "@id" are that object."""
    named = {str(o["@id"]): o for o in objects if o.get("@id") and o.get("name")}
    values = value if isinstance(value, list) else [value]
    return [
        named.get(str(v.get("@id")), v) if isinstance(v, dict) and not v.get("name") else v
        for v in values[:20]
    ]


def _persons(line: str) -> list[str]:
    """Return the names in "Mara Lund, Ilse Tamm and Jon Berg"; other lines as they are."""
    if not re.search(r"\s(?:and|&)\s", line) or re.search(r"\b(?:of|for|the)\b", line):
        return [line]
    names = re.split(r",\s+(?:and\s+)?|\s+(?:and|&)\s+", line)
    return names if all(2 <= len(name.split()) <= 4 for name in names) else [line]  # noqa: PLR2004


def _first_moment(*values: object) -> Moment | None:
    """Return the first value that is a moment, its time from another where that has more."""
    moments = [m for m in map(parse_moment, values) if m]
    if not moments:
        return None
    day = moments[0].time.date()
    finer = (m for m in moments if not m.day_only and m.time.date() == day)
    return next(finer, moments[0])


def _time_at(tree: Element, *places: str) -> Moment | None:
    """Return the first time of the first place that has one."""
    found: list[Any] = next(filter(None, map(tree.xpath, places)), [])
    return _first_moment(*found[:1])


def _shown_date(tree: Element) -> Moment | None:
    """Return the day that htmldate finds in the visible text; right on 9 real pages in 10."""
    from htmldate import find_date

    latest = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")
    try:
        found = find_date(tree, original_date=True, extensive_search=False, max_date=latest)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return parse_moment(found)


def _language(tree: Element, meta: Mapping[str, str], main: Mapping[str, Any]) -> str | None:
    value = main.get("inLanguage")
    said = value.get("alternateName") if isinstance(value, dict) else value
    return (
        tree.get("lang")
        or (said if isinstance(said, str) else None)
        or meta.get("og:locale")
        or meta.get("language")
    )


def _types(objects: list[dict[str, Any]], meta: Mapping[str, str]) -> frozenset[str]:
    names = {name.lower() for o in objects for name in _type_names(o)}
    return frozenset(names | ({f"og:{meta['og:type'].lower()}"} if "og:type" in meta else set()))


def _body(objects: list[dict[str, Any]]) -> str:
    bodies = [o["articleBody"] for o in objects if isinstance(o.get("articleBody"), str)]
    text = html.unescape(max(bodies, key=len, default="")[:_BLOCK])
    text = re.sub(r"(?i)</p>|<br\s*/?>", "\n", text)
    text = re.sub(r"</?[a-zA-Z][^<>]{0,500}>", "", text)
    return _without_markdown(text).strip()


def _without_markdown(text: str) -> str:
    """Return a text without the links and marks of the Markdown that some systems publish."""
    if len(text) > _LONGEST_MARKDOWN or not _MARKDOWN_LINK.search(text):
        return text
    text = re.sub(r"\{:[^{}\n]{0,200}\}|^\+\+\+.{0,80}$", "", text, flags=re.MULTILINE)
    text = _MARKDOWN_LINK.sub(r"\1", text)
    return re.sub(r"(?<!\w)(\*{1,3}|_{1,2})(?=\S)([^*_\n]{1,300}?)(?<=\S)\1(?!\w)", r"\2", text)


def _free(main: Mapping[str, Any]) -> bool | None:
    value = main.get("isAccessibleForFree")
    if value is None:
        return None
    return str(value).strip().lower() not in {"false", "no", "0"}
