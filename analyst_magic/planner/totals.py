"""Rows of totals, as exported tables have them: no figure counts what they sum twice."""

from __future__ import annotations

from ..language import message
from ..turn import FrameCard
from .plan.schema import Filter, QueryPlan, walk

MAX_NAMED = 4


def without_total(plan: QueryPlan, card: FrameCard) -> QueryPlan:
    """The plan without the rows of totals, unless it lists rows as they stand, or names such a row itself.

    Args:
        plan: A plan over the frame.
        card: The frame's; ``total`` says which rows they are.
    """
    if not card.total or plan.about is not None:
        return plan
    if plan.source is not None:
        return plan.model_copy(update={"source": without_total(plan.source, card)})
    if (plan.lists_rows and not plan.order and not plan.chart) or _names_it(plan, card):
        return plan
    column, *texts = card.total
    left_out = Filter(column=column, operator="not in" if len(texts) > 1 else "!=", values=tuple(texts))
    return plan.model_copy(update={"filters": (*plan.filters, left_out)})


def said_of_total(plan: QueryPlan, card: FrameCard) -> str:
    """A sentence on the rows that were left out; empty where none were."""
    filters = [one for one in walk((plan.source or plan).filters) if isinstance(one, Filter)] if card.total else []
    if not any(one.operator in {"!=", "not in"} and (one.column, *one.values) == card.total for one in filters):
        return ""
    texts = card.total[1:]
    if len(texts) == 1:
        return message(
            "The row {total} of {name} is the sum of those above it; it is left out.", total=texts[0], name=card.name
        )
    return message(
        "The rows {totals} of {name} are sums of those above them; they are left out.",
        totals=[*texts[:MAX_NAMED], *(["…"] if len(texts) > MAX_NAMED else [])],
        name=card.name,
    )


def _names_it(plan: QueryPlan, card: FrameCard) -> bool:
    filters = [one for one in walk(plan.filters) if isinstance(one, Filter)]
    return any(one.column == card.total[0] and not set(card.total[1:]).isdisjoint(one.values) for one in filters)
