"""Both stores give the same answers: the same corpus, the same questions, one report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corroborate.assembly import Engine
from corroborate.demo.web import Story, sites
from corroborate.sentences import split
from corroborate.settings import load
from corroborate.types import Article, Outlet, Report, SearchFilter, Stance
from tests.samples import article

ANY = SearchFilter()


def stored(name: str, story: Story) -> Article:
    """Return a story as an article of the archive."""
    return article(
        story.slug,
        outlet=Outlet(story.outlet, name),
        title=story.title,
        text=story.text.strip(),
        published=story.published,
        url=f"https://{story.outlet}/{story.slug}",
    )


@pytest.fixture(scope="module")
def stories() -> list[Article]:
    """Return the articles of the demonstration, the one that is checked first."""
    told = [stored(site.name, story) for site in sites() for story in site.stories]
    return sorted(told, key=lambda a: a.id != "night-of-fire-in-velmar")


@pytest.fixture
def engines(place: str, tmp_path: Path, stories: list[Article]) -> Iterator[list[Engine]]:
    """Yield an engine on each kind of store, with the same articles in it."""
    made = [Engine(load(store=where)) for where in (str(tmp_path / "store"), place)]
    for engine in made:
        engine.store.articles.put(stories[1:])
        engine.index()
    yield made
    for engine in made:
        engine.close()


def test_the_same_passages_are_on_top(engines: list[Engine], stories: list[Article]) -> None:
    """Each sentence of the corpus finds the same passages first in both."""
    questions = [a.text[i:j] for a in stories for i, j in split(a.text)]
    embedded, elastic = (e.searcher.search(questions, ANY, 5) for e in engines)
    agreed = [
        [hit.passage.id for hit in one[:1]] == [hit.passage.id for hit in other[:1]]
        for one, other in zip(embedded, elastic, strict=True)
    ]
    assert len(agreed) > 40
    # Two passages may be so near that a rounded vector or another text statistic swaps them.
    assert sum(agreed) >= 0.95 * len(agreed)


def test_the_same_findings(engines: list[Engine], stories: list[Article]) -> None:
    """A check says the same of each claim, from whichever store."""
    embedded, elastic = (said(engine.check(stories[0])) for engine in engines)
    assert len(embedded) > 5
    assert embedded == elastic


def said(report: Report) -> list[tuple[str, str, set[tuple[str, str]]]]:
    """Return each claim with its verdict, and who agrees or conflicts."""
    return [
        (
            finding.claim.text,
            finding.verdict.value,
            {
                (e.hit.outlet.id, e.judgement.stance.value)
                for origin in finding.origins
                for e in origin.evidence
                if e.judgement.stance is not Stance.UNRELATED
            },
        )
        for finding in report.findings
    ]
