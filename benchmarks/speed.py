"""Speed of the shipped models beside sentence-transformers on the same weights, and start-up.

    python -m benchmarks.speed --data ../shared/data

Both run in this process, turn by turn on the same texts, so that whatever else the machine does
falls on both; the best of each one's rounds counts. sentence-transformers runs PyTorch in fp32 on
weights dequantised from the shipped file, with its own defaults (batches of 32, sorted by length).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from sentence_transformers import CrossEncoder, SentenceTransformer
from torch.nn import Identity

from corroborate import models
from corroborate.judge.network import open_network
from corroborate.models.runtime import thread_count
from indexer.embedder import open_embedder
from training.dequantise import dequantise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Encode = Callable[[], NDArray[np.float32]]

#: What a user waits for, by the words that start it.
START_UPS = {
    "corroborate --help": ["-c", "from corroborate.cli import main; main()", "--help"],
    "import corroborate.types": ["-c", "import corroborate.types"],
    "first shipped embedding": [
        "-c",
        "from indexer.embedder import open_embedder; open_embedder().embed_queries(['a'])",
    ],
    "import sentence_transformers": ["-c", "import sentence_transformers"],
}


def texts(data: Path, count: int) -> list[tuple[str, str]]:
    """Return passages beside claims from the gold development set."""
    lines = (data / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines[:count]]
    return [(row["passage"], row["claim"]) for row in rows]


def best(contestants: Sequence[Encode], rounds: int) -> tuple[list[float], list[Any]]:
    """Return each one's shortest time in seconds over rounds run in turn, and its output."""
    times = [float("inf")] * len(contestants)
    outputs: list[Any] = [contestant() for contestant in contestants]
    for _ in range(rounds):
        for i, contestant in enumerate(contestants):
            start = time.perf_counter()
            outputs[i] = contestant()
            times[i] = min(times[i], time.perf_counter() - start)
    return times, outputs


def judges(pairs: list[tuple[str, str]], threads: int, rounds: int) -> tuple[list[float], str]:
    """Return seconds of ours and theirs over all pairs, and how far they agree."""
    ours = open_network("shipped", threads)
    with tempfile.TemporaryDirectory() as scratch:
        dequantise(models.JUDGE, Path(scratch))
        theirs: Any = CrossEncoder(scratch, device="cpu")
    times, (a, b) = best(
        [
            lambda: ours.logits(pairs),
            lambda: theirs.predict(pairs, activation_fn=Identity(), show_progress_bar=False),
        ],
        rounds,
    )
    return times, f"{np.mean(a.argmax(1) == b.argmax(1)):.1%} same stance"


def embedders(passages: list[str], threads: int, rounds: int) -> tuple[list[float], str]:
    """Return seconds of ours and theirs over all passages, and how far they agree."""
    ours = open_embedder("shipped", threads)
    with tempfile.TemporaryDirectory() as scratch:
        dequantise(models.EMBEDDER, Path(scratch))
        theirs: Any = SentenceTransformer(scratch, device="cpu")
    times, (a, b) = best(
        [
            lambda: ours.embed_passages(passages),
            lambda: theirs.encode_document(passages, normalize_embeddings=True),
        ],
        rounds,
    )
    return times, f"mean cosine {np.mean((a * b).sum(1)):.4f}"


def start_ups(rounds: int) -> dict[str, float]:
    """Return the shortest time in seconds that each start-up took in a new process."""
    shortest = {}
    for name, arguments in START_UPS.items():
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
            times.append(time.perf_counter() - start)
        shortest[name] = min(times)
    return shortest


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--count", type=int, default=192, help="pairs and passages, at most")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args()
    threads = thread_count(arguments.threads)
    torch.set_num_threads(threads)
    pairs = texts(arguments.data, arguments.count)
    table = Table("model", "ours, a second", "PyTorch fp32", "ratio", "agreement")
    for name, measured in (
        ("judge", judges(pairs, threads, arguments.rounds)),
        ("embedder", embedders([p for p, _ in pairs], threads, arguments.rounds)),
    ):
        (ours, theirs), agreement = measured
        rates = (len(pairs) / ours, len(pairs) / theirs)
        table.add_row(name, *(f"{r:.0f}" for r in rates), f"{theirs / ours:.2f}", agreement)
    console = Console()
    console.print(f"{len(pairs)} pairs, {threads} threads, best of {arguments.rounds} rounds")
    console.print(table)
    starts = Table("start-up", "seconds")
    for name, seconds in start_ups(arguments.rounds).items():
        starts.add_row(name, f"{seconds:.2f}")
    console.print(starts)


if __name__ == "__main__":
    main()
