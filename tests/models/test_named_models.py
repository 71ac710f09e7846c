"""Models that the settings name, from an import to the report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from corroborate.judge.network import open_network
from indexer.embedder import open_embedder
from tests.cli.conftest import Run, run, store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["run", "store"]  # fixtures

TEXT = "The council met on Friday. Missiles struck the base on Friday, the council said."


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Return two articles of two outlets."""
    path = tmp_path / "rows.jsonl"
    articles = [
        {
            "title": f"The base {i}",
            "text": f"{TEXT} No base was struck in the {place}, and {place} missiles were no good.",
            "outlet": f"Outlet {i}",
            "published": "2026-03-09",
            "url": f"https://{i}.example/base",
        }
        for i, place in enumerate(("north", "south"))
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in articles), encoding="utf-8")
    return path


def test_report_names_the_models_of_the_settings(
    run: Run,
    rows: Path,
    bi_encoder: Callable[[str], Path],
    cross_encoder: Callable[[list[str]], Path],
) -> None:
    """Both folders that the settings name do the work, and stand in the report."""
    embedder = bi_encoder("mean")
    judge = cross_encoder(["agrees", "conflicts", "unrelated"])
    env = {"CORROBORATE_EMBEDDER": str(embedder), "CORROBORATE_JUDGE": str(judge)}
    imported = run("import", rows, "--json", **env)
    assert json.loads(imported.stdout)["indexed"] == 2, imported.stderr
    checked = run("check", "-", "--date", "2026-03-10", "--format", "json", stdin=TEXT, **env)
    assert checked.returncode == 0, checked.stderr
    report = json.loads(checked.stdout)
    assert any(finding["origins"] for finding in report["findings"])
    assert report["models"]["embedder"] == open_embedder(str(embedder)).name
    assert report["models"]["judge"] == open_network(str(judge)).name
