"""An article from a row of JSON Lines."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from corroborate.agencies import canonical_name, credit, of_domain
from corroborate.identity import article_id, content_hash
from corroborate.types import Article
from workers import language
from workers.canonical import canonical_url
from workers.dates import Moment, parse_moment
from workers.outlets import UNKNOWN
from workers.outlets import outlet as outlet_of

#: Longest text and longest title that are an article's, characters.
MAX_TEXT = 1_000_000
MAX_TITLE = 1_000

# Line breaks and tabs aside, control characters are noise; so are halves of surrogate pairs.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class RowError(ValueError):
    """What is wrong with a row, as a clause."""


def read_object(raw: bytes) -> dict[str, Any]:
    """Return the object on a line of JSON Lines.

    Raises:
        RowError: It is none, or not UTF-8.
    """
    try:
        row = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RowError("not UTF-8") from None
    except json.JSONDecodeError as exc:
        raise RowError(f"not JSON ({exc.msg})") from None
    except (RecursionError, ValueError):
        raise RowError("not JSON that can be read (too deep, or a number too long)") from None
    if not isinstance(row, dict):
        raise RowError("not an object")
    return row


def article_of(row: Mapping[str, Any], *, fetched: datetime, outlet: str = "") -> Article:
    """Return the article that a row holds.

    Args:
        row: Its fields.
        fetched: When we got it.
        outlet: Name of its outlet where it gives neither that nor a URL.

    Raises:
        RowError: A field that is needed is missing, or one is not what it should be.
    """
    text = tidy_text(_string(row, "text"))
    if not text:
        raise RowError("text is missing or empty")
    if len(text) > MAX_TEXT:
        raise RowError(f"text is longer than {MAX_TEXT:,} characters")
    title = tidy_line(_string(row, "title"))
    url, name = _url(row), tidy_line(_string(row, "outlet"))
    publisher = outlet_of(name or ("" if url else outlet), url)
    if publisher == UNKNOWN:
        raise RowError("outlet is missing (or a url to tell it); name it with --outlet")
    published, modified = _moment(row, "published"), _moment(row, "modified")
    authors = _authors(row)
    given = tidy_line(_string(row, "agency"))
    agency = canonical_name(given) or given or credit(text, authors) or canonical_name(name)
    return Article(
        id=article_id(
            url=url,
            key=_key(row),
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
        agency=agency or of_domain(publisher.id),
        published=published.time if published else None,
        day_only=bool(published and published.day_only),
        modified=modified.time if modified else None,
        language=language.code(row.get("language")) or language.detect(text),
        fetched=fetched,
        content_hash=content_hash(title, text),
    )


def tidy_text(text: str) -> str:
    """Return a body in NFC, one blank line at most between lines, without control characters."""
    text = unicodedata.normalize("NFC", _CONTROL.sub("", text))
    text = re.sub(r"\r\n?|[\u2028\u2029\x0c\x85]", "\n", text).replace("\xa0", " ")
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def tidy_line(text: str) -> str:
    """Return a title or a name as one line of plain text."""
    line = " ".join(_CONTROL.sub("", text[: 4 * MAX_TITLE]).split())
    return unicodedata.normalize("NFC", line)[:MAX_TITLE]


def _string(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RowError(f"{name} is not a string")
    return value


def _url(row: Mapping[str, Any]) -> str | None:
    given = _string(row, "url").strip()
    if not given:
        return None
    url = canonical_url(given)
    if url is None:
        raise RowError(f"url is not a web address: {given[:80]!r}")
    return url


def _key(row: Mapping[str, Any]) -> str | None:
    value = row.get("id")
    if value is None or value == "" or isinstance(value, bool):
        return None
    if not isinstance(value, str | int):
        raise RowError("id is neither a string nor a number")
    key = str(value)
    if _SURROGATE.search(key):
        raise RowError("id holds half of a surrogate pair")
    return key


def _moment(row: Mapping[str, Any], name: str) -> Moment | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    moment = parse_moment(value)
    if moment is None:
        raise RowError(f"{name} is not a date: {str(value)[:40]!r}")
    return moment


def _authors(row: Mapping[str, Any]) -> tuple[str, ...]:
    value = row.get("authors") or []
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise RowError("authors is not a list of strings")
    return tuple(filter(None, map(tidy_line, names[:50])))
