"""``corroborate check`` and ``search`` with ``--server``, as a program run beside the server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corroborate.assembly import Engine
from corroborate.settings import load
from corroborate.types import Outlet
from tests.samples import article
from tests.web.conftest import Site, served
from tests.web.test_api import TEXT

COMMAND = Path(sys.executable).with_name("corroborate")


def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command line, on whose machine there is no store."""
    return subprocess.run(
        [COMMAND, *arguments], input=text, capture_output=True, text=True, check=False,
        env={**os.environ, "CORROBORATE_STORE": "/nowhere/at/all", "COLUMNS": "100"},
    )  # fmt: skip


def test_a_check_is_the_server_s(site: Site, tmp_path: Path) -> None:
    """A file and standard input give the server's report, and are one check there."""
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    done = run("check", str(path), "--server", site.url, "--format", "json")
    assert done.stderr == ""
    document = json.loads(done.stdout)
    assert document["article"]["title"] == "Night of fire"
    same = run("check", "-", "--server", f"{site.url}/", "--format", "json", text=TEXT)
    assert json.loads(same.stdout) == document
    anew = run("check", "-", "--server", site.url, "--format", "json", "--again", text=TEXT)
    assert json.loads(anew.stdout)["created"] > document["created"]


def test_a_file_of_another_encoding(site: Site, tmp_path: Path) -> None:
    """A file is read as its bytes say before it is submitted."""
    path = tmp_path / "article.txt"
    path.write_bytes(TEXT.replace("Night", "Nächte").encode("cp1252"))
    done = run("check", str(path), "--server", site.url, "--format", "json")
    assert json.loads(done.stdout)["article"]["title"] == "Nächte of fire"


def test_a_search_is_the_server_s(site: Site) -> None:
    """Search prints what the server's index holds, filtered as asked."""
    found = run("search", "port fire", "--server", site.url, "--json")
    assert [json.loads(row)["article_id"] for row in found.stdout.splitlines()] == ["hostile"]
    none = run("search", "port fire", "--server", site.url, "--json", "--language", "fr")
    assert (none.returncode, none.stdout) == (0, "")


def test_an_empty_server_says_so(tmp_path: Path) -> None:
    """Nothing found is not the same as nothing there."""
    with Engine(load(store=str(tmp_path / "store"))) as engine, served(engine) as site:
        done = run("search", "port fire", "--server", site.url.replace("//", "//user:secret@"))
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    place = site.url.replace("//", "//***@")
    assert line.startswith(f"corroborate: the store of {place} holds no articles; fill it")


def test_languages_and_days_are_written_as_here(site: Site) -> None:
    """What this machine takes for a language or a day, the server does as well."""
    site.engine.store.articles.put([article("fr", text="Il pleut au port.", language="fr")])
    site.engine.index()
    asked = ("--language", "fr-CA", "--since", "20200101")
    found = run("search", "pleut", "--server", site.url, "--json", *asked)
    assert "fr" in [json.loads(row)["article_id"] for row in found.stdout.splitlines()]


def test_a_name_means_the_server_s_outlets(site: Site) -> None:
    """An outlet that only the server's store knows is found by its name."""
    gazette = Outlet("rivgaz.com", "Riverton Gazette")
    site.engine.store.articles.put([article("gazette", outlet=gazette)])
    site.engine.index()
    name = "riverton gazette"
    found = run("search", "port fire", "--server", site.url, "--json", "--outlet", name)
    assert [json.loads(row)["article_id"] for row in found.stdout.splitlines()] == ["gazette"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search", "x", "--server", "nowhere"), "is not a URL"),
        (("search", "x", "--server", "http://127.0.0.1:9"), "the server cannot be reached"),
        (("search", "x", "--server", "http://x:y"), "--server: http://x:y"),
        (("search", "x", "--server", "{url}/no"), "is this a Corroborate server?"),
        (("search", "x", "--server", "{url}", "--limit", "900"), "limit: "),
        (("check", "gone.txt", "--server", "{url}"), "gone.txt cannot be read"),
        (("check", "-", "--server", "{url}"), "at least one whole sentence"),
        (("check", "http://127.0.0.1/", "--server", "{url}"), "not on the public internet"),
        (("check", "-", "--server", "{url}", "--window", "3"), "--window is for checks on this"),
    ],
)
def test_errors_are_one_line(site: Site, arguments: tuple[str, ...], said: str) -> None:
    """What goes wrong is told in one line, with exit status 1."""
    done = run(*(a.replace("{url}", site.url) for a in arguments), text="Rain")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("corroborate: ")
    assert said in line
