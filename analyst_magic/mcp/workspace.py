"""What an agent works in: an ``Analyst``, the sources in scope, and the answers so far, which stay with the user."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from ..analyst import Analyst
from ..context.choose import outline
from ..context.privacy import redact, restrict
from ..engine.agents import AgentTurn, is_within
from ..engine.job import Event
from ..engine.record import history_entry
from ..errors import AnalystError, FrameError, InputError, UnknownFrame, UnknownOption
from ..history.store import HistoryEntry
from ..report.answers import write_report
from ..report_formats import REPORT_FORMATS
from ..semantics.scope import describe_definitions
from ..sources.connections.tables import expanded
from ..sources.kinds import source_of
from ..turn import Code, Context, FrameCard, Privacy, Question, Turn, Wants
from ..turn.queries import Query, joined
from .clients import Clients
from .schemas import EarlierTurn, EarlierTurns, Problem, Sources, SourceView

MAX_CALLS = 16
"""Calls that run or wait at one time; further ones are refused."""
MAX_ANSWERS = 200
MAX_COLUMNS = 50
MAX_SOURCES = 200
MAX_CODE = 100_000
MAX_QUESTION = 10_000

Scope = Callable[[], Mapping[str, object]]
Approve = Callable[[Event], None]


@dataclass(slots=True)
class Workspace:
    """What the clients of a server share: sources and settings. Each has a sandbox and answers of its own.

    Args:
        analyst: Who answers.
        scope: Gives the sources in scope, as they are now.
        approve: Asks the user before code runs: takes an event with an ``answer``. None where nobody is asked.

    Attributes:
        answers: The answers so far by name, oldest first; the user sees all of them.
        clients: Who works here.
    """

    analyst: Analyst
    scope: Scope
    approve: Approve | None = None
    answers: OrderedDict[str, AgentTurn] = field(default_factory=OrderedDict)
    clients: Clients = field(default_factory=Clients)
    _number: int = 0
    _calls: int = 0

    @property
    def privacy(self) -> Privacy:
        """The privacy level of the settings."""
        return cast(Privacy, self.analyst.settings.privacy)

    async def run(self, agent: str, code: Code, purpose: str, listen: Callable[[Event], None]) -> str:
        """Run code that an agent wrote, and return the answer's name.

        Args:
            agent: Who wrote it.
            code: The code.
            purpose: Why it runs, for the history.
            listen: Told about the progress.

        Raises:
            AnalystError: It cannot be run at all; what fails in it is in the answer.
        """
        if not code.text.strip() or len(code.text) > MAX_CODE:
            raise InputError("The code is empty or too long.", f"Send up to {MAX_CODE:,} characters.")
        text = _plain(purpose) or f"{code.language}: {_plain(code.text)[:200]}"
        return await self._answered(Question(text), agent, listen, code)

    async def ask(
        self, agent: str, question: str, wants: Wants | None, model: str, listen: Callable[[Event], None]
    ) -> str:
        """Ask the model, or the offline planner, and return the answer's name.

        Args:
            agent: Who asks.
            question: In plain words.
            wants: The form of the answer.
            model: In place of the configured one.
            listen: Told about the progress.

        Raises:
            AnalystError: It cannot be asked at all.
        """
        if not question.strip() or len(question) > MAX_QUESTION:
            raise InputError("The question is empty or too long.", f"Write up to {MAX_QUESTION:,} characters.")
        options = {"model": model} if model else {}
        return await self._answered(Question(question.strip(), wants=wants), agent, listen, None, **options)

    def answer(self, name: str, agent: str = "") -> AgentTurn:
        """An answer by its name.

        Args:
            name: The answer's name.
            agent: The client that may have it; empty for the user, who may have all.

        Raises:
            InputError: There is none.
        """
        answers = self._answers_of(agent)
        if name not in answers:
            known = ", ".join(list(answers)[-10:]) or "none yet"
            raise InputError(f"There is no answer {_plain(name)[:40]}.", f"Answers: {known}.")
        return answers[name]

    async def sources(self, words: str, limit: int) -> Sources:
        """The sources whose name or columns hold all the words.

        Args:
            words: Words to look for; all sources where there are none.
            limit: How many are listed.
        """
        return await asyncio.to_thread(self._sources, words, limit)

    async def describe(self, name: str) -> str:
        """What a model is told of a source, in full.

        Raises:
            UnknownFrame: There is none of that name.
        """
        scope = await asyncio.to_thread(self._expanded)
        if name not in scope:
            known = ", ".join(list(scope)[:30]) or "none"
            raise UnknownFrame(f"There is no source {_plain(name)[:60]}.", f"Sources: {known}.")
        context = await self._context(Question("describe", frames=(name,)), scope)
        return "\n\n".join(filter(None, [context.description, *context.notes]))

    async def definitions(self, words: str) -> str:
        """The metrics and fields that the user has defined, those first that the words speak of."""
        context = await self._context(Question("definitions"), await asyncio.to_thread(self._expanded))
        known = context.definitions
        cards = [*context.cards, *context.outlined]
        names = [metric.name for metric in known.metrics]
        return describe_definitions(" ".join([words, *names]), known, cards) or "Nothing is defined."

    async def earlier(self, words: str, limit: int) -> EarlierTurns:
        """Earlier turns of this folder that the privacy level lets an agent know.

        Those are the ones that models were asked at this level or a lower one, and those of agents.

        Args:
            words: Words to look for; the latest where there are none.
            limit: How many.

        Raises:
            HistoryError: The history cannot be read.
        """
        history = self.analyst.history
        if history is None:
            raise InputError("There is no history here.", "The user can keep one: the setting history.")
        read = (lambda: history.search(words, 1_000)) if words.strip() else (lambda: history.latest(1_000, os.getcwd()))
        here = [entry for entry in await asyncio.to_thread(read) if entry.folder == os.getcwd()]
        known = [entry for entry in here if self._may_be_seen(entry)]
        turns = [EarlierTurn(number=e.id, at=e.at, question=e.question, asked_of=e.model, ok=e.ok,
                             language=e.language, code=e.code) for e in known[:limit]]  # fmt: skip
        # How many others there are with these words would tell which words they have.
        return EarlierTurns(turns=turns, left_out=0 if words.strip() else len(here) - len(known))

    async def report(self, agent: str, title: str, names: list[str], form: str) -> Path:
        """Write a report of a client's answers into the folder of documents.

        Args:
            agent: The client.
            title: Its title, which names the file.
            names: The answers; all where there are none.
            form: ``html``, ``pdf``, ``docx`` or ``pptx``.

        Raises:
            AnalystError: There is no such answer or format, or the report cannot be written.
        """
        if form not in REPORT_FORMATS:
            raise UnknownOption(
                f"There is no report format {_plain(form)[:20]}.", f"Use one of: {', '.join(REPORT_FORMATS)}."
            )
        chosen = {name: self.answer(name, agent) for name in (names or self._answers_of(agent))}
        if not any(done.turn.ok for done in chosen.values()):
            raise InputError("There is no answer to report.", "Ask or run something first.")
        folder = Path(self.analyst.settings.output_directory)
        return await asyncio.to_thread(write_report, folder, title, [done.turn for done in chosen.values()], form)

    def pins(self) -> list[dict[str, Any]]:
        """The pinned answers whose code an agent may see.

        Raises:
            LockError: The lock file cannot be read.
        """
        lock = self.analyst.lock
        pins = lock.pins().values() if lock is not None else ()
        level = self.privacy
        seen = [pin for pin in pins if is_within(pin.privacy or "rows", level)]
        return [
            {"question": p.question, "language": p.code.language, "code": p.code.text, "model": p.model} for p in seen
        ]

    def problem(self, error: AnalystError) -> Problem:
        """An error of the host as an agent may read it: what a frame cannot be described for may quote the frame."""
        settings = self.analyst.settings
        message, step = error.message, error.next_step
        if isinstance(error, FrameError):
            message, step = redact(message, self.scope(), self.privacy, settings.hidden), ""
        return Problem(kind=error.kind, message=message, next_step=step)

    async def note(self, agent: str, text: str) -> None:
        """Record a call that ran nothing, so that the user sees in the history what an agent looked at.

        Raises:
            HistoryError: The history cannot be written.
        """
        history = self.analyst.history
        if history is None:
            return
        turn = Turn(Question(text), model=agent, kind="explanation", privacy=self.privacy,
                    code_privacy="schema")  # fmt: skip
        await asyncio.to_thread(lambda: history.add(history_entry(turn, {}, agent, "")))

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place among the calls that run or wait.

        Raises:
            AnalystError: There are too many.
        """
        if self._calls >= MAX_CALLS:
            raise AnalystError(f"{MAX_CALLS} calls run or wait already.", "Wait for one of them, and call again.")
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1

    async def leave(self, session: str) -> None:
        """End the sandbox of a client that has ended its session."""
        if name := self.clients.leave(session):
            await self.analyst.aend_agent(name)

    def close(self) -> None:
        """End the agents' sandboxes."""
        self.analyst.close()

    async def _answered(
        self, question: Question, agent: str, listen: Callable[[Event], None], code: Code | None, **options: Any
    ) -> str:
        approve = self.approve

        def on_event(event: Event) -> None:
            if event.answer is not None and approve is not None:
                approve(event)
            else:
                listen(event)

        async with self._sandbox(agent):
            done = await self.analyst.aanswer_agent(
                question, self.scope(), agent=agent, code=code, confirm=approve is not None, listen=on_event, **options
            )
        self._number += 1
        name = f"answer{self._number}"
        self.answers[name] = done
        while len(self.answers) > MAX_ANSWERS:
            self.answers.popitem(last=False)
        return name

    @contextlib.asynccontextmanager
    async def _sandbox(self, agent: str) -> AsyncIterator[None]:
        """A place among the clients that have a sandbox; the one that has been idle longest may lose its own for it."""
        for other in self.clients.begin(agent):
            await self.analyst.aend_agent(other)
        try:
            yield
        finally:
            self.clients.end(agent)

    def _answers_of(self, agent: str) -> Mapping[str, AgentTurn]:
        return {name: done for name, done in self.answers.items() if done.agent == agent} if agent else self.answers

    async def _context(self, question: Question, scope: Mapping[str, object]) -> Context:
        return await asyncio.to_thread(lambda: self.analyst.context(question, scope))

    def _expanded(self) -> dict[str, object]:
        return expanded(dict(self.scope()))

    def _sources(self, words: str, limit: int) -> Sources:
        wanted = words.casefold().split()
        views = []
        for name, value in self._expanded().items():
            view = self._view(name, value)
            text = " ".join([name, *view.columns]).casefold()
            if all(word in text for word in wanted):
                views.append(view)
        return Sources(sources=views[:limit], left_out=max(0, len(views) - limit), privacy=self.privacy)

    def _view(self, name: str, value: object) -> SourceView:
        source = source_of(name, value)
        try:
            card: FrameCard = restrict(outline(name, value), "schema", frozenset(self.analyst.settings.hidden))
        except AnalystError:  # a frame that cannot be described is in scope all the same
            return SourceView(name=name, kind=source.kind, columns=[])
        columns = [f"{column.name} {column.type}" for column in card.columns]
        more = max(0, len(columns) - MAX_COLUMNS)
        return SourceView(
            name=name, kind=card.kind, rows=card.rows or None, columns=columns[:MAX_COLUMNS], more_columns=more
        )

    def _may_be_seen(self, entry: HistoryEntry) -> bool:
        by_model = ":" in entry.model and not entry.pinned
        return by_model and is_within(entry.code_privacy, self.privacy)


def sql_for(sql: str, connection: str, result: str) -> Code:
    """SQL as a program: of the sandbox, or of a connection.

    Args:
        sql: The statement.
        connection: The connection that it runs on; empty for frames and files.
        result: What its rows are called in later code; empty where they are wanted alone.

    Raises:
        UnknownOption: A name cannot be one.

    Example:
        >>> print(sql_for("SELECT 1", "shop", "one").text)
        # connection: shop, result: one
        # SELECT 1
        <BLANKLINE>
        one
    """
    for what, name in (("connection", connection), ("result", result)):
        if name and not (name.isidentifier() and name.isascii()):
            raise UnknownOption(f"The name of the {what} is not one.", "Use letters, digits and underscores.")
    if not connection:
        return Code(sql, "sql")
    query = Query(connection, sql, result)
    return joined([query], Code(result) if result else None)


def _plain(text: str) -> str:
    """A text on one line, which mentions no frame and no option."""
    return " ".join(re.sub(r"[@\x00-\x1f\x7f]+", " ", text).split())[:MAX_QUESTION]
