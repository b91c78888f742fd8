"""The queue between a Jupyter Server and ``analyst worker`` processes: Celery over Redis, and what both sides write.

Celery carries the tasks; it gives those of a worker that died to another. Beside it, in the same Redis, each task has
a lock, so that one that was given out twice runs once at a time, and a mark of its end, so that it never ends twice.
What workers report goes through one stream a server: https://redis.io/docs/latest/develop/data-types/streams/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .errors import UnknownOption
from .extras import require
from .language import message

if TYPE_CHECKING:
    from celery import Celery

TASK = "analyst_magic.task"
LEFT = "left"
"""The name, in a task's result, of what its conversation has left; the server takes it out."""
QUEUE = "analyst"
PRIORITIES = {"high": 0, "normal": 3, "low": 6}
"""As Celery counts them with Redis, where 0 goes first."""
SECONDS_ALIVE = 15
"""A worker that has not renewed the lock of its task for so long is taken for dead."""
SECONDS_BETWEEN_BEATS = 2.0
SECONDS_BETWEEN_SIGNS = 5.0
"""So often a worker tells that it is there, and whether it has its engine."""
SECONDS_UNHEARD = 30
"""A worker that has not told so for so long is not counted any more."""
SECONDS_VISIBLE = 20
"""After so long Celery gives a task that has not ended to another worker, which finds its lock and waits."""
SECONDS_TO_RETRY = 8
"""So long it waits; less than ``SECONDS_VISIBLE``, or what waits would be given out again in its turn."""
SECONDS_LIMIT = 4 * 3600
"""After so long the process of a task is killed."""
SECONDS_REMEMBERED = 8 * 86_400
MAX_STARTS = 3
"""A task that has taken so many workers with it is not begun again."""
SCHEMES = ("redis", "rediss", "unix")


def celery_app(broker: str) -> Celery:
    """The queue as Celery knows it; nothing connects yet.

    Args:
        broker: The address of a Redis.

    Raises:
        MissingExtra: The packages of the extra ``celery`` are not installed.
        UnknownOption: The address is none of a Redis.

    Example:
        >>> celery_app("amqp://elsewhere")
        Traceback (most recent call last):
        ...
        analyst_magic.errors.UnknownOption: The setting broker is the address of a Redis. \
For example redis://localhost:6379/0.
    """
    if urlsplit(broker).scheme not in SCHEMES:
        raise UnknownOption("The setting broker is the address of a Redis.", "For example redis://localhost:6379/0.")
    require("celery", "celery", message("Workers need"))
    require("redis", "celery", message("Workers need"))
    from celery import Celery

    app = Celery("analyst_magic", broker=broker, set_as_current=False)
    app.conf.update(
        task_default_queue=QUEUE,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_time_limit=SECONDS_LIMIT,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": SECONDS_VISIBLE,
            # Looks each second for what a dead worker left; by default only every 100 seconds.
            "unacked_restore_interval": 1,
            "unacked_restore_throttle": 1,
            "queue_order_strategy": "priority",
        },
    )
    return app


def key(what: str, name: str) -> str:
    """A key in Redis: of a task its ``lock``, ``end``, ``cancel``, ``starts`` or ``known``; ``reports``; ``workers``.

    >>> key("lock", "7")
    'analyst:lock:7'
    """
    return f"analyst:{what}:{name}"


def without_password(broker: str) -> str:
    """The address as it may be shown.

    >>> without_password("redis://:secret@host:6379/0")
    'redis://host:6379/0'
    """
    parts: Any = urlsplit(broker)
    return str(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
