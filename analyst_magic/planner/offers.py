"""Questions that can be asked of the data in place of one that it cannot answer."""

from __future__ import annotations

from collections.abc import Sequence

from ..turn import FrameCard, Question
from .abstaining import nearest_questions
from .plan.compile import to_code
from .planner import choose_plan


def askable(frames: Sequence[FrameCard], refused: str = "") -> tuple[str, ...]:
    """Up to three questions that the planner can answer over frames, those first that have words of a refused one.

    Args:
        frames: The frames in scope, in full but for hidden columns; the first ones matter most.
        refused: The question that the data could not answer.
    """
    return nearest_questions(Question(refused), frames, _read)


def _read(question: Question, frames: tuple[FrameCard, ...]) -> object:
    return to_code(*choose_plan(question, frames))
