"""How often one host is asked: politely, and more slowly when it says so."""

from __future__ import annotations

import ipaddress
import math
import socket
import threading
import time
from collections.abc import Callable
from typing import Protocol

import httpx

from corroborate.errors import FetchError

#: Factor on the pace of a host after an error that may pass, and what it may grow to.
SLOWER = 2.0
SLOWEST = 300.0
#: Factor on a slowed pace after each answer that was well.
EASIER = 0.8
#: Seconds that a host may ask us to stay away at once.
LONGEST_HOLD = 3_600.0


class NotYet(FetchError):
    """The host's next turn is farther off than the caller wants to wait.

    Args:
        url: The URL that was to be asked for.
        seconds: Until the turn.
    """

    why = "its host is not to be asked yet"

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(url, self.why, retry=True, retry_after=seconds)
        self.seconds = seconds


class Turns(Protocol):
    """Whose turn it is: one place for all that ask the same hosts."""

    def take(self, host: str, gap: float, patience: float) -> float:
        """Take a host's next turn, unless it is more than ``patience`` seconds off.

        Args:
            host: Its name.
            gap: Seconds from this turn to the one after it.
            patience: Seconds.

        Returns:
            Seconds until the turn.
        """
        ...

    def hold(self, host: str, seconds: float) -> None:
        """Give nobody a turn at a host for so many seconds."""
        ...

    def gap(self, host: str) -> float:
        """Return the seconds that a slowed host is given between turns; 0 if it is not."""
        ...

    def set_gap(self, host: str, seconds: float) -> None:
        """Remember a slowed host's gap; 0 forgets it."""
        ...


class ProcessTurns:
    """See :class:`Turns`; for the threads of one process.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}
        self._gaps: dict[str, float] = {}

    def take(self, host: str, gap: float, patience: float) -> float:
        """Take a host's next turn, unless it is more than ``patience`` seconds off."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next.get(host, now))
            if turn - now <= patience:
                self._next[host] = turn + gap
            return turn - now

    def hold(self, host: str, seconds: float) -> None:
        """Give nobody a turn at a host for so many seconds."""
        with self._lock:
            self._next[host] = max(self._next.get(host, 0.0), self._clock() + seconds)

    def gap(self, host: str) -> float:
        """Return the seconds that a slowed host is given between turns; 0 if it is not."""
        return self._gaps.get(host, 0.0)

    def set_gap(self, host: str, seconds: float) -> None:
        """Remember a slowed host's gap; 0 forgets it."""
        with self._lock:
            if seconds:
                self._gaps[host] = seconds
            else:
                self._gaps.pop(host, None)


class Pace:
    """Gives each host its turns. Threads may share it.

    Args:
        seconds: Between two requests to the same host.
        turns: Where turns are kept; within this process by default.
        sleep: Waits for so many seconds.
    """

    def __init__(
        self,
        seconds: float,
        turns: Turns | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds = seconds
        self._turns = turns or ProcessTurns()
        self._sleep = sleep

    def wait(self, url: str, delay: float = 0.0, patience: float = math.inf) -> float:
        """Wait for the host's next turn, and take it; return the seconds waited.

        Args:
            url: What is going to be asked for.
            delay: Seconds that the host wants between requests, if it says so.
            patience: Seconds to wait at most.

        Raises:
            NotYet: The turn is farther off; it was not taken.
        """
        host = host_of(url)
        gap = max(self._seconds, min(delay, SLOWEST), self._turns.gap(host))
        seconds = self._turns.take(host, gap, patience)
        if seconds > patience:
            raise NotYet(url, seconds)
        if seconds > 0:
            self._sleep(seconds)
        return seconds

    def slow_down(self, url: str, retry_after: float | None = None) -> None:
        """Ask a host more slowly from now on, and not before it said."""
        host = host_of(url)
        gap = min(max(self._turns.gap(host), self._seconds) * SLOWER, SLOWEST)
        self._turns.set_gap(host, gap)
        self._turns.hold(host, max(gap, min(retry_after or 0.0, LONGEST_HOLD)))

    def ease(self, url: str) -> None:
        """Let a host that answered well come back to its pace, step by step."""
        host = host_of(url)
        gap = self._turns.gap(host)
        if gap:
            self._turns.set_gap(host, gap * EASIER if gap * EASIER > self._seconds else 0.0)


def host_of(url: str) -> str:
    """Return the host of a URL, the same for all its spellings: one host has one pace."""
    host = httpx.URL(url).raw_host.decode("ascii").rstrip(".")
    try:
        if ":" in host:
            address = ipaddress.IPv6Address(host)
            return str(address.ipv4_mapped or address)
        # 127.1, 0x7f.0.0.1 and 2130706433 are addresses too, as the resolver reads them.
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, ValueError):
        return host
