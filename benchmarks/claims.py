"""How well sentences worth checking are told from others: ``./run bench claims``.

    ./run bench claims --data ../shared/data

The sentences are of debates, annotated as check-worthy or not (ClaimBuster). Debates are spoken
in the first person, the product reads news: the figures compare rules, they do not say how often
a claim of an article is missed. Beside them is what taking every sentence would give.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from corroborate.claims.checkable import why_not


def main() -> None:
    """Print precision, recall and F1, and for what reason check-worthy sentences were skipped."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    file = parser.parse_args().data / "claims" / "claimbuster_train.json"
    rows = json.loads(file.read_text(encoding="utf-8"))
    reasons = [(why_not(row["text"]), row["label"] == 1) for row in rows]
    worthy = sum(label for _, label in reasons)
    taken = [label for reason, label in reasons if reason is None]
    table = Table("", "precision", "recall", "F1")
    for name, right, count in (
        ("claims", sum(taken), len(taken)),
        ("every sentence", worthy, len(rows)),
    ):
        precision, recall = right / count, right / worthy
        f1 = 2 * precision * recall / (precision + recall)
        table.add_row(name, f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}")
    missed = Counter(reason for reason, label in reasons if label and reason)
    out = Console()
    out.print(table)
    out.print("missed as", ", ".join(f"{reason} {n:,}" for reason, n in missed.most_common()))


if __name__ == "__main__":
    main()
