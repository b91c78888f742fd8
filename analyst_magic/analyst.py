"""``Analyst``: the public way to ask, from Python, the magic, the command line and the panel alike."""

from __future__ import annotations

import asyncio
import contextlib
import os
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast

from .engine.background import Job
from .engine.batch import ask_all
from .engine.engine import MAIN, Engine, Event, Model, Options, pick
from .errors import AnalystError, EmptyQuestion, ModelError, SandboxError, UnknownOption
from .event_loop_thread import Portal
from .history.lock import Lock
from .history.store import History
from .models.prompt import messages, readable
from .models.providers import default_model, find_key, find_url, parse_model
from .notebook.cell import read_question, with_template
from .packages import parse_packages
from .planner.planner import OfflinePlanner
from .sandbox import docker, transfer
from .sandbox.choose import choose
from .sandbox.limits import Limits
from .sandbox.session import Sandbox
from .settings import AnalystSettings, to_bytes
from .sources.files import files_named, open_data
from .sources.frames import states
from .telemetry.observer import Tally, Watch, watch
from .turn import Code, Context, Privacy, Question, Reply, Retention, Stage, Turn

Listener = Callable[[Event], None]
MOST_HOUSE = 100_000
Confirm = Callable[[str, tuple[str, ...]], str | None]


class Analyst:
    """Asks questions about data frames; the code that answers runs in a sandbox.

    One ``Analyst`` has one sandbox: what one question leaves there, the next one finds. It starts when first needed and
    ends with ``close``, at the end of a ``with`` block, or with the process.

    Args:
        settings: The settings to start from; those of the environment by default.
        api_key: Key of the model's provider, in place of the one in the environment or the keyring.
        ask_key: Asks the user for a key that is missing, without showing what is typed.
        history: Where turns are kept. None keeps none.
        house: A file with the user's notes on the data, which are part of what a model is told.
        lock: The lock file to pin answers in, and to answer from; a path, or a ``Lock``. None pins nothing.
        options: Any setting of ``AnalystSettings`` by keyword.

    Raises:
        UnknownOption: There is no such setting, or it does not take the value.
    """

    def __init__(
        self,
        *,
        settings: AnalystSettings | None = None,
        api_key: str | None = None,
        ask_key: Callable[[str], str] | None = None,
        lock: Lock | str | os.PathLike[str] | None = None,
        history: History | None = None,
        house: Path | None = None,
        **options: Any,
    ) -> None:
        self._history, self._house = history, house
        self._lock = Lock(Path(lock).absolute()) if isinstance(lock, str | os.PathLike) else lock
        self.settings = settings or AnalystSettings()
        if options:
            self.settings = self.settings.with_options(options)
        self._api_key, self._ask_key = api_key, ask_key
        self._typed: dict[str, str] = {}
        self._thread = MAIN
        self._portal = Portal()
        self._engine: Engine | None = None
        self._wanted: tuple[str, Limits, str, str, tuple[str, ...], int] | None = None
        self._models: dict[tuple[str, str, float, str], Model] = {}
        self._answered: dict[tuple[str, str, str], Turn] = {}
        self._slot = _Slot()
        self.tally = Tally()
        self._end = weakref.finalize(self, _close, self._portal, self._models, self._slot)  # also at exit

    def ask(
        self,
        question: str | Question,
        frames: Mapping[str, object] | None = None,
        *,
        fresh: bool = False,
        template: str | os.PathLike[str] | None = None,
        confirm: Confirm | None = None,
        listen: Listener = lambda event: None,
        **options: Any,
    ) -> Turn:
        """Answer a question about frames.

        Args:
            question: In plain words. A text that starts with ``SQL:`` or ``PYTHON:`` is run as it stands.
            frames: The frames in scope, by the names that the code will use. A ``Path`` is a data file: it is read
                where it lies, by DuckDB inside the sandbox. So is a file that the question names.
            fresh: Ask even where an answer is pinned, without the earlier conversation.
            template: A document to fill and to look like: a path, or the name of one in ``analyst_templates/``.
            confirm: Given the code and the names of the frames that it would get, before anything runs; returns the
                code to run, or None to run none.
            listen: Told what goes on, in the caller's thread.
            options: Settings for this turn alone.

        Returns:
            The turn; a failure is in its ``error``.

        Raises:
            InputError: The question, a frame or an option cannot be used.
            Stopped: The user interrupted.
        """
        prepared = self._prepare(question, frames, options, fresh, template)
        watch = self._watch(prepared[2])

        def heard(event: Event) -> None:
            if event.answer is not None and confirm is not None:
                event.answer.set_result(confirm(event.text, event.frames))
            else:
                listen(event)

        return self._portal.call(
            lambda tell: self._ask(prepared, tell, watch, fresh, confirm=confirm is not None), heard
        )

    def submit(
        self,
        question: str | Question,
        frames: Mapping[str, object] | None = None,
        *,
        fresh: bool = False,
        confirm: bool = False,
        listen: Listener = lambda event: None,
        **options: Any,
    ) -> Job:
        """Ask without waiting: the answer comes in the background, after those that were asked before.

        Args:
            question, frames, fresh, options: As for ``ask``.
            confirm: Whether ``listen`` is asked before any code runs, by an event with an ``answer``.
            listen: Told what goes on, in a thread of its own.

        Raises:
            InputError: The question, a frame or an option cannot be used.
        """
        prepared = self._prepare(question, frames, options, fresh)
        job = Job(prepared[0].text)

        def heard(event: Event) -> None:
            job.begin()
            listen(event)

        work = self._ask(prepared, heard, self._watch(prepared[2]), fresh, confirm=confirm)
        job.attach(asyncio.run_coroutine_threadsafe(work, self._portal.loop))
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

        After Ctrl-C, or a failure, the same call asks only what has no answer yet: answers of this ``Analyst`` to the
        same questions over unchanged frames are kept.

        Args:
            questions, frames, options: As for ``ask``.
            concurrency: How many sandboxes work at one time.
            listen: Given the number of a question and its turn, as each is answered.

        Returns:
            The turns, in the order of the questions.

        Raises:
            InputError: A question, a frame or an option cannot be used.
            Stopped: The user interrupted.
        """
        prepared = [self._prepare(question, frames, options) for question in questions]
        state = states(prepared[0][1]) if prepared else ""
        keys = [(repr(asked), state, repr(sorted(options.items()))) for asked, *_ in prepared]
        missing = [i for i, key in enumerate(keys) if key not in self._answered]

        def heard(told: tuple[int, Turn]) -> None:
            number, turn = missing[told[0]], told[1]
            if turn.ok:
                self._answered[keys[number]] = turn
            found[number] = turn
            listen(number, turn)

        async def work(tell: Callable[[tuple[int, Turn]], None]) -> None:
            by_identity = {id(prepared[i][0]): prepared[i] for i in missing}
            settings = prepared[missing[0]][2]
            wanted = (*_place(settings), 0)
            given = replace(self._options(settings, False), watch=self._watch(settings))

            async def ask(engine: Engine, question: Question) -> Turn:
                _, scope, _, model = by_identity[id(question)]
                return await engine.ask(question, scope, model, given)

            chosen = [prepared[i][0] for i in missing]
            await ask_all(chosen, lambda: Engine(_sandbox(*wanted)), ask, concurrency, lambda i, t: tell((i, t)))

        found = {i: self._answered[key] for i, key in enumerate(keys) if key in self._answered}
        if missing:
            self._portal.call(work, heard)
        return [found[i] for i in range(len(prepared))]

    async def aask(self, question: str | Question, frames: Mapping[str, object] | None = None, **options: Any) -> Turn:
        """The same as ``ask``, for callers with an event loop of their own."""
        prepared = self._prepare(question, frames, options)
        watch = self._watch(prepared[2])
        return await self._portal.acall(self._ask(prepared, lambda event: None, watch, fresh=False))

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
            code: The source.
            language: ``python`` or ``sql``.
            frames: The frames in scope; those that the code names are sent.
            listen: Told what goes on, in the caller's thread.
            options: Settings for this turn alone.

        Raises:
            InputError: The code is empty, or a frame or option cannot be used.
            Stopped: The user interrupted.
        """
        if language not in {"python", "sql"}:
            raise UnknownOption(f"There is no language {language}.", "Use python or sql.")
        return self.ask(Question(code, language=language, code=Code(code, language)), frames, listen=listen, **options)

    def context(self, question: str | Question, frames: Mapping[str, object] | None = None, **options: Any) -> Context:
        """What a model would be told. Nothing is sent."""
        asked, scope, settings, _ = self._prepare(question, frames, options)

        async def work(tell: Listener) -> Context:
            return await self._the_engine(settings).context(asked, scope, self._options(settings, False))

        return self._portal.call(work)

    def model_name(self, **options: Any) -> str:
        """The model that a question would go to."""
        settings = self.settings.with_options(options)
        return settings.model or default_model(os.environ)

    def list_models(self, **options: Any) -> list[str]:
        """Names of the models that the endpoint of the configured model offers.

        Raises:
            ModelError: It does not tell.
        """
        model = self._model(self.settings.with_options(options))

        async def work(tell: Listener) -> list[str]:
            return list(await model.list_models()) if hasattr(model, "list_models") else []

        return self._portal.call(work)

    def reset(self) -> None:
        """Throw the sandbox away and forget the conversation; the next question starts afresh."""
        if self._engine is not None:
            engine = self._engine
            self._portal.call(lambda tell: engine.reset())

    @property
    def thread(self) -> str:
        """The conversation that questions belong to; each knows its own earlier questions alone."""
        return self._thread

    @thread.setter
    def thread(self, name: str) -> None:
        self._thread = name
        if self._engine is not None:
            self._engine.thread = name

    def threads(self) -> dict[str, int]:
        """The conversations, with the number of their questions."""
        return self._engine.threads() if self._engine is not None else {self._thread: 0}

    def drop_thread(self, name: str) -> None:
        """Forget one conversation.

        Raises:
            UnknownOption: There is none of that name.
        """
        if self._engine is not None:
            self._engine.drop(name)
            self._thread = self._engine.thread

    def isolation(self, **options: Any) -> tuple[str, str]:
        """The provider that code runs on, and what its sandboxes isolate and what they do not.

        Raises:
            SandboxError: There is none.
        """
        settings = self.settings.with_options(options)

        async def work(tell: Listener) -> tuple[str, str]:
            provider = self._the_engine(settings).sandbox.provider
            text = await asyncio.to_thread(lambda: provider.isolation)
            return provider.name, text

        return self._portal.call(work)

    def start(self) -> None:
        """Bring a sandbox up in the background, so that the first question finds it warm."""
        asyncio.run_coroutine_threadsafe(self._start(), self._portal.loop)

    @property
    def running(self) -> bool:
        """Whether a sandbox is up."""
        return self._engine is not None and self._engine.sandbox.running

    def close(self) -> None:
        """End the sandbox and the model's connections."""
        self._end()

    def __enter__(self) -> Analyst:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    async def _ask(
        self,
        prepared: tuple[Question, dict[str, object], AnalystSettings, Model],
        tell: Listener,
        watch: Watch,
        fresh: bool,
        confirm: bool = False,
    ) -> Turn:
        question, frames, settings, model = prepared
        engine = self._the_engine(settings)
        ticking = asyncio.ensure_future(_tick(tell))
        try:
            options = replace(self._options(settings, fresh), confirm=confirm, watch=watch)
            return await engine.ask(question, frames, _Overheard(model, tell), options, tell)
        finally:
            ticking.cancel()

    async def _start(self) -> None:
        with contextlib.suppress(SandboxError):  # met, and told, by the first question
            await self._the_engine(self.settings).sandbox.start()

    def _prepare(
        self,
        question: str | Question,
        frames: Mapping[str, object] | None,
        options: Mapping[str, Any],
        fresh: bool = False,
        template: str | os.PathLike[str] | None = None,
    ) -> tuple[Question, dict[str, object], AnalystSettings, Model]:
        settings = self.settings.with_options(options)
        asked = read_question(question) if isinstance(question, str) else question
        asked = with_template(asked, template) if template else asked
        if not asked.text.strip():
            raise EmptyQuestion("The question is empty.", "Write what you want to know.")
        scope = {n: open_data(v) if isinstance(v, os.PathLike) else v for n, v in (frames or {}).items()}
        scope = pick(scope, list(scope))
        if asked.code is None:
            asked = replace(asked, files=tuple(files_named(asked.text, scope).items()))
        scope |= {name: open_data(path) for name, path in asked.files if name not in scope}
        if asked.code is not None:
            return asked, scope, settings, OfflinePlanner()
        try:
            model = self._model(settings, ask=fresh or not self._may_be_pinned(asked, settings))
        except ModelError as error:
            if fresh or not self._may_be_pinned(asked, settings):
                raise
            model = Unavailable(settings.model or "", error)  # a pinned answer needs no model
        return asked, scope, settings, model

    def _may_be_pinned(self, question: Question, settings: AnalystSettings) -> bool:
        """Whether the lock file knows the question's words, whatever the frames are now."""
        if self._lock is None or not settings.lock:
            return False
        return settings.frozen or self._lock.knows(question.text)

    def _model(self, settings: AnalystSettings, *, ask: bool = True) -> Model:
        name = settings.model or default_model(os.environ)
        if name == "offline":
            return OfflinePlanner()
        provider, model = parse_model(name)
        key = find_key(provider, self._api_key, os.environ, self._asked_once(provider.name) if ask else None)
        url = find_url(provider, settings.base_url, os.environ)
        kept = (name, url, settings.model_timeout, key)
        if kept not in self._models:
            self._models[kept] = provider.connect(
                model, base_url=url, api_key=key, total_timeout=settings.model_timeout
            )
        return self._models[kept]

    def _options(self, settings: AnalystSettings, fresh: bool) -> Options:
        options = _options(settings, self._lock, fresh)
        house = ""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            house = self._house.read_text(encoding="utf-8")[:MOST_HOUSE] if self._house is not None else ""
        return replace(options, history=self._history if settings.history else None, house=house)

    def _watch(self, settings: AnalystSettings) -> Watch:
        """Who is told of a turn: the tally, and whom the settings name. Called in the thread of whoever asks."""
        told = watch(settings)

        def tell(turn: Turn, starts: Sequence[Stage]) -> None:
            self.tally(turn, starts)
            told(turn, starts)

        return tell

    def _asked_once(self, name: str) -> Callable[[str], str] | None:
        """Asks for a provider's key, and remembers what was typed for as long as this ``Analyst`` lives."""
        if self._ask_key is None:
            return None
        ask = self._ask_key

        def asked(prompt: str) -> str:
            if not self._typed.get(name):
                self._typed[name] = ask(prompt)
            return self._typed[name]

        return asked

    def _the_engine(self, settings: AnalystSettings) -> Engine:
        """The engine, made at the first question; other limits mean another sandbox. Called on the portal's loop."""
        wanted = (*_place(settings), settings.spares)
        if self._engine is None:
            self._sweeping = asyncio.ensure_future(asyncio.to_thread(_remove_orphans))
            self._engine = self._slot.engine = Engine(_sandbox(*wanted))
            self._engine.thread = self._thread
        elif wanted != self._wanted:
            self._replacing = asyncio.ensure_future(self._engine.sandbox.close())
            self._engine.sandbox = _sandbox(*wanted)
        self._wanted = wanted
        return self._engine


async def _tick(tell: Listener) -> None:
    """Twice a second, so that whoever shows progress can show the time."""
    while True:
        await asyncio.sleep(0.5)
        tell(Event("tick"))


class _Overheard:
    """A model of which the listener hears what it is sent; the offline planner is sent nothing."""

    def __init__(self, model: Model, tell: Listener) -> None:
        self._model, self._tell = model, tell

    @property
    def name(self) -> str:
        return self._model.name

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        if self.name != "offline":
            self._tell(Event("sent", readable(messages(context))))
        return await self._model.reply(context, on_text)

    async def close(self) -> None:
        await self._model.close()


class Unavailable:
    """A model that cannot be asked: it is only met where a pinned answer turns out not to fit.

    Args:
        name: Its name.
        error: Why.
    """

    def __init__(self, name: str, error: ModelError) -> None:
        self.name, self._error = name, error

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        """Say why it cannot answer.

        Raises:
            ModelError: Always.
        """
        raise self._error

    async def close(self) -> None:
        """Nothing to close."""


class _Slot:
    """Holds the engine for the end of an ``Analyst``, without holding the ``Analyst``."""

    engine: Engine | None = None


def _place(settings: AnalystSettings) -> tuple[str, Limits, str, str, tuple[str, ...]]:
    """Where code runs: the provider's name, limits, image, runtime and further packages."""
    return settings.sandbox, _limits(settings), settings.image, settings.runtime, parse_packages(settings.packages)


def _sandbox(setting: str, limits: Limits, image: str, runtime: str, packages: tuple[str, ...], spares: int) -> Sandbox:
    return Sandbox(choose(setting, limits, image, runtime, packages), limits, spares)


def _options(settings: AnalystSettings, lock: Lock | None, fresh: bool) -> Options:
    return Options(
        privacy=cast(Privacy, settings.privacy),
        hidden=frozenset(settings.hidden),
        max_repairs=settings.max_repairs,
        prompt_tokens=settings.prompt_tokens,
        timeout=settings.timeout,
        documents=Path(settings.output_directory),
        retention=Retention(settings.document_days, settings.document_versions, to_bytes(settings.document_bytes)),
        max_steps=settings.max_steps,
        window=settings.window,
        turn_seconds=settings.turn_seconds,
        turn_tokens=settings.turn_tokens,
        lock=lock if settings.lock else None,
        fresh=fresh,
        frozen=settings.frozen,
    )


def _limits(settings: AnalystSettings) -> Limits:
    limits = Limits()
    return Limits(
        memory=to_bytes(settings.memory),
        cpus=settings.cpus or limits.cpus,
        pids=settings.pids,
        disk=to_bytes(settings.disk),
        frames=to_bytes(settings.max_frame_bytes),
        rows=settings.max_rows,
    )


def _remove_orphans() -> None:
    """Clean up after processes that were killed; that an engine does not answer is told elsewhere."""
    transfer.remove_orphans()
    with contextlib.suppress(SandboxError):
        docker.remove_orphans(docker.connect())


def _close(portal: Portal, models: dict[tuple[str, str, float, str], Model], slot: _Slot) -> None:
    async def work(tell: Listener) -> None:
        for model in models.values():
            await model.close()
        if slot.engine is not None:
            await slot.engine.sandbox.close()

    if models or slot.engine is not None:
        with contextlib.suppress(AnalystError):
            portal.call(work)
        slot.engine = None
        models.clear()
    portal.close()
