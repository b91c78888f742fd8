"""The plan that an answer in words speaks of, where a chart's rows do not hold its figures."""

from __future__ import annotations

from .schema import Dimension, Filter, Measure, QueryPlan

BOXES = frozenset({"box", "violin"})


def answer_plan(plan: QueryPlan) -> QueryPlan | None:
    """The plan whose result the sentence speaks of, where a chart's rows do not hold its figures; else None."""
    if plan.chart == "scatter":
        known = tuple(Filter(column=name, operator="is not null") for name in plan.select)
        measures = (
            Measure(function="count"),
            Measure(function="correlation", column=plan.select[0], other=plan.select[1]),
        )
        return _over_rows(plan).model_copy(update={"filters": (*plan.filters, *known), "measures": measures})
    if plan.chart == "histogram" and plan.colour:
        median = (Measure(function="median", column=plan.select[0]),)
        return _over_rows(plan).model_copy(update={"group_by": (Dimension(column=plan.colour),), "measures": median})
    if plan.chart == "histogram":
        return plan.model_copy(update={"chart": "box", "document": None})
    if plan.chart in BOXES and plan.group_by:
        median = (Measure(function="median", column=plan.select[0]),)
        return _over_rows(plan).model_copy(update={"group_by": plan.group_by, "measures": median})
    return plan.model_copy(update={"chart": "box", "document": None}) if plan.chart in BOXES else None


def _over_rows(plan: QueryPlan) -> QueryPlan:
    """A plan over the same rows, without anything that is asked of them."""
    return QueryPlan(frame=plan.frame, source=plan.source, joins=plan.joins, derived=plan.derived, filters=plan.filters)
