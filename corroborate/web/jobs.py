"""Checks as jobs: submitted, queued, running, done or failed; they survive a restart."""

from __future__ import annotations

import hashlib
import io
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from corroborate.errors import CorroborateError, InputError, StoreUnavailable
from corroborate.report.document import dumps
from corroborate.report.view import shorten
from corroborate.types import Article, Check, CheckState
from workers.canonical import canonical_url
from workers.markup import looks_like_html
from workers.reading import read_input, read_text

if TYPE_CHECKING:
    from corroborate.assembly import Engine

#: Checks that run at once. The models use all processors already; a second one only lets a
#: short check pass a long one.
AT_ONCE = 2
#: The Celery task that runs a check, and the queue it waits in.
TASK, QUEUE = "corroborate.web.tasks.check", "checks"
#: Seconds until a check is run again whose state could not be stored.
AWAY = 10
#: Characters of a text that name a check.
NAME = 80
#: A line of so many characters at most is a claim, not an article.
CLAIM = 300

_URL = re.compile(r"https?://\S+", re.IGNORECASE)

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
        self._closing = threading.Event()

    def resume(self) -> None:
        """Queue again what a restart cut off; what workers have begun they end themselves."""
        for check in self._engine.store.checks.unfinished():
            if self._queue is None or check.state is CheckState.QUEUED:
                self._start(check)

    def submit(self, source: str, *, again: bool = False) -> Check:
        """Return the job for a URL, text or HTML: the one there is, or a new one.

        Args:
            source: What to check.
            again: Check anew what was checked before; the report there is stays until then.
        """
        checks = self._engine.store.checks
        # Forms send CRLF at the ends of lines.
        source = source.strip().replace("\r\n", "\n")
        address = canonical_url(source) if _URL.fullmatch(source) else None
        name = hashlib.sha256((address or source).encode()).hexdigest()[:20]
        with self._lock:
            known = checks.get(name)
            if known and not self._is_due(known, again=again):
                # Its message may have been lost; one too many does nothing.
                lost = self._queue is not None and known.state is CheckState.QUEUED
                return self._start(known) if lost else known
            check = Check(
                name, CheckState.QUEUED, datetime.now(UTC), _title(source), source,
                report=known.report if known else None,
            )  # fmt: skip
            checks.put(check)
        return self._start(check)

    def _is_due(self, known: Check, *, again: bool) -> bool:
        """Return whether a check that was submitted once more is to run once more."""
        if known.state is CheckState.RUNNING and self._queue is not None:
            # Redis may have lost its message, or it would have been given to another worker.
            lost_after = timedelta(seconds=self._engine.settings.lost_after)
            return datetime.now(UTC) - known.created > lost_after
        return known.state is CheckState.FAILED or (again and known.state is CheckState.DONE)

    def close(self) -> None:
        """Stop after the checks that are running; queued ones wait for the next start."""
        self._closing.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self, check: Check) -> Check:
        if self._queue is None:
            self._pool.submit(self._run, check)
            return check
        try:
            self._queue.send(check.id)
        except StoreUnavailable as exc:
            check = replace(check, state=CheckState.FAILED, error=str(exc))
            self._engine.store.checks.put(check)
        return check

    def _run(self, check: Check) -> None:
        """Run a check here, again for as long as the store is away, as a worker does."""
        while not self._closing.is_set():
            try:
                run(self._engine, check)
            except StoreUnavailable as exc:
                log.warning("check", id=check.id, error=str(exc))
                self._closing.wait(AWAY)
                continue
            except Exception:
                log.exception("check", id=check.id)
            return


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
    """Run a check, and keep how far it is and what came of it.

    Raises:
        StoreUnavailable: That could not be kept; it is to be run again.
    """
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
        checks.put(ended)
    except Exception as exc:
        said = str(exc)
        if not isinstance(exc, CorroborateError):
            log.exception("check", id=check.id)
            said = "something went wrong on our side; the server's log has the details"
        ended = replace(running, state=CheckState.FAILED, stage="", error=said)
        checks.put(ended)
    log.info("check", id=check.id, outcome=ended.state.value, reason=ended.error)


def _read(engine: Engine, source: str) -> Article:
    """Return the article of a URL, or of the text itself: never of a file here."""
    if _URL.fullmatch(source):
        return read_input(source, engine.fetcher, stdin=io.BytesIO())
    if len(source) <= CLAIM and "\n" not in source and not looks_like_html(source):
        # Whoever types one claim may leave out the full stop that makes it a sentence.
        return read_text(f"{source}." if source[-1:].isalnum() else source, shortest=1)
    try:
        return read_input("-", engine.fetcher, stdin=io.BytesIO(source.encode()))
    except InputError as exc:
        raise InputError(str(exc).replace("standard input", "what was submitted")) from exc


def _title(source: str) -> str:
    """Return what a check is called until its article has been read: a URL or a first line."""
    line = source.partition("\n")[0]
    return "" if line.startswith("<") else shorten(line, NAME)
