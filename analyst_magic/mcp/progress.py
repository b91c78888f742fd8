"""Progress of a running call, as the client gets it: which stage it is in, never what code prints or a model writes."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Any, Self

from mcp.server.mcpserver import Context

from ..engine.job import Event

SECONDS_OF_SILENCE = 2.0
"""After so long a client is told that the call still runs."""
STAGES = {
    "context": "reading the sources",
    "model": "the model is writing",
    "checks": "checking the code",
    "confirm": "waiting for the user's approval",
    "sandbox": "running",
    "repair": "correcting the code",
    "tool": "asking a tool of another program",
}


class Progress:
    """A listener of the engine that reports stages to a client, in their order, from the client's own event loop.

    Args:
        ctx: The client's request.
    """

    def __init__(self, ctx: Context[Any, Any]) -> None:
        self._ctx, self._loop = ctx, asyncio.get_running_loop()
        self._stages: asyncio.Queue[str] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._stage, self._begun = "waiting", time.monotonic()
        self._last = self._begun

    def __call__(self, event: Event) -> None:
        """Take an event of the engine, in the engine's thread."""
        now = time.monotonic()
        if event.stage == "tick" and now - self._last >= SECONDS_OF_SILENCE:
            self._report(f"{self._stage}, {now - self._begun:.0f} s")
        elif event.stage in STAGES:
            self._stage = STAGES[event.stage]
            self._report(self._stage)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._send())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()

    def _report(self, text: str) -> None:
        self._last = time.monotonic()
        self._loop.call_soon_threadsafe(self._stages.put_nowait, text)

    async def _send(self) -> None:
        number = 0
        while True:
            text = await self._stages.get()
            number += 1
            await self._ctx.report_progress(number, None, text)
