"""Sandbox sessions: one sandbox each, with what earlier code left in it and which turns still use it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..context.vocabulary import MAX_NAMES, described_variables, names_given
from ..errors import AnalystError
from ..sandbox.limits import Limits
from ..sandbox.session import Sandbox
from ..sources.files import DataFile
from ..sources.frames import Frame
from ..sources.kinds import source_of
from ..turn import Attempt, Code, Execution, FrameCard, Privacy
from .defined_names import definitions_in

MAX_CARDS = 60
MAX_SECONDS_TO_STOP = 15.0
"""For questions under way, once their ``Analyst`` is closed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where code is to run. Questions with the same place share a sandbox.

    Attributes:
        sandbox: The provider's name, or ``auto``.
        limits: The limits of the sandbox.
        image, runtime, packages: For a container, its image, the engine's runtime and packages to add.
        spares: How many warm sandboxes wait for the next start.
        owner: Whose it is, where several share an ``Analyst``; empty for its user's own.
    """

    sandbox: str
    limits: Limits
    image: str = ""
    runtime: str = ""
    packages: tuple[str, ...] = ()
    spares: int = 0
    owner: str = ""


class Session:
    """One sandbox and what is known of it. Its turns follow each other, so that no code runs between another's steps.

    Args:
        sandbox: Where code runs.

    Attributes:
        variables: What earlier code left in the sandbox, as ``name: type``.
        results: Results of queries on connections, by the names that they were given.
        names: The variables that code gave names to, with the privacy level at which it was written.
        definitions: The imports, functions and classes of code that ran, by the names that they give.
        lost: Names of what another process left that could not be taken along.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.variables: tuple[str, ...] = ()
        self.results: dict[str, Frame] = {}
        self.names: tuple[tuple[str, Privacy], ...] = ()
        self.definitions: dict[str, str] = {}
        self.lost: tuple[str, ...] = ()
        self.one_turn = asyncio.Lock()
        self._cards: dict[str, FrameCard] = {}
        self._starting: asyncio.Future[None] | None = None

    def start(self, data: Iterable[DataFile] = ()) -> None:
        """Start the sandbox in the background, while the model still thinks; the run meets a failure and reports it.

        Args:
            data: The data files in scope, which the sandbox must see when it starts.
        """
        self.sandbox.offer(data)
        self._starting = asyncio.ensure_future(self.sandbox.start())
        self._starting.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def run(self, code: Code, frames: Sequence[Frame], data: Mapping[str, DataFile], **options: Any) -> Execution:
        """Run code in the sandbox; takes what ``Sandbox.run`` takes."""
        execution = await self.sandbox.run(code, frames, data=data, **options)
        self.variables = execution.variables if execution.error is None else self.variables
        return execution

    def add_names(self, attempts: Sequence[Attempt], privacy: Privacy) -> None:
        """Note the variables that code gave names to, with the privacy level at which it was written."""
        names = [(name, privacy) for a in attempts if a.error is None for name in names_given(a.code)]
        self.names = (*self.names, *names)[-MAX_NAMES:]
        given = {name for name, _ in names}
        self.definitions = {name: text for name, text in self.definitions.items() if name not in given}
        self.definitions |= definitions_in(attempts)
        self.lost = tuple(name for name in self.lost if name not in given)

    def take_up(
        self,
        names: Sequence[tuple[str, Privacy]],
        definitions: Mapping[str, str],
        results: Mapping[str, Frame],
        lost: Sequence[str],
    ) -> None:
        """Know what another process knew of its sandbox; its frames and values come by a run."""
        self.names, self.definitions = tuple(names), dict(definitions)
        self.results, self.lost = dict(results), tuple(lost)

    def variables_at(self, privacy: Privacy) -> tuple[str, ...]:
        """What a model may know of the variables that are alive."""
        return described_variables(self.variables, self.names, privacy)

    def card(self, name: str, value: object) -> FrameCard:
        """What is known of a source, found out again only when the source has changed."""
        source = source_of(name, value)
        key = f"{name} {source.state()}"
        if key not in self._cards:
            if len(self._cards) >= MAX_CARDS:
                self._cards.clear()
            self._cards[key] = source.card()
        return self._cards[key]

    async def reset(self) -> None:
        """Throw the sandbox away with what is known of it."""
        self.variables, self.results = (), {}
        self.names, self.definitions, self.lost = (), {}, ()
        await self.sandbox.reset()


class Sessions:
    """The sandbox sessions of one ``Analyst``: the newest of an owner stays, an earlier one until no turn uses it.

    All methods are used on one event loop.

    Args:
        make: Makes the sandbox of a place; starts nothing.
        remove_orphans: Removes what killed processes left, given the name of a place's provider; called once for each
            name, in a thread, when a session opens there.
    """

    def __init__(self, make: Callable[[Place], Sandbox], remove_orphans: Callable[[str], None]) -> None:
        self._make, self._remove_orphans = make, remove_orphans
        self._sweeping: dict[str, asyncio.Future[None]] = {}
        self._sessions: dict[Place, Session] = {}
        self._turns: dict[Place, int] = {}
        self._newest: dict[str, Place] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._asking: set[asyncio.Task[Any]] = set()

    @contextlib.asynccontextmanager
    async def use(self, place: Place) -> AsyncIterator[Session]:
        """The session of a place, as its owner's newest; it is not closed before the block ends."""
        session, asking = self.open(place), asyncio.current_task()
        self._turns[place] = self._turns.get(place, 0) + 1
        self._asking |= {asking} if asking is not None else set()
        try:
            yield session
        finally:
            self._asking.discard(asking)
            self._turns[place] -= 1
            self._close_unused()

    def keep(self, place: Place, task: asyncio.Task[Any]) -> None:
        """Keep the session of a place open until a task ends; closing everything cancels the task."""
        self._turns[place] = self._turns.get(place, 0) + 1
        self._asking.add(task)

        def on_end(task: asyncio.Task[Any]) -> None:
            self._asking.discard(task)
            self._turns[place] = self._turns.get(place, 1) - 1
            self._close_unused()

        task.add_done_callback(on_end)

    def open(self, place: Place) -> Session:
        """The session of a place, which becomes its owner's newest."""
        if place.sandbox not in self._sweeping:
            sweeping = asyncio.to_thread(self._remove_orphans, place.sandbox)
            self._sweeping[place.sandbox] = asyncio.ensure_future(sweeping)
        session = self._sessions.setdefault(place, self.peek(place))
        self._newest[place.owner] = place
        self._close_unused()
        return session

    def peek(self, place: Place) -> Session:
        """The session of a place; where there is none yet, one that is neither registered nor started."""
        return self._sessions.get(place) or self.apart(place)

    def apart(self, place: Place) -> Session:
        """A session that is shared with no other turn; the caller closes its sandbox."""
        return Session(self._make(place))

    async def start(self, place: Place) -> None:
        """Bring the sandbox of a place up, so that the first question finds it warm."""
        with contextlib.suppress(AnalystError):  # the first question meets it, and reports it
            await self.open(place).sandbox.start()

    async def isolation(self, place: Place) -> tuple[str, str]:
        """The provider of a place, and what its sandboxes isolate and what they do not.

        Raises:
            SandboxError: There is none.
        """
        provider = self.peek(place).sandbox.provider
        text = await asyncio.to_thread(lambda: provider.isolation)
        return provider.name, text

    @property
    def running(self) -> bool:
        """Whether the newest sandbox of the user is up."""
        newest = self._sessions.get(self._newest[""]) if "" in self._newest else None
        return newest is not None and newest.sandbox.running

    @property
    def open_number(self) -> int:
        """Number of sandboxes that are not closed."""
        return len(self._sessions) + len(self._closing)

    def release(self, owner: str) -> None:
        """End the sandbox of an owner, once no turn uses it."""
        self._newest.pop(owner, None)
        self._close_unused()

    async def reset(self) -> None:
        """Throw the sandboxes away; the sessions start anew."""
        for session in list(self._sessions.values()):
            await session.reset()

    async def close(self) -> None:
        """Cancel the questions under way, whose code may have hours left, and end all sandboxes."""
        stopping = set(self._asking)
        for asking in stopping:
            asking.cancel()
        if stopping:
            await asyncio.wait(stopping, timeout=MAX_SECONDS_TO_STOP)
        sessions, self._sessions = list(self._sessions.values()), {}
        for session in sessions:
            await session.sandbox.close()
        if self._closing:
            await asyncio.wait(set(self._closing))

    def _close_unused(self) -> None:
        newest = set(self._newest.values())
        for place in [p for p in self._sessions if p not in newest and not self._turns.get(p)]:
            self._turns.pop(place, None)
            task = asyncio.ensure_future(self._sessions.pop(place).sandbox.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
