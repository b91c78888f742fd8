"""``Analyst``: the public way to ask, from Python, the magic, the command line and the panel alike."""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast

from .context.choose import outline
from .engine import configure
from .engine.agents import AgentCode, AgentTurn, ask_for_agent, run_agent_code
from .engine.background import BackgroundJob
from .engine.batch import Batch, Key
from .engine.conversation import Conversation
from .engine.investigation import Approval, Inquiry, InvestigationEvent, InvestigationListener, asking, investigate
from .engine.job import Confirm, Listener, Request, confirming
from .engine.lifecycle import Lifecycle
from .engine.own_cells import document_cells, explain_cell, fix_cell
from .engine.prepare import Desk, close_all, history_of, lock_of
from .engine.turns import Engine
from .engine.verified import verified_of
from .errors import UnknownOption
from .event_loop_thread import EventLoopThread
from .history.lock import LockFile
from .history.store import History
from .models.connections import Connections
from .notebook.cell import read_question, with_template
from .profiling.expectations import CheckReport
from .profiling.look import Look
from .profiling.profile import Profile
from .semantics.files import read_definitions
from .semantics.verified import write_verified
from .settings import AnalystSettings, load_settings
from .telemetry.observer import Tally, observed
from .turn import MAIN_THREAD, Code, Context, Question, Turn
from .turn.investigation import Budget, Investigation, Plan, Step
from .turn.own_cells import CellEdit


class Analyst(Lifecycle):
    """Asks questions about data frames; the code that answers runs in a sandbox.

    What one question leaves in the sandbox, the next one finds. It starts when it is first needed and ends with
    ``close``, a ``with`` block, or the process. A question with other limits gets a sandbox of its own.

    Args:
        settings: The settings to start from; those of the environment and the configuration files by default.
        api_key: Key of the model's provider, in place of the one in the environment or the keyring.
        ask_key: Asks the user for a key that is missing, without showing what is typed.
        lock: The lock file to pin answers in and to answer from: a path, or a ``LockFile``; True is ``analyst.lock`` in
            the current folder. None or False pins nothing.
        history: The history that turns are recorded in; True is the usual one. None or False records none.
        notes: A file with the user's notes on the data, which a model is sent.
        folder: The folder whose ``analyst.yaml`` and ``semantics/`` define metrics; None reads only what the setting
            ``definitions`` names.
        options: Any setting of ``AnalystSettings`` by keyword; ``sandbox`` may also be a ``SandboxProvider``.

    Attributes:
        thread: The conversation that new questions belong to; each knows its own earlier questions alone.
        tally: What has been asked so far.

    Raises:
        UnknownOption: There is no such setting, or it does not take the value.

    Example:
        >>> from analyst_magic.testing import FakeSandbox  # in place of a sandbox that runs code
        >>> with Analyst(sandbox=FakeSandbox({"1 + 1": "2"}), model="offline") as analyst:
        ...     analyst.ask("PYTHON: 1 + 1").results[0].to_text()
        '2'
    """

    def __init__(
        self,
        *,
        settings: AnalystSettings | None = None,
        api_key: str | None = None,
        ask_key: Callable[[str], str] | None = None,
        lock: LockFile | str | os.PathLike[str] | bool | None = None,
        history: History | bool | None = None,
        notes: Path | None = None,
        folder: str | os.PathLike[str] | None = None,
        **options: Any,
    ) -> None:
        own_sandbox = not isinstance(options.get("sandbox", ""), str)
        make_sandbox = configure.take_sandbox(options)
        options |= {name: on for name, on in (("lock", lock), ("history", history)) if isinstance(on, bool)}
        self.settings = settings or load_settings()
        self.settings = self.settings.with_options(options) if options else self.settings
        if own_sandbox:
            self.settings.keep_locked("sandbox", "A sandbox of your own")
        place = Path(folder).absolute() if folder is not None else None
        self._desk = Desk(
            Connections(api_key, ask_key), lock_of(lock), history_of(history, self.settings), notes, place
        )
        self._engine = Engine(make_sandbox, configure.remove_orphans)
        self._event_loop, self.thread, self.tally = EventLoopThread(), MAIN_THREAD, Tally()
        self._answered: dict[Key, Turn] = {}
        self._end = weakref.finalize(self, close_all, self._event_loop, self._desk, self._engine)  # also at exit

    def ask(
        self,
        question: str | Question,
        frames: Mapping[str, object] | None = None,
        *,
        connections: Mapping[str, object] | None = None,
        fresh: bool = False,
        template: str | os.PathLike[str] | None = None,
        confirm: Confirm | None = None,
        listen: Listener = lambda event: None,
        **options: Any,
    ) -> Turn:
        """Answer a question about frames.

        Args:
            question: In plain words. A text that starts with ``SQL:`` or ``PYTHON:`` is run as it stands.
            frames: The frames in scope, by the names that the code will use. A ``Path`` is a data file: DuckDB reads it
                inside the sandbox. So it does with a file that the question names.
            fresh: Ask even where an answer is pinned, without the earlier conversation.
            connections: Databases in scope, by name: engines, connections or ``Path`` objects of database files.
            template: A document to fill and to look like: a path, or the name of one in ``analyst_templates/``.
            confirm: Given the code and its frames' names before anything runs; returns the code to run, or None.
            listen: Told about the progress, in the caller's thread.
            options: Settings for this turn alone.

        Returns:
            The turn; a failure is in its ``error``, and what could not be pinned or recorded in its ``notes``.

        Raises:
            InputError: The question, a frame or an option cannot be used; ``Stopped`` where the user interrupted.

        Example:
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"SELECT 7 AS n": "7"}), model="offline") as analyst:
            ...     turn = analyst.ask("SQL: SELECT 7 AS n")
            >>> turn.ok, turn.model, turn.results[0].to_text()
            (True, 'you', '7')
        """
        if template:
            question = with_template(read_question(question) if isinstance(question, str) else question, template)
        options["connections"] = connections
        request = self._request(question, frames, options, fresh=fresh, confirm=confirm is not None)
        return self._event_loop.call(lambda tell: self._engine.ask(request, tell), confirming(confirm, listen))

    def submit(
        self,
        question: str | Question,
        frames: Mapping[str, object] | None = None,
        *,
        fresh: bool = False,
        confirm: bool = False,
        listen: Listener = lambda event: None,
        after: Conversation | None = None,
        **options: Any,
    ) -> BackgroundJob:
        """Ask without waiting: the answer comes in the background, after those that were asked before.

        Args:
            question, frames, fresh, options: As for ``ask``, which also says what is raised.
            confirm: Whether ``listen`` is asked before any code runs, by an event with an ``answer``.
            listen: Told about the progress, in a thread of its own.
            after: A conversation as ``conversation`` gave it, which the question goes on from once more; the thread
                stays as it is.

        Example:
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"1 + 1": "2"}), model="offline") as analyst:
            ...     analyst.submit("PYTHON: 1 + 1").wait(60).results[0].to_text()
            '2'
        """
        request = self._request(question, frames, options, fresh=fresh, confirm=confirm)
        if after is not None:
            request = replace(request, thread=self._engine.conversations.fork(after))
        job = BackgroundJob(request.question.text)
        job.attach(asyncio.run_coroutine_threadsafe(self._ask(request, job.beginning(listen)), self._event_loop.loop))
        return job

    def map(
        self,
        questions: Sequence[str | Question],
        frames: Mapping[str, object] | None = None,
        *,
        concurrency: int = 2,
        listen: Callable[[int, Turn], None] = lambda number, turn: None,
        **options: Any,
    ) -> list[Turn]:
        """Answer many questions, each by itself, some at a time. A failure is in its turn and stops no other.

        After Ctrl-C, or a failure, the same call over unchanged frames asks only what has no answer yet.

        Args:
            questions, frames, options: As for ``ask``, which also says what is raised.
            concurrency: How many sandboxes work at one time.
            listen: Given the number of a question and its turn, as each is answered.

        Returns:
            The turns, in the order of the questions.

        Example:
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"1": "one", "2": "two"}), model="offline") as analyst:
            ...     [turn.results[0].to_text() for turn in analyst.map(["PYTHON: 1", "PYTHON: 2"])]
            ['one', 'two']
        """
        requests = [self._request(question, frames, options) for question in questions]
        batch = Batch(requests, repr(sorted(options.items())), self._answered)
        on_turn: Callable[[tuple[int, Turn]], None] = lambda numbered: listen(*numbered)  # noqa: E731
        self._event_loop.call(lambda tell: batch.answer(self._engine.sessions.apart, concurrency, tell), on_turn)
        return batch.turns

    async def aask(self, question: str | Question, frames: Mapping[str, object] | None = None, **options: Any) -> Turn:
        """The same as ``ask``, for callers with an event loop of their own.

        Example:
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"1 + 1": "2"}), model="offline") as analyst:
            ...     asyncio.run(analyst.aask("PYTHON: 1 + 1")).results[0].to_text()
            '2'
        """
        return await self._event_loop.acall(self._engine.ask(self._request(question, frames, options)))

    def investigate(
        self,
        question: str | Question,
        frames: Mapping[str, object] | None = None,
        *,
        plan: Plan | Sequence[str] | None = None,
        budget: Budget | None = None,
        approve: Callable[[Investigation], Plan | None] | None = None,
        listen: InvestigationListener = lambda event: None,
        fresh: bool = False,
        connections: Mapping[str, object] | None = None,
        **options: Any,
    ) -> Investigation:
        """Investigate a question in several steps: a plan, a turn for each step, and findings that rest on results.

        Where a step's endpoint or sandbox is lost, or the user stops, what was done stays in the history, and the same
        call goes on from there. A finished one is pinned, and runs again with no model.

        Args:
            question: What is to be found out, as "Why did revenue fall in March?".
            frames, connections, options: As for ``ask``, which also says what is raised.
            plan: The steps, or their questions, where you bring them; else the model plans. Without a model, the change
                of a total between two periods can be planned.
            budget: What may be spent; ``Budget()`` by default.
            approve: Given the investigation with its plan before any step; returns the plan to take, or None for none.
            listen: Told about the progress, in the caller's thread.
            fresh: Plan and ask anew, even where the investigation is pinned or was begun.

        Returns:
            The investigation with its steps, their turns, and the findings.

        Raises:
            ModelError: No plan came.
            Stopped: The user interrupted; what was done is kept.

        Example:
            >>> from analyst_magic.testing import FakeSandbox
            >>> sandbox = FakeSandbox({"1 + 1": "2"})
            >>> with Analyst(sandbox=sandbox, model="offline") as analyst:
            ...     done = analyst.investigate("What is the sum?", plan=Plan((Step("1 + 1", code=Code("1 + 1")),)))
            >>> done.ok, done.results[0].turn.results[0].to_text(), str(done.spent).partition(" ·")[0]
            (True, '2', '1 step')
        """
        options["connections"] = connections
        inquiry = self._inquiry(question, frames, options, plan, budget, fresh=fresh)

        def on_event(event: InvestigationEvent | Approval) -> None:
            if isinstance(event, Approval):
                event.decide(approve)
            else:
                listen(event)

        def work(tell: Callable[[Any], None]) -> Coroutine[Any, Any, Investigation]:
            return investigate(replace(inquiry, listen=tell, approve=asking(tell) if approve is not None else None))

        return self._event_loop.call(work, on_event)

    async def ainvestigate(
        self, question: str | Question, frames: Mapping[str, object] | None = None, **options: Any
    ) -> Investigation:
        """The same as ``investigate``, for callers with an event loop of their own. ``approve`` and ``listen`` are
        called in a thread of the engine.

        Example:
            >>> from analyst_magic.testing import FakeSandbox
            >>> sandbox = FakeSandbox({"1 + 1": "2"})
            >>> with Analyst(sandbox=sandbox, model="offline") as analyst:
            ...     steps = Plan((Step("1 + 1", code=Code("1 + 1")),))
            ...     asyncio.run(analyst.ainvestigate("What is the sum?", plan=steps)).status
            'finished'
        """
        approve, listen = options.pop("approve", None), options.pop("listen", lambda event: None)
        chosen = {name: options.pop(name, None) for name in ("plan", "budget")}
        fresh = bool(options.pop("fresh", False))
        inquiry = self._inquiry(question, frames, options, chosen["plan"], chosen["budget"], fresh=fresh)

        async def asked(investigation: Investigation) -> Plan | None:
            return cast(Plan | None, await asyncio.to_thread(approve, investigation))

        inquiry = replace(inquiry, listen=listen, approve=asked if approve is not None else None)
        return await self._event_loop.acall(investigate(inquiry))

    def _inquiry(
        self,
        question: str | Question,
        frames: Mapping[str, object] | None,
        options: Mapping[str, Any],
        plan: Plan | Sequence[str] | None,
        budget: Budget | None,
        *,
        fresh: bool,
    ) -> Inquiry:
        if plan is not None and not isinstance(plan, Plan):
            plan = Plan(tuple(map(Step, plan)))
        request = self._request(question, frames, options, fresh=fresh)
        if request.question.code is not None:
            raise UnknownOption("Code cannot be investigated.", "Ask a question, or run it with Analyst.run.")
        return Inquiry(self._engine, request, budget or Budget(), plan)

    async def aanswer_agent(
        self,
        question: Question,
        frames: Mapping[str, object] | None = None,
        *,
        agent: str,
        code: Code | None = None,
        confirm: bool = False,
        listen: Listener = lambda event: None,
        **options: Any,
    ) -> AgentTurn:
        """Work for an agent, which is told of the answer what a model may be told at the privacy level.

        Args:
            question: What the agent asks, or why it runs its code. It cannot name files.
            frames: The frames in scope.
            agent: The agent's name, for the history; also the name of its conversation. Each has a sandbox of its own.
            code: Code that the agent wrote. It runs with a model's rights: hidden columns are not there.
            confirm: Whether ``listen`` is asked before any code runs, by an event with an ``answer``.
            listen: Told about the progress, in a thread of its own.
            options: Settings for this turn alone.

        Raises:
            AnalystError: The question, a frame or an option cannot be used, or the model cannot be asked.

        Example:
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"1 + 1": "2"}), model="offline") as analyst:
            ...     asked = Question("a sum"), {}
            ...     done = asyncio.run(analyst.aanswer_agent(*asked, agent="agent:test", code=Code("1 + 1")))
            >>> done.turn.results[0].to_text(), done.summary
            ('2', 'It showed text or a single value, which is not told at this privacy level.')
        """
        scope = {**(frames or {}), **(options.pop("connections", None) or {})}
        settings = self.settings.with_options({**options, "lock": False} if code is not None else options)
        model = AgentCode(agent, code) if code is not None else None
        request = self._desk.request(
            question, scope, settings, observed(settings, self.tally), agent, confirm=confirm, model=model, files=False,
            owner=agent,
        )  # fmt: skip
        work = run_agent_code if code is not None else ask_for_agent
        return await self._event_loop.acall(work(self._engine, request, listen))

    async def aend_agent(self, agent: str) -> None:
        """End the sandbox and the conversation of an agent, once no call of it runs. A later call starts afresh.

        Args:
            agent: The agent's name.

        Example:
            >>> with Analyst(model="offline") as analyst:
            ...     asyncio.run(analyst.aend_agent("agent:test"))
        """
        await self._event_loop.acall(self._engine.release(agent))

    def run(
        self,
        code: str,
        language: Literal["python", "sql"] = "python",
        frames: Mapping[str, object] | None = None,
        *,
        listen: Listener = lambda event: None,
        **options: Any,
    ) -> Turn:
        """Run code in the sandbox; no model is asked.

        Args:
            code, language: The source, and ``python`` or ``sql``.
            frames: The frames in scope; those that the code names are sent.
            listen, options: As for ``ask``, which also says what is raised.

        Example:
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"SELECT 7 AS n": "7"}), model="offline") as analyst:
            ...     analyst.run("SELECT 7 AS n", "sql").results[0].to_text()
            '7'
        """
        if language not in {"python", "sql"}:
            raise UnknownOption(f"There is no language {language}.", "Use python or sql.")
        return self.ask(Question(code, language=language, code=Code(code, language)), frames, listen=listen, **options)

    def profile(
        self,
        data: object,
        frames: Mapping[str, object] | None = None,
        *,
        compare: object = None,
        connections: Mapping[str, object] | None = None,
        listen: Listener = lambda event: None,
        **options: Any,
    ) -> Profile:
        """Look at data before any question: types, missing values, distributions, keys, joins, and what is suspicious.

        It runs in the sandbox. No model is asked, and nothing of it is told to one later.

        Args:
            data: A frame, a ``Path`` of a data file, or the name of either, or of a table, in the scope.
            frames, connections: The scope, as for ``ask``: keys are matched with the other frames in it.
            compare: An earlier state of the data to compare with: a frame, a ``Path``, or a name in the scope.
            listen, options: As for ``ask``.

        Raises:
            AnalystError: There is no such data, or it cannot be read.

        Example:
            >>> import json, pandas as pd
            >>> from analyst_magic.testing import FakeSandbox
            >>> records = pd.DataFrame({"record": [json.dumps({"part": "frame", "name": "data", "rows": 3})]})
            >>> with Analyst(sandbox=FakeSandbox(lambda code: records), model="offline") as analyst:
            ...     analyst.profile(pd.DataFrame({"price": [1, 2, 2]})).rows
            3
        """
        return Look.of(data, frames, connections, compare).profile(self._running(options, listen))

    def check(
        self,
        data: object,
        expectations: str | os.PathLike[str],
        frames: Mapping[str, object] | None = None,
        *,
        listen: Listener = lambda event: None,
        **options: Any,
    ) -> CheckReport:
        """Hold a file of expectations against data, in the sandbox and without a model.

        Args:
            data: A frame, a ``Path`` of a data file, or the name of either in ``frames``.
            expectations: A YAML file as pandera writes a ``DataFrameSchema``; ``analyst check`` drafts one.
            frames, listen, options: As for ``ask``.

        Raises:
            AnalystError: There is no such data, or the file cannot be used.

        Example:
            >>> import json, pathlib, tempfile, pandas as pd
            >>> from analyst_magic.testing import FakeSandbox
            >>> path = pathlib.Path(tempfile.mkdtemp()) / "sales.yaml"
            >>> size = path.write_text("columns: {price: {checks: {greater_than: 0}}}")
            >>> record = {"column": "price", "check": "greater_than 0", "ok": True, "broken": 0, "rows": 3,
            ...           "examples": [], "note": "", "warning": False}
            >>> sent = pd.DataFrame({"record": [json.dumps(record)]})
            >>> with Analyst(sandbox=FakeSandbox(lambda code: sent), model="offline") as analyst:
            ...     print(analyst.check(pd.DataFrame({"price": [1, 2, 2]}), path))
            data meets 1 expectation.
        """
        return Look.of(data, frames).check(Path(expectations), self._running(options, listen))

    def _running(self, options: Mapping[str, Any], listen: Listener) -> Callable[[Code, Mapping[str, object]], Turn]:
        """What runs a program of ours, which is no part of the history."""

        def run(code: Code, sources: Mapping[str, object]) -> Turn:
            question = Question(code.text, language=code.language, code=code)
            return self.ask(question, sources, listen=listen, **{**options, "history": False})

        return run

    def explain(self, code: str, frames: Mapping[str, object] | None = None, **options: Any) -> str:
        """What a cell of yours does, in Markdown, by the model. Its code is sent, and the frames that it names are
        described within the privacy level; nothing runs.

        Args:
            code: The cell.
            frames, options: As for ``ask``.

        Raises:
            Abstained: There is no model.
            AnalystError: The cell cannot be used, or no usable answer came.

        Example:
            >>> from analyst_magic.testing import ScriptedModel
            >>> with ScriptedModel(["Adds two numbers."]) as model, Analyst(**model.settings) as analyst:
            ...     analyst.explain("1 + 1")
            'Adds two numbers.'
        """
        request = self._request("Explain this cell.", frames, options)
        return self._event_loop.call(lambda tell: explain_cell(self._engine, request, code))

    def fix(
        self,
        code: str,
        frames: Mapping[str, object] | None = None,
        *,
        error: tuple[str, str] | None = None,
        **options: Any,
    ) -> CellEdit:
        """A corrected cell of yours, with the reason, by the model; nothing runs and nothing is changed.

        Args:
            code: The cell; one that holds a key or a password is not sent.
            frames, options: As for ``ask``.
            error: The class and the text of the error that it ended in.

        Raises:
            Abstained: There is no model.
            AnalystError: The cell cannot be used, or no usable answer came.

        Example:
            >>> from analyst_magic.testing import ScriptedModel
            >>> reply = "The bracket is open.\\n```python\\nprint(1)\\n```"
            >>> with ScriptedModel([reply]) as model, Analyst(**model.settings) as analyst:
            ...     print(analyst.fix("print(1", error=("SyntaxError", "'(' was never closed")).diff)
            - print(1
            + print(1)
        """
        request = self._request("Fix this cell.", frames, options)
        return self._event_loop.call(lambda tell: fix_cell(self._engine, request, code, error))

    def document(
        self,
        cells: Sequence[str],
        frames: Mapping[str, object] | None = None,
        *,
        noted: Collection[int] = (),
        **options: Any,
    ) -> tuple[CellEdit, ...]:
        """Notes for the cells of a notebook, by the model; nothing runs and nothing is changed.

        Args:
            cells: The cells of code, in their order.
            frames, options: As for ``ask``.
            noted: The numbers of cells that have a note already, counted from 1.

        Returns:
            A note for each cell that needs one, with the cell's number in ``place``.

        Raises:
            Abstained: There is no model.
            AnalystError: The cells cannot be used, or no usable answer came.

        Example:
            >>> from analyst_magic.testing import ScriptedModel
            >>> reply = '{"notes": [{"cell": 1, "text": "Adds two numbers."}]}'
            >>> with ScriptedModel([reply]) as model, Analyst(**model.settings) as analyst:
            ...     [(note.place, note.after) for note in analyst.document(["1 + 1"])]
            [(1, 'Adds two numbers.')]
        """
        request = self._request("Document this notebook.", frames, options)
        return self._event_loop.call(lambda tell: document_cells(self._engine, request, cells, frozenset(noted)))

    def context(self, question: str | Question, frames: Mapping[str, object] | None = None, **options: Any) -> Context:
        """What a model would be sent. Nothing is sent.

        Example:
            >>> with Analyst(model="offline") as analyst:
            ...     analyst.context("How many rows?").question.text
            'How many rows?'
        """
        request = self._request(question, frames, options)
        return self._event_loop.call(lambda tell: self._engine.context(request))

    def verify(self, turn: Turn, name: str, note: str = "", frames: Mapping[str, object] | None = None) -> Path:
        """Write an answer that you have checked as a verified question, which answers it from then on.

        Args:
            turn: The answer.
            name: What the question is to be called.
            note: What to know of it.
            frames: The frames that it was asked about.

        Returns:
            The file: ``semantics/verified.yaml`` in the ``folder`` of this ``Analyst``.

        Raises:
            InputError: The turn cannot be verified, or the file cannot be written.

        Example:
            >>> import pandas, tempfile
            >>> from analyst_magic.testing import FakeSandbox
            >>> frames, folder = {"sales": pandas.DataFrame({"revenue": [3, 4]})}, tempfile.mkdtemp()
            >>> with Analyst(sandbox=FakeSandbox(lambda code: "7"), model="offline", folder=folder) as analyst:
            ...     turn = analyst.ask("Total revenue", frames)
            ...     analyst.verify(turn, "all revenue", "as finance has it", frames).name
            'verified.yaml'
        """
        folder, setting, frames = self._desk.definitions or Path.cwd(), self.settings.definitions, frames or {}
        known, cards = read_definitions(folder, setting), [outline(name, value) for name, value in frames.items()]
        return write_verified(folder, setting, verified_of(turn, name, note, frames, known.definitions, cards))

    async def _ask(self, request: Request, listen: Listener) -> Turn:
        return await self._engine.ask(request, listen)  # and hold this ``Analyst``, which would close at its end

    def _request(
        self, question: str | Question, frames: Mapping[str, object] | None, options: Mapping[str, Any], **more: Any
    ) -> Request:
        scope = {**(frames or {}), **(options.get("connections") or {})}
        settings = self.settings.with_options({name: options[name] for name in options if name != "connections"})
        return self._desk.request(question, scope, settings, observed(settings, self.tally), self.thread, **more)
