"""The article that a user hands in: a file, a URL, or standard input."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from corroborate.agencies import credit
from corroborate.errors import InputError, NoArticleError
from corroborate.identity import article_id, content_hash
from corroborate.protocols import Fetches
from corroborate.types import Article, Outlet, Page
from workers import language
from workers.canonical import canonical_url
from workers.clean import clean
from workers.dates import Moment, dates_in, parse_moment
from workers.markup import decode, looks_like_html
from workers.outlets import outlet
from workers.rows import MAX_TEXT, tidy_line, tidy_text

#: Largest file, and longest input on standard input, bytes.
_LARGEST = 16_000_000
#: Title and outlet are no longer than this, and no sentences.
_TITLE = 200
_OUTLET = 60
#: Words that an outlet's name has in lower case, unless it has no others, and at most how many.
_JOINING = frozenset(
    re.findall(
        r"\w+",
        "a al and da das de del della delle der des di do du e el en et for i in la las le les "
        "los of on online the to und van von y",
    )
)
_SMALL = 2
#: At most so many lines follow the title without a blank line between.
_HEADERS = 4
#: Least letters of a body.
_SHORTEST = 40
#: Share of characters that are no text (control characters, wrong decodings) in junk.
_JUNK = 0.02
#: Characters of the body in which a dateline stands.
_DATELINE = 160

_SENTENCE_END = re.compile(r"\.[\"'”’)\]]*$")
#: A line in the middle of a sentence, or the end of one.
_IN_SENTENCE = re.compile(r"^[a-z](?!y )|[.,;]$")
#: A line of a text set to a fixed width, which the next one continues.
_WRAPPED = re.compile(r"(?m)^(.{39,119}[^\s.!?:…\"”’)])\n(?=\S)")
_URL = re.compile(r"(?i)^https?://\S+$")
_BYLINE = re.compile(r"^(?:By|BY|by)\s+(?P<names>\S.*)$")
_DATE_LABEL = re.compile(r"(?i)^(?:published|posted|updated|date|on)\b[:\s]*")
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f�]")


@dataclass(slots=True)
class _Header:
    """The lines above the body."""

    title: str = ""
    outlet: str = ""
    url: str | None = None
    authors: tuple[str, ...] = ()
    published: Moment | None = None


def read_input(source: str, fetcher: Fetches, *, stdin: BinaryIO) -> Article:
    """Return the article of a path, a URL, or standard input.

    Text and HTML are told apart by what is in them; see :func:`read_text` for text.

    Args:
        source: A path, a URL, or "-".
        fetcher: Asked for the page where ``source`` is a URL.
        stdin: Read where ``source`` is "-".

    Raises:
        InputError: There is nothing to check in it: no such file, empty, not text.
        NoArticleError: It was read, and has no article.
        FetchError: The URL did not yield a page.
    """
    if _URL.match(source):
        return clean(fetcher.fetch(source))
    if source == "-":
        name, body = "standard input", stdin.read(_LARGEST + 1)
    else:
        name, body = source, _read_file(source)
    if not body.strip():
        raise InputError(f"{name} is empty: there is nothing to check")
    if len(body) > _LARGEST:
        raise InputError(f"{name} is larger than {_LARGEST:,} bytes: hand in one article")
    text = decode(body, {})
    sample = text[:100_000]
    if len(_NOT_TEXT.findall(sample)) > _JUNK * len(sample):
        raise InputError(f"{name} is not text: hand in plain text, HTML or a URL")
    if looks_like_html(text):
        try:
            return clean(Page("", "", 200, {}, body, datetime.now(UTC)))
        except NoArticleError as exc:
            raise NoArticleError(str(exc).replace("the page", name, 1)) from exc
    return read_text(text, name)


def read_text(text: str, name: str = "the text", *, shortest: int = _SHORTEST) -> Article:
    """Return the article in a plain text.

    Above the body may stand, each on a line of its own: the title, then in any order the
    outlet, "By" and names, a full date, a URL. A first line that is a sentence, or too long
    for a title, starts the body. A date is also taken from a dateline ("PARIS, 2 May 2024").

    Args:
        text: Title, blank line, outlet, blank line, body; or the body alone.
        name: What to call it in an error.
        shortest: Letters that its body must have.

    Raises:
        NoArticleError: There is no running text in it.
    """
    header, body = _split(tidy_text(text))
    body = _WRAPPED.sub(r"\1 ", body)
    if sum(map(str.isalpha, body)) < shortest:
        raise NoArticleError(f"{name} holds no article: there is no running text in it")
    if len(body) > MAX_TEXT:
        raise InputError(f"{name} is longer than {MAX_TEXT:,} characters: hand in one article")
    publisher = (
        outlet(header.outlet, header.url)
        if header.outlet or header.url
        else Outlet("unknown", "unknown outlet")
    )
    published = header.published or _dateline(body)
    return Article(
        id=article_id(
            url=header.url,
            outlet=publisher.id,
            title=header.title or body[:_TITLE],
            published=published.time if published else None,
        ),
        outlet=publisher,
        title=header.title,
        text=body,
        url=header.url,
        authors=header.authors,
        agency=credit(body, header.authors),
        published=published.time if published else None,
        day_only=bool(published and published.day_only),
        language=language.detect(body),
        fetched=datetime.now(UTC),
        content_hash=content_hash(header.title, body),
    )


def _read_file(source: str) -> bytes:
    path = Path(source)
    with suppress(RuntimeError):  # "~draft.txt": there is no such user
        path = path.expanduser()
    try:
        if path.is_dir():
            raise InputError(f"{source} is a folder: 'corroborate import' takes folders")
        with path.open("rb") as file:
            return file.read(_LARGEST + 1)
    except FileNotFoundError as exc:
        raise InputError(f"{source}: there is no such file") from exc
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or str(exc)
        raise InputError(f"{source} cannot be read: {reason}") from exc


def _split(text: str) -> tuple[_Header, str]:
    """Part the lines above the body from the body."""
    header = _Header()
    lines = text.split("\n")
    position = 0
    for position, line in enumerate(lines):
        if line and not _take(line, header, alone=_stands_alone(lines, position)):
            break
    else:
        return _Header(), text
    return header, "\n".join(lines[position:]).strip()


def _stands_alone(lines: list[str], position: int) -> bool:
    """Return whether a line is one of its own, and not the first of a wrapped paragraph."""
    following = lines[position + 1] if position + 1 < len(lines) else ""
    if not following or len(following) > _TITLE:
        return True
    rest = lines[position + 1 :]
    block = rest[: rest.index("")] if "" in rest else rest
    running = any(_IN_SENTENCE.search(line) for line in block if not _URL.match(line))
    return "" in rest and len(block) <= _HEADERS and not running


def _take(line: str, header: _Header, *, alone: bool) -> bool:
    """Take a line into the header; return whether it belongs there."""
    moment = parse_moment(_DATE_LABEL.sub("", line)) if len(line) <= _OUTLET else None
    byline = _BYLINE.match(line) if len(line) <= _TITLE else None
    if _URL.match(line) and header.url is None:
        header.url = canonical_url(line)
    elif moment and header.published is None:
        header.published = moment
    elif byline and header.title and not header.authors:
        names = re.split(r"\s*(?:,|\band\b|&)\s*", byline["names"])
        header.authors = tuple(tidy_line(name) for name in names if name)
    elif len(line) > _TITLE or _SENTENCE_END.search(line) or not alone:
        return False
    elif not header.title and not header.outlet:
        header.title = line
    elif not header.outlet and _is_name(line):
        header.outlet = line
    else:
        return False
    return True


def _is_name(line: str) -> bool:
    """Return whether a line can be an outlet's name, and is no subheading."""
    small = [word for word in line.split() if word.islower()]
    named = line.islower() or _JOINING.issuperset(small)
    return len(line) <= _OUTLET and line[-1] not in "?!:" and len(small) <= _SMALL and named


def _dateline(body: str) -> Moment | None:
    """Return the full date that stands before the body's first dash, if one does."""
    opening = body[:_DATELINE]
    dash = re.search(r"\s[-–—]{1,2}\s|\)\s?[-–—:]", opening)
    days = dates_in(opening[: dash.start()]) if dash else []
    return parse_moment(days[0][1].isoformat()) if days else None
