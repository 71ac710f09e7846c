"""WCAG 2.2 AA as axe-core sees it, and every page by keyboard alone."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from corroborate.types import Check, CheckState, Feed
from tests.samples import MONDAY
from tests.web.conftest import TOKEN, Site
from tests.web.test_api import TEXT
from tests.web.test_browser import PAGES, Browser, opened

QUEUED = Check("queued", CheckState.QUEUED, MONDAY, "Later", "Fire.")
STATES = {
    "queued": QUEUED,
    "failed": replace(QUEUED, id="failed", state=CheckState.FAILED, error="there was no article"),
}
EVERY = (*PAGES, "/checks/failed", "/checks/queued", "/no", "/search?q=port&since=never")
#: What a keyboard has to reach.
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]"
#: What counts as WCAG 2.2 AA, and what axe-core advises beyond it.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _axe() -> str:
    package = find_spec("axe_playwright_python")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def filled(site: Site) -> Site:
    """Return a site that also has feeds and checks in other states."""
    for check in STATES.values():
        site.engine.store.checks.put(check)
    ok = Feed("https://a.example/feed", "A Times", succeeded=MONDAY)
    site.engine.store.feeds.put(
        [ok, Feed("https://b.example/feed", failures=3, error="status 500")]
    )
    return site


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(filled: Site, scheme: str, width: int) -> None:
    """axe-core finds nothing on any page, whatever the width and the colours."""
    axe = _axe()
    with opened(filled, javascript=True) as browser:
        browser.look(width, scheme)
        found: list[tuple[str, str, str]] = []
        for path in EVERY:
            browser.open(path)
            browser.driver.execute_script(
                "for (const one of document.querySelectorAll('details')) one.open = true"
            )
            browser.driver.execute_script(axe)
            result: dict[str, Any] = browser.driver.execute_async_script(
                "axe.run({runOnly: arguments[0]}).then(arguments[1])", TAGS
            )
            assert result["passes"], path
            found += [
                (path, one["id"], one["nodes"][0]["html"][:200]) for one in result["violations"]
            ]
    assert found == []


def test_every_control_by_keyboard(filled: Site) -> None:
    """Tab visits each control of a page, in their order, and each shows that it has the focus."""
    with opened(filled, javascript=False) as browser:
        for path in EVERY:
            browser.open(path)
            wanted = [
                one
                for one in browser.all(CONTROLS)
                if one.is_displayed() or one.get_attribute("class") == "skip"
            ]
            assert _visited(browser) == wanted, path


def _visited(browser: Browser) -> list[WebElement]:
    """Return what Tab goes through; a date takes several presses."""
    visited: list[WebElement] = []
    while True:
        now = browser.tab()
        if now.tag_name == "body" or now in visited[:-1]:
            return visited
        if now not in visited:
            visited.append(now)
            assert now.value_of_css_property("outline-style") == "solid", now.text
            assert now.size["width"] > 1, now.text


def test_a_whole_visit_by_keyboard(site: Site) -> None:
    """A text is submitted, its report read and a search made without a mouse."""
    with opened(site, javascript=True) as browser:
        browser.open("/")
        browser.tab_to("#text").send_keys(TEXT)
        browser.tab_to("main form button").send_keys(Keys.ENTER)
        browser.one(".finding")
        browser.tab_to("nav a[href='/search']").send_keys(Keys.ENTER)
        browser.one("#q")
        browser.tab_to("#q").send_keys("port", Keys.ENTER)
        browser.one("mark")
        browser.tab_to(".results h2 a").send_keys(Keys.ENTER)
        browser.reads(".text", "Fourteen people")


def test_a_feed_is_paused_by_its_name(filled: Site) -> None:
    """A feed is chosen from those there are, and paused."""
    with opened(filled, javascript=False) as browser:
        browser.open("/feeds")
        browser.one("#known").send_keys("A Times")
        browser.one("#change-token").send_keys(TOKEN)
        browser.one("button[value=pause]").click()
        browser.reads("[role=status]", "1 paused.")
    assert [f.paused for f in filled.engine.store.feeds.all()] == [True, False]
