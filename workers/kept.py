"""Messages that survive what their task needs being away, Redis itself as well."""

from __future__ import annotations

from typing import Any

from celery import Task
from celery.exceptions import Reject
from celery.utils.time import get_exponential_backoff_interval
from kombu.exceptions import OperationalError
from kombu.transport import redis as transport
from redis.exceptions import ConnectionError as RedisAway

from corroborate.errors import StoreUnavailable

#: What says that the store, or the Redis of the turns or of the messages, is away.
AWAY = (StoreUnavailable, OperationalError)
#: Most seconds between two tries.
LONGEST = 300

#: Messages that Redis does not know of: content, exchange, routing key.
_unnoted: list[tuple[Any, str, str]] = []


class QoS(transport.QoS):
    """Notes which messages are out; keeps those that Redis was not there to note.

    Kombu takes a message off its queue first and notes it as out afterwards: a Redis that
    goes away in between has lost the message, and only this worker still has it.
    """

    def append(self, message: Any, delivery_tag: str) -> None:
        """Note a message as given to this worker."""
        try:
            super().append(message, delivery_tag)  # type: ignore[no-untyped-call]
        except self.channel.connection_errors:
            where = message.delivery_info
            _unnoted.append((message._raw, where["exchange"], where["routing_key"]))  # noqa: SLF001
            raise

    def restore_visible(self, *args: Any, **options: Any) -> None:
        """Give messages that nobody acknowledged in time to the queues again."""
        while _unnoted:
            with self.channel.conn_or_acquire() as client, client.pipeline() as pipe:
                self.channel._do_restore_message(*_unnoted[-1], pipe)  # noqa: SLF001
                pipe.execute()
            _unnoted.pop()
        super().restore_visible(*args, **options)  # type: ignore[no-untyped-call]


class Channel(transport.Channel):
    """A channel that says so when it is used after its connection was closed.

    Tasks that end after Redis went away acknowledge on a closed channel, where Kombu 5.7
    raises ``AttributeError``: Celery takes that for a fault of the worker, and ends it. The
    error of a lost connection it is ready for; the message comes again.
    """

    QoS = QoS

    def _connparams(self, asynchronous: bool = False) -> Any:  # noqa: FBT001, FBT002
        if self.connection is None or self.connection.client is None:
            raise RedisAway("the connection of this channel was closed")
        return super()._connparams(asynchronous=asynchronous)  # type: ignore[no-untyped-call]


class Transport(transport.Transport):
    """Kombu's transport over Redis, with our channel."""

    Channel = Channel


class KeptTask(Task):  # type: ignore[misc]
    """A task that is tried again, each time later, for as long as something is away.

    Celery drops a message whose retry it cannot send. Here it stays unacknowledged, and
    Redis gives it out again after :attr:`Settings.lost_after` seconds.
    """

    abstract = True
    max_retries = None

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Run the task."""
        try:
            return super().__call__(*args, **options)
        except AWAY as exc:
            tries = self.request.retries
            wait = get_exponential_backoff_interval(2, tries, LONGEST, full_jitter=True)
            try:
                raise self.retry(exc=exc, countdown=wait)
            except Reject as unsent:
                raise Reject(exc, requeue=True) from unsent
