"""Reports built from the real types, for tests of everything that shows one."""

from __future__ import annotations

from datetime import UTC, datetime

from corroborate.identity import content_hash, slug
from corroborate.origins import Wordings, fold
from corroborate.types import (
    Article,
    Claim,
    Coverage,
    Evidence,
    FailingFeed,
    Hit,
    Judgement,
    Models,
    NumberComparison,
    NumberOutcome,
    Outlet,
    Passage,
    Probabilities,
    Report,
    Reprint,
    Skipped,
    Stance,
)
from corroborate.verdict import conclude

MONDAY = datetime(2026, 3, 9, 18, 30, tzinfo=UTC)
WIRE = (
    "The carmaker will cut 1,200 of its 4,000 jobs at the plant by the end of next year, it said "
    "on Monday, and blamed weak demand for its small vans and the rising price of steel, which "
    "has doubled since the spring of last year according to the association of the industry."
)


def article(
    name: str = "a1", *, outlet: str | Outlet = "Harbour Herald", **changes: object
) -> Article:
    """Return an article; anything can be changed."""
    if isinstance(outlet, str):
        outlet = Outlet(f"{slug(outlet)}.example", outlet)
    values: dict[str, object] = {
        "id": name,
        "outlet": outlet,
        "title": "A fire in the port",
        "text": "Fourteen people died in the port on Monday. Nobody saw how it began.",
        "url": f"https://news.example/{name}",
        "published": MONDAY,
        "language": "en",
        "fetched": MONDAY,
    }
    values.update(changes)
    values["content_hash"] = content_hash(str(values["title"]), str(values["text"]))
    return Article(**values)  # type: ignore[arg-type]


def evidence(
    source: Article,
    stance: Stance = Stance.AGREES,
    *,
    probability: float = 0.9,
    numbers: tuple[NumberComparison, ...] = (),
    end: int | None = None,
) -> Evidence:
    """Return evidence whose passage is the beginning of an article."""
    text = source.text[:end]
    rest = (1 - probability) / 2
    probabilities = {s.value: probability if s is stance else rest for s in Stance}
    return Evidence(
        hit=Hit(
            passage=Passage(source.id, 0, len(text), text),
            outlet=source.outlet,
            title=source.title,
            url=source.url,
            published=source.published,
            day_only=source.day_only,
            score=probability,
            lexical=4.5,
            dense=0.7,
            language=source.language,
        ),
        judgement=Judgement(stance, Probabilities(**probabilities), (0, len(text)), numbers),
        content_hash=source.content_hash,
        fetched=source.fetched,
        agency=source.agency,
    )


def report(hostile: str = "") -> Report:
    """Return a report with every verdict but one, a reprint, a fold and a failing feed.

    Args:
        hostile: Text to put wherever a stranger's text is shown.
    """
    text = (
        f"Twelve people died in the port on Monday.{hostile} The plant will lose 1,200 jobs. "
        "The minister has resigned. What now? The orchid won."
    )
    checked = article(
        "input", outlet=f"Evening Lantern{hostile}", title=f"Night of fire{hostile}", text=text
    )
    toll = NumberComparison(
        NumberOutcome.CONFLICT, "Twelve people", 0, 13, "Fourteen people", 0, 15,
        "people killed", f"The claim says 12 people died; this passage says 14.{hostile}",
    )  # fmt: skip
    first = article("p1", outlet=f"Port Paper{hostile}")
    second = article("p2", outlet="Sessen Radio", title="Jobs go", text=WIRE)
    third = article("p3", outlet="Northern Post", title="A town reels", text=WIRE)
    fourth = article(
        "p4", outlet="Courier", title="No", text="The ministry denied that he had resigned."
    )
    fifth = article("p5", outlet="Today", title="He goes", text="The minister stepped down.")
    stored = {a.id: a for a in (first, second, third, fourth, fifth)}
    found = [
        [evidence(first, Stance.CONFLICTS, numbers=(toll,), end=43)],
        [evidence(second), evidence(third, probability=0.8)],
        [evidence(fourth, Stance.CONFLICTS), evidence(fifth), evidence(first, Stance.UNRELATED)],
        [],
    ]
    sentences = [
        "Twelve people died in the port on Monday.",
        "The plant will lose 1,200 jobs.",
        "The minister has resigned.",
        "The orchid won.",
    ]
    wordings = Wordings(stored)
    findings = []
    for sentence, row in zip(sentences, found, strict=True):
        start = text.index(sentence)
        claim = Claim(sentence + hostile, sentence, start, start + len(sentence))
        findings.append(conclude(claim, fold(row, wordings)))
    question = text.index("What now?")
    return Report(
        article=checked,
        findings=tuple(findings),
        coverage=Coverage(
            articles=5,
            outlets=tuple(a.outlet for a in stored.values()),
            since=MONDAY.date(),
            until=MONDAY.date(),
            languages=("en",),
            feeds=3,
            failing=(FailingFeed("https://down.example/feed", f"Down{hostile}", "no answer"),),
            gaps=("one shard of three did not answer",),
        ),
        models=Models("embedder-1", "judge-1", {"agrees": 0.5, "conflicts": 0.7}),
        reprints=(
            Reprint("r1", Outlet("copy.example", f"Copy{hostile}"), "Same", None, 0.93, "the fire"),
        ),
        skipped=(Skipped(question, question + 9, "question"),),
        created=MONDAY,
        seconds=1.25,
        version="0.1.0",
    )
