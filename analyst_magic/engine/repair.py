"""Asking a model until there is an answer: steps, failures, and the one budget of attempts, time and tokens."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass, replace

from ..context.failure import failure
from ..context.outcome import outcome
from ..context.vocabulary import Vocabulary
from ..errors import Abstained, AnalystError, CheckFailed, CodeFailed, NoCode, NoResult, RunTimeout
from ..history.pin import Pin
from ..language import message, messages
from ..models.prompt import messages as prompt_messages
from ..models.prompt import readable
from ..semantics.verified import VerifiedQuestion
from ..turn import AnswerKind, Attempt, Code, Context, Exchange, Execution, Output, Reply
from .artifacts import refusal_words
from .context import describe_frame, describe_sources
from .external_tools import call_tool, with_tools
from .inspected import doubted, in_place_of_answer, inspected
from .job import Event, Job, Options
from .program import run_program

MAX_DESCRIPTION = 20_000
MAX_ALIKE = 2
"""Times that different code may fail in the same way; code that is much the same may do so once."""
LIKE, MAX_COMPARED = 0.7, 2_000
"""The part that much the same code has in common, and how many characters of it are compared."""
NO_STEP_LEFT = message("The model asked for more steps at once than were left; the last of them were not run.")
REPAIRABLE = (CodeFailed, CheckFailed, NoCode, NoResult, RunTimeout)
ONCE = (NoResult, RunTimeout)
"""Failures that a model may repair once in a turn: a second one of the kind would cost more than it tells."""
FASTER = message("Do less: aggregate before anything else, use whole columns in place of loops, and end every loop.")
"""What a model is told of code that ran too long; whose variables are left, the error says."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been tried for a question so far.

    Attributes:
        attempts, replies: All of them, oldest first.
        error: Why there is no answer, or None.
        pin: The pinned answer that the code came from, or None.
        notes: Remarks for the user.
        verified: The verified question that the code came from, or None.
        look: The model's reply after a look at the figure, or None; it is no reply to the question.
        context: A digest of the description of the frames that a model was sent; empty where none was.
    """

    attempts: tuple[Attempt, ...] = ()
    replies: tuple[Reply, ...] = ()
    error: AnalystError | None = None
    pin: Pin | None = None
    verified: VerifiedQuestion | None = None
    notes: tuple[str, ...] = ()
    context: str = ""
    look: Reply | None = None

    def failed(self, error: AnalystError) -> Draft:
        """The draft of a question that could not be answered."""
        return replace(self, error=error)

    def with_reply(self, reply: Reply) -> Draft:
        """The draft with another reply of the model."""
        return replace(self, replies=(*self.replies, reply))

    def with_attempt(self, tried: Attempt) -> Draft:
        """The draft with another attempt, whose error is the draft's error now."""
        return replace(self, attempts=(*self.attempts, tried), error=tried.error)

    @property
    def prose(self) -> Reply | None:
        """The last reply, where it is prose alone: that prose is the answer."""
        last = self.replies[-1] if self.replies else None
        return last if last is not None and last.code is None and last.text and last.problem is None else None

    @property
    def kind(self) -> AnswerKind:
        """What the answer is. An explanation of steps that ran says what they found: it is a result."""
        if self.prose is None:
            return "result"
        if self.prose.kind in {"refusal", "question"}:
            return self.prose.kind
        last = self.attempts[-1] if self.attempts else None
        ran = last is not None and last.error is None and not last.code.is_lookup and last.code.text
        return "result" if ran else "explanation"

    def ended_by_prose(self) -> Draft:
        """The draft of a question that was answered in prose: what failed before does not make it a failure.

        Where steps ran and the prose says what they found, their results stay; else the prose stands alone.
        """
        return self if self.kind == "result" else replace(self.with_attempt(Attempt(Code(""))), error=None)

    def ended_by_repetition(self, model: str) -> Draft:
        """The draft of a question whose model repeats itself: a step is no answer, and a failure stays one."""
        repeated = message("{model} repeated itself: {repetition}.", model=model, repetition=self.repetition)
        gave_up = NoResult(repeated, message("Ask again in other words, or with another model."))
        return replace(self, error=self.error or gave_up, notes=(*self.notes, repeated))

    @property
    def repetition(self) -> str:
        """What the model repeated with its last reply, so that nothing new can come of it; empty where it did not."""
        if not self.replies or not self.attempts or self.replies[-1].code is None:
            return ""
        last, tried = self.replies[-1], self.attempts[-1]
        before = list(zip(self.replies[:-1], self.attempts[:-1], strict=False))
        same = [attempt for reply, attempt in before if reply.code == last.code and reply.step == last.step]
        if same and last.step:
            return "it asked for the same step again"
        if same and tried.error is not None:
            return "it wrote the same code again, which had failed"
        alike = [a for a in self.attempts[:-1] if tried.error is not None and str(a.error) == str(tried.error)]
        if len(alike) >= MAX_ALIKE or any(_is_like(tried.code, attempt.code) for attempt in alike):
            return "its code failed in the same way again"
        return ""

    @property
    def failures(self) -> int:
        """Number of attempts that failed."""
        return sum(tried.error is not None for tried in self.attempts)

    @property
    def all_replies(self) -> tuple[Reply, ...]:
        """All that the model replied, also after a look at the figure."""
        return (*self.replies, *([self.look] if self.look is not None else []))

    @property
    def tokens(self) -> int:
        """Tokens of all replies that report them."""
        return sum(r.tokens.prompt + r.tokens.completion for r in self.all_replies if r.tokens is not None)

    @property
    def cost(self) -> float:
        """US dollars of all replies that report them."""
        return sum(reply.cost or 0.0 for reply in self.all_replies)

    def is_over(self, options: Options, seconds: float) -> bool:
        """Whether the budget of a turn lets no further attempt begin."""
        over_cost = options.turn_cost is not None and self.cost >= options.turn_cost
        return self.tokens > options.turn_tokens or seconds > options.turn_seconds or over_cost


def _is_like(code: Code, other: Code) -> bool:
    """Whether code is much the same as other code of its language."""
    if code.language != other.language or not (code.text.strip() and other.text.strip()):
        return False
    same = difflib.SequenceMatcher(None, code.text[:MAX_COMPARED], other.text[:MAX_COMPARED], autojunk=False)
    return same.ratio() >= LIKE


async def converse(job: Job, draft: Draft) -> Draft:
    """Ask the model, and again with each step's result and each failure, as long as the budget allows.

    Args:
        job: The question and what answers it.
        draft: What is known already.

    Returns:
        The draft with all replies and attempts; a failure is in its ``error``.
    """
    context: Context | None
    try:
        described = await describe_sources(job)
        described, notes = await with_tools(job, described)
        draft, context = replace(draft, context=_digest(described), notes=(*draft.notes, *notes)), described
        while context is not None:
            context, draft = await _round(job, context, draft)
    except AnalystError as error:
        return draft.failed(error)
    return draft


async def _round(job: Job, context: Context, draft: Draft) -> tuple[Context | None, Draft]:
    """Ask the model once, and do all that its reply asks for, in order; the context is None where the turn ends."""
    reply, round_number = await ask_model(job, context), len(draft.replies)
    draft = replace(draft, notes=(*draft.notes, *reply.notes))
    for number, part in enumerate(reply.parts, 1):
        if part.step and number > 1 and not context.steps_left:
            draft = replace(draft, notes=(*draft.notes, NO_STEP_LEFT))
            continue
        draft = draft.with_reply(part)
        if draft.prose is not None:
            return None, draft.ended_by_prose()
        context, tried = await _tried(job, context, draft)
        draft = draft.with_attempt(tried)
        if draft.repetition:
            return None, draft.ended_by_repetition(job.model.name)
        following = _next(job, context, draft, round_number)
        if following is None and (tried.error is not None or number == len(reply.parts)):
            return None, draft
        context = following or context
    return context, draft


def _digest(context: Context) -> str:
    return hashlib.sha256(context.description.encode()).hexdigest()[:16]


async def ask_model(job: Job, context: Context) -> Reply:
    """Send the context to the model, and stream its reply to the listener.

    Args:
        job: The question and what answers it.
        context: What the model is told.

    Raises:
        ModelError: There is no usable reply.
    """
    job.listen(Event("model", job.model.name))
    with job.clock.stage("model") as stage:
        stage.facts["model"], stage.context = job.model.name, context
        if context.pictures:
            stage.facts["pictures"] = len(context.pictures)
        if job.model.remote:
            job.listen(Event("sent", readable(prompt_messages(context))))
        try:
            reply = stage.reply = await job.model.reply(context, lambda text: job.listen(Event("text", text)))
        except Abstained as refused:
            raise _with_hidden(refused, job) from refused
        if reply.tokens is not None:
            stage.facts |= {"input_tokens": reply.tokens.prompt, "output_tokens": reply.tokens.completion}
    return reply


def _with_hidden(refused: Abstained, job: Job) -> Abstained:
    """A refusal, with what the question names and the user has hidden: without a word, that looks like a mistake."""
    parts = [(entry, entry.partition(".")[0 if entry.endswith(".*") else 2]) for entry in sorted(job.options.hidden)]
    named = [entry for entry, name in parts if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", job.question.text, re.I)]
    if not named:
        return refused
    said = messages("{names} is hidden by your settings.", "{names} are hidden by your settings.", len(named),
                    names=" and ".join(named))  # fmt: skip
    again = messages(
        "Show it again (setting `hidden`) to ask.", "Show them again (setting `hidden`) to ask.", len(named)
    )
    step = message("{again} {step}", again=again, step=refused.next_step) if refused.next_step else again
    return Abstained(message("{reason} {said}", reason=refused.message, said=said), step)


async def _tried(job: Job, context: Context, draft: Draft) -> tuple[Context, Attempt]:
    """Do what the last reply asks for; where that is the description of a frame, the context has it from then on."""
    reply = draft.replies[-1]
    if reply.code is None:
        without_code = NoCode(
            message("{model} answered nothing.", model=job.model.name),
            message("Ask again, or name the table or chart that you want."),
        )
        return context, Attempt(Code(""), error=reply.problem or without_code)
    if reply.step and reply.code.format == "describe":
        return await _described(job, reply.code, context)
    if reply.step and reply.code.format == "tool":
        return context, await call_tool(job, reply.code, context)
    step = reply.step and context.steps_left > 0
    tried = await run_program(job, reply.code, context.frames, step=step)
    if step:
        return context, tried
    if not job.model.repairs:
        return context, doubted(tried, context)
    tried = in_place_of_answer(tried, job.model.name) if reply.step else tried
    return context, inspected(tried, context, draft.attempts, last=draft.failures >= job.options.max_repairs)


def _next(job: Job, context: Context, draft: Draft, round_number: int) -> Context | None:
    """What the model is sent next: with the result of a step, or the evidence of a failure. None ends the turn."""
    last, options, call = draft.attempts[-1], job.options, (draft.replies[-1].call, round_number)
    if last.error is None:
        return with_result(context, last, *call) if draft.replies[-1].step and context.steps_left else None
    if not isinstance(last.error, REPAIRABLE) or not job.model.repairs:
        return None
    once = [kind for kind in ONCE if isinstance(last.error, kind)]
    if any(isinstance(tried.error, kind) for kind in once for tried in draft.attempts[:-1]):
        return None
    if draft.failures > options.max_repairs:
        return None
    if draft.is_over(options, job.clock.total):
        return None
    job.listen(Event("repair", str(last.error)))
    return with_failure(context, last, options.hidden, *call)


def with_result(context: Context, tried: Attempt, call: str = "", round_number: int = 0) -> Context:
    """The context with a step added, and what the privacy level lets a model know of its result."""
    outputs = tried.execution.outputs if tried.execution is not None else ()
    description = outcome(outputs, _known(context, tried.code))
    step = Exchange(context.question.text, tried.code, description, call=call, round=round_number)
    return replace(context, failures=(*context.failures, step), steps_left=context.steps_left - 1)


def with_failure(
    context: Context, tried: Attempt, hidden: frozenset[str], call: str = "", round_number: int = 0
) -> Context:
    """The context with a failed attempt added, and the evidence that the privacy level lets a model know."""
    known = _known(context, tried.code)
    texts = (tried.code.text, context.description, context.question.text, *context.variables)
    ran = tried.execution is not None
    if ran and isinstance(tried.error, CheckFailed):
        texts = (*texts, refusal_words())
    if isinstance(tried.error, NoResult):
        evidence = tried.error.evidence
    elif isinstance(tried.error, RunTimeout):  # in words of the host alone
        left = re.split("[.;]", tried.error.next_step, maxsplit=1)[0]
        evidence = f"{tried.error.message} {left}. {FASTER}"
    else:
        evidence = failure(tried.error, tried.code, known, texts, hidden, ran=ran)
    if context.failures and context.failures[-1].outcome.partition("\n")[0] == evidence.partition("\n")[0]:
        evidence += "\nThis is the same failure as before: take another approach."
    failed = Exchange(context.question.text, tried.code, evidence, failed=True, call=call, round=round_number)
    return replace(context, failures=(*context.failures, failed))


def _known(context: Context, code: Code) -> Vocabulary:
    """What a model has been sent, and has written, when some code has run."""
    earlier = [e.code.text for e in (*context.failures, *context.conversation) if e.within(context.privacy)]
    return Vocabulary(context.privacy, context.description, (*context.cards, *context.outlined), (code.text, *earlier))


async def _described(job: Job, code: Code, context: Context) -> tuple[Context, Attempt]:
    """The whole description of any frame in scope as a step's result; the context has the frame from then on."""
    name = code.text.strip().strip("\"'`")
    name = name if name in job.sources else name.partition(" ")[0].strip("\"'`")
    context, text = await describe_frame(job, context, name)
    if not text:
        known = ", ".join(list(job.sources)[:50])
        return context, Attempt(
            code,
            error=NoCode(
                message("There is no frame {name}.", name=name[:80]), message("Frames: {known}.", known=known)
            ),
        )
    output = Output("text", text[:MAX_DESCRIPTION], stream="described")
    return context, Attempt(code, execution=Execution((output,)))
