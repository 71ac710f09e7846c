"""Fetching pages and feeds: bounded in time, size and redirects, and guarded."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx

from corroborate import __version__
from corroborate.errors import FetchError
from corroborate.types import Page
from workers.guard import GuardedTransport, Resolve, resolve

if TYPE_CHECKING:
    from corroborate.settings import Settings

#: Redirects that are followed for one page.
REDIRECTS = 5
#: Bytes that are decompressed at a time, so that a bomb is noticed early.
STEP = 1 << 16
#: Statuses after which the same request may succeed later.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


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
            headers={"User-Agent": self.user_agent, "Accept-Encoding": "gzip, deflate"},
            timeout=httpx.Timeout(min(settings.timeout, 15.0)),
            follow_redirects=False,
            trust_env=False,
        )

    def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Page:
        """Return the page at a URL; 304 and 410 are pages too, other failures are errors.

        Raises:
            BlockedError: The URL, or one it redirects to, is not to be asked.
            FetchError: There is no answer, or one that is an error, too big or too slow.
        """
        deadline = time.monotonic() + self._timeout
        target = url
        for _ in range(REDIRECTS + 1):
            with _mapped(url), self._client.stream("GET", target, headers=headers) as response:
                if response.is_redirect and "location" in response.headers:
                    target = urljoin(target, response.headers["location"])
                    continue
                _refuse_errors(url, response)
                return Page(
                    url=url,
                    final_url=target,
                    status=response.status_code,
                    headers=dict(response.headers.items()),
                    body=self._body(url, response, deadline),
                    fetched=datetime.now(UTC),
                )
        raise FetchError(url, f"more than {REDIRECTS} redirects")

    def _body(self, url: str, response: httpx.Response, deadline: float) -> bytes:
        parts, size = [], 0
        for part in _decoded(url, response):
            size += len(part)
            if size > self._most:
                raise FetchError(url, f"larger than {self._most:,} bytes")
            if time.monotonic() > deadline:
                raise FetchError(url, f"took more than {self._timeout:g} seconds", retry=True)
            parts.append(part)
        return b"".join(parts)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _decoded(url: str, response: httpx.Response) -> Iterator[bytes]:
    """Yield the body decompressed, in pieces of at most :data:`STEP` bytes."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"identity", ""}:
        yield from response.iter_raw(STEP)
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise FetchError(url, f"sent in an encoding we did not ask for ({encoding[:40]})")
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for raw in response.iter_raw(STEP):
        piece = unzip.decompress(raw, STEP)
        while piece:
            yield piece
            piece = unzip.decompress(unzip.unconsumed_tail, STEP)
    yield unzip.flush()


def _refuse_errors(url: str, response: httpx.Response) -> None:
    status = response.status_code
    if status < httpx.codes.MULTIPLE_CHOICES or status in {304, 410}:
        return
    reason = f"the server answered {status} {response.reason_phrase}".strip()
    wait = _retry_after(response.headers.get("retry-after"))
    raise FetchError(url, reason, retry=status in _PASSING, retry_after=wait)


def _retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header: a number or a date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


@contextmanager
def _mapped(url: str) -> Iterator[None]:
    """Map httpx's errors to :class:`FetchError`."""
    try:
        yield
    except httpx.TimeoutException as exc:
        raise FetchError(url, "the server does not answer in time", retry=True) from exc
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as exc:
        raise FetchError(url, "this is not a URL of the web") from exc
    except zlib.error as exc:
        raise FetchError(url, "the compressed body is broken", retry=True) from exc
    except httpx.HTTPError as exc:
        detail = str(exc) or type(exc).__name__
        raise FetchError(url, f"the server cannot be reached ({detail})", retry=True) from exc
