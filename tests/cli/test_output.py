"""What the command line writes is whole and readable, wherever it goes."""

from __future__ import annotations

import io
import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from corroborate.cli import common
from corroborate.cli.app import app
from corroborate.types import Feed
from indexer.opening import open_store
from tests.cli.conftest import COMMAND, Run


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


def test_tables_cut_nothing(run: Run, store: Path, tmp_path: Path) -> None:
    """A long value is folded; a long URL stays on one line, to be copied."""
    value, url = "§" * 100, f"https://news.example/{'long/' * 30}"
    shown = run("settings", CORROBORATE_CONTACT=value, COLUMNS="80").stdout
    assert shown.count("§") == len(value)
    assert "CORROBORATE_MAX_UPLOAD_BYTES" in shown
    far = tmp_path / ("§" * 100)
    shown += run("status", CORROBORATE_STORE=str(far), COLUMNS="80").stdout
    assert shown.count("§") == 200
    assert "…" not in shown
    parts = open_store(str(store))
    parts.feeds.put([Feed(url, title="Harbour Herald", error="no answer " * 20)])
    parts.close()
    lines = run("feeds", "list", COLUMNS="80").stdout.splitlines()
    assert lines[0] == url
    assert lines[1].startswith("  Harbour Herald · no answer")


def test_judged_rows_stand_alone_in_a_terminal(store: Path) -> None:
    """No bar is left in the first line."""
    reader, terminal = os.openpty()
    done = subprocess.run(
        [COMMAND, "judge", "-"],
        input=b'{"claim": "It rained in Sarn.", "passage": "It rained in Sarn."}',
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "CORROBORATE_STORE": str(store), "TERM": "xterm"},
        check=False,
    )
    os.close(terminal)
    assert json.loads(os.read(reader, 10_000))["stance"] == "agrees"
    os.close(reader)
    assert done.returncode == 0


@pytest.mark.parametrize("day", ["2026-03-10", "20260310"])
def test_a_day_is_no_midnight(day: str) -> None:
    """However it is written."""
    moment = datetime(2026, 3, 10, tzinfo=UTC)
    assert common.parse_moment(day, "--date") == (moment, True)
    assert common.parse_moment(f"{day}T00", "--date") == (moment, False)


def test_every_argument_and_option_is_explained() -> None:
    """Of every command."""
    commands = [typer.main.get_command(app)]
    for command in commands:
        commands += getattr(command, "commands", {}).values()
        assert command.help
        assert [p.name for p in command.params if not getattr(p, "help", None)] == []
