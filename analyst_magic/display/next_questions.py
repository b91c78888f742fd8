"""Questions to ask after a turn: those that go on from its answer, or those that work in place of one that did not.

Each is planned before it is offered, by the planner; no model is asked.
"""

from __future__ import annotations

from ..errors import Abstained
from ..planner.offers import askable, going_on, whole_question
from ..turn import Context, Turn

_last: tuple[str, tuple[str, ...]] = ("", ())  # a turn is shown in several outputs, one after the other


def ways_on(turn: Turn) -> tuple[str, ...]:
    """Follow-ups that the planner reads; none where it does not read the question, or the user's own code ran."""
    if not turn.ok or turn.kind != "result" or turn.question.code is not None:
        return ()
    return _found(turn)


def instead(turn: Turn) -> tuple[str, ...]:
    """Questions in place of one that was not understood."""
    return _found(turn) if isinstance(turn.error, Abstained) else ()


def _found(turn: Turn) -> tuple[str, ...]:
    global _last
    context = next((stage.context for stage in reversed(turn.stages) if stage.context is not None), None)
    if context is None:
        return ()
    if not turn.uid or _last[0] != turn.uid:
        _last = (turn.uid, _asked(turn, context))
    return _last[1]


def _asked(turn: Turn, context: Context) -> tuple[str, ...]:
    if turn.error is not None:
        return askable(context.frames, turn.question.text)
    asked, before, frames = turn.question.text, context.conversation, context.frames
    wholes = (whole_question(asked, way, before, frames) for way in going_on(asked, before, frames))
    return tuple(filter(None, wholes))
