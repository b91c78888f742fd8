"""A question that is answered in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Literal

from ..errors import Stopped
from ..language import message
from ..turn import Turn
from .job import Event, Listener

Status = Literal["pending", "running", "done", "failed", "cancelled"]


class BackgroundJob:
    """The handle of a question that was asked and is not waited for.

    Args:
        question: Its text, to be known by.
        future: Becomes the turn.
    """

    def __init__(self, question: str, future: Future[Turn] | None = None) -> None:
        self.question = question
        self._future: Future[Turn] = future or Future()
        self._begun = threading.Event()

    def attach(self, future: Future[Turn]) -> None:
        """Take the future of the work, once that is handed over."""
        self._future = future

    def begin(self) -> None:
        """Mark the job as running."""
        self._begun.set()

    def beginning(self, listen: Listener) -> Listener:
        """A listener that marks the job as running at the first event of its work; ticks come while it waits, too."""

        def on_event(event: Event) -> None:
            if event.stage != "tick":
                self.begin()
            listen(event)

        return on_event

    @property
    def status(self) -> Status:
        """Where it stands."""
        if self._future.cancelled():
            return "cancelled"
        if self._future.done():
            if isinstance(self._future.exception(), Stopped | CancelledError):
                return "cancelled"
            return "done" if self._future.exception() is None and self._future.result().ok else "failed"
        return "running" if self._begun.is_set() else "pending"

    @property
    def turn(self) -> Turn | None:
        """The turn, once there is one."""
        ended = self._future.done() and not self._future.cancelled() and self._future.exception() is None
        return self._future.result() if ended else None

    def wait(self, timeout: float | None = None) -> Turn:
        """Wait for the turn.

        Args:
            timeout: Seconds to wait at the most.

        Raises:
            Stopped: It was cancelled.
            TimeoutError: It is not there yet.
            AnalystError: The question, a frame or an option cannot be used.
        """
        try:
            return self._future.result(timeout)
        except CancelledError:
            raise Stopped(message("The question was cancelled."), message("Ask again when you are ready.")) from None
        except FutureTimeout:
            raise TimeoutError(message("“{question}” is not answered yet.", question=self.question[:80])) from None

    def cancel(self) -> None:
        """Stop it; what runs in the sandbox is interrupted."""
        self._future.cancel()

    def when_over(self, then: Callable[[BackgroundJob], None]) -> None:
        """Call a function once it is over, in whatever thread that happens."""
        self._future.add_done_callback(lambda _: then(self))

    def __repr__(self) -> str:
        return f"<BackgroundJob {self.status}: {self.question[:60]}>"
