"""Turns side by side: each gets a sandbox and its conversation, waits until the sandbox is free, and is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from ..sandbox.session import Sandbox
from ..sources.files import DataFile
from ..turn import Context, Turn
from .context import describe_sources
from .conversation import Conversations
from .engine import answer
from .external_tools import with_tools
from .job import Clock, Job, Listener, Request, ticking
from .reading import Countings
from .session import Place, Sessions
from .thread_state import leave, read_thread, take_up, write_thread


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

    def __init__(self, make_sandbox: Callable[[Place], Sandbox], remove_orphans: Callable[[str], None]) -> None:
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

    async def leave_thread(self, place: Place, thread: str, sources: Collection[str]) -> str:
        """A conversation with what its code has left in the sandbox of a place, as text for another process.

        Args:
            place: Where its code ran.
            thread: The conversation.
            sources: Names of the sources, which later questions bring again.
        """
        async with self.sessions.use(place) as session, session.one_turn:
            await self._countings.done(thread)
            return write_thread(self.conversations.open(thread), await leave(session, sources))

    async def take_up_thread(self, place: Place, thread: str, text: str, data: Collection[DataFile]) -> tuple[str, ...]:
        """Go on with a conversation that another process left, in a fresh sandbox.

        Args:
            place: Where its code will run.
            thread: The conversation.
            text: What ``leave_thread`` gave.
            data: The data files of the question that comes next, which the sandbox must see when it starts.

        Returns:
            Names of what did not come along.

        Raises:
            BadThreadState: The text is none.
        """
        conversation, left = read_thread(thread, text)
        async with self.sessions.use(place) as session, session.one_turn:
            self.conversations.put(conversation)
            session.sandbox.offer(data)
            await take_up(session, left)
        return left.lost

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
