"""A query plan as a model's answer: JSON of the published schema, compiled here as the offline planner's plans are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from ..errors import CheckFailed, NoCode
from ..language import message
from ..planner.plan.compile import to_code
from ..planner.plan.joins import joined
from ..planner.plan.schema import Join, QueryPlan
from ..turn import Code, Context, FrameCard

NEXT_STEP = message("Use the schema of `analyst plan-schema`, or answer with code.")


def compile_answer(text: str, context: Context) -> Code | None:
    """The code of a query plan in JSON, for answers without code of their own.

    Args:
        text: JSON, as a whole or inside a fence's body.
        context: The question and the frames.

    Raises:
        NoCode: The plan cannot be used; the message says why.
    """
    answer = _find_json(text)
    if answer is None or "frame" not in answer:
        return None
    try:
        plan = QueryPlan.model_validate(answer)
        cards = context.cards or context.frames  # the code goes back to the model
        plan, card = _resolve_frames(plan, cards)
        return to_code(plan, card, context.question.language, context.question.template is not None, cards)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise NoCode(
            message("The plan cannot be read: {where}: {first}.", where=where or "it", first=first["msg"]), NEXT_STEP
        ) from error
    except CheckFailed as error:
        raise NoCode(
            message("The plan cannot be used: {reason}", reason=error.message), error.next_step or NEXT_STEP
        ) from error


def _find_json(text: str) -> dict[str, Any] | None:
    """The JSON object in a text, from its first brace to its last."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        return None
    try:
        value = json.loads(text[start : end + 1])
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _resolve_frames(plan: QueryPlan, cards: Sequence[FrameCard]) -> tuple[QueryPlan, FrameCard]:
    """The plan and the card of the data that it reads: one frame, or two joined."""
    by_name = {card.name: card for card in cards}
    named = [plan.frame, *(join.frame for join in plan.joins)]
    missing = next((name for name in named if name not in by_name), None)
    if missing is not None:
        raise CheckFailed(
            message("There is no frame {missing}.", missing=missing),
            message("Frames: {by_name}.", by_name=", ".join(by_name) or message("none")),
        )
    card, joins = by_name[plan.frame], []
    for given in plan.joins if plan.source is None else ():
        right = by_name[given.frame]
        for name, owner in ((given.key, card), (given.other, right)):
            if given.plan is None and name not in {column.sql for column in owner.columns}:
                raise CheckFailed(message("The frame {owner} has no column {name}.", owner=owner.name, name=name))
        joins.append(_with_columns(given, card, right))
        card = joined(card, right, joins[-1]) if given.plan is None else card
    return plan.model_copy(update={"joins": tuple(joins)}) if joins else plan, card


def _with_columns(given: Join, card: FrameCard, right: FrameCard) -> Join:
    """The join with the columns that it brings: all that have no name of those before."""
    if given.plan is not None:
        return given
    taken = {column.sql.lower() for column in card.columns}
    brings = tuple(c.sql for c in right.columns if c.sql.lower() not in taken and c.sql != given.other)
    return given.model_copy(update={"brings": brings})
