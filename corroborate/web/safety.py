"""What guards the web: headers, size and rate limits, forms that only our pages can send."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeVar

from fastapi import HTTPException, Request, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

T = TypeVar("T")

COOKIE = "corroborate_form"
#: Clients whose rate is remembered, at most.
CLIENTS = 10_000

#: What every answer carries.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


async def add_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Add the security headers to every answer."""
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def is_address(host: str) -> bool:
    """Return whether a host is an IP address and not a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def check_host(request: Request) -> None:
    """Refuse a name that is not the server's.

    A site can have its own name resolve to our address, and so have a visitor's browser read
    what we answer (DNS rebinding). It cannot do so with an address.

    Raises:
        HTTPException: The name is unknown (421).
    """
    settings = request.app.state.engine.settings
    host = request.url.hostname or ""
    names = f"localhost {settings.host} {settings.hosts}".lower()
    known = names.replace(",", " ").split()
    if host not in known and not is_address(host):
        raise HTTPException(421, "this is not a name of this server; CORROBORATE_HOSTS lists them")


class Bounded:
    """Refuses requests that are too large, also those that do not say how large they are."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting its bytes."""
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._most:
                raise HTTPException(413, f"at most {self._most:,} bytes can be submitted")
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)


class Turns:
    """Lets few things run at once, in threads, and so many more wait for their turn.

    Who waits holds no thread: the server answers whatever else it is asked.

    Args:
        at_once: Things that run.
        waiting: Things that wait, at most.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._turn = asyncio.Semaphore(at_once)
        self._places = at_once + waiting

    async def run(self, work: Callable[[], T]) -> T:
        """Return what a function returns, once it has had its turn.

        Raises:
            HTTPException: Too many wait already (503).
        """
        if not self._places:
            raise HTTPException(
                503, "too many searches at once; try again soon", headers={"Retry-After": "10"}
            )
        self._places -= 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work)
        finally:
            self._places += 1


class Rate:
    """Lets each client do something so often a minute (a token bucket).

    Args:
        most: Times a minute.
        clock: Monotonic seconds.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, client: str) -> None:
        """Count one time for a client.

        Raises:
            HTTPException: It has had its share (429).
        """
        now = self._clock()
        with self._lock:
            left, then = self._left.pop(client, (float(self._most), now))
            left = min(self._most, left + (now - then) * self._most / 60)
            allowed = left >= 1
            self._left[client] = (left - 1 if allowed else left, now)
            while len(self._left) > CLIENTS:
                self._left.pop(next(iter(self._left)))
        if not allowed:
            raise HTTPException(
                429,
                "too many tries; come back in a minute",
                headers={"Retry-After": str(round(60 / self._most) or 1)},
            )


def form_token(request: Request) -> str:
    """Return the token that this visitor's forms carry; a new visitor gets a new one."""
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(24)


def remember(response: Response, token: str, *, secure: bool) -> None:
    """Give the visitor the token as a cookie that no other site can make use of.

    Lax and not strict: a page that was reached by a link keeps the visitor's token, and none is
    sent with what another site posts, either way.
    """
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure)


def check_form(request: Request, given: str) -> None:
    """Refuse a form that another site made the visitor send.

    Raises:
        HTTPException: The form's token is not that of the cookie (403).
    """
    known = request.cookies.get(COOKIE, "")
    if not known or not hmac.compare_digest(known.encode(), given.encode()):
        raise HTTPException(403, "the form has expired; load the page again and resend it")
