r"""Teach the judge by larger networks: what they say of many more pairs than anyone labelled.

python -m training.distil label training/work/chances.npy --extra training/data/*.jsonl \
        --pairs training/work/pool.jsonl --teachers training/work/teacher
python -m training.distil student training/work/before training/work/student \
        --extra training/data/*.jsonl --pairs training/work/pool.jsonl \
        --chances training/work/chances.npy

``label`` writes the teachers' mean chances for all rows in the order of :func:`rows_of`, which is
the same for ``student``. A teacher that is named twice counts twice.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.fit import Item, chances, device_of, fit
from training.judge import RECIPES, items, labelled
from training.rows import UNLABELLED, Example, json_lines, stance_examples, stance_pair

#: Pairs of claims of one premise, and of one invented passage, that are drawn.
SIBLINGS = 30_000
#: How a student learns: by batches so large since a GPU is idle with smaller ones.
STUDENT = replace(RECIPES["stage3"], rate=3e-4, batch=384, average_over=0.06)
#: The same on a processor, which has no memory for those and is busy with few.
SMALL = replace(STUDENT, rate=RECIPES["stage3"].rate, batch=RECIPES["stage3"].batch)
#: Decides which siblings are drawn, and which part of its context each row lacks.
SEED = 1


def siblings(data: Path, extra: Sequence[Path], count: int, rng: random.Random) -> list[Example]:
    """Return claims of one passage beside one another: short, near in words, and unlabelled."""
    by_premise: dict[str, list[str]] = {}
    for row in json_lines(data / "nli" / "train" / "lingnli.jsonl"):
        by_premise.setdefault(row["premise"], []).append(row["hypothesis"])
    told: list[dict[str, Any]] = [
        {"passage": first, "claim": second}
        for claims in by_premise.values()
        for first, second in combinations(claims[:6], 2)
    ]
    for file in extra:
        for row in json_lines(file):
            claims = [one["claim"] for one in row.get("claims", [])]
            told += [
                {**row, "passage": first, "claim": second}
                for first, second in combinations(rng.sample(claims, len(claims)), 2)
            ]
    chosen = rng.sample(told, min(count, len(told)))
    return [Example(stance_pair({"title": None, **row}), UNLABELLED, "siblings") for row in chosen]


def rows_of(data: Path, extra: Sequence[Path], pairs: Sequence[Path]) -> list[Item]:
    """Return all rows, labelled or not, always the same with the same context."""
    examples = labelled(data, extra)
    examples += siblings(data, extra, SIBLINGS, random.Random(SEED))
    for file in pairs:
        examples += stance_examples(file)
    return items(examples, random.Random(SEED))


def label(rows: Sequence[Item], teachers: Sequence[Path], device: str) -> NDArray[np.float16]:
    """Return the teachers' mean chances for each row, shape (rows, 3)."""
    said = {folder: chances(folder, rows, STUDENT.tokens, device) for folder in set(teachers)}
    mean: NDArray[np.float32] = np.mean([said[folder] for folder in teachers], axis=0)
    return mean.astype(np.float16)


def main() -> None:
    """Label rows by teachers, or train a student on what they said."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data", type=Path, default=Path("../shared/data"))
    shared.add_argument("--extra", type=Path, nargs="*", default=[], help="more labelled rows")
    shared.add_argument("--pairs", type=Path, nargs="*", default=[], help="rows without a label")
    shared.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    commands = parser.add_subparsers(dest="command", required=True)
    labelling = commands.add_parser("label", parents=[shared], help="write the teachers' chances")
    labelling.add_argument("out", type=Path, help="file for the chances, .npy")
    labelling.add_argument("--teachers", type=Path, nargs="+", required=True)
    student = commands.add_parser("student", parents=[shared], help="learn from them")
    student.add_argument("start", type=Path, help="Hugging Face folder to start from")
    student.add_argument("out", type=Path, help="folder for the result")
    student.add_argument("--chances", type=Path, required=True, help="file that label wrote")
    student.add_argument("--epochs", type=int, default=4)
    student.add_argument("--minutes", type=float, default=0.0, help="most minutes to take")
    arguments = parser.parse_args()
    device = device_of(arguments.device)
    rows = rows_of(arguments.data, arguments.extra, arguments.pairs)
    if arguments.command == "label":
        np.save(arguments.out, label(rows, arguments.teachers, device))
        print(f"{len(rows)} rows labelled")
        return
    said = np.load(arguments.chances).astype(float).tolist()
    if len(said) != len(rows):
        raise SystemExit(f"{arguments.chances} has {len(said)} rows, there are {len(rows)}")
    taught = [row._replace(chances=one) for row, one in zip(rows, said, strict=True)]
    recipe = replace(STUDENT if device == "cuda" else SMALL, minutes=arguments.minutes)
    fit(arguments.start, arguments.out, arguments.epochs, lambda _: taught, recipe, device)


if __name__ == "__main__":
    main()
