"""Questions: answered at once, in the background, or many at a time."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from ..cluster import open_cluster
from ..context.choose import outline
from ..engine.background import BackgroundJob
from ..engine.batch import Batch
from ..engine.conversation import Conversation
from ..engine.job import Confirm, Listener, Request, confirming
from ..engine.on_cluster import WorkersDraft, WorkersModel, answers_of, turn_of
from ..engine.verified import verified_of
from ..errors import Stopped, UnknownOption
from ..language import message
from ..models.providers import default_model
from ..notebook.cell import read_question, with_template
from ..semantics.files import read_definitions
from ..semantics.verified import write_verified
from ..telemetry.observer import observed
from ..turn import Code, Context, Question, Turn
from .lifecycle import Lifecycle


class Asking(Lifecycle):
    """Asks questions about data, and runs code in the sandbox."""

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
            >>> from analyst_magic import Analyst
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
            >>> from analyst_magic import Analyst
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
        concurrency: int | None = None,
        cluster: object = None,
        listen: Callable[[int, Turn], None] = lambda number, turn: None,
        **options: Any,
    ) -> list[Turn]:
        """Answer many questions, each by itself, some at a time. A failure is in its turn and stops no other.

        After Ctrl-C, or a failure, the same call over unchanged frames asks only what has no answer yet.

        Args:
            questions, frames, options: As for ``ask``, which also says what is raised.
            concurrency: How many sandboxes work at one time; by default 2, on a cluster as many as it takes.
            cluster: Whose workers answer, each question in a sandbox of its own: the address of a Dask scheduler, a
                ``distributed.Client``, or any executor of ``concurrent.futures``. Frames are sent, files are read where
                they lie, and no key travels. ``ClusterError`` where the workers cannot be used, or are lost.
            listen: Given the number of a question and its turn, as each is answered.

        Returns:
            The turns, in the order of the questions.

        Example:
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"1": "one", "2": "two"}), model="offline") as analyst:
            ...     [turn.results[0].to_text() for turn in analyst.map(["PYTHON: 1", "PYTHON: 2"])]
            ['one', 'two']
        """
        if cluster is not None:
            return self._map_on_cluster(questions, frames, options, concurrency, cluster, listen)
        requests = [self._request(question, frames, options) for question in questions]
        batch = Batch(requests, repr(sorted(options.items())), self._answered)
        on_turn: Callable[[tuple[int, Turn]], None] = lambda numbered: listen(*numbered)  # noqa: E731
        self._event_loop.call(lambda tell: batch.answer(self._engine.sessions.apart, concurrency or 2, tell), on_turn)
        return batch.turns

    def _map_on_cluster(
        self,
        questions: Sequence[str | Question],
        frames: Mapping[str, object] | None,
        options: Mapping[str, Any],
        at_once: int | None,
        cluster: object,
        listen: Callable[[int, Turn], None],
    ) -> list[Turn]:
        """``map`` on the workers of a cluster."""
        if self._own_sandbox:
            raise UnknownOption(
                message("A sandbox of your own cannot go to a cluster."), message("Name one, as sandbox='local'.")
            )
        settings = self.settings.with_options({name: options[name] for name in options if name != "connections"})
        model = WorkersModel(settings.chosen_model(lambda: default_model(os.environ)))
        requests = [self._request(question, frames, options, model=model) for question in questions]
        batch = Batch(requests, repr(sorted(options.items())), self._answered)
        try:
            with (
                open_cluster(cluster) as workers,
                contextlib.closing(answers_of(workers, batch.requests, settings, at_once)) as answers,
            ):
                for number, request, solved in answers:
                    listen(*batch.take(number, self._turn_of(request, solved)))
        except KeyboardInterrupt:
            raise Stopped("Stopped.", message("The same call asks only what has no answer yet.")) from None
        return batch.turns

    def _turn_of(self, request: Request, solved: WorkersDraft) -> Turn:
        return self._event_loop.call(lambda tell: turn_of(request, solved))

    async def aask(self, question: str | Question, frames: Mapping[str, object] | None = None, **options: Any) -> Turn:
        """The same as ``ask``, for callers with an event loop of their own.

        Example:
            >>> import asyncio
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"1 + 1": "2"}), model="offline") as analyst:
            ...     asyncio.run(analyst.aask("PYTHON: 1 + 1")).results[0].to_text()
            '2'
        """
        return await self._event_loop.acall(self._engine.ask(self._request(question, frames, options)))

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
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"SELECT 7 AS n": "7"}), model="offline") as analyst:
            ...     analyst.run("SELECT 7 AS n", "sql").results[0].to_text()
            '7'
        """
        if language not in {"python", "sql"}:
            raise UnknownOption(
                message("There is no language {language}.", language=language), message("Use python or sql.")
            )
        return self.ask(Question(code, language=language, code=Code(code, language)), frames, listen=listen, **options)

    def context(self, question: str | Question, frames: Mapping[str, object] | None = None, **options: Any) -> Context:
        """What a model would be sent. Nothing is sent.

        Example:
            >>> from analyst_magic import Analyst
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
            >>> from analyst_magic import Analyst
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
