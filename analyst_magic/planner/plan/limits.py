"""Which rows of an answer are shown, and whether the order that rows have takes part in it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from .cards import measure_name
from .nodes import number
from .schema import SORTED, QueryPlan, Window


def keeps_ties(plan: QueryPlan) -> bool:
    """Whether all that are equal to the last one are in the answer: groups by a figure, and the one highest row."""
    if not plan.limit or not plan.order:
        return False
    if plan.ties is not None:
        return plan.ties
    if plan.offset or plan.each:
        return True
    names = {name for m in plan.measures for name in (m.name, measure_name(m))} | {c.name for c in plan.computed}
    names -= {dimension.column for dimension in plan.group_by}
    figure = plan.order[0].function is not None or plan.order[0].column in names
    by_row = plan.order[0].column is None and plan.order[0].function is None
    return figure if plan.group_by else plan.limit == 1 and not figure and plan.lists_rows and not by_row


def needs_position(plan: QueryPlan) -> bool:
    """Whether the order that rows have takes part in the answer."""
    if any(o.column is None and o.function is None for o in plan.order):
        return True
    if any(m.function in SORTED and m.other is None for m in plan.measures):
        return True
    windows = [c for c in plan.computed if isinstance(c, Window)]
    return plan.lists_rows and any(w.along is None for w in windows)


def takes_last_rows(plan: QueryPlan) -> bool:
    first = plan.order[0] if plan.order else None
    by_row = first is not None and first.column is None and first.function is None
    return bool(first is not None and by_row and first.descending and plan.limit and plan.lists_rows)


def first_rows(
    plan: QueryPlan, select: exp.Select, ordering: Sequence[exp.Ordered], each: Sequence[exp.Expr]
) -> exp.Select:
    """The first of an order: by rank where ties are kept, or where there are first ones of each group."""
    if not plan.limit:
        return select
    ties = keeps_ties(plan)
    if not (ties or each or plan.offset) or not ordering:
        return select.limit(plan.limit)
    asked = ordering[: len(plan.order)] if ties else ordering
    parted = [e for e in asked if e.this not in each] or list(asked)
    name = "DENSE_RANK" if plan.offset else "RANK" if ties else "ROW_NUMBER"
    over = exp.Order(expressions=[key.copy() for key in parted])
    rank = exp.Window(this=exp.Anonymous(this=name), order=over, partition_by=[key.copy() for key in each])
    if plan.offset:
        low, high = number(plan.offset + 1), number(plan.offset + plan.limit)
        return select.qualify(exp.Between(this=rank, low=low, high=high))
    return select.qualify(exp.LTE(this=rank, expression=number(plan.limit)))
