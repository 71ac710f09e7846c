"""Which pieces of evidence count once: same outlet, wording, agency or publisher family.

What is of one origin with the checked article itself agrees with nothing but itself.

Wording is compared by word shingles over the article bodies (Broder, "On the resemblance
and containment of documents", 1997), never over headlines: publishers change those on
verbatim copies. Containment, not resemblance, so that a wire story inside a longer article
is still seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import combinations

from corroborate.types import Article, Evidence, Fold, FoldReason, Origin, Stance

#: Words in a shingle. Two writers seldom hit on the same six words outside a quotation.
SHINGLE = 6
#: Containment from which two bodies are one text: below it pairs share phrases and facts,
#: above it wire copy, rewritten here and there (``./run bench origins`` prints them).
SAME_TEXT = 0.15
#: Bodies with fewer shingles than this are too short to tell.
LEAST_SHINGLES = 20
#: Passages that share a run of so many words outside quotation marks are one text.
SAME_RUN = 14

#: Stands for the checked article among the outlets.
_OWN = ""
#: A quotation, or a word.
_TOKEN = re.compile(r"(?P<quoted>[\"“][^\"”“]{0,600}[\"”])|\w+")
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Wording:
    """The words of a text outside quotation marks, ready to be compared with those of others.

    Everybody quotes the same speech; that is no sign of copying.
    """

    text: str

    @cached_property
    def _tokens(self) -> list[re.Match[str]]:
        return list(_TOKEN.finditer(self.text))

    @cached_property
    def _in_order(self) -> list[int]:
        """Hashes of the shingles in order; one that holds a quotation is like no other."""
        words = [
            f"{id(self)}:{i}" if token.lastgroup else token[0].lower()
            for i, token in enumerate(self._tokens)
        ]
        return list(map(hash, zip(*(words[i:] for i in range(SHINGLE)), strict=False)))

    @cached_property
    def shingles(self) -> frozenset[int]:
        """Hashes of every run of :data:`SHINGLE` words."""
        return frozenset(self._in_order)

    def overlap(self, other: Wording) -> float:
        """Return the share of the shorter text's shingles that both have, in [0, 1]."""
        least = min(len(self.shingles), len(other.shingles))
        if least < LEAST_SHINGLES:
            return 0.0
        return len(self.shingles & other.shingles) / least

    def longest_run(self, other: Wording) -> str:
        """Return the longest run of words that this text shares with another, as it stands."""
        best = length = end = 0
        for i, shingle in enumerate(self._in_order):
            length = length + 1 if shingle in other.shingles else 0
            if length > best:
                best, end = length, i + SHINGLE
        if not best:
            return ""
        first = end - best - SHINGLE + 1
        return self.text[self._tokens[first].start() : self._tokens[end - 1].end()]


def shared_run(one: Wording, other: Wording) -> str:
    """Return the run of words that two texts share, if it is long enough to tell a copy."""
    run = one.longest_run(other)
    return run if len(run.split()) >= SAME_RUN else ""


class Wordings:
    """The wordings of articles' bodies, each worked out once per report."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._articles = articles
        self._bodies: dict[str, Wording] = {}
        self._overlaps: dict[tuple[str, str], float] = {}

    def body(self, article_id: str) -> Wording:
        """Return the wording of an article's body; empty if the article is gone."""
        if article_id not in self._bodies:
            article = self._articles.get(article_id)
            self._bodies[article_id] = Wording(article.text if article else "")
        return self._bodies[article_id]

    def overlap(self, one: str, other: str) -> float:
        """Return the containment of two articles' bodies, by their ids."""
        key = (min(one, other), max(one, other))
        if key not in self._overlaps:
            self._overlaps[key] = self.body(one).overlap(self.body(other))
        return self._overlaps[key]


def fold(
    evidence: Sequence[Evidence], wordings: Wordings, checked: Article | None = None
) -> tuple[Origin, ...]:
    """Return the evidence on one claim as origins: by stance, strongest first.

    Args:
        evidence: The judged passages.
        wordings: Of the articles that they are from, and of the checked one.
        checked: The article that makes the claim: agreeing evidence that shares its wording,
            agency or family is folded onto it. That which conflicts stands for itself.

    Within a stance an outlet counts through its strongest article; its other articles
    hang on that one. The strongest articles of different outlets are folded where they
    share wording, agency or family. Folding through an outlet's lesser articles would
    chain unrelated origins together, since most outlets carry some wire copy.
    """
    return tuple(
        origin
        for stance in Stance
        for origin in _fold_stance(
            [e for e in evidence if e.stance is stance],
            stance,
            wordings,
            checked if stance is Stance.AGREES else None,
        )
    )


def _fold_stance(
    evidence: list[Evidence], stance: Stance, wordings: Wordings, checked: Article | None
) -> list[Origin]:
    ranked = sorted(evidence, key=lambda e: _strength(e, stance), reverse=True)
    heads: dict[str, Evidence] = {}
    folds: list[Fold] = []
    for e in ranked:
        head = heads.setdefault(e.hit.outlet.id, e)
        if head.hit.passage.article_id != e.hit.passage.article_id:
            folds.append(
                Fold(
                    FoldReason.OUTLET,
                    e.hit.passage.article_id,
                    head.hit.passage.article_id,
                    e.hit.outlet.name,
                )
            )
    sources = {outlet: _Source.of(head) for outlet, head in heads.items()}
    if checked:
        own = _Source(checked.id, wordings.body(checked.id), checked.agency, checked.outlet.family)
        sources = {_OWN: own, **sources}
    parent = {outlet: outlet for outlet in sources}
    for one, other in combinations(sources, 2):
        roots = _root(parent, one), _root(parent, other)
        if roots[0] == roots[1]:
            continue
        reason = _same_origin(sources[other], sources[one], wordings)
        if reason:
            folds.append(reason)
            parent[roots[1]] = roots[0]
    groups: dict[str, list[Evidence]] = {}
    for e in ranked:
        groups.setdefault(_root(parent, e.hit.outlet.id), []).append(e)
    return [_origin(group, stance, folds) for group in groups.values()]


def _origin(group: list[Evidence], stance: Stance, folds: Sequence[Fold]) -> Origin:
    first = min(group, key=lambda e: (e.hit.published or _LATEST, e.hit.passage.article_id))
    name = f"o-{first.hit.passage.article_id[:12]}"
    members = {e.hit.passage.article_id for e in group}
    return Origin(
        id=name,
        stance=stance,
        evidence=tuple(replace(e, origin=name) for e in group),
        folds=tuple(dict.fromkeys(f for f in folds if f.article_id in members)),
    )


def _strength(evidence: Evidence, stance: Stance) -> tuple[float, float]:
    return evidence.judgement.probabilities.of(stance), evidence.hit.score


def _root(parent: Mapping[str, str], node: str) -> str:
    while parent[node] != node:
        node = parent[node]
    return node


@dataclass(frozen=True, slots=True)
class _Source:
    """What is compared of an article that stands for its outlet."""

    article_id: str
    #: The words that speak to the claim.
    wording: Wording
    agency: str | None
    family: str | None

    @classmethod
    def of(cls, evidence: Evidence) -> _Source:
        hit = evidence.hit
        words = Wording(hit.passage.text)
        return cls(hit.passage.article_id, words, evidence.agency, hit.outlet.family)


def _same_origin(one: _Source, onto: _Source, wordings: Wordings) -> Fold | None:
    """Return why two articles of different outlets are one origin; None if they are not."""
    ids = one.article_id, onto.article_id
    overlap = wordings.overlap(*ids)
    if overlap >= SAME_TEXT:
        shared = wordings.body(one.article_id).longest_run(wordings.body(onto.article_id))
        return Fold(FoldReason.WORDING, *ids, shared, overlap)
    if run := shared_run(one.wording, onto.wording):
        return Fold(FoldReason.WORDING, *ids, run, overlap)
    if one.agency and one.agency == onto.agency:
        return Fold(FoldReason.AGENCY, *ids, one.agency)
    if one.family and one.family == onto.family:
        return Fold(FoldReason.FAMILY, *ids, one.family)
    return None
