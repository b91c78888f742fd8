"""A plan in plain words: the titles of charts and documents, and the sentence that says how a question was read."""

from __future__ import annotations

from ...turn import DOCUMENTS, FrameCard
from .schema import Dimension, Filter, Measure, Order, QueryPlan
from .words import capital, heading, spoken, unit_of

FUNCTIONS: dict[str, str] = {
    "count": "number", "count distinct": "number of different", "sum": "total", "mean": "mean", "median": "median",
    "min": "minimum", "max": "maximum", "std": "standard deviation of", "share": "share of",
    "correlation": "correlation of", "ratio": "ratio of",
}  # fmt: skip
CHARTS: dict[str, str] = {
    "bar": "a bar chart", "line": "a line chart", "scatter": "a scatter chart", "histogram": "a histogram",
    "box": "a box plot", "pie": "a pie chart", "heatmap": "a heatmap",
}  # fmt: skip
OPERATORS: dict[str, str] = {
    "between": "between", "in": "one of", "not in": "none of", "is null": "missing", "is not null": "not missing",
}  # fmt: skip


def rows_noun(frame: str) -> str:
    """What a frame's rows are called: a frame named ``flights`` has flights, one named ``df`` has rows."""
    words = spoken(frame)
    return words if words.endswith("s") and len(words) > 3 else "rows"


def measure_heading(measure: Measure, frame: str) -> str:
    """A measure as an axis title: ``Mean departure delay``."""
    if measure.column is None:
        noun = rows_noun(frame)
        return f"Share of {noun} (%)" if measure.function == "share" else f"Number of {noun}"
    if measure.other is not None:
        between = "and" if measure.function == "correlation" else "to"
        return capital(f"{FUNCTIONS[measure.function]} {spoken(measure.column)} {between} {spoken(measure.other)}")
    unit = "%" if measure.function == "share" else "" if "count" in measure.function else unit_of(measure.column)
    words = "number of filled in" if measure.function == "count" else FUNCTIONS[measure.function]
    return capital(f"{words} {spoken(measure.column)}") + (f" ({unit})" if unit else "")


def dimension_heading(dimension: Dimension) -> str:
    """A dimension as an axis title: ``Carrier``, ``Order date (month)``."""
    if dimension.time:
        return f"{capital(spoken(dimension.column))} ({dimension.time})"
    return heading(dimension.column)


def title(plan: QueryPlan) -> str:
    """The plan's own title, or one made of its parts: ``Mean departure delay by carrier``."""
    if plan.title:
        return plan.title
    subject = _subject(plan)
    if plan.group_by and plan.measures:
        subject += " by " + spoken_list([spoken(d.column) if not d.time else d.time for d in plan.group_by])
    return capital(subject) + (f", {spoken_list([_condition(f) for f in plan.filters])}" if plan.filters else "")


def _subject(plan: QueryPlan) -> str:
    if plan.chart == "scatter" or plan.rows_drawn:
        return f"{spoken(plan.select[1])} against {spoken(plan.select[0])}"
    if plan.chart == "histogram":
        return f"distribution of {spoken(plan.select[0])}"
    if plan.chart == "box":
        groups = " by " + spoken_list([spoken(d.column) for d in plan.group_by]) if plan.group_by else ""
        return spoken(plan.select[0]) + groups
    if plan.measures:
        headings = [measure_heading(m, plan.frame).partition(" (")[0] for m in plan.measures]
        return spoken_list([headings[0], *(h[:1].lower() + h[1:] for h in headings[1:])])
    if plan.group_by:
        return "different values of " + spoken_list([spoken(d.column) for d in plan.group_by])
    return rows_noun(plan.frame)


def reading(plan: QueryPlan, card: FrameCard) -> str:
    """One sentence that says, with the columns' own names, what the plan computes."""
    parts = [f"Read as: {_what(plan)}"]
    parts += [f", with {j.frame} where {j.frame}.{j.other} is {plan.frame}.{j.key}" for j in plan.joins]
    if plan.filters:
        parts.append(" where " + " and ".join(_condition(f, plain=False) for f in plan.filters))
    if plan.group_by and (plan.measures or plan.chart == "box"):
        parts.append(", for each " + spoken_list([_dimension(d) for d in plan.group_by]))
    if plan.pivot:
        parts.append(f", with {_dimension(plan.group_by[1])} across")
    if plan.order and not _natural(plan):
        parts.append(", " + spoken_list([_order(order, plan) for order in plan.order]))
    if plan.limit:
        parts.append(f", the first {plan.limit:,} only" if plan.limit > 1 else ", the first one only")
    if plan.chart:
        parts.append(f", as {CHARTS[plan.chart]}")
        if plan.colour:
            parts.append(f" coloured by {plan.colour}")
    if plan.document:
        parts.append(f", as {DOCUMENTS[plan.document].label}")
    return "".join(parts) + "."


def _natural(plan: QueryPlan) -> bool:
    """Whether the order is that of the groups themselves, which goes without saying."""
    return all(o.function is None and not o.descending for o in plan.order) and bool(plan.measures)


def _what(plan: QueryPlan) -> str:
    if plan.chart == "scatter" or plan.rows_drawn:
        return f"{plan.select[1]} (upwards) against {plan.select[0]} (across) in {plan.frame}"
    if plan.chart in {"histogram", "box"}:
        return f"the values of {plan.select[0]} in {plan.frame}"
    if plan.measures:
        return f"{spoken_list([_measure(m, plan.frame) for m in plan.measures])} in {plan.frame}"
    if plan.group_by:
        return f"the different values of {spoken_list([d.column for d in plan.group_by])} in {plan.frame}"
    columns = spoken_list(list(plan.select)) if plan.select else "all columns"
    return f"{columns} of the rows in {plan.frame}"


def _measure(measure: Measure, frame: str) -> str:
    if measure.column is None:
        return "the number of rows" if measure.function == "count" else "the share of rows in per cent"
    if measure.function == "count":
        return f"the number of rows with {measure.column}"
    words = FUNCTIONS[measure.function]
    if measure.other is not None:
        if measure.function == "ratio":
            return f"the total of {measure.column} over the total of {measure.other}"
        return f"the {words} {measure.column} and {measure.other} (Pearson's r)"
    return (
        f"the {words} {measure.column}" if words.endswith(("of", "different")) else f"the {words} of {measure.column}"
    )


def _dimension(dimension: Dimension) -> str:
    if dimension.time:
        return f"{dimension.time} of {dimension.column}"
    return f"{dimension.column} in steps of {dimension.width:g}" if dimension.width else dimension.column


def _order(order: Order, plan: QueryPlan) -> str:
    if order.function is None:
        return f"sorted by {order.column}{', highest first' if order.descending else ''}"
    direction = "highest first" if order.descending else "lowest first"
    if [(order.function, order.column)] == [(m.function, m.column) for m in plan.measures]:
        return direction
    return f"{direction} by {_measure(Measure(function=order.function, column=order.column), plan.frame)}"


def _condition(filter: Filter, plain: bool = True) -> str:
    name = spoken(filter.column) if plain else filter.column
    if filter.part:
        name = f"{filter.part} of {name}"
    if filter.operator in {"is null", "is not null"}:
        return f"{name} is {OPERATORS[filter.operator]}"
    values = [repr(v) if isinstance(v, str) and not plain else str(v) for v in filter.values]
    word = OPERATORS.get(filter.operator, filter.operator)
    if plain and filter.operator in {"=", "in"}:
        return f"{name} {spoken_list(values, 'or')}"
    joined = spoken_list(values, "and" if filter.operator == "between" else "or")
    return f"{name} {'is ' if filter.operator in OPERATORS else ''}{word} {joined}"


_SAID: dict[str, str] = {
    "=": "is", "in": "is", "!=": "is not", "not in": "is not", "<": "is below", "<=": "is at most", ">": "is above",
    ">=": "is at least", "between": "is between", "contains": "contains", "not contains": "does not contain",
    "like": "is like", "not like": "is not like",
}  # fmt: skip
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def as_condition(filter: Filter) -> str:
    """A condition in words: ``departure delay is above 60``, ``order date is in March``."""
    name = spoken(filter.column)
    if filter.operator in {"is null", "is not null"}:
        return f"{name} is {OPERATORS[filter.operator]}"
    values = [_part_value(filter, value) for value in filter.values]
    joined = spoken_list(values, "and" if filter.operator == "between" else "or")
    said = _SAID[filter.operator]
    if filter.part:
        named = filter.part in {"month", "day of week", "year"} and filter.operator in {"=", "in"}
        preposition = "on a" if filter.part == "day of week" else "in"
        return f"{name} is {preposition} {joined}" if named else f"{filter.part} of {name} {said} {joined}"
    unit = unit_of(filter.column)
    behind = (
        ""
        if not unit or not all(isinstance(v, int | float) for v in filter.values)
        else unit
        if unit == "%"
        else f" {unit}"
    )
    return f"{name} {said} {joined}{behind}"


def _part_value(filter: Filter, value: object) -> str:
    names = {"month": _MONTHS, "day of week": _DAYS}.get(filter.part or "")
    if names is not None and isinstance(value, int) and 1 <= value <= len(names):
        return names[value - 1]
    plain = (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or (isinstance(value, int) and abs(value) < 10_000)
    )
    return str(value) if plain else f"{value:,}"


def spoken_list(words: list[str], last: str = "and") -> str:
    """Words as a spoken list."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
