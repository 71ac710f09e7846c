"""The pages, as they come without JavaScript."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from corroborate.report.document import dumps
from corroborate.types import Check, CheckState
from tests.report.test_forms import Page
from tests.samples import MONDAY, report
from tests.web.conftest import HOSTILE, TOKEN, Site

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
    """Filters are in the address: only contested findings are shown."""
    whole = Page(site.client.get("/checks/done").text)
    some = Page(site.client.get("/checks/done?verdict=contested").text)
    assert whole.tags.count("article") == 4
    assert some.tags.count("article") == 1


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
    rows = list(csv.DictReader(io.StringIO(site.client.get("/checks/sum/report.csv").text)))
    assert {row["outlet"] for row in rows} >= {f"'{formula}"}


def test_what_nobody_foresaw(site: Site) -> None:
    """A defect is told as any other error is, guarded by the same headers, and without a trace."""
    broken = Check("broken", CheckState.DONE, MONDAY, "Broken", "x", report="{}")
    site.engine.store.checks.put(broken)
    answer = site.client.get("/checks/broken")
    assert answer.status_code == 500
    assert "something went wrong on our side" in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
