"""Real pairs to annotate, passages to write claims for, and back what came of them.

    python -m training.waves pick training/work/wave
    python -m training.waves checks training/work/checks --store STORE
    python -m training.waves pool training/work/pool.jsonl --store STORE --count 110000
    python -m training.waves merge training/work/wave training/work/annotated.jsonl

``pick`` looks for pairs of a claim and a passage of another outlet near in words and days, those
first of which the shipped judge is unsure or that it calls a conflict, and writes them as
``in-00.txt`` and so on. Each becomes ``out-00.jsonl`` by the guide in ``training/annotating.md``;
``merge`` makes rows in the gold format of them. ``checks`` writes the pairs that checks of the
articles in a store come upon and that the judge does not take for plainly unrelated: what a reader
of reports would see. They need a label only. ``pool`` writes all the pairs that checks would judge,
one a line, for :mod:`training.distil`. Articles of the development set are left out.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track
from sklearn.feature_extraction.text import TfidfVectorizer

from corroborate.errors import InputError
from corroborate.judge.judge import open_judge
from corroborate.matcher import Options, check
from corroborate.protocols import Judge
from corroborate.sentences import split
from corroborate.types import Article, Evidence, Judgement, Pair, Probabilities, Stance
from indexer.embedder import open_embedder
from indexer.opening import open_store
from indexer.search import StoreSearcher
from training.harvest import HEAD, articles, title_key
from training.rows import json_lines, stance_pair, write_json_lines
from workers.rows import article_of

Row = dict[str, Any]

#: Days between claim and passage at most, and their least and greatest cosine.
DAYS, COSINES = 12, (0.16, 0.75)
#: Sentences of a passage, words of a passage and of a claim.
SENTENCES, PASSAGE_WORDS, CLAIM_WORDS = (2, 3, 3, 3, 4), range(15, 120), range(8, 36)
#: From here on a conflict is worth a look; between these an agreement is unsure.
CONFLICT, UNSURE = 0.2, (0.2, 0.8)
#: How much of the order chance decides, so that clear pairs are seen too.
CHANCE = 1.2
#: Pairs of a file that is annotated at one sitting.
SITTING = 30
#: Claims asked for each pair that is wanted: most find nothing new.
ASKED = 3
#: Claims of an article that are checked, and the chance of "unrelated" that is plain.
CLAIMS, PLAIN = 20, 0.88
#: Pairs of one claim, and of one passage, that are picked from checks at most.
OF_CLAIM, OF_PASSAGE = 6, 3
LETTERS = {"a": "agrees", "c": "conflicts", "u": "unrelated"}
#: What was written for a passage: field, stance, the field of its kind.
WRITTEN = (("a", "agrees", ""), ("c", "conflicts", "ck"), ("d", "conflicts", "dk"),
           ("n", "unrelated", ""))  # fmt: skip


def cut(article: Row, rng: random.Random) -> tuple[list[str], list[str]]:
    """Return an article's beginning as passages, and the sentences that could be claims."""
    text = article["text"][:HEAD]
    said = [" ".join(text[start:end].split()) for start, end in split(text)][:-1]
    passages, at = [], 0
    while at < len(said):
        size = rng.choice(SENTENCES)
        passages.append(" ".join(said[at : at + size]))
        at += size
    claims = [s for s in said if s[0].isupper() and s.endswith(".") and "?" not in s]
    return (
        [p for p in passages if len(p.split()) in PASSAGE_WORDS],
        [c for c in claims if len(c.split()) in CLAIM_WORDS],
    )


def pairs(stories: Sequence[Row], count: int, rng: random.Random) -> Iterator[Row]:
    """Yield pairs of a claim and the passage of another outlet that is nearest in words."""
    pool, asked = [], []
    for story in track(stories, "cutting"):
        passages, claims = cut(story, rng)
        pool += [(story, passage) for passage in passages]
        asked += [(story, claim) for claim in claims]
    vectorizer = TfidfVectorizer(
        sublinear_tf=True, stop_words="english", min_df=2, dtype=np.float32
    )
    words = vectorizer.fit_transform([passage for _, passage in pool]).T.tocsc()
    days = np.array([_day(story) for story, _ in pool])
    outlets = np.array([story["outlet"] for story, _ in pool])
    seen: set[int] = set()
    for story, claim in track(rng.sample(asked, min(len(asked), count)), "searching"):
        cosines = (vectorizer.transform([claim]) @ words).toarray()[0]
        fits = (outlets != story["outlet"]) & (np.abs(days - _day(story)) <= DAYS)
        fits &= (cosines > COSINES[0]) & (cosines < COSINES[1])
        best = [i for i in np.flatnonzero(fits)[np.argsort(-cosines[fits])][:3] if i not in seen]
        if best:
            seen.add(best[0])
            yield _row(claim, story, *reversed(pool[best[0]]))


def chosen(rows: Sequence[Row], count: int, rng: random.Random) -> list[Row]:
    """Return the rows most worth a look: cried conflicts, unsure agreements, some of the rest."""
    ranks = []
    for judgement in open_judge().judge([stance_pair(row) for row in rows]):
        chances = judgement.probabilities
        unsure = UNSURE[0] < chances.agrees < UNSURE[1]
        rank = 0.0 if chances.conflicts > CONFLICT else 1.0 if unsure else 2.0
        ranks.append(rank + CHANCE * rng.random())
    best = sorted(range(len(rows)), key=ranks.__getitem__)[:count]
    return [rows[i] for i in rng.sample(best, len(best))]


class Undecided:
    """A judge that reads nothing, for when only the pairs are wanted that it is asked about."""

    name = "undecided"
    thresholds = dict.fromkeys((stance.value for stance in Stance), 0.0)

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Return for each pair that it may be anything, so that the next ones are asked too."""
        even = Judgement(Stance.UNRELATED, Probabilities(1 / 3, 1 / 3, 1 / 3), (0, 0))
        return [even] * len(pairs)


def asked(
    stories: Sequence[Row], store: str, judge: Judge, rng: random.Random
) -> Iterator[tuple[Row, Evidence]]:
    """Yield the pairs, and what was said of them, that checks of the articles put to a judge."""
    searcher = StoreSearcher(open_store(store), open_embedder())
    usable = {title_key(story["title"]) for story in stories}
    for story in rng.sample(stories, len(stories)):
        article = article_of(story, fetched=datetime.now(UTC))
        try:
            report = check(article, searcher, judge, Options(max_claims=CLAIMS))
        except InputError:
            continue
        for finding in report.findings:
            for evidence in (e for origin in finding.origins for e in origin.evidence):
                if title_key(evidence.hit.title) in usable:
                    yield _found(finding.claim.text, article, evidence), evidence


def checked(stories: Sequence[Row], store: str, rng: random.Random) -> Iterator[Row]:
    """Yield what checks of the articles find in a store and what is not plainly unrelated."""
    picked: Counter[str] = Counter()
    for row, evidence in asked(stories, store, open_judge(), rng):
        claim, passage = row["claim"], row["passage"]
        if (
            evidence.judgement.probabilities.unrelated < PLAIN
            and picked[claim] < OF_CLAIM
            and picked[passage] < OF_PASSAGE
        ):
            picked.update((claim, passage))
            yield row


def pick(data: Path, folder: Path, count: int, seed: int) -> None:
    """Write pairs to annotate, and the rows that they will be."""
    rng = random.Random(seed)
    _write(chosen(list(pairs(articles(data), ASKED * count, rng)), count, rng), folder)


def pick_from_checks(data: Path, folder: Path, count: int, seed: int, store: str) -> None:
    """Write pairs that checks come upon, to be labelled, and the rows that they will be."""
    rng = random.Random(seed)
    found = track(islice(checked(articles(data), store, rng), count), "checking", count)
    rows = list(found)
    _write(rng.sample(rows, len(rows)), folder)


def pool(data: Path, out: Path, count: int, seed: int, store: str) -> None:
    """Write pairs that checks come upon, with no label: for teachers to say what they are."""
    found = asked(articles(data), store, Undecided(), random.Random(seed))
    write_json_lines(out, track((row for row, _ in islice(found, count)), "checking", count))


def _write(rows: Sequence[Row], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(rows), SITTING):
        sitting = enumerate(rows[start : start + SITTING], start)
        shown = "\n".join(_shown(number, row) for number, row in sitting)
        (folder / f"in-{start // SITTING:02}.txt").write_text(shown, encoding="utf-8")
    (folder / "pairs.json").write_text(json.dumps(rows), encoding="utf-8")
    print(f"{len(rows)} pairs in {folder}")


def merge(folder: Path) -> Iterator[Row]:
    """Yield what was annotated and written, in the gold format."""
    rows = json.loads((folder / "pairs.json").read_text(encoding="utf-8"))
    for file in sorted(folder.glob("out-*.jsonl")):
        for said in json_lines(file):
            if said.get("skip"):
                continue
            row, name = rows[said["i"]], f"{folder.name}-{said['i']}"
            yield {
                "id": name, "part": "natural", **row, "stance": LETTERS[said["l"]],
                "kind": said["k"], "sure": bool(said["s"]),
            }  # fmt: skip
            for field, stance, kind in (w for w in WRITTEN if w[0] in said):
                yield {
                    "id": f"{name}-{field}", "part": "written", **row, "claim": said[field],
                    "claim_outlet": None, "claim_title": None, "claim_date": row["date"],
                    "stance": stance, "kind": said.get(kind, "none"), "sure": True,
                }  # fmt: skip


def main() -> None:
    """Pick pairs, or merge what was annotated."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    picking = commands.add_parser("pick", help="write pairs to annotate")
    checking = commands.add_parser("checks", help="write pairs that checks come upon")
    pooling = commands.add_parser("pool", help="write pairs that checks come upon, unlabelled")
    for command in (checking, pooling):
        command.add_argument("--store", required=True, help="where the articles are indexed")
    for command in (picking, checking, pooling):
        command.add_argument("out", type=Path)
        command.add_argument("--data", type=Path, default=Path("../shared/data"))
        command.add_argument("--count", type=int, default=1200)
        command.add_argument("--seed", type=int, default=11)
    merging = commands.add_parser("merge", help="make rows of what was annotated")
    merging.add_argument("folder", type=Path)
    merging.add_argument("out", type=Path)
    arguments = parser.parse_args()
    if arguments.command != "merge":
        given = (arguments.data, arguments.out, arguments.count, arguments.seed)
        if arguments.command == "pick":
            pick(*given)
        elif arguments.command == "checks":
            pick_from_checks(*given, arguments.store)
        else:
            pool(*given, arguments.store)
        return
    write_json_lines(arguments.out, merge(arguments.folder))


def _row(claim: str, story: Row, passage: str, article: Row) -> Row:
    return {
        "claim": claim,
        "claim_outlet": story["outlet"],
        "claim_date": story["published"],
        "claim_title": story["title"],
        "passage": passage,
        "outlet": article["outlet"],
        "date": article["published"],
        "title": article["title"],
    }


def _found(claim: str, article: Article, evidence: Evidence) -> Row:
    hit = evidence.hit
    return {
        "claim": claim,
        "claim_outlet": article.outlet.name,
        "claim_date": article.published.date().isoformat() if article.published else None,
        "claim_title": article.title,
        "passage": " ".join(hit.passage.text.split()),
        "outlet": hit.outlet.name,
        "date": hit.published.date().isoformat() if hit.published else None,
        "title": hit.title,
    }


def _shown(number: int, row: Row) -> str:
    return (
        f"#{number}\nCLAIM [{row['claim_outlet']}, {row['claim_date']}, {row['claim_title']!r}] "
        f"{row['claim']}\nPASSAGE [{row['outlet']}, {row['date']}, {row['title']!r}] "
        f"{row['passage']}\n"
    )


def _day(article: Row) -> int:
    return date.fromisoformat(article["published"][:10]).toordinal()


if __name__ == "__main__":
    main()
