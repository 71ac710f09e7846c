"""Picks real pairs worth annotating: those of which the shipped judge is unsure, or cries conflict.

    python -m training.unsure STORE training/work/unsure.jsonl

Checks articles of a filled store against it, as the product does, and writes pairs in the gold
format, their stance left open. Who annotates them does so by the guide in ``gold/README.md``.
Articles that the development set uses are left out, on both sides.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.progress import track

from corroborate.assembly import Engine
from corroborate.matcher import Options, check
from corroborate.settings import load
from corroborate.types import Article, Evidence, Finding, Report, Stance
from training.rows import json_lines

#: From here on a conflict is worth a look, asserted or not.
LEAST_CONFLICT = 0.25
#: Between these an agreement is neither asserted nor ruled out.
UNSURE = (0.25, 0.75)
#: Pairs of one article at most, so that no event fills the list.
MOST = 8


def unused(data: Path, articles: Iterator[Article]) -> list[Article]:
    """Return the articles whose title the development set does not use."""
    used = set()
    for row in json_lines(data / "gold" / "dev.jsonl"):
        used |= {row["title"], row["claim_title"]}
    return [a for a in articles if a.title not in used and a.published]


def unsure(report: Report, titles: set[str]) -> Iterator[tuple[Finding, Evidence]]:
    """Yield the evidence of a report that is worth annotating."""
    for finding in report.findings:
        for origin in (o for stance in Stance for o in finding.of(stance)):
            for evidence in origin.evidence:
                chances = evidence.judgement.probabilities
                agrees, conflicts = chances.of(Stance.AGREES), chances.of(Stance.CONFLICTS)
                if evidence.hit.title in titles and (
                    conflicts >= LEAST_CONFLICT or UNSURE[0] <= agrees <= UNSURE[1]
                ):
                    yield finding, evidence


def row(article: Article, finding: Finding, evidence: Evidence) -> dict[str, Any]:
    """Return a pair in the gold format."""
    hit = evidence.hit
    return {
        "claim": finding.claim.text,
        "claim_outlet": article.outlet.name,
        "claim_date": article.published and f"{article.published:%Y-%m-%d}",
        "claim_title": article.title,
        "passage": hit.passage.text,
        "outlet": hit.outlet.name,
        "date": hit.published and f"{hit.published:%Y-%m-%d}",
        "title": hit.title,
        "stance": None,
        "kind": "none",
    }


def main() -> None:
    """Write pairs to annotate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", help="folder of a filled store")
    parser.add_argument("out", type=Path, help="where to write the pairs")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--articles", type=int, default=120, help="how many are checked")
    parser.add_argument("--claims", type=int, default=8, help="claims of each, at most")
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    settings = load().model_copy(update={"store": arguments.store})
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    with Engine(settings) as engine, arguments.out.open("w", encoding="utf-8") as file:
        stories = unused(arguments.data, iter(engine.store.articles))
        titles = {story.title for story in stories}
        asked = rng.sample(stories, min(arguments.articles, len(stories)))
        for story in track(asked, "checking"):
            report = check(
                story, engine.searcher, engine.judge, Options(max_claims=arguments.claims)
            )
            found = list(unsure(report, titles))
            for finding, evidence in rng.sample(found, min(MOST, len(found))):
                pair = row(story, finding, evidence)
                file.write(json.dumps(pair, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
