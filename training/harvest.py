"""Weakly labelled rows from real articles: retrieved neutrals, and contradictions made by rule.

    python -m training.harvest training/work/stage1 training/work/harvest.jsonl

Among the passages of other outlets that search finds for a sentence, about one in a hundred
contradicts it, so whatever a first model does not take for agreement is called unrelated: wrong now
and then, but these are the passages a reader meets. The rows made by rule are a sentence against
its own passage, once true and once with one detail made wrong, with the near passage of another
article as the third. Articles that the development set uses are left out.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from corroborate.judge.pairs import pair_text
from training.fit import Item, chances
from training.perturb import NAME, compressed, twisted
from training.rows import UNLABELLED, json_lines, stance_pair, write_json_lines

#: Characters of an article that are cut into passages: the event is told at the beginning.
HEAD = 3500
WORDS = range(9, 36)
# Coarser than corroborate.sentences and fifty times as fast; a bad cut costs one weak row.
SENTENCE_END = re.compile(r"(?<=[.!?][\"”’')]|\w[.!?])\s+(?=[A-Z\"“‘])")
#: Days between claim and passage: retrieval's window, and what lies beyond it.
NEAR_DAYS, FAR_DAYS = 12, 60
#: Least and greatest cosine of a neutral: below it is too easy, above it may be a reprint.
COSINES = (0.15, 0.6)
#: A retrieved passage that a first model calls agreement at least so surely is left out.
AGREEMENT = 0.3
SCORED_TOKENS = 160

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """Two or three sentences of an article in a row."""

    article: Row
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentences as one passage."""
        return " ".join(self.sentences)


def articles(data: Path) -> list[Row]:
    """Return the articles that may be trained on: those whose title the dev set does not use."""
    used = set()
    for row in json_lines(data / "gold" / "dev.jsonl"):
        used |= {title_key(row["title"]), title_key(row["claim_title"] or "")}
    return [
        row
        for file in sorted((data / "articles").glob("*.jsonl"))
        for row in json_lines(file)
        if row["published"] and title_key(row["title"]) not in used
    ]


def windows(article: Row, rng: random.Random) -> list[Window]:
    """Return an article's beginning as windows of two or three sentences."""
    text = article["text"][:HEAD]
    said = [" ".join(s.split()) for s in SENTENCE_END.split(text)[:-1]]
    result, at = [], 0
    while at < len(said):
        size = rng.choice((2, 2, 3))
        result.append(Window(article, tuple(said[at : at + size])))
        at += size
    return [window for window in result if 12 < len(window.text.split()) < 110]


def claims(window: Window) -> list[str]:
    """Return the sentences of a window that could be claims."""
    return [
        s
        for s in window.sentences
        if len(s.split()) in WORDS and s[0].isupper() and s[-1] == "." and "?" not in s
    ]


def made(window: Window, names: Sequence[str], rng: random.Random) -> list[Row]:
    """Return two rows of a window: one of its sentences shortened, and the same made wrong."""
    candidates = claims(window)
    if not candidates:
        return []
    claim = compressed(rng.choice(candidates))
    twist = twisted(claim, names, rng)
    if twist is None:
        return []
    return [
        _row(window, claim, window.article["published"], "agrees", "none"),
        _row(window, twist.text, window.article["published"], "conflicts", twist.kind),
    ]


def retrieved(
    asked: Sequence[tuple[str, Row]], pool: Sequence[Window], rng: random.Random, each: int
) -> Iterator[Row]:
    """Yield, for each claim, passages of other outlets near in words; nearly all near in time."""
    vectorizer = TfidfVectorizer(
        sublinear_tf=True, stop_words="english", min_df=2, dtype=np.float32
    )
    passages = vectorizer.fit_transform([window.text for window in pool]).T.tocsc()
    days = np.array([_day(window.article) for window in pool])
    outlets = np.array([window.article["outlet"] for window in pool])
    for claim, article in asked:
        cosines = (vectorizer.transform([claim]) @ passages).toarray()[0]
        gap = np.abs(days - _day(article))
        reach = NEAR_DAYS if rng.random() < 0.8 else FAR_DAYS
        fits = (outlets != article["outlet"]) & (gap <= reach)
        fits &= (cosines > COSINES[0]) & (cosines < COSINES[1])
        best = np.flatnonzero(fits)[np.argsort(-cosines[fits])][: 3 * each]
        for at in rng.sample(list(best), min(each, len(best))):
            row = _row(pool[at], claim, article["published"], "unrelated", "none")
            yield row | {"claim_outlet": article["outlet"], "claim_title": article["title"]}


def agreement(rows: Sequence[Row], folder: Path) -> list[float]:
    """Return how probable a first model finds it that each row agrees."""
    bare = [row | {"title": None, "date": None, "claim_date": None} for row in rows]
    items = [Item(*pair_text(stance_pair(row)), UNLABELLED, 1.0) for row in bare]
    return chances(folder, items, SCORED_TOKENS, "cpu")[:, 0].tolist()  # type: ignore[no-any-return]


def harvest(data: Path, folder: Path, seed: int, neutral: int, rules: int) -> list[Row]:
    """Return the rows: ``neutral`` retrieved ones, and twice ``rules`` made by rule."""
    rng = random.Random(seed)
    stories = articles(data)
    pool = [window for story in stories for window in windows(story, rng)]
    print(f"{len(stories)} articles, {len(pool)} passages", flush=True)
    names = sorted({name for window in pool for name in NAME.findall(window.text)})
    rng.shuffle(pool)
    by_rule: list[Row] = []
    for window in pool:
        # The swapped-in names are drawn anew for each window, to keep the pool of them small.
        by_rule += made(window, rng.sample(names, min(50, len(names))), rng)
        if len(by_rule) >= 2 * rules:
            break
    asked = [(c, w.article) for w in pool[: 3 * neutral] for c in claims(w)[:1]]
    asked = rng.sample(asked, min(len(asked), neutral // 2))
    # A wrong detail must not be a sign of conflict by itself.
    twisted_too = rng.sample([r for r in by_rule if r["stance"] == "conflicts"], neutral // 6)
    titles = {(w.article["title"], w.article["published"]): w.article for w in pool}
    asked += [(r["claim"], titles[r["title"], r["date"]]) for r in twisted_too]
    found = list(retrieved(asked, pool, rng, each=3))
    chances = agreement(found, folder)
    kept = [r for r, chance in zip(found, chances, strict=True) if chance < AGREEMENT]
    print(f"{len(found)} retrieved, {len(kept)} not taken for agreement", flush=True)
    return by_rule + rng.sample(kept, min(neutral, len(kept)))


def main() -> None:
    """Write weakly labelled rows in the gold format."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="Hugging Face folder of a first model")
    parser.add_argument("out", type=Path, help="where to write the rows")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--neutral", type=int, default=4000)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    rows = harvest(
        arguments.data, arguments.model, arguments.seed, arguments.neutral, arguments.rules
    )
    write_json_lines(arguments.out, rows)
    print(f"{len(rows)} rows in {arguments.out}")


def _row(window: Window, claim: str, day: str, stance: str, kind: str) -> Row:
    return {
        "part": "retrieved" if stance == "unrelated" else "rule",
        "claim": claim,
        "claim_outlet": None,
        "claim_date": day,
        "passage": window.text,
        "outlet": window.article["outlet"],
        "date": window.article["published"],
        "title": window.article["title"],
        "stance": stance,
        "kind": kind,
    }


def _day(article: Row) -> int:
    return date.fromisoformat(article["published"][:10]).toordinal()


def title_key(title: str) -> str:
    """Return what is alike in two spellings of a title."""
    return re.sub(r"\W+", " ", title).strip().lower()


if __name__ == "__main__":
    main()
