"""With a real Redis that goes away: no message is lost, and none is tried again at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from celery import Celery
from celery.exceptions import Reject, Retry
from kombu.connection import Connection

from corroborate.errors import StoreUnavailable
from tests.workers.redis_server import RedisServer
from workers.kept import LONGEST, KeptTask, Transport
from workers.shared import RedisTexts

QUEUE = "crawl"


@pytest.fixture
def server(redis_server: RedisServer) -> RedisServer:
    """Return a Redis that runs."""
    redis_server.start()
    return redis_server


@pytest.fixture
def app(server: RedisServer) -> Iterator[Celery]:
    """Yield an application whose messages go through that Redis as those of the workers do."""
    made = Celery(set_as_current=False, broker=server.url)
    made.conf.update(
        broker_transport="workers.kept:Transport",
        task_default_queue=QUEUE,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0.05},
    )
    yield made
    made.close()


def attempt(task: Any, tries: int = 0) -> Any:
    """Run a task as a worker does that was given its message."""
    task.push_request(
        id="7", args=(), kwargs={}, retries=tries, called_directly=False, is_eager=False
    )
    try:
        return task()
    finally:
        task.pop_request()


def waiting(server: RedisServer) -> list[tuple[int, float]]:
    """Take the messages off the queue; return which try each is, and the seconds until then."""
    client: Any = server.client()
    found = []
    while message := client.rpop(QUEUE):
        headers = json.loads(message)["headers"]
        eta = headers["eta"] and datetime.fromisoformat(headers["eta"])
        seconds = (eta - datetime.now(UTC)).total_seconds() if eta else 0.0
        found.append((headers["retries"], seconds))
    return found


def test_a_task_waits_longer_each_time_while_the_store_is_away(
    app: Celery, server: RedisServer
) -> None:
    """Its message goes back for later: up to twice as late each time, at random, up to a bound."""

    @app.task(base=KeptTask)  # type: ignore[untyped-decorator]
    def away() -> None:
        raise StoreUnavailable("the store is away")

    longest = []
    for tries in (0, 4, 40):
        for _ in range(16):
            with pytest.raises(Retry):
                attempt(away, tries)
        numbers, waits = zip(*waiting(server), strict=True)
        assert set(numbers) == {tries + 1}
        assert max(waits) <= min(2 * 2**tries, LONGEST)
        assert len({round(wait) for wait in waits}) > 1
        longest.append(max(waits))
    assert longest == sorted(longest)


def test_a_message_is_kept_while_redis_is_away_and_goes_through_when_it_is_back(
    app: Celery, server: RedisServer
) -> None:
    """A retry that cannot be sent gives the message back, unacknowledged; nothing gives up."""
    texts = RedisTexts(server.client())

    @app.task(base=KeptTask)  # type: ignore[untyped-decorator]
    def remember() -> str:
        texts.put("http://a.example", "rules", 60.0)
        return "done"

    server.stop()
    for tries in (0, 1, 40):
        with pytest.raises(Reject) as caught:
            attempt(remember, tries)
        assert caught.value.requeue is True
        assert isinstance(caught.value.reason, StoreUnavailable)
    server.start()
    assert attempt(remember, 41) == "done"
    assert (texts.get("http://a.example"), waiting(server)) == ("rules", [])


def test_other_errors_are_not_tried_again(app: Celery, server: RedisServer) -> None:
    """A bug does not go away by waiting."""

    @app.task(base=KeptTask)  # type: ignore[untyped-decorator]
    def bug() -> float:
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        attempt(bug)
    assert waiting(server) == []


def connection(server: RedisServer) -> Any:
    """Return a connection of a worker."""
    options = {"visibility_timeout": 60}
    return Connection(server.url, transport=Transport, transport_options=options)  # type: ignore[no-untyped-call]


def test_a_channel_that_was_closed_says_so(server: RedisServer) -> None:
    """A task that ends after its connection was lost does not end its worker.

    Celery is ready for the errors of a connection, and for no others.
    """
    with connection(server) as given:
        channel, lost = given.channel(), given.connection_errors
    with pytest.raises(lost, match="was closed"):
        channel.basic_ack("7")


def test_a_message_that_redis_could_not_note_as_given_out_is_given_back(
    server: RedisServer,
) -> None:
    """Redis goes away between the two: only the worker still has the message."""
    client: Any = server.client()
    with connection(server) as given:
        channel = given.channel()
        queue = given.SimpleQueue(QUEUE, channel=channel)
        queue.put({"url": "http://a.example/"})
        raw = json.loads(client.rpop(QUEUE))
        message = channel.Message(raw, channel=channel)
        server.stop()
        with pytest.raises(given.connection_errors):
            channel.qos.append(message, message.delivery_tag)
        server.start()
        assert client.llen(QUEUE) == 0
        for _ in range(2):
            channel.qos.restore_visible()
        assert client.llen(QUEUE) == 1
        assert queue.get(timeout=1).payload == {"url": "http://a.example/"}
