"""What results are worth: those that are no answer are a failure to repair, or stand with a sentence that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..checks.made_up import RULE as MADE_UP
from ..errors import NoResult
from ..evidence.compared import absent_among_present
from ..evidence.inspect import inspect, sentence
from ..evidence.joined import join_notes
from ..language import message
from ..semantics.otherwise import computed_otherwise
from ..semantics.scope import columns_of
from ..turn import Attempt, Context, Execution, Output

NEXT_STEP = message("Look at its code, or ask again in other words.")


def inspected(tried: Attempt, context: Context, earlier: Sequence[Attempt], *, last: bool) -> Attempt:
    """An attempt whose results have been looked at.

    Args:
        tried: Code of a model that was to give the answer. What failed anyway is as it was.
        context: What the model was told.
        earlier: The attempts before it.
        last: Whether the budget allows no further one.

    Returns:
        The attempt; where its results are no answer, with a ``NoResult`` as its error. No rows are accepted at the
        second time, and where there is none, with a sentence as the answer and ``doubt``; a column of nulls with
        ``doubt`` alone.
    """
    execution = tried.execution
    if tried.error is not None or execution is None:
        return tried
    inspection = inspect(tried.code, execution.outputs, context.cards, earlier)
    made_up = next((finding.message for finding in tried.findings if finding.rule == MADE_UP), "")
    if inspection is None and (differs := _otherwise(tried, context)):
        if last or any(isinstance(attempt.error, NoResult) for attempt in earlier):
            return replace(tried, execution=_noted(execution, differs), doubt=differs)
        return replace(tried, error=NoResult(differs, NEXT_STEP, evidence=differs))
    if inspection is None and made_up:
        return replace(tried, doubt=made_up)  # it is among the notes
    if inspection is None:
        known = absent_among_present(tried.code, context.frames), join_notes(tried.code, context.frames)
        return replace(tried, execution=_noted(execution, *(note for notes in known for note in notes)))
    again = any(isinstance(attempt.error, NoResult) for attempt in earlier)
    if inspection.severity not in {"empty", "partly_null"} or not (again or last):
        return replace(tried, error=NoResult(inspection.reason, NEXT_STEP, evidence=inspection.evidence))
    if inspection.severity == "partly_null":
        return replace(tried, execution=_noted(execution, inspection.reason), doubt=inspection.reason)
    said = Output("answer", sentence(inspection))
    outputs = (said, *(output for output in execution.outputs if output.kind != "answer"))
    noted = _noted(execution, inspection.reason)
    return replace(tried, execution=replace(noted, outputs=outputs), doubt=inspection.reason)


def _otherwise(tried: Attempt, context: Context) -> str:
    """How the code computes a defined metric by a formula of its own; empty where it does not."""
    definitions = context.definitions
    return computed_otherwise(tried.code, definitions, columns_of(definitions, context.frames)) if definitions else ""


def doubted(tried: Attempt, context: Context | None = None) -> Attempt:
    """An attempt that nobody repairs, such as one with pinned code, with a remark where its results are no answer.

    Args:
        tried: The attempt.
        context: What is known of the frames; None where they were not described.
    """
    execution = tried.execution
    if tried.error is not None or execution is None:
        return tried
    inspection = inspect(tried.code, execution.outputs, context.cards if context is not None else ())
    if inspection is None:
        return tried
    return replace(tried, execution=_noted(execution, inspection.reason), doubt=inspection.reason)


def in_place_of_answer(tried: Attempt, model: str) -> Attempt:
    """A further step where no step was left and the answer was due: it is shown, with a remark, and in doubt."""
    execution = tried.execution
    if tried.error is not None or execution is None:
        return tried
    reason = message("{model} took another step where its answer was due; this is what the step gave.", model=model)
    return replace(tried, execution=_noted(execution, reason), doubt=reason)


def _noted(execution: Execution, *notes: str) -> Execution:
    return replace(execution, notes=(*execution.notes, *notes))
