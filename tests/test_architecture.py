"""The floors of the house, and what starting the command line costs in imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAVY = (
    "celery",
    "elasticsearch",
    "feedparser",
    "httpx",
    "lancedb",
    "numpy",
    "onnxruntime",
    "pyarrow",
    "sentence_transformers",
    "pydantic_settings",
    "torch",
    "trafilatura",
)


def test_each_floor_imports_only_those_below() -> None:
    """The contracts in pyproject.toml hold: floors, and who must not know whom."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_help_imports_no_heavy_library() -> None:
    """``corroborate --help`` answers at once because it loads no model and no store."""
    code = (
        "import sys\n"
        "from corroborate.cli.app import app\n"
        f"print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
