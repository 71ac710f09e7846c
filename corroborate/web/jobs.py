"""Checks as jobs: submitted, queued, running, done or failed; they survive a restart."""

from __future__ import annotations

import hashlib
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from corroborate.errors import CorroborateError, InputError, StoreUnavailable
from corroborate.report.document import dumps
from corroborate.types import Article, Check, CheckState
from workers.reading import read_input

if TYPE_CHECKING:
    from corroborate.assembly import Engine

#: Checks that run at once. The models use all processors already; a second one only lets a
#: short check pass a long one.
AT_ONCE = 2
#: The Celery task that runs a check, and the queue it waits in.
TASK, QUEUE = "corroborate.web.tasks.check", "checks"
#: Characters of a text that name a check.
NAME = 80

log = structlog.get_logger()


class Jobs:
    """Has submitted checks run: by Celery workers where Redis is set, else in threads here.

    Args:
        engine: Checks articles and keeps the jobs.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue = _Queue(engine.settings.redis) if engine.settings.redis else None
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="check")
        self._lock = threading.Lock()

    def resume(self) -> None:
        """Queue again what a restart cut off; what workers have begun they end themselves."""
        for check in self._engine.store.checks.unfinished():
            if self._queue is None or check.state is CheckState.QUEUED:
                self._start(check)

    def submit(self, source: str, *, again: bool = False) -> Check:
        """Return the job for a URL, text or HTML: the one there is, or a new one.

        Args:
            source: What to check.
            again: Check anew what was checked before.
        """
        checks = self._engine.store.checks
        name = hashlib.sha256(source.strip().encode()).hexdigest()[:20]
        with self._lock:
            known = checks.get(name)
            if known and not _anew(known.state, again=again):
                # Its message may have been lost; one too many does nothing.
                lost = self._queue is not None and known.state is CheckState.QUEUED
                return self._start(known) if lost else known
            check = Check(name, CheckState.QUEUED, datetime.now(UTC), _title(source), source)
            checks.put(check)
        return self._start(check)

    def close(self) -> None:
        """Stop after the checks that are running; queued ones wait for the next start."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self, check: Check) -> Check:
        if self._queue is None:
            self._pool.submit(run, self._engine, check)
            return check
        try:
            self._queue.send(check.id)
        except StoreUnavailable as exc:
            check = replace(check, state=CheckState.FAILED, error=str(exc))
            self._engine.store.checks.put(check)
        return check


class _Queue:
    """Sends checks to the workers of :mod:`corroborate.web.tasks`.

    Args:
        url: Redis.
    """

    def __init__(self, url: str) -> None:
        from celery import Celery

        self._app = Celery(broker=url, set_as_current=False)
        self._app.conf.broker_transport_options = {
            "socket_connect_timeout": 3,
            "socket_timeout": 3,
        }

    def send(self, check_id: str) -> None:
        """Send the message.

        Raises:
            StoreUnavailable: Redis does not answer.
        """
        from kombu.exceptions import OperationalError

        try:
            self._app.send_task(TASK, (check_id,), queue=QUEUE, ignore_result=True, retry=False)
        except OperationalError as exc:
            log.warning("queue", error=str(exc))
            raise StoreUnavailable(
                "the queue of checks does not answer; try again in a minute"
            ) from exc


def run(engine: Engine, check: Check) -> None:
    """Run a check, and keep how far it is and what came of it."""
    checks = engine.store.checks
    running = replace(check, state=CheckState.RUNNING, stage="reading")
    checks.put(running)

    def progress(stage: str, done: int, total: int) -> None:
        checks.put(replace(running, stage=stage, done=done, total=total))

    try:
        article = _read(engine, check.source)
        running = replace(running, title=article.title or running.title)
        report = engine.check(article, progress=progress)
        ended = replace(running, state=CheckState.DONE, stage="", report=dumps(report))
    except CorroborateError as exc:
        ended = replace(running, state=CheckState.FAILED, stage="", error=str(exc))
    except Exception:
        log.exception("check", id=check.id)
        said = "something went wrong on our side; the server's log has the details"
        ended = replace(running, state=CheckState.FAILED, stage="", error=said)
    checks.put(ended)
    log.info("check", id=check.id, outcome=ended.state.value, reason=ended.error)


def _read(engine: Engine, source: str) -> Article:
    """Return the article of a URL, or of the text itself: never of a file here."""
    source = source.strip()
    if source.startswith(("http://", "https://")) and len(source.split()) == 1:
        return read_input(source, engine.fetcher, stdin=io.BytesIO())
    try:
        return read_input("-", engine.fetcher, stdin=io.BytesIO(source.encode()))
    except InputError as exc:
        raise InputError(str(exc).replace("standard input", "what was submitted")) from exc


def _title(source: str) -> str:
    """Return what a check is called until its article has been read: a URL or a first line."""
    line = source.strip().partition("\n")[0]
    return "" if line.startswith("<") else " ".join(line.split())[:NAME]


def _anew(state: CheckState, *, again: bool) -> bool:
    return state is CheckState.FAILED or (again and state is CheckState.DONE)
