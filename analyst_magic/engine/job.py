"""A question with all that answers it: the value that goes through the stages of the engine."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from ..errors import AnalystError
from ..history.lock import LockFile
from ..history.store import History
from ..models.model import Model
from ..semantics.files import LoadedDefinitions
from ..sources.files import DataFile
from ..sources.kinds import source_of
from ..tool_servers.servers import OfferedServers
from ..turn import MAIN_THREAD, Privacy, Question, Retention, Stage, Turn
from .conversation import Conversation
from .session import Place, Session

TICK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Event:
    """Progress of a running turn.

    Attributes:
        stage: ``context``, ``model``, ``checks`` and ``sandbox`` when that stage begins; ``sent`` with the exact text
            that a model is sent; ``text`` with a piece of its answer; ``transfer`` with how much data has been sent,
            where that takes long; ``repair`` when an attempt failed and another follows; ``confirm`` when code is
            waiting for the user's approval; ``print`` with what the code prints, as it does; ``tool`` with the call of
            a tool of an MCP server; ``tick`` twice a second.
        text: The piece of the answer, the code, or the failure.
        frames: For ``confirm``, the frames that the code would get.
        answer: For ``confirm``, takes the code to run, or None where it is not to run.
    """

    stage: Literal[
        "context",
        "model",
        "sent",
        "text",
        "checks",
        "sandbox",
        "transfer",
        "repair",
        "confirm",
        "tick",
        "print",
        "tool",
    ]
    text: str = ""
    frames: tuple[str, ...] = ()
    answer: Future[str | None] | None = field(default=None, compare=False)


Listener = Callable[[Event], None]
Confirm = Callable[[str, tuple[str, ...]], str | None]
Observer = Callable[[Turn, Sequence[Stage]], Sequence[str]]


def unobserved(turn: Turn, starts: Sequence[Stage]) -> tuple[str, ...]:
    """The observer of turns that nobody watches."""
    return ()


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of one turn, as plain values.

    Attributes:
        privacy: How much of the data the model may see.
        hidden: Columns that it never sees, as ``frame.column``.
        max_repairs: Further attempts after a failure.
        max_steps: Steps towards an answer whose results are described to the model.
        look_at_figures: Whether a model that takes images is shown a figure once, and may mend its code.
        prompt_tokens: Tokens for the description of the frames.
        timeout: Seconds for one run of code.
        documents: The folder of documents; None for ``analyst_output`` in the working directory.
        retention: How long earlier versions of documents stay.
        window: How many previous questions are sent to the model as conversation context.
        turn_seconds, turn_tokens: After this much time, or this many tokens, no further attempt begins.
        turn_cost: The same in US dollars, where the provider reports them; None for no limit.
        lock: The lock file, where answers are pinned.
        history: Where turns are recorded, and examples come from.
        notes: The user's notes on the data.
        definitions: What the user's files define, and what could not be read of them.
        fresh: Ask even where an answer is pinned, without the earlier conversation, and pin the new answer.
        own_thread: Whether the conversation is the question's own, as that of an investigation: fresh or not, it stays.
        frozen: Answer from the lock file alone.
        confirm: Ask the listener for approval before any code runs.
        asks_back: Whether somebody can answer a question back; nobody can where many questions are answered at once.
        tool_servers: MCP servers whose tools the model may ask for; None where there are none.
        observer: Called once for each finished turn with the turn and the sandbox starts since the previous call; gives
            notes for the user.
    """

    privacy: Privacy = "stats"
    hidden: frozenset[str] = frozenset()
    max_repairs: int = 2
    max_steps: int = 6
    look_at_figures: bool = False
    prompt_tokens: int = 6000
    timeout: float = 120.0
    documents: Path | None = None
    retention: Retention = field(default_factory=Retention)
    window: int = 5
    turn_seconds: float = 600.0
    turn_tokens: int = 200_000
    turn_cost: float | None = None
    lock: LockFile | None = None
    history: History | None = None
    notes: str = ""
    definitions: LoadedDefinitions = field(default_factory=LoadedDefinitions)
    fresh: bool = False
    own_thread: bool = False
    frozen: bool = False
    confirm: bool = False
    asks_back: bool = True
    tool_servers: OfferedServers | None = None
    observer: Observer = unobserved


class Clock:
    """Measures the stages of one turn."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []
        self._started = time.monotonic()
        self._waited = 0.0

    @classmethod
    def going_on(cls, stages: Sequence[Stage], seconds: float) -> Clock:
        """The clock of a turn whose first stages were measured by another machine's.

        Args:
            stages: Those stages.
            seconds: How long they took in all.
        """
        clock = cls()
        clock.stages = list(stages)
        clock._started -= seconds
        return clock

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Leave out of all measures what the user takes to read and to decide."""
        since = time.monotonic()
        try:
            yield
        finally:
            self._waited += time.monotonic() - since

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Measure a stage; the code inside may add facts to it."""
        stage, since, waited = Stage(name, time.time()), time.monotonic(), self._waited
        self.stages.append(stage)
        try:
            yield stage
        except AnalystError as error:
            stage.error = type(error).__name__
            raise
        finally:
            stage.seconds = time.monotonic() - since - (self._waited - waited)

    def split(self, name: str, seconds: float, **facts: str | int | float) -> None:
        """Take the end of the last stage as a stage of its own."""
        last = self.stages[-1]
        last.seconds -= seconds
        self.stages.append(Stage(name, last.begun + last.seconds, seconds, facts=facts))

    @property
    def total(self) -> float:
        """Seconds since the turn began, without those in which it waited for the user."""
        return time.monotonic() - self._started - self._waited

    def seconds(self) -> dict[str, float]:
        """Seconds by stage, and in all."""
        names = dict.fromkeys(stage.name for stage in self.stages)
        sums = {name: sum(stage.seconds for stage in self.stages if stage.name == name) for name in names}
        return {**sums, "total": self.total}


@dataclass(frozen=True, slots=True)
class Request:
    """A question as it is asked, before it has its sandbox and its conversation.

    Attributes:
        question, sources, model, options: As in ``Job``.
        place: Where its code is to run.
        thread: The conversation that it belongs to.
    """

    question: Question
    sources: Mapping[str, object]
    model: Model
    options: Options
    place: Place
    thread: str = MAIN_THREAD


@dataclass(frozen=True, slots=True)
class Job:
    """One question and everything that its turn works with. Nothing else is shared between turns.

    Attributes:
        question: What to answer, or the user's own code to run.
        sources: The frames and data files in scope, by name.
        model: Who writes the code, unless the question brings its own.
        options: Privacy and limits.
        session: The sandbox that the code runs in, with what earlier code left there. The turn has it until it ends.
        conversation: The thread that the question was asked in, with its earlier questions.
        listen: Told about the progress.
        clock: Measures the stages.
    """

    question: Question
    sources: Mapping[str, object]
    model: Model
    options: Options
    session: Session
    conversation: Conversation = field(default_factory=Conversation)
    listen: Listener = lambda event: None
    clock: Clock = field(default_factory=Clock)

    @classmethod
    def of(
        cls,
        request: Request,
        session: Session,
        conversation: Conversation,
        listen: Listener = lambda event: None,
        clock: Clock | None = None,
    ) -> Job:
        """The job of a request in a session and a conversation."""
        asked = request.question, request.sources, request.model, request.options
        return cls(*asked, session, conversation, listen, clock or Clock())

    @property
    def hidden(self) -> frozenset[str]:
        """Columns that the code must not get: a model's code gets what the model may see, the user's own gets all."""
        return self.options.hidden if self.question.code is None else frozenset()

    @property
    def data_files(self) -> list[DataFile]:
        """The data files in scope, without hidden columns."""
        files = [source_of(name, value).hiding(self.hidden).file for name, value in self.sources.items()]
        return [file for file in files if file is not None]


def confirming(confirm: Confirm | None, listen: Listener) -> Listener:
    """A listener that hands all events on, and answers ``confirm`` events by a function."""

    def on_event(event: Event) -> None:
        if event.answer is not None and confirm is not None:
            listen(replace(event, answer=None))
            event.answer.set_result(confirm(event.text, event.frames))
        else:
            listen(event)

    return on_event


@contextlib.asynccontextmanager
async def ticking(listen: Listener) -> AsyncIterator[None]:
    """Send a ``tick`` twice a second, so that a display of the progress can show the time."""

    async def tick() -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            listen(Event("tick"))

    task = asyncio.ensure_future(tick())
    try:
        yield
    finally:
        task.cancel()
