"""What the command line writes is whole and readable, wherever it goes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from corroborate.cli import common
from corroborate.types import Feed
from indexer.opening import open_store
from tests.cli.conftest import Run


@pytest.mark.parametrize("form", ["terminal", "html", "json"])
def test_redirected_output_is_utf_8(run: Run, rows: Path, tmp_path: Path, form: str) -> None:
    """Whatever the encoding of the terminal would be."""
    assert run("import", rows).returncode == 0
    article = tmp_path / "article.txt"
    article.write_text("Łódź burns\n\nFourteen people died in the port of Velmar on Monday night.")
    done = run("check", article, "--format", form, PYTHONIOENCODING="cp1252")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Łódź burns" in done.stdout


def test_redirected_json_is_utf_8(run: Run, tmp_path: Path) -> None:
    """Of search and status too."""
    rows = tmp_path / "rows.jsonl"
    row = {"title": "Łódź", "text": "Zamek w ogniu.", "outlet": "Łódź", "published": "2026-03-09"}
    rows.write_text(json.dumps(row), encoding="utf-8")
    assert run("import", rows).returncode == 0
    for command in (("search", "zamek w ogniu"), ("status",)):
        done = run(*command, "--json", PYTHONIOENCODING="cp1252")
        assert (done.returncode, done.stderr) == (0, "")
        assert "Łódź" in done.stdout


def test_a_terminal_replaces_what_it_cannot_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign that its encoding lacks is no reason to fail."""
    shown = io.BytesIO()
    terminal = io.TextIOWrapper(shown, encoding="cp1252")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdout", terminal)
    common.stdout().write("● é")
    terminal.flush()
    assert shown.getvalue() == b"? \xe9"


def test_settings_in_capitals_are_the_files_too(run: Run, tmp_path: Path) -> None:
    """What the file names in capitals is in force, and shown as from there."""
    (tmp_path / "corroborate.toml").write_text("HITS = 7\n")
    found = {s["name"]: s for s in json.loads(run("settings", "--json").stdout)}
    assert (found["hits"]["value"], found["hits"]["source"]) == (7, "corroborate.toml")


def test_tables_cut_nothing(run: Run, store: Path) -> None:
    """A long value is folded; a long URL stays on one line, to be copied."""
    value, url = "§" * 100, f"https://news.example/{'long/' * 30}"
    shown = run("settings", CORROBORATE_CONTACT=value, COLUMNS="80").stdout
    assert shown.count("§") == len(value)
    assert "CORROBORATE_MAX_UPLOAD_BYTES" in shown
    parts = open_store(str(store))
    parts.feeds.put([Feed(url, title="Harbour Herald", error="no answer " * 20)])
    parts.close()
    lines = run("feeds", "list", COLUMNS="80").stdout.splitlines()
    assert lines[0] == url
    assert lines[1].startswith("  Harbour Herald · no answer")
