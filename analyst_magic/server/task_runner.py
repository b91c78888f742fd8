"""Runs tasks in kernels of the server: a bounded number at once, each kernel one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from jupyter_server.utils import ensure_async

from ..task_broker import LEFT
from .task_metrics import observe
from .task_store import HOW_TO_RETRY, Task, TaskStore

MIME = "application/vnd.analyst-magic.task.v1+json"
SECONDS_IDLE = 300.0
"""After so long without a task a kernel ends."""
SECONDS_TO_START = 120.0
SECONDS_TO_STOP = 15.0
SECONDS_TO_LOOK = 30.0
SECONDS_TO_RECOVER = 2.0
KERNEL_LOST = {"kind": "KernelLost", "message": "The kernel ended while the task ran.", "next_step": HOW_TO_RETRY}
NO_PACKAGE = {"kind": "KernelUnusable", "message": "The server's default kernel cannot run tasks.",
              "next_step": "Install analyst-magic into the environment of that kernel."}  # fmt: skip


log = logging.getLogger(__name__)
T = TypeVar("T")


class KernelEnded(Exception):
    """The kernel ended before its answer came."""


class Worker:
    """One kernel of the server that does tasks.

    Args:
        kernels: The server's kernel manager.
    """

    def __init__(self, kernels: Any) -> None:
        self._kernels = kernels
        self._kernel, self._client, self._ended = "", None, asyncio.Event()

    async def call(self, function: str, argument: str, on_event: Callable[[str, Any], None]) -> tuple[str, Any]:
        """Call a function of ``analyst_magic.worker`` in the kernel, and return the kind and data of what it ends with.

        Args:
            function: Its name.
            argument: What it gets.
            on_event: Told about the messages before the last one.

        Raises:
            KernelEnded: The kernel ended meanwhile.
            TimeoutError: It did not start.
        """
        if not self._kernel:
            await self._start()
        last: list[tuple[str, Any]] = []

        def hook(message: Mapping[str, Any]) -> None:
            found = (message["content"].get("data") or {}).get(MIME)
            if message["msg_type"] == "display_data" and isinstance(found, dict):
                if found["kind"] in {"result", "error"}:
                    last.append((found["kind"], found["data"]))
                else:
                    on_event(str(found["kind"]), found["data"])

        code = f"from analyst_magic import worker as _w; _w.{function}({argument!r})"
        run = asyncio.ensure_future(self._client.execute_interactive(  # type: ignore[attr-defined]
            code, allow_stdin=False, store_history=False, output_hook=hook, stop_on_error=False))  # fmt: skip
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            done, _ = await asyncio.wait({run, ended}, return_when=asyncio.FIRST_COMPLETED)
            if run not in done:
                raise KernelEnded
            reply = run.result()["content"]
        finally:
            for future in (run, ended):
                future.cancel()
        if last:
            return last[-1]
        stopped = reply.get("ename") == "KeyboardInterrupt"
        return "error", {**NO_PACKAGE, "stopped": stopped} if not stopped else {"kind": "Stopped", "stopped": True}

    async def interrupt(self) -> None:
        """Stop what runs."""
        if self._kernel:
            await ensure_async(self._kernels.interrupt_kernel(self._kernel))

    async def close(self) -> None:
        """End the kernel."""
        kernel, client, self._kernel, self._client = self._kernel, self._client, "", None
        if client is not None:
            client.stop_channels()
        if kernel and kernel in self._kernels:
            with contextlib.suppress(Exception):  # it may have ended by itself
                await ensure_async(self._kernels.shutdown_kernel(kernel, now=True))

    async def _start(self) -> None:
        self._ended = asyncio.Event()
        # In the server's root, wherever the server was started: there documents are served from, and definitions lie.
        kernel = await ensure_async(self._kernels.start_kernel(path=""))
        client = self._kernels.get_kernel(kernel).client()
        client.start_channels()
        self._kernel, self._client = kernel, client
        for event in ("restart", "dead"):  # a restarted kernel has lost what it did
            self._kernels.add_restart_callback(kernel, self._ended.set, event)
        await client.wait_for_ready(timeout=SECONDS_TO_START)


class TaskRunner:
    """The workers of a server.

    Args:
        store: The tasks.
        kernels: The server's kernel manager.
        number: How many tasks run at once.
    """

    def __init__(self, store: TaskStore, kernels: Any, number: int = 2) -> None:
        self.store = store
        self._workers = [Worker(kernels) for _ in range(number)]
        self._extra = Worker(kernels)
        self._extra_lock = asyncio.Lock()
        self._at_hand: dict[Worker, str] = {}
        self._running: dict[str, Worker] = {}
        self._cancelled: set[str] = set()
        self._wake, self._changed = asyncio.Event(), asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to work; tasks that a server left which is gone are told as interrupted."""
        self.store.interrupt_orphans()
        self._loops = [asyncio.ensure_future(self._loop(worker)) for worker in self._workers]

    async def problems(self) -> list[tuple[str, str, str]]:
        """What keeps tasks from being done: the part, what is wrong and the next step. A kernel looks at its engine."""
        try:
            kind, found = await asyncio.wait_for(self.call("engine", ""), SECONDS_TO_LOOK)
        except TimeoutError:
            kind, found = "error", {"message": f"The engine did not answer within {SECONDS_TO_LOOK:g} s."}
        if kind == "result" and not found["message"]:
            return []
        return [("engine", str(found.get("message", "")), str(found.get("next_step") or "Run `analyst doctor`."))]

    def wake(self) -> None:
        """Look for a task that has come."""
        self._wake.set()
        self._wake = asyncio.Event()
        self._notify()

    @property
    def next_change(self) -> asyncio.Event:
        """Set when some task changes next. Take it before you look at the tasks, so that no change is missed."""
        return self._changed

    async def cancel(self, task: Task) -> bool:
        """Cancel a task that has not ended; whether it had not."""
        if worker := self._running.get(task.id):
            self._cancelled.add(task.id)
            await worker.interrupt()
            asyncio.ensure_future(self._insist(task.id, worker))  # noqa: RUF006 (it ends by itself)
            return True
        ended = self.store.end(task.id, "cancelled")
        observe(self.store.get(task.id) if ended else None)
        self.wake()  # the next one of its conversation may begin
        return ended

    async def call(self, function: str, argument: str) -> tuple[str, Any]:
        """Call a function of the worker apart from the queue, for what a request waits for."""
        async with self._extra_lock:
            try:
                return await self._extra.call(function, argument, lambda kind, data: None)
            except (KernelEnded, TimeoutError, RuntimeError):
                await self._extra.close()
                return "error", KERNEL_LOST

    async def close(self) -> None:
        """End the kernels; what runs is told as interrupted when the server starts again."""
        for loop in self._loops:
            loop.cancel()
        for worker in (*self._workers, self._extra):
            await worker.close()

    async def _loop(self, worker: Worker) -> None:
        while True:
            wake = self._wake  # taken before the look: a task that comes meanwhile is not overlooked
            task = await self._written(lambda: self._claim(worker))
            if task is None:
                try:
                    await asyncio.wait_for(wake.wait(), SECONDS_IDLE)
                except TimeoutError:
                    self._at_hand.pop(worker, None)
                    await worker.close()
                continue
            await self._do(worker, task)
            self.wake()  # a task of the same conversation may have waited for this one

    def _claim(self, worker: Worker) -> Task | None:
        free = self._at_hand.keys() - {worker, *self._running.values()}
        return self.store.claim([self._at_hand[other] for other in free])

    async def _written(self, work: Callable[[], T]) -> T:
        """Do what writes to the store, again and again while the disk is full: it goes on once there is room."""
        while True:
            try:
                return await asyncio.to_thread(work)
            except sqlite3.Error as error:
                log.warning("analyst: the tasks cannot be written: %s", error)
                await asyncio.sleep(SECONDS_TO_RECOVER)

    async def _do(self, worker: Worker, task: Task) -> None:
        self._running[task.id] = worker
        self._at_hand[worker] = task.thread
        self.wake()  # another one may take what waited for this worker

        def on_event(kind: str, data: Any) -> None:
            with contextlib.suppress(sqlite3.Error):  # progress that cannot be written is no reason to stop
                self.store.progress(task.id, kind, data)
            self._notify()

        try:
            kind, data = await worker.call("run", json.dumps(self._asked(task)), on_event)
        except (KernelEnded, TimeoutError, RuntimeError):
            kind, data = "error", KERNEL_LOST
            self._at_hand.pop(worker, None)
            await worker.close()
        finally:
            self._running.pop(task.id, None)
        await self._written(lambda: self._end(task, kind, data))
        observe(self.store.get(task.id))
        self._notify()

    def _asked(self, task: Task) -> dict[str, Any]:
        """What a worker is given of a task: its request, and what its conversation has left so far."""
        earlier = None if task.request.get("alone") else self.store.earlier(task.thread)
        return {**task.request, "task": task.id, **({"earlier": earlier} if earlier else {})}

    def _end(self, task: Task, kind: str, data: Any) -> None:
        if kind == "result" and data.get("ok"):
            result = {name: value for name, value in data.items() if name != LEFT}
            self.store.end(task.id, "done", result=result, left=data.get(LEFT))
        elif task.id in self._cancelled:
            self.store.end(task.id, "cancelled")
        else:
            error = data.get("error") if kind == "result" else data
            known = {name: str(error.get(name, "")) for name in ("kind", "message", "next_step")}
            self.store.end(task.id, "failed", result=data if kind == "result" else None, error=known)
        self._cancelled.discard(task.id)

    async def _insist(self, task: str, worker: Worker) -> None:
        """End the kernel of a task that does not stop."""
        await asyncio.sleep(SECONDS_TO_STOP)
        if self._running.get(task) is worker and task in self._cancelled:
            worker._ended.set()

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
