"""robots.txt, by RFC 9309: what a host lets us fetch, and how slowly it wants to be asked."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlsplit

from corroborate.errors import BlockedError, FetchError
from corroborate.types import Page
from workers.markup import decode

#: Seconds that a robots.txt is believed (RFC 9309, 2.4: not much more than a day).
BELIEVED = 86_400.0
#: Seconds before a host whose robots.txt did not answer is asked again.
UNANSWERED = 600.0
#: Bytes of it that are read (RFC 9309, 2.5: at least 500 KiB).
READ = 512_000
#: Our product token in the rules.
PRODUCT = "corroborate"
#: Stands for the text of a host that is failing: all is forbidden there for now (2.3.1.4).
FAILING = "\0failing"


class RobotsTexts(Protocol):
    """Remembers the text of hosts' robots.txt for a while."""

    def get(self, origin: str) -> str | None:
        """Return the text of an origin ("https://example.org"); None: not known any more."""
        ...

    def put(self, origin: str, text: str, seconds: float) -> None:
        """Remember a text for so many seconds."""
        ...


class ProcessTexts:
    """See :class:`RobotsTexts`; for the threads of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, str]] = {}

    def get(self, origin: str) -> str | None:
        """Return the text of an origin; None: not known any more."""
        with self._lock:
            until, text = self._known.get(origin, (0.0, ""))
        return text if until > time.monotonic() else None

    def put(self, origin: str, text: str, seconds: float) -> None:
        """Remember a text for so many seconds."""
        with self._lock:
            self._known[origin] = (time.monotonic() + seconds, text)


class Robots:
    """Applies the rules of hosts. Threads may share it.

    Args:
        fetch: Fetches a robots.txt, at the host's pace.
        texts: Where they are remembered; within this process by default.
    """

    def __init__(self, fetch: Callable[[str], Page], texts: RobotsTexts | None = None) -> None:
        self._fetch = fetch
        self._texts = texts or ProcessTexts()

    def check(self, url: str) -> float:
        """Refuse a URL that its host does not let us fetch.

        Returns:
            Seconds that the host wants between requests; 0 if it says nothing.

        Raises:
            BlockedError: It does not.
            FetchError: The host is failing, so that its rules are unknown; try later.
        """
        text = self._text(url)
        if text == FAILING:
            raise FetchError(url, "its robots.txt does not answer", retry=True)
        rules = _parsed(text)
        if not rules.can_fetch(url, PRODUCT):
            raise BlockedError(url, "its robots.txt does not allow this page")
        delay = float(rules.crawl_delay(PRODUCT) or 0.0)
        return delay if math.isfinite(delay) and delay > 0 else 0.0

    def _text(self, url: str) -> str:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = self._texts.get(origin)
        if known is None:
            known, lasts = self._read(origin)
            self._texts.put(origin, known, lasts)
        return known

    def _read(self, origin: str) -> tuple[str, float]:
        """Return a host's rules, and the seconds to believe them."""
        try:
            page = self._fetch(f"{origin}/robots.txt")
        except FetchError as exc:
            # Unreachable means that all is forbidden for now; "not found" that nothing is.
            return (FAILING, UNANSWERED) if exc.retry else ("", BELIEVED)
        text = decode(page.body[:READ], page.headers) if page.status == 200 else ""  # noqa: PLR2004
        return text, BELIEVED


@lru_cache(maxsize=1_000)
def _parsed(text: str) -> Any:
    from protego import Protego

    return Protego.parse(text)
