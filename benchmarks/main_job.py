"""What the main job costs: import, check, search and start-up, as separate processes.

    ./run bench main_job --data ../shared/data

Imports all articles of the folder into a store that is thrown away, checks the seed article
against them and searches them. Peak memory is that of the process (``ru_maxrss``).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = Path(sys.executable).with_name("corroborate")
#: Cold and warm starts differ; the median of so many is printed.
RUNS = 3


def timed(*args: str | Path, store: str) -> tuple[float, float, str]:
    """Return wall-clock seconds, peak memory in MB and standard output of a command."""
    before = time.perf_counter()
    process = subprocess.Popen(
        [COMMAND, *map(str, args)],
        env={**os.environ, "CORROBORATE_STORE": store},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    shown = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, args
    return time.perf_counter() - before, _megabytes(usage), shown


def _megabytes(usage: resource.struct_rusage) -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit / 1e6


def median(*args: str | Path, store: str) -> tuple[float, float, str]:
    """Return the run of median time of several."""
    runs = [timed(*args, store=store) for _ in range(RUNS)]
    middle = statistics.median_low(seconds for seconds, *_ in runs)
    return next(run for run in runs if run[0] == middle)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--store", help="a store that is filled already: skip the import")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        store = options.store or scratch
        rows = [("what", "measured", "peak MB", "asked")]
        if not options.store:
            files = sorted((options.data / "articles").glob("*.jsonl"))
            seconds, memory, shown = timed("import", *files, "--json", store=store)
            rate = json.loads(shown)["indexed"] / seconds
            rows.append(("import", f"{rate:.1f} articles/s", f"{memory:.0f}", ">= 8 articles/s"))
        seconds, memory, _ = median("--help", store=store)
        rows.append(("--help", f"{seconds:.2f} s", f"{memory:.0f}", "<= 0.5 s"))
        seconds, memory, _ = median("search", "chemical attack in Khan Sheikhoun", store=store)
        rows.append(("search, with start-up", f"{seconds:.2f} s", f"{memory:.0f}", "<= 2 s"))
        seed = options.data / "seed_article.txt"
        seconds, memory, shown = median("check", seed, "--format", "json", store=store)
        report = json.loads(shown)
        claims = len(report["findings"])
        rows.append(
            (
                f"check, {claims} claims",
                f"{report['seconds']:.2f} s",
                f"{memory:.0f}",
                "<= 6 s, 1 GB",
            )
        )
        rows.append(("check, with start-up", f"{seconds:.2f} s", f"{memory:.0f}", ""))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))


if __name__ == "__main__":
    main()
