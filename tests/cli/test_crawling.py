"""Crawling on the command line: feeds found, pages tried again, a watch that ends well."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from corroborate.cli import main
from corroborate.types import Feed, PageRecord
from indexer.opening import open_store
from tests.cli.conftest import COMMAND, Run
from tests.workers.pages import html_page
from tests.workers.web import Answer, Web
from workers.crawl import NO_CONTACT

#: Lets the command ask hosts of this machine, quickly, and say who asks.
LOCAL = {
    "CORROBORATE_ALLOW_PRIVATE": "true",
    "CORROBORATE_PACE": "0.01",
    "CORROBORATE_CONTACT": "https://herald.example",
}
#: What an interrupted command says last.
STOPPED = "corroborate: stopped; what was archived is kept\n"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def web() -> Iterator[Web]:
    """Yield a web of loopback hosts."""
    with Web() as started:
        yield started


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let processes be interrupted: where the tests run in a shell's background, they are not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def crawls(run: Run) -> Run:
    """Return the runner, allowed to ask hosts of this machine."""
    return partial(run, **LOCAL)


def feed(web: Web, path: str = "/feed") -> str:
    """Let a host have a feed of one page; return the feed's URL."""
    item = f"<item><title>Bridge</title><link>{web.url('/1')}</link></item>"
    text = f'<rss version="2.0"><channel><title>Harbour Herald</title>{item}</channel></rss>'
    return web.put(web.url(path), Answer(text.encode()))


def listed(run: Run) -> list[str]:
    """Return the URLs of the feeds."""
    lines = run("feeds", "list", "--json").stdout.splitlines()
    return [json.loads(line)["url"] for line in lines]


def test_the_feeds_of_a_site_are_found_and_added_once(web: Web, crawls: Run) -> None:
    """Those that its page links to, whose title and address are told."""
    found = feed(web, "/news.xml")
    head = '<link rel="alternate" type="application/rss+xml" href="news.xml">'
    page = f"<!doctype html><html><head>{head}</head><body>Welcome</body></html>"
    site = web.put(web.url("/"), Answer(page.encode(), headers=HTML))
    told = [crawls("feeds", "add", site, "--outlet", "Herald") for _ in range(2)]
    assert [(done.returncode, done.stdout) for done in told] == [(0, ""), (0, "")]
    words = [" ".join(done.stderr.split()) for done in told]
    assert words == [f"{w}: Harbour Herald ({found})" for w in ("added", "already there")]
    assert listed(crawls) == [found]


def test_the_title_of_a_feed_is_shown_as_it_is(web: Web, crawls: Run) -> None:
    """Brackets in it are no markup, and no control characters reach the terminal."""
    text = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "[/b] H\x1b[2Jerald", "items": []}
    )
    url = web.put(web.url("/feed.json"), Answer(text.encode()))
    done = crawls("feeds", "add", url)
    assert (done.returncode, done.stdout) == (0, "")
    assert "[/b] H" in done.stderr
    assert "\x1b" not in done.stderr


def test_a_site_without_feeds_has_its_news_sitemap_added(web: Web, crawls: Run) -> None:
    """The one that its robots.txt names; then it is crawled like any feed."""
    place = "http://www.sitemaps.org/schemas/sitemap/0.9"
    text = f'<urlset xmlns="{place}"><url><loc>{web.url("/1")}</loc></url></urlset>'
    sitemap = web.put(web.url("/news-sitemap.xml"), Answer(text.encode()))
    web.put(web.url("/robots.txt"), Answer(f"Sitemap: {sitemap}\n".encode()))
    site = web.put(web.url("/"), Answer(b"<html><body>Welcome</body></html>", headers=HTML))
    web.put(web.url("/1"), Answer(html_page().encode()))
    assert crawls("feeds", "add", site).returncode == 0
    assert listed(crawls) == [sitemap]
    assert "1 added; 1 indexed" in " ".join(crawls("crawl").stderr.split())


def test_a_crawl_without_a_contact_says_so(web: Web, crawls: Run, store: Path) -> None:
    """In one line, and goes on."""
    parts = open_store(str(store))
    parts.feeds.put([Feed(feed(web))])
    parts.close()
    told = crawls("crawl", CORROBORATE_CONTACT=""), crawls("crawl", "--all")
    assert [(done.returncode, done.stdout) for done in told] == [(0, "")] * 2
    hints = [[n for n in done.stderr.splitlines() if "CONTACT" in n] for done in told]
    assert hints == [[NO_CONTACT], []]
    assert "1 feeds read" in told[0].stderr


def test_pages_in_quarantine_are_tried_again_when_told(web: Web, crawls: Run, store: Path) -> None:
    """By the next crawl after ``retry``, and not before; what the index refused stays."""
    refused = PageRecord("https://a.example/2", "quarantined", datetime.now(UTC), article="a2")
    parts = open_store(str(store))
    parts.feeds.put([Feed(feed(web))])
    parts.pages.put([refused])
    parts.close()
    web.put(web.url("/1"), Answer(status=404))
    said = [" ".join(crawls("crawl").stderr.split())]
    web.put(web.url("/1"), Answer(html_page().encode()))
    said.append(" ".join(crawls("crawl", "--all").stderr.split()))
    assert ["1 quarantined" in said[0], "none new" in said[1]] == [True, True], said
    assert crawls("retry").stderr == "1 page will be tried again by the next crawl.\n"
    assert "1 added; 1 indexed" in " ".join(crawls("crawl").stderr.split())
    parts = open_store(str(store))
    left = [page.url for page in parts.pages.quarantined(9)]
    parts.close()
    assert left == [refused.url]


@pytest.mark.usefixtures("interruptible")
def test_a_watch_goes_on_until_it_is_interrupted(web: Web, store: Path, tmp_path: Path) -> None:
    """It polls what is due; at an interrupt it finishes what is under way, and says so."""
    parts = open_store(str(store))
    parts.feeds.put([Feed(feed(web))])
    parts.close()
    web.put(web.url("/1"), Answer(html_page().encode()))
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("CORROBORATE_")},
        **LOCAL,
        "CORROBORATE_STORE": str(store),
        "HOME": str(tmp_path),
    }
    watch = subprocess.Popen(
        [COMMAND, "crawl", "--watch"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        end = time.monotonic() + 120.0
        while not web.asked(web.url("/1")):
            assert watch.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        watch.send_signal(signal.SIGINT)
        out, err = watch.communicate(timeout=120)
    finally:
        watch.kill()
        watch.wait()
    assert (watch.returncode, out, err) == (130, "", STOPPED)
    parts = open_store(str(store))
    pages, articles = parts.pages.counts(), parts.overview().articles
    parts.close()
    assert (pages, articles, len(web.asked(web.url("/1")))) == ({"article": 1}, 1, 1)


def test_an_interrupt_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is under way."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.argv", ["corroborate", "settings"])
    monkeypatch.setattr("corroborate.settings.load", interrupted)
    with pytest.raises(SystemExit) as caught:
        main()
    assert (caught.value.code, capsys.readouterr().err) == (130, STOPPED)


def test_wrong_usage_is_told_with_the_right_one(crawls: Run) -> None:
    """On standard error, with exit status 2; nothing was stopped."""
    done = crawls("crawl", "--nonsense")
    assert (done.returncode, done.stdout) == (2, "")
    told = [words in done.stderr for words in ("Usage:", "No such option", STOPPED)]
    assert told == [True, True, False], done.stderr
