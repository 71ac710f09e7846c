"""Fetching by the hosts' own rules: what robots.txt allows, one request at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from corroborate.errors import BlockedError, FetchError
from corroborate.types import Page
from workers.pace import NotYet, Pace
from workers.robots import READ, Robots, RobotsTexts

if TYPE_CHECKING:
    from workers.fetch import Fetcher

#: Seconds to wait for a host's turn: by itself, and of a redirect, having come so far.
PATIENCE = 60.0


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
        patience: float = PATIENCE,
    ) -> Page:
        """Return the page at a URL; see :meth:`workers.fetch.Fetcher.fetch`.

        Args:
            url: What to ask for.
            headers: Request headers beside our own.
            patience: Seconds to wait for the host's turn, at most.

        Raises:
            NotYet: The host's turn, or that of one it redirects to, is farther off.
            BlockedError: The URL, or one it redirects to, is not to be asked.
            FetchError: There is no page.
        """
        return self._ask(url, patience, self._robots.check, headers=headers)

    def _rules(self, url: str, patience: float) -> Page:
        return self._ask(url, patience, lambda _url, _patience: 0.0, first=READ)

    def _ask(
        self,
        url: str,
        patience: float,
        delay: Callable[[str, float], float],
        *,
        headers: Mapping[str, str] | None = None,
        first: int | None = None,
    ) -> Page:
        asked: list[str] = []

        def before(target: str) -> None:
            most = max(patience, PATIENCE) if asked else patience
            self._pace.wait(target, delay(target, most), most)
            asked.append(target)

        try:
            page = self._fetcher.fetch(url, headers=headers, before=before, first=first)
        except (BlockedError, NotYet):
            raise
        except FetchError as exc:
            if exc.retry and asked:
                self._pace.slow_down(asked[-1], exc.retry_after)
            raise
        self._pace.ease(page.final_url)
        return page
