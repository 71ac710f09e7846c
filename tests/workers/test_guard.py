"""No request reaches an address that is not of the open internet."""

from __future__ import annotations

import ipaddress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corroborate.errors import BlockedError, FetchError
from tests.workers.web import Answer, Web, settings
from workers import guard
from workers.fetch import Fetcher
from workers.guard import is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:a00:1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:4136:e378::1",
        "fec0::1",
        "::ffff:0:127.0.0.1",
        "3fff::1",
        "5f00::1",
        "4000::1",
        "1::7f00:1",
        "not an address",
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    """Loopback, private, link-local, carrier, multicast, unspecified, and IPv4 inside IPv6."""
    assert is_public(address) is False


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    """Ordinary addresses pass, in whatever form."""
    assert is_public(address) is True


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_inside_ipv6(address: ipaddress.IPv4Address) -> None:
    """No way of writing an IPv4 address as IPv6 makes it more public than it is."""
    forms = [f"::ffff:{address}", f"64:ff9b::{address}", f"::{address}"]
    assert [is_public(form) for form in forms] == [is_public(str(address))] * 3


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "169.254.169.254",
        "①②⑦.⓪.⓪.①",
    ],
)
def test_no_spelling_of_a_private_address_is_asked(host: str, web: Web) -> None:
    """Decimal, octal, hexadecimal, short, mapped and full-width spellings are all refused."""
    fetcher = Fetcher(settings(allow_private=False))
    with pytest.raises(FetchError, match=r"public internet|not a URL of the web"):
        fetcher.fetch(f"http://{host}/")
    assert web.requests == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "gopher://x/", "x"])
def test_only_the_webs_schemes_are_asked(url: str) -> None:
    """Anything but http and https is refused."""
    with pytest.raises(FetchError):
        Fetcher(settings()).fetch(url)


def test_a_port_of_another_service_is_refused() -> None:
    """A feed cannot make us talk to a mail server."""
    fetcher = Fetcher(settings(allow_private=False), resolve=lambda _host: ["93.184.216.34"])
    with pytest.raises(BlockedError, match="port 25"):
        fetcher.fetch("http://news.example:25/")


def test_a_name_with_one_private_address_is_refused() -> None:
    """It is enough that one of a name's addresses is private."""
    fetcher = Fetcher(settings(allow_private=False), resolve=lambda _h: ["1.1.1.1", "10.0.0.1"])
    with pytest.raises(BlockedError):
        fetcher.fetch("http://news.example/")


def test_the_address_that_was_checked_is_the_one_that_is_asked(web: Web) -> None:
    """A name that answers otherwise the second time cannot redirect a request: it is asked once."""
    answers = iter([["127.0.0.7"], ["127.0.0.8"]])
    asked: list[str] = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return next(answers)

    web.put(web.url("/", "news.example"), Answer(b"hello"))
    page = Fetcher(settings(), resolve=rebinding).fetch(web.url("/", "news.example"))
    assert (page.body, asked) == (b"hello", ["news.example"])


def test_a_redirect_is_checked_again(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A public page that redirects to a private address is refused there."""
    # For this test the machine's own address, and its server's port, are of the open internet.
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(guard, "PORTS", guard.PORTS | {web.port})
    inside = web.put(web.url("/", "inside.example"), Answer(b"secret"))
    moved = Answer(status=302, headers={"Location": inside})
    start = web.put(web.url("/", "news.example"), moved)
    fetcher = Fetcher(
        settings(allow_private=False),
        resolve=lambda host: ["10.0.0.1" if host == "inside.example" else "127.0.0.1"],
    )
    with pytest.raises(BlockedError, match=r"inside\.example is not on the public internet"):
        fetcher.fetch(start)
    assert [len(web.asked(url)) for url in (start, inside)] == [1, 0]


def test_the_next_address_is_tried_where_one_does_not_answer(web: Web) -> None:
    """A host whose first address is dead is reached at its second."""
    web.put(web.url("/", "news.example"), Answer(b"hello"))
    fetcher = Fetcher(settings(), resolve=lambda _host: ["::1", "127.0.0.1"])
    assert fetcher.fetch(web.url("/", "news.example")).body == b"hello"


def test_the_next_address_is_tried_where_one_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them together have the time of one."""
    tried: list[tuple[str, float]] = []

    def silent(_transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        tried.append((request.url.host, request.extensions["timeout"]["connect"]))
        if request.url.host != "127.0.0.2":
            raise httpx.ConnectTimeout("no answer")
        return httpx.Response(200, stream=httpx.ByteStream(b"hello"))

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", silent)
    fetcher = Fetcher(
        settings(timeout=6.0), resolve=lambda _host: ["::1", "127.0.0.1", "127.0.0.2"]
    )
    assert fetcher.fetch("http://news.example/").body == b"hello"
    assert tried == [("::1", 2.0), ("127.0.0.1", 2.0), ("127.0.0.2", 2.0)]
