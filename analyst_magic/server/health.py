"""What keeps tasks from being done: an engine, a queue or a disk that is away or full."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from pathlib import Path
from typing import TypedDict

from .task_runner import TaskRunner

MIN_FREE_BYTES = 50_000_000
SECONDS_FRESH = 10.0
"""So long an answer of a kernel or of the queue is taken again: health is asked often."""


class Problem(TypedDict):
    """One part that is not there: ``engine``, ``queue`` or ``disk``."""

    part: str
    message: str
    next_step: str


class HealthCheck:
    """Looks at the parts of the service.

    Args:
        runner: Who runs the tasks.
        path: The file of the tasks.
    """

    def __init__(self, runner: TaskRunner, path: Path) -> None:
        self._runner, self._path = runner, path
        self._lock, self._until = asyncio.Lock(), 0.0
        self._problems: list[Problem] = []

    async def problems(self) -> list[Problem]:
        """What is wrong; empty where all is there."""
        return [*await asyncio.to_thread(self._disk), *await self._work()]

    def free_bytes(self) -> int:
        """Bytes that are left on the disk of the tasks."""
        return shutil.disk_usage(next(parent for parent in self._path.absolute().parents if parent.is_dir())).free

    async def _work(self) -> list[Problem]:
        async with self._lock:
            if time.monotonic() > self._until:
                found = await self._runner.problems()
                self._problems = [Problem(part=part, message=text, next_step=step) for part, text, step in found]
                self._until = time.monotonic() + SECONDS_FRESH
            return self._problems

    def _disk(self) -> list[Problem]:
        reason, free = "", self.free_bytes()
        if free <= MIN_FREE_BYTES:
            reason = f"The disk of {self._path.parent} has {free // 1_000_000} MB left"
        elif not self._path.is_file():
            reason = f"The file of the tasks, {self._path}, is gone"
        else:
            try:
                self._runner.store.set_note("health", str(time.time()))
            except sqlite3.Error as error:
                reason = f"Tasks cannot be written to {self._path}: {error}"
        step = "Free some space there, or have history_path name another disk, and start the server again."
        return [Problem(part="disk", message=f"{reason}.", next_step=step)] if reason else []
