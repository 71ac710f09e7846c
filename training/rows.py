"""Labelled pairs for the judge: read, cleaned, and made into what the network reads.

Every row becomes an :class:`Example`. Inference rows carry no context, rows of the real task
carry outlet, title and dates; :func:`varied` drops and shifts context so that the network works
with any part of it missing and cannot tell a written row from a natural one by its dates.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from corroborate.types import Pair

#: Position of each label in the network's output; 3 means "anything but agrees".
LABELS = {
    "agrees": 0,
    "conflicts": 1,
    "unrelated": 2,
    "entailment": 0,
    "contradiction": 1,
    "neutral": 2,
    "not_entailment": 3,
}
STANCES = ("agrees", "conflicts", "unrelated")
#: The label of a two-way row that does not agree.
NOT_AGREES = 3
#: The label of a row that nobody labelled: teachers say what it is.
UNLABELLED = 4

BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
NO_SPACE_BEFORE = re.compile(r"\s+([.,;:?!)\]}%]|'s\b|n't\b|'re\b|'ve\b|'ll\b|'d\b|'m\b|')")
NO_SPACE_AFTER = re.compile(r"([(\[{$£€])\s+")
HYPHEN = re.compile(r"(\w) - (\w)")


@dataclass(frozen=True, slots=True)
class Example:
    """A pair with what the network should say of it."""

    pair: Pair
    #: 0 agrees, 1 conflicts, 2 unrelated, 3 either of the last two, 4 unknown.
    label: int
    #: Where it came from, for reports.
    source: str
    #: How much the row counts in the loss.
    weight: float = 1.0


def detokenised(text: str) -> str:
    """Return Penn Treebank tokens as ordinary text: brackets, quotes and spaces as printed."""
    for token, char in BRACKETS.items():
        text = text.replace(token, char)
    text = text.replace("``", '"').replace("''", '"').replace(" --", " –")
    text = re.sub(r'" ([^"]*?) "', r'"\1"', text)
    text = NO_SPACE_AFTER.sub(r"\1", NO_SPACE_BEFORE.sub(r"\1", text))
    return HYPHEN.sub(r"\1-\2", " ".join(text.split()))


def json_lines(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-lines file."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def write_json_lines(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one object a line; the file's folder is made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def inference_examples(file: Path) -> list[Example]:
    """Return the rows of a natural-language-inference file that are worth learning from."""
    clean = detokenised if file.stem == "fever_two_way" else _spaced
    examples = []
    for row in json_lines(file):
        premise, claim = clean(str(row["premise"])), _spaced(str(row["hypothesis"]))
        # Two or fewer words are headings and leftovers, not statements.
        if row["label"] in LABELS and min(len(premise.split()), len(claim.split())) > 2:
            pair = Pair(claim=claim, passage=premise)
            examples.append(Example(pair, LABELS[row["label"]], file.stem))
    return examples


def stance_examples(
    file: Path, weight: float = 1.0, *, written: float | None = None
) -> list[Example]:
    """Return the rows of a file in the gold format.

    Args:
        file: JSON lines. A line with ``claims`` stands for one row for each of them.
        weight: What a row counts; one marked unsure counts half of it.
        written: What a row counts whose claim was written for its passage, if not the same.
    """
    examples = []
    for row in (line | one for line in json_lines(file) for one in line.get("claims", [line])):
        natural = row.get("claim_outlet") is not None
        counts_for = weight if natural or written is None else written
        example = Example(
            pair=stance_pair(row),
            label=LABELS[row["stance"]] if "stance" in row else UNLABELLED,
            source=f"{file.stem}/{row['part']}" if row.get("part") else file.stem,
            weight=counts_for if row.get("sure", True) else counts_for / 2,
        )
        examples.append(example)
    return examples


def stance_pair(row: Mapping[str, Any]) -> Pair:
    """Return the pair of a row in the gold format."""
    return Pair(
        claim=_spaced(str(row["claim"])),
        passage=_spaced(str(row["passage"])),
        claim_date=_day(row.get("claim_date")),
        claim_outlet=row.get("claim_outlet"),
        date=_day(row.get("date")),
        outlet=row.get("outlet"),
        title=row.get("title"),
    )


def share(examples: list[Example], count: int, rng: random.Random) -> list[Example]:
    """Return ``count`` of the examples, drawn without replacement, or all if there are fewer."""
    return rng.sample(examples, min(count, len(examples)))


def varied(pair: Pair, rng: random.Random, *, natural: bool) -> Pair:
    """Return the pair with a part of its context dropped, as the product may lack it.

    A claim written for a passage has no day of its own: it gets the passage's, or one of the
    days around it, so that the distance in days gives nothing away.
    """
    if pair.title is None and pair.date is None:
        return pair
    day = pair.claim_date
    if not natural and pair.date is not None:
        day = pair.date + timedelta(days=rng.choice((0, 0, 0, 0, -1, 1, 1, -2, 2, 3)))
    if rng.random() < 0.15:
        return replace(pair, title=None, date=None, claim_date=None)
    return replace(
        pair,
        title=None if rng.random() < 0.3 else pair.title,
        claim_date=None if rng.random() < 0.25 else day,
        date=None if rng.random() < 0.1 else pair.date,
    )


def counts(examples: Iterable[Example]) -> dict[str, int]:
    """Return how many examples each source gave."""
    tally: dict[str, int] = {}
    for example in examples:
        tally[example.source] = tally.get(example.source, 0) + 1
    return tally


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
