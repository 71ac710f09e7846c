"""Fetching pages and feeds: bounded in time, size and redirects, and guarded."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx

from corroborate import __version__
from corroborate.errors import FetchError
from corroborate.types import Page
from workers.deadline import Deadline
from workers.guard import GuardedTransport, Resolve, resolve

if TYPE_CHECKING:
    from corroborate.settings import Settings

#: Redirects that are followed for one page.
REDIRECTS = 5
#: Bytes that are decompressed at a time, so that a bomb is noticed early.
STEP = 1 << 16
#: Seconds for one step: to connect, to send, to wait for the next bytes.
ONE_STEP = 15.0
#: Statuses below 500 after which the same request may succeed later.
_PASSING = frozenset({408, 425, 429})
_YEAR = 366 * 86_400.0
#: Redirects that say the address has changed for good (RFC 9110, 15.4).
_FOR_GOOD = frozenset({301, 308})


class Fetcher:
    """Fetches URLs of the web as the settings allow. Threads may share it.

    Args:
        settings: Contact, timeout, size, and whether private addresses are allowed.
        resolve: How host names are resolved; the system's way by default.
    """

    def __init__(self, settings: Settings, resolve: Resolve = resolve) -> None:
        contact = f" (+{settings.contact})" if settings.contact else ""
        self.user_agent = f"Corroborate/{__version__}{contact}"
        self._timeout = settings.timeout
        self._most = settings.max_page_bytes
        self._client = httpx.Client(
            transport=GuardedTransport(allow_private=settings.allow_private, resolve=resolve),
            headers={"User-Agent": self.user_agent, "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(min(settings.timeout, ONE_STEP)),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            follow_redirects=False,
            trust_env=False,
        )

    def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        before: Callable[[str], object] = lambda _url: None,
        first: int | None = None,
    ) -> Page:
        """Return the page at a URL; 304 and 410 are pages too, other failures are errors.

        Args:
            url: What to ask for.
            headers: Request headers beside our own.
            before: Called with each URL before it is asked, those redirected to as well;
                what it raises is raised.
            first: Bytes that are read of a longer body; without it such a body is an error.

        Raises:
            BlockedError: The URL, or one it redirects to, is not to be asked.
            FetchError: There is no answer, or one that is an error, too big or too slow.
        """
        target, moved, status = _anonymous(url, url), True, None
        deadline = Deadline(self._timeout)
        for _ in range(REDIRECTS + 1):
            before(target)
            with self._asked(url, target, headers, deadline) as response:
                status = response.status_code
                if response.is_redirect and "location" in response.headers:
                    target = _anonymous(url, urljoin(target, response.headers["location"]))
                    moved = moved and status in _FOR_GOOD
                    continue
                _refuse_errors(url, response)
                return Page(
                    url=url,
                    final_url=target,
                    status=status,
                    headers=dict(response.headers.items()),
                    body=self._body(url, response, first),
                    fetched=datetime.now(UTC),
                    moved=moved and target != url,
                )
        raise FetchError(url, f"more than {REDIRECTS} redirects", status=status)

    @contextmanager
    def _asked(
        self, url: str, target: str, headers: Mapping[str, str] | None, deadline: Deadline
    ) -> Iterator[httpx.Response]:
        """Yield the answer to one request, all of which must be read within the deadline."""
        with _mapped(url), deadline:
            extensions = {"trace": deadline.trace}
            try:
                with self._client.stream(
                    "GET", target, headers=headers, extensions=extensions
                ) as response:
                    yield response
            except (httpx.TransportError, zlib.error) as exc:
                if deadline.passed:
                    raise self._late(url) from exc
                raise
            # Without a length, a connection that is shut down looks like the end of the body.
            if deadline.passed:
                raise self._late(url)

    def _late(self, url: str) -> FetchError:
        return FetchError(url, f"took more than {self._timeout:g} seconds", retry=True)

    def _body(self, url: str, response: httpx.Response, first: int | None) -> bytes:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return b""  # whatever its header says of the encoding
        most = first or self._most
        parts, size = [], 0
        for part in _decoded(url, response):
            parts.append(part)
            size += len(part)
            if size > most:
                if first:
                    break
                raise FetchError(url, f"larger than {most:,} bytes")
        return b"".join(parts)[:most]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _anonymous(url: str, target: str) -> str:
    """Return an address without user name and password, which we send nobody."""
    with _mapped(url):
        parsed = httpx.URL(target)
        return str(parsed.copy_with(userinfo=b"")) if parsed.userinfo else target


def _decoded(url: str, response: httpx.Response) -> Iterator[bytes]:
    """Yield the body decompressed, in pieces of at most :data:`STEP` bytes."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"identity", ""}:
        # In the pieces that arrive: collecting larger ones would wait for a slow server.
        yield from response.iter_raw()
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise FetchError(url, f"sent in an encoding we did not ask for ({encoding[:40]})")
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for raw in response.iter_raw():
        piece = unzip.decompress(raw, STEP)
        while piece:
            yield piece
            piece = unzip.decompress(unzip.unconsumed_tail, STEP)
    if not unzip.eof:
        raise zlib.error("the end is missing")


def _refuse_errors(url: str, response: httpx.Response) -> None:
    status = response.status_code
    if status < httpx.codes.MULTIPLE_CHOICES or status in {304, 410}:
        return
    reason = f"the server answered {status} {response.reason_phrase}".strip()
    wait = _retry_after(response.headers.get("retry-after"))
    passing = status in _PASSING or response.is_server_error
    raise FetchError(url, reason, retry=passing, retry_after=wait, status=status)


def _retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header: a number or a date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    if value.strip().isdecimal():
        return min(float(value), _YEAR)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), _YEAR)


@contextmanager
def _mapped(url: str) -> Iterator[None]:
    """Map httpx's errors to :class:`FetchError`."""
    try:
        yield
    except httpx.TimeoutException as exc:
        raise FetchError(url, "the server does not answer in time", retry=True) from exc
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError) as exc:
        raise FetchError(url, "this is not a URL of the web") from exc
    except zlib.error as exc:
        raise FetchError(url, "the compressed body is broken", retry=True) from exc
    except httpx.HTTPError as exc:
        detail = str(exc) or type(exc).__name__
        raise FetchError(url, f"the server cannot be reached ({detail})", retry=True) from exc
