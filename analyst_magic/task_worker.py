"""``analyst worker``: processes that take the tasks of Jupyter Servers from a queue and report what comes of them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

from . import worker
from .errors import AnalystError
from .settings import AnalystSettings
from .task_broker import (
    MAX_STARTS,
    SECONDS_ALIVE,
    SECONDS_BETWEEN_BEATS,
    SECONDS_BETWEEN_SIGNS,
    SECONDS_REMEMBERED,
    SECONDS_TO_RETRY,
    SECONDS_UNHEARD,
    TASK,
    celery_app,
    key,
)

WORKER_LOST = {"kind": "WorkerLost", "message": f"{MAX_STARTS} workers ended while the task ran.",
               "next_step": "Give its code less to hold in memory, then POST to its address with /retry."}  # fmt: skip
FAILED = "The worker failed; its log says why."
# A lock is renewed where it is one's own, or gone with all that the Redis held.
BEAT = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1"""
# A task ends once, by the worker that holds it; its report and the mark of its end are written together.
END = """
local owner = redis.call('GET', KEYS[1])
if (owner and owner ~= ARGV[1]) or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
redis.call('XADD', KEYS[3], '*', 'task', ARGV[3], 'kind', ARGV[4], 'data', ARGV[5])
redis.call('EXPIRE', KEYS[3], ARGV[2])
redis.call('DEL', KEYS[1], KEYS[4])
return 1"""


class Claim:
    """A worker's hold on a task, renewed until it ends.

    Args:
        redis: A client of Redis.
        task: The id of the task.
        server: The id of the server that is told about it.

    Attributes:
        stopped: Set when the task was cancelled, or is another worker's by now.
    """

    def __init__(self, redis: Any, task: str, server: str) -> None:
        self._redis, self._task, self._server = redis, task, server
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
        self.stopped, self._over = threading.Event(), threading.Event()

    def ended(self) -> bool:
        """Whether the task has ended, or was cancelled before it began."""
        return bool(self._redis.exists(key("end", self._task), key("cancel", self._task)))

    def take(self) -> bool:
        """Take the lock; whether no other worker holds it."""
        return bool(self._redis.set(key("lock", self._task), self.owner, nx=True, ex=SECONDS_ALIVE))

    def starts(self) -> int:
        """How often the task has been begun, this time included."""
        with self._redis.pipeline() as steps:
            found = steps.incr(key("starts", self._task)).expire(key("starts", self._task), SECONDS_REMEMBERED)
            return int(found.execute()[0])

    def report(self, kind: str, data: Any) -> None:
        """Tell the server about progress; what does not get through is no reason to stop."""
        with contextlib.suppress(*_lost()):
            fields = {"task": self._task, "kind": kind, "data": json.dumps(data)}
            self._redis.xadd(key("reports", self._server), fields)

    def end(self, kind: str, data: Any) -> bool:
        """Tell the server how it ended; whether this worker still held it."""
        keys = [key("lock", self._task), key("end", self._task), key("reports", self._server),
                key("starts", self._task)]  # fmt: skip
        values = [self.owner, SECONDS_REMEMBERED, self._task, kind, json.dumps(data)]
        return bool(self._redis.eval(END, len(keys), *keys, *values))

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Renew the lock in the background while the block runs, and look whether the task was cancelled."""
        beating = threading.Thread(target=self._beat, name="analyst-beat", daemon=True)
        beating.start()
        try:
            yield
        finally:
            self._over.set()
            beating.join()

    def _beat(self) -> None:
        while not self._over.wait(SECONDS_BETWEEN_BEATS):
            with contextlib.suppress(*_lost()):
                mine = self._redis.eval(BEAT, 1, key("lock", self._task), self.owner, SECONDS_ALIVE)
                if not mine or self._redis.exists(key("cancel", self._task)):
                    self.stopped.set()


def serve(settings: AnalystSettings, concurrency: int) -> None:
    """Take tasks until this process is told to end.

    Args:
        settings: The settings; ``broker`` names the queue.
        concurrency: How many tasks run at once, each in a process.

    Raises:
        AnalystError: There is no broker, or the packages of the extra ``celery`` are not installed.
    """
    app = celery_app(settings.broker)
    broker = settings.broker

    @app.task(name=TASK, bind=True, max_retries=None, shared=False)
    def work(self: Any, task: str, server: str, request: str) -> None:
        claim = Claim(_redis(broker), task, server)
        if claim.ended():
            return
        if not claim.take():  # given out twice: wait for the other worker, which ends it or dies
            raise self.retry(countdown=SECONDS_TO_RETRY)
        _do(claim, request)

    from celery.signals import worker_process_init, worker_process_shutdown

    worker_process_init.connect(lambda **_: _begin_process(broker), weak=False)
    worker_process_shutdown.connect(lambda **_: worker.end_analyst(), weak=False)
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    name = f"analyst-{os.getpid()}@%h"
    app.worker_main(["worker", "--pool", "prefork", "--concurrency", str(concurrency), "--hostname", name, *quiet])


def _do(claim: Claim, request: str) -> None:
    with claim.held():
        if claim.starts() > MAX_STARTS:
            claim.end("error", WORKER_LOST)
            return
        claim.report("begun", {"worker": claim.owner})
        try:
            kind, data = "result", worker.answered(json.loads(request), claim.report, claim.stopped)
        except AnalystError as error:
            kind, data = "error", worker.as_error(error)
        except Exception:
            claim.end("error", {"kind": "WorkerFailed", "message": FAILED, "next_step": ""})
            raise
        claim.end(kind, data)


def _begin_process(broker: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which lets tasks end
    threading.Thread(target=_give_signs, args=(broker,), name="analyst-signs", daemon=True).start()


def _give_signs(broker: str) -> None:
    """Tell again and again that this process is there, and whether a sandbox could be started here."""
    name, workers, pause = f"{socket.gethostname()}:{os.getpid()}", key("workers", "all"), threading.Event()
    while True:
        found = worker.readiness()
        sign = {"at": time.time(), "message": found.message, "next_step": found.next_step}
        with contextlib.suppress(*_lost()):
            _redis(broker).hset(workers, name, json.dumps(sign))
            for other, text in _redis(broker).hgetall(workers).items():
                if json.loads(text)["at"] < time.time() - 10 * SECONDS_UNHEARD:
                    _redis(broker).hdel(workers, other)
        pause.wait(SECONDS_BETWEEN_SIGNS)


@cache
def _redis(broker: str) -> Any:
    from redis import Redis
    from redis.backoff import ExponentialBackoff
    from redis.retry import Retry

    return Redis.from_url(broker, retry=Retry(ExponentialBackoff(cap=2, base=0.1), 12), socket_timeout=30)


def _lost() -> tuple[type[Exception], ...]:
    from redis.exceptions import RedisError

    return OSError, RedisError
