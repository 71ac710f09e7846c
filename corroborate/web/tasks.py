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


@app.task(base=KeptTask, name=TASK, bind=True)  # type: ignore[untyped-decorator]
def check(task: KeptTask, check_id: str) -> None:
    """Run a check that waits, or one whose worker was lost over it."""
    found = _engine().store.checks.get(check_id)
    cut_off = task.request.retries or task.request.delivery_info.get("redelivered")
    if found and (
        found.state is CheckState.QUEUED or (cut_off and found.state is CheckState.RUNNING)
    ):
        run(_engine(), found)
