"""Checks on Celery workers, beside those that crawl and index.

celery -A corroborate.web.tasks worker -Q checks --pool threads --concurrency 2
"""

from __future__ import annotations

from functools import cache

from corroborate.assembly import Engine
from corroborate.types import CheckState
from corroborate.web.jobs import TASK, run
from workers.app import app, settings
from workers.kept import KeptTask


@cache
def _engine() -> Engine:
    return Engine(settings)


@app.task(base=KeptTask, name=TASK)  # type: ignore[untyped-decorator]
def check(check_id: str) -> None:
    """Run a check, unless that was done since the message was sent."""
    found = _engine().store.checks.get(check_id)
    if found and found.state in {CheckState.QUEUED, CheckState.RUNNING}:
        run(_engine(), found)
