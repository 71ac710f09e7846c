"""The pages, as they come without JavaScript."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from corroborate.assembly import Engine
from corroborate.report.document import dumps
from corroborate.settings import load
from corroborate.types import (
    Check,
    CheckState,
    Feed,
    Fold,
    FoldReason,
    Hit,
    Outlet,
    SearchFilter,
)
from tests.report.test_forms import Page
from tests.samples import MONDAY, article, report
from tests.web.conftest import HOSTILE, TOKEN, Site, served

PAGES = (
    "/",
    "/search?q=port",
    "/articles/hostile",
    "/feeds",
    "/status",
    "/api",
    "/checks/done",
    "/no",
)


@pytest.mark.parametrize("path", PAGES)
def test_strangers_text_is_text(site: Site, path: str) -> None:
    """No script but ours, no link but to the web, wherever stored text is shown."""
    page = Page(site.client.get(path).text)
    assert page.tags.count("script") == 1
    assert not [link for link in page.links if link.startswith("javascript:")]


def test_hostile_text_is_shown(site: Site) -> None:
    """It is shown all the same, as text."""
    assert HOSTILE in Page(site.client.get("/articles/hostile").text).text
    assert HOSTILE in Page(site.client.get("/checks/done").text).text


@pytest.mark.parametrize("path", PAGES)
def test_headers_forbid_what_is_not_ours(site: Site, path: str) -> None:
    """Every page forbids foreign and inline script."""
    policy = site.client.get(path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy


def test_filters_without_javascript(site: Site) -> None:
    """Filters are in the address: other findings are hidden, and can be had back."""
    whole = site.client.get("/checks/done").text
    some = site.client.get("/checks/done?verdict=contested").text
    none = site.client.get("/checks/done?verdict=corroborated").text
    assert [hidden_findings(page) for page in (whole, some, none)] == [0, 3, 4]
    assert ["hidden>Show all" in page for page in (whole, some, none)] == [True, False, False]


def hidden_findings(page: str) -> int:
    """Return how many findings of a page are hidden."""
    return len(re.findall("<article [^>]* hidden>", page))


def test_a_sentence_with_two_claims(site: Site) -> None:
    """Each claim of a sentence has its link, and the worst verdict gives the colour."""
    checked = report()
    second, third = checked.findings[1], checked.findings[2]
    claim = replace(third.claim, start=second.claim.start, end=second.claim.end)
    both = replace(checked, findings=(second, replace(third, claim=claim)))
    site.engine.store.checks.put(
        Check("both", CheckState.DONE, MONDAY, "Both", "x", report=dumps(both))
    )
    text = site.client.get("/checks/both").text.partition("The article, its claims marked")[2]
    marks = re.findall(r'<a( class="mark [\w-]+")? href="#claim-(\d)">', text)
    assert marks[:2] == [(' class="mark contested"', "2"), ("", "1")]


def test_text_says_its_language(site: Site) -> None:
    """A screen reader is told in which language words are, and which way they run."""
    site.engine.store.articles.put([article("fr", text="Il pleut.", language="fr")])
    site.engine.index()
    page = site.client.get("/articles/fr").text
    assert '<h1 lang="fr" dir="auto">' in page
    assert '<div class="text" lang="fr" dir="auto">' in page
    found = site.client.get("/search?q=pleut&language=fr").text
    assert '<blockquote lang="fr" dir="auto">' in found


def test_an_outlet_is_found_by_its_name(site: Site) -> None:
    """By the name that results show, though no table knows it; blanks are any outlet."""
    gazette = Outlet("rivgaz.com", "Riverton Gazette")
    site.engine.store.articles.put([article("gazette", outlet=gazette)])
    site.engine.index()
    for outlet, both in (("riverton+gazette", False), ("+", True)):
        text = site.client.get(f"/search?q=port+fire&outlet={outlet}").text
        assert ["/articles/gazette" in text, "/articles/hostile" in text] == [True, both]


def test_pages_of_results_are_one_list(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever page is asked for, the same search is made; past the last one is a way back."""
    asked = []
    found = site.engine.searcher.search

    def note(queries: list[str], where: SearchFilter, limit: int) -> list[list[Hit]]:
        asked.append(limit)
        return found(queries, where, limit)

    monkeypatch.setattr(site.engine.searcher, "search", note)
    for page in (1, 5):
        text = site.client.get(f"/search?q=port&page={page}").text
    assert len(set(asked)) == 1
    assert "back to the first page" in text


def test_a_wrong_day_keeps_the_form(site: Site) -> None:
    """What was asked stays in the form, with a word on what is wrong."""
    answer = site.client.get("/search?q=port+fire&since=never")
    assert answer.status_code == 400
    assert 'value="port fire"' in answer.text
    assert "A day is written like" in answer.text
    assert "Nothing found" not in answer.text


def test_a_language_that_is_none(site: Site) -> None:
    """It is told, instead of nothing being found; a region is no other language."""
    assert "Nothing found" in site.client.get("/search?q=port&language=fr").text
    assert "Nothing found" not in site.client.get("/search?q=port&language=en-GB").text
    answer = site.client.get("/search?q=port&language=english")
    assert answer.status_code == 400
    assert "is not the code of a language" in answer.text


def test_an_empty_index_says_so(tmp_path: Path) -> None:
    """Nothing found is not the same as nothing there."""
    with Engine(load(store=str(tmp_path / "store"))) as engine, served(engine) as site:
        assert "Nothing found: the index is empty." in site.client.get("/search?q=port").text


def test_blanks_are_no_search(site: Site) -> None:
    """A query of blanks shows the form, not that nothing was found."""
    assert "Nothing found" not in site.client.get("/search?q=+").text


@pytest.mark.parametrize("form", ["json", "md", "html", "csv"])
def test_downloads(site: Site, form: str) -> None:
    """The report can be taken away in each form."""
    answer = site.client.get(f"/checks/done/report.{form}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'corroborate-done.{form}"')


def test_a_form_of_another_site_is_refused(site: Site) -> None:
    """Without the token of our own page nothing is submitted."""
    answer = site.client.post("/checks", data={"text": "It rained.", "form": "guessed"})
    assert answer.status_code == 403


def test_submitting_a_text_leads_to_its_check(site: Site) -> None:
    """The form leads to the permanent address of the check."""
    answer = site.client.post("/checks", data={"text": "It rained.", "form": site.form()})
    assert answer.status_code == 303
    assert site.client.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_files_of_any_encoding(site: Site, encoding: str) -> None:
    """A file is read as its bytes say."""
    text = "Größe\n\nVierzehn Menschen starben am Montag im Hafen von Velmar, sagte die Feuerwehr."
    files = {"file": ("a.txt", text.encode(encoding))}
    answer = site.client.post("/checks", data={"form": site.form()}, files=files)
    check = site.engine.store.checks.get(answer.headers["location"].rpartition("/")[2])
    assert check is not None
    assert check.source == text


def test_a_long_text_is_taken(site: Site) -> None:
    """The form takes what a request may hold, in one field as well."""
    text = "It rained in the port on Monday. " * 40_000
    site.form()
    files = {"form": (None, site.form()), "text": (None, text)}
    assert site.client.post("/checks", files=files).status_code == 303


def test_nothing_submitted(site: Site) -> None:
    """An empty form is told what it lacks."""
    answer = site.client.post("/checks", data={"form": site.form()})
    assert answer.status_code == 400
    assert "nothing was submitted" in answer.text


def test_feeds_need_the_token(site: Site) -> None:
    """A wrong token changes nothing; the right one reaches the feed, here a private address."""
    data = {"form": site.form(), "action": "add", "url": "http://127.0.0.1/feed"}
    refused = site.client.post("/feeds", data={**data, "token": "wrong"})
    tried = site.client.post("/feeds", data={**data, "token": TOKEN})
    assert refused.status_code == 403
    assert tried.status_code == 400
    assert "not on the public internet" in tried.text
    assert site.engine.store.feeds.all() == []


def test_a_feed_that_is_refused_stays_in_the_form(site: Site) -> None:
    """Whoever mistyped the token or the address need not type the other anew."""
    data = {"form": site.form(), "action": "add", "url": "http://127.0.0.1/feed"}
    for token, said in (("wrong", "The token is wrong"), (TOKEN, "Nothing was changed: ")):
        text = site.client.post("/feeds", data={**data, "token": token}).text
        assert f'role="alert" class="warning">{said}' in text
        assert 'value="http://127.0.0.1/feed"' in text
        assert token not in text.replace("is wrong", "")


def test_what_failed_can_be_corrected(site: Site) -> None:
    """The text of a check that failed is there to be changed and sent once more."""
    failed = Check("no", CheckState.FAILED, MONDAY, "Port", "port <fire>", error="no claim")
    site.engine.store.checks.put(failed)
    text = site.client.get("/checks/no").text
    assert re.search(r'<textarea id="text" name="text"[^>]*>port &lt;fire&gt;</textarea>', text)


def test_the_token_cannot_be_guessed(site: Site) -> None:
    """After ten tries a minute the right token is refused as well."""
    data = {"form": site.form(), "action": "pause", "feed": "none"}
    guesses = [site.client.post("/feeds", data={**data, "token": str(i)}) for i in range(10)]
    assert {answer.status_code for answer in guesses} == {403}
    assert site.client.post("/feeds", data={**data, "token": TOKEN}).status_code == 429


def test_an_unknown_action_changes_nothing(site: Site) -> None:
    """A paused feed is not resumed by whatever else is asked."""
    site.engine.store.feeds.put([Feed("https://a.example/feed", paused=True)])
    name = re.findall(r'<option value="(\w+)">', site.client.get("/feeds").text)[0]
    data = {"form": site.form(), "token": TOKEN, "feed": name}
    assert site.client.post("/feeds", data={**data, "action": "no"}).status_code == 400
    assert [feed.paused for feed in site.engine.store.feeds.all()] == [True]
    assert site.client.post("/feeds", data={**data, "action": "resume"}).status_code == 303
    assert [feed.paused for feed in site.engine.store.feeds.all()] == [False]


def test_nobody_speaks_for_the_server(site: Site) -> None:
    """What an address says is not shown as a notice."""
    assert "Call" not in site.client.get("/feeds?said=Call+us&did=Call+us").text
    assert "2 added." in site.client.get("/feeds?did=add&n=2").text


def test_failing_feeds_come_first(site: Site) -> None:
    """How feeds fare is told in a line, and those that fail need no looking for."""
    ok = Feed("https://a.example/feed", succeeded=MONDAY)
    site.engine.store.feeds.put([ok, Feed("https://b.example/feed", failures=1, error="away")])
    text = site.client.get("/feeds").text
    assert "1 failing, 1 ok." in text
    assert text.index("b.example") < text.index("a.example")


def test_a_paused_feed_is_not_failing(site: Site) -> None:
    """One that failed before it was paused needs nobody's attention, on either page."""
    failing = Feed("https://a.example/feed", failures=1, error="away")
    paused = replace(failing, url="https://b.example/feed", paused=True)
    site.engine.store.feeds.put([paused, failing])
    for path, said in (("/feeds", "1 failing, 1 paused."), ("/status", "2 feeds, 1 failing.")):
        text = Page(site.client.get(path).text).text
        assert said in text
        assert text.index("a.example") < text.index("b.example")


def test_the_status_has_each_feeds_last_success(site: Site) -> None:
    """Those that fail come first, with the reason."""
    failing = Feed(
        "https://b.example/feed", "B Times", succeeded=MONDAY, failures=3, error="no answer"
    )
    site.engine.store.feeds.put([Feed("https://a.example/feed", succeeded=MONDAY), failing])
    site.engine.store.feeds.put([Feed("https://c.example/feed")])
    text = Page(site.client.get("/status").text).text
    assert "3 feeds, 1 failing." in text
    rows = " ".join(text.partition("Last good")[2].split())
    assert re.search(
        r"B Times\s?failing, 3 in a row: no answer\s?2026-03-09 18:30 UTC\s?"
        r"https://a\.example/feed\s?2026-03-09 18:30 UTC\s?https://c\.example/feed\s?never",
        rows,
    )


def test_feeds_can_be_imported(site: Site) -> None:
    """An OPML file brings its feeds; the list goes out as OPML again."""
    opml = b'<opml><body><outline title="A" xmlUrl="https://a.example/feed"/></body></opml>'
    data = {"form": site.form(), "action": "import", "token": TOKEN}
    answer = site.client.post("/feeds", data=data, files={"opml": ("feeds.opml", opml)})
    assert answer.status_code == 303
    assert [feed.url for feed in site.engine.store.feeds.all()] == ["https://a.example/feed"]
    assert "https://a.example/feed" in site.client.get("/feeds.opml").text


def test_csv_holds_no_formula(site: Site) -> None:
    """A cell that a spreadsheet would calculate is text."""
    done = Check("sum", CheckState.DONE, MONDAY, "Sum", "x", report=dumps(report()))
    formula = "=HYPERLINK(1)"
    done = replace(done, report=(done.report or "").replace("Port Paper", formula))
    site.engine.store.checks.put(done)
    rows = csv_rows(site)
    assert {row["outlet"] for row in rows} >= {f"'{formula}"}


def test_csv_tells_what_counts(site: Site) -> None:
    """What goes back to the checked article itself is told from what corroborates it."""
    first, *others = report().findings
    (origin,) = first.origins
    own = replace(origin, folds=(Fold(FoldReason.WORDING, "p1", "input", "the fire", 0.9),))
    told = replace(report(), findings=(replace(first, origins=(own,)), *others))
    done = Check("sum", CheckState.DONE, MONDAY, "Sum", "x", report=dumps(told))
    site.engine.store.checks.put(done)
    counted = [row["counted"] for row in csv_rows(site)]
    assert counted[0] == "no"
    assert set(counted[1:]) == {"yes"}


def csv_rows(site: Site) -> list[dict[str, str]]:
    """Return the rows of a report that a spreadsheet reads, by its mark as UTF-8."""
    answer = site.client.get("/checks/sum/report.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_what_nobody_foresaw(site: Site) -> None:
    """A defect is told as any other error is, guarded by the same headers, and without a trace."""
    broken = Check("broken", CheckState.DONE, MONDAY, "Broken", "x", report="{}")
    site.engine.store.checks.put(broken)
    answer = site.client.get("/checks/broken")
    assert answer.status_code == 500
    assert "something went wrong on our side" in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
