"""The engine of an investigation: a question becomes a plan, its steps become turns, and their results findings.

``investigate`` is the whole way in one place. Each change is written to the history before the next begins, so that a
restart, a lost connection or Stop loses no step that was taken, and takes none again.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, cast

from ..context.choose import resolve
from ..errors import (
    AnalystError,
    EndpointUnreachable,
    FrameError,
    LockError,
    MissingKey,
    ModelError,
    ModelTimeout,
    OutOfMemory,
    OutputFlood,
    RateLimited,
    ReplyCut,
    RunTimeout,
    SandboxError,
    Unpinned,
    UnreadablePlan,
)
from ..evidence.claims import weighed
from ..evidence.trace import MARK, UNCHECKED
from ..evidence.values import computed
from ..history.pin import INVESTIGATION, Pin
from ..language import message, messages
from ..models.investigation import read_findings, read_plan, read_revision
from ..models.model import Model
from ..sources.kinds import schema_text
from ..turn import Code, Context, Exchange, Question, Reply, Turn
from ..turn.context import Task
from ..turn.investigation import Budget, Claim, Findings, Investigation, Plan, Spent, Step, StepResult
from ..wording import count
from .change_plan import plan_change
from .investigation_state import findings_of, step_of, unfinished, write_state
from .job import Event, Listener, Options, Request
from .turns import Engine

PINNED_LANGUAGE = "plan"
PROGRESS_CHARS = 24_000
"""Characters of what a model is told of the steps so far."""
LOST = (EndpointUnreachable, ModelTimeout, RateLimited, ReplyCut, MissingKey, SandboxError, LockError)
OF_THE_STEP = (RunTimeout, OutOfMemory, OutputFlood)
"""Failures of a sandbox that are a step's own: the others, and lost connections, let the investigation be resumed."""
WITHHELD = ("not told at this privacy level", "values are withheld")


@dataclass(frozen=True, slots=True)
class InvestigationEvent:
    """Progress of an investigation.

    Attributes:
        stage: ``plan`` when the plan stands, ``step`` when a step begins, ``turn`` when it is over, ``revised`` when
            the rest of the plan changed, ``findings`` at the end, ``progress`` for an event of a running turn.
        investigation: How far it is.
        turn: For ``turn``, the turn.
        event: For ``progress``, the event.
    """

    stage: Literal["plan", "step", "turn", "revised", "findings", "progress"]
    investigation: Investigation
    turn: Turn | None = None
    event: Event | None = None


InvestigationListener = Callable[[InvestigationEvent], None]
Approve = Callable[[Investigation], Awaitable[Plan | None]]
"""Shows a plan to the user; gives the plan as the user wants it, or None for none."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A plan that waits for the user's word, which is given in the caller's thread.

    Attributes:
        investigation: With the plan.
        answer: Takes the plan as the user wants it.
    """

    investigation: Investigation
    answer: Future[Plan | None] = field(default_factory=Future, compare=False)

    def decide(self, approve: Callable[[Investigation], Plan | None] | None) -> None:
        """Ask the user by a function; what it raises ends the investigation."""
        try:
            self.answer.set_result(approve(self.investigation) if approve is not None else None)
        except AnalystError as error:
            self.answer.set_exception(error)


def asking(tell: Callable[[Any], None]) -> Approve:
    """An ``Approve`` that hands the plan to a caller who waits in another thread."""

    async def approve(investigation: Investigation) -> Plan | None:
        approval = Approval(investigation)
        tell(approval)
        return await asyncio.wrap_future(approval.answer)

    return approve


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to investigate, with all that its investigation works with.

    Attributes:
        engine: Answers the steps.
        request: The question as it is asked, with sources, model and options.
        budget: What may be spent.
        plan: The plan, where the user brings one; then no model writes it.
        approve: Asks the user about the plan; None takes it as it is.
        listen: Told about the progress.
    """

    engine: Engine
    request: Request
    budget: Budget = field(default_factory=Budget)
    plan: Plan | None = None
    approve: Approve | None = None
    listen: InvestigationListener = lambda event: None

    @property
    def options(self) -> Options:
        """The options of its turns."""
        return self.request.options

    @property
    def question(self) -> str:
        """What is investigated."""
        return self.request.question.text

    @property
    def model(self) -> Model:
        """Who plans, and writes the code of steps that bring none."""
        return self.request.model


async def investigate(inquiry: Inquiry) -> Investigation:
    """Plan, take the steps one by one, and say what they found.

    Returns:
        The investigation. A lost connection is in its ``error``: the same call goes on from there.

    Raises:
        ModelError: No plan came.
        InputError: The question or the data cannot be used, or nothing is pinned where no model may be asked.
    """
    investigation = _written(inquiry, await _begun(inquiry))
    inquiry.listen(InvestigationEvent("plan", investigation))
    investigation = await _approved(inquiry, investigation)
    _restore_conversation(inquiry, investigation)
    while investigation.status == "approved" and investigation.steps and not investigation.spent.over(inquiry.budget):
        investigation = await _with_step(inquiry, investigation)
        if investigation.status == "approved":
            investigation = _written(inquiry, await _revised(inquiry, investigation))
    if investigation.status != "approved":
        return investigation
    investigation = await _concluded(inquiry, investigation)
    inquiry.listen(InvestigationEvent("findings", investigation))
    return _written(inquiry, await asyncio.to_thread(_pinned, inquiry, investigation))


def _written(inquiry: Inquiry, investigation: Investigation) -> Investigation:
    """The investigation, once it stands in the history; a remark where it does not."""
    note = write_state(inquiry.options.history, investigation)
    return investigation.noted(note) if note else investigation


# -- the plan ----------------------------------------------------------------------------------------------------------


async def _begun(inquiry: Inquiry) -> Investigation:
    """The investigation as it stands: pinned, interrupted earlier, or new with its plan."""
    schemas = await asyncio.to_thread(_schemas, inquiry)
    if inquiry.plan is None and not inquiry.options.fresh:
        pinned = _from_lock(inquiry, schemas)
        if pinned is not None:
            return pinned
        earlier = await asyncio.to_thread(unfinished, inquiry.options.history, inquiry.question)
        if earlier is not None and earlier.schemas == schemas:
            note = f"Resumed: {count(len(earlier.results), 'step')} had been taken before and did not run again."
            return replace(earlier, budget=inquiry.budget, error=None).noted(note)
    if inquiry.options.frozen:
        raise Unpinned(
            message("The investigation “{question}” is not in analyst.lock.", question=inquiry.question[:200]),
            message("Run it once without --frozen, and commit the lock file."),
        )
    new = Investigation(
        inquiry.question, uuid.uuid4().hex, inquiry.model.name, inquiry.options.privacy, budget=inquiry.budget,
        schemas=schemas,
    )  # fmt: skip
    if inquiry.plan is not None:
        return replace(new, steps=inquiry.plan.steps)
    if not inquiry.model.writes:
        context = await inquiry.engine.context(inquiry.request)
        return replace(new, steps=plan_change(inquiry.question, context.frames, context.today).steps)
    return await _planned(inquiry, new)


def _schemas(inquiry: Inquiry) -> dict[str, str]:
    schemas = {}
    for name, value in inquiry.request.sources.items():
        try:
            schemas[name] = schema_text(value, name)
        except FrameError:
            continue
    return schemas


async def _planned(inquiry: Inquiry, new: Investigation) -> Investigation:
    """With the plan of a model, which is asked once more where its reply holds none."""
    progress = ""
    for last in (False, True):
        reply, new = await _asked(inquiry, new, "plan", progress)
        try:
            steps = read_plan(reply.text)
        except UnreadablePlan as error:
            if last:
                raise
            progress = f"Your last reply could not be read as a plan: {error.message} It began: {reply.text[:300]}"
            continue
        return _with_steps(inquiry, new, steps)
    raise AssertionError(new)


def _with_steps(inquiry: Inquiry, investigation: Investigation, steps: Sequence[Step]) -> Investigation:
    """With these steps to follow, without those that were taken already and those beyond the budget."""
    taken = {_normal(result.step.question) for result in investigation.results}
    new = [step for step in steps if _normal(step.question) not in taken]
    room = max(0, inquiry.budget.steps - len(investigation.results))
    notes = []
    if len(new) < len(steps):
        notes.append(
            message(
                "{counted} that had been taken already was left out of the plan.",
                counted=messages("{number} step", "{number} steps", len(steps) - len(new)),
            )
        )
    if len(new) > room:
        notes.append(
            message(
                "The plan is cut to the budget of {counted}.",
                counted=messages("{number} step", "{number} steps", inquiry.budget.steps),
            )
        )
    return replace(investigation, steps=tuple(new[:room])).noted(*notes)


def _normal(question: str) -> str:
    return " ".join(question.casefold().rstrip(".?! ").split())


async def _approved(inquiry: Inquiry, investigation: Investigation) -> Investigation:
    """With the plan as the user wants it; a plan that was approved before, or is pinned, is taken."""
    if investigation.status != "planned":
        return investigation
    if inquiry.approve is None or investigation.pinned:
        return _written(inquiry, replace(investigation, status="approved"))
    plan = await inquiry.approve(investigation)
    if plan is None or not plan.steps:
        return _written(
            inquiry, replace(investigation, status="cancelled").noted(message("The plan was not approved."))
        )
    if plan.steps != investigation.steps:
        investigation = investigation.noted(message("The plan was changed before it was approved."))
    return _written(inquiry, replace(investigation, steps=plan.steps, status="approved"))


# -- the steps ---------------------------------------------------------------------------------------------------------


def thread_of(investigation: Investigation) -> str:
    """The conversation that the steps belong to: each knows the earlier ones, and no other question does."""
    return f"investigation {investigation.uid[:12]}"


def _restore_conversation(inquiry: Inquiry, investigation: Investigation) -> None:
    """Tell the steps that follow of those that were taken before the kernel started."""
    exchanges = tuple(
        Exchange(
            result.step.text,
            Code(result.turn.code, result.turn.language),
            result.outcome,
            privacy=result.turn.code_privacy,
        )
        for result in investigation.results
        if not result.failure
    )
    inquiry.engine.conversations.begin(thread_of(investigation), exchanges)


async def _with_step(inquiry: Inquiry, investigation: Investigation) -> Investigation:
    """With the next step taken: a turn of its own."""
    step, *rest = investigation.steps
    inquiry.listen(InvestigationEvent("step", investigation))

    def on_event(event: Event) -> None:
        inquiry.listen(InvestigationEvent("progress", investigation, event=event))

    turn = await _turn(inquiry, investigation, step, on_event)
    spent = investigation.spent.plus(
        steps=1, seconds=turn.seconds.get("total", 0.0), tokens=turn.tokens, cost=turn.cost
    )
    if isinstance(turn.error, LOST) and not isinstance(turn.error, OF_THE_STEP):
        note = f"Stopped before step {len(investigation.results) + 1}. Ask the same again to go on from there."
        return _written(inquiry, replace(investigation, status="interrupted", error=turn.error).noted(note))
    outcome = await inquiry.engine.outcome_of(thread_of(investigation)) if turn.ok else ""
    withheld = turn.ok and (not outcome or any(sign in outcome for sign in WITHHELD)) and inquiry.model.remote
    result = StepResult(step, turn, outcome, withheld)
    after = replace(investigation, steps=tuple(rest), results=(*investigation.results, result), spent=spent)
    after = _written(inquiry, after)
    inquiry.listen(InvestigationEvent("turn", after, turn))
    return after


async def _turn(inquiry: Inquiry, investigation: Investigation, step: Step, listen: Listener) -> Turn:
    """The turn of a step, which fails by itself."""
    options, budget, spent = inquiry.options, inquiry.budget, investigation.spent
    options = replace(
        options,
        asks_back=False,
        own_thread=True,
        window=max(options.window, budget.steps),
        turn_seconds=max(1.0, min(options.turn_seconds, budget.seconds - spent.seconds)),
        turn_tokens=max(1, min(options.turn_tokens, budget.tokens - spent.tokens)),
        turn_cost=max(0.0, budget.cost - spent.cost) if budget.cost is not None else options.turn_cost,
    )
    question = Question(step.text)
    try:
        question, sources = resolve(question, inquiry.request.sources)
    except AnalystError as error:
        return Turn(question, error=error)
    model = WrittenCode(inquiry.model.name, step.code) if step.code is not None else inquiry.model
    request = replace(
        inquiry.request,
        question=question,
        sources=sources,
        model=model,
        options=options,
        thread=thread_of(investigation),
    )
    return await inquiry.engine.ask(request, listen)


class WrittenCode(Model):
    """Answers with the code that a plan brings.

    Args:
        name: Who wrote the plan.
        code: The code.
    """

    name = ""
    remote = False
    repairs = False
    writes = False

    def __init__(self, name: str, code: Code) -> None:
        self.name, self._code = name, code

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        """The code."""
        return Reply("", self._code, self.name)


async def _revised(inquiry: Inquiry, investigation: Investigation) -> Investigation:
    """With the rest of the plan as the model wants it after the last result; without an answer it stays."""
    over = investigation.spent.over(inquiry.budget)
    if not investigation.steps or investigation.pinned or not inquiry.model.remote or over:
        return investigation
    if inquiry.plan is not None:
        return investigation
    try:
        reply, investigation = await _asked(inquiry, investigation, "revise", _progress(investigation))
        revision = read_revision(reply.text)
    except ModelError as error:
        return investigation.noted(
            message(
                "The plan was not looked at again after step {results}. {error}",
                results=len(investigation.results),
                error=str(error),
            )
        )
    if revision.steps is None or revision.steps == investigation.steps:
        return investigation
    changed = _with_steps(inquiry, investigation, revision.steps)
    if [step.question for step in changed.steps] == [step.question for step in investigation.steps]:
        return changed
    reason = f": {revision.reason}" if revision.reason else "."
    changed = changed.noted(
        message("The plan was revised after step {results}{reason}", results=len(investigation.results), reason=reason)
    )
    inquiry.listen(InvestigationEvent("revised", changed))
    return changed


# -- the model ---------------------------------------------------------------------------------------------------------


async def _asked(
    inquiry: Inquiry, investigation: Investigation, task: Task, progress: str
) -> tuple[Reply, Investigation]:
    """A reply of the model, and the investigation with what it cost.

    Raises:
        ModelError: There is none.
    """
    context = await inquiry.engine.context(inquiry.request)
    left = inquiry.budget.steps - len(investigation.results)
    context = replace(context, task=task, progress=progress, steps_left=left, conversation=(), tools=())

    def on_text(piece: str) -> None:
        inquiry.listen(InvestigationEvent("progress", investigation, event=Event("text", piece)))

    inquiry.listen(InvestigationEvent("progress", investigation, event=Event("model", inquiry.model.name)))
    since = time.monotonic()
    reply = await inquiry.model.reply(context, on_text)
    spent = investigation.spent.plus(seconds=time.monotonic() - since, tokens=reply.tokens, cost=reply.cost)
    return reply, replace(investigation, spent=spent)


def _progress(investigation: Investigation) -> str:
    """The steps so far with what a model may know of their results, and the steps that are left."""
    parts = []
    for number, result in enumerate(investigation.results, 1):
        parts.append(f"Step {number} (taken): {_described(result.step)}\n{_outcome(result)}")
    left = enumerate(investigation.steps, len(investigation.results) + 1)
    parts += [f"Step {number} (to follow): {_described(step)}" for number, step in left]
    return "\n\n".join(parts)[-PROGRESS_CHARS:]


def _described(step: Step) -> str:
    further = [("Method", step.method), ("Confirms", step.confirms), ("Refutes", step.refutes)]
    return "\n".join([step.question, *(f"{name}: {text}" for name, text in further if text)])


def _outcome(result: StepResult) -> str:
    """What a model may know of a step's result, and that figures are withheld where they are."""
    if result.turn.error is not None:
        return f"It gave no result ({result.turn.error.kind})."
    if result.failure:
        return f"It gave no result: {result.failure[:300]}"
    known = f"Its result:\n{result.outcome}" if result.outcome else "Its result is not described."
    return f"{known}\nIts figures are withheld from you; the user sees them." if result.withheld else known


# -- the findings ------------------------------------------------------------------------------------------------------


async def _concluded(inquiry: Inquiry, investigation: Investigation) -> Investigation:
    """With the findings, each held against the results that it rests on."""
    over = investigation.spent.over(inquiry.budget)
    left = [f"Not taken: {step.question}" for step in investigation.steps]
    if left:
        which = _limit(inquiry.budget, investigation.spent).get(over, over)
        investigation = investigation.noted(
            message(
                "The budget of {which} is used up; {counted} not taken.",
                which=which,
                counted=messages("{number} step", "{number} steps", len(left)),
            )
        )
    investigation, found = await _found(inquiry, investigation)
    investigation = investigation.noted(*_unpriced(inquiry, investigation))
    claims = tuple(_weighed(inquiry, investigation, claim) for claim in found.claims)
    missing = tuple(dict.fromkeys((*found.not_examined, *left, *_without_result(investigation))))
    findings = Findings(_checked_summary(inquiry, investigation, found.summary), claims, missing)
    return replace(investigation, findings=findings, steps=(), status="finished")


def _limit(budget: Budget, spent: Spent) -> dict[str, str]:
    """The parts of a budget in words."""
    words = {"time": f"{budget.seconds:g} s", "steps": f"{budget.steps} steps"}
    return words if budget.cost is None else {**words, "cost": f"${budget.cost:.2f} (${spent.cost:.4f} spent)"}


def _unpriced(inquiry: Inquiry, investigation: Investigation) -> list[str]:
    """A remark where a budget of cost does not hold all that was spent, as the provider does not say what it costs."""
    spent, limit = investigation.spent, inquiry.budget.cost
    if limit is None or not spent.unpriced:
        return []
    part = "" if spent.unpriced == spent.tokens else f"{spent.unpriced:,} of "
    return [
        f"{inquiry.model.name} does not say what {part}{spent.tokens:,} tokens cost, so the budget of ${limit:.2f} "
        "does not count them; a budget of tokens holds in any case."
    ]


async def _found(inquiry: Inquiry, investigation: Investigation) -> tuple[Investigation, Findings]:
    """The findings of the lock, of the model, or, without either, the answers of the steps."""
    if investigation.findings is not None:
        return investigation, investigation.findings
    results, spent = investigation.results, investigation.spent
    asked = inquiry.model.remote and any(not result.failure for result in results)
    if not asked or investigation.pinned or spent.without_model(inquiry.budget):
        return investigation, _answers(investigation)
    try:
        reply, investigation = await _asked(inquiry, investigation, "conclude", _progress(investigation))
        return investigation, read_findings(reply.text, len(results))
    except ModelError as error:
        note = f"The findings are the answers of the steps, as the model gave none. {error}"
        return investigation.noted(note), _answers(investigation)


def _answers(investigation: Investigation) -> Findings:
    """The answers of the steps as findings: their numbers were filled in by code."""
    claims = [
        Claim(result.turn.answer, (number,), "high")
        for number, result in enumerate(investigation.results, 1)
        if result.turn.answer and not result.failure
    ]
    return Findings("", tuple(claims))


def _without_result(investigation: Investigation) -> list[str]:
    steps = enumerate(investigation.results, 1)
    return [f"Step {n} gave no result: {r.step.question}" for n, r in steps if r.failure]


def _weighed(inquiry: Inquiry, investigation: Investigation, claim: Claim) -> Claim:
    results = dict(enumerate(investigation.results, 1))
    outputs = {number: computed(result.turn.attempts[-1:]) for number, result in results.items()}
    failed = {number: result.failure for number, result in results.items() if result.failure}
    withheld = frozenset(number for number, result in results.items() if result.withheld)
    plain = replace(claim, text=claim.text.replace(MARK, ""))
    return weighed(plain, outputs, failed, withheld, _given(inquiry, investigation))


def _given(inquiry: Inquiry, investigation: Investigation) -> str:
    """What the numbers of a sentence may come from beside results: the question and the questions of the steps."""
    return "\n".join([inquiry.question, *(step.text for step in investigation.plan.steps)])


def _checked_summary(inquiry: Inquiry, investigation: Investigation, summary: str) -> str:
    """The summary with the numbers marked that no result holds."""
    plain = summary.replace(MARK, "").replace(UNCHECKED, "")
    everything = Claim(plain, tuple(range(1, len(investigation.results) + 1)))
    return _weighed(inquiry, investigation, everything).text if plain else ""


# -- the lock ----------------------------------------------------------------------------------------------------------


def _from_lock(inquiry: Inquiry, schemas: dict[str, str]) -> Investigation | None:
    """The pinned investigation: its plan and its findings, without what its steps gave."""
    lock = inquiry.options.lock
    pin = lock.find(_pin(inquiry.question, "").key) if lock is not None else None
    if pin is None:
        return None
    try:
        state = json.loads(pin.code.text)
        steps, found = tuple(map(step_of, state["steps"])), findings_of(state["findings"])
    except (ValueError, KeyError, TypeError):
        return None
    notes = ["The pinned plan was edited by hand since it was pinned."] if pin.edited else []
    note = "The plan and the findings come from analyst.lock, without a model; the steps run again."
    return Investigation(
        inquiry.question, uuid.uuid4().hex, pin.model, inquiry.options.privacy, steps, findings=found,
        budget=inquiry.budget, pinned=True, schemas=schemas, notes=(note, *notes),
    )  # fmt: skip


def _pinned(inquiry: Inquiry, investigation: Investigation) -> Investigation:
    """Pin the plan and the findings, so that the investigation runs again with no model."""
    lock = inquiry.options.lock
    complete = not any(result.failure for result in investigation.results) and bool(investigation.results)
    if lock is None or investigation.pinned or investigation.findings is None:
        return investigation
    if not complete:
        return investigation.noted(message("The investigation is not pinned, as a step gave no result."))
    found = investigation.findings
    bare = replace(found, claims=tuple(replace(claim, text=claim.text.replace(MARK, "")) for claim in found.claims))
    state = {"steps": [asdict(result.step) for result in investigation.results], "findings": asdict(bare)}
    code = json.dumps(state, ensure_ascii=False, indent=1)
    try:
        lock.put(replace(_pin(inquiry.question, code), model=investigation.model))
    except (LockError, OSError) as error:
        return investigation.noted(message("The investigation is not pinned. {error}", error=str(error)))
    return investigation


def _pin(question: str, code: str) -> Pin:
    plan = Code(code, cast(Literal["python"], PINNED_LANGUAGE))
    return Pin(question, INVESTIGATION, "", "", plan, "", "", {})
