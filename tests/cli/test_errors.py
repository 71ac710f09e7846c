"""Bad input gets one clear line, an exit status of 1, and loses nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corroborate.types import Feed
from indexer.opening import open_store
from tests.cli.conftest import Run, error


@pytest.fixture
def filled(run: Run, rows: Path) -> Run:
    """Return the runner, with the invented articles imported."""
    done = run("import", rows)
    assert done.returncode == 0, done.stderr
    return run


def test_missing_file(filled: Run) -> None:
    """A path that is not there is named."""
    assert "no-such.txt" in error(filled("check", "no-such.txt"))


def test_empty_file(filled: Run, tmp_path: Path) -> None:
    """An empty file is said to be empty."""
    path = tmp_path / "empty.txt"
    path.write_bytes(b"")
    assert "empty" in error(filled("check", path))


def test_binary_junk(filled: Run, tmp_path: Path) -> None:
    """A file that is no text is refused as such."""
    path = tmp_path / "junk.txt"
    path.write_bytes(bytes(range(256)) * 40)
    assert "text" in error(filled("check", path))


def test_page_without_an_article(filled: Run, tmp_path: Path) -> None:
    """A page that is only navigation has no article, and the line says so."""
    path = tmp_path / "page.html"
    path.write_text("<!doctype html><html><body><nav><a href='/'>Home</a></nav></body></html>")
    assert "article" in error(filled("check", path))


def test_text_without_a_claim(filled: Run, tmp_path: Path) -> None:
    """A text of questions holds nothing that could be checked."""
    path = tmp_path / "questions.txt"
    path.write_text("Is it over? Who knows what will come of all this? Was anybody there at all?")
    assert "no checkable claim" in error(filled("check", path))


def test_unreachable_url(filled: Run) -> None:
    """A URL whose host does not exist is named with the reason."""
    assert "nowhere.invalid" in error(filled("check", "http://nowhere.invalid/story"))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "http://[::1]/x", "http://2130706433/x", "http://0x7f.1/x"]
)
def test_private_address(filled: Run, url: str) -> None:
    """A private address is refused, in whatever spelling, without a request."""
    assert "not on the public internet" in error(filled("check", url))


def test_empty_store(run: Run, tmp_path: Path) -> None:
    """Checking against nothing, and searching nothing, say how to fill the store."""
    path = tmp_path / "a.txt"
    path.write_text("Fourteen people died in the port of Velmar on Monday night.")
    said = error(run("check", path))
    assert "corroborate import" in said
    for command in (("search", "fire"), ("search", "fire", "--json")):
        assert error(run(*command)) == said


def test_the_password_of_a_server_is_not_shown(run: Run) -> None:
    """Nor is it where the server does not answer."""
    line = error(run("search", "fire", "--server", "http://user:secret@127.0.0.1:1"))
    assert line.startswith("http://***@127.0.0.1:1: the server cannot be reached")


def test_again_is_for_a_server(run: Run) -> None:
    """It is not ignored where it would do nothing."""
    assert "--server" in error(run("check", "article.txt", "--again"))


def test_wrong_setting(run: Run) -> None:
    """A setting out of range is named with where it came from."""
    line = error(run("settings", CORROBORATE_HITS="many"))
    assert "hits" in line
    assert "environment" in line


def test_misspelt_setting(run: Run) -> None:
    """A setting that does not exist is refused, not ignored."""
    assert "CORROBORATE_HIT " in error(run("settings", CORROBORATE_HIT="3"))


def test_broken_row_in_the_middle(run: Run, rows: Path, tmp_path: Path) -> None:
    """A broken row is named and skipped, and the status says so; those around it are imported."""
    lines = rows.read_text(encoding="utf-8").splitlines()
    lines[3:3] = ["{broken", '{"title": "no text", "outlet": "X"}', "[1, 2]"]
    path = tmp_path / "broken.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    done = run("import", path, "--json")
    counts = json.loads(done.stdout)
    assert done.returncode == 1
    assert counts["added"] == counts["indexed"] == len(lines) - 3
    assert [row["place"] for row in counts["bad"]] == [f"{path}:{n}" for n in (4, 5, 6)]


def test_nothing_to_import(run: Run, tmp_path: Path) -> None:
    """An empty file is no import, and the line says so."""
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"")
    done = run("import", path)
    assert done.returncode == 1
    assert "nothing could be imported" in done.stderr.splitlines()[-1]


def test_index_of_another_model(filled: Run, store: Path, tmp_path: Path) -> None:
    """An index that another model made is not searched; nothing is lost, and the way out works."""
    import sqlite3

    with sqlite3.connect(store / "archive.sqlite") as archive:
        (fact,) = archive.execute("SELECT value FROM facts WHERE name = 'index'").fetchone()
        other = {**json.loads(fact), "embedder": "other@0123"}
        archive.execute("UPDATE facts SET value = ? WHERE name = 'index'", (json.dumps(other),))
    assert "corroborate reindex" in error(filled("search", "fire in the port"))
    more = tmp_path / "more.jsonl"
    row = {"title": "More", "text": "The orchid of Velmar won a prize.", "outlet": "Paper"}
    more.write_text(f"{json.dumps(row)}\n{{broken\n")
    done = filled("import", more, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["added"] == 1
    assert f"skipped {more}:2" in done.stderr
    assert "corroborate reindex" in done.stderr.splitlines()[-1]
    assert filled("reindex").returncode == 0
    assert "Velmar" in filled("search", "fire in the port").stdout


def test_feeds_that_fail_are_named(run: Run, store: Path) -> None:
    """Each with its reason; where none could be read the crawl has failed."""
    down = [f"http://127.0.0.1:{port}/{'long/' * 20}feed" for port in (1, 2)]
    parts = open_store(str(store))
    parts.feeds.put([Feed(url) for url in down])
    parts.close()
    done = run("crawl")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    for url in down:
        assert [line for line in lines if line.startswith(f"failing: {url}: ")], done.stderr
    assert "0 feeds read, 2 failing" in done.stderr


def test_not_a_store(run: Run, tmp_path: Path) -> None:
    """A file where the store should be is left alone."""
    path = tmp_path / "file"
    path.write_text("mine")
    assert str(path) in error(run("status", CORROBORATE_STORE=str(path)))
    assert path.read_text() == "mine"


def test_broken_pair(run: Run, tmp_path: Path) -> None:
    """A row without a passage is named by its line; nothing is judged."""
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"claim": "It rained.", "passage": "It rained."}\n{"claim": "It rained."}\n')
    assert error(run("judge", path)) == f"{path}:2: 'passage' is missing or empty"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"claim": "It rained.", "passage": "It rained.", "title": 5}', "'title' is not a string"),
        ('{"claim": "It rained.", "passage": "\\ud83d"}', "half of a surrogate pair"),
        ("[" * 100_000, "not JSON"),
        ("", "nothing to judge"),
    ],
)
def test_bad_pair(run: Run, tmp_path: Path, row: str, reason: str) -> None:
    """What is wrong with a row, or that there is none, is one line."""
    path = tmp_path / "pairs.jsonl"
    path.write_text(row)
    assert reason in error(run("judge", path))


def test_report_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    """It is said before the work, which here would fail for want of articles."""
    for path in (tmp_path, tmp_path / "missing" / "report.txt"):
        assert "--output" in error(run("check", "article.txt", "--output", path))


def test_language_that_is_no_code(filled: Run) -> None:
    """A language by its name is refused; nothing could be found in it."""
    assert "two letters" in error(filled("search", "fire", "--language", "english"))


def test_impossible_moments(filled: Run, tmp_path: Path) -> None:
    """Windows and dates beyond the calendar are refused or cut, never a traceback."""
    path = tmp_path / "a.txt"
    path.write_text("Fourteen people died in the port of Velmar on Monday night.")
    far = filled("check", path, "--window", "999999")
    assert far.returncode != 0
    assert "Traceback" not in far.stderr
    assert "--date" in error(filled("check", path, "--date", "0001-01-01T00:00+03:00"))
    assert filled("check", path, "--date", "0001-01-01").returncode == 0
