"""What is found out of an answer while its user reads it, for the questions that follow."""

from __future__ import annotations

import asyncio
import contextlib

from ..errors import AnalystError
from ..turn import Exchange, Turn
from .attempt import inputs_of, scope_of
from .conversation import Conversations
from .counting import counted_answer, may_be_counted
from .job import Job
from .session import Place, Sessions


class Countings:
    """Counts the rows of the data behind answers, each in a task of its own; a thread's next question waits for it.

    All methods are used on one event loop.

    Args:
        sessions: The sandboxes, which stay open until they have counted.
        conversations: Where later questions find what may be told.
    """

    def __init__(self, sessions: Sessions, conversations: Conversations) -> None:
        self._sessions, self._conversations = sessions, conversations
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, place: Place, job: Job, turn: Turn, exchange: Exchange | None) -> None:
        """Count the rows behind an answer, where its figures may be told only then."""
        if exchange is None or not may_be_counted(job, turn):
            return
        thread = job.conversation.thread
        task = self._tasks[thread] = asyncio.ensure_future(self._count(job, turn, exchange))
        self._sessions.keep(place, task)
        task.add_done_callback(lambda done: self._tasks.pop(thread, None) if self._tasks.get(thread) is done else None)

    async def done(self, thread: str) -> None:
        """Wait until the last answer of a thread is counted."""
        if (task := self._tasks.get(thread)) is not None:
            await asyncio.wait([task])

    def stop(self) -> None:
        """Count no more."""
        for task in list(self._tasks.values()):
            task.cancel()

    async def _count(self, job: Job, turn: Turn, exchange: Exchange) -> None:
        code = turn.attempts[-1].code
        scope = scope_of(job, code)
        with contextlib.suppress(AnalystError):  # then nothing of it is told, as before
            inputs = await inputs_of(job, code, scope, scope.needed(code))
            outputs = await counted_answer(job, turn, inputs.frames, inputs.data)
            if outputs:
                self._conversations.tell(job.conversation, exchange, turn, outputs)
