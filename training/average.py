"""Writes the mean of the weights of several runs of one recipe.

    python -m training.average training/work/stage2 training/work/stage2b training/work/mean

Runs that share their beginnings lie in one basin, and their mean is better than each of them
(Wortsman et al. 2022, "Model soups").
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

WEIGHTS = "model.safetensors"


def average(runs: list[Path], out: Path) -> None:
    """Write a Hugging Face folder with the mean weights of others."""
    loaded = [load_file(run / WEIGHTS) for run in runs]
    mean = {
        name: torch.stack([run[name].float() for run in loaded]).mean(0).to(first.dtype)
        if first.is_floating_point()
        else first
        for name, first in loaded[0].items()
    }
    shutil.copytree(
        runs[0], out, dirs_exist_ok=True, ignore=shutil.ignore_patterns(WEIGHTS, "*.pt")
    )
    save_file(mean, out / WEIGHTS, metadata={"format": "pt"})


def main() -> None:
    """Average the runs that are named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("runs", type=Path, nargs="+", help="Hugging Face folders")
    parser.add_argument("out", type=Path, help="folder for the result")
    arguments = parser.parse_args()
    average(arguments.runs, arguments.out)


if __name__ == "__main__":
    main()
