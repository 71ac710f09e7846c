"""Runs the command line as a user does: as a process, with a store of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corroborate.demo.web import sites

COMMAND = Path(sys.executable).with_name("corroborate")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return where the store of a test is."""
    return tmp_path / "store"


@pytest.fixture
def run(store: Path, tmp_path: Path) -> Run:
    """Return a function that runs ``corroborate ARGS`` and returns what it did."""

    def start(*args: str | Path, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        known = {k: v for k, v in os.environ.items() if not k.startswith("CORROBORATE_")}
        return subprocess.run(
            [COMMAND, *map(str, args)],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**known, "CORROBORATE_STORE": str(store), "HOME": str(tmp_path), **env},
            check=False,
        )

    return start


@pytest.fixture(scope="session")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a JSON Lines file of the invented articles."""
    path = tmp_path_factory.mktemp("rows") / "articles.jsonl"
    lines = [
        json.dumps(
            {
                "title": story.title,
                "text": story.text.strip(),
                "outlet": site.name,
                "published": story.published.isoformat(),
                "url": f"https://{site.host}/{story.slug}",
            }
        )
        for site in sites()
        for story in site.stories
        if story.listed
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def error(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that a failed command wrote, having seen that it is one."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0].removeprefix("corroborate: ")
