"""Reported denials made by rule, from annotated pairs: the commonest honest conflict in news.

    python -m training.denials training/work/denials.jsonl

A passage that reports that somebody denies the claim conflicts with it, also where the rest of
the passage supports it. As many rows show what is no such denial: somebody denies something
else, or the claim is itself the report of the denial. So the word alone gives nothing away.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

from corroborate.sentences import split

Row = dict[str, Any]

ACTORS = (
    "A spokesman", "The ministry", "The government", "Officials", "The company", "Moscow",
    "The army", "A military source", "The president", "The White House", "The party", "Police",
    "His lawyer", "State media", "A senior official", "The opposition", "Both sides", "The union",
)  # fmt: skip
#: Said after a passage: it denies what was just said.
BACK = (
    "{actor} denied any involvement.",
    "But {actor} denied this.",
    "{actor} has denied the accusation, calling it baseless.",
    "{actor} rejected the account as false.",
    "{actor} denied the charges.",
    "However, {actor} has categorically denied it.",
    "{actor} dismissed the reports as a fabrication.",
    "{actor} said nothing of the kind had happened.",
    "{actor} refuted the claims, saying they were a pretext.",
)
#: Says what is denied.
OUTRIGHT = (
    "{actor} denied that {claim}.",
    "{actor} strongly denied reports that {claim}.",
    "{actor} rejected as false the allegation that {claim}.",
    "{actor} said it was not true that {claim}.",
    "{actor} disputed that {claim}, saying there was no evidence.",
    "{actor} dismissed as fabricated the claim that {claim}.",
)
REPORTED = ("{actor} denied that {claim}.", "{actor} rejected the allegation that {claim}.")


def make(rows: list[Row], count: int, seed: int) -> list[Row]:
    """Return rows: half conflicts by denial, half that only look like it.

    Args:
        rows: Annotated pairs, with the three stances for each passage.
        count: How many to make.
        seed: Same seed, same rows.
    """
    rng = random.Random(seed)
    agreeing = [r for r in rows if r["stance"] == "agrees"]
    other = [r for r in rows if r["stance"] == "unrelated"]
    made = []
    for i in range(count):
        row, elsewhere = rng.choice(agreeing), rng.choice(other)
        kind = i % 6
        if kind in {0, 1}:  # the passage supports the claim, then reports its denial
            made.append(_row(row, f"{row['passage']} {_fill(BACK, rng)}", "conflicts", i))
        elif kind == 2:  # nothing but the denial, in some context
            told = _fill(OUTRIGHT, rng, row["claim"])
            made.append(_row(row, _beside(told, elsewhere["passage"], rng), "conflicts", i))
        elif kind == 3:  # somebody denies something else
            told = _fill(OUTRIGHT, rng, elsewhere["claim"])
            made.append(_row(row, _beside(told, row["passage"], rng), "agrees", i))
        elif kind == 4:  # a denial of what the claim does not speak of
            told = _fill(OUTRIGHT, rng, rng.choice(agreeing)["claim"])
            made.append(_row(elsewhere, f"{elsewhere['passage']} {told}", "unrelated", i))
        else:  # the claim is that it was denied
            actor = rng.choice(ACTORS)
            claim = _capital(rng.choice(REPORTED).format(actor=actor, claim=_inside(row["claim"])))
            told = _capital(rng.choice(OUTRIGHT).format(actor=actor, claim=_inside(row["claim"])))
            passage = _beside(told, elsewhere["passage"], rng)
            made.append({**_row(row, passage, "agrees", i), "claim": claim})
    return made


def _row(row: Row, passage: str, stance: str, number: int) -> Row:
    kind = "denial" if stance == "conflicts" else "none"
    return {**row, "id": f"denial-{number}", "passage": passage, "stance": stance, "kind": kind}


def _fill(forms: tuple[str, ...], rng: random.Random, claim: str = "") -> str:
    actor = rng.choice(ACTORS)
    form = rng.choice(forms)
    actor = actor if form.startswith("{actor}") else actor[0].lower() + actor[1:]
    return _capital(form.format(actor=actor, claim=_inside(claim)))


def _beside(told: str, passage: str, rng: random.Random) -> str:
    """Return a denial with the first sentence or two of a passage before or after it."""
    spans = split(passage)[: rng.choice((1, 2))]
    context = " ".join(passage[a:b] for a, b in spans)
    return rng.choice((f"{context} {told}", f"{told} {context}", told))


def _inside(claim: str) -> str:
    """Return a claim as a clause within a sentence."""
    claim = claim.strip().rstrip(".")
    first = claim.split(" ", 1)[0]
    lowered = first in {
        "The",
        "A",
        "An",
        "At",
        "In",
        "On",
        "Two",
        "Three",
        "Some",
        "It",
        "He",
        "She",
    }
    return claim[0].lower() + claim[1:] if lowered else claim


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def main() -> None:
    """Write the rows as JSON lines."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--count", type=int, default=900)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rows = [
        json.loads(line)
        for name in ("contrast_train", "wave_train")
        for line in (options.data / "gold" / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    made = make(rows, options.count, options.seed)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made)
    options.out.write_text(text, encoding="utf-8")
    print(f"{options.out}: {len(made)} rows")


if __name__ == "__main__":
    main()
