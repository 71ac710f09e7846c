"""A limit on the whole of a request, which timeouts of single reads cannot give.

A server that sends one byte now and then never runs into a read timeout. When the time is
up, its connection is shut down under it, and the read that waits there fails.
"""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType
from typing import Any, Self


class Deadline:
    """Shuts a request's connection down when its time is up.

    A context manager that can be entered once for each request of a redirect: what counts is
    the time inside, not what is waited for the hosts' turns.

    Pass :meth:`trace` to httpx as the request's ``trace`` extension
    (https://www.encode.io/httpcore/extensions/#trace).

    Args:
        seconds: That the requests may take together.
    """

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    def __enter__(self) -> Self:
        self._end = time.monotonic() + self._left
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(self._left, self._cut)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        self._left = max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Note the connection that a request is sent over."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._socket = info["return_value"].get_extra_info("socket")
            if self.passed:
                self._cut()

    def _cut(self) -> None:
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                # The other side was faster.
                return
