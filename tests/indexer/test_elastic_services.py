"""The services of compose.yaml as processes: their own commands and health checks, no container."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from corroborate.types import Feed
from indexer.opening import open_store
from tests.elasticsearch import free_port
from tests.test_compose import interpolated
from tests.workers.pages import html_page
from tests.workers.web import Answer, Web

if TYPE_CHECKING:
    from corroborate.protocols import Store

ROOT = Path(__file__).parents[2]
#: Where the programs of this environment are, which an image has on its path.
PROGRAMS = Path(sys.executable).parent
HOST = "127.0.0.21"
FEED = """<rss version="2.0"><channel><title>Harbour Herald</title>
<item><title>Bridge over the Sarn reopens</title><link>{0}</link></item></channel></rss>"""
TEXT = "The old bridge over the Sarn reopened to traffic on Tuesday, eleven months after a crash."


class Services:
    """The services, started as compose.yaml has them, on ports and in a folder of the test."""

    def __init__(self, folder: Path, place: str) -> None:
        self._folder = folder
        self._described: dict[str, Any] = YAML(typ="safe").load(ROOT / "compose.yaml")["services"]
        self.port, redis = free_port(), free_port()
        self.place = place
        #: What is at another place here than between containers.
        self._moved = {
            "redis://redis:6379": f"redis://127.0.0.1:{redis}",
            "http://elasticsearch:9200": place,
            "localhost:9200": place.rpartition("/")[0],
            "127.0.0.1:8000": f"127.0.0.1:{self.port}",
            "/tmp/beat": str(folder / "beat"),
        }
        self._more = {
            "redis": ["--port", str(redis), "--dir", str(folder)],
            "web": ["--port", str(self.port)],
        }
        self._asks = {"redis": ["-p", str(redis)]}
        self.started: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start a service."""
        with (self._folder / f"log-{name}").open("wb") as log:
            self.started[name] = subprocess.Popen(
                self._command(name), env=self._environment(name), stdout=log, stderr=log
            )

    def is_healthy(self, name: str) -> bool:
        """Return whether a service's own health check passes."""
        kind, program, *words = self._described[name]["healthcheck"]["test"]
        if kind == "CMD-SHELL":
            command = self._here(["sh", "-c", program.replace("$$", "$")])
        else:
            command = self._here([program, *self._asks.get(name, []), *words])
        done = subprocess.run(
            command, check=False, env=self._environment(name), capture_output=True
        )
        return done.returncode == 0

    def run(self, *words: str) -> str:
        """Return what 'docker compose run --rm web …' prints."""
        done = subprocess.run(
            [PROGRAMS / "corroborate", *words],
            check=True,
            env=self._environment("web"),
            capture_output=True,
            text=True,
        )
        return done.stdout

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; show the logs if it never does."""
        end = time.monotonic() + 180
        while not holds():
            if time.monotonic() > end:
                logs = [f"{f.name}:\n{f.read_text()[-2000:]}" for f in self._folder.glob("log-*")]
                pytest.fail("still waiting; the services said:\n" + "\n".join(logs))
            time.sleep(0.3)

    def _command(self, name: str) -> list[str]:
        service = self._described[name]
        ours = service["image"] == "corroborate"
        entrypoint = service.get("entrypoint", ["corroborate"] if ours else [])
        return self._here([*entrypoint, *service["command"], *self._more.get(name, [])])

    def _environment(self, name: str) -> dict[str, str]:
        settings = self._described[name].get("environment", {})
        values = {key: self._here([interpolated(value)])[0] for key, value in settings.items()}
        return {
            **os.environ,
            **values,
            "CORROBORATE_ALLOW_PRIVATE": "true",
            "HOSTNAME": socket.gethostname(),
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        }

    def _here(self, words: list[str]) -> list[str]:
        for there, here in self._moved.items():
            words = [word.replace(there, here) for word in words]
        program = PROGRAMS / words[0]
        return [str(program) if program.exists() else words[0], *words[1:]]


@pytest.fixture
def services(tmp_path: Path, place: str) -> Iterator[Services]:
    """Yield the services; their processes are ended afterwards."""
    if missing := [p for p in ("redis-server", "redis-cli", "curl") if not shutil.which(p)]:
        if os.environ.get("CI"):
            pytest.fail(f"in CI this has to run: {missing} not installed")
        pytest.skip(f"{', '.join(missing)} not installed")
    made = Services(tmp_path, place)
    yield made
    for process in made.started.values():
        process.kill()
        process.wait()


@pytest.fixture
def store(services: Services) -> Iterator[Store]:
    """Yield the store that the services share."""
    with closing(open_store(services.place)) as opened:
        yield opened


def test_the_services_crawl_index_and_check(services: Services, store: Store) -> None:
    """Every service starts, says it is healthy, and an article goes all the way through them."""
    services.start("redis")
    services.until(lambda: services.is_healthy("redis"))
    assert services.is_healthy("elasticsearch")
    names = ("web", "crawl", "index", "checks", "beat")
    for name in names:
        services.start(name)
    for name in names:
        services.until(partial(services.is_healthy, name))
    with Web() as web:
        page = f"http://{HOST}:{web.port}/news/bridge"
        web.answers[HOST, "/robots.txt"] = Answer(status=404)
        web.answers[HOST, "/feed"] = Answer(FEED.format(page).encode())
        web.answers[HOST, "/news/bridge"] = Answer(html_page().encode())
        store.feeds.put([Feed(f"http://{HOST}:{web.port}/feed")])
        services.until(lambda: store.overview().passages > 0)
    said = json.loads(services.run("status", "--json"))
    assert (said["articles"], said["backlog"]) == (1, 0)
    address = f"http://127.0.0.1:{services.port}/api/v1/checks"
    request = urllib.request.Request(
        address, json.dumps({"source": TEXT}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        check = json.load(answer)["id"]

    def is_done() -> bool:
        with urllib.request.urlopen(f"{address}/{check}") as answer:
            return bool(json.load(answer)["state"] == "done")

    services.until(is_done)
    assert {name for name, p in services.started.items() if p.poll() is not None} == set()
