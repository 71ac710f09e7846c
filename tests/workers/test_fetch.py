"""Fetching is bounded in time, size and redirects, and says what happened."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from corroborate.errors import FetchError
from tests.workers.web import Answer, Web, settings
from workers.fetch import REDIRECTS, Fetcher

Raw = Callable[[BaseHTTPRequestHandler], None]


def fails(web: Web, answer: Answer, **changes: object) -> FetchError:
    """Return the error that fetching an answer gives."""
    url = web.put(web.url("/page"), answer)
    with pytest.raises(FetchError) as caught:
        Fetcher(settings(**changes)).fetch(url)
    return caught.value


def test_a_page_remembers_what_was_asked_and_what_answered(web: Web) -> None:
    """URL, final URL, status, lower-case headers and body are all kept."""
    web.put(web.url("/new"), Answer(b"text", headers={"ETag": 'W/"a b"'}))
    url = web.put(web.url("/old"), Answer(status=302, headers={"Location": "/new"}))
    page = Fetcher(settings()).fetch(url)
    assert (page.url, page.final_url, page.status, page.headers["etag"], page.body, page.moved) == (
        url,
        web.url("/new"),
        200,
        'W/"a b"',
        b"text",
        False,
    )


@pytest.mark.parametrize(("statuses", "moved"), [((301, 308), True), ((301, 302), False)])
def test_a_page_has_moved_only_if_every_redirect_says_so(
    web: Web,
    statuses: tuple[int, int],
    moved: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    """One temporary redirect on the way makes the whole way temporary."""
    first = web.put(web.url("/a"), Answer(status=statuses[0], headers={"Location": "/b"}))
    web.put(web.url("/b"), Answer(status=statuses[1], headers={"Location": "/c"}))
    web.put(web.url("/c"), Answer(b"here"))
    assert Fetcher(settings()).fetch(first).moved is moved


def test_the_user_agent_says_who_we_are_and_how_to_reach_us(web: Web) -> None:
    """Site owners see the product and the contact of the settings."""
    url = web.put(web.url("/page"), Answer(b"x"))
    Fetcher(settings(contact="https://herald.example/bot")).fetch(url)
    (request,) = web.asked(url)
    assert request.headers["User-Agent"].startswith("Corroborate/")
    assert request.headers["User-Agent"].endswith("(+https://herald.example/bot)")


def test_every_request_of_a_redirect_is_announced(web: Web) -> None:
    """Whoever counts requests sees each URL before it is asked."""
    web.put(web.url("/b", "127.0.0.2"), Answer(b"x"))
    target = {"Location": web.url("/b", "127.0.0.2")}
    first = web.put(web.url("/a"), Answer(status=301, headers=target))
    seen: list[str] = []
    Fetcher(settings()).fetch(first, before=seen.append)
    assert seen == [first, target["Location"]]


def test_endless_redirects_end(web: Web) -> None:
    """A page that redirects to itself is given up after a few times."""
    error = fails(web, Answer(status=302, headers={"Location": "/page"}))
    assert (error.reason, len(web.requests)) == (f"more than {REDIRECTS} redirects", REDIRECTS + 1)


def test_a_broken_redirect_is_an_error(web: Web) -> None:
    """A Location that is no URL is the page's failure, not ours."""
    assert fails(web, Answer(status=302, headers={"Location": "http://[/"})).retry is False


def test_a_large_page_is_refused(web: Web) -> None:
    """Size counts in bytes."""
    error = fails(web, Answer(b"x" * 20_000), max_page_bytes=10_000)
    assert error.reason == "larger than 10,000 bytes"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(web: Web) -> None:
    """Size counts after decompression, piece by piece."""
    bomb = gzip.compress(bytes(200_000_000), 9)
    error = fails(web, Answer(bomb, headers={"Content-Encoding": "gzip"}), timeout=20.0)
    assert error.reason == "larger than 8,000,000 bytes"


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_compressed_pages_are_read(web: Web, pack: Callable[[bytes], bytes]) -> None:
    """Gzip and zlib, whatever the header calls them."""
    text = b"Fourteen people died. " * 10_000
    answer = Answer(pack(text), headers={"Content-Encoding": "gzip"})
    assert Fetcher(settings()).fetch(web.put(web.url("/page"), answer)).body == text


@pytest.mark.parametrize("body", [b"this is not gzip", gzip.compress(b"x" * 9_000)[:-12]])
def test_a_broken_compressed_body_is_an_error(web: Web, body: bytes) -> None:
    """Neither junk nor half a page passes as a page."""
    error = fails(web, Answer(body, headers={"Content-Encoding": "gzip"}))
    assert error.reason == "the compressed body is broken"


def test_an_encoding_we_did_not_ask_for_is_refused(web: Web) -> None:
    """We cannot read it."""
    assert "br" in fails(web, Answer(b"x", headers={"Content-Encoding": "br"})).reason


def slow_headers(web: Web) -> Raw:
    """Return an answer whose header never ends."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not web.closing.wait(0.1):
            handler.wfile.write(b"X-Wait: a\r\n")

    return answer


def slow_body(web: Web, length: str) -> Raw:
    """Return an answer whose body comes byte by byte."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(f"HTTP/1.1 200 OK\r\n{length}\r\n".encode())
        while not web.closing.wait(0.1):
            handler.wfile.write(b"x")

    return answer


def test_redirects_share_one_deadline(web: Web) -> None:
    """A page takes no longer for coming in several steps; waiting for turns does not count."""

    def late(handler: BaseHTTPRequestHandler) -> None:
        web.closing.wait(0.4)
        handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /page\r\n\r\n")

    url = web.put(web.url("/page"), Answer(raw=late))
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"more than 1 seconds") as caught:
        Fetcher(settings(timeout=1.0)).fetch(url, before=lambda _url: time.sleep(0.2))
    assert caught.value.retry is True
    assert time.monotonic() - started < 2.4


@pytest.mark.parametrize("kind", ["headers", "body", "body with a length"])
def test_a_slow_answer_is_cut_off(web: Web, kind: str) -> None:
    """The timeout limits the whole answer, however steadily its bytes drip."""
    raw = {
        "headers": slow_headers(web),
        "body": slow_body(web, ""),
        "body with a length": slow_body(web, "Content-Length: 100000\r\n"),
    }[kind]
    error = fails(web, Answer(raw=raw), timeout=0.5)
    assert (error.reason, error.retry) == ("took more than 0.5 seconds", True)


def test_an_endless_body_is_cut_off(web: Web) -> None:
    """A body without end stops at the size limit."""

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not web.closing.is_set():
            handler.wfile.write(b"x" * 65_536)

    error = fails(web, Answer(raw=endless), timeout=30.0, max_page_bytes=1_000_000)
    assert error.reason == "larger than 1,000,000 bytes"


def test_user_names_and_passwords_are_sent_to_nobody(web: Web) -> None:
    """Neither a feed's nor a redirect's."""
    web.put(web.url("/b"), Answer(b"x"))
    there = {"Location": web.url("/b").replace("//", "//me:secret@")}
    url = web.put(web.url("/a"), Answer(status=302, headers=there))
    page = Fetcher(settings()).fetch(url.replace("//", "//me:secret@"))
    assert page.final_url == web.url("/b")
    assert ["Authorization" in r.headers for r in web.requests] == [False, False]


@pytest.mark.parametrize(
    ("status", "retry"), [(404, False), (403, False), (429, True), (500, True), (503, True)]
)
def test_an_error_says_whether_to_try_again(web: Web, status: int, retry: bool) -> None:  # noqa: FBT001
    """The server's troubles pass; what is not there stays away."""
    assert fails(web, Answer(status=status)).retry is retry


@pytest.mark.parametrize("status", [304, 410])
def test_not_modified_and_gone_are_answers(web: Web, status: int) -> None:
    """A feed's poll needs to see them, also where their header speaks of a body they lack."""
    packed = {"Content-Encoding": "gzip"} if status == 304 else {}
    url = web.put(web.url("/page"), Answer(status=status, headers=packed))
    assert Fetcher(settings()).fetch(url).status == status


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("99999999999999", 366 * 86_400.0),
        ("nan", None),
        ("-5", None),
        ("soon", None),
        ("Mon, 99 Foo 99999 99:99:99 +99999", None),
    ],
)
def test_retry_after_is_read(web: Web, value: str, expected: float | None) -> None:
    """Seconds or a date; nonsense is nothing."""
    error = fails(web, Answer(status=503, headers={"Retry-After": value}))
    assert error.retry_after == expected


def test_no_cookie_is_kept(web: Web) -> None:
    """A host cannot tell that two requests are of the same crawl."""
    url = web.put(web.url("/page"), Answer(b"x", headers={"Set-Cookie": "id=7"}))
    fetcher = Fetcher(settings())
    fetcher.fetch(url)
    fetcher.fetch(url)
    assert ["Cookie" in r.headers for r in web.asked(url)] == [False, False]


def test_a_server_that_is_away_may_be_asked_again() -> None:
    """A refused connection is a passing failure."""
    with pytest.raises(FetchError) as caught:
        Fetcher(settings()).fetch("http://127.0.0.1:1/")
    assert caught.value.retry is True
