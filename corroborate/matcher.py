"""From an article to a report: claims, search, judgement, origins, verdicts.

Everything after the search is a pure function of its input. The searcher and the judge are
handed in; this room knows neither the index nor the models behind them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import chain

from corroborate import __version__
from corroborate.claims.extract import extract
from corroborate.errors import InputError
from corroborate.identity import name_key
from corroborate.origins import Wording, Wordings, fold
from corroborate.protocols import Judge, Searcher
from corroborate.selection import select
from corroborate.types import (
    Article,
    Claim,
    Evidence,
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

#: Hits asked for, as a multiple of those judged: see :mod:`corroborate.selection`.
SPARE = 5
#: Containment from which an article of another outlet repeats the input's own text.
REPRINT = 0.5
#: Containment means little for a text of fewer shingles.
REPRINT_LEAST = 30

#: Hits of a claim that are judged before it is asked whether more are worth it.
ROUND = 4
#: Probability from which a passage plainly does not speak to a claim. Where none of a round does
#: otherwise, the rest is left: of 5,399 pairs from checks of 28 real articles that left 38 in a
#: hundred unjudged, and 1.4 in a hundred of those that were called agreeing.
PLAIN = 0.8
#: Pairs judged between two reports of progress: many, since batches are sorted by length.
AT_ONCE = 128

#: Told the stage and how far it is: ``progress("judging passages", 40, 300)``.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to check an article."""

    #: Days before and after publication that are searched; 0: any day.
    window_days: int = 14
    #: Day to search around where the article does not say when it was published.
    around: date | None = None
    #: Passages judged for each claim, at most; more only with other figures or denials.
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
        progress: Called with what is done ("judging passages"), how much of it, and of how much.

    Raises:
        InputError: The article holds no claim that could be checked.
        StoreError: The index cannot be searched.
        ModelError: A model cannot be loaded.
    """
    started = time.monotonic()
    progress("reading claims", 0, 1)
    claims, skipped = _claims(article, options.max_claims)
    where = window(article, options)
    progress("searching for claims", 0, len(claims))
    hits, stored, reprints, where = _search(article, claims, where, searcher, options.hits)
    day = article.published.date() if article.published else None
    selected = [
        select(claim.text, found, options.hits, day)
        for claim, found in zip(claims, hits, strict=True)
    ]
    evidence = _judge(article, claims, selected, stored, judge, progress)
    progress("folding evidence", len(claims), len(claims))
    wordings = Wordings({**stored, article.id: article})
    return Report(
        article=article,
        findings=tuple(
            conclude(claim, fold(row, wordings, article))
            for claim, row in zip(claims, evidence, strict=True)
        ),
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
    day = article.published.date() if article.published else options.around
    if day and options.window_days:
        number, span = day.toordinal(), options.window_days
        since = date.fromordinal(max(number - span, date.min.toordinal()))
        until = date.fromordinal(min(number + span, date.max.toordinal()))
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


def _search(
    article: Article,
    claims: Sequence[Claim],
    where: SearchFilter,
    searcher: Searcher,
    enough: int,
) -> tuple[list[list[Hit]], dict[str, Article], tuple[Reprint, ...], SearchFilter]:
    """Return the hits for each claim, their articles, the input's reprints, and the filter.

    A story that many outlets print fills the list of each of its claims. Where its copies
    leave too few hits, the search is made again without them. So it is with an outlet that
    has the name of the input's under another id; the filter that is returned excludes it.
    """
    stored: dict[str, Article] = {}
    reprints: dict[str, Reprint] = {}
    name = name_key(article.outlet.name)
    while True:
        others = replace(where, exclude_articles=where.exclude_articles | reprints.keys())
        found = searcher.search([claim.text for claim in claims], others, enough * SPARE)
        own = {h.outlet.id for h in chain.from_iterable(found) if name_key(h.outlet.name) == name}
        where = replace(where, exclude_outlets=where.exclude_outlets | own)
        kept = [[h for h in hits if h.outlet.id not in own] for hits in found]
        ids = {hit.passage.article_id for hit in chain.from_iterable(kept)}
        new = searcher.articles(ids - stored.keys())
        stored.update(new)
        copies = {r.article_id: r for r in _reprints(article, new)}
        reprints.update(copies)
        kept = [[h for h in hits if h.passage.article_id not in reprints] for hits in kept]
        crowded = any(len(k) < min(enough, len(hits)) for k, hits in zip(kept, found, strict=True))
        if not ((copies or own) and crowded):
            closest = sorted(reprints.values(), key=lambda r: -r.overlap)
            return kept, stored, tuple(closest), where


def _reprints(article: Article, stored: Mapping[str, Article]) -> Iterator[Reprint]:
    """Yield the stored articles that repeat the input's own wording."""
    mine = Wording(article.text)
    if len(mine.shingles) < REPRINT_LEAST:
        return
    for other in stored.values():
        theirs = Wording(other.text)
        overlap = mine.overlap(theirs)
        if overlap >= REPRINT and len(theirs.shingles) >= REPRINT_LEAST:
            yield Reprint(
                other.id,
                other.outlet,
                other.title,
                other.url,
                round(overlap, 3),
                mine.longest_run(theirs),
            )


def _judge(
    article: Article,
    claims: Sequence[Claim],
    hits: Sequence[Sequence[Hit]],
    stored: Mapping[str, Article],
    judge: Judge,
    progress: Progress,
) -> list[list[Evidence]]:
    """Return the evidence for each claim, judged in rounds until nothing speaks to it."""
    judged: list[list[Judgement]] = [[] for _ in claims]
    asked = [i for i, found in enumerate(hits) if found]
    while asked:
        turn = [(i, hit) for i in asked for hit in hits[i][len(judged[i]) :][:ROUND]]
        done, left = sum(map(len, judged)), sum(len(hits[i]) - len(judged[i]) for i in asked)
        pairs = [_pair(article, claims[i], hit) for i, hit in turn]
        for start in range(0, len(pairs), AT_ONCE):
            progress("judging passages", done + start, done + left)
            judgements = judge.judge(pairs[start : start + AT_ONCE])
            for (i, _), judgement in zip(turn[start:], judgements, strict=False):
                judged[i].append(judgement)
        asked = [i for i in asked if len(judged[i]) < len(hits[i]) and _speaks(judged[i][-ROUND:])]
    return [
        [_evidence(hit, judgement, stored) for hit, judgement in zip(found, row, strict=False)]
        for found, row in zip(hits, judged, strict=True)
    ]


def _speaks(judgements: Sequence[Judgement]) -> bool:
    """Return whether some passage may speak to the claim."""
    return any(judgement.probabilities.unrelated < PLAIN for judgement in judgements)


def _pair(article: Article, claim: Claim, hit: Hit) -> Pair:
    return Pair(
        claim=claim.text,
        passage=hit.passage.text,
        claim_date=article.published.date() if article.published else None,
        claim_outlet=article.outlet.name,
        date=hit.published.date() if hit.published else None,
        outlet=hit.outlet.name,
        title=hit.title,
    )


def _evidence(hit: Hit, judgement: Judgement, stored: Mapping[str, Article]) -> Evidence:
    source = stored.get(hit.passage.article_id)
    return Evidence(
        hit=hit,
        judgement=judgement,
        content_hash=source.content_hash if source else "",
        fetched=source.fetched if source else None,
        agency=source.agency if source else None,
    )
