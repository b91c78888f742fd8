"""Questions that can be asked of the data: in place of one that it cannot answer, and to go on from one that it did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ..errors import AnalystError
from ..turn import Code, Exchange, FrameCard, Question
from .abstaining import nearest_questions
from .following import read_in_turn
from .plan.compile import to_code
from .plan.describe import reading
from .plan.schema import QueryPlan
from .planner import choose_plan

MAX_NEXT = 3
MAX_GROUPS = 30
"""Different values up to which a column makes groups that can be looked at."""
TOP = 5


def askable(frames: Sequence[FrameCard], refused: str = "") -> tuple[str, ...]:
    """Up to three questions that the planner can answer over frames, those first that have words of a refused one.

    Args:
        frames: The frames in scope, in full but for hidden columns; the first ones matter most.
        refused: The question that the data could not answer.
    """
    return nearest_questions(Question(refused), frames, _read)


def _read(question: Question, frames: tuple[FrameCard, ...]) -> object:
    return to_code(*choose_plan(question, frames))


def going_on(question: str, before: Sequence[Exchange], frames: Sequence[FrameCard]) -> tuple[str, ...]:
    """Ways on from an answered question, each of which the planner reads; none where it does not read the question.

    Args:
        question: What was asked.
        before: The questions before it, oldest first.
        frames: The frames in scope, in full but for hidden columns.
    """
    cards, asked = tuple(frames), [*before, Exchange(question, Code(""), "")]
    try:
        plan, card = read_in_turn(Question(question), cards, before, choose_plan)
        base = reading(plan, card)
    except AnalystError:
        return ()
    return tuple(islice((text for text in _ways(plan, card) if _leads_on(text, cards, asked, base)), MAX_NEXT))


def _ways(plan: QueryPlan, card: FrameCard) -> Iterator[str]:
    """Follow-ups by what the plan leaves open: its form, its size, another group, a file."""
    grouped = {group.column for group in plan.group_by}
    free = [c for c in card.columns if c.name not in grouped and c.name == c.sql]
    groups = [c.name for c in free if c.type in {"text", "boolean"} and 1 < (c.distinct or 0) <= MAX_GROUPS]
    dates = [c.name for c in free if c.type in {"date", "timestamp"}]
    if plan.group_by and plan.chart is None:
        yield "as a bar chart"
    sizes = [c.distinct or 0 for c in card.columns if c.name in grouped]
    if plan.limit is None and max(sizes, default=0) > TOP:
        yield f"only the top {TOP}"
    if plan.measures:
        yield from (f"by {name}" + (" instead" if plan.group_by else "") for name in groups[:2])
        yield from ("by month" + (" instead" if plan.group_by else "") for _ in dates[:1])
    if plan.document is None:
        yield "as an Excel file"
    if plan.chart is not None and plan.group_by:
        yield "as a table"


def _leads_on(text: str, frames: tuple[FrameCard, ...], asked: Sequence[Exchange], base: str) -> bool:
    """Whether the planner reads a follow-up, and as something else than what was there."""
    try:
        plan, card = read_in_turn(Question(text), frames, asked, choose_plan)
        to_code(plan, card)
        return reading(plan, card) != base
    except AnalystError:
        return False


def whole_question(question: str, way: str, before: Sequence[Exchange], frames: Sequence[FrameCard]) -> str:
    """A question that asks by itself what a follow-up asks after another; empty where none reads alike.

    Whoever asks it later, after other questions, gets the same answer.

    Args:
        question: What was asked.
        way: The follow-up, of those that ``going_on`` gives.
        before, frames: As there.
    """
    cards, asked = tuple(frames), [*before, Exchange(question, Code(""), "")]
    try:
        wanted = reading(*read_in_turn(Question(way), cards, asked, choose_plan))
    except AnalystError:
        return ""
    return next((text for text in _wholes(question.strip(), way) if _reads_as(text, cards, wanted)), "")


def _wholes(question: str, way: str) -> Iterator[str]:
    question = question.rstrip("?. ")
    bare = re.sub(r",? as an? [\w ]+$", "", question)
    form = question[len(bare) :]
    if way.startswith("by "):
        group = way.removesuffix(" instead")
        yield re.sub(r"\b(?:by|per|for each) .+$", group, bare) + form
        yield f"{bare} {group}{form}"
    elif way.startswith("only the "):
        yield from (f"{bare}, {way}{form}", f"{bare} {way.removeprefix('only the ')}{form}")
        yield f"{way.removeprefix('only the ')} {bare}{form}"
    else:
        yield from (f"{bare} {way}", f"{question} {way}")


def _reads_as(text: str, frames: tuple[FrameCard, ...], wanted: str) -> bool:
    try:
        return reading(*choose_plan(Question(text), frames)) == wanted
    except AnalystError:
        return False
