"""From an article to a report, with a searcher and a judge that are told what to find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from corroborate.matcher import Options, check, window
from corroborate.types import (
    Article,
    Coverage,
    Hit,
    Judgement,
    Outlet,
    Pair,
    Passage,
    Probabilities,
    Report,
    SearchFilter,
    Stance,
    Verdict,
)
from tests.samples import WIRE, article

OWN_WORDS = (
    "At the works in Sessen 1,200 people are to lose their jobs, the managers told the council.",
    "Every third worker of the van plant has to go, 1,200 of them in all, a union man said.",
    "The mayor called it a black day: of 4,000 jobs with the carmaker, 1,200 will be no more.",
)


class Shelf:
    """A searcher that finds its articles in the order they stand, whole, for every claim."""

    embedder = "none"

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles

    def search(self, queries: Sequence[str], where: SearchFilter, limit: int) -> list[list[Hit]]:
        """Return the first articles that are not left out."""
        hits = [
            Hit(
                passage=Passage(a.id, 0, len(a.text), a.text),
                outlet=a.outlet,
                title=a.title,
                url=a.url,
                published=a.published,
                day_only=a.day_only,
                score=1.0,
            )
            for a in self._articles
            if a.id not in where.exclude_articles and a.outlet.id not in where.exclude_outlets
        ]
        return [hits[:limit] for _ in queries]

    def articles(self, ids: Iterable[str]) -> Mapping[str, Article]:
        """Return those of these ids."""
        wanted = set(ids)
        return {a.id: a for a in self._articles if a.id in wanted}

    def coverage(self, where: SearchFilter) -> Coverage:
        """Return the number of articles and the window."""
        outlets = {a.outlet for a in self._articles if a.outlet.id not in where.exclude_outlets}
        return Coverage(len(self._articles), tuple(outlets), where.since, where.until, (), 0)


class Yes:
    """A judge for whom every passage agrees; it keeps the pairs."""

    name = "yes"
    thresholds: Mapping[str, float] = {}

    def __init__(self) -> None:
        self.pairs: list[Pair] = []

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Say that all agree."""
        self.pairs += pairs
        return [
            Judgement(Stance.AGREES, Probabilities(0.9, 0.05, 0.05), (0, len(p.passage)))
            for p in pairs
        ]


class Hears:
    """A judge that is in doubt of passages with some words, and hears nothing in the others."""

    name = "hears"
    thresholds: Mapping[str, float] = {}

    def __init__(self, *words: str) -> None:
        self.words = words
        self.read: list[str] = []

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Call all unrelated, some with less certainty."""
        self.read += [pair.passage for pair in pairs]
        return [
            Judgement(
                Stance.UNRELATED,
                Probabilities(0.3, 0.0, 0.7)
                if any(word in pair.passage for word in self.words)
                else Probabilities(0.1, 0.0, 0.9),
                (0, len(pair.passage)),
            )
            for pair in pairs
        ]


def independent() -> list[Article]:
    """Return three articles on the same event, each in its own words."""
    return [article(f"own{i}", outlet=f"Paper {i}", text=text) for i, text in enumerate(OWN_WORDS)]


def copies(n: int, **changes: object) -> list[Article]:
    """Return one wire story at so many outlets."""
    return [article(f"wire{i}", outlet=f"Site {i}", text=WIRE, **changes) for i in range(n)]


def checked(text: str, shelf: Sequence[Article], **changes: object) -> Report:
    """Check a text against articles."""
    mine = article("input", outlet="Evening Lantern", text=text, **changes)
    return check(mine, Shelf(shelf), Yes(), Options(hits=4))


def test_reprints_do_not_hide_who_reports_independently() -> None:
    """However many copies of the input stand first, the search goes on behind them."""
    report = checked(WIRE, [*copies(50), *independent()])
    assert len(report.reprints) == 50
    (finding,) = report.findings
    assert finding.verdict is Verdict.CORROBORATED
    found = {e.hit.outlet.name for o in finding.origins for e in o.evidence}
    assert found == {"Paper 0", "Paper 1", "Paper 2"}


def test_one_wording_does_not_fill_the_evidence() -> None:
    """Of a story on many sites two copies are judged, and the others leave room."""
    text = "The carmaker wants to do without 1,200 people in Sessen."
    (finding,) = checked(text, [*copies(14), *independent()]).findings
    assert [len(o.evidence) for o in finding.of(Stance.AGREES)] == [2, 1, 1]
    assert finding.verdict is Verdict.CORROBORATED


def test_judging_stops_where_nothing_speaks_to_the_claim() -> None:
    """The next hits are judged only if one of the last round may speak to the claim."""
    shelf = [
        article(f"a{i}", outlet=f"Paper {i}", text=f"Witness {i * 'x'} heard siren number {i}.")
        for i in range(12)
    ]
    mine = article("input", outlet="Evening Lantern", text="The works in Sessen burned down.")
    for words, judged in (((), 4), (("number 2.",), 8), (("number 2.", "number 7."), 12)):
        judge = Hears(*words)
        report = check(mine, Shelf(shelf), judge)
        (finding,) = report.findings
        assert len(judge.read) == judged
        found = {e.hit.passage.text for o in finding.origins for e in o.evidence}
        assert found == set(judge.read)


def test_silence_behind_reprints_is_not_an_empty_index() -> None:
    """Nobody is said to write about what reprints of the input write about."""
    report = checked(WIRE, copies(3))
    assert len(report.reprints) == 3
    (finding,) = report.findings
    assert finding.verdict is Verdict.NO_COVERAGE
    assert "No independent article" in finding.summary


def test_the_articles_own_agency_corroborates_nothing() -> None:
    """Two outlets that carry the agency of the input repeat its own source."""
    text = "The carmaker wants to do without 1,200 people in Sessen."
    own = [replace(a, agency="Reuters") for a in independent()[:2]]
    (finding,) = checked(text, [*own, *independent()[2:]], agency="Reuters").findings
    assert finding.verdict is Verdict.SINGLE_SOURCE
    assert finding.summary.endswith("own origin: Paper 0 (Reuters), Paper 1 (Reuters).")


def test_a_day_to_search_around_is_no_day_of_publication() -> None:
    """A guessed day bounds the search; no claim is restated or judged by it."""
    text = "The carmaker said last Friday that 1,200 people in Sessen have to go."
    mine = article("input", outlet="Evening Lantern", text=text, published=None)
    options, judge = Options(window_days=3, around=date(2026, 3, 9)), Yes()
    report = check(mine, Shelf(independent()), judge, options)
    assert (report.coverage.since, report.coverage.until) == (date(2026, 3, 6), date(2026, 3, 12))
    assert "last Friday" in report.findings[0].claim.text
    assert {pair.claim_date for pair in judge.pairs} == {None}
    assert report.article.published is None


def test_a_window_ends_where_the_calendar_does() -> None:
    """No window is too wide."""
    where = window(article(), Options(window_days=10_000_000))
    assert (where.since, where.until) == (date.min, date.max)


def test_own_outlet_is_left_out() -> None:
    """The input's outlet, and the input itself, are not searched."""
    mine = article("input", outlet=Outlet("lantern.example", "Lantern"))
    where = window(mine, Options())
    assert where.exclude_outlets == {"lantern.example"}
    assert where.exclude_articles == {"input"}


def test_an_outlet_of_the_same_name_is_the_articles_own() -> None:
    """Known by its name alone in the input and by its domain in the store, it is one outlet."""
    text = "The carmaker wants to do without 1,200 people in Sessen."
    own = Outlet("evelan.example", "EVENING  Lantern")
    mine = [replace(a, id=f"mine{i}", outlet=own) for i, a in enumerate(independent() * 20)]
    # One of its articles names it by its domain.
    mine[1] = replace(mine[1], outlet=Outlet(own.id, own.id))
    report = checked(text, [*mine, *copies(1), *independent()])
    found = {e.hit.outlet.name for o in report.findings[0].origins for e in o.evidence}
    assert found == {"Site 0", "Paper 0", "Paper 1", "Paper 2"}
    assert own.id not in {outlet.id for outlet in report.coverage.outlets}
    reprinted = checked(WIRE, [replace(copies(1)[0], outlet=own), *independent()])
    assert reprinted.reprints == ()
