"""Values that differ in case and blanks alone, ``North`` and ``north ``: a condition means all of them, and says so."""

from __future__ import annotations

from typing import Any

from ..facts.spellings import in_several_ways, same
from ..language import message
from ..turn import FrameCard
from .plan.schema import AllOf, AnyOf, Condition, Filter, Not, QueryPlan, walk

_ONE = {"=": "in", "!=": "not in", "in": "in", "not in": "not in"}
MAX_SHOWN = 4


def with_spellings(plan: QueryPlan, card: FrameCard, text: str) -> QueryPlan:
    """The plan whose conditions take each way in which their values are written.

    Args:
        plan: A plan over the frame.
        card: The frame's; its values are compared.
        text: The question. A value that stands in quotes in it is taken as it stands.
    """
    if plan.source is not None:
        return plan.model_copy(update={"source": with_spellings(plan.source, card, text)})
    written = {name: found for name in {one.column for one in _filters(plan)} if (found := _ways(card, name))}
    if not written:
        return plan
    filters = tuple(_widened(one, written, text) for one in plan.filters)
    measures = tuple(
        measure.model_copy(update={"where": tuple(_widened(one, written, text) for one in measure.where)})
        if measure.where
        else measure
        for measure in plan.measures
    )
    return plan.model_copy(update={"filters": filters, "measures": measures})


def said_of_spellings(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Sentences on values that are written in several ways, in the columns that the plan tells apart or filters by."""
    within = plan.source or plan
    filtered = _filters(within)
    apart = [each.column for each in within.group_by] + [measure.column for measure in within.measures]
    apart += within.select if within.chart else ()
    said: list[str] = []
    for name in dict.fromkeys([*filter(None, apart), *(one.column for one in filtered)]):
        ways = _ways(card, name)
        grouped = name in apart
        taken = {str(value) for one in filtered if one.column == name for value in one.values}
        shown = next((way for way in ways.values() if grouped or len(taken.intersection(way)) > 1), [])
        if shown:
            quoted = ", ".join(f"“{text}”" for text in shown[:MAX_SHOWN])
            said.append(
                message(
                    "{name} writes a value in several ways: {ways}; each is taken for itself.", name=name, ways=quoted
                )
                if grouped
                else message("{name} writes a value in several ways: {ways}; all are taken.", name=name, ways=quoted)
            )
    return said


def _filters(plan: QueryPlan) -> list[Filter]:
    conditions = (*plan.filters, *(one for measure in plan.measures for one in measure.where))
    return [one for one in walk(conditions) if isinstance(one, Filter)]


def _ways(card: FrameCard, name: str) -> dict[str, list[str]]:
    """By its text without case and blanks, each value of a column of texts that is written in several ways."""
    column = next((column for column in card.columns if column.sql == name), None)
    if column is None or column.type not in {"text", "category"}:
        return {}
    return in_several_ways((value for value, _ in column.values if isinstance(value, str)), same)


def _widened(condition: Condition, written: dict[str, dict[str, list[str]]], text: str) -> Condition:
    if isinstance(condition, Not):
        return condition.model_copy(update={"negated": _widened(condition.negated, written, text)})
    if isinstance(condition, AllOf | AnyOf):
        field = "all_of" if isinstance(condition, AllOf) else "any_of"
        parts = tuple(_widened(one, written, text) for one in getattr(condition, field))
        return condition.model_copy(update={field: parts})
    if not isinstance(condition, Filter) or condition.operator not in _ONE or condition.other or condition.part:
        return condition
    values: dict[Any, None] = {}
    for value in condition.values:
        ways = written.get(condition.column, {}).get(same(str(value)), [])
        exact = any(f"{quote}{value}{quote}" in text for quote in "\"'`")
        values.update(dict.fromkeys([value] if exact or not ways else ways))
    if len(values) == len(condition.values):
        return condition
    return condition.model_copy(update={"operator": _ONE[condition.operator], "values": tuple(values)})
