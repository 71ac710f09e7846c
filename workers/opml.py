"""Lists of feeds as OPML 2.0 (http://opml.org/spec2.opml), in and out."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from corroborate.errors import InputError
from corroborate.types import Feed


def read_opml(text: bytes) -> list[Feed]:
    """Return the feeds of an OPML document, each URL once.

    Raises:
        InputError: It is not OPML, or no feed of the web is in it.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise InputError(f"this is not OPML: {exc}") from exc
    outlines = root.iter("outline") if root is not None else []
    # Some programs write "xmlurl" or "xmlURL".
    told = [{name.lower(): value.strip() for name, value in o.attrib.items()} for o in outlines]
    feeds = {
        url: Feed(url=url, title=item.get("title") or item.get("text") or "")
        for item in told
        if (url := item.get("xmlurl", "")).startswith(("http://", "https://"))
    }
    if not feeds:
        raise InputError("there is no feed in this file: OPML outlines with an xmlUrl are needed")
    return list(feeds.values())


def write_opml(feeds: Iterable[Feed]) -> str:
    """Return feeds as an OPML document."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "Corroborate feeds"
    body = ET.SubElement(root, "body")
    for feed in feeds:
        name = feed.title or feed.url
        ET.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=feed.url)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
