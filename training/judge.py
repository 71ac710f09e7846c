r"""Train the judge: ``stage1`` learns to infer, ``stage2`` the real task, ``stage3`` more of it.

``all`` learns from every labelled row at once, several times: what a GPU has the time for.

python -m training.judge stage1 training/work/base/bge-small training/work/stage1
python -m training.harvest training/work/stage1 training/work/harvest.jsonl
python -m training.judge stage2 training/work/stage1 training/work/stage2 \
        --extra training/work/harvest.jsonl
python -m training.judge stage3 training/work/stage2 training/work/stage3 \
        --frozen 3 --extra training/data/*.jsonl training/work/annotated.jsonl
python -m training.judge all sentence-transformers/all-mpnet-base-v2 training/work/teacher \
        --extra training/data/*.jsonl training/work/harvest.jsonl
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from corroborate.judge.pairs import pair_text
from training.fit import Item, Recipe, fit
from training.rows import Example, counts, inference_examples, share, stance_examples, varied

#: Rows taken of each inference set: most of the sets that transfer, little of the noisy ones.
STAGE1_ROWS = {
    "mnli20k": 20_000,
    "lingnli": 14_000,
    "snli_counterfactual": 2_500,
    "fever_two_way": 4_000,
    "fool_me_twice_dev": 1_200,
    "healthver_dev": 1_900,
    "emergent_train": 1_500,
}
#: Rows of inference sets that stage 2 goes over again, so that the judge stays a general one.
REPLAY_ROWS = {
    "mnli20k": 700,
    "lingnli": 400,
    "fever_two_way": 200,
    "fool_me_twice_dev": 200,
    "healthver_dev": 100,
    "emergent_train": 100,
}
#: The same for stage 3, which is long: other rows than those of stage 1, and more of them.
STAGE3_ROWS = {
    "mnli20k": 6_000,
    "lingnli": 4_500,
    "fever_two_way": 1_200,
    "fool_me_twice_dev": 600,
    "healthver_dev": 800,
    "emergent_train": 700,
    "snli_counterfactual": 500,
}
#: Sets annotated by one person or crawled count less.
NOISY = {"emergent_train": 0.7, "healthver_dev": 0.7, "semiauto_wiki": 0.5}
#: More rows than any set has.
ALL = 1_000_000
#: What rows labelled by rule or by a first model count, beside annotated ones.
WEAK = 0.5
#: What annotated natural rows count: they are few, and they are what the product meets.
NATURAL = 2.0

RECIPES = {
    "stage1": Recipe(rate=8e-5, batch=32, tokens=128, floor=0.1, smoothing=0.05, average_from=0.6),
    "stage2": Recipe(
        rate=6e-5,
        batch=32,
        tokens=176,
        smoothing=0.05,
        average_from=0.6,
        average_over=0.12,
        steps=420,
    ),
}
RECIPES["stage3"] = replace(RECIPES["stage2"], rate=5e-5, steps=0)
RECIPES["all"] = replace(RECIPES["stage3"], rate=6e-5, batch=192, dropout=0.1)
EPOCHS = {"stage1": 1, "stage2": 2, "stage3": 1, "all": 3}
Examples = Callable[[int], list[Example]]


def inference_rows(data: Path, rows: dict[str, int], rng: random.Random) -> list[Example]:
    """Return so many rows of each inference set."""
    chosen: list[Example] = []
    for name, count in rows.items():
        examples = inference_examples(data / "nli" / "train" / f"{name}.jsonl")
        chosen += share(examples, count, rng)
    return [replace(e, weight=NOISY.get(e.source, 1.0)) for e in chosen]


def task_rows(data: Path, extra: Sequence[Path]) -> list[Example]:
    """Return annotated rows and those of further files, written and weakly labelled ones too."""
    rows: list[Example] = []
    for file in (data / "gold" / "natural_train.jsonl", data / "gold" / "wave_train.jsonl"):
        rows += stance_examples(file, NATURAL)
    for file in extra:
        if file.stem.startswith("harvest"):
            rows += stance_examples(file, WEAK)
        else:
            rows += stance_examples(file, NATURAL, written=1.0)
    return rows


def stage1(data: Path, seed: int) -> Examples:
    """Return the rows of stage 1, the same for each epoch."""
    rows = inference_rows(data, STAGE1_ROWS, random.Random(seed))
    return lambda _: rows


def stage2(data: Path, extra: Sequence[Path], seed: int) -> Examples:
    """Return the rows of stage 2: the real task, with other inference rows in each epoch."""
    gold = data / "gold"
    rows = stance_examples(gold / "contrast_train.jsonl")
    rows += stance_examples(gold / "natural_train.jsonl", NATURAL)
    rows += stance_examples(gold / "wave_train.jsonl", NATURAL)
    weak: list[Example] = []
    for file in extra:
        if file.stem.startswith("harvest"):
            weak += stance_examples(file, WEAK)
        else:
            rows += stance_examples(file, NATURAL)
    # Weak rows are plenty: each epoch sees other ones.
    epochs = EPOCHS["stage2"]
    return lambda epoch: [
        *rows,
        *weak[epoch % epochs :: epochs],
        *inference_rows(data, REPLAY_ROWS, random.Random(seed * 100 + epoch)),
    ]


def stage3(data: Path, extra: Sequence[Path], seed: int, replay: float) -> Examples:
    """Return the rows of stage 3: pairs annotated and written since, and some of all it knew."""
    rng = random.Random(seed)
    rows = share(stance_examples(data / "gold" / "contrast_train.jsonl"), 1_000, rng)
    rows += task_rows(data, extra)
    counted = {name: int(count * replay) for name, count in STAGE3_ROWS.items()}
    rows += inference_rows(data, counted, rng)
    return lambda _: rows


def labelled(data: Path, extra: Sequence[Path]) -> list[Example]:
    """Return every labelled row there is."""
    names = [file.stem for file in sorted((data / "nli" / "train").glob("*.jsonl"))]
    rows = inference_rows(data, dict.fromkeys(names, ALL), random.Random(0))
    rows += stance_examples(data / "gold" / "contrast_train.jsonl")
    return rows + task_rows(data, extra)


def everything(data: Path, extra: Sequence[Path]) -> Examples:
    """Return every labelled row there is, the same for each epoch."""
    rows = labelled(data, extra)
    return lambda _: rows


def items(examples: Sequence[Example], rng: random.Random) -> list[Item]:
    """Return what the network reads of each example, its context varied at random."""
    result = []
    for example in examples:
        pair = varied(example.pair, rng, natural=example.pair.claim_outlet is not None)
        result.append(Item(*pair_text(pair), example.label, example.weight))
    return result


def main() -> None:
    """Run a stage of the recipe; a run that was cut off goes on where it stopped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stage", choices=sorted(RECIPES))
    parser.add_argument("start", type=Path, help="Hugging Face folder to start from")
    parser.add_argument("out", type=Path, help="folder for the result")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--extra", type=Path, nargs="*", default=[], help="more rows for stage 2")
    parser.add_argument("--frozen", type=int, default=0, help="encoder layers left as they are")
    parser.add_argument("--rate", type=float, help="peak learning rate, for the recipe's")
    parser.add_argument("--steps", type=int, help="most steps to take, for the recipe's")
    parser.add_argument("--minutes", type=float, help="most minutes to take")
    parser.add_argument("--replay", type=float, default=1, help="share of stage 3's inference rows")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    arguments = parser.parse_args()
    seed = arguments.seed
    recipe = replace(
        RECIPES[arguments.stage],
        frozen=arguments.frozen,
        seed=seed,
        **{k: v for k in ("rate", "steps", "minutes") if (v := getattr(arguments, k)) is not None},
    )
    stages = {
        "stage1": lambda: stage1(arguments.data, seed),
        "stage2": lambda: stage2(arguments.data, arguments.extra, seed),
        "stage3": lambda: stage3(arguments.data, arguments.extra, seed, arguments.replay),
        "all": lambda: everything(arguments.data, arguments.extra),
    }
    examples = stages[arguments.stage]()
    print(counts(examples(0)), flush=True)
    fit(
        arguments.start,
        arguments.out,
        EPOCHS[arguments.stage],
        lambda epoch: items(examples(epoch), random.Random(seed * 100 + epoch)),
        recipe,
        arguments.device,
    )


if __name__ == "__main__":
    main()
