"""The body of an article: trafilatura's extraction, checked against what the page says."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable

from corroborate.agencies import credit
from workers.facts import Facts, alike
from workers.markup import Element
from workers.rows import tidy_text

# Its warnings speak of pages without text, which is an outcome here.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

#: Parts of a page that are never an article's own words: captions, posts of social media,
#: players, boxes that advertise other articles or a newsletter; and scripts, whose
#: ``articleBody`` trafilatura would take as one line.
_NOT_BODY = (
    "//script | //figure | //figcaption | //button | //noscript | //template"
    " | //blockquote[contains(@class, 'twitter') or contains(@class, 'instagram')"
    " or contains(@class, 'tiktok') or contains(@class, 'bluesky')]"
)
_BOX = re.compile(
    r"(?i)(?:^|[\s_-])(?:newsletter|related|recirc\w*|more-from|read-?more|also-?read|recommended|"
    r"most-?read|trending|promos?|promotion|sign-?up|subscribe|caption|author-?bio|pull-?quote\w*|paywall-?prompt|advert\w*|comments?(?:-\w+)?)(?:$|[\s_-])"
)
_BOXES = ("div", "section", "aside", "ul", "p", "form")
#: A box named for a picture, which is a caption's where it has a picture and little else.
_PICTURE = re.compile(r"(?i)(?:^|[\s_-])(?:image|photo|picture|media)(?:$|[\s_-])")
_CAPTIONS = 2
#: A box may hold at most this share of the page's paragraphs; more is the page itself.
_BOX_SHARE = 0.3
#: Short lines between paragraphs that lead elsewhere.
_FURNITURE = re.compile(
    r"(?i)^\W{0,3}(?:"
    r"(?:read|see|watch|listen)(?: (?:more|next|also))?(?::| \||$)"
    r"|(?:read (?:more|next|also)|also read|more on this|related(?: articles| stories)?|recommended"
    r"|in other news|more from|you may also like|lesen sie (?:auch|mehr)|mehr zum thema|lire aussi"
    r"|à lire aussi|lee también|te puede interesar|leggi anche|lees ook|leia também)\b.{0,160}$"
    r"|advertisement\b|anzeige$|werbung$|publicité$|publicidad$|pubblicità$"
    r"|article content$|story continues|continue reading|skip (?:to|past)"
    r"|recommended videos?$|share (?:this|on)\b|sign up\b|subscribe\b"
    r"|get (?:the (?:latest|day)|daily)\b|comments?$|join (?:our commenting|thought-provoking)"
    r"|follow (?:us|.{2,40} on)\b|click here to|copyright ©|©|(?:image|photo|picture|credit)s?\s?:"
    r"|(?:pic\.)?twitter\.com|— .{2,60}\(@\w+\)|would you like to comment"
    r"|our community members are|you must confirm your|please log ?(?:in|out)|swipe left"
    r"|please (?:read our comment|bookmark)|for the latest .{0,120}sign up|popular$|most read$"
    r"|you can (?:unsubscribe|check out) at any time|more\s?:|most read\b.{0,40}$"
    r"|(?:do you have|have you got|got) a story\b|get in touch\b|for more stories like"
    r"|find out more\b|follow along with\b|this is a (?:breaking|developing) (?:news? )?story"
    r"|our standards:|.{0,200}\bsign(?:ing)? up (?:for|to) (?:our|the|\w+['’]s) .{0,40}newsletter"
    r"|.{0,200}\bmay earn (?:us )?(?:an? )?(?:affiliate )?commission"
    r"|.{0,200}\bfollow \w+ on (?:twitter|facebook|instagram|linkedin|bluesky|x)\b|[\W_]+$)"
)
_FURNITURE_LENGTH = 260
_LABEL_LENGTH = 40
_LABEL_WORDS = 5
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
#: Share of the page's own ``articleBody`` that the extraction must have, else that is taken.
_COVERED = 0.75
_WORDS = re.compile(r"\w+")


def extract_body(tree: Element, facts: Facts, title: str) -> str:
    """Return the body, paragraphs parted by blank lines; empty where there is none.

    ``articleBody`` of the JSON-LD replaces the extraction where that misses a good part of
    it, as on pages whose text is scattered over many containers.
    """
    titles = {title, *facts.titles.values()}
    found = _tidy(_trafilatura(_links_in_text(_without_boxes(tree))), titles)
    said = _tidy(facts.body, titles)
    if said and len(said) > len(found) and _share(said, found) < _COVERED:
        return said
    return found


def _trafilatura(tree: Element) -> str:
    from trafilatura import extract

    # Its global de-duplication is one cache for the whole process; comments are not the
    # article's.
    return (
        extract(
            tree,
            include_comments=False,
            include_tables=False,
            deduplicate=False,
        )
        or ""
    )


def _without_boxes(tree: Element) -> Element:
    """Take out, in place, what is never an article's own words."""
    paragraphs = len(tree.findall(".//p")) or 1
    doomed = list(tree.xpath(_NOT_BODY))
    for element in tree.iter(*_BOXES):
        kind = element.get("class") or ""
        held = len(element.findall(".//p"))
        boxed = element.tag == "form" or _BOX.search(f"{kind} {element.get('id') or ''}")
        captioned = (
            held <= _CAPTIONS and _PICTURE.search(kind) and element.find(".//img") is not None
        )
        if (boxed or captioned) and held <= _BOX_SHARE * paragraphs:
            doomed.append(element)
    for element in doomed:
        if element.getparent() is not None:
            element.drop_tree()
    return tree


def _links_in_text(tree: Element) -> Element:
    """Take out, in place, paragraphs that are one link elsewhere, and links off sentences.

    trafilatura drops paragraphs with much text in links, sentences that name sources too.
    """
    for paragraph in tree.findall(".//p"):
        links = paragraph.findall(".//a")
        if not links:
            continue
        whole = "".join(paragraph.itertext()).strip()
        linked = sum(len("".join(a.itertext()).strip()) for a in links)
        sentence = bool(_SENTENCE_END.search(whole))
        if len(links) == 1 and linked >= len(whole) and (whole.endswith("?") or not sentence):
            paragraph.drop_tree()
        elif sentence:
            for link in links:
                link.drop_tag()
    return tree


def _tidy(text: str, titles: Iterable[str]) -> str:
    """Return the paragraphs without titles, labels, furniture and direct repetitions."""
    kept: list[str] = []
    for line in tidy_text(text).split("\n"):
        line = line.strip()  # noqa: PLW2901
        if not line or (kept and line == kept[-1]):
            continue
        if len(line) <= _FURNITURE_LENGTH and _FURNITURE.match(line):
            continue
        if len(kept) < 2 and any(alike(line, title) >= 0.9 for title in titles):  # noqa: PLR2004
            continue
        if not kept and _is_label(line):
            continue
        kept.append(line)
    return "\n\n".join(kept)


def _is_label(line: str) -> bool:
    """Return whether a line above the first sentence is a section's name or a byline.

    A credit ("By Reuters") stays: it tells whose report it is.
    """
    short = len(line) <= _LABEL_LENGTH and len(line.split()) <= _LABEL_WORDS
    return short and line[-1].isalnum() and not credit(line)


def _share(said: str, found: str) -> float:
    """Return which share of one text's words the other has, as multisets."""
    there, here = Counter(_WORDS.findall(said.lower())), Counter(_WORDS.findall(found.lower()))
    return sum((there & here).values()) / max(1, sum(there.values()))
