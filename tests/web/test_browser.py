"""The pages in a real browser, with JavaScript and without it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from corroborate.types import Article, Report
from tests.samples import report
from tests.web.conftest import HOSTILE, TOKEN, Site
from tests.web.test_api import TEXT

T = TypeVar("T")

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
#: The findings that no filter hides.
SHOWN = ".finding:not([hidden])"
PAGES = ("/", "/search?q=port", "/articles/hostile", "/feeds", "/status", "/api", "/checks/done")


class Browser:
    """A browser on a site.

    Args:
        site: Where it is.
        javascript: Whether it runs scripts.
    """

    def __init__(self, site: Site, *, javascript: bool) -> None:
        self.javascript = javascript
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM or ""
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
            options.add_argument(argument)
        allowed = {"profile.managed_default_content_settings.javascript": 1 if javascript else 2}
        options.add_experimental_option("prefs", allowed)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
        self.driver.set_script_timeout(60)
        self._site = site

    def open(self, path: str) -> None:
        """Load a page of the site."""
        self.driver.get(self._site.url + path)

    def all(self, selector: str) -> list[WebElement]:
        """Return what a CSS selector finds."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        """Return the first thing that a CSS selector finds, waiting for it."""
        return self.until(lambda: next(iter(self.all(selector)), None))

    def follow(self, selector: str) -> None:
        """Click what a selector finds, if it is there."""
        for one in [one for one in self.all(selector) if one.is_displayed()][:1]:
            one.click()

    def until(self, holds: Callable[[], T | None]) -> T:
        """Wait until something holds, and return it, whatever page is on its way out meanwhile."""
        wait = WebDriverWait(self.driver, 60, 0.1, [WebDriverException])
        return wait.until(lambda _driver: holds() or False)

    def reads(self, selector: str, text: str) -> None:
        """Wait until what a selector finds first has some text."""
        self.until(lambda: text in next((one.text for one in self.all(selector)), ""))

    def shows(self, selector: str) -> None:
        """Wait until what a selector finds first can be seen."""
        self.until(lambda: next((one.is_displayed() for one in self.all(selector)), False))

    def look(self, width: int, scheme: str = "light") -> None:
        """Take the width of a phone or a desk, and light or dark colours."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def tab(self) -> WebElement:
        """Press Tab; return what has the focus then."""
        ActionChains(self.driver).send_keys(Keys.TAB).perform()
        return self.driver.switch_to.active_element

    def tab_to(self, selector: str) -> WebElement:
        """Press Tab until what a selector finds has the focus; return it."""
        aim = self.one(selector)
        for _ in range(100):
            if self.driver.switch_to.active_element == aim:
                return aim
            self.tab()
        pytest.fail(f"Tab does not reach {selector}")

    def complaints(self) -> list[str]:
        """Return what the browser's console says of scripts and of the security policy."""
        log = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [
            entry["message"]
            for entry in log
            if entry["source"] in {"security", "javascript"} or "Refused" in entry["message"]
        ]


@contextmanager
def opened(site: Site, *, javascript: bool) -> Iterator[Browser]:
    """Yield a browser on a site; skip the test where none is installed."""
    if not CHROMIUM or not DRIVER:
        if os.environ.get("CI"):
            pytest.fail("chromium and chromedriver are not installed")
        pytest.skip("chromium and chromedriver are not installed")
    browser = Browser(site, javascript=javascript)
    try:
        yield browser
    finally:
        browser.driver.quit()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def browser(site: Site, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Return a browser, once with JavaScript and once without."""
    with opened(site, javascript=request.param == "with JavaScript") as one:
        yield one


def test_from_a_text_to_its_report(browser: Browser) -> None:
    """A pasted text leads to its report, by itself or by a link, which keeps its address."""
    browser.open("/")
    browser.one("#text").send_keys(TEXT)
    browser.one("main form button").click()
    browser.reads("h1", "Night of fire")

    def reported() -> bool:
        browser.follow("noscript a")
        return bool(browser.all(".finding"))

    browser.until(reported)
    place = browser.driver.current_url
    browser.driver.refresh()
    browser.shows(".finding")
    assert browser.driver.current_url == place
    assert browser.complaints() == []


def test_filters_and_receipts(browser: Browser) -> None:
    """A filter leaves the findings asked for, and links to others; a receipt opens by keyboard."""
    browser.open("/checks/done")
    assert len(browser.all(SHOWN)) == 4
    browser.one("input[value=contested]").click()
    if not browser.javascript:
        browser.one(".filters button").send_keys(Keys.ENTER)
    browser.until(lambda: "verdict=contested" in browser.driver.current_url)
    browser.until(lambda: len(browser.all(SHOWN)) == 1)
    receipt = f"{SHOWN} .receipt"
    assert not browser.one(f"{receipt} dl").is_displayed()
    browser.one(f"{receipt} summary").send_keys(Keys.ENTER)
    browser.shows(f"{receipt} dl")
    browser.one(".claims a[href='#claim-1']").click()
    browser.shows("#claim-1")
    browser.one("#all").click()
    browser.until(lambda: len(browser.all(SHOWN)) == 4)
    assert browser.complaints() == []


def test_progress_is_shown_as_it_goes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stage and count change on the page, also where the events do not come; then the report."""
    go = threading.Semaphore(0)

    def slowly(
        _article: Article, *, progress: Callable[[str, int, int], None], **_: object
    ) -> Report:
        for stage, done in (("searching", 3), ("judging", 7)):
            progress(stage, done, 9)
            go.acquire(timeout=60)
        return report()

    monkeypatch.setattr(site.engine, "check", slowly)
    with opened(site, javascript=True) as browser:
        browser.open("/")
        browser.driver.execute_cdp_cmd("Network.enable", {})
        for events in ("come", "do not come"):
            if events == "do not come":
                browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/events"]})
            browser.open("/")
            browser.one("#text").send_keys(f"{TEXT} These events {events}.")
            browser.one("main form button").click()
            for stage, count in (("Searching", "3 of 9"), ("Judging", "7 of 9")):
                browser.reads(".stage", stage)
                browser.reads(".count", count)
                go.release()
            browser.one(".finding")


def test_search_and_open(browser: Browser) -> None:
    """A search marks its words and leads to the article, its text shown as text."""
    browser.open("/search")
    browser.one("#q").send_keys("people in the port", Keys.ENTER)
    browser.until(lambda: [mark.text for mark in browser.all("mark")] == ["people", "port"])
    browser.one(".results h2 a").click()
    browser.reads(".text", HOSTILE)
    assert browser.complaints() == []


def test_a_feed_needs_the_token(browser: Browser) -> None:
    """A wrong token is refused; with the right one the private address is."""
    for token, said in (("wrong", "The token is wrong"), (TOKEN, "not on the public internet")):
        browser.open("/feeds")
        browser.one("#feed-url").send_keys("http://127.0.0.1/feed")
        browser.one("#token").send_keys(token)
        browser.one("button[value=add]").click()
        browser.reads("[role=alert]", said)


def test_a_feed_is_added(browser: Browser, site: Site, tmp_path: Path) -> None:
    """Whoever knows the token adds the feed that a site names."""
    feed = (
        '<rss version="2.0"><channel><title>Quay News</title>'
        "<item><title>Fire</title><link>https://quay.example/1</link></item></channel></rss>"
    )
    (tmp_path / "feed.xml").write_text(feed, encoding="utf-8")
    head = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head>'
    (tmp_path / "index.html").write_text(f"{head}<body>News</body></html>", encoding="utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    settings = site.engine.settings.model_copy(update={"allow_private": True})
    site.engine.settings = settings
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as quay:
        threading.Thread(target=quay.serve_forever, daemon=True).start()
        browser.open("/feeds")
        browser.one("#feed-url").send_keys(f"http://127.0.0.1:{quay.server_port}/")
        browser.one("#token").send_keys(TOKEN)
        browser.one("button[value=add]").click()
        browser.reads("[role=status]", "1 added.")
        quay.shutdown()
    browser.reads("tbody a", "Quay News")
    assert [f.title for f in site.engine.store.feeds.all()] == ["Quay News"]


@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_is_cut_off(browser: Browser, width: int) -> None:
    """No page scrolls sideways, on a phone or a desk, and none runs a stranger's script."""
    browser.look(width)
    for path in PAGES:
        browser.open(path)
        measured = browser.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})
        assert measured["cssContentSize"]["width"] <= width, path
        assert browser.complaints() == [], path
