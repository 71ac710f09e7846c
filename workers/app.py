"""The Celery application: who works on what, and what becomes of a lost message.

    celery -A workers.app worker -Q crawl --pool threads --concurrency 16
    celery -A workers.app worker -Q index --pool solo
    celery -A workers.app beat

Index workers hold the embedding model, crawl workers do not. Redis has to keep its data
over a restart (``appendonly yes``).
"""

from __future__ import annotations

from celery import Celery

from corroborate.errors import SettingsError
from corroborate.settings import Settings, load

#: Seconds between two looks for due feeds, and for articles to index.
LOOK = 10.0


def _settings() -> Settings:
    found = load()
    if not found.redis:
        raise SettingsError(
            "workers need Redis: set CORROBORATE_REDIS, like redis://localhost:6379/0"
        )
    return found


try:
    settings = _settings()
except SettingsError as exc:
    # Celery imports this to start a worker: whoever typed that reads one line.
    raise SystemExit(f"corroborate: {exc}") from None

app = Celery("corroborate", broker=settings.redis, include=["workers.tasks"])
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_transport="workers.kept:Transport",
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_transport_options={
        "visibility_timeout": settings.lost_after,
        # A Redis that dies during a look for lost messages leaves its lock behind.
        "unacked_mutex_expire": settings.lost_after,
        "unacked_restore_throttle": 1,
    },
    task_default_queue="crawl",
    task_routes={"workers.tasks.index": {"queue": "index"}},
    beat_schedule={
        "dispatch": {
            "task": "workers.tasks.dispatch",
            "schedule": LOOK,
            "options": {"expires": LOOK},
        },
        "index": {"task": "workers.tasks.index", "schedule": LOOK, "options": {"expires": LOOK}},
    },
)
