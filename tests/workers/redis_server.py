"""A real Redis of a test's own, which can go away and come back."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

import redis


class RedisServer:
    """A Redis on loopback that keeps its data over a restart.

    Args:
        folder: Where its data and its log are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words = f"--port {self._port} --appendonly yes --appendfsync always --save".split()
        command = ["redis-server", *words, "", "--dir", str(self._folder)]
        with (self._folder / "log-redis").open("ab") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out)
        end = time.monotonic() + 20.0
        while not self._answers():
            assert time.monotonic() < end, (self._folder / "log-redis").read_text()
            time.sleep(0.02)

    def stop(self) -> None:
        """End it, if it runs."""
        if self._process:
            self._process.terminate()
            self._process.wait()

    def client(self) -> redis.Redis:
        """Return a client with connections of its own."""
        return redis.Redis.from_url(self.url)

    def _answers(self) -> bool:
        with self.client() as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False
