"""What guards the web: headers, size and rate limits, forms that only our pages can send."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import HTTPException, Request, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class Rate:
    """Lets each client submit so often a minute (a token bucket).

    Args:
        most: Submissions in a minute.
        clock: Monotonic seconds.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, client: str) -> None:
        """Count one submission of a client.

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
                "too many submissions; try again in a minute",
                headers={"Retry-After": str(round(60 / self._most) or 1)},
            )


def form_token(request: Request) -> str:
    """Return the token that this visitor's forms carry; a new visitor gets a new one."""
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(24)


def remember(response: Response, token: str, *, secure: bool) -> None:
    """Give the visitor the token as a cookie that no other site can make use of."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)


def check_form(request: Request, given: str) -> None:
    """Refuse a form that another site made the visitor send.

    Raises:
        HTTPException: The form's token is not that of the cookie (403).
    """
    known = request.cookies.get(COOKIE, "")
    if not known or not hmac.compare_digest(known.encode(), given.encode()):
        raise HTTPException(403, "the form has expired; load the page again and resend it")
