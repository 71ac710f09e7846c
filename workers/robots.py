"""robots.txt, by RFC 9309: what a host lets us fetch, and how slowly it wants to be asked."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from textwrap import shorten
from typing import Any, Protocol
from weakref import WeakValueDictionary

import httpx

from corroborate.errors import BlockedError, FetchError
from corroborate.types import Page
from workers.markup import decode
from workers.pace import NotYet

#: Seconds that a robots.txt is believed (RFC 9309, 2.4: not much more than a day).
BELIEVED = 86_400.0
#: Seconds before a host whose robots.txt did not answer is asked again.
UNANSWERED = 600.0
#: Bytes of it that are read (RFC 9309, 2.5: at least 500 KiB).
READ = 512_000
#: Our product token in the rules.
PRODUCT = "corroborate"
#: Characters of all texts that a process remembers, at most.
REMEMBERED = 32_000_000
#: Seconds after which to look again whether another thread has read a robots.txt.
READING = 1.0
#: Begins what stands for the text of a host that is failing: until when, and why. All is
#: forbidden there for now (2.3.1.4). No text of a stranger begins so.
FAILING = "\0failing"
#: Characters that are kept of why a robots.txt cannot be read.
CAUSE = 120


class RulesUnknown(NotYet):
    """A host's robots.txt cannot be read: nothing is asked there for now.

    Args:
        url: The URL that was to be asked for.
        seconds: Until it is tried again.
        cause: Why it cannot be read.
    """

    def __init__(self, url: str, seconds: float, cause: str) -> None:
        self.why = f"its robots.txt cannot be read: {cause}"
        super().__init__(url, seconds)


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
        self._known: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._size = 0

    def get(self, origin: str) -> str | None:
        """Return the text of an origin; None: not known any more."""
        with self._lock:
            until, text = self._known.get(origin, (0.0, ""))
            if until <= time.monotonic():
                return None
            self._known.move_to_end(origin)
            return text

    def put(self, origin: str, text: str, seconds: float) -> None:
        """Remember a text for so many seconds; beyond the bound, forget what was not asked for."""
        with self._lock:
            self._size += len(text) - len(self._known.pop(origin, (0.0, ""))[1])
            self._known[origin] = (time.monotonic() + seconds, text)
            while self._size > REMEMBERED:
                self._size -= len(self._known.popitem(last=False)[1][1])


class Robots:
    """Applies the rules of hosts. Threads may share it.

    Args:
        fetch: Fetches a robots.txt at the host's pace, waiting so many seconds for its turn.
        texts: Where they are remembered; within this process by default.
    """

    def __init__(
        self, fetch: Callable[[str, float], Page], texts: RobotsTexts | None = None
    ) -> None:
        self._fetch = fetch
        self._texts = texts or ProcessTexts()
        self._lock = threading.Lock()
        self._reading: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()

    def check(self, url: str, patience: float) -> float:
        """Refuse a URL that its host does not let us fetch.

        Args:
            url: What is to be asked for.
            patience: Seconds to wait for the host's turn, where its rules are to be read.

        Returns:
            Seconds that the host wants between requests; 0 if it says nothing.

        Raises:
            BlockedError: It does not.
            RulesUnknown: The host is failing, so that its rules are unknown; try later.
            NotYet: The host's turn is farther off, or another thread is reading its rules.
        """
        text = self._text(url, patience)
        if text.startswith(FAILING):
            until, _, cause = text.removeprefix(FAILING).partition(" ")
            raise RulesUnknown(url, max(0.0, float(until) - time.time()), cause)
        rules = _parsed(text)
        if not rules.can_fetch(url, PRODUCT):
            raise BlockedError(url, "its robots.txt does not allow this page")
        delay = float(rules.crawl_delay(PRODUCT) or 0.0)
        return delay if math.isfinite(delay) and delay > 0 else 0.0

    def _text(self, url: str, patience: float) -> str:
        parts = httpx.URL(url)
        origin = f"{parts.scheme}://{parts.netloc.decode('ascii')}"
        known = self._texts.get(origin)
        if known is not None:
            return known
        with self._lock:
            reading = self._reading.setdefault(origin, threading.Lock())
        if not reading.acquire(timeout=patience):
            raise NotYet(url, READING)
        try:
            known = self._texts.get(origin)
            if known is None:
                known, lasts = self._read(url, origin, patience)
                self._texts.put(origin, known, lasts)
            return known
        finally:
            reading.release()

    def _read(self, url: str, origin: str, patience: float) -> tuple[str, float]:
        """Return a host's rules, and the seconds to believe them."""
        try:
            page = self._fetch(f"{origin}/robots.txt", patience)
        except NotYet:
            raise
        except BlockedError as exc:
            raise BlockedError(url, exc.reason) from exc
        except FetchError as exc:
            # "Not found", or a redirect without end, means that nothing is forbidden; whatever
            # else keeps us from reading the rules, that all is for now (2.3.1.3 and 2.3.1.4).
            if exc.status and exc.status < 500 and exc.status != 429:  # noqa: PLR2004
                return "", BELIEVED
            cause = shorten(exc.reason, CAUSE, placeholder=" …")
            return f"{FAILING}{time.time() + UNANSWERED} {cause}", UNANSWERED
        text = decode(page.body[:READ], page.headers) if page.status == 200 else ""  # noqa: PLR2004
        return text.lstrip(FAILING[0]), BELIEVED


# Few: the rules of half a megabyte of text take 16 MB.
@lru_cache(maxsize=32)
def _parsed(text: str) -> Any:
    from protego import Protego

    return Protego.parse(text)
