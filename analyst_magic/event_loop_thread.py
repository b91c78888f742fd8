"""The one place where asynchronous code meets a caller that waits.

All of the engine runs on one event loop in a thread of its own, so that it also runs while the caller's loop (a
notebook's) is busy or has none. ``call`` waits for a coroutine there and hands its events to the caller's own thread.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from .errors import InputError, Stopped
from .language import message

T = TypeVar("T")
E = TypeVar("E")
SECONDS_TO_END = 2.0


class EventLoopThread:
    """A thread with an event loop, started at the first call."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop; it runs for as long as the process does, or until ``close``."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="analyst-magic", daemon=True)
                self._thread.start()
            return self._loop

    @property
    def inside(self) -> bool:
        """Whether the caller runs on the loop, where ``call`` would wait for itself."""
        return threading.current_thread() is self._thread

    def call(
        self,
        work: Callable[[Callable[[E], None]], Coroutine[Any, Any, T]],
        listen: Callable[[E], None] = lambda event: None,
    ) -> T:
        """Run a coroutine on the loop and wait for it; Ctrl-C cancels it and waits until it has cleaned up.

        Args:
            work: Makes the coroutine; it is given a function that takes events.
            listen: Called in the caller's thread with each event.

        Raises:
            Stopped: The user interrupted.
            InputError: The caller runs on the loop itself.
        """
        if self.inside:
            raise InputError(
                message("A function that listens to one question cannot wait for another."),
                message("Ask it with submit, or after the first one is answered."),
            )
        events: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()
        future: Future[T] = asyncio.run_coroutine_threadsafe(work(lambda event: events.put((False, event))), self.loop)
        future.add_done_callback(lambda _: events.put((True, None)))
        try:
            while True:
                over, event = events.get()
                if over:
                    return future.result()
                listen(event)
        except KeyboardInterrupt:
            future.cancel()
            self._until_over(events)
            raise Stopped(message("Stopped."), message("The sandbox is ready for the next question.")) from None
        except CancelledError:
            raise Stopped(message("Stopped."), message("Ask again when you are ready.")) from None

    async def acall(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop from a coroutine of another loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    def close(self) -> None:
        """End the loop and its thread, and what still runs on it."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None and self._thread is not None:
            loop.call_soon_threadsafe(_end, loop)
            self._thread.join(SECONDS_TO_END)

    @staticmethod
    def _until_over(events: queue.SimpleQueue[tuple[bool, Any]]) -> None:
        """Wait for the end of a cancelled coroutine; a second Ctrl-C does not shorten its clean-up, a third does."""
        for _ in range(2):
            try:
                while not events.get()[0]:
                    pass
                return
            except KeyboardInterrupt:
                continue


def _end(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    ending = asyncio.ensure_future(asyncio.wait(tasks) if tasks else asyncio.sleep(0))
    ending.add_done_callback(lambda _: loop.stop())
