"""Gives tasks to ``analyst worker`` processes through a broker, and takes in what they report."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sqlite3
import time
import uuid
from typing import Any

from ..task_broker import PRIORITIES, SECONDS_REMEMBERED, SECONDS_UNHEARD, TASK, celery_app, key
from .task_metrics import observe
from .task_runner import TaskRunner
from .task_store import State, Task, TaskStore

SECONDS_BETWEEN_LOOKS = 4.0
SECONDS_TO_RECONNECT = 1.0
SECONDS_TO_WAIT = 5
BROKER_LOST = "The broker has lost the task, and no worker has it any more."
log = logging.getLogger(__name__)


class BrokerRunner(TaskRunner):
    """The tasks of a server whose workers are elsewhere. Its own kernel does what a request waits for.

    Args:
        store: The tasks.
        kernels: The server's kernel manager.
        broker: The address of a Redis.

    Raises:
        AnalystError: The address is none, or the packages of the extra ``celery`` are not installed.
    """

    def __init__(self, store: TaskStore, kernels: Any, broker: str) -> None:
        super().__init__(store, kernels, number=0)
        from redis.asyncio import Redis

        self._app = celery_app(broker)
        self._redis: Any = Redis.from_url(broker, decode_responses=True, socket_timeout=6.0 * SECONDS_TO_WAIT)
        self._server = store.note("server", uuid.uuid4().hex)
        self._suspects: set[str] = set()
        self.reached, self._closed = False, False

    def start(self) -> None:
        """Begin to send and to receive; what workers did while this server was away is in their reports."""
        self.store.interrupt_orphans()
        self._loops = [
            asyncio.ensure_future(self._again(self._send)),
            asyncio.ensure_future(self._again(self._receive)),
            asyncio.ensure_future(self._again(self._look)),
        ]

    async def problems(self) -> list[tuple[str, str, str]]:
        """What keeps tasks from being done: the queue is away, no worker is there, or none of them has its engine."""
        try:
            async with asyncio.timeout(SECONDS_TO_WAIT):
                found = await self._redis.hgetall(key("workers", "all"))
        except _errors() as error:
            step = "Start it, or correct the setting broker. Tasks wait in the server meanwhile."
            return [("queue", f"The Redis of the queue does not answer: {type(error).__name__}.", step)]
        known = [json.loads(text) for text in found.values()]
        living = [worker for worker in known if worker["at"] > time.time() - SECONDS_UNHEARD]
        if not living:
            return [("queue", "No worker takes tasks.", "Start one where the data lies: analyst worker")]
        if all(worker["message"] for worker in living):
            return [("engine", str(living[0]["message"]), str(living[0]["next_step"] or "Run `analyst doctor`."))]
        return []

    async def cancel(self, task: Task) -> bool:
        """Cancel a task that has not ended; its worker stops when it next looks."""
        ended = self.store.end(task.id, "cancelled")
        if ended:
            observe(self.store.get(task.id))
            self.wake()  # the next one of its conversation may be sent
            with contextlib.suppress(*_errors()):
                await self._redis.set(key("cancel", task.id), "1", ex=SECONDS_REMEMBERED)
        return ended

    async def close(self) -> None:
        """End what this server does; workers go on, and their reports wait."""
        self._closed = True
        await super().close()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self._redis.aclose()

    async def _again(self, step: Any) -> None:
        """Do a step over and over; while the broker is away, tasks wait."""
        while not self._closed:  # the client of Redis may take a cancellation for a lost connection
            try:
                await step()
            except sqlite3.Error as error:  # the disk is full: reports wait in the broker, tasks here
                log.warning("analyst: the tasks cannot be written: %s", error)
                await asyncio.sleep(SECONDS_TO_RECONNECT)
            except _errors() as error:
                if self.reached and not self._closed:
                    log.warning("analyst: the broker does not answer: %s", type(error).__name__)
                self.reached = False
                await asyncio.sleep(SECONDS_TO_RECONNECT)

    async def _send(self) -> None:
        """Send what is pending; a task that is sent twice, as after a crash, still runs once."""
        self._wake.clear()
        for task in self.store.unsent():
            await asyncio.to_thread(self._publish, task)
            await self._redis.set(key("known", task.id), "1", ex=SECONDS_REMEMBERED)
            self.store.set_sent(task.id)
            self.reached = True
        if not self.store.unsent(1):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), SECONDS_TO_WAIT)

    def _publish(self, task: Task) -> None:
        priority = PRIORITIES[task.request.get("priority") or "normal"]
        arguments = [task.id, self._server, json.dumps(self._asked(task))]
        self._app.send_task(TASK, arguments, task_id=task.id, priority=priority, retry=False)

    async def _receive(self) -> None:
        """Take in reports. Where the server is killed in between, it reads them again; an ended task ends once."""
        stream = key("reports", self._server)
        found = await self._redis.xread(
            {stream: self.store.note("position", "0")}, count=100, block=1_000 * SECONDS_TO_WAIT
        )
        self.reached = True
        for _, reports in found:
            for number, fields in reports:
                await self._take(fields["task"], fields["kind"], json.loads(fields["data"]))
                self.store.set_note("position", number)
                await self._redis.xdel(stream, number)
            self._notify()

    async def _take(self, task: str, kind: str, data: Any) -> None:
        if kind == "begun":
            self.store.begin(task, f"worker {data['worker']}")
        elif kind in {"result", "error"}:
            found = self.store.get(task)
            if found is not None:
                await asyncio.to_thread(self._end, found, kind, data)
                observe(self.store.get(task))
                self._wake.set()  # the next one of its conversation may be sent
        else:
            self.store.progress(task, kind, data)

    async def _look(self) -> None:
        """Look for tasks that a broker has lost which was restarted: waiting ones are sent again, others told."""
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        for task in await self._unknown("pending"):  # all before the first is sent again, so that their order holds
            self.store.set_sent(task, False)
            self._wake.set()
        lost = await self._unknown("running")
        self.store.interrupt(lost & self._suspects, BROKER_LOST)
        self._suspects = lost
        if lost:
            self.wake()
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)  # its worker may live, and renew the lock meanwhile

    async def _unknown(self, state: State) -> set[str]:
        """Tasks in a state that have gone to the broker, of which it knows nothing."""
        whats = ("known", "lock", "end")
        return {task for task in self.store.sent(state) if not await self._redis.exists(*(key(w, task) for w in whats))}


def _errors() -> tuple[type[Exception], ...]:
    from kombu.exceptions import OperationalError
    from redis.exceptions import RedisError

    return OSError, OperationalError, RedisError
