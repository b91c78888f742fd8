"""The host's client of the kernel in the sandbox: one request at a time, with one deadline on the host's clock."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..cleaning.text import clean
from ..errors import AnalystError, FirewallError
from ..language import message
from . import messages
from .codec import CONTROL, IOPUB, SHELL, GuestFrame
from .connection import GuestConnection
from .firewall.collect import Collected, Collector
from .limits import Limits

# A guest may keep its last status message to itself; the reply then has to do. The time counts from the last bytes
# that came.
_PATIENCE = 3.0
MAX_PRINTED = 20_000
"""Characters of what code prints that are told before its end."""
_WINDOW = 10.0  # seconds in which what nobody asked for is counted


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended.

    Attributes:
        how: ``done``, or why it was stopped: ``timeout``, ``flood``, ``lost``.
        collected: What it sent.
        reply: The content of the reply; empty when there was none.
        alive: Whether the sandbox, and the state in it, is still there.
        complete: Whether all that it sent has come.
        reason: For ``lost``: what ended the sandbox.
    """

    how: Literal["done", "timeout", "flood", "lost"]
    collected: Collected
    reply: Mapping[str, Any]
    alive: bool = True
    complete: bool = True
    reason: AnalystError | None = None


class _Request:
    """A request under way: it is over when its reply and its idle status have both come."""

    def __init__(self, identity: str, limits: Limits, on_print: Callable[[str], None]) -> None:
        self.identity = identity
        self._on_print, self._printed = on_print, 0
        self.collector = Collector(limits)
        self.reply: Mapping[str, Any] | None = None
        self.over = asyncio.Event()
        self.changed = asyncio.Event()
        self._idle = False

    def take(self, channel: int, message: messages.Message) -> None:
        if channel == SHELL and message.type == "execute_reply" and self.reply is None:
            self.reply = message.content
            self.changed.set()
        elif channel == IOPUB:
            self._idle = self._idle or (message.type == "status" and message.content.get("execution_state") == "idle")
            self.collector.add(message)
            if message.type == "stream" and self._printed < MAX_PRINTED:
                text = str(message.content.get("text"))[: MAX_PRINTED - self._printed]
                self._printed += len(text)
                self._on_print(clean(text))
        if self.collector.full:
            self.changed.set()
        if self._idle and self.reply is not None:
            self.over.set()
            self.changed.set()


class KernelClient:
    """Speaks to one guest.

    Args:
        limits: The sandbox's limits.
    """

    def __init__(self, limits: Limits) -> None:
        self.ready = asyncio.Event()
        self.exit: Mapping[str, Any] = {}
        self._limits = limits
        self._request: _Request | None = None
        self._strays = self._stray_bytes = 0
        self._since = 0.0

    @property
    def has_output(self) -> bool:
        """Whether the request under way has printed or shown something so far."""
        return self._request is not None and bool(self._request.collector.collected.items)

    def on_frame(self, frame: GuestFrame) -> None:
        """Take a frame of the guest; called by the link, on the event loop.

        Raises:
            FirewallError: The guest floods the host with what nobody asked for.
        """
        request = self._request
        if request is not None and request.over.is_set():
            request = None  # what comes after the end belongs to no run, even in the same breath
        if frame.dropped and request is not None:
            request.collector.skip(frame.dropped)
            request.changed.set()
            return
        message = None if frame.channel == CONTROL else messages.read(frame.parts)
        if message is not None and request is not None and message.parent == request.identity:
            request.take(frame.channel, message)
            return
        self._stray(frame)
        if message is not None and message.type == "iopub_welcome":
            self.ready.set()
        elif frame.channel == CONTROL:
            self._control(frame)

    def _stray(self, frame: GuestFrame) -> None:
        """Count what belongs to no request; a thread that the code left behind may print, but not without end."""
        now = time.monotonic()
        if now - self._since > _WINDOW:
            self._since, self._strays, self._stray_bytes = now, 0, 0
        self._strays += 1
        self._stray_bytes += frame.dropped + sum(len(part) for part in frame.parts)
        if self._strays > self._limits.max_messages or self._stray_bytes > self._limits.max_output_bytes:
            raise FirewallError(
                message("The sandbox sent more than it was asked for, without end."), message("Ask again.")
            )

    async def execute(
        self,
        link: GuestConnection,
        code: str,
        metadata: Mapping[str, Any],
        timeout: float,
        kill: Callable[[], Awaitable[None]],
        on_print: Callable[[str], None] = lambda text: None,
    ) -> Outcome:
        """Run code and wait for its end, at most until the deadline.

        Args:
            link: The guest's stream.
            code: The source.
            metadata: What the guest's kernel reads beside it.
            timeout: Seconds until it is interrupted.
            kill: Throws the sandbox away; called when interrupted code does not stop in time.
            on_print: Told what the code prints, as it does, up to ``MAX_PRINTED`` characters.
        """
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": False, "stop_on_error": True}
        identity, parts = messages.request("execute_request", content, {"analyst": metadata})
        self._request = request = _Request(identity, self._limits, on_print)
        try:
            link.send(SHELL, parts)
            how = await self._wait(request, link, timeout)
        except asyncio.CancelledError:
            if not await asyncio.shield(self._stop(request, link)):
                await asyncio.shield(kill())
            raise
        finally:
            self._request = None if self._request is request and request.over.is_set() else self._request
        return await self._conclude(how, request, link, kill)

    async def _conclude(
        self, how: str, request: _Request, link: GuestConnection, kill: Callable[[], Awaitable[None]]
    ) -> Outcome:
        collected, reply = request.collector.collected, request.reply or {}
        if how == "done":
            return Outcome("done", collected, reply, complete=request.over.is_set())
        if how == "lost":
            return Outcome("lost", collected, reply, alive=False, reason=link.closed.result())
        alive = await self._stop(request, link)
        if not alive:
            await kill()
        return Outcome("flood" if how == "flood" else "timeout", collected, request.reply or {}, alive=alive)

    async def _wait(self, request: _Request, link: GuestConnection, seconds: float) -> str:
        """Wait until the request is over, the stream ends, a cap is passed or time is up; says which."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            if request.over.is_set():
                return "done"
            if link.closed.done():
                return "lost"
            if request.collector.full:
                return "flood"
            left = end - loop.time()
            if left <= 0:
                return "timeout"
            if request.reply is not None:
                received = link.received
                if not await self._changed(request, link, min(left, _PATIENCE)) and link.received == received:
                    return "done"
            else:
                await self._changed(request, link, left)

    async def _changed(self, request: _Request, link: GuestConnection, seconds: float) -> bool:
        request.changed.clear()
        waiter = asyncio.ensure_future(request.changed.wait())
        done, _ = await asyncio.wait(_both(waiter, link.closed), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        waiter.cancel()
        return bool(done)

    async def _stop(self, request: _Request, link: GuestConnection) -> bool:
        """Interrupt the request; whether it ended within the time of grace."""
        if link.closed.done():
            return False
        link.send(CONTROL, [json.dumps({"op": "interrupt"}).encode()])
        waiter = asyncio.ensure_future(request.over.wait())
        await asyncio.wait(
            _both(waiter, link.closed), timeout=self._limits.interrupt_timeout, return_when=asyncio.FIRST_COMPLETED
        )
        waiter.cancel()
        return request.over.is_set()

    def _control(self, frame: GuestFrame) -> None:
        try:
            message = json.loads(frame.parts[0]) if frame.parts else {}
        except (ValueError, RecursionError):
            return
        if isinstance(message, dict) and message.get("op") == "exit":
            self.exit = message


def _both(*futures: asyncio.Future[Any]) -> set[asyncio.Future[Any]]:
    return set(futures)
