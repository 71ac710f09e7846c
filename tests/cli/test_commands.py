"""The main job on the command line, with the shipped models and a real store."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from corroborate.demo.web import sites
from corroborate.report.document import schema
from corroborate.types import Feed, PageRecord
from indexer.opening import open_store
from tests import samples
from tests.cli.conftest import COMMAND, Run
from tests.workers.pages import html_page


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the invented article that is checked, as a text file."""
    (story,) = (s for site in sites() for s in site.stories if not s.listed)
    path = tmp_path_factory.mktemp("input") / "article.txt"
    path.write_text(f"{story.title}\n\nEvening Lantern\n\n{story.text}", encoding="utf-8")
    return path


@pytest.fixture
def filled(run: Run, rows: Path) -> Run:
    """Return the runner, with the invented articles imported."""
    assert run("import", rows).returncode == 0
    return run


def test_import_again_changes_nothing(filled: Run, rows: Path) -> None:
    """The same articles again are all unchanged, and none is indexed twice."""
    done = filled("import", rows, "--json")
    counts = json.loads(done.stdout)
    assert (counts["added"], counts["changed"], counts["indexed"]) == (0, 0, 0)
    assert counts["unchanged"] == len(rows.read_text().splitlines())


def test_check_finds_who_agrees_and_who_conflicts(filled: Run, article: Path) -> None:
    """On the invented articles: agreement, a contested toll, a denial, a reprint folded."""
    done = filled("check", article, "--format", "json", "--date", "2026-03-10")
    document = json.loads(done.stdout)
    assert [e.message for e in Draft202012Validator(schema()).iter_errors(document)] == []
    findings = {f["claim"]["text"]: f for f in document["findings"]}

    def about(words: str) -> dict[str, object]:
        return next(f for text, f in findings.items() if words in text)

    assert about("61 votes")["verdict"] == "corroborated"
    assert about("14 people")["verdict"] == "contested"
    assert about("resigned")["verdict"] == "contested"
    jobs = about("1,200 jobs")
    assert jobs["verdict"] == "corroborated"
    folds = [f for f in jobs["folds"] if f["reason"] == "wording"]  # type: ignore[attr-defined]
    assert len(folds) == 1
    assert document["article"]["outlet"]["name"] == "Evening Lantern"


@pytest.mark.parametrize(
    ("form", "words"),
    [("terminal", "CONTESTED"), ("markdown", "## 1."), ("html", "<!doctype html>")],
)
def test_forms(filled: Run, article: Path, form: str, words: str, tmp_path: Path) -> None:
    """Each form is written to standard output, or to a file."""
    path = tmp_path / "report"
    done = filled("check", article, "--format", form, "--output", path)
    assert (done.returncode, done.stdout) == (0, "")
    assert words in path.read_text(encoding="utf-8")


def test_check_reads_standard_input(filled: Run, article: Path) -> None:
    """``-`` is standard input."""
    done = filled("check", "-", stdin=article.read_text(encoding="utf-8"))
    assert done.returncode == 0, done.stderr
    assert "claims checked" in done.stdout


def test_own_outlet_does_not_count(filled: Run, article: Path) -> None:
    """Passages of the article's own outlet are no evidence."""
    done = filled("check", article, "--outlet", "harbour-herald.example", "--format", "json")
    evidence = [e for f in json.loads(done.stdout)["findings"] for e in f["evidence"]]
    assert evidence
    assert "harbour-herald.example" not in {e["outlet_id"] for e in evidence}


def test_what_is_not_indexed_yet_is_said(filled: Run, article: Path, store: Path) -> None:
    """While another process holds the index, check and search name what they could not see."""
    parts = open_store(str(store))
    try:
        parts.articles.put([samples.article("late", language="en")])
        with parts.indexing() as mine:
            assert mine
            report = json.loads(filled("check", article, "--format", "json").stdout)
            searched = filled("search", "fire in the port")
    finally:
        parts.close()
    missing = "1 article is archived but not yet indexed and was not searched"
    assert missing in report["coverage"]["gaps"]
    assert searched.stderr.strip() == f"Note: {missing}."


def test_saved_page_of_unknown_outlet(filled: Run, tmp_path: Path) -> None:
    """A page that tells neither site nor address is checked as of an unknown outlet."""
    page = tmp_path / "page.html"
    page.write_text(html_page(), encoding="utf-8")
    document = json.loads(filled("check", page, "--format", "json").stdout)
    assert document["article"]["outlet"]["name"] == "unknown outlet"


def test_search_filters(filled: Run) -> None:
    """Outlet and days bound what is found."""
    done = filled("search", "fire in the port", "--until", "2026-03-09", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found
    assert all(hit["published"] < "2026-03-10" for hit in found)
    only = filled("search", "fire", "--outlet", "velmar-times.example", "--json").stdout
    assert {json.loads(line)["outlet"] for line in only.splitlines()} == {"Velmar Times"}


def test_judge_writes_the_rows_back(run: Run, tmp_path: Path) -> None:
    """Rows come back with stance and probabilities that sum to one, other fields kept.

    A byte order mark, and a line separator inside a string, are no reason to refuse them.
    """
    path = tmp_path / "pairs.jsonl"
    row = {
        "id": 7,
        "claim": "Parliament passed the bill with 61 votes.",
        "passage": "The bill was passed by parliament on Monday with 61 votes to 48.",
    }
    line = json.dumps({**row, "note": "a\u2028b"}, ensure_ascii=False)
    path.write_text(f"\ufeff{line}\n", encoding="utf-8")
    (judged,) = [json.loads(line) for line in run("judge", path).stdout.strip().split("\n")]
    assert judged["stance"] == "agrees"
    assert sum(judged["probabilities"].values()) == pytest.approx(1, abs=0.001)
    assert {name: judged[name] for name in row} == row


def test_killed_import_is_finished_by_the_next_start(run: Run, rows: Path, store: Path) -> None:
    """SIGKILL in the middle of an import loses nothing that was archived."""
    many = store.parent / "many.jsonl"
    lines = rows.read_text(encoding="utf-8").splitlines()
    copies = []
    for i in range(40):
        for line in lines:
            row = json.loads(line)
            copies.append(json.dumps({**row, "url": f"{row['url']}-{i}"}))
    many.write_text("\n".join(copies), encoding="utf-8")
    env = {"CORROBORATE_STORE": str(store), "PATH": "/usr/bin:/bin", "HOME": str(store.parent)}
    process = subprocess.Popen([COMMAND, "import", many], env=env, stderr=subprocess.DEVNULL)
    while process.poll() is None and not _indexing(run):
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = json.loads(run("status", "--json").stdout)
    assert run("import", many).returncode == 0
    after = json.loads(run("status", "--json").stdout)
    assert after["articles"] == len(copies) >= before["articles"] > 0
    assert after["backlog"] == 0


def _indexing(run: Run) -> bool:
    done = run("status", "--json")
    return done.returncode == 0 and json.loads(done.stdout)["passages"] > 0


@pytest.fixture
def crawled(run: Run, store: Path) -> Run:
    """Return the runner over a store with feeds that fare differently, and an article to index."""
    parts = open_store(str(store))
    try:
        parts.articles.put([samples.article(language="en")])
        well = Feed("https://well.example/feed", "Well", succeeded=samples.MONDAY)
        failing = Feed("https://ill.example/feed", "Ill", failures=1_200, error="no answer")
        parts.feeds.put([well, failing, Feed("https://new.example/feed")])
        parts.pages.put(
            [PageRecord("https://b.example/1", "quarantined", samples.MONDAY, reason="too large")]
        )
    finally:
        parts.close()
    return run


def test_status_tells_how_the_crawl_fares(crawled: Run) -> None:
    """Feeds with their last success, backlog, failures with the reason, articles a day."""
    done = crawled("status")
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    wanted = [
        "backlog 1 articles not indexed yet",
        "feeds 3, 1 failing",
        "2026-03-09 1 Harbour Herald",
        "last good feed failing",
        "never Ill 1,200 in a row: no answer",
        "2026-03-09 18:30 UTC Well",
        "never https://new.example/feed",
        "given up: https://b.example/1: too large",
    ]
    assert [line for line in lines if line in wanted] == wanted


def test_status_as_json_has_each_feed(crawled: Run) -> None:
    """The same for programs."""
    said = json.loads(crawled("status", "--json").stdout)
    assert said["backlog"] == 1
    assert said["daily"] == [["Harbour Herald", "2026-03-09", 1]]
    assert [page["reason"] for page in said["quarantined"]] == ["too large"]
    assert [(f["title"], f["succeeded"], f["failures"], f["reason"]) for f in said["feeds"]] == [
        ("Well", "2026-03-09 18:30:00+00:00", 0, None),
        ("Ill", None, 1_200, "no answer"),
        ("", None, 0, None),
    ]


def test_settings_say_where_they_come_from(run: Run, tmp_path: Path) -> None:
    """Environment wins over the file, the file over the default."""
    (tmp_path / "corroborate.toml").write_text("hits = 7\nwindow_days = 3\n")
    shown = json.loads(run("settings", "--json", CORROBORATE_HITS="9").stdout)
    found = {s["name"]: (s["value"], s["source"]) for s in shown}
    assert found["hits"] == (9, "environment")
    assert found["window_days"] == (3, "corroborate.toml")
    assert found["max_claims"] == (80, "default")


def test_settings_show_no_secret(run: Run) -> None:
    """Neither a password nor an API key in a URL is printed; the rest of the URL is."""
    shown = run(
        "settings", "--json",
        CORROBORATE_STORE="https://reader:secret@es.example:9200,es2.example/news?api_key=secret",
        CORROBORATE_REDIS="redis://:secret@redis.example/0",
    ).stdout  # fmt: skip
    found = {s["name"]: s["value"] for s in json.loads(shown)}
    assert found["store"] == "https://***@es.example:9200,es2.example/news?api_key=***"
    assert found["redis"] == "redis://***@redis.example/0"


def test_feeds_in_and_out(run: Run, tmp_path: Path) -> None:
    """Feeds are listed, exported as OPML, removed, and come back from the file."""
    assert run("feeds", "defaults").returncode == 0
    listed = [json.loads(line) for line in run("feeds", "list", "--json").stdout.splitlines()]
    assert len(listed) > 40
    opml = tmp_path / "feeds.opml"
    opml.write_text(run("feeds", "export").stdout, encoding="utf-8")
    assert run("feeds", "remove", *(f["url"] for f in listed)).returncode == 0
    assert run("feeds", "list", "--json").stdout == ""
    assert run("feeds", "import", opml).returncode == 0
    again = [json.loads(line) for line in run("feeds", "list", "--json").stdout.splitlines()]
    assert [f["url"] for f in again] == [f["url"] for f in listed]
