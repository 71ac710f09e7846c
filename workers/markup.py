"""From the bytes of a page to a parsed tree, whatever the bytes are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Any

#: An element of lxml.html, which has no types of its own.
Element = Any

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Encodings that pages are really written in; Python knows stranger and slower ones.
_ENCODING = re.compile(
    r"(?i)^(?:utf-?8|utf-?16(?:[lb]e)?|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?12\d\d"
    r"|cp12\d\d|koi8-[ru]|shift[_-]jis|euc-(?:jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5"
    r"|macintosh|tis-620)$"
)
#: What the web means by names of encodings (https://encoding.spec.whatwg.org/#names-and-labels):
#: larger ones, without whose letters a page could not be read.
_MEANT = {
    "iso88591": "cp1252", "latin1": "cp1252", "iso88599": "cp1254", "iso885911": "cp874",
    "tis620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shiftjis": "cp932",
    "euckr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
_IN_HEADER = re.compile(r"""(?i)charset\s*=\s*["']?([\w.:-]+)""")
_IN_MARKUP = re.compile(rb"""(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""")
#: What XML 1.0 does not allow; NUL alone makes libxml2 stop reading.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKUP = re.compile(
    r"<\s*(?:!doctype|html|head|body|div|p|article|meta|title|h1)\b", re.IGNORECASE
)
#: More tags than this are no article (news pages have some thousand), and take minutes.
_TAGS = 60_000


def decode(body: bytes, headers: Mapping[str, str]) -> str:
    """Return a page's text.

    In this order: a byte order mark; UTF-8 if the bytes are valid in it, since pages
    mistake their own encoding more often than bytes are UTF-8 by chance; what the header
    and the markup say; these and UTF-8 with a few broken characters; windows-1252.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    in_header = _IN_HEADER.search(headers.get("content-type", ""))
    in_markup = _IN_MARKUP.search(body[:4096])
    said = [in_header[1]] if in_header else []
    said += [in_markup[1].decode("ascii", "replace")] if in_markup else []
    names = [_MEANT.get(re.sub(r"[_-]", "", n.lower()), n) for n in said if _ENCODING.match(n)]
    for name in names:
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    for name in (*names, "utf-8"):
        try:
            text = body.decode(name, "replace")
        except LookupError:
            continue
        if text.count("�") <= len(text) // 1000:
            return text
    return body.decode("cp1252", "replace")


def looks_like_html(text: str) -> bool:
    """Return whether a text is an HTML document or a piece of one."""
    return bool(_MARKUP.search(text[:20_000]))


def parse(text: str) -> Element | None:
    """Return the tree of a page; None where there is none, or one too large to read."""
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    text = _CONTROL.sub("", text)
    if not text.strip() or text.count("<") > _TAGS:
        return None
    # Comments and processing instructions would split the text that stands around them.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        return document_fromstring(text.encode("utf-8"), parser=parser)
    except (LxmlError, ValueError, AssertionError):
        return None
