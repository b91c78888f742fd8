"""One question from its words to its results: context, model, checks, sandbox, firewall, repair.

The engine displays nothing. It tells a listener what it is at, and gives a ``Turn``.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from ..checks.grouped import counted
from ..checks.run import as_run, check, examine, frames_named
from ..context.aggregates import COUNTED_LEVELS
from ..context.build import build
from ..context.describe import describe
from ..context.failure import failure
from ..context.files import profile_file
from ..context.outcome import outcome
from ..context.privacy import restrict
from ..context.profile import profile
from ..context.vocabulary import MAX_NAMES, Vocabulary, names_given, variables_told
from ..documents import Kept, Store
from ..errors import (
    AnalystError,
    CheckFailed,
    CodeFailed,
    EmptyQuestion,
    FirewallError,
    FrameError,
    HistoryError,
    NoCode,
    Stopped,
    UnknownFrame,
    UnknownOption,
)
from ..evidence.trace import traced
from ..history.lock import Lock, Pin
from ..history.store import History
from ..results.build import from_output
from ..results.dashboard import dashboard
from ..results.figure import Figure
from ..sandbox.session import Sandbox
from ..sources.files import DataFile, guessed_frame_names, with_frame_names
from ..sources.frames import Frame, column_labels, fingerprint, frame_kind, schema_text, to_frame, variables, without
from ..sources.mentions import mentioned
from ..turn import (
    MAIN_THREAD,
    Attempt,
    Code,
    Context,
    Exchange,
    Execution,
    Finding,
    FrameCard,
    Language,
    Output,
    Privacy,
    Question,
    Reply,
    Retention,
    Stage,
    Tokens,
    Turn,
)
from .artifacts import faults, file_name, keeper, refusal_words, request_of, served
from .pins import find, remember
from .record import capsule

MOST_FRAMES = 30
MAIN = MAIN_THREAD
"""The conversation that a notebook begins with."""
_REPAIRABLE = (CodeFailed, CheckFailed, NoCode)


class Model(Protocol):
    """Who answers: an endpoint, or the offline planner."""

    @property
    def name(self) -> str:
        """``PROVIDER:MODEL`` or ``offline``."""
        ...

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        """Answer a question; ``on_text`` is given the text as it arrives."""
        ...

    async def close(self) -> None:
        """Give up its connections."""
        ...


@dataclass(frozen=True, slots=True)
class Event:
    """What the engine is at.

    Attributes:
        stage: ``context``, ``model``, ``checks``, ``sandbox`` at the beginning of each; ``sent`` for what a model is
            told, word for word; ``text`` for a piece of its answer; ``transfer`` for how far the frames are on a long
            way; ``repair`` when an attempt failed and another follows; ``confirm`` when the code waits for a word;
            ``tick`` twice a second.
        text: The piece of the answer, the code, or the failure.
        frames: For ``confirm``, the frames that the code would get.
        answer: For ``confirm``, takes the code as it is to run, or None where it is not to run.
    """

    stage: Literal["context", "model", "sent", "text", "checks", "sandbox", "transfer", "repair", "confirm", "tick"]
    text: str = ""
    frames: tuple[str, ...] = ()
    answer: Future[str | None] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Options:
    """What a turn is asked with, as plain values.

    Attributes:
        privacy: How much of the data the model may see.
        hidden: Columns that it never sees, as ``frame.column``.
        max_repairs: Further attempts after a failure.
        max_steps: Steps towards an answer whose results the model is told of.
        prompt_tokens: Tokens for the description of the frames.
        timeout: Seconds for one run of code.
        documents: Where documents are kept; None for ``analyst_output`` in the working directory.
        retention: How long earlier versions of them are kept.
        window: Earlier questions that belong to the conversation.
        turn_seconds, turn_tokens: After how much time, or how many tokens, no further attempt is begun.
        lock: The lock file, where answers are pinned.
        history: Where turns are kept, and examples are found.
        house: The user's notes on the data.
        fresh: Ask even where an answer is pinned, without the earlier conversation, and pin what comes.
        frozen: Answer from the lock file alone.
        confirm: Ask whoever listens before any code runs.
        watch: Given each turn when it is over, with the starts of sandboxes since the last.
    """

    privacy: Privacy = "stats"
    hidden: frozenset[str] = frozenset()
    max_repairs: int = 2
    max_steps: int = 6
    prompt_tokens: int = 6000
    timeout: float = 120.0
    documents: Path | None = None
    retention: Retention = field(default_factory=Retention)
    window: int = 5
    turn_seconds: float = 600.0
    turn_tokens: int = 200_000
    lock: Lock | None = None
    history: History | None = None
    house: str = ""
    fresh: bool = False
    frozen: bool = False
    confirm: bool = False
    watch: Callable[[Turn, Sequence[Stage]], None] = lambda turn, starts: None


class _Clock:
    """The stages of a turn."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []
        self._started = time.monotonic()

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Measure a stage; whoever is in it may add facts."""
        stage, since = Stage(name, time.time()), time.monotonic()
        self.stages.append(stage)
        try:
            yield stage
        except AnalystError as error:
            stage.error = type(error).__name__
            raise
        finally:
            stage.seconds = time.monotonic() - since

    def split(self, name: str, seconds: float, **facts: str | int | float) -> None:
        """The end of the last stage was one of its own."""
        last = self.stages[-1]
        last.seconds -= seconds
        self.stages.append(Stage(name, last.begun + last.seconds, seconds, facts=facts))

    def seconds(self) -> dict[str, float]:
        """Seconds by stage, and in all."""
        names = dict.fromkeys(stage.name for stage in self.stages)
        return {
            **{name: sum(stage.seconds for stage in self.stages if stage.name == name) for name in names},
            "total": time.monotonic() - self._started,
        }


class Engine:
    """Answers questions in one sandbox, one after the other; earlier ones are the conversation.

    Args:
        sandbox: Where code runs.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._cards: dict[str, FrameCard] = {}
        self._threads: dict[str, list[Exchange]] = {}
        self.thread = MAIN
        self._variables: tuple[str, ...] = ()
        self._named: tuple[tuple[str, Privacy], ...] = ()
        self._told = ""
        self._one = asyncio.Lock()
        self._starting: asyncio.Future[None] | None = None

    async def ask(
        self,
        question: Question,
        frames: Mapping[str, object],
        model: Model,
        options: Options,
        listen: Callable[[Event], None] = lambda event: None,
    ) -> Turn:
        """Answer a question, or run its own code. A failure is in the turn's ``error``.

        Args:
            question: What to answer.
            frames: The frames in scope, by name.
            model: Who writes the code, unless the question brings its own.
            options: Privacy and limits.
            listen: Told what goes on.
        """
        clock = _Clock()
        with clock.stage("queue"):
            await self._one.acquire()
        try:
            turn = await self._ask(question, frames, model, options, clock, listen)
        finally:
            self._one.release()
        options.watch(turn, self.sandbox.take_starts())
        return turn

    async def _ask(
        self,
        question: Question,
        frames: Mapping[str, object],
        model: Model,
        options: Options,
        clock: _Clock,
        listen: Callable[[Event], None],
    ) -> Turn:
        attempts, replies = list[Attempt](), list[Reply]()
        pin, notes, self._told = None, list[str](), ""
        try:
            hidden = options.hidden if question.code is None else frozenset()
            self.sandbox.offer(v.hiding(hidden, n) for n, v in frames.items() if isinstance(v, DataFile))
            self._start_sandbox()
            if question.code is not None:
                attempts.append(await self._attempt(question.code, question, frames, options, clock, listen))
            else:
                if options.lock is not None and (options.frozen or not options.fresh):
                    pin, notes = await asyncio.to_thread(
                        find, options.lock, question, self._before, frames, frozen=options.frozen
                    )
                if pin is not None:
                    attempts.append(await self._attempt(pin.code, question, frames, options, clock, listen))
                else:
                    await self._converse(question, frames, model, options, clock, listen, attempts, replies)
            error = attempts[-1].error
        except AnalystError as failure:
            error = failure
        before = self._before
        privacy = _written_at(question, model, options, pin)
        given = [name for a in attempts if a.error is None for name in names_given(a.code)]
        self._named = (*self._named, *((name, privacy) for name in given))[-MAX_NAMES:]
        turn = await self._turn(question, model, options, attempts, replies, error, clock, privacy)
        turn = replace(turn, notes=(*notes, *turn.notes))
        if options.lock is not None and turn.ok and question.code is None:
            image = self.sandbox.provider.image
            turn = await asyncio.to_thread(remember, options.lock, turn, pin, before, frames, image)
        turn = replace(turn, model=pin.model, text=pin.text, pinned=True) if pin is not None else turn
        return await asyncio.to_thread(self._keep, turn, frames, options)

    def _keep(self, turn: Turn, frames: Mapping[str, object], options: Options) -> Turn:
        """Put a turn into the history; that it cannot be put there costs no answer."""
        turn = replace(turn, context=self._told)
        if options.history is None:
            return turn
        try:
            number = options.history.add(capsule(turn, frames, self.thread, self.sandbox.provider.image))
        except HistoryError as error:
            return replace(turn, notes=(*turn.notes, f"The turn is not in the history. {error}"))
        notice, options.history.notice = options.history.notice, ""
        return replace(turn, id=number, notes=(*turn.notes, *([notice] if notice else [])))

    async def _converse(
        self,
        question: Question,
        frames: Mapping[str, object],
        model: Model,
        options: Options,
        clock: _Clock,
        listen: Callable[[Event], None],
        attempts: list[Attempt],
        replies: list[Reply],
    ) -> None:
        """Ask the model, and again with each step's result and each failure, within one budget of time and tokens."""
        context = await self._context(question, frames, options, clock, listen)
        self._told = hashlib.sha256(context.description.encode()).hexdigest()[:16]
        context = replace(context, steps_left=options.max_steps)
        repairs = 0
        while repairs <= options.max_repairs:
            reply, attempt = await self._try(context, model, frames, options, clock, listen)
            replies.append(reply)
            if reply.code is None and reply.text and any(earlier.step for earlier in replies):
                return  # the prose after the last step is the answer
            if reply.step and attempt.error is None and context.steps_left:
                attempts.append(attempt)
                context = _with_result(context, attempt, options)
                continue
            repairs += 1
            repeated = bool(attempts) and bool(attempt.code.text) and attempts[-1].code == attempt.code
            attempts.append(attempt)
            if not isinstance(attempt.error, _REPAIRABLE) or repeated or model.name == "offline":
                return
            spent = sum(r.tokens.prompt + r.tokens.completion for r in replies if r.tokens is not None)
            if spent > options.turn_tokens or clock.seconds()["total"] > options.turn_seconds:
                return
            listen(Event("repair", str(attempt.error)))
            context = _with_failure(context, attempt, options)

    @property
    def _before(self) -> str:
        """The question before this one."""
        return self._conversation[-1].question if self._conversation else ""

    async def context(self, question: Question, frames: Mapping[str, object], options: Options) -> Context:
        """What a model would be told; nothing is sent."""
        return await self._context(question, frames, options, _Clock(), lambda event: None)

    def forget(self) -> None:
        """Forget the conversation; the sandbox stays."""
        self._threads.pop(self.thread, None)

    def threads(self) -> dict[str, int]:
        """The conversations, with the number of their questions."""
        return {name: len(self._threads.get(name, [])) for name in dict.fromkeys([MAIN, *self._threads, self.thread])}

    def drop(self, name: str) -> None:
        """Forget one conversation.

        Raises:
            UnknownOption: There is none of that name.
        """
        if name not in self.threads():
            raise UnknownOption(f"There is no conversation {name}.", f"There are: {', '.join(self.threads())}.")
        self._threads.pop(name, None)
        self.thread = MAIN if self.thread == name else self.thread

    @property
    def _conversation(self) -> list[Exchange]:
        return self._threads.setdefault(self.thread, [])

    async def reset(self) -> None:
        """Forget the conversations and throw the sandbox away."""
        self._threads.clear()
        self._variables, self._named = (), ()
        await self.sandbox.reset()

    def _start_sandbox(self) -> None:
        """Bring the sandbox up while the model still thinks; a failure is met, and told, by the run."""
        self._starting = asyncio.ensure_future(self.sandbox.start())
        self._starting.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _context(
        self,
        question: Question,
        frames: Mapping[str, object],
        options: Options,
        clock: _Clock,
        listen: Callable[[Event], None],
    ) -> Context:
        listen(Event("context"))
        if not question.text.strip():
            raise EmptyQuestion("The question is empty.", "Write what you want to know below the %%analyst line.")
        question = replace(question, text=with_frame_names(question.text, dict(question.files)))
        chosen = _relevant(question.text, frames)
        with clock.stage("context") as stage:
            cards = await asyncio.to_thread(lambda: [self._card(name, frames[name]) for name in chosen])
            context = build(
                question,
                cards,
                privacy=options.privacy,
                hidden=options.hidden,
                variables=variables_told(self._variables, self._named, options.privacy),
                conversation=()
                if options.fresh
                else tuple(map(_naming_frames, self._conversation[-options.window :] if options.window else ())),
                house=options.house,
                examples=await asyncio.to_thread(_examples, question, frames, chosen, options),
                budget=options.prompt_tokens,
            )
            stage.facts["frames"] = len(cards)
        others = (*context.others, *(name for name in frames if name not in chosen))
        return replace(context, others=others, packages=self.sandbox.provider.packages.listing)

    def _card(self, name: str, value: object) -> FrameCard:
        """A frame's profile, kept while the frame is unchanged."""
        frame = value if isinstance(value, DataFile) else to_frame(name, value)
        key = f"{name} {frame.state if isinstance(frame, DataFile) else fingerprint(frame)}"
        if key not in self._cards:
            if len(self._cards) >= 2 * MOST_FRAMES:
                self._cards.clear()
            self._cards[key] = profile_file(name, frame) if isinstance(frame, DataFile) else profile(frame)
        return self._cards[key]

    async def _try(
        self,
        context: Context,
        model: Model,
        frames: Mapping[str, object],
        options: Options,
        clock: _Clock,
        listen: Callable[[Event], None],
    ) -> tuple[Reply, Attempt]:
        listen(Event("model", model.name))
        context = replace(context, nonce=secrets.token_hex(8))
        with clock.stage("model") as stage:
            stage.facts["model"], stage.told = model.name, context
            reply = stage.reply = await model.reply(context, lambda text: listen(Event("text", text)))
            if reply.tokens is not None:
                stage.facts |= {"input_tokens": reply.tokens.prompt, "output_tokens": reply.tokens.completion}
        if reply.code is None:
            said = reply.problem or NoCode(
                f"{model.name} answered without code.", "Ask again, or name the table or chart that you want."
            )
            return reply, Attempt(Code(""), error=said)
        if reply.step and reply.code.format == "describe":
            return reply, _described(reply.code, context, options)
        attempt = await self._attempt(
            reply.code, context.question, frames, options, clock, listen, context.frames, step=reply.step
        )
        return reply, attempt

    async def _attempt(
        self,
        code: Code,
        question: Question,
        frames: Mapping[str, object],
        options: Options,
        clock: _Clock,
        listen: Callable[[Event], None],
        cards: Sequence[FrameCard] = (),
        *,
        step: bool = False,
    ) -> Attempt:
        """Check code, mend what is certain, and run it; what is wrong with it is in the attempt."""
        listen(Event("checks"))
        own = question.code is not None
        called = {name: name for name in frames} if code.language == "sql" else variables(frames)
        names = {code_name: name for name, code_name in called.items()}
        frames = {called[name]: value for name, value in frames.items()}
        with clock.stage("checks") as stage:
            if own:
                findings = check(code, frames, own=True)
            else:
                code, findings = examine(code, frames, cards, self._variables, self.sandbox.provider.packages)
            stage.facts["findings"] = len(findings)
        if any(finding.stops for finding in findings):
            return Attempt(code, findings, error=_check_failed(code, findings))
        needed = [name for name in frames if name in frames_named(code, frames)]
        findings = (*findings, *_renamed(called, needed))
        if options.confirm:
            shown = code
            code, needed = await self._confirmed(code, needed, frames, listen)
            if code != shown:
                findings = (*findings, Finding("edited", "The code ran as you edited it.", stops=False))
        listen(Event("sandbox", code.text))
        hidden = options.hidden if question.code is None else frozenset()  # a model's code gets what the model may see
        with clock.stage("sandbox") as stage:
            files = {name: value for name in needed if isinstance(value := frames[name], DataFile)}
            data = {name: value.hiding(hidden, names[name]) for name, value in files.items()}
            sent = [await asyncio.to_thread(to_frame, names[name], frames[name]) for name in needed if name not in data]
            sent = [replace(without(frame, hidden), name=called[frame.name]) for frame in sent]
            like = question.template
            file = file_name(question, code) if code.language == "document" else ""
            request = await asyncio.to_thread(request_of, code, file, sent, data, like) if file else ""
            execution = None
            if request and not options.fresh:
                execution = await asyncio.to_thread(served, Store(options.documents), request, file)
            if execution is None:
                execution = await self.sandbox.run(
                    as_run(code, frames),
                    sent,
                    data=data,
                    file=file,
                    template=await asyncio.to_thread(like.path.read_bytes) if file and like is not None else b"",
                    timeout=options.timeout,
                    tell=lambda text: listen(Event("transfer", text)),
                )
                if step and execution.error is None and options.privacy in COUNTED_LEVELS:
                    execution = await self._counted(as_run(code, frames), execution, sent, data, options.timeout)
            stage.error = type(execution.error).__name__ if execution.error is not None else ""
            stage.facts |= {"sandbox": execution.sandbox, "language": code.language, "frames": len(needed)}
        clock.split("firewall", execution.firewall_seconds, dropped=execution.dropped)
        self._variables = execution.variables if execution.error is None else self._variables
        mended = [finding.message for finding in findings]
        execution = replace(execution, notes=(*mended, *_frame_notes(sent), *execution.notes))
        error = execution.error or await asyncio.to_thread(faults, code, execution.outputs)
        repeatable = request if not execution.random else ""  # what draws random numbers is another document each time
        return Attempt(code, findings, execution, error, repeatable)

    async def _counted(
        self, code: Code, execution: Execution, frames: list[Frame], data: Mapping[str, DataFile], timeout: float | None
    ) -> Execution:
        """A step's table with the rows of the data behind each of its rows, where its SQL lets them be counted."""
        text = counted(code.text) if code.language == "sql" else None
        if text is None:
            return execution
        apart = await self.sandbox.run_apart(Code(text, "sql"), frames, data=data, timeout=timeout or 0)
        tables = [output for output in apart.outputs if output.kind == "table"]
        if apart.error is not None or len(tables) != 1 or tables[0].data.num_columns < 2:
            return execution
        last = tables[0].data.num_columns - 1
        behind = tuple(number or 0 for number in tables[0].data.column(last).to_pylist())
        table = replace(
            tables[0],
            data=tables[0].data.remove_column(last),
            labels=tables[0].labels[:last],
            origin=None,
            behind=behind,
        )
        return replace(execution, outputs=(table,))

    @staticmethod
    async def _confirmed(
        code: Code, needed: list[str], frames: Mapping[str, object], listen: Callable[[Event], None]
    ) -> tuple[Code, list[str]]:
        """The code as whoever listens lets it run.

        Raises:
            Stopped: It is not to run.
            CheckFailed: It was edited, and cannot run as it is now.
        """
        answer: Future[str | None] = Future()
        listen(Event("confirm", code.text, tuple(needed), answer))
        text = await asyncio.wrap_future(answer)
        if text is None:
            raise Stopped("The code was not run, as you cancelled it.", "Ask again in other words.")
        if text == code.text:
            return code, needed
        edited = replace(code, text=text)
        findings = check(edited, frames, own=True)
        if any(finding.stops for finding in findings):
            raise _check_failed(edited, findings)
        return edited, [name for name in frames if name in frames_named(edited, frames)]

    async def _turn(
        self,
        question: Question,
        model: Model,
        options: Options,
        attempts: Sequence[Attempt],
        replies: Sequence[Reply],
        error: AnalystError | None,
        clock: _Clock,
        code_privacy: Privacy,
    ) -> Turn:
        last = attempts[-1] if attempts else Attempt(Code(""))
        execution = last.execution or Execution()
        results: list[Any] = []
        notes = list(execution.notes)
        keep = keeper(Store(options.documents), question, last.request, options.retention, notes)
        for output in execution.outputs:
            try:
                results.append(await asyncio.to_thread(from_output, output, keep))
            except FirewallError as refused:
                notes.append(str(refused))
            except AnalystError as failed:
                error = error or failed
        figures = [result for result in results if isinstance(result, Figure)]
        if question.dashboard and len(figures) > 1:
            results = [dashboard(figures), *(result for result in results if not isinstance(result, Figure))]
        if question.code is None and last.code.text and error is None:
            self._conversation.append(Exchange(question.text, last.code, "It ran.", privacy=code_privacy))
        text = replies[-1].text if replies else ""
        if any(reply.step for reply in replies) and text:
            text, unknown = traced(text, _computed(attempts), question.text)
            notes += [f"{unknown} numbers in the text are in no result, and are marked."] if unknown else []
        reported = [reply.tokens for reply in replies if reply.tokens is not None]
        costs = [reply.cost for reply in replies if reply.cost is not None]
        return Turn(
            question=question,
            code=last.code.text,
            language=last.code.language,
            text=text,
            model="you" if question.code is not None else model.name,
            results=tuple(results),
            error=error,
            attempts=tuple(attempts),
            tokens=sum(reported, Tokens()) if reported else None,
            cost=sum(costs) if costs else None,
            seconds=clock.seconds(),
            stages=tuple(clock.stages),
            uid=uuid.uuid4().hex,
            sandbox=execution.sandbox,
            privacy=options.privacy,
            code_privacy=code_privacy,
            notes=tuple(dict.fromkeys(notes)),
        )


def pick(frames: Mapping[str, object], names: Sequence[str]) -> dict[str, object]:
    """The named frames.

    Raises:
        UnknownFrame: A name is not in scope, or is not a frame.
    """
    for name in names:
        if name not in frames:
            known = ", ".join(sorted(frames)) or "none"
            raise UnknownFrame(f"There is no frame {name} in scope.", f"Frames in scope: {known}.")
        if not frame_kind(frames[name]):
            raise UnknownFrame(
                f"{name} is a {type(frames[name]).__name__}, not a data frame.",
                "Use a pandas, polars or pyarrow frame, or a DuckDB relation.",
            )
    return {name: frames[name] for name in names}


def _relevant(question: str, frames: Mapping[str, object]) -> list[str]:
    """The frames that the question names; where it names none, those that share most words with it, up to a limit.

    Raises:
        UnknownFrame: The question mentions one as ``@name`` that is not in scope.
    """
    words = set(re.findall(r"\w+", question.lower()))
    named = mentioned(question, frames) or [name for name in frames if name.lower() in words]
    if named or len(frames) <= MOST_FRAMES:
        return named or list(frames)
    stems = {word.rstrip("s") for word in words}

    def shared(name: str) -> int:
        parts = re.findall(r"[^\W_]+", " ".join([name, name, *column_labels(frames[name])[:2_000]]).lower())
        return sum(part.rstrip("s") in stems for part in parts)

    return sorted(frames, key=lambda name: -shared(name))[:MOST_FRAMES]


def _naming_frames(exchange: Exchange) -> Exchange:
    """An earlier question as a model reads it: with the names of frames where the user named data files."""
    text = with_frame_names(exchange.question, guessed_frame_names(exchange.question))
    return replace(exchange, question=text)


def _examples(
    question: Question, frames: Mapping[str, object], chosen: Sequence[str], options: Options
) -> tuple[Exchange, ...]:
    """Earlier answers over these frames that were right; a history that cannot be read has none."""
    if options.history is None or not options.history.path.exists():
        return ()
    try:
        schemas = {name: schema_text(frames[name], name) for name in chosen}
        found = options.history.examples(question.text, schemas)
    except (HistoryError, FrameError):
        return ()
    hidden = {entry.partition(".")[2] for entry in options.hidden}
    shown = [c for c in found if not any(name and name in f"{c.question} {c.code}" for name in hidden)]
    given = [
        Exchange(c.question, Code(c.code, cast(Language, c.language)), "It was right.", privacy=c.code_privacy)
        for c in shown
    ]
    return tuple(example for example in given if example.within(options.privacy))


def _written_at(question: Question, model: Model, options: Options, pin: Pin | None) -> Privacy:
    """The privacy level at which a turn's code was written; the user's own text quotes what the user chose to."""
    if question.code is not None:
        return "schema"
    if pin is not None:
        return pin.privacy or "rows"
    return "rows" if model.name == "offline" else options.privacy


def _known(context: Context, code: Code) -> Vocabulary:
    """What a model has been sent, and has written, when some code has run."""
    earlier = [e.code.text for e in (*context.failures, *context.conversation) if e.within(context.privacy)]
    return Vocabulary(context.privacy, context.description, context.cards, (code.text, *earlier))


def _with_failure(context: Context, attempt: Attempt, options: Options) -> Context:
    """The context with a failed attempt added, cut down to what the model may see."""
    known = _known(context, attempt.code)
    texts = (attempt.code.text, context.description, context.question.text, *context.variables)
    ran = attempt.execution is not None
    if ran and isinstance(attempt.error, CheckFailed):
        texts = (*texts, refusal_words())
    evidence = failure(attempt.error, attempt.code, known, texts, options.hidden, ran=ran)
    if context.failures and context.failures[-1].outcome.partition("\n")[0] == evidence.partition("\n")[0]:
        evidence += "\nThis is the same failure as before: take another approach."
    failed = Exchange(context.question.text, attempt.code, evidence, failed=True)
    return replace(context, failures=(*context.failures, failed))


def _with_result(context: Context, attempt: Attempt, options: Options) -> Context:
    """The context with a step and what may be told of its result added."""
    outputs = attempt.execution.outputs if attempt.execution is not None else ()
    step = Exchange(context.question.text, attempt.code, outcome(outputs, _known(context, attempt.code)))
    return replace(context, failures=(*context.failures, step), steps_left=context.steps_left - 1)


def _described(code: Code, context: Context, options: Options) -> Attempt:
    """A frame's whole description as a step's result."""
    wanted = code.text.strip().partition(" ")[0].strip("\"'`")
    card = next((card for card in context.frames if card.name == wanted), None)
    if card is None:
        return Attempt(code, error=NoCode(f"There is no frame {wanted[:80]}.", f"Frames: {_names(context)}."))
    text = describe(restrict(card, options.privacy, options.hidden))
    return Attempt(code, execution=Execution((Output("text", text[:20_000], stream="described"),)))


def _computed(attempts: Sequence[Attempt]) -> list[Any]:
    """Every table and text that a turn computed."""
    outputs = [o for attempt in attempts if attempt.execution is not None for o in attempt.execution.outputs]
    return [from_output(output, _unsaved) for output in outputs if output.kind in {"table", "text"}]


def _unsaved(output: Output) -> Kept:
    raise AssertionError(output.name)  # tables and texts are not files


def _names(context: Context) -> str:
    return ", ".join(card.name for card in context.frames)


def _renamed(called: Mapping[str, str], needed: Sequence[str]) -> list[Finding]:
    """What is said of frames whose names can be no variable's."""
    return [
        Finding("frame", f'The frame "{name}" is {code_name} in Python.', stops=False)
        for name, code_name in called.items()
        if name != code_name and code_name in needed
    ]


def _check_failed(code: Code, findings: Sequence[Finding]) -> CheckFailed:
    said = " ".join(finding.message for finding in findings if finding.stops)
    return CheckFailed(f"The code was not run. {said}", "Correct it, or ask again in other words.")


def _frame_notes(frames: Sequence[Frame]) -> tuple[str, ...]:
    return tuple(f"{frame.name}: {note}" for frame in frames for note in frame.notes)
