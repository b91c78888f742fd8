"""Started sandboxes: one guest, and a pool of warm spares. A guest is used by one session and never again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Set
from pathlib import Path
from typing import Any

from ..cleaning.text import clean
from ..errors import SandboxError, SandboxLost
from ..language import message
from ..turn import Stage
from . import packing
from .client import KernelClient
from .codec import CONTROL
from .connection import GuestConnection
from .limits import Limits
from .provider import Handle, SandboxProvider
from .transfer import FrameStore

# Seconds without a run before a spare is started, so that a notebook that runs all its cells has the cores to itself.
REFILL_AFTER = 0.5
# Seconds that a guest which is thrown away may wait, so that its removal does not slow down the one that takes over.
REMOVE_AFTER = 0.1
# Spares up to which memory matters less than the speed of the first chart.
MAX_FULLY_WARM = 4

CHUNK_BYTES = 1 << 20


class Guest:
    """A running sandbox: its handle, its stream, the client of its kernel and the file for its results."""

    def __init__(
        self, handle: Handle, link: GuestConnection, client: KernelClient, results: int, files: frozenset[str]
    ) -> None:
        self.handle, self.link, self.client, self.results = handle, link, client, results
        self.files = files if handle.shared else frozenset()
        self.used = False
        self._sent: set[str] = set()
        self._rate = packing.LinkRate()

    @property
    def lost(self) -> bool:
        """Whether it has ended."""
        return self.link.closed.done()

    def sees(self, files: Set[str]) -> bool:
        """Whether it can be given data files by name: they were there when it started, or are streamed to it."""
        return not self.handle.shared or files <= self.files

    async def stream(
        self, store: FrameStore, names: Iterable[str], on_progress: Callable[[str], None], seconds: float
    ) -> None:
        """Send the frame files that it does not have, where it does not see the directory that they lie in.

        Args:
            store: Where the files are.
            names: The files that the next run needs.
            on_progress: Told how far it is.
            seconds: How long a piece may take.

        Raises:
            SandboxLost: It ended meanwhile, or takes no more.
        """
        for name in self._sent - store.files:
            self._put(name, "drop")
            self._sent.discard(name)
        for name in [name for name in names if name not in self._sent]:
            await self._send(name, store.path_of(name), on_progress, seconds)
            self._sent.add(name)

    async def _send(self, name: str, path: Path, on_progress: Callable[[str], None], seconds: float) -> None:
        """Send one file, compressed where that is faster."""
        read, sent, packing_seconds, reported = 0, 0, 0.0, 0.0
        packed = await asyncio.to_thread(packing.pays, path, self._rate.value)
        began = time.monotonic()
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            while data := file.read(CHUNK_BYTES):
                read += len(data)
                if packed:
                    start = time.monotonic()
                    data = await asyncio.to_thread(packing.pack, data)
                    packing_seconds += time.monotonic() - start
                self._put(f"{name}{packing.ENDING}" if packed else name, "put", data, last=read == size)
                sent += len(data)
                await self.link.drain(seconds)
                if time.monotonic() - reported > 0.2:
                    reported = time.monotonic()
                    on_progress(f"sending data, {read / 1e6:,.0f} of {size / 1e6:,.0f} MB")
        self._rate.note(sent, time.monotonic() - began - packing_seconds)

    def _put(self, name: str, op: str, data: bytes = b"", *, last: bool = True) -> None:
        self.link.send(CONTROL, [json.dumps({"op": op, "name": name, "last": last}).encode(), data])

    async def end(self) -> None:
        """Throw it away: its processes, its container, its results."""
        self.link.close()
        try:
            await asyncio.to_thread(self.handle.remove)
        except RuntimeError:  # the process is ending and starts no more threads
            self.handle.remove()
        finally:
            if self.results >= 0:
                os.close(self.results)
                self.results = -1


async def start(
    provider: SandboxProvider, limits: Limits, store: FrameStore, later: Callable[[Coroutine[Any, Any, None]], None]
) -> Guest:
    """Start a sandbox and wait until its kernel is ready.

    Args:
        provider: Makes it.
        limits: Its limits.
        store: What it shares with this process.
        later: Given what is left to do where the sandbox does not come up, or this is cancelled meanwhile.

    Raises:
        SandboxError: It does not come up.
    """
    mounts, results = store.mounts()
    launching = asyncio.ensure_future(provider.launch(mounts))
    try:
        handle = await asyncio.shield(launching)
    except asyncio.CancelledError:  # the making cannot be stopped
        later(_remove(launching, results))
        raise
    except BaseException:
        os.close(results)
        raise
    client = KernelClient(limits)
    link = GuestConnection(client.on_frame, limits.max_message_bytes, handle.unwrap)
    guest = Guest(handle, link, client, results, frozenset(mounts.files))
    try:
        await asyncio.get_running_loop().create_connection(lambda: link, sock=handle.socket)
        await _until_ready(guest, limits)
    except BaseException:  # nobody waits for its removal
        later(_end(guest))
        raise
    return guest


async def _remove(launching: asyncio.Future[Handle], results: int) -> None:
    """Remove a sandbox that nobody waits for any more, once it is made."""
    try:
        with contextlib.suppress(SandboxError):
            await asyncio.to_thread((await launching).remove)
    finally:
        os.close(results)


async def _until_ready(guest: Guest, limits: Limits) -> None:
    ready = asyncio.ensure_future(guest.client.ready.wait())
    waits: set[asyncio.Future[Any]] = {ready, guest.link.closed}
    await asyncio.wait(waits, timeout=limits.start_timeout, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    if not guest.client.ready.is_set():
        last_words = clean(guest.handle.stderr(), 2_000).strip().splitlines()
        raise SandboxLost(
            message("The sandbox did not come up{detail}.", detail=": " + last_words[-1] if last_words else " in time"),
            message("Run `analyst doctor`."),
        )


async def warm(guest: Guest, limits: Limits, *, whole: bool = True) -> None:
    """Have the guest import what most code uses; one that cannot is noticed by its first run.

    Args:
        guest: A guest that has run nothing.
        limits: Its limits.
        whole: Whether it may take more memory for a faster first chart.
    """

    async def leave() -> None:
        guest.link.close()

    await guest.client.execute(guest.link, "", {"warm": "whole" if whole else "imports"}, limits.start_timeout, leave)


class Pool:
    """Warm spares of one session.

    Args:
        provider: Makes them.
        limits: Their limits.
        size: How many to hold ready.
    """

    def __init__(self, provider: SandboxProvider, limits: Limits, size: int) -> None:
        self._provider, self._limits, self._size = provider, limits, size
        self._spares: deque[Guest] = deque()
        self._filling: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._waiting: asyncio.TimerHandle | None = None
        self._hurry = asyncio.Event()
        self._starts: deque[Stage] = deque(maxlen=100)

    def take_starts(self) -> list[Stage]:
        """The starts of guests since this was last called."""
        taken = list(self._starts)
        self._starts.clear()
        return taken

    @property
    def spares(self) -> int:
        """Number of guests that are ready."""
        return sum(not guest.lost for guest in self._spares)

    async def claim(self, store: FrameStore) -> Guest:
        """A guest that nobody has used: a spare, or the one that is being made, or a new one.

        Raises:
            SandboxError: None comes up.
        """
        self.hold()
        if not self._spares and self._filling is not None:
            await asyncio.wait([self._filling])
        while self._spares:
            guest = self._spares.popleft()
            if not guest.lost and guest.sees(store.shared):
                return guest
            self.discard(guest)
        return await self._start(store)

    def hold(self) -> None:
        """A run begins: start no spare now."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def refill(self, store: FrameStore) -> None:
        """A run has ended: start what spares are missing once nothing has run for a moment."""
        self.hold()
        if self.spares < self._size and self._filling is None:
            self._waiting = asyncio.get_running_loop().call_later(REFILL_AFTER, self._fill, store)

    def discard(self, guest: Guest) -> None:
        """Throw a guest away in the background; ``close`` waits for it."""
        self._later(_end_later(guest, self._hurry))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """Throw all guests away."""
        self.hold()
        self._hurry.set()
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.wait([self._filling])
        while self._spares:
            self.discard(self._spares.popleft())
        if self._ending:
            await asyncio.wait(set(self._ending))
        self._hurry.clear()

    def _fill(self, store: FrameStore) -> None:
        self._waiting = None
        self._filling = asyncio.ensure_future(self._make(store))
        self._filling.add_done_callback(self._filled)

    async def _make(self, store: FrameStore) -> None:
        while self.spares < self._size:
            guest = await self._start(store)
            try:
                await warm(guest, self._limits, whole=self._size <= MAX_FULLY_WARM)
            except BaseException:
                self.discard(guest)
                raise
            self._spares.append(guest)

    async def _start(self, store: FrameStore) -> Guest:
        stage = Stage("start", time.time(), facts={"sandbox": self._provider.name})
        began = time.monotonic()
        try:
            return await start(self._provider, self._limits, store, self._later)
        except SandboxError as error:
            stage.error = type(error).__name__
            raise
        finally:
            stage.seconds = time.monotonic() - began
            self._starts.append(stage)

    def _filled(self, task: asyncio.Task[None]) -> None:
        # A spare that does not come up is no failure yet: the next claim meets the cause, and tells it.
        self._filling = None
        if not task.cancelled():
            task.exception()


async def _end_later(guest: Guest, hurry: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(hurry.wait(), REMOVE_AFTER)
    await _end(guest)


async def _end(guest: Guest) -> None:
    with contextlib.suppress(SandboxError):  # its provider tries again
        await guest.end()
