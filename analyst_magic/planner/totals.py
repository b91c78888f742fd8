"""A last row that is the sum of the others, as exported tables have one: no figure counts it twice."""

from __future__ import annotations

from ..language import message
from ..turn import FrameCard
from .plan.schema import Filter, QueryPlan, walk


def without_total(plan: QueryPlan, card: FrameCard) -> QueryPlan:
    """The plan without the row of totals, unless it lists rows as they stand, or names that row itself.

    Args:
        plan: A plan over the frame.
        card: The frame's; ``total`` says which row it is.
    """
    if not card.total or plan.about is not None:
        return plan
    if plan.source is not None:
        return plan.model_copy(update={"source": without_total(plan.source, card)})
    if (plan.lists_rows and not plan.order and not plan.chart) or _names_it(plan, card):
        return plan
    column, text = card.total
    left_out = Filter(column=column, operator="!=", values=(text,))
    return plan.model_copy(update={"filters": (*plan.filters, left_out)})


def said_of_total(plan: QueryPlan, card: FrameCard) -> str:
    """A sentence on the row that was left out; empty where none was."""
    filters = [one for one in walk((plan.source or plan).filters) if isinstance(one, Filter)] if card.total else []
    if not any(one.operator == "!=" and (one.column, *one.values) == card.total for one in filters):
        return ""
    return message(
        "The row {total} of {name} is the sum of those above it; it is left out.", total=card.total[1], name=card.name
    )


def _names_it(plan: QueryPlan, card: FrameCard) -> bool:
    filters = [one for one in walk(plan.filters) if isinstance(one, Filter)]
    return any(one.column == card.total[0] and card.total[1] in one.values for one in filters)
