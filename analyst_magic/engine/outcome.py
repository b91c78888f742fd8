"""The turn that a question became: its results, its text, what it used, and remarks for the user."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace

from ..documents import DocumentVersion
from ..errors import AnalystError, FirewallError
from ..evidence.trace import UNCHECKED, traced
from ..evidence.typed import misnamed_marked, typed_marked
from ..evidence.values import computed
from ..results.build import from_output
from ..results.chart_faults import chart_faults, far_value_note
from ..results.dashboard import dashboard, title_of
from ..results.figure import Figure
from ..turn import Attempt, Code, Execution, Output, Privacy, Result, Tokens, Turn
from ..wording import count
from .artifacts import save_document
from .external_tools import calls_of
from .job import Job
from .repair import Draft
from .row_counts import row_evidence
from .used import used_frames


async def build_turn(job: Job, draft: Draft) -> Turn:
    """Make results of what the last attempt gave, and save its documents.

    Args:
        job: The question and what answered it.
        draft: All attempts at it.

    Returns:
        The turn, not yet pinned or recorded.
    """
    last = draft.attempts[-1] if draft.attempts else Attempt(Code(""))
    execution = last.execution or Execution()
    results, notes, failure = await _results(job, execution.outputs, last.request)
    text, remarks = _text(job, draft)
    used = used_frames([a.code for a in draft.attempts if a.error is None], job.sources)
    row_steps, row_remarks = row_evidence(job, last, used) if draft.error is None else ((), ())
    draft, answer, marked = _answer_line(job, draft, execution.outputs)
    if draft.prose is not None:
        text, answer = "", text
    tokens, cost = _spent(draft)
    remarks = (*draft.notes, *calls_of(draft.attempts), *execution.notes, *notes, *remarks, *marked, *row_remarks)
    return Turn(
        question=job.question,
        code=last.code.text,
        language=last.code.language,
        text=text,
        answer=answer,
        kind=draft.kind,
        model=_author(job, draft),
        remote=job.question.code is None and draft.pin is None and draft.verified is None and job.model.remote,
        results=results,
        error=draft.error or failure,
        attempts=draft.attempts,
        tokens=tokens,
        cost=cost,
        seconds=job.clock.seconds(),
        stages=tuple(job.clock.stages),
        uid=uuid.uuid4().hex,
        sandbox=execution.sandbox,
        privacy=job.options.privacy,
        code_privacy=_code_privacy(job, draft),
        pinned=draft.pin is not None,
        context=draft.context,
        notes=tuple(dict.fromkeys(remarks)),
        used=used if execution.sandbox else (),
        row_steps=row_steps,
        verified=draft.verified.mark if draft.verified is not None else "",
    )


def _spent(draft: Draft) -> tuple[Tokens | None, float | None]:
    """The tokens and the money of all replies; None where no reply tells."""
    tokens = [reply.tokens for reply in draft.all_replies if reply.tokens is not None]
    costs = [reply.cost for reply in draft.all_replies if reply.cost is not None]
    return sum(tokens, Tokens()) if tokens else None, sum(costs) if costs else None


def _author(job: Job, draft: Draft) -> str:
    """Who wrote the code."""
    if job.question.code is not None:
        return "you"
    if draft.verified is not None:
        return draft.verified.model
    return draft.pin.model if draft.pin is not None else job.model.name


def _code_privacy(job: Job, draft: Draft) -> Privacy:
    """The privacy level at which a turn's code was written; the user's own text quotes what the user chose to."""
    if job.question.code is not None:
        return "schema"
    if draft.verified is not None:
        return draft.verified.privacy
    if draft.pin is not None:
        return draft.pin.privacy or "rows"
    return job.options.privacy if job.model.remote else "rows"


async def _results(
    job: Job, outputs: Sequence[Output], document: str
) -> tuple[tuple[Result, ...], tuple[str, ...], AnalystError | None]:
    """The results, remarks on them, and the first failure to make one."""
    results, notes, failure = list[Result](), list[str](), None
    answers = [output.data for output in outputs if output.kind == "answer"]
    for output in (output for output in outputs if output.kind != "answer"):
        try:
            result, remarks = await asyncio.to_thread(_result, job, output, document, answers)
        except FirewallError as refused:
            notes.append(str(refused))
        except AnalystError as failed:
            failure = failure or failed
        else:
            results.append(result)
            notes += remarks
    figures = [result for result in results if isinstance(result, Figure)]
    if job.model.remote and job.question.code is None:
        notes += [fault for figure in figures for fault in chart_faults(figure.json)]
    if job.question.code is None:
        notes += filter(None, (far_value_note(figure.json) for figure in figures))
    if job.question.dashboard and len(figures) > 1:
        results = [
            dashboard(figures, title_of(job.question.text)),
            *(result for result in results if not isinstance(result, Figure)),
        ]
    return tuple(results), tuple(notes), failure


def _result(job: Job, output: Output, document: str, answers: Sequence[str]) -> tuple[Result, tuple[str, ...]]:
    if output.kind != "file":
        return from_output(output, _no_file), ()
    options = job.options
    version, notes = save_document(output, options.documents, job.question, document, options.retention, answers)
    return from_output(output, lambda _: version), notes


def _text(job: Job, draft: Draft) -> tuple[str, tuple[str, ...]]:
    """The prose of the model or the planner, a model's with the numbers marked that stand in no result."""
    if draft.pin is not None:
        return draft.pin.text, ()
    text = draft.replies[-1].text if draft.replies else ""
    if not text or not job.model.remote or draft.kind == "question":
        return text, ()
    outputs = [*computed(draft.attempts), *job.conversation.outputs]
    if draft.kind == "result":
        text, unknown = traced(text, outputs, "\n".join([job.question.text, *_codes(draft)]))
        return text, (_marked(unknown, "are in no result and marked as such"),) if unknown else ()
    text, unknown = traced(text, outputs, "\n".join([*_sent_to_model(job), *_codes(draft)]), mark=UNCHECKED)
    return text, (_marked(unknown, "are in no result of this conversation and were not checked"),) if unknown else ()


def _answer_line(job: Job, draft: Draft, outputs: Sequence[Output]) -> tuple[Draft, str, tuple[str, ...]]:
    """The answer line, marked as ``_with_typed_marked`` says, or a pin's; empty where the answer is prose."""
    if draft.prose is not None:
        return draft, "", ()
    line = "\n\n".join(output.data for output in outputs if output.kind == "answer")
    draft, line, remarks = _with_typed_marked(job, draft, line)
    return draft, line or (draft.pin.answer if draft.pin is not None else ""), remarks


def _with_typed_marked(job: Job, draft: Draft, answer: str) -> tuple[Draft, str, tuple[str, ...]]:
    """The answer line with the numbers marked that a model typed and no result holds; then it is in doubt."""
    if not answer or draft.pin is not None or job.question.code is not None or not job.model.remote:
        return draft, answer, ()
    outputs = [o for o in (*computed(draft.attempts), *job.conversation.outputs) if o.kind != "answer"]
    codes = [attempt.code for attempt in draft.attempts]
    known = "\n".join(_sent_to_model(job))
    answer, misnamed = misnamed_marked(answer, codes, outputs, known)
    answer, unknown = typed_marked(answer, codes, outputs, known)
    if not unknown + misnamed:
        return draft, answer, ()
    was = "was" if unknown == 1 else "were"
    typed = [f"{count(unknown, 'number')} in the answer {was} typed by the model, not computed."] if unknown else []
    beside = [f"The answer names another row than that of {count(misnamed, 'number')}."] if misnamed else []
    remark = " ".join([*typed, *beside])
    last = replace(draft.attempts[-1], doubt=draft.attempts[-1].doubt or remark)
    return replace(draft, attempts=(*draft.attempts[:-1], last)), answer, (remark,)


def _codes(draft: Draft) -> list[str]:
    return [attempt.code.text for attempt in draft.attempts]


def _sent_to_model(job: Job) -> list[str]:
    """What the model was told of the data and asked; what it said itself before is no source of numbers."""
    context = next((stage.context for stage in reversed(job.clock.stages) if stage.context is not None), None)
    if context is None:
        return [job.question.text]
    earlier = [part for e in context.conversation for part in (e.question, e.code.text)]
    return [context.question.text, context.description, context.user_notes, *context.notes, *earlier]


def _marked(number: int, what: str) -> str:
    what = what if number > 1 else what.replace("are ", "is ", 1).replace("were ", "was ", 1)
    return f"{count(number, 'number')} in the text {what}."


def _no_file(output: Output) -> DocumentVersion:
    raise AssertionError(output.name)  # only called for files
