"""From an article to a report: claims, search, judgement, origins, verdicts.

Everything after the search is a pure function of its input. The searcher and the judge are
handed in; this room knows neither the index nor the models behind them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain

from corroborate import __version__
from corroborate.claims.extract import extract
from corroborate.errors import InputError
from corroborate.origins import Wording, Wordings, fold
from corroborate.protocols import Judge, Searcher
from corroborate.types import (
    Article,
    Claim,
    Evidence,
    Finding,
    Hit,
    Judgement,
    Models,
    Pair,
    Report,
    Reprint,
    SearchFilter,
    Skipped,
)
from corroborate.verdict import conclude

#: Hits asked for, as a multiple of those judged: reprints of the input are dropped between.
SPARE = 2
#: Containment from which an article of another outlet repeats the input's own text.
REPRINT = 0.5
#: Containment means little for a text of fewer shingles.
REPRINT_LEAST = 30

#: Pairs judged between two reports of progress: many, since batches are sorted by length.
AT_ONCE = 128

#: Told the stage and how far it is: ``progress("judging", 40, 300)``.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to check an article."""

    #: Days before and after publication that are searched; 0: any day.
    window_days: int = 14
    #: Passages judged for each claim, at most.
    hits: int = 12
    #: Claims checked, at most: the first ones.
    max_claims: int = 80
    #: Only passages in these languages (ISO 639-1); empty: the article's own.
    languages: frozenset[str] = frozenset()


def check(
    article: Article,
    searcher: Searcher,
    judge: Judge,
    options: Options = Options(),
    progress: Progress = lambda _stage, _done, _total: None,
) -> Report:
    """Check an article against the articles of other outlets.

    Args:
        article: The input; it need not be stored.
        searcher: Finds passages.
        judge: Decides what they do to the claims.
        options: Window, languages and limits.
        progress: Called with "claims", "searching", "judging" and "folding".

    Raises:
        InputError: The article holds no claim that could be checked.
        StoreError: The index cannot be searched.
        ModelError: A model cannot be loaded.
    """
    started = time.monotonic()
    progress("claims", 0, 1)
    claims, skipped = _claims(article, options.max_claims)
    where = window(article, options)
    progress("searching", 0, len(claims))
    found = searcher.search([c.text for c in claims], where, options.hits * SPARE)
    stored = searcher.articles({h.passage.article_id for h in chain.from_iterable(found)})
    reprints = _reprints(article, stored)
    copies = {r.article_id for r in reprints}
    kept = [[h for h in hits if h.passage.article_id not in copies] for hits in found]
    evidence = _judge(article, claims, [h[: options.hits] for h in kept], stored, judge, progress)
    progress("folding", len(claims), len(claims))
    wordings = Wordings(stored)
    return Report(
        article=article,
        findings=_findings(claims, evidence, wordings),
        coverage=searcher.coverage(where),
        models=Models(searcher.embedder, judge.name, dict(judge.thresholds)),
        reprints=reprints,
        skipped=tuple(skipped),
        created=datetime.now(UTC),
        seconds=round(time.monotonic() - started, 3),
        version=__version__,
    )


def window(article: Article, options: Options) -> SearchFilter:
    """Return which passages may speak to an article's claims: other outlets, near its day."""
    since = until = None
    if article.published and options.window_days:
        day, span = article.published.date(), timedelta(days=options.window_days)
        since, until = day - span, day + span
    own = frozenset({article.language}) if article.language else frozenset[str]()
    return SearchFilter(
        exclude_outlets=frozenset({article.outlet.id}),
        exclude_articles=frozenset({article.id}),
        since=since,
        until=until,
        languages=options.languages or own,
    )


def _claims(article: Article, most: int) -> tuple[list[Claim], list[Skipped]]:
    claims, skipped = extract(article)
    if not claims:
        raise InputError(
            "there is no checkable claim in this text: it needs at least one whole sentence "
            "that states a fact"
        )
    beyond = [Skipped(c.start, c.end, "beyond the limit of claims") for c in claims[most:]]
    return claims[:most], [*skipped, *beyond]


def _reprints(article: Article, stored: Mapping[str, Article]) -> tuple[Reprint, ...]:
    """Return the stored articles that repeat the input's own wording, closest first."""
    mine = Wording(article.text)
    if len(mine.shingles) < REPRINT_LEAST:
        return ()
    found = []
    for other in stored.values():
        theirs = Wording(other.text)
        overlap = mine.overlap(theirs)
        if overlap >= REPRINT and len(theirs.shingles) >= REPRINT_LEAST:
            shared = mine.longest_run(theirs)
            found.append(
                Reprint(other.id, other.outlet, other.title, other.url, round(overlap, 3), shared)
            )
    return tuple(sorted(found, key=lambda r: -r.overlap))


def _judge(
    article: Article,
    claims: Sequence[Claim],
    hits: Sequence[Sequence[Hit]],
    stored: Mapping[str, Article],
    judge: Judge,
    progress: Progress,
) -> list[list[Evidence]]:
    """Return the evidence for each claim, all pairs judged together."""
    pairs = [
        Pair(
            claim=claim.text,
            passage=hit.passage.text,
            claim_date=article.published.date() if article.published else None,
            claim_outlet=article.outlet.name,
            date=hit.published.date() if hit.published else None,
            outlet=hit.outlet.name,
            title=hit.title,
        )
        for claim, found in zip(claims, hits, strict=True)
        for hit in found
    ]
    judgements = iter(_judge_all(pairs, judge, progress))
    evidence = []
    for found in hits:
        row = []
        for hit in found:
            source = stored.get(hit.passage.article_id)
            row.append(
                Evidence(
                    hit=hit,
                    judgement=next(judgements),
                    content_hash=source.content_hash if source else "",
                    fetched=source.fetched if source else None,
                    agency=source.agency if source else None,
                )
            )
        evidence.append(row)
    return evidence


def _judge_all(pairs: Sequence[Pair], judge: Judge, progress: Progress) -> list[Judgement]:
    judgements: list[Judgement] = []
    for start in range(0, len(pairs), AT_ONCE):
        progress("judging", start, len(pairs))
        judgements += judge.judge(pairs[start : start + AT_ONCE])
    progress("judging", len(pairs), len(pairs))
    return judgements


def _findings(
    claims: Sequence[Claim], evidence: Sequence[Sequence[Evidence]], wordings: Wordings
) -> tuple[Finding, ...]:
    return tuple(
        conclude(claim, fold(row, wordings)) for claim, row in zip(claims, evidence, strict=True)
    )
