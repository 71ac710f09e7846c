"""A small web of many hosts on loopback, with whatever manners a test gives it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from corroborate.settings import Settings


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Writes the whole answer itself, to misbehave.
    raw: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request that arrived."""

    host: str
    path: str
    #: Monotonic seconds.
    time: float
    headers: Mapping[str, str]


class Web:
    """Hosts 127.0.0.x on one port; each path answers what it was given. A context manager."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer | list[Answer]] = {}
        self.requests: list[Request] = []
        self.closing = threading.Event()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = (self.headers.get("Host") or "").rpartition(":")[0]
                web.requests.append(
                    Request(host, self.path, time.monotonic(), dict(self.headers.items()))
                )
                answer = web._answer(host, self.path)
                try:
                    if answer.raw:
                        answer.raw(self)
                    else:
                        self._send(answer)
                except OSError:
                    self.close_connection = True

            def _send(self, answer: Answer) -> None:
                self.send_response(answer.status)
                headers = {"Content-Length": str(len(answer.body)), **answer.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *args: object) -> None:
                del args

        self._server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def port(self) -> int:
        """The port that all hosts answer on."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the URL of a path."""
        return f"http://{host}:{self.port}{path}"

    def put(self, url: str, *answers: Answer) -> str:
        """Let a URL answer, the last answer for ever; return the URL."""
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        self.answers[parts.hostname or "", path] = list(answers)
        return url

    def answer(self, url: str) -> Answer:
        """Return what a URL answers next."""
        parts = urlsplit(url)
        return self._answer(parts.hostname or "", parts.path)

    def asked(self, url: str) -> list[Request]:
        """Return the requests for a URL, in order."""
        parts = urlsplit(url)
        return [r for r in self.requests if (r.host, r.path) == (parts.hostname, parts.path)]

    def _answer(self, host: str, path: str) -> Answer:
        answers = self.answers.get((host, path))
        if not answers:
            return Answer(b"Not found.", 404)
        if isinstance(answers, list):
            return answers.pop(0) if len(answers) > 1 else answers[0]
        return answers


def settings(**changes: object) -> Settings:
    """Return settings that let the tests fetch from loopback, quickly."""
    values: dict[str, object] = {
        "allow_private": True,
        "timeout": 2.0,
        "pace": 0.001,
        "contact": "mailto:editor@harbour-herald.example",
    }
    return Settings(**{**values, **changes})  # type: ignore[arg-type]
