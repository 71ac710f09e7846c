r"""Teach the judge by larger networks: what they say of many more pairs than anyone labelled.

python -m training.distil label training/work/chances --seed 1 --extra training/data/*.jsonl \
        --pairs training/work/pool.jsonl --teachers training/work/teacher
python -m training.distil student training/work/before training/work/student --seeds 1 \
        --extra training/data/*.jsonl --pairs training/work/pool.jsonl \
        --chances training/work/chances

``label`` writes the teachers' mean chances for all rows in the order of :func:`rows_of`, which is
the same for ``student``; a seed is one way of varying their context, and an epoch goes through one
seed after the other. A teacher that is named twice counts twice.
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
import torch
from numpy.typing import NDArray
from rich.progress import track

from training.fit import Item, Recipe, encoded, fit, half_is_faster, open_model
from training.judge import RECIPES, items, labelled
from training.rows import UNLABELLED, Example, json_lines, stance_examples, stance_pair

#: Pairs of claims of one premise, and of one invented passage, that are drawn.
SIBLINGS = 30_000
#: Rows that a teacher reads at once.
READ = 256
#: How a student learns: batches so large since a GPU is idle with smaller ones.
STUDENT = replace(RECIPES["stage3"], rate=3e-4, batch=384, average_over=0.06)


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


def rows_of(data: Path, extra: Sequence[Path], pairs: Sequence[Path], seed: int) -> list[Item]:
    """Return all rows, labelled or not, with their context varied by the seed."""
    examples = labelled(data, extra)
    examples += siblings(data, extra, SIBLINGS, random.Random(seed))
    for file in pairs:
        examples += stance_examples(file)
    return items(examples, random.Random(seed))


def chances(folder: Path, rows: Sequence[Item], recipe: Recipe, device: str) -> NDArray[np.float32]:
    """Return what a network says of each row, shape (rows, 3)."""
    model, tokenizer = open_model(folder, recipe, device)
    model.eval()
    half = half_is_faster(device)
    result = np.zeros((len(rows), 3), np.float32)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].premise) + len(rows[i].claim))
    for start in track(range(0, len(order), READ), description=folder.name):
        batch = order[start : start + READ]
        inputs = encoded(tokenizer, [rows[i] for i in batch], recipe.tokens).to(device)
        with torch.inference_mode(), torch.autocast(device, dtype=torch.bfloat16, enabled=half):
            logits = model(**inputs).logits
        result[batch] = torch.softmax(logits.float(), -1).cpu().numpy()
    return result


def main() -> None:
    """Label rows by teachers, or train a student on what they said."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data", type=Path, default=Path("../shared/data"))
    shared.add_argument("--extra", type=Path, nargs="*", default=[], help="more labelled rows")
    shared.add_argument("--pairs", type=Path, nargs="*", default=[], help="rows without a label")
    shared.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    commands = parser.add_subparsers(dest="command", required=True)
    label = commands.add_parser("label", parents=[shared], help="write the teachers' chances")
    label.add_argument("out", type=Path, help="folder for the chances")
    label.add_argument("--seed", type=int, default=1)
    label.add_argument("--teachers", type=Path, nargs="+", required=True)
    student = commands.add_parser("student", parents=[shared], help="learn from them")
    student.add_argument("start", type=Path, help="Hugging Face folder to start from")
    student.add_argument("out", type=Path, help="folder for the result")
    student.add_argument("--chances", type=Path, required=True, help="folder that label wrote")
    student.add_argument("--seeds", type=int, nargs="+", default=[1])
    student.add_argument("--epochs", type=int, default=4)
    student.add_argument("--rate", type=float, default=STUDENT.rate, help="peak learning rate")
    student.add_argument("--minutes", type=float, default=0.0, help="most minutes to take")
    arguments = parser.parse_args()
    device = arguments.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"

    def rows(seed: int) -> list[Item]:
        return rows_of(arguments.data, arguments.extra, arguments.pairs, seed)

    if arguments.command == "label":
        told = rows(arguments.seed)
        said = {
            folder: chances(folder, told, STUDENT, device) for folder in set(arguments.teachers)
        }
        mean = np.mean([said[folder] for folder in arguments.teachers], axis=0)
        arguments.out.mkdir(parents=True, exist_ok=True)
        np.save(arguments.out / f"{arguments.seed}.npy", mean.astype(np.float16))
        print(f"{len(told)} rows labelled")
        return
    cache: dict[int, list[Item]] = {}

    def taught(epoch: int) -> list[Item]:
        seed = arguments.seeds[epoch % len(arguments.seeds)]
        if seed not in cache:
            said = np.load(arguments.chances / f"{seed}.npy").astype(float).tolist()
            cache[seed] = [
                row._replace(chances=row_said)
                for row, row_said in zip(rows(seed), said, strict=True)
            ]
        return cache[seed]

    recipe = replace(STUDENT, rate=arguments.rate, minutes=arguments.minutes)
    fit(arguments.start, arguments.out, arguments.epochs, taught, recipe, device)


if __name__ == "__main__":
    main()
