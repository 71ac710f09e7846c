"""What the main job costs: import, check, search and start-up, as separate processes.

    ./run bench main_job --data ../shared/data

Imports all articles of the folder into a store that is thrown away, checks the seed article
against them and searches them. Peak memory is that of the process (``ru_maxrss``). Last comes
what the report on the seed article must show, each with "pass" or "FAIL".
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).with_name("corroborate")
#: Cold and warm starts differ; the median of so many is printed.
RUNS = 3

#: A finding of the report's JSON.
Finding = dict[str, Any]


def outlets(finding: Finding, stance: str) -> set[str]:
    """Return the ids of the outlets whose passages have a stance."""
    return {e["outlet_id"] for e in finding["evidence"] if e["stance"] == stance}


def agree(finding: Finding, *names: str) -> bool:
    """Return whether outlets of all these names are among those that agree."""
    return all(any(name in outlet for outlet in outlets(finding, "agrees")) for name in names)


def tolls(finding: Finding) -> set[str]:
    """Return the numbers that are named beside the claim's."""
    words = [n["passage_text"] for e in finding["evidence"] for n in e["numbers"]]
    return {number for text in words for number in re.findall(r"(?:nearly )?\d+", text.lower())}


#: What the report must show: in words, which claims it is about, and what one of them must hold.
SHOWN: tuple[tuple[str, str, Callable[[Finding], bool]], ...] = (
    ("(a) missiles: four outlets agree", "59", lambda f: len(outlets(f, "agrees")) >= 4),
    ("(b) veto: NPR, The Guardian agree", "veto", lambda f: agree(f, "npr", "guardian")),
    ("(c) interview: trt, asharqalawsat agree", "fabricated", lambda f: agree(f, "trt", "aawsat")),
    (
        "(d) chemical weapons: some agree, some conflict",
        "chemical weapons",
        lambda f: bool(outlets(f, "agrees") and outlets(f, "conflicts")),
    ),
    (
        "(e) about 100 dead: 58, 70, 86, 88, nearly 90 named",
        "about 100",
        lambda f: {"58", "70", "86", "88", "nearly 90"} <= tolls(f),
    ),
)


def shown(report: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each thing that the report must show with whether it does."""
    for what, words, holds in SHOWN:
        about = [f for f in report["findings"] if words in f["claim"]["text"]]
        yield what, "pass" if any(map(holds, about)) else "FAIL"


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
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, args
    return time.perf_counter() - before, _megabytes(usage), said


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
            seconds, memory, said = timed("import", *files, "--json", store=store)
            rate = json.loads(said)["indexed"] / seconds
            rows.append(("import", f"{rate:.1f} articles/s", f"{memory:.0f}", ">= 8 articles/s"))
        seconds, memory, _ = median("--help", store=store)
        rows.append(("--help", f"{seconds:.2f} s", f"{memory:.0f}", "<= 0.5 s"))
        seconds, memory, _ = median("search", "chemical attack in Khan Sheikhoun", store=store)
        rows.append(("search, with start-up", f"{seconds:.2f} s", f"{memory:.0f}", "<= 2 s"))
        seed = options.data / "seed_article.txt"
        seconds, memory, said = median("check", seed, "--format", "json", store=store)
        report = json.loads(said)
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
    for what, passed in shown(report):
        print(f"{passed}  {what}")


if __name__ == "__main__":
    main()
