"""Where copies end and independent reports begin: containment between articles of two outlets.

    ./run bench origins --data ../shared/data/articles

Prints how many pairs of articles of different outlets, published within three days of each
other, share how much of their wording, and examples beside the thresholds in use.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from datetime import date
from itertools import combinations
from pathlib import Path

from corroborate.origins import LEAST_SHINGLES, SAME_TEXT, Wording

DAYS = 3
EDGES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 1.01)


def overlaps(rows: list[dict[str, str]]) -> dict[tuple[int, int], float]:
    """Return the containment of all pairs that share a shingle, by their row numbers."""
    wordings = [Wording(row["text"]) for row in rows]
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for i, wording in enumerate(wordings):
        for shingle in wording.shingles:
            holders[shingle].append(i)
    shared: Counter[tuple[int, int]] = Counter()
    for rows_with_it in holders.values():
        shared.update(combinations(rows_with_it, 2))
    result = {}
    for (i, j), n in shared.items():
        least = min(len(wordings[i].shingles), len(wordings[j].shingles))
        near = abs((_day(rows[i]) - _day(rows[j])).days) <= DAYS
        if rows[i]["outlet"] != rows[j]["outlet"] and near and least >= LEAST_SHINGLES:
            result[i, j] = n / least
    return result


def _day(row: dict[str, str]) -> date:
    return date.fromisoformat(row["published"][:10])


def main() -> None:
    """Print the histogram, and the pairs on both sides of the threshold."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/articles"))
    parser.add_argument("--examples", type=int, default=8, help="pairs on each side")
    options = parser.parse_args()
    rows = [
        json.loads(line)
        for path in sorted(options.data.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    found = overlaps([r for r in rows if r.get("published")])
    print(f"{len(rows)} articles, {len(found)} pairs of two outlets share a run of six words")
    low = 0.0
    for high in EDGES:
        n = sum(low <= overlap < high for overlap in found.values())
        note = "  <- threshold" if low == SAME_TEXT else ""
        print(f"{low:5.2f} to {min(high, 1):.2f} {n:6d}{note}")
        low = high
    ranked = sorted(found.items(), key=lambda item: abs(item[1] - SAME_TEXT))
    for (i, j), overlap in sorted(ranked[: 2 * options.examples], key=lambda item: item[1]):
        for row in (rows[i], rows[j]):
            print(f"{overlap:.2f} {row['published'][:10]} {row['outlet']}: {row['title']}")
        print("     “" + Wording(rows[i]["text"]).longest_run(Wording(rows[j]["text"])) + "”")


if __name__ == "__main__":
    main()
