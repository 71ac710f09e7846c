"""All figures of the shipped models in one run: judge, search, and speed beside PyTorch.

    python -m benchmarks.models --data ../shared/data

The tables of ``judge``, ``retrieval`` and ``speed``, one after the other.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

TABLES = ("judge", "retrieval", "speed")


def main() -> None:
    """Print the tables; each is a process of its own, so that none slows down the next."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", default="../shared/data")
    arguments = parser.parse_args()
    for name in TABLES:
        print(f"\n{name}", flush=True)
        module = f"benchmarks.{name}"
        subprocess.run([sys.executable, "-m", module, "--data", arguments.data], check=True)


if __name__ == "__main__":
    main()
