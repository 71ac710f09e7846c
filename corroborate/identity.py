"""Who an article is: what its outlet's id is made of, its own id, and the hash of what it says."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corroborate.types import Article

if TYPE_CHECKING:
    from tldextract import TLDExtract


@cache
def _suffixes() -> TLDExtract:
    """Return the public suffix list that ships with tldextract; it never asks the network."""
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def registered_domain(url: str) -> str | None:
    """Return the registered domain of a URL ("bbc.co.uk"), or its host where it has none.

    Other scripts are in punycode, however the URL has them. What cannot be an address
    ("https://[1/") has neither.
    """
    try:
        host = ascii_host(urlsplit(url).hostname or "")
    except ValueError:
        return None
    return _suffixes()(host).top_domain_under_public_suffix or host or None


def ascii_host(host: str) -> str:
    """Return a host as it is asked for: letters outside ASCII in punycode.

    One that cannot be asked for is returned as it is.
    """
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode()
    except UnicodeError:
        return host


def readable_host(host: str) -> str:
    """Return a host as people write it: punycode in its own letters."""
    if "xn--" not in host:
        return host
    import idna

    try:
        return idna.decode(host)
    except UnicodeError:
        return host


def slug(name: str) -> str:
    """Return a name in lower-case letters and digits joined by hyphens, without accents.

    A hash stands for letters of other scripts, so that what two names have in Latin ("24")
    does not make them one.
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    if not words or any(map(_is_of_another_script, plain)):
        words.append(hashlib.sha256(plain.encode()).hexdigest()[:12])
    return "-".join(words)


def _is_of_another_script(character: str) -> bool:
    # Letters that only modify another are in Latin names too (Hawaiʻi).
    category = unicodedata.category(character)
    return category in {"Ll", "Lo"} and "LATIN" not in unicodedata.name(character, "")


def name_key(name: str) -> str:
    """Return what two spellings of an outlet's name have in common: case and spaces aside."""
    return "".join(name.casefold().split())


def article_id(
    *,
    url: str | None,
    key: str | None = None,
    outlet: str = "",
    title: str = "",
    published: datetime | None = None,
    text: str = "",
) -> str:
    """Return an article's id, 20 hexadecimal digits.

    It comes from the canonical URL; without one from the key that the source gave it
    (with the outlet); without either from outlet, title and day of publication, and from the
    text too where title or day is missing.
    """
    if url:
        identity = f"url\n{url}"
    elif key:
        identity = f"key\n{outlet}\n{key}"
    else:
        day = published.date().isoformat() if published else ""
        identity = f"text\n{outlet}\n{title}\n{day}"
        if text and not (title and day):
            identity += f"\n{text}"
    return hashlib.sha256(identity.encode()).hexdigest()[:20]


def content_hash(title: str, text: str) -> str:
    """Return the SHA-256 of title and text, hexadecimal."""
    return hashlib.sha256(f"{title}\n\n{text}".encode()).hexdigest()


def version(article: Article) -> str:
    """Return the SHA-256 of an article's text and of what is said of it, hexadecimal.

    Equal for an article that came again, by another feed or with a later modified time alone.
    """
    published = article.published and article.published.astimezone(UTC)
    said = replace(article, published=published, modified=None, fetched=None, feed=None)
    return hashlib.sha256(json.dumps(asdict(said), default=str).encode()).hexdigest()
