"""Turns and robots.txt that all workers share, kept in Redis."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis

from corroborate.errors import StoreUnavailable

#: Seconds that a slowed host's gap is remembered.
REMEMBERED = 86_400
#: Takes a host's next turn in one step, by the clock of Redis, in milliseconds.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local turn = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
local wait = turn - now
if ARGV[2] == 'inf' or wait <= tonumber(ARGV[2]) then
  local following = turn + tonumber(ARGV[1])
  redis.call('SET', KEYS[1], string.format('%.0f', following), 'PX', following - now + 1000)
end
return wait
"""
_HOLD = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local turn = math.max(now + tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[1]) or '0'))
redis.call('SET', KEYS[1], string.format('%.0f', turn), 'PX', turn - now + 1000)
"""


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as exc:
        raise StoreUnavailable(f"Redis does not answer: {exc}") from exc


class RedisTurns:
    """See :class:`workers.pace.Turns`; for all workers of a cluster.

    Args:
        client: Raises :class:`StoreUnavailable` through us when Redis is away.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client: Any = client
        self._take: Any = client.register_script(_TAKE)
        self._hold: Any = client.register_script(_HOLD)

    def take(self, host: str, gap: float, patience: float) -> float:
        """Take a host's next turn, unless it is more than ``patience`` seconds off."""
        most = "inf" if math.isinf(patience) else str(math.ceil(patience * 1000))
        with _mapped():
            wait = self._take(keys=[f"turn:{host}"], args=[math.ceil(gap * 1000), most])
        return float(wait) / 1000

    def hold(self, host: str, seconds: float) -> None:
        """Give nobody a turn at a host for so many seconds."""
        with _mapped():
            self._hold(keys=[f"turn:{host}"], args=[math.ceil(seconds * 1000)])

    def gap(self, host: str) -> float:
        """Return the seconds that a slowed host is given between turns; 0 if it is not."""
        with _mapped():
            return float(self._client.get(f"gap:{host}") or 0)

    def set_gap(self, host: str, seconds: float) -> None:
        """Remember a slowed host's gap; 0 forgets it."""
        with _mapped():
            if seconds:
                self._client.set(f"gap:{host}", seconds, ex=REMEMBERED)
            else:
                self._client.delete(f"gap:{host}")


class RedisTexts:
    """See :class:`workers.robots.RobotsTexts`; for all workers of a cluster."""

    def __init__(self, client: redis.Redis) -> None:
        self._client: Any = client

    def get(self, origin: str) -> str | None:
        """Return the text of an origin; None: not known any more."""
        with _mapped():
            text = self._client.get(f"robots:{origin}")
        return None if text is None else text.decode()

    def put(self, origin: str, text: str, seconds: float) -> None:
        """Remember a text for so many seconds."""
        with _mapped():
            self._client.set(f"robots:{origin}", text.encode(), ex=math.ceil(seconds))
