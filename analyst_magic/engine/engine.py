"""The engine: a question becomes a turn. It displays nothing; it tells a listener about the progress.

``answer`` is the whole way in one place: start the sandbox, look for a pinned answer, else ask the model and run its
code until there is an answer, make results of what the sandbox gave, pin the answer, record the turn.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from ..errors import AnalystError
from ..sandbox.session import Sandbox
from ..turn import Context, Turn
from .context import describe_sources
from .conversation import Conversations
from .external_tools import with_tools
from .inspected import doubted
from .job import Clock, Job, Listener, Request, ticking
from .outcome import build_turn
from .pins import find_pin, settle_pin
from .program import run_program
from .reading import Countings
from .record import record
from .repair import Draft, converse
from .session import Place, Sessions
from .verified import failed_note, find_verified


async def answer(job: Job) -> Turn:
    """Answer a question, or run its own code.

    Args:
        job: The question and all that its turn works with.

    Returns:
        The turn. A failure is in its ``error``; what could not be kept of it, such as a pin, is in its ``notes``.
    """
    return await finished(job, await _solve(job))


async def finished(job: Job, draft: Draft) -> Turn:
    """The turn that a draft becomes: its results are made, its code is pinned, and it is recorded.

    Args:
        job: The question and all that its turn works with.
        draft: What was tried for it.
    """
    turn = await build_turn(job, draft)
    job.session.add_names(turn.attempts, turn.code_privacy)
    turn = await settle_pin(job, turn, draft.pin)
    turn = await record(job, turn)
    notes = job.options.observer(turn, job.session.sandbox.take_starts())
    return replace(turn, notes=(*turn.notes, *notes)) if notes else turn


async def _solve(job: Job) -> Draft:
    """The code that answers the question, with what it gave: the user's own, the pinned one, or a model's."""
    draft = Draft(notes=tuple(map(str, job.options.definitions.problems)))
    try:
        job.session.start(job.data_files)
        draft = await find_pin(job, draft)
        draft = await _verified(job, draft)
        if draft.verified is not None:
            return draft
        if draft.pin is not None:
            return draft.with_attempt(doubted(await run_program(job, draft.pin.code)))
        if job.question.code is not None:
            return draft.with_attempt(await run_program(job, job.question.code))
        return await converse(job, draft)
    except AnalystError as error:
        return draft.failed(error)


async def _verified(job: Job, draft: Draft) -> Draft:
    """The draft with the answer of the verified question that means the same, where there is one that holds."""
    found = find_verified(job)
    if found is None:
        return draft
    if found.stale:
        return replace(draft, notes=(*draft.notes, found.note))
    tried = doubted(await run_program(job, found.code))
    if tried.error is not None:
        return replace(draft, notes=(*draft.notes, failed_note(found.question, tried.error)))
    pin = draft.pin if draft.pin is not None and draft.pin.code.text == found.code.text else None
    return replace(draft, verified=found.question, pin=pin, notes=(*draft.notes, found.note)).with_attempt(tried)


class Engine:
    """Answers questions, several at once: each turn has its own session, options and conversation until it ends.

    Turns in one sandbox follow each other; turns in different sandboxes run at the same time. All methods are used on
    one event loop.

    Args:
        make_sandbox, remove_orphans: As for ``Sessions``.

    Attributes:
        sessions: The sandboxes.
        conversations: The threads of questions.
    """

    def __init__(self, make_sandbox: Callable[[Place], Sandbox], remove_orphans: Callable[[], None]) -> None:
        self.sessions = Sessions(make_sandbox, remove_orphans)
        self.conversations = Conversations()
        self._countings = Countings(self.sessions, self.conversations)

    async def ask(
        self,
        request: Request,
        listen: Listener = lambda event: None,
        answer: Callable[[Job], Awaitable[Turn]] = answer,
    ) -> Turn:
        """Answer a question after the turns that its sandbox is busy with, in the thread that it was asked in.

        Args:
            request: The question.
            listen: Told about the progress.
            answer: Answers it, once it has its sandbox.
        """
        clock = Clock()
        async with self.sessions.use(request.place) as session, ticking(listen):
            with clock.stage("queue"):
                await session.one_turn.acquire()
                await self._countings.done(request.thread)
            try:
                conversation = self.conversations.open(request.thread)
                job = Job.of(request, session, conversation, listen, clock)
                turn = await answer(job)
                exchange = self.conversations.add(conversation, turn, tells_results=job.options.max_steps > 0)
                self._countings.begin(request.place, job, turn, exchange)
            finally:
                session.one_turn.release()
        return turn

    async def context(self, request: Request) -> Context:
        """What a model would be sent. Nothing is sent to one, and no sandbox starts.

        Raises:
            InputError: The question, a frame or an option cannot be used.
        """
        await self._countings.done(request.thread)
        conversation = self.conversations.open(request.thread)
        job = Job.of(request, self.sessions.peek(request.place), conversation)
        described, _ = await with_tools(job, await describe_sources(job))
        return described

    async def outcome_of(self, thread: str) -> str:
        """What may be told of the last answer of a thread, once its rows are counted; empty where there is none."""
        await self._countings.done(thread)
        exchanges = self.conversations.open(thread).exchanges
        return exchanges[-1].outcome if exchanges else ""

    async def release(self, owner: str) -> None:
        """End the sandbox of an owner and forget the conversation of that name."""
        self.sessions.release(owner)
        if owner in self.conversations.counts():
            self.conversations.drop(owner)

    async def reset(self) -> None:
        """Throw the sandboxes away and forget all conversations."""
        self._countings.stop()
        self.conversations.clear()
        await self.sessions.reset()
