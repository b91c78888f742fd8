"""Questions that can be asked of the data: each is read by the planner before it is offered."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from ..errors import AnalystError
from ..turn import NUMBER_TYPES, ColumnCard, FrameCard, Question
from .linking import stem
from .plan.compile import to_code
from .plan.words import name_parts
from .planner import choose_plan

MAX_QUESTIONS = 3
MAX_GROUPS = 50
MAX_TRIED = 12
_PARTS = frozenset(
    "year month day hour minute second week quarter weekday id key code number nr no zip rank index".split()
)
"""Words of columns whose whole numbers measure nothing."""
_TIMES = frozenset({"date", "timestamp"})


def askable(frames: Sequence[FrameCard], refused: str = "") -> tuple[str, ...]:
    """Up to three questions that the planner can answer over frames, those first that have words of a refused one.

    Args:
        frames: The frames in scope, in full but for hidden columns; the first ones matter most.
        refused: The question that the data could not answer.
    """
    words = {stem(word) for word in name_parts(refused)}
    tried = itertools.islice(_candidates(frames, words), MAX_TRIED)
    return tuple(itertools.islice((question for question in tried if _is_read(question, tuple(frames))), MAX_QUESTIONS))


def _is_read(text: str, frames: tuple[FrameCard, ...]) -> bool:
    try:
        plan, card = choose_plan(Question(text), frames)
        to_code(plan, card)
    except AnalystError:
        return False
    return True


def _candidates(frames: Sequence[FrameCard], words: set[str]) -> Iterator[str]:
    """Questions by frame, one of each frame in turn."""
    by_frame = [_of_frame(card, words, named=len(frames) > 1) for card in frames]
    for row in itertools.zip_longest(*by_frame):
        yield from (question for question in row if question is not None)


def _of_frame(card: FrameCard, words: set[str], *, named: bool) -> Iterator[str]:
    def fit(column: ColumnCard) -> int:
        return -len(words & {stem(part) for part in name_parts(column.name)})

    groups = sorted((c for c in card.columns if _is_group(c)), key=fit)
    values = sorted((c for c in card.columns if _is_value(c)), key=lambda c: (fit(c), c.type == "integer"))
    times = [c for c in card.columns if c.type in _TIMES and (c.distinct or 0) > 1]
    of = f" of {card.name}" if named else ""
    if values and groups:
        yield f"Mean {values[0].name}{of} by {groups[0].name}"
    if groups:
        yield f"Number of {card.name} by {groups[-1].name}"
    if values and times:
        yield f"Total {values[0].name}{of} by month"
    if len(values) > 1 and groups:
        yield f"Highest {values[1].name}{of} by {groups[0].name}"
    if values:
        yield f"Mean {values[0].name}{of}"
    yield f"How many rows does {card.name} have?"


def _is_group(column: ColumnCard) -> bool:
    named = column.type in {"text", "category", "boolean"} or (column.type == "integer" and bool(column.code))
    return named and 1 < (column.distinct or 0) <= MAX_GROUPS and not column.unique


def _is_value(column: ColumnCard) -> bool:
    parts = {part.lower() for part in name_parts(column.name)}
    if column.type == "integer" and parts & _PARTS:
        return False
    return column.type in NUMBER_TYPES and not column.code and not column.unique and (column.distinct or 0) > 1
