"""Checks on a Celery worker: a real Redis, a worker process, and the server beside it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corroborate.assembly import Engine
from corroborate.settings import load
from corroborate.types import Check, CheckState
from corroborate.web.jobs import Jobs
from tests.samples import MONDAY, article
from tests.web.test_api import TEXT


class Machines:
    """A Redis, a worker and a server's engine over one store.

    Args:
        folder: Where they keep what they keep.
    """

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._folder = folder
        redis = f"redis://127.0.0.1:{self.port}/0"
        self.engine = Engine(load(store=str(folder / "store"), redis=redis))
        self._environment = {
            **os.environ, "CORROBORATE_REDIS": redis, "CORROBORATE_STORE": str(folder / "store"),
            "CORROBORATE_LOST_AFTER": "5",
        }  # fmt: skip
        self.started: list[subprocess.Popen[bytes]] = []

    def redis(self) -> subprocess.Popen[bytes]:
        """Start Redis."""
        words = ("--port", str(self.port), "--save", "", "--dir", str(self._folder))
        process = self._start("redis-server", *words)
        self.until(self._answers)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker."""
        words = "-A corroborate.web.tasks worker -Q checks -P threads -c 2 --without-mingle"
        return self._start(sys.executable, "-m", "celery", *words.split())

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        end = time.monotonic() + 120
        while not holds():
            if time.monotonic() > end:
                logs = [f.read_text()[-3000:] for f in self._folder.glob("log-*")]
                pytest.fail("still waiting; the processes said:\n" + "\n".join(logs))
            time.sleep(0.1)

    def state(self, check: Check) -> CheckState:
        """Return how far a check is."""
        found = self.engine.store.checks.get(check.id)
        assert found is not None
        return found.state

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"log-{len(self.started)}").open("wb") as log:
            process = subprocess.Popen(words, stdout=log, stderr=log, env=self._environment)
        self.started.append(process)
        return process


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """Yield the machines over a store with one article; end them afterwards."""
    if shutil.which("redis-server") is None:
        if os.environ.get("CI"):
            pytest.fail("redis-server is not installed, and in CI this test must run")
        pytest.skip("redis-server is not installed (Debian, Ubuntu: apt-get install redis-server)")
    made = Machines(tmp_path)
    made.engine.store.articles.put([article("port", text="Fourteen people died in the port.")])
    made.engine.index()
    yield made
    made.engine.close()
    for process in made.started:
        process.kill()
        process.wait()


def test_a_worker_runs_what_the_server_was_given(machines: Machines) -> None:
    """A check waits for a worker; one that is killed over it leaves it to the next."""
    machines.redis()
    jobs = Jobs(machines.engine)
    check = jobs.submit(TEXT)
    assert machines.state(check) is CheckState.QUEUED
    first = machines.worker()
    machines.until(lambda: machines.state(check) is not CheckState.QUEUED)
    first.kill()
    machines.worker()
    machines.until(lambda: machines.state(check) is CheckState.DONE)
    assert jobs.submit(TEXT).state is CheckState.DONE
    jobs.close()


def test_a_lost_message_is_sent_again(machines: Machines) -> None:
    """Whoever submits what still waits has it run, though Redis has forgotten it."""
    redis = machines.redis()
    jobs = Jobs(machines.engine)
    check = jobs.submit(TEXT)
    redis.kill()
    redis.wait()
    machines.redis()
    machines.worker()
    assert jobs.submit(TEXT).state is CheckState.QUEUED
    machines.until(lambda: machines.state(check) is CheckState.DONE)
    jobs.close()


def test_a_running_check_that_was_lost_runs_again(machines: Machines) -> None:
    """A check that has been running for too long is queued again; a fresh one is left alone."""
    machines.redis()
    jobs = Jobs(machines.engine)
    check = jobs.submit(TEXT)
    running = replace(check, state=CheckState.RUNNING)
    machines.engine.store.checks.put(running)
    assert jobs.submit(TEXT, again=True).state is CheckState.RUNNING
    machines.engine.store.checks.put(replace(running, created=MONDAY))
    assert jobs.submit(TEXT).state is CheckState.QUEUED
    jobs.close()


def test_a_redis_that_is_away_fails_the_check_at_once(machines: Machines) -> None:
    """The visitor is told to try again, and can, once it is there."""
    jobs = Jobs(machines.engine)
    failed = jobs.submit(TEXT)
    assert failed.error == "the queue of checks does not answer; try again in a minute"
    assert machines.state(failed) is CheckState.FAILED
    machines.redis()
    assert jobs.submit(TEXT).state is CheckState.QUEUED
    jobs.close()
