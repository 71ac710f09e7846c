"""What every form of a report shows, worked out once: marked text, words, a timeline."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from corroborate.types import (
    Article,
    Evidence,
    Finding,
    NumberOutcome,
    Origin,
    Report,
    Stance,
    Verdict,
)

#: What a verdict means, for a lay reader.
MEANING = {
    Verdict.CORROBORATED: "At least two independent origins agree and none conflicts.",
    Verdict.SINGLE_SOURCE: "One independent origin agrees and none conflicts.",
    Verdict.CONTESTED: "Some origins agree and some conflict.",
    Verdict.CONTRADICTED: "Origins conflict and none agrees.",
    Verdict.NO_COVERAGE: "No passage that was found speaks to it. That does not make it false.",
}

#: A sign for each verdict, so that colour is never the only difference.
SIGN = {
    Verdict.CORROBORATED: "✓",
    Verdict.SINGLE_SOURCE: "①",
    Verdict.CONTESTED: "±",
    Verdict.CONTRADICTED: "✗",
    Verdict.NO_COVERAGE: "–",
}

#: The verdicts, most worth a reader's second look first.
WORST = (
    Verdict.CONTRADICTED,
    Verdict.CONTESTED,
    Verdict.NO_COVERAGE,
    Verdict.SINGLE_SOURCE,
    Verdict.CORROBORATED,
)

#: What the group of passages of a stance is called.
GROUP = {
    Stance.AGREES: "Agreeing",
    Stance.CONFLICTS: "Conflicting",
    Stance.UNRELATED: "Unrelated",
}

#: Number outcomes worth a reader's time.
TELLING = frozenset(
    {
        NumberOutcome.CONFLICT,
        NumberOutcome.UPDATE,
        NumberOutcome.ROUNDED,
        NumberOutcome.OTHER_SCOPE,
    }
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text, and what marks it."""

    text: str
    #: Indexes of findings, or of kinds of mark, that cover the run.
    marks: tuple[int, ...]


#: Characters that a heading takes of a text without a title, at most.
HEADING = 120

#: Words that say nothing about why a passage was found.
COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by for from had has have he her his if in is it its not of on or "
        "she that the their they this to was were which who will with",
    )
)

#: Classes of characters that embed, override or isolate a direction of writing (UAX #9).
_STEERING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})

#: Marks in a passage.
DECIDED, NUMBER = 0, 1


def marked_article(report: Report) -> list[Run]:
    """Return the article's text in runs, each with the indexes of the findings about it."""
    return _runs(report.article.text, [(f.claim.start, f.claim.end) for f in report.findings])


def worst_first(report: Report, marks: Iterable[int]) -> list[int]:
    """Return indexes of findings ordered by verdict, see :data:`WORST`."""
    return sorted(marks, key=lambda i: WORST.index(report.findings[i].verdict))


def marked_passage(evidence: Evidence) -> list[Run]:
    """Return a passage in runs marked :data:`DECIDED` and :data:`NUMBER`."""
    numbers = [
        (n.passage_start, n.passage_end) for n in evidence.judgement.numbers if n.outcome in TELLING
    ]
    spans = [(evidence.judgement.span, DECIDED), *((n, NUMBER) for n in numbers)]
    return [
        Run(run.text, tuple(sorted({spans[i][1] for i in run.marks})))
        for run in _runs(evidence.hit.passage.text, [span for span, _ in spans])
    ]


def marked_words(text: str, query: str) -> list[Run]:
    """Return a text in runs, with the words of a query marked, in whatever English form."""
    wanted = {word.lower() for word in re.findall(r"\w{2,}", query)} - COMMON
    stems = {_stem(word) for word in wanted}
    found = (m.span() for m in re.finditer(r"\w+", text) if _stem(m[0].lower()) in stems)
    return _runs(text, list(found))


def _stem(word: str) -> str:
    """Return a word without its ending; search takes words for the same in this way, too."""
    return re.sub(r"(?<=\w{3})(?:ing|ed|es|s|e)$", "", word)


def _runs(text: str, spans: Sequence[tuple[int, int]]) -> list[Run]:
    edges = sorted({0, len(text), *(min(max(e, 0), len(text)) for span in spans for e in span)})
    return [
        Run(text[a:b], tuple(i for i, (start, end) in enumerate(spans) if start <= a and b <= end))
        for a, b in pairwise(edges)
    ]


def likelihood(probability: float) -> str:
    """Return a probability in words (Intelligence Community Directive 203, 2015)."""
    for least, words in (
        (0.95, "almost certain"),
        (0.80, "very likely"),
        (0.55, "likely"),
        (0.45, "about even"),
    ):
        if probability >= least:
            return words
    return "uncertain"


def percent(probability: float) -> str:
    """Return a probability in percent; nothing that is judged is ever certain."""
    whole = round(probability * 100)
    return "over 99%" if whole > 99 else "under 1%" if whole < 1 else f"{whole}%"  # noqa: PLR2004


def day(moment: datetime | date | None) -> str:
    """Return the day of a moment ("2017-04-07"), or "undated"."""
    return f"{moment:%Y-%m-%d}" if moment else "undated"


def plain(text: str) -> str:
    """Return text without control characters, and without what changes its direction."""
    return "".join(
        c
        for c in text
        if c in "\n\t"
        or (
            unicodedata.category(c) not in {"Cc", "Cs"}
            and unicodedata.bidirectional(c) not in _STEERING
        )
    )


def differences(evidence: Iterable[Evidence]) -> dict[str, str]:
    """Return what is to be said of the numbers in some evidence, each with a sign before it."""
    return {
        n.explanation: "≈" if n.outcome is NumberOutcome.ROUNDED else "≠"
        for e in evidence
        for n in e.judgement.numbers
        if n.outcome in TELLING
    }


def title(article: Article) -> str:
    """Return what an article is called: its title, else how its text begins."""
    return plain(article.title).strip() or shorten(plain(article.text), HEADING) or "Untitled"


def is_one_claim(report: Report) -> bool:
    """Return whether what was checked is one claim, and no article around it."""
    sentences = [finding.claim.sentence for finding in report.findings]
    return not report.article.title and sentences == [report.article.text.strip()]


def count(n: int, noun: str) -> str:
    """Return a number of things ("1 origin", "2 origins")."""
    return f"{n:,} {noun}{'s' if n != 1 else ''}"


def headline(report: Report) -> str:
    """Return the article's result in one sentence."""
    if not report.findings:
        return "No claim that can be checked was found."
    counts = [f"{n} {verdict.value}" for verdict, n in report.counts().items() if n]
    return f"{count(len(report.findings), 'claim')} checked: {', '.join(counts)}."


def note(gap: str) -> str:
    """Return a gap of the coverage as a sentence."""
    return f"Note: {plain(gap).rstrip('.')}."


def skipped(report: Report) -> str:
    """Return how many sentences were not checked, in one sentence."""
    if not report.skipped:
        return "Every sentence was checked."
    return f"Not checkable, so left out: {count(len(report.skipped), 'sentence')}."


def searched(report: Report) -> str:
    """Return what was searched in one sentence."""
    coverage = report.coverage
    days = (
        f"from {day(coverage.since)} to {day(coverage.until)}"
        if coverage.since or coverage.until
        else "of any day"
    )
    outlets = count(len(coverage.outlets), "other outlet")
    text = f"Searched {count(coverage.articles, 'article')} of {outlets}"
    text = f"{text}, {days}."
    if coverage.failing:
        were = "was" if len(coverage.failing) == 1 else "were"
        text += f" {len(coverage.failing)} of {count(coverage.feeds, 'feed')} {were} failing."
    return text


@dataclass(frozen=True, slots=True)
class Point:
    """One origin's first word on a claim, for the timeline."""

    day: date
    outlet: str
    stance: Stance
    #: Index of the finding.
    finding: int
    #: Horizontal place in [0, 1], first day to last.
    x: float
    #: How many points of the same day lie below.
    y: int


def timeline(report: Report) -> list[Point]:
    """Return when each agreeing or conflicting origin first spoke, in order of time."""
    found = [
        (first, origin.evidence[0].hit.outlet.name, origin.stance, i)
        for i, finding in enumerate(report.findings)
        for origin in finding.origins
        if origin.stance is not Stance.UNRELATED
        and not origin.own
        and (first := _first_day(origin))
    ]
    if not found:
        return []
    found.sort(key=lambda point: (point[0], point[3], point[1]))
    start, length = found[0][0], max((found[-1][0] - found[0][0]).days, 1)
    stack: Counter[date] = Counter()
    points = []
    for first, outlet, stance, i in found:
        points.append(Point(first, outlet, stance, i, (first - start).days / length, stack[first]))
        stack[first] += 1
    return points


def _first_day(origin: Origin) -> date | None:
    days = [e.hit.published.date() for e in origin.evidence if e.hit.published]
    return min(days, default=None)


def others(origin: Origin) -> list[Evidence]:
    """Return the evidence of an origin's other articles, one passage for each."""
    articles = {origin.evidence[0].hit.passage.article_id}
    rest = []
    for evidence in origin.evidence[1:]:
        if evidence.hit.passage.article_id not in articles:
            articles.add(evidence.hit.passage.article_id)
            rest.append(evidence)
    return rest


def why_folded(finding: Finding, evidence: Evidence) -> str:
    """Return why an article counts with another ("shared wording of 64%: “…”"), or nothing."""
    for origin in finding.origins:
        for fold in origin.folds if origin.stance is evidence.stance else ():
            if fold.article_id == evidence.hit.passage.article_id:
                match fold.reason.value:
                    case "wording":
                        share = f" of {fold.overlap:.0%}" if fold.overlap else ""
                        return f"shared wording{share}: “{shorten(fold.shared)}”"
                    case "agency":
                        return f"both credit {fold.shared}"
                    case "family":
                        return f"same publisher, {fold.shared}"
                    case _:
                        return "same outlet"
    return ""


def shorten(text: str, most: int = 220) -> str:
    """Return a text on one line; of a long one, whole words from its beginning."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0].rstrip(',;:')} …"
