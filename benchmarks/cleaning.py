"""Cleaning on real pages: ``python -m benchmarks.cleaning --data ../shared/data``.

The folder holds ``pages/*/NAME_DATE.html.gz`` and beside them ``NAME.json`` with the gold
of each version: title, publishing date, body (summary, sections of headlines and
paragraphs). Prints, per measure, the share that is right:

- title: the same words in the same order, case and punctuation aside; and the share whose
  words overlap by 0.8. Publishers give a page up to four wordings of its title (heading,
  JSON-LD, OpenGraph, ``<title>``), and the gold has one of them, for some publishers the
  heading, for others another. "As listed" is the share whose gold title is among them;
- day: the same day of publication, in the gold's zone or in UTC;
- body: F1 of the multisets of words, averaged over pages;

and what a page costs beside trafilatura alone.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corroborate.errors import NoArticleError
from corroborate.types import Article, Page
from workers.clean import clean
from workers.facts import alike, read_facts
from workers.markup import decode, parse


@dataclass(frozen=True, slots=True)
class Row:
    """A page's scores."""

    name: str
    title: bool
    near_title: bool
    #: Whether the gold's title is one of the page's own wordings.
    listed: bool
    day: bool
    body: float
    baseline: float
    #: Seconds of processor time, ours and trafilatura's.
    ours: float
    theirs: float
    outcome: str = "article"


def pages(folder: Path) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Yield name, HTML and gold of each page; versions pair with pages by date."""
    for gold in sorted(folder.glob("pages/*/*.json")):
        versions = json.loads(gold.read_text(encoding="utf-8"))
        files = sorted(gold.parent.glob(f"{gold.stem}_[12]*.html.gz"))
        for file, version in zip(files, versions.values(), strict=True):
            yield file.name.removesuffix(".html.gz"), gzip.decompress(file.read_bytes()), version


def words(text: str) -> list[str]:
    """Return the words of a text, in lower case."""
    return re.findall(r"\w+", text.lower())


def f1(found: str, gold: str) -> float:
    """Return the F1 of two texts' multisets of words."""
    one, other = Counter(words(found)), Counter(words(gold))
    total = sum(one.values()) + sum(other.values())
    return 2 * sum((one & other).values()) / total if total else 1.0


def gold_body(gold: dict[str, Any]) -> str:
    """Return the gold's body: summary, then headlines and paragraphs."""
    body = gold["body"]
    parts = [p for s in body["sections"] for p in (*s["headline"], *s["paragraphs"])]
    return "\n\n".join([*body["summary"], *parts])


def same_day(article: Article, gold: str) -> bool:
    """Return whether an article's day of publication is the gold's."""
    if article.published is None:
        return False
    moment = datetime.fromisoformat(gold)
    days = {moment.date(), moment.astimezone(UTC).date() if moment.tzinfo else moment.date()}
    return article.published.date() in days


def listed(html: bytes, gold: str) -> bool:
    """Return whether a title is one of those that a page gives itself."""
    tree = parse(decode(html, {}))
    facts = read_facts(tree) if tree is not None else None
    titles = facts.titles.values() if facts else ()
    return any(words(gold) == words(title)[: len(words(gold))] for title in titles if title)


def measure(name: str, html: bytes, gold: dict[str, Any]) -> Row:
    """Return the scores of one page."""
    from trafilatura import extract

    start = time.process_time()
    baseline = extract(html, include_comments=False, deduplicate=False) or ""
    theirs = time.process_time() - start
    start = time.process_time()
    page = Page("", "", 200, {}, html, datetime.now(UTC))
    base = f1(baseline, gold_body(gold))
    try:
        article = clean(page)
    except NoArticleError as exc:
        ours = time.process_time() - start
        return Row(name, False, False, False, False, 0.0, base, ours, theirs, str(exc))
    ours = time.process_time() - start
    return Row(
        name,
        title=words(article.title) == words(gold["title"]),
        near_title=alike(article.title, gold["title"]) >= 0.8,
        listed=listed(html, gold["title"]),
        day=same_day(article, gold["publishing_date"]),
        body=f1(article.text, gold_body(gold)),
        baseline=base,
        ours=ours,
        theirs=theirs,
    )


def main() -> None:
    """Measure all pages and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds pages/")
    parser.add_argument("--misses", action="store_true", help="print every page that is not right")
    arguments = parser.parse_args()
    rows = [measure(*page) for page in pages(arguments.data)]
    if not rows:
        parser.error(f"no pages in {arguments.data}")
    for row in rows if arguments.misses else ():
        if not (row.title and row.day and row.body >= 0.93):
            print(row)
    count, articles = len(rows), sum(row.outcome == "article" for row in rows)
    print(f"pages                 {count}, of which articles {articles}")
    print(f"title, exact          {sum(r.title for r in rows) / count:.3f}")
    print(f"title, words >= 0.8   {sum(r.near_title for r in rows) / count:.3f}")
    print(f"title, as listed      {sum(r.listed for r in rows) / count:.3f}")
    print(f"day of publication    {sum(r.day for r in rows) / count:.3f}")
    print(f"body F1               {sum(r.body for r in rows) / count:.3f}")
    print(f"  trafilatura alone   {sum(r.baseline for r in rows) / count:.3f}")
    print(f"ms a page             {1000 * sum(r.ours for r in rows) / count:.1f}")
    print(f"  trafilatura alone   {1000 * sum(r.theirs for r in rows) / count:.1f}")


if __name__ == "__main__":
    main()
