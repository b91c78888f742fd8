"""Many questions at once: each by one of a few engines, none stopped by the failure of another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from ..errors import AnalystError, Stopped
from ..turn import Question, Turn
from .engine import Engine

Ask = Callable[[Engine, Question], Awaitable[Turn]]


async def ask_all(
    questions: Sequence[Question],
    make: Callable[[], Engine],
    ask: Ask,
    concurrency: int,
    tell: Callable[[int, Turn], None],
) -> None:
    """Ask questions, each by itself, and tell each answer as it comes.

    Args:
        questions: What to ask.
        make: Makes an engine with a sandbox of its own.
        ask: Has an engine answer a question.
        concurrency: How many are answered at one time.
        tell: Given the number of a question and its turn; a failure is in the turn.
    """
    waiting: asyncio.Queue[tuple[int, Question]] = asyncio.Queue()
    for item in enumerate(questions):
        waiting.put_nowait(item)

    async def work() -> None:
        engine = make()
        try:
            while not waiting.empty():
                number, question = waiting.get_nowait()
                engine.forget()
                try:
                    turn = await ask(engine, question)
                except Stopped:
                    raise
                except AnalystError as error:
                    turn = Turn(question, error=error)
                tell(number, turn)
        finally:
            await engine.sandbox.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(min(concurrency, len(questions))):
            group.create_task(work())
