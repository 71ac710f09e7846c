"""Cleaning on real pages: ``python -m benchmarks.cleaning --data ../shared/data``.

The folder holds ``pages/*/NAME_DATE.html.gz`` and beside them ``NAME.json`` with the gold
of each version: title, publishing date, body (summary, sections of headlines and
paragraphs). Prints, per measure, the share that is right:

- title: right if it has the gold's words in their order, case and punctuation aside; or,
  where the gold has another of the page's wordings of its title, if it is a heading of the
  page that JSON-LD, OpenGraph, Twitter or ``<title>`` has word for word (outlet's name
  aside). "As the gold" is the share for which the first holds, and "alike" the share whose
  words overlap by 0.8 with the gold's;
- day: the same day of publication, in the gold's zone or in UTC;
- authors: the same names, the outlet's own aside;
- body: F1 of the multisets of words, averaged over pages;

and what a page costs beside trafilatura alone.

Publishers give a page up to five wordings of its title, and the gold has that of one place,
by publisher: the heading for some, JSON-LD or OpenGraph for others. What can be
had "as the gold" is therefore bounded; "fitted" figures are bounds, taken with the gold known:

- the best fixed order of places;
- for every pattern of which places have the same words, the best place: no rule over
  agreement does better. Two patterns decide. Heading, JSON-LD and ``<title>`` against
  OpenGraph and Twitter: the gold has the former on 4 pages of 8. Heading, OpenGraph and
  Twitter against JSON-LD and ``<title>``: the former on 3 of 7. Nor do lengths tell;
- for every publisher, its best place.

Cleaning seeks confirmed headings: where the gold has another wording, "title" shows no more
than that none was taken from something else, or with a label or an outlet's name in it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

from corroborate.errors import NoArticleError
from corroborate.types import Article, Page
from workers.clean import clean
from workers.facts import alike, read_facts
from workers.markup import decode, parse
from workers.titles import without_site, words

PLACES = ("heading", "json-ld", "opengraph", "twitter", "title")


@dataclass(frozen=True, slots=True)
class Row:
    """A page's scores."""

    name: str
    #: The gold's title, and the page's own by place, in words.
    gold: str
    wordings: Mapping[str, str]
    #: Seconds of processor time, ours and trafilatura's; and the F1 of trafilatura's text.
    ours: float
    theirs: float
    baseline: float
    as_gold: bool = False
    right: bool = False
    alike: bool = False
    day: bool = False
    authors: bool = False
    body: float = 0.0
    outcome: str = "article"

    @property
    def places(self) -> frozenset[str]:
        """The places that have the gold's title."""
        return frozenset(p for p, title in self.wordings.items() if title == self.gold)

    @property
    def pattern(self) -> tuple[int | None, ...]:
        """Which places have the same title: equal numbers; None for a place that has none."""
        seen = list(dict.fromkeys(self.wordings.values()))
        return tuple(seen.index(self.wordings[p]) if p in self.wordings else None for p in PLACES)


def pages(folder: Path) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Yield name, HTML and gold of each page; versions pair with pages by date."""
    for gold in sorted(folder.glob("pages/*/*.json")):
        versions = json.loads(gold.read_text(encoding="utf-8"))
        files = sorted(gold.parent.glob(f"{gold.stem}_[12]*.html.gz"))
        for file, version in zip(files, versions.values(), strict=True):
            yield file.name.removesuffix(".html.gz"), gzip.decompress(file.read_bytes()), version


def line(text: str) -> str:
    """Return a text's words, parted by spaces."""
    return " ".join(words(text))


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


def own_titles(html: bytes) -> tuple[dict[str, str], set[str]]:
    """Return a page's wordings of its title by place, and all its headings, in words."""
    tree = parse(decode(html, {}))
    if tree is None:
        return {}, set()
    headings = {line(h.text_content()) for h in tree.iter("h1")}
    facts = read_facts(tree)
    told = without_site(facts.titles, facts.site)
    return {place: line(title) for place, title in told.items()}, headings


def same_authors(article: Article, gold: list[str] | None) -> bool:
    """Return whether an article's authors are the gold's."""
    wanted = {line(name) for name in gold or ()} - {line(article.outlet.name)}
    return {line(name) for name in article.authors} == wanted


def measure(name: str, html: bytes, gold: dict[str, Any]) -> Row:
    """Return the scores of one page."""
    from trafilatura import extract

    start = time.process_time()
    baseline = extract(html, include_comments=False, deduplicate=False) or ""
    theirs = time.process_time() - start
    wordings, headings = own_titles(html)
    start = time.process_time()
    page = Page("", "", 200, {}, html, datetime.now(UTC))
    article, outcome = None, "article"
    try:
        article = clean(page)
    except NoArticleError as exc:
        outcome = str(exc)
    ours = time.process_time() - start
    row = Row(
        name, line(gold["title"]), wordings, ours, theirs, f1(baseline, gold_body(gold)),
        outcome=outcome,
    )  # fmt: skip
    if article is None:
        return row
    title = line(article.title)
    elsewhere = {text for place, text in wordings.items() if place != "heading"}
    as_gold = title == row.gold
    return replace(
        row,
        as_gold=as_gold,
        right=as_gold or (bool(row.places) and title in headings & elsewhere),
        alike=alike(article.title, gold["title"]) >= 0.8,
        day=same_day(article, gold["publishing_date"]),
        authors=same_authors(article, gold.get("authors")),
        body=f1(article.text, gold_body(gold)),
    )


def fitted(rows: list[Row], key: Callable[[Row], object]) -> int:
    """Return how many titles the best place of each group of pages has."""
    groups: dict[object, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return sum(max(sum(p in r.places for r in group) for p in PLACES) for group in groups.values())


def fitted_order(rows: list[Row]) -> int:
    """Return how many titles the best fixed order of places has."""
    return max(
        sum(next((p for p in order if p in r.wordings), "") in r.places for r in rows)
        for order in permutations(PLACES)
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
        if not (row.as_gold and row.day and row.authors and row.body >= 0.93):
            print(row)
    count, articles = len(rows), sum(row.outcome == "article" for row in rows)
    print(f"pages                   {count}, of which articles {articles}")
    for label, total in (
        ("title", sum(r.right for r in rows)),
        ("  as the gold", sum(r.as_gold for r in rows)),
        ("  fitted: one order", fitted_order(rows)),
        ("  fitted: by pattern", fitted(rows, lambda r: r.pattern)),
        ("  fitted: by publisher", fitted(rows, lambda r: r.name.split("_")[0])),
        ("  any place", sum(bool(r.places) for r in rows)),
        ("  alike", sum(r.alike for r in rows)),
        ("day of publication", sum(r.day for r in rows)),
        ("authors", sum(r.authors for r in rows)),
        ("body F1", sum(r.body for r in rows)),
        ("  trafilatura alone", sum(r.baseline for r in rows)),
    ):
        print(f"{label:<24}{total / count:.3f}")
    print(f"ms a page               {1000 * sum(r.ours for r in rows) / count:.1f}")
    print(f"  trafilatura alone     {1000 * sum(r.theirs for r in rows) / count:.1f}")


if __name__ == "__main__":
    main()
