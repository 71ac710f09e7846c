"""A real server over a store of its own, in a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn

from corroborate.assembly import Engine
from corroborate.report.document import dumps
from corroborate.settings import load
from corroborate.types import Check, CheckState
from corroborate.web.app import create_app
from tests.samples import MONDAY, article, report

HOSTILE = "<script>alert(1)</script>"
TOKEN = "open sesame"


@dataclass
class Site:
    """A running server, and what is behind it."""

    url: str
    engine: Engine
    client: httpx.Client

    def form(self) -> str:
        """Return the token that forms carry, having visited a page as a browser does."""
        self.client.get("/")
        return str(self.client.cookies["corroborate_form"])


@contextmanager
def served(engine: Engine) -> Iterator[Site]:
    """Serve what an engine has, on a port of its own."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(engine), port=0, log_level="error", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server has not started"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, timeout=60) as client:
            yield Site(url, engine, client)
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Serve a store with one hostile article and one hostile report that is done."""
    settings = load(
        store=str(tmp_path / "store"), token=TOKEN, submissions=5, hosts="News.example, b.example"
    )
    with Engine(settings) as engine:
        stored = article(
            "hostile", outlet=f"Bad{HOSTILE}", title=f"Fire{HOSTILE}",
            text=f"Fourteen people died in the port.{HOSTILE}", url="javascript:alert(1)",
        )  # fmt: skip
        engine.store.articles.put([stored])
        engine.index()
        done = Check(
            "done", CheckState.DONE, MONDAY, f"Night{HOSTILE}", "x", report=dumps(report(HOSTILE))
        )
        engine.store.checks.put(done)
        with served(engine) as running:
            yield running
