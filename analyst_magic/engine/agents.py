"""Work for a program that is itself driven by a model, such as an agent: it is told no more than a model would be.

Its code runs with a model's rights, not with the user's: hidden columns are not there, the checks for models apply, and
of what comes back only that leaves which the privacy level lets a model know.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from ..context.outcome import outcome
from ..context.privacy import redact
from ..context.vocabulary import Vocabulary
from ..errors import AnalystError, CheckFailed, MissingExtra, Stopped, UnknownOption
from ..models.model import Model
from ..turn import PRIVACY_LEVELS, Attempt, Code, Context, Output, Privacy, Reply, Turn
from .attempt import inputs_of, scope_of
from .context import describe_sources
from .counting import counted_answer
from .engine import answer, finished
from .inspected import doubted
from .job import Job, Listener, Request
from .program import run_program
from .repair import Draft, with_failure, with_result
from .turns import Engine


@dataclass(frozen=True, slots=True)
class AgentTurn:
    """A turn that an agent asked for.

    Attributes:
        turn: The turn with its results in full, for the user.
        summary: What the agent may know of the results, or of the failure.
        code: The code, where the agent may see it; else empty.
        words: The answer in words, where it holds nothing that the agent may not know; else empty.
        next_step: What can be done about a failure; empty where that would quote the data.
        agent: Who asked.
    """

    turn: Turn
    summary: str
    code: str = ""
    words: str = ""
    next_step: str = ""
    agent: str = ""


class AgentCode(Model):
    """An agent in the place of a model: it has written its code already.

    Args:
        name: Who it is, as the history has it.
        code: What it wrote.
    """

    def __init__(self, name: str, code: Code) -> None:
        self._name, self.code = name, code

    @property
    def name(self) -> str:
        """Who the agent is, as the history has it."""
        return self._name

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        """The code.

        Example:
            >>> import asyncio
            >>> from analyst_magic.turn import Question
            >>> agent = AgentCode("agent:test", Code("1 + 1"))
            >>> asyncio.run(agent.reply(Context(Question("two?"), ()))).code.text
            '1 + 1'
        """
        return Reply("", self.code, self.name)


async def run_agent_code(engine: Engine, request: Request, listen: Listener) -> AgentTurn:
    """Run code that an agent wrote, as a step whose result a model wants to know.

    Args:
        engine: Where it runs.
        request: The request; its model is an ``AgentCode``.
        listen: Told about the progress.
    """
    summaries: list[str] = []

    async def run(job: Job) -> Turn:
        draft, summary = await _run(job)
        summaries.append(summary)
        return await finished(job, draft)

    turn = await engine.ask(request, listen, run)
    return AgentTurn(turn, summaries[0], turn.code, next_step=_next_step(turn), agent=request.thread)


async def ask_for_agent(engine: Engine, request: Request, listen: Listener) -> AgentTurn:
    """Ask the configured model, or the planner, a question of an agent.

    Args:
        engine: Who answers.
        request: The question.
        listen: Told about the progress.
    """
    jobs: list[Job] = []

    async def ask(job: Job) -> Turn:
        jobs.append(job)
        return await answer(job)

    turn = await engine.ask(request, listen, ask)
    code = turn.code if is_within(turn.code_privacy, turn.privacy) else ""
    return AgentTurn(turn, await _summary(jobs[0], turn), code, _words(turn), _next_step(turn), request.thread)


def is_within(written: Privacy, level: Privacy) -> bool:
    """Whether code that was written at one privacy level may be seen at another.

    >>> is_within("stats", "rows"), is_within("rows", "stats")
    (True, False)
    """
    return PRIVACY_LEVELS.index(written) <= PRIVACY_LEVELS.index(level)


async def _run(job: Job) -> tuple[Draft, str]:
    """The draft of an agent's code, and what the agent may know of it."""
    assert isinstance(job.model, AgentCode)
    code = job.model.code
    try:
        job.session.start(job.data_files)
        context = await describe_sources(job)
        tried = await run_program(job, code, context.frames, step=code.language != "document")
    except AnalystError as error:
        return Draft().with_attempt(Attempt(code, error=error)), _host_failure(error, job, code)
    draft = Draft().with_reply(Reply("", code, job.model.name)).with_attempt(doubted(tried, context))
    if tried.error is None:
        return draft, with_result(context, tried).failures[-1].outcome
    return draft, with_failure(context, tried, job.options.hidden).failures[-1].outcome


def _host_failure(error: AnalystError, job: Job, code: Code) -> str:
    """A failure outside the code, in words that are known to its writer."""
    if isinstance(error, CheckFailed | Stopped):
        return str(error)
    known = (code.text, job.question.text, *job.sources)
    return f"{error.kind}: {redact(error.message, known, job.options.privacy, job.options.hidden)}"


async def _summary(job: Job, turn: Turn) -> str:
    """What an agent may know of the answer to its question."""
    context, level = _context_of(turn), turn.privacy
    if turn.error is not None:
        known = (turn.question.text, context.description, *job.sources)
        text = redact(turn.error.message, known, level, job.options.hidden)
        return f"{turn.error.kind}: {text}"
    if turn.kind != "result":
        return f"It answered in words: a {turn.kind}."
    codes = tuple(a.code.text for a in turn.attempts) if is_within(turn.code_privacy, level) else ()
    known_names = Vocabulary(level, context.description, (*context.cards, *context.outlined), codes)
    outputs = await _counted(job, turn, level)
    visible = [o for o in outputs if o.kind != "answer" or level == "rows"]
    return outcome([o for o in visible if o.stream not in {"warnings", "stderr"}], known_names)


async def _counted(job: Job, turn: Turn, level: Privacy) -> tuple[Output, ...]:
    """The outputs of an answer, its table with the rows behind it where they can be counted."""
    ran = [a.execution.outputs for a in turn.attempts if a.execution is not None and a.error is None]
    outputs = ran[-1] if ran else ()
    tables = [output for output in outputs if output.kind == "table"]
    if level in {"schema", "rows"} or len(tables) != 1 or tables[0].behind:
        return outputs
    with contextlib.suppress(AnalystError):  # then its figures are not told
        code = turn.attempts[-1].code
        scope = scope_of(job, code)
        inputs = await inputs_of(job, code, scope, scope.needed(code))
        return await counted_answer(job, turn, inputs.frames, inputs.data) or outputs
    return outputs


def _words(turn: Turn) -> str:
    """The answer in words; those that code filled in, or a pin or the planner holds, may quote the data."""
    if turn.privacy == "rows":
        return turn.answer or turn.text
    if turn.kind != "result" and not turn.remote:
        return redact(turn.answer or turn.text, (turn.question.text, _context_of(turn).description), turn.privacy)
    last = turn.attempts[-1].execution if turn.attempts else None
    filled = any(output.kind == "answer" for output in (last.outputs if last is not None else ()))
    if turn.pinned or not turn.remote:
        return ""
    return turn.text if filled else turn.answer or turn.text


def _context_of(turn: Turn) -> Context:
    contexts = (stage.context for stage in reversed(turn.stages) if stage.context is not None)
    return next(contexts, Context(turn.question, ()))


def _next_step(turn: Turn) -> str:
    """What to do about a failure, where no value of the data can stand in it."""
    error = turn.error
    if error is None:
        return ""
    checked = isinstance(error, CheckFailed) and not any(attempt.execution for attempt in turn.attempts)
    if turn.privacy == "rows" or checked or isinstance(error, UnknownOption | MissingExtra | Stopped):
        return error.next_step
    return "Correct the code, or ask for something else."
