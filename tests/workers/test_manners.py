"""Hosts are asked at their pace, by their rules, whatever the way to a page."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

import pytest

from corroborate.errors import BlockedError, FetchError
from corroborate.types import Page
from tests.workers.web import Answer, Web, settings
from workers import robots
from workers.fetch import Fetcher
from workers.pace import SLOWEST, NotYet, Pace, ProcessTurns
from workers.polite import PoliteFetcher
from workers.robots import READ, ProcessTexts, RulesUnknown


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds


def pace(seconds: float = 5.0) -> tuple[Pace, Clock]:
    """Return a pace and its clock."""
    clock = Clock()
    return Pace(seconds, ProcessTurns(clock), clock.sleep), clock


def test_a_host_is_asked_once_in_its_pace_and_others_at_once() -> None:
    """Turns are of hosts, whatever the path or port."""
    turns, _ = pace()
    urls = ["http://a.example/1", "http://a.example:81/2", "http://b.example/", "http://a.example/"]
    assert [turns.wait(url) for url in urls] == [0.0, 5.0, 0.0, 5.0]


def test_a_crawl_delay_is_kept_up_to_a_bound() -> None:
    """A host may ask for more time; not for for ever."""
    turns, _ = pace()
    waited = [turns.wait("http://a.example/", delay) for delay in (20.0, 1e9, 0.0)]
    assert waited == [0.0, 20.0, SLOWEST]


def test_a_turn_too_far_off_is_not_taken() -> None:
    """Whoever cannot wait does not push back those who can."""
    turns, _ = pace()
    turns.wait("http://a.example/")
    with pytest.raises(NotYet) as caught:
        turns.wait("http://a.example/", patience=1.0)
    assert (caught.value.seconds, turns.wait("http://a.example/")) == (5.0, 5.0)


def test_a_host_in_trouble_is_asked_more_slowly_and_recovers() -> None:
    """Twice as slowly after each failure; step by step back after answers that were well."""
    turns, _ = pace()
    url = "http://a.example/"
    turns.slow_down(url)
    turns.slow_down(url)
    waited = [turns.wait(url), turns.wait(url)]
    for _ in range(7):
        turns.ease(url)
    turns.wait(url)
    assert (waited, turns.wait(url)) == ([20.0, 20.0], 5.0)


def test_retry_after_is_kept() -> None:
    """Nobody asks before the host said."""
    turns, _ = pace()
    turns.slow_down("http://a.example/", 120.0)
    assert turns.wait("http://a.example/") == 120.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example./", "https://A.example:8443/x"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://127.1/", "http://2130706433/"),
        ("http://0x7f.0.0.1/", "http://[::ffff:127.0.0.1]/"),
    ],
)
def test_a_host_has_one_pace_however_it_is_spelt(one: str, other: str) -> None:
    """Trailing dots, case, punycode and other ways to write an address."""
    turns, _ = pace()
    assert [turns.wait(one), turns.wait(other)] == [0.0, 5.0]


def polite(turns: Pace | None = None) -> PoliteFetcher:
    """Return a polite fetcher."""
    return PoliteFetcher(Fetcher(settings()), turns or Pace(0.001))


def rules(web: Web, text: str | Answer, host: str = "127.0.0.1") -> None:
    """Give a host its robots.txt."""
    answer = text if isinstance(text, Answer) else Answer(text.encode())
    web.put(web.url("/robots.txt", host), answer)


def test_robots_txt_is_obeyed(web: Web) -> None:
    """The group that names us holds, longest match first; a page it forbids is never asked."""
    rules(
        web,
        "User-agent: *\nDisallow: /\n\nUser-agent: Corroborate\nDisallow: /private\n"
        "Allow: /private/open\n",
    )
    for path in ("/news", "/private/open/1", "/private/1"):
        web.put(web.url(path), Answer(b"x"))
    fetcher = polite()
    assert fetcher.fetch(web.url("/news")).body == b"x"
    assert fetcher.fetch(web.url("/private/open/1")).body == b"x"
    with pytest.raises(BlockedError, match=r"robots\.txt"):
        fetcher.fetch(web.url("/private/1"))
    assert [r.path for r in web.requests] == ["/robots.txt", "/news", "/private/open/1"]


def test_a_redirect_obeys_the_rules_of_where_it_leads(web: Web) -> None:
    """A host's robots.txt holds for whoever comes from elsewhere too."""
    rules(web, "User-agent: *\nDisallow: /\n", "127.0.0.2")
    there = web.put(web.url("/page", "127.0.0.2"), Answer(b"x"))
    start = web.put(web.url("/start"), Answer(status=302, headers={"Location": there}))
    with pytest.raises(BlockedError):
        polite().fetch(start)
    assert web.asked(there) == []


@pytest.mark.parametrize("status", [404, 401, 403])
def test_without_rules_all_is_allowed(web: Web, status: int) -> None:
    """RFC 9309, 2.3.1.3: an unavailable robots.txt forbids nothing."""
    rules(web, Answer(status=status))
    assert polite().fetch(web.put(web.url("/page"), Answer(b"x"))).body == b"x"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_with_unknown_rules_nothing_is_asked_for_now(web: Web, status: int) -> None:
    """RFC 9309, 2.3.1.4: an unreachable robots.txt forbids all, for a while."""
    rules(web, Answer(status=status))
    page = web.put(web.url("/page"), Answer(b"x"))
    fetcher = polite()
    for _ in range(2):
        with pytest.raises(FetchError) as caught:
            fetcher.fetch(page)
        assert caught.value.retry
        said = f"its robots.txt cannot be read: the server answered {status} "
        assert caught.value.reason.startswith(said)
    assert (len(web.asked(web.url("/robots.txt"))), web.asked(page)) == (1, [])


def test_why_rules_are_unknown_is_one_short_line() -> None:
    """The cause is kept, whatever a server or a library has said of it."""

    def refused(url: str, _patience: float) -> Page:
        said = "[Errno 111] Connection refused\nby " + "many words " * 100
        raise FetchError(url, f"the server cannot be reached ({said})", retry=True)

    with pytest.raises(RulesUnknown) as caught:
        robots.Robots(refused).check("https://a.example/1", 0.0)
    reason = caught.value.reason
    assert reason.startswith(
        "its robots.txt cannot be read: the server cannot be reached "
        "([Errno 111] Connection refused by many words"
    )
    assert len(reason) < 200


def test_a_giant_robots_txt_is_read_to_its_limit(web: Web) -> None:
    """What stands beyond half a megabyte does not count (RFC 9309, 2.5)."""
    rules(web, "User-agent: *\n" + "#" * READ + "\nDisallow: /\n")
    assert polite().fetch(web.put(web.url("/page"), Answer(b"x"))).body == b"x"


def test_rules_are_read_whole_whatever_a_page_may_weigh(web: Web) -> None:
    """The size of pages is no limit for robots.txt."""
    rules(web, "#" * 20_000 + "\nUser-agent: *\nDisallow: /\n")
    with pytest.raises(BlockedError):
        PoliteFetcher(Fetcher(settings(max_page_bytes=10_000)), Pace(0.001)).fetch(web.url("/page"))


def test_rules_that_cannot_be_read_are_unknown(web: Web) -> None:
    """What we cannot decode may forbid all."""
    packed = {"Content-Encoding": "br"}
    rules(web, Answer(b"User-agent: *\nDisallow: /\n", headers=packed))
    page = web.put(web.url("/page"), Answer(b"x"))
    with pytest.raises(RulesUnknown):
        polite().fetch(page)
    assert web.asked(page) == []


def test_rules_are_read_once_for_all_threads(web: Web) -> None:
    """Threads that come meanwhile wait for the first one's answer."""

    def slow(handler: BaseHTTPRequestHandler) -> None:
        web.closing.wait(0.3)
        handler.wfile.write(b"HTTP/1.1 404 Not Found\r\n\r\n")

    rules(web, Answer(raw=slow))
    url, fetcher = web.put(web.url("/page"), Answer(b"x")), polite()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fetcher.fetch, [url] * 4))
    assert len(web.asked(web.url("/robots.txt"))) == 1


def test_patience_holds_for_rules_and_redirects_too(web: Web) -> None:
    """Nobody sleeps for an hour because a redirect leads to a host that asked for that."""
    turns, clock = pace()
    there = web.put(web.url("/b", "127.0.0.2"), Answer(b"x"))
    start = web.put(web.url("/a"), Answer(status=302, headers={"Location": there}))
    fetcher = polite(turns)
    turns.slow_down(there, 3600.0)
    with pytest.raises(NotYet):
        fetcher.fetch(start)
    with pytest.raises(NotYet):
        fetcher.fetch(there, patience=1.0)
    assert clock.now <= 60.0


def test_the_host_that_is_in_trouble_is_slowed_down(web: Web) -> None:
    """Not the one that redirected to it."""
    turns, _ = pace()
    there = web.put(web.url("/b", "127.0.0.2"), Answer(status=503))
    start = web.put(web.url("/a"), Answer(status=302, headers={"Location": there}))
    with pytest.raises(FetchError):
        polite(turns).fetch(start)
    waited = [turns.wait(url) for url in (start, start, there, there)]
    assert waited[1::2] == [5.0, 10.0]


def test_what_is_remembered_of_rules_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not asked for the longest goes first."""
    monkeypatch.setattr(robots, "REMEMBERED", 25)
    texts = ProcessTexts()
    for name in "abca":
        texts.put(name, name * 10, 60.0)
    assert [texts.get(name) for name in "abc"] == ["a" * 10, None, "c" * 10]


def test_each_request_takes_a_turn(web: Web) -> None:
    """robots.txt, the page, and the page it redirects to: three turns of one host."""
    turns, clock = pace()
    rules(web, "User-agent: *\nCrawl-delay: 7\n")
    web.put(web.url("/b"), Answer(b"x"))
    start = web.put(web.url("/a"), Answer(status=301, headers={"Location": "/b"}))
    polite(turns).fetch(start)
    assert clock.now == 5.0 + 7.0


@pytest.mark.parametrize("delay", ["nan", "inf", "-3", "soon"])
def test_a_senseless_crawl_delay_is_none(web: Web, delay: str) -> None:
    """It neither stops the crawl nor breaks it."""
    turns, clock = pace()
    rules(web, f"User-agent: *\nCrawl-delay: {delay}\n")
    fetcher = polite(turns)
    for _ in range(2):
        fetcher.fetch(web.put(web.url("/a"), Answer(b"x")))
    assert math.isclose(clock.now, 10.0)
