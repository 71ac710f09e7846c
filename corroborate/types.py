"""The vocabulary of Corroborate as frozen data: what a feed, an article, a claim … is.

Nothing here does anything. Times are aware UTC datetimes; offsets count characters of
the article's text; probabilities lie in [0, 1]; similarities are cosines in [-1, 1].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

REPORT_SCHEMA = "corroborate.report/1"


class Stance(StrEnum):
    """What a passage does to a claim."""

    AGREES = "agrees"
    CONFLICTS = "conflicts"
    UNRELATED = "unrelated"


class Verdict(StrEnum):
    """What the independent origins, taken together, say of a claim."""

    CORROBORATED = "corroborated"
    SINGLE_SOURCE = "single source"
    CONTESTED = "contested"
    CONTRADICTED = "contradicted"
    NO_COVERAGE = "no coverage"


class Change(StrEnum):
    """What archiving an article did to the archive."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes."""

    #: Registered domain ("bbc.co.uk"), or a slug of the name where no URL is known.
    id: str
    #: Name to show.
    name: str
    #: Publisher family ("Sinclair"), where known.
    family: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What was fetched, as it came."""

    #: URL that was asked for.
    url: str
    #: URL that answered, after redirects.
    final_url: str
    #: HTTP status.
    status: int
    #: Response headers, names in lower case.
    headers: dict[str, str]
    #: Decompressed body.
    body: bytes
    #: When the answer came.
    fetched: datetime
    #: Whether every redirect on the way said that the address has changed for good.
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned page, or an article handed in as text."""

    #: Stable identity: the same story at the same address keeps it when its text changes.
    id: str
    outlet: Outlet
    title: str
    #: Body, paragraphs separated by blank lines. All offsets refer to this.
    text: str
    #: Canonical URL, if it has one.
    url: str | None = None
    authors: tuple[str, ...] = ()
    #: News agency that is credited ("Reuters"), if any.
    agency: str | None = None
    #: When it was published, if known.
    published: datetime | None = None
    #: Whether only the day of ``published`` is known (its time is then midnight UTC).
    day_only: bool = False
    #: When the publisher says it last changed it, if it says so.
    modified: datetime | None = None
    #: ISO 639-1 code ("en"), if known.
    language: str | None = None
    #: When we got it.
    fetched: datetime | None = None
    #: URL of the feed that led to it, if one did.
    feed: str | None = None
    #: SHA-256 of title and text, hexadecimal; see ``corroborate.identity``.
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of an article: what is embedded, searched, judged and shown."""

    article_id: str
    #: Offset of the first character in the article's text.
    start: int
    #: Offset after the last character.
    end: int
    #: ``article.text[start:end]``, verbatim.
    text: str

    @property
    def id(self) -> str:
        """``article_id`` and offsets: unique in an index."""
        return f"{self.article_id}:{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A checkable statement of the input article."""

    #: The sentence restated so that it stands alone.
    text: str
    #: The sentence as it is in the article, ``article.text[start:end]``.
    sentence: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A sentence of the input article that is not a claim."""

    start: int
    end: int
    #: "question", "opinion", "fragment", "boilerplate" …
    reason: str


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Which passages a search may return; all conditions hold together."""

    #: Only these outlets (ids); empty means any.
    outlets: frozenset[str] = frozenset()
    #: None of these outlets (ids).
    exclude_outlets: frozenset[str] = frozenset()
    #: None of these articles (ids).
    exclude_articles: frozenset[str] = frozenset()
    #: Published on or after this day. Undated articles pass.
    since: date | None = None
    #: Published on or before this day. Undated articles pass.
    until: date | None = None
    #: Only these languages (ISO 639-1); empty means any. Articles of unknown language pass.
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that search returned."""

    passage: Passage
    outlet: Outlet
    title: str
    url: str | None
    published: datetime | None
    day_only: bool
    #: Fused score in [0, 1]; comparable within one query only.
    score: float
    #: BM25 score, if the lexical search found it.
    lexical: float | None = None
    #: Cosine similarity to the query, if it was asked for.
    dense: float | None = None
    #: The article's: ISO 639-1 code ("en"), if known.
    language: str | None = None


class NumberOutcome(StrEnum):
    """How a quantity in a passage relates to one in the claim."""

    SAME = "same"
    ROUNDED = "rounded"
    UPDATE = "update"
    OTHER_SCOPE = "other scope"
    CONFLICT = "conflict"
    NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class NumberComparison:
    """A quantity of the claim beside one of the passage that measures the same thing."""

    outcome: NumberOutcome
    #: The words in the claim, and their offsets in ``claim.text``.
    claim_text: str
    claim_start: int
    claim_end: int
    #: The words in the passage, and their offsets in ``passage.text``.
    passage_text: str
    passage_start: int
    passage_end: int
    #: What is measured, in words ("people killed", "missiles").
    measure: str
    #: One sentence a reader understands.
    explanation: str


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Calibrated probabilities of the three stances; they sum to one."""

    agrees: float
    conflicts: float
    unrelated: float

    def of(self, stance: Stance) -> float:
        """Return the probability of one stance."""
        return float(getattr(self, stance.value))


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim beside a passage, with the context that helps to judge it."""

    claim: str
    passage: str
    claim_date: date | None = None
    claim_outlet: str | None = None
    date: date | None = None
    outlet: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge says of one pair."""

    stance: Stance
    probabilities: Probabilities
    #: Offsets in the passage's text of the sentence that decided.
    span: tuple[int, int]
    numbers: tuple[NumberComparison, ...] = ()
    #: Whether no stance reached its threshold, so that "unrelated" is an abstention.
    abstained: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """A judged hit, with its receipts."""

    hit: Hit
    judgement: Judgement
    #: Receipt: the article's content hash, when it was fetched, the agency it credits.
    content_hash: str
    fetched: datetime | None
    agency: str | None
    #: Id of the origin it was folded into; equal for reprints of one another.
    origin: str = ""

    @property
    def stance(self) -> Stance:
        """The judgement's stance."""
        return self.judgement.stance


class FoldReason(StrEnum):
    """Why two articles count as one origin."""

    OUTLET = "outlet"
    WORDING = "wording"
    AGENCY = "agency"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Fold:
    """Why one article was folded into an origin."""

    reason: FoldReason
    #: The article that was folded, and the one it was folded onto: maybe the checked one.
    article_id: str
    onto: str
    #: The longest run of shared words, or the outlet's, the agency's or the family's name.
    shared: str
    #: Share of the shorter article's shingles that both have, for ``WORDING``.
    overlap: float | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Evidence of one stance that counts once."""

    id: str
    stance: Stance
    #: Strongest first; never empty.
    evidence: tuple[Evidence, ...]
    #: Why the articles are one origin; empty where there is one article.
    folds: tuple[Fold, ...] = ()

    @property
    def own(self) -> bool:
        """Whether it is the checked article's own: then one was folded onto that article."""
        members = {e.hit.passage.article_id for e in self.evidence}
        return any(fold.onto not in members for fold in self.folds)


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim, what was found for it, and what that amounts to."""

    claim: Claim
    verdict: Verdict
    #: Probability that the verdict's direction is right, from the evidence it rests on.
    confidence: float
    #: Grouped by stance: agreeing, conflicting, unrelated; strongest first within each.
    origins: tuple[Origin, ...]
    #: One sentence a lay reader understands.
    summary: str

    def of(self, stance: Stance) -> tuple[Origin, ...]:
        """Return the origins of one stance that count: all but the article's own."""
        return tuple(o for o in self.origins if o.stance is stance and not o.own)

    @property
    def own(self) -> tuple[Origin, ...]:
        """The article's own origin where passages of it agree: at most one."""
        return tuple(origin for origin in self.origins if origin.own)


@dataclass(frozen=True, slots=True)
class FailingFeed:
    """A feed whose articles may be missing from the answer."""

    url: str
    title: str
    reason: str
    #: When it last answered well, if ever.
    succeeded: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was searched, and what could not be."""

    #: Articles and outlets that pass the filter, the input's own outlet left out.
    articles: int
    outlets: tuple[Outlet, ...]
    since: date | None
    until: date | None
    languages: tuple[str, ...]
    #: Feeds that are configured, and those that were failing.
    feeds: int
    failing: tuple[FailingFeed, ...] = ()
    #: Anything else that makes the answer incomplete ("one shard of three did not answer").
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reprint:
    """An article of another outlet that repeats the input article's own wording."""

    article_id: str
    outlet: Outlet
    title: str
    url: str | None
    #: Share of the shorter text's shingles that both have.
    overlap: float
    shared: str


@dataclass(frozen=True, slots=True)
class Models:
    """Which models and thresholds judged."""

    embedder: str
    judge: str
    #: Least probability at which a stance is asserted, by stance.
    thresholds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Report:
    """An article's findings, with all that is needed to follow them back."""

    article: Article
    findings: tuple[Finding, ...]
    coverage: Coverage
    models: Models
    reprints: tuple[Reprint, ...]
    skipped: tuple[Skipped, ...]
    #: When the check was made.
    created: datetime
    #: Wall-clock seconds it took.
    seconds: float
    #: Version of the Corroborate that made it.
    version: str
    schema: str = REPORT_SCHEMA

    def counts(self) -> dict[Verdict, int]:
        """Return how many findings have each verdict, every verdict listed."""
        return {v: sum(f.verdict is v for f in self.findings) for v in Verdict}


class FeedKind(StrEnum):
    """Which format a feed turned out to have."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that we poll, and how polling it has gone."""

    url: str
    #: Display name; the feed's own title once it was read.
    title: str = ""
    #: Outlet name to give its articles where the pages do not say; empty: from the page.
    outlet: str = ""
    kind: FeedKind | None = None
    paused: bool = False
    added: datetime | None = None
    #: Validators of the last answer, verbatim.
    etag: str | None = None
    last_modified: str | None = None
    #: Last poll, last poll that answered well, last poll without validators.
    polled: datetime | None = None
    succeeded: datetime | None = None
    unconditional: datetime | None = None
    #: When to poll next; None: now.
    due: datetime | None = None
    #: Present polling interval, seconds.
    interval: float = 3600.0
    #: Polls that failed in a row, and why the last one did.
    failures: int = 0
    error: str | None = None
    #: Articles archived from it so far.
    articles: int = 0

    @property
    def failing(self) -> bool:
        """Whether it is polled, and the last poll failed."""
        return self.failures > 0 and not self.paused


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed: a link to a page, and what the feed says of it."""

    url: str
    title: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    #: Entry's own identity in the feed, where it has one.
    guid: str | None = None


class CheckState(StrEnum):
    """How far a submitted check is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """An article that was submitted, and what became of it."""

    id: str
    state: CheckState
    created: datetime
    #: What to call it while it has no report: its URL or first words.
    title: str
    #: What was submitted: a URL, text or HTML.
    source: str
    #: Stage that is under way, and how far it is.
    stage: str = ""
    done: int = 0
    total: int = 0
    #: Why it failed.
    error: str | None = None
    #: The report as JSON text (``corroborate.report/1``), once it is done.
    report: str | None = None


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What became of a URL that a feed led to."""

    url: str
    #: "article", "no article", "paywall stub", "blocked", "failed", "quarantined" …
    outcome: str
    #: Last attempt; before the first, when a feed led to it.
    fetched: datetime
    #: Failed attempts in a row.
    attempts: int = 0
    reason: str | None = None
    #: Id of the article that is in it, if one is.
    article: str | None = None
    #: When to take it, or to try it again; None: it is done with.
    due: datetime | None = None
    #: URL of the feed that led to it, and its entry there.
    feed: str | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """What a store holds, for status pages."""

    articles: int
    passages: int
    #: Articles archived but not yet indexed.
    backlog: int
    outlets: int
    #: First and last day of publication, if any article is dated.
    first: date | None
    last: date | None
    embedder: str | None
    #: Bytes on disk, where the store can tell.
    size: int | None = None
    #: Articles per (outlet name, publication day), newest days first, where asked for.
    daily: tuple[tuple[str, date, int], ...] = field(default=())
