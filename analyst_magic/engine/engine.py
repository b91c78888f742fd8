"""The engine: a question becomes a turn. It displays nothing; it tells a listener about the progress.

``answer`` is the whole way in one place: start the sandbox, look for a pinned answer, else ask the model and run its
code until there is an answer, let it look at its figure, make results of what the sandbox gave, pin the answer, record
the turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import AnalystError
from ..turn import Stage, Turn
from .figure_look import looked_at
from .inspected import doubted
from .job import Job
from .outcome import build_turn
from .pins import find_pin, settle_pin
from .program import run_program
from .record import record
from .repair import Draft, converse
from .verified import failed_note, find_verified, with_absence_said


async def answer(job: Job) -> Turn:
    """Answer a question, or run its own code.

    Args:
        job: The question and all that its turn works with.

    Returns:
        The turn. A failure is in its ``error``; what could not be kept of it, such as a pin, is in its ``notes``.
    """
    return await finished(job, await solve(job))


async def finished(job: Job, draft: Draft, starts: Sequence[Stage] | None = None) -> Turn:
    """The turn that a draft becomes: its results are made, its code is pinned, and it is recorded.

    Args:
        job: The question and all that its turn works with.
        draft: What was tried for it.
        starts: The starts of sandboxes for it; None for those of the job's own sandbox.
    """
    turn = await build_turn(job, draft)
    job.session.add_names(turn.attempts, turn.code_privacy)
    turn = await settle_pin(job, turn, draft.pin)
    turn = await record(job, turn)
    notes = job.options.observer(turn, job.session.sandbox.take_starts() if starts is None else starts)
    return replace(turn, notes=(*turn.notes, *notes)) if notes else turn


async def solve(job: Job) -> Draft:
    """The code that answers the question, with what it gave: the user's own, the pinned one, or a model's.

    Args:
        job: The question and all that its turn works with. Nothing is recorded or written yet.
    """
    draft = Draft(notes=tuple(map(str, job.options.definitions.problems)))
    try:
        job.session.start(job.data_files)
        draft = await find_pin(job, draft)
        draft = await _verified(job, draft)
        if draft.verified is not None:
            return draft
        if draft.pin is not None:
            return draft.with_attempt(doubted(await run_program(job, draft.pin.code)))
        if job.question.code is not None:
            return draft.with_attempt(await run_program(job, job.question.code))
        return await looked_at(job, await converse(job, draft))
    except AnalystError as error:
        return draft.failed(error)


async def _verified(job: Job, draft: Draft) -> Draft:
    """The draft with the answer of the verified question that means the same, where there is one that holds."""
    found = find_verified(job)
    if found is None:
        return draft
    if found.stale:
        return replace(draft, notes=(*draft.notes, found.note))
    tried = doubted(await run_program(job, found.code))
    if tried.error is not None:
        return replace(draft, notes=(*draft.notes, failed_note(found.question, tried.error)))
    tried = with_absence_said(job, found, tried)
    pin = draft.pin if draft.pin is not None and draft.pin.code.text == found.code.text else None
    return replace(draft, verified=found.question, pin=pin, notes=(*draft.notes, found.note)).with_attempt(tried)
