"""Many questions at once: each is answered in one of a few sandboxes, none is stopped by the failure of another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..errors import AnalystError, Stopped
from ..sources.kinds import states
from ..turn import Turn
from .conversation import Conversation
from .engine import answer
from .job import Job, Request
from .session import Place, Session

Key = tuple[str, str, str]


class Batch:
    """Many questions, of which some may have been answered before.

    Args:
        requests: The questions, with the same options and sources.
        given: What they are asked with, as a text: other options are other questions.
        answered: The answers so far; new ones are added, so that what was interrupted goes on where it stopped.

    Attributes:
        missing: The numbers of the questions that have no answer yet.
    """

    def __init__(self, requests: Sequence[Request], given: str, answered: dict[Key, Turn]) -> None:
        state = states(requests[0].sources) if requests else ""
        self._requests, self._answered = requests, answered
        self._keys: list[Key] = [(repr(request.question), state, given) for request in requests]
        self._turns = {number: answered[key] for number, key in enumerate(self._keys) if key in answered}
        self.missing = [number for number in range(len(requests)) if number not in self._turns]

    @property
    def turns(self) -> list[Turn]:
        """The turns in the order of the questions, once all are answered."""
        return [self._turns[number] for number in range(len(self._requests))]

    @property
    def requests(self) -> list[Request]:
        """The questions that have no answer yet."""
        return [self._requests[number] for number in self.missing]

    def take(self, position: int, turn: Turn) -> tuple[int, Turn]:
        """Take the answer of one of ``requests``; returns the number of its question, with the answer."""
        number = self.missing[position]
        if turn.ok:
            self._answered[self._keys[number]] = turn
        self._turns[number] = turn
        return number, turn

    async def answer(
        self,
        make_session: Callable[[Place], Session],
        concurrency: int,
        on_turn: Callable[[tuple[int, Turn]], None],
    ) -> None:
        """Answer the questions that have no answer yet.

        Args:
            make_session: Makes the sandbox session of a place; starts nothing.
            concurrency: How many sandboxes work at one time.
            on_turn: Given the number of each question with its turn, as it is answered.
        """
        if not self.missing:
            return
        place = replace(self._requests[0].place, spares=0)
        await answer_all(
            self.requests, lambda: make_session(place), concurrency, lambda *answered: on_turn(self.take(*answered))
        )


async def answer_all(
    requests: Sequence[Request],
    make_session: Callable[[], Session],
    concurrency: int,
    on_turn: Callable[[int, Turn], None],
) -> None:
    """Answer questions, each by itself: with no conversation, in a sandbox that only earlier ones of them have used.

    Args:
        requests: The questions.
        make_session: Makes a session, which is closed at the end.
        concurrency: How many questions are answered at one time.
        on_turn: Given the number of a question and its turn; a failure is in the turn.

    Raises:
        Stopped: The user interrupted.
    """
    waiting: asyncio.Queue[int] = asyncio.Queue()
    for number in range(len(requests)):
        waiting.put_nowait(number)

    async def work() -> None:
        session = make_session()
        try:
            while not waiting.empty():
                number = waiting.get_nowait()
                options = replace(requests[number].options, asks_back=False)
                request = replace(requests[number], options=options)
                on_turn(number, await _turn(Job.of(request, session, Conversation())))
        finally:
            await session.sandbox.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(min(concurrency, len(requests))):
            group.create_task(work())


async def _turn(job: Job) -> Turn:
    try:
        return await answer(job)
    except Stopped:
        raise
    except AnalystError as error:
        return Turn(job.question, error=error)
