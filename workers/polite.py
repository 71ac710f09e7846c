"""Fetching by the hosts' own rules: what robots.txt allows, one request at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from corroborate.errors import BlockedError, FetchError
from corroborate.types import Page
from workers.pace import NotYet, Pace
from workers.robots import Robots, RobotsTexts

if TYPE_CHECKING:
    from workers.fetch import Fetcher


class PoliteFetcher:
    """Asks only what robots.txt allows, at each host's pace. Threads may share it.

    Every request counts: the robots.txt itself, and each step of a redirect.

    Args:
        fetcher: The guarded way to the web.
        pace: Gives the hosts their turns.
        texts: Where robots.txt are remembered; within this process by default.
    """

    def __init__(self, fetcher: Fetcher, pace: Pace, texts: RobotsTexts | None = None) -> None:
        self._fetcher = fetcher
        self._pace = pace
        self._robots = Robots(self._rules, texts)

    def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        patience: float = math.inf,
    ) -> Page:
        """Return the page at a URL; see :meth:`workers.fetch.Fetcher.fetch`.

        Args:
            url: What to ask for.
            headers: Request headers beside our own.
            patience: Seconds to wait for the host's turn, at most.

        Raises:
            NotYet: The host's turn is farther off.
            BlockedError: The URL, or one it redirects to, is not to be asked.
            FetchError: There is no page.
        """

        def before(target: str) -> None:
            delay = self._robots.check(target)
            # Having come so far, a redirect is followed however long its turn takes.
            self._pace.wait(target, delay, patience if target == url else math.inf)

        try:
            page = self._fetcher.fetch(url, headers=headers, before=before)
        except (BlockedError, NotYet):
            raise
        except FetchError as exc:
            if exc.retry:
                self._pace.slow_down(url, exc.retry_after)
            raise
        self._pace.ease(url)
        return page

    def _rules(self, url: str) -> Page:
        return self._fetcher.fetch(url, before=self._pace.wait)
